from odoo.tests import HttpCase, new_test_user, tagged

from ..value.common import ValueCase


@tagged("post_install", "-at_install")
class TestPortalTour(ValueCase, HttpCase):
    """A customer with a phone and without a mouse, from the trouble to its end."""

    browser_size = "390x844"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        home = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.customer_ = new_test_user(
            cls.env, "tour_customer", "base.group_portal", email="c@example.com", **home
        )
        cls.agent = new_test_user(
            cls.env, "tour_agent", "crm_value.group_care_agent", **home
        )

    def tour(self, path, name):
        self.env.flush_all()
        self.start_tour(path, name, login="tour_customer")
        self.env.invalidate_all()

    def test_customer_files_answers_contests_and_confirms(self):
        self.tour("/my", "crm_value_complaint_portal_tour")
        complaint = self.env["crm.complaint"].search(
            [("partner_id", "=", self.customer_.partner_id.id)]
        )
        self.assertEqual(complaint.subject, "The blue is green")
        self.assertEqual(complaint.wish, "replacement")
        self.assertIn("upper half", complaint.message_ids[0].body)
        as_agent = complaint.with_user(self.agent)
        as_agent.decide("rejected", "The proof was signed.", "Ask our management.")
        self.tour("/my", "crm_value_complaint_contest_tour")
        self.assertEqual(complaint.verdict, "contested")
        self.assertEqual(complaint.stage_kind, "investigating")
        as_agent.decide("upheld", "You are right: the proof was another file.")
        self.tour(f"/my/complaints/{complaint.id}", "crm_value_complaint_confirm_tour")
        self.assertEqual(complaint.verdict, "accepted")
        self.assertEqual(complaint.stage_kind, "closed")
