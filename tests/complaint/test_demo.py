"""The demo print works has a complaint in each state, whatever the day."""

from datetime import datetime

from odoo.tests import tagged

from ..value.test_demo import VALUE_FILES, DemoCase


@tagged("post_install", "-at_install")
class TestComplaintDemo(DemoCase):
    """Installed in the middle of a Monday in Shanghai."""

    now = datetime(2027, 3, 8, 4)
    files = (*VALUE_FILES, "complaint/complaints.xml", "complaint/learning.xml")

    def complaint(self, key):
        return self.env.ref(f"crm_value.demo_complaint_{key}")

    def complaints(self):
        return self.env["crm.complaint"].search([("company_id", "=", self.company.id)])

    def test_each_stage_has_one(self):
        """Whoever opens the board sees every column in use, closed ones included."""
        kinds = self.env["crm.complaint.stage"].search([]).mapped("kind")
        self.assertEqual(set(self.complaints().mapped("stage_kind")), set(kinds))
        self.assertEqual(
            set(self.complaints().mapped("decision")),
            {"upheld", "partly", "rejected", False},
        )

    def test_some_are_late_and_some_have_time(self):
        """All who are owed an answer were promised one."""
        open_ = self.complaints().filtered(lambda complaint: not complaint.closed_at)
        states = open_.deadline_ids.mapped("state")
        self.assertTrue({"open", "overdue", "met"} <= set(states), states)
        self.assertFalse(open_.deadline_ids.filtered("problem"))

    def test_stories(self):
        """A second voice, a secret, a question, one that came back."""
        again = self.complaint("late_boxes_again")
        self.assertEqual(again.duplicate_of_id, self.complaint("late_boxes"))
        self.assertTrue(self.complaint("driver").is_confidential)
        self.assertEqual(self.complaint("opening_hours").kind, "question")
        self.assertEqual(self.complaint("binding").reopen_count, 1)
        self.assertEqual(self.complaint("smell").stage_kind, "waiting_customer")
        self.assertTrue(self.complaint("more_discount").recourse_text)

    def test_learned_given_and_told_first(self):
        """Two remedies wait, one was given; one improvement is open, one done."""
        remedies = self.complaints().remedy_ids
        self.assertEqual(len(remedies), 3)
        self.assertEqual(self.env.ref("crm_value.demo_remedy_binding").state, "given")
        states = ("open", "done")
        for key, state in zip(("ink", "corners"), states, strict=True):
            improvement = self.env.ref(f"crm_value.demo_improvement_{key}")
            self.assertEqual(improvement.state, state)
            self.assertTrue(improvement.complaint_ids)
        notice = self.env.ref("crm_value.demo_notice_paper")
        self.assertEqual((notice.state, len(notice.option_ids)), ("told", 2))

    def test_customers_are_not_written_to(self):
        """Installing demo data sends no mail to customers."""
        mails = self.env["mail.mail"].search([])
        customers = mails.recipient_ids - self.env["res.users"].search([]).partner_id
        self.assertFalse(customers)
        self.assertFalse(mails.filtered("email_to"))

    def test_enquirers_said_who_told_them(self):
        """So that the overview has something to show beside the exposure."""
        found = self.env["crm.complaint"].get_exposure(self.company.id)
        self.assertGreater(found["customer_count"], 5)
        self.assertGreater(found["value_at_risk_amount"], 0)
        self.assertEqual(found["heard"][0]["key"], "customer")
