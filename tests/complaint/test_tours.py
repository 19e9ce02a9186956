from odoo.tests import HttpCase, new_test_user, tagged

from ..value.common import ValueCase


@tagged("post_install", "-at_install")
class TestComplaintTours(ValueCase, HttpCase):
    """What care agents do all day, in the web client."""

    def test_agent_takes_in_answers_decides_and_closes(self):
        home = {
            "company_id": self.company.id,
            "company_ids": [(6, 0, self.company.ids)],
        }
        agent = new_test_user(
            self.env,
            "tour_agent",
            "crm_value.group_care_agent",
            email="agent@example.com",
            **home,
        )
        team = self.env["crm.complaint.team"]._of_company(self.company)
        lotus = self.customer(
            "Lotus Prints", email="lotus@example.com", phone="+33 1 23 45 67 89"
        )
        by_mail = self.env["crm.complaint"].create(
            {
                "subject": "Wrong red",
                "partner_id": lotus.id,
                "email_from": lotus.email,
                "channel": "email",
                "team_id": team.id,
            }
        )
        by_mail._notify_received()
        self.cr.flush()
        self.start_tour("/odoo/complaints", "crm_value_agent_tour", login="tour_agent")
        self.env.invalidate_all()
        self.assertEqual(by_mail.stage_kind, "closed")
        self.assertEqual(by_mail.decision, "upheld")
        self.assertEqual(by_mail.user_id, agent)
        taken_in = self.env["crm.complaint"].search(
            [("subject", "=", "Two boxes are missing")]
        )
        self.assertEqual(taken_in.partner_id, lotus)
        self.assertEqual(taken_in.channel, "phone")
