"""What is printed: the reply letter and the register, as HTML."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TUESDAY, ComplaintCase

LETTER = "crm_value.report_complaint_letter"
REGISTER = "crm_value.report_complaint_register"


class ReportCase(ComplaintCase):
    def render(self, report, complaints, user=None, data=None, **context):
        reports = self.env["ir.actions.report"].with_user(user or self.agent)
        reports = reports.with_context(**context)
        ids = complaints.ids if complaints is not None else None
        page, _kind = reports._render_qweb_html(report, ids, data=data)
        return " ".join(page.decode().split())

    def values(self, complaints=None, user=None, **data):
        report = self.env[f"report.{REGISTER}"].with_user(user or self.agent)
        return report._get_report_values(complaints and complaints.ids, data)

    def row(self, complaint, **arguments):
        (row,) = self.values(complaint, **arguments)["rows"]
        return row


@tagged("post_install", "-at_install")
class TestLetter(ReportCase):
    def decided(self, decision="rejected", **values):
        complaint = self.submit("The color is <b>off</b>", **values)
        complaint.user_id = self.agent
        complaint.decide(decision, "The file was yours.", "Ask the board.")
        return complaint

    def test_letter_says_what_was_said_and_decided(self):
        self.lotus.write({"street": "Lotus Lane 5", "city": "Hue"})
        complaint = self.decided()
        page = self.render(LETTER, complaint)
        for words in (
            "Lotus Prints",
            "Lotus Lane 5",
            complaint.name,
            "06/02/2026",
            "The color is &lt;b&gt;off",
            "We see this differently.",
            "The file was yours.",
            "Ask the board.",
            self.agent.name,
            "Paper &amp; Sons",
        ):
            self.assertIn(words, page)
        self.assertNotIn("still working", page)

    def test_signature_of_the_owner(self):
        complaint = self.decided("upheld")
        self.agent.signature = "<p>With <b>love</b>, Ann</p>"
        page = self.render(LETTER, complaint)
        self.assertIn("With <b>love</b>, Ann", page)
        self.assertIn("You are right.", page)

    def test_undecided_promises_nothing_false(self):
        complaint = self.submit()
        page = self.render(LETTER, complaint)
        self.assertIn("still working on it", page)
        promised = " ".join(complaint._get_promised("resolve").split())
        self.assertIn(promised, page)
        self.assertNotIn("differently", page)

    def test_stranger_is_addressed_as_he_named_himself(self):
        complaint = self.submit(
            partner_id=False, partner_name="Mr Tran", email_from="tran@example.com"
        )
        page = self.render(LETTER, complaint)
        self.assertIn("Dear Mr Tran", page)
        self.assertIn("tran@example.com", page)

    def test_letter_is_in_the_customers_language(self):
        """Chinese words, and fonts that have them; the agent reads English."""
        self.env["res.lang"]._activate_lang("zh_TW")
        view = self.env.ref("crm_value.report_complaint_letter_document")
        view.update_field_translations(
            "arch_db", {"zh_TW": {"Our decision": "我們的決定"}}
        )
        self.lotus.lang = "zh_TW"
        page = self.render(LETTER, self.decided())
        self.assertIn("我們的決定", page)
        self.assertNotIn("Our decision", page)
        fonts = page[page.index("font-family: Lato") :]
        fonts = fonts[: fonts.index(";")]
        self.assertLess(fonts.index("CJK TC"), fonts.index("CJK SC"))
        self.lotus.lang = "en_US"
        page = self.render(LETTER, self.decided(), lang="zh_TW")
        self.assertIn("Our decision", page)

    def test_who_may_print_letters(self):
        complaint = self.decided()
        portal = self.make_user("portal", "base.group_portal")
        portal.partner_id.parent_id = self.lotus
        insider = self.make_user("insider", "base.group_user")
        for user in (portal, insider):
            with self.assertRaises(AccessError):
                self.render(LETTER, complaint, user)
        self.assertIn(complaint.name, self.render(LETTER, complaint, self.seller))
        secret = self.decided(is_confidential=True)
        self.assertIn(secret.name, self.render(LETTER, secret))
        letters = self.env[f"report.{LETTER}"].with_user(self.seller)
        with self.assertRaises(AccessError):
            letters._get_report_values(secret.ids)

    def test_letters_of_many_cost_no_query_a_letter(self):
        complaints = self.submit()
        for count in range(5):
            complaints |= self.submit(f"Box {count} is missing")
        self.render(LETTER, complaints)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.render(LETTER, complaints[:2])
        two = self.env.cr.sql_log_count - before
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.render(LETTER, complaints)
        self.assertLessEqual(self.env.cr.sql_log_count - before, two)


@tagged("post_install", "-at_install")
class TestRegister(ReportCase):
    def test_row_says_what_happened(self):
        complaint = self.submit(wish="refund", severity="2", category="quality")
        complaint.sudo().cause_id = self.env["crm.complaint.cause"].search([], limit=1)
        with freeze_time(TUESDAY + timedelta(days=30)):
            complaint.decide("upheld", "You are right.")
            complaint.close()
        row = self.row(complaint)
        self.assertEqual(row["name"], complaint.name)
        self.assertEqual(row["customer"], "Lotus Prints")
        self.assertEqual(row["wish"], "Refund")
        self.assertEqual(row["channel"], "Phone")
        self.assertEqual(row["category"], complaint.category_id.name)
        self.assertEqual(row["cause"], complaint.cause_id.display_name)
        self.assertEqual(row["decision"], "Upheld")
        self.assertTrue(row["acknowledged"] and row["answered"] and row["closed"])
        late = max(complaint.deadline_ids.mapped("late_minutes")) / 60
        self.assertGreater(late, 100)
        self.assertEqual(row["late"], f"{late:.1f} h")
        page = self.render(REGISTER, complaint)
        for name in ("name", "customer", "wish", "decision", "late", "cause"):
            self.assertIn(row[name], page)

    def test_open_and_late_is_overdue(self):
        complaint = self.submit()
        self.assertEqual(self.row(complaint)["late"], "")
        with freeze_time(TUESDAY + timedelta(days=30)):
            self.env.invalidate_all()
            self.assertEqual(self.row(complaint)["late"], "overdue")

    def test_sums(self):
        """Questions and merged ones do not count; an open one is not closed."""
        complaints = self.submit()
        for number, (decision, hours) in enumerate(
            (("upheld", 10), ("partly", 20), ("rejected", 90))
        ):
            complaint = self.submit(f"Box {number} is missing")
            complaints |= complaint
            with freeze_time(TUESDAY + timedelta(hours=hours)):
                complaint.decide(decision, "Text", "The board")
                complaint.close()
        question = self.submit("When do you open?", kind="question")
        relabelled = self.submit("Where is my order?")
        relabelled.kind = "question"
        merged = self.submit("The color is off again")
        merged.duplicate_of_id = complaints[0]
        merged.action_merge_into_original()
        everything = complaints | question | relabelled | merged
        sums = self.values(everything)["sums"]
        self.assertEqual(
            sums,
            {
                "received": 4,
                "closed": 3,
                "decided": 3,
                "upheld": "33 %",
                "partly": "33 %",
                "median_hours": "20.0",
                "relabelled": 1,
            },
        )
        self.assertEqual(self.row(relabelled)["marks"], ["Question", "was a complaint"])
        self.assertEqual(self.row(merged)["marks"], [f"part of {complaints[0].name}"])
        page = self.render(REGISTER, everything)
        self.assertIn("was a complaint", page)

    def test_nothing_to_sum(self):
        page = self.render(
            REGISTER, None, data={"start": "2020-01-01", "stop": "2020-01-02"}
        )
        self.assertIn("No complaint was received", page)
        self.assertEqual(self.values(start="2031-01-01")["sums"]["upheld"], "–")

    def test_period_is_of_the_readers_days(self):
        self.agent.tz = "Asia/Shanghai"
        first = self.submit()
        with freeze_time(TUESDAY + timedelta(hours=6)):
            # 16:00 in UTC is midnight in Shanghai.
            second = self.submit("Two boxes are missing")
        question = self.submit("When do you open?", kind="question")
        relabelled = self.submit("Where is my order?")
        relabelled.kind = "question"

        def printed(start, stop):
            return self.values(start=start, stop=stop)["docs"]

        self.assertEqual(printed("2026-06-02", "2026-06-02"), first | relabelled)
        self.assertEqual(printed("2026-06-03", "2026-06-03"), second)
        self.assertNotIn(question, printed("2026-06-01", "2026-06-30"))

    def test_period_names_bad_dates(self):
        for data in ({"start": "yesterday"}, {"stop": 7}, {"stop": ["2026-01-01"]}):
            (name,) = data
            with self.subTest(data), self.assertRaisesRegex(UserError, name):
                self.values(**data)

    def test_confidential_ones_leave_no_trace(self):
        known = self.submit()
        secret = self.submit("He insulted me", is_confidential=True)
        both = known | secret
        self.assertEqual(len(self.values(both)["rows"]), 2)
        self.assertIn("confidential", self.row(secret)["marks"])
        for values in (
            self.values(both, self.seller),
            self.values(user=self.seller, start="2026-06-01", stop="2026-06-30"),
        ):
            self.assertEqual(values["docs"], known)
            self.assertEqual(values["sums"]["received"], 1)

    def test_other_companies_are_left_out(self):
        known = self.submit()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        elsewhere = self.Complaint.sudo().create(
            {"subject": "Off", "company_id": other.id}
        )
        self.assertEqual(self.values(known | elsewhere)["docs"], known)
        self.assertNotIn(elsewhere, self.values(start="2026-06-01")["docs"])

    def test_who_may_print_the_register(self):
        complaint = self.submit()
        portal = self.make_user("portal", "base.group_portal")
        portal.partner_id.parent_id = self.lotus
        insider = self.make_user("insider", "base.group_user")
        for user in (portal, insider):
            with self.assertRaises(AccessError):
                self.render(REGISTER, complaint, user)
            with (
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_model"),
            ):
                self.env["crm.complaint.register.wizard"].with_user(user).create({})

    def test_register_is_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        view = self.env.ref("crm_value.report_complaint_register")
        view.update_field_translations("arch_db", {"fr_FR": {"Customer": "Client"}})
        complaint = self.submit()
        page = self.render(REGISTER, complaint, lang="fr_FR")
        self.assertIn("<th>Client</th>", page)
        self.assertIn("02/06/2026", page)
        self.assertIn("<th>Customer</th>", self.render(REGISTER, complaint))

    def test_no_query_a_row(self):
        complaints = self.Complaint
        for number in range(12):
            customer = self.customer(f"Customer {number}")
            complaints |= self.submit(f"Box {number}", partner_id=customer.id)
        self.render(REGISTER, complaints)
        counts = []
        for some in (complaints[:3], complaints):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.render(REGISTER, some)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_wizard_prints_a_period(self):
        self.submit()
        wizard = self.env["crm.complaint.register.wizard"].with_user(self.agent)
        wizard = wizard.create({"start_date": "2026-06-01", "stop_date": "2026-06-30"})
        action = wizard.action_print()
        self.assertEqual(action["report_name"], REGISTER)
        page = self.render(REGISTER, None, data=action["data"])
        self.assertIn("Lotus Prints", page)
        wizard.stop_date = "2026-05-01"
        with self.assertRaisesRegex(UserError, "ends before"):
            wizard.action_print()
