from datetime import datetime, time, timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from ..value.common import ValueCase, days_before
from .mail_case import JANE, give_address, make_mail


@tagged("post_install", "-at_install")
class TestComplaintTours(ValueCase, HttpCase):
    """What care agents do all day, in the web client."""

    def test_agent_from_mail_to_recovery(self):
        agent = new_test_user(
            self.env,
            "tour_agent",
            "crm_value.group_care_agent",
            email="agent@example.com",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.company.complaint_goodwill_amount = 50.0
        give_address(self.company)
        lotus = self.customer("Lotus Prints", email=JANE, phone="+33 1 23 45 67 89")
        self.env["mail.thread"].message_process(False, make_mail(subject="Wrong red"))
        by_mail = self.complaint("Wrong red")
        self.cr.flush()
        self.start_tour("/odoo/complaints", "crm_value_agent_tour", login="tour_agent")
        self.env.invalidate_all()
        self.assertEqual((by_mail.stage_kind, by_mail.decision), ("closed", "upheld"))
        self.assertEqual((by_mail.user_id, by_mail.channel), (agent, "email"))
        self.assertEqual(by_mail.remedy_cost_amount, 20.0)
        by_phone = self.complaint("Two boxes are missing")
        self.assertEqual((by_phone.partner_id, by_phone.channel), (lotus, "phone"))

        self.pass_half_a_year(by_mail)
        by_phone._write({"received_tier_id": self.gold.id})
        self.env.flush_all()
        self.start_tour(
            "/odoo/complaint-recovery", "crm_value_recovery_tour", login="tour_agent"
        )

    def complaint(self, subject):
        return self.env["crm.complaint"].search([("subject", "=", subject)])

    def pass_half_a_year(self, complaint):
        """As if it had come in 200 days ago from a customer who buys every month."""
        received = days_before(200, fields.Date.today())
        complaint._write({"received_at": datetime.combine(received, time(12))})
        self.purchases(
            [
                (
                    complaint.partner_id,
                    received + timedelta(days=30 * month),
                    100.0,
                    1.0,
                )
                for month in range(-12, 7)
            ]
        )
        self.env.flush_all()
        self.env.ref("crm_value.cron_complaint_outcomes").method_direct_trigger()
        self.env.invalidate_all()
