from datetime import timedelta

from odoo.tests import Form, freeze_time, tagged

from .common import TUESDAY, ComplaintCase


@tagged("post_install", "-at_install")
class TestTakingIn(ComplaintCase):
    """The dialog in which a number and the words heard suffice."""

    def fill(self, **values):
        form = Form(self.env["crm.complaint.submit.wizard"].with_user(self.agent))
        form.description = "Two boxes are missing"
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def file(self, **values):
        action = self.fill(**values).save().action_submit()
        return self.Complaint.browse(action["res_id"])

    def test_found_by_whatever_number(self):
        order = self.order(self.lotus, TUESDAY)
        self.lotus.ref = "K-4711"
        for number in ("0033123456789", "lotus@EXAMPLE.com", order.name, "K-4711"):
            with self.subTest(number):
                self.assertEqual(self.fill(number=number).partner_id, self.lotus)
        self.assertEqual(self.file(number=order.name).order_id, order)

    def test_who_is_unknown_is_taken_in(self):
        form = self.fill(number="+33 9 99 99 99 99")
        self.assertTrue(form.is_unknown)
        complaint = self.file(number="+33 9 99 99 99 99", partner_name="Nobody")
        self.assertFalse(complaint.partner_id)
        self.assertEqual(complaint.phone, "+33 9 99 99 99 99")
        self.assertEqual(complaint.partner_name, "Nobody")
        by_mail = self.file(number="nobody@example.com")
        self.assertEqual(by_mail.email_from, "nobody@example.com")

    def test_next_one_keeps_the_channel(self):
        action = self.fill(channel="counter").save().action_submit_next()
        self.assertEqual(action["res_model"], "crm.complaint.submit.wizard")
        self.assertEqual(action["context"], {"default_channel": "counter"})


@tagged("post_install", "-at_install")
class TestTeamBoard(ComplaintCase):
    """Counters of the overview, and the lists behind them."""

    def test_counters_are_what_the_lists_behind_them_show(self):
        stages = self.env["crm.complaint.stage"]
        self.submit("One").user_id = self.agent
        self.submit("Two things").stage_id = stages._of_kind("waiting_customer")
        self.submit("Three are missing")
        done = self.submit("All is done")
        done.decide("upheld", "Yes.")
        done.close()
        with freeze_time(TUESDAY + timedelta(days=10)):
            self.env.invalidate_all()
            team = self.team.with_user(self.agent)
            self.assertEqual(
                (team.open_count, team.unassigned_count, team.overdue_count),
                (3, 2, 2),
            )
            self.assertEqual((team.waiting_count, team.contested_count), (1, 0))
            for name, domain in (
                ("overdue", [("is_overdue", "=", True)]),
                ("unassigned", [("user_id", "=", False)]),
            ):
                action = team.with_context(
                    complaint_filter=name
                ).action_open_complaints()
                self.assertTrue(action["context"][f"search_default_{name}"])
                found = self.Complaint.search(
                    action["domain"] + [("closed_at", "=", False)] + domain
                )
                self.assertEqual(len(found), 2, name)

    def test_counters_leave_out_what_the_user_may_not_see(self):
        self.submit("Open to all")
        self.submit("A bribe", is_confidential=True)
        self.assertEqual(self.team.with_user(self.agent).open_count, 2)
        self.assertEqual(self.team.with_user(self.seller).open_count, 1)

    def test_leader_is_a_member(self):
        self.assertIn(self.manager, self.team.member_ids)
        self.team.member_ids = self.agent
        self.assertIn(self.manager, self.team.member_ids)

    def test_counters_cost_two_queries(self):
        self.submit("One")
        team = self.team.with_user(self.agent)
        self.env.flush_all()
        team.mapped("name")
        team.invalidate_recordset(["open_count"])
        with self.assertQueryCount(2):
            self.assertEqual(team.open_count, 1)
