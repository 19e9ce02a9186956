"""A company with a complaint team that works 9–12 and 13–17, and people around it."""

from datetime import datetime

from odoo.tests import freeze_time, new_test_user

from ..value.common import ValueCase

# A Tuesday morning; the team's calendar is in UTC.
TUESDAY = datetime(2026, 6, 2, 10)


class ComplaintCase(ValueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(TUESDAY))
        cls.team = cls.env["crm.complaint.team"]._of_company(cls.company)
        cls.team.calendar_id = cls.make_calendar()
        cls.agent = cls.make_user("agent", "crm_value.group_care_agent")
        cls.manager = cls.make_user("manager", "crm_value.group_manager")
        cls.seller = cls.make_user("seller", "crm_value.group_user")
        cls.team.user_id = cls.manager
        cls.team.member_ids = cls.agent
        cls.lotus = cls.customer(
            "Lotus Prints", email="lotus@example.com", phone="+33 1 23 45 67 89"
        )
        cls.Complaint = cls.env["crm.complaint"]
        cls.Deadline = cls.env["crm.complaint.deadline"]
        cls.slas = cls.env["crm.complaint.sla"].search(
            [("company_id", "=", cls.company.id)]
        )

    @classmethod
    def make_user(cls, name, group):
        return new_test_user(
            cls.env,
            f"complaint_{name}",
            group,
            email=f"{name}@example.com",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    @classmethod
    def make_calendar(cls, tz="UTC", days=range(5)):
        hours = ((9, 12, "morning"), (13, 17, "afternoon"))
        return cls.env["resource.calendar"].create(
            {
                "name": "Nine to five",
                "company_id": cls.company.id,
                "tz": tz,
                "attendance_ids": [(5,)]
                + [
                    (
                        0,
                        0,
                        {
                            "name": period,
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": stop,
                            "day_period": period,
                        },
                    )
                    for day in days
                    for start, stop, period in hours
                ],
            }
        )

    @classmethod
    def holiday(cls, start, stop, calendar=None):
        return cls.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": (calendar or cls.team.calendar_id).id,
                "company_id": cls.company.id,
                "date_from": start,
                "date_to": stop,
            }
        )

    @classmethod
    def submit(cls, words="The colour is off", user=None, **values):
        """A complaint by phone of a known customer, as the care agent takes it in."""
        complaints = cls.Complaint.with_user(user or cls.agent)
        values = {"partner_id": cls.lotus.id, "channel": "phone", **values}
        complaint = complaints.browse(
            complaints.submit({"description": words, **values})
        )
        cls.env.flush_all()
        return complaint

    @classmethod
    def set_tier(cls, partner, tier):
        """Give a customer a profile in this tier, as a manager does by hand."""
        profile = cls.profile(partner)
        if not profile:
            profile = cls.Profile.create(
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "currency_id": cls.company.currency_id.id,
                    "tier_id": cls.standard.id,
                }
            )
        profile._apply_tier(tier, "override", {})
        cls.env.cr.precommit.run()
        return profile

    def deadline(self, complaint, kind):
        """The latest promise of this kind."""
        return complaint.deadline_ids.filtered(lambda d: d.kind == kind)[-1:]

    def run_tick(self):
        """What the scheduler does when a deadline's moment has come."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_value.cron_complaint_tick").method_direct_trigger()
        self.env.invalidate_all()

    def say(self, complaint, words="We look into it.", author=None):
        """A message that the customer can read, by an agent or by the customer."""
        values = {
            "body": words,
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
        }
        if author:
            # As the gateway and the portal post.
            return complaint.sudo().message_post(author_id=author.id, **values)
        return complaint.with_user(self.agent).message_post(**values)
