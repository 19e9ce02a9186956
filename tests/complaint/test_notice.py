"""From a problem that we found to one that was prevented."""

from datetime import datetime, timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .notice_case import TUESDAY, NoticeCase

# Eight working hours after Tuesday 10:00, of seven a day: Wednesday 11:00.
UNTIL = datetime(2026, 6, 3, 11)


@tagged("post_install", "-at_install")
class TestNotice(NoticeCase):
    def messages(self, record):
        return " ".join(record.message_ids.mapped("body"))

    def test_salesperson_owns_what_he_sold(self):
        notice = self.notice()
        self.assertEqual(notice.partner_id, self.lotus)
        self.assertEqual(notice.company_id, self.company)
        self.assertEqual(notice.user_id, self.salesperson)
        self.sale.user_id = False
        self.assertEqual(self.notice().user_id, self.agent, "Else who recorded it.")
        by_system = self.notice(self.env.ref("base.user_root"))
        self.assertTrue(by_system.user_id)

    def test_customer_is_told_in_working_time(self):
        notice = self.told()
        self.assertEqual(notice.state, "told")
        self.assertEqual(notice.told_at, TUESDAY)
        self.assertEqual(notice.answer_until, UNTIL)
        self.assertIn("The customer was told", self.messages(self.sale))

    def test_letter_has_options_and_link(self):
        notice = self.told()
        letter = notice.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        self.assertEqual(letter.partner_ids, self.lotus)
        self.assertIn(self.sale.name, letter.subject)
        self.assertIn(notice.access_token, letter.body)
        self.assertIn(f"/my/order-problems/{notice.id}", letter.body)
        self.assertIn("delivery on 06/09/2026", letter.body)
        self.assertIn("20.00", letter.body)

    def test_letter_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("crm_value.complaint_notice_mail")
        template.with_context(
            lang="fr_FR"
        ).subject = "Votre commande {{ object.order_id.name }}"
        self.lotus.lang = "fr_FR"
        notice = self.told()
        letter = notice.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        self.assertEqual(letter.subject, f"Votre commande {self.sale.name}")
        self.assertIn("09/06/2026", letter.body)

    def test_description_is_no_markup(self):
        notice = self.told(description="<b>Late</b>")
        letter = notice.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        self.assertIn("&lt;b&gt;Late", letter.body)

    def test_choice_by_phone(self):
        notice = self.told()
        self.wait(notice).with_user(self.agent).action_choose()
        self.assertEqual(notice.state, "chosen")
        self.assertEqual(notice.chosen_option_id, self.wait(notice))
        self.assertEqual(notice.chosen_how, "phone")
        self.assertEqual(notice.chosen_by_id, self.lotus)
        self.assertEqual(notice.chosen_user_id, self.agent)
        self.assertIn("chose “Wait”", self.messages(self.sale))

    def test_owner_is_told_of_the_choice(self):
        notice = self.told()
        notice.choose(self.wait(notice).id, "email", "The earlier the better")
        self.assertEqual(notice.choice_note, "The earlier the better")
        told = notice.message_ids.notification_ids.res_partner_id
        self.assertIn(self.salesperson.partner_id, told)

    def test_choice_is_final(self):
        notice = self.told()
        notice.choose(self.wait(notice).id)
        with self.assertRaisesRegex(UserError, "“Wait”.*final"):
            notice.choose(self.other_paper(notice).id)
        for name, value in (
            ("choice_note", "No"),
            ("answer_until", TUESDAY + timedelta(days=9)),
        ):
            with self.subTest(name), self.assertRaisesRegex(UserError, "Nobody waits"):
                notice.with_user(self.agent).write({name: value})
        self.assertEqual(notice.chosen_option_id, self.wait(notice))

    def test_late_choice_counts_and_says_so(self):
        notice = self.told()
        with freeze_time(UNTIL + timedelta(minutes=1)):
            notice.choose(self.wait(notice).id)
        self.assertTrue(notice.is_chosen_late)
        self.assertIn("time given had passed", self.messages(self.sale))

    def test_what_a_choice_needs(self):
        """Each refusal names the argument."""
        notice = self.told()
        other = self.wait(self.told())
        option_id = self.wait(notice).id
        for arguments, named in (
            ((None,), "option_id"),
            ((True,), "option_id"),
            (("1",), "option_id"),
            (([option_id],), "option_id"),
            ((other.id,), "option_id"),
            ((option_id, "portal"), "how"),
            ((option_id, None), "how"),
            ((option_id, ["phone"]), "how"),
            ((option_id, "phone", 7), "note"),
            ((option_id, "phone", "x" * 5000), "note"),
        ):
            with self.subTest(arguments), self.assertRaisesRegex(UserError, named):
                notice.choose(*arguments)
        with self.assertRaisesRegex(UserError, "ids names 2"):
            (notice | other.notice_id).choose(option_id)
        with self.assertRaisesRegex(UserError, "ids names 0"):
            self.Notice.choose(option_id)
        self.assertEqual(notice.state, "told")

    def test_what_telling_needs(self):
        with self.assertRaisesRegex(UserError, "how is fax"):
            self.notice().tell("fax")
        with self.assertRaisesRegex(UserError, "no options"):
            self.notice(option_ids=[]).tell()
        with self.assertRaisesRegex(UserError, "has passed"):
            self.notice(answer_until=TUESDAY).tell()
        with self.assertRaisesRegex(UserError, "Tell first"):
            notice = self.notice()
            notice.choose(self.wait(notice).id)
        with self.assertRaisesRegex(UserError, "already"):
            self.told().tell()
        self.lotus.email = False
        notice = self.notice()
        with self.assertRaisesRegex(UserError, "Told by phone"):
            notice.tell()
        notice.action_told_by_phone()
        self.assertEqual(notice.told_by, "phone")
        self.assertFalse(
            notice.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        )

    def test_empty_calendar_asks_for_a_date(self):
        self.team.calendar_id.attendance_ids.unlink()
        notice = self.notice()
        with self.assertRaisesRegex(UserError, "give the customer a date"):
            notice.tell()
        notice.answer_until = UNTIL
        notice.tell()
        self.assertEqual(notice.answer_until, UNTIL)

    def test_told_words_stay(self):
        notice = self.told()
        option = self.wait(notice)
        for change in (
            lambda: notice.write({"description": "Nothing"}),
            lambda: notice.write({"kind": "other"}),
            lambda: notice.write({"answer_until": False}),
            lambda: option.write({"price_change_amount": 500}),
            lambda: option.unlink(),
            lambda: notice.write({"option_ids": [(0, 0, {"name": "Nothing"})]}),
            lambda: notice.unlink(),
        ):
            with self.assertRaises(UserError):
                change()
        moved = self.notice().option_ids[0]
        with self.assertRaisesRegex(UserError, "was told the options"):
            moved.notice_id = notice

    def test_what_happens_cannot_be_written(self):
        notice = self.notice()
        for name, value in (
            ("state", "resolved"),
            ("told_at", TUESDAY),
            ("chosen_option_id", self.wait(notice).id),
            ("prevented_count", 1),
            ("warned_at", TUESDAY),
            ("access_token", "x"),
            ("company_id", 1),
        ):
            with self.subTest(name), self.assertRaisesRegex(UserError, "follow from"):
                notice.write({name: value})
            with self.subTest(name), self.assertRaisesRegex(UserError, "follow from"):
                self.notice(**{name: value})

    def test_contact_is_of_the_orders_customer(self):
        stranger = self.customer("Stranger", email="x@example.com")
        with self.assertRaisesRegex(ValidationError, "does not belong"):
            self.notice(partner_id=stranger.id)
        colleague = self.customer("Buyer", parent_id=self.lotus.id)
        self.assertEqual(self.notice(partner_id=colleague.id).partner_id, colleague)

    def test_only_confirmed_orders(self):
        self.sale._write({"state": "draft"})
        self.env.invalidate_all()
        with self.assertRaisesRegex(ValidationError, "not confirmed"):
            self.notice()
        with self.assertRaisesRegex(UserError, "not confirmed"):
            self.sale.action_tell_problem()

    def test_applying_writes_the_date_and_keeps_the_hour(self):
        notice = self.told()
        notice.choose(self.wait(notice).id)
        notice.with_user(self.salesperson).apply_to_order()
        self.assertEqual(self.sale.commitment_date, datetime(2026, 6, 9, 15, 30))
        self.assertEqual(notice.applied_at, TUESDAY)
        with self.assertRaisesRegex(UserError, "already"):
            notice.with_user(self.salesperson).apply_to_order()

    def test_applied_day_is_the_teams(self):
        """The order's hour of day is kept by the clock on the team's wall."""
        self.team.calendar_id.tz = "Asia/Shanghai"
        self.sale.commitment_date = False
        notice = self.told()
        notice.choose(self.wait(notice).id)
        notice.with_user(self.salesperson).apply_to_order()
        self.assertEqual(self.sale.commitment_date, datetime(2026, 6, 9, 4))

    def test_applying_a_price_only_notes_it(self):
        notice = self.told()
        notice.choose(self.other_paper(notice).id)
        before = self.sale.amount_total
        notice.with_user(self.salesperson).apply_to_order()
        self.assertEqual(self.sale.amount_total, before)
        self.assertEqual(self.sale.commitment_date, datetime(2026, 6, 4, 15, 30))
        self.assertIn("20.00", self.messages(self.sale))
        self.assertIn("left as it is", self.messages(self.sale))

    def test_what_applying_needs(self):
        notice = self.told(option_ids=[(0, 0, {"name": "As it is"})])
        with self.assertRaisesRegex(UserError, "not chosen"):
            notice.apply_to_order()
        notice.choose(notice.option_ids.id)
        with self.assertRaisesRegex(UserError, "neither date nor price"):
            notice.apply_to_order()

    def test_resolved_counts_as_prevented(self):
        notice = self.told()
        notice.choose(self.wait(notice).id)
        self.assertEqual(notice.prevented_count, 0)
        notice.resolve()
        self.assertEqual(notice.state, "resolved")
        self.assertEqual(notice.prevented_count, 1)
        self.assertEqual(self.lotus.complaint_count, 0)
        self.assertEqual(
            self.Notice._read_group(
                [("order_id", "=", self.sale.id)],
                ["resolved_at:month", "kind"],
                ["prevented_count:sum"],
            ),
            [(datetime(2026, 6, 1), "material", 1)],
        )

    def test_what_resolving_needs(self):
        with self.assertRaisesRegex(UserError, "nothing was prevented"):
            self.notice().resolve()
        notice = self.told()
        with self.assertRaisesRegex(UserError, "note is empty"):
            notice.resolve()
        with self.assertRaisesRegex(UserError, "note is 7"):
            notice.resolve(7)
        notice.resolve("The paper came in time; he was called.")
        self.assertEqual(notice.prevented_count, 1)
        with self.assertRaisesRegex(UserError, "over"):
            notice.cancel()

    def test_cancelled_was_not_prevented(self):
        notice = self.told()
        notice.cancel("The paper came")
        self.assertEqual((notice.state, notice.prevented_count), ("cancelled", 0))
        with self.assertRaisesRegex(UserError, "is over"):
            notice.choose(self.wait(notice).id)
        self.assertIn("The paper came", self.messages(notice))
        with self.assertRaisesRegex(UserError, "reason is"):
            self.told().cancel(["x"])

    def test_copy_starts_anew(self):
        notice = self.told()
        notice.choose(self.wait(notice).id)
        copy = notice.copy()
        self.assertEqual(copy.state, "draft")
        self.assertEqual(len(copy.option_ids), 2)
        self.assertFalse(copy.chosen_option_id | copy.option_ids & notice.option_ids)
        self.assertFalse(copy.told_at or copy.answer_until or copy.access_token)

    def test_follows_a_merged_contact(self):
        notice = self.told()
        other = self.customer("Lotus Ltd", email="lotus@example.com")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.lotus | other).ids, other)
        notice.invalidate_recordset()
        self.assertEqual(notice.partner_id, other)
        self.assertEqual(notice.commercial_partner_id, other)

    def test_drafts_can_be_deleted(self):
        notice = self.notice()
        notice.with_user(self.agent).unlink()
        self.assertFalse(notice.exists())


@tagged("post_install", "-at_install")
class TestNoticeAndComplaint(NoticeCase):
    """What the customer complains about all the same."""

    def test_complaint_links_to_what_was_told(self):
        notice = self.told()
        notice.resolve("Called")
        complaint = self.submit(order_id=self.sale.id)
        self.assertEqual(complaint.notice_id, notice)
        self.assertEqual(complaint.notice_told_at, TUESDAY)
        self.assertEqual(notice.prevented_count, 0, "It was not prevented.")
        self.assertEqual(notice.with_user(self.agent).complaint_count, 1)
        complaint.with_user(self.agent).kind = "question"
        self.assertEqual(notice.prevented_count, 1)

    def test_what_the_customer_was_not_told_does_not_link(self):
        self.notice()
        other = self.order(self.lotus, TUESDAY)
        self.told(order_id=other.id)
        self.assertFalse(self.submit(order_id=self.sale.id).notice_id)
        self.assertFalse(self.submit().notice_id)

    def test_told_after_the_complaint_does_not_link(self):
        complaint = self.submit(order_id=self.sale.id)
        self.told()
        self.assertFalse(complaint.notice_id)

    def test_the_last_one_told_links(self):
        self.told()
        with freeze_time(TUESDAY + timedelta(hours=1)):
            last = self.told(kind="color")
            complaint = self.submit(order_id=self.sale.id)
        self.assertEqual(complaint.notice_id, last)

    def test_order_entered_later_links(self):
        notice = self.told()
        complaint = self.submit()
        complaint.order_id = self.sale
        self.assertEqual(complaint.notice_id, notice)

    def test_confidential_complaint_is_not_told_by_the_count(self):
        notice = self.told()
        notice.resolve("Called")
        self.submit(order_id=self.sale.id, is_confidential=True)
        self.assertEqual(notice.prevented_count, 1)
        self.assertEqual(notice.with_user(self.salesperson).complaint_count, 0)


@tagged("post_install", "-at_install")
class TestNoticeOrder(NoticeCase):
    """On the order."""

    def test_order_shows_its_problems(self):
        order = self.sale.with_user(self.salesperson)
        self.assertEqual(order.complaint_notice_count, 0)
        notice = self.told()
        order.invalidate_recordset()
        self.assertEqual(order.complaint_notice_count, 1)
        self.assertEqual(order.complaint_notice_open_id, notice)
        self.assertEqual(order.complaint_notice_open_state, "told")
        notice.resolve("Called")
        order.invalidate_recordset()
        self.assertEqual(order.complaint_notice_count, 1)
        self.assertFalse(order.complaint_notice_open_id)
        action = order.action_open_problems()
        self.assertEqual(self.Notice.search(action["domain"]), notice)

    def test_button_opens_a_form_that_is_half_filled(self):
        action = self.sale.with_user(self.salesperson).action_tell_problem()
        form = Form(
            self.Notice.with_user(self.salesperson).with_context(**action["context"])
        )
        self.assertEqual(form.partner_id, self.lotus)
        self.assertEqual(form.team_id, self.team)
        self.assertEqual(form.user_id, self.salesperson)
        form.description = "The paper arrives late."
        with form.option_ids.new() as option:
            option.name = "Wait"
        notice = form.save()
        notice.action_tell()
        self.assertEqual(notice.state, "told")

    def test_counts_of_many_orders_cost_no_more_than_of_one(self):
        orders = self.sale
        for _count in range(4):
            orders |= self.order(self.lotus, TUESDAY, user_id=self.salesperson.id)
        for order in orders:
            self.notice(order_id=order.id)
        self.count_queries(orders)
        self.assertEqual(self.count_queries(orders[:1]), self.count_queries(orders))

    def count_queries(self, orders):
        self.env.flush_all()
        self.env.invalidate_all()
        orders = orders.with_user(self.salesperson).with_prefetch(orders.ids)
        orders.mapped("name")
        before = self.env.cr.sql_log_count
        self.assertEqual(set(orders.mapped("complaint_notice_count")), {1})
        return self.env.cr.sql_log_count - before
