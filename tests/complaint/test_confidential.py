"""A confidential complaint does not exist for whoever is not of its team."""

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_case import PortalCase

RULES = "odoo.addons.base.models.ir_rule"
SECRET = "Bribed by the sales clerk"


@tagged("post_install", "-at_install")
class TestConfidential(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_agent = cls.make_user("other_agent", "crm_value.group_care_agent")
        cls.outsiders = (cls.other_agent, cls.seller, cls.sibling)

    def secret(self, **values):
        return self.complain(SECRET, **values)

    def hide(self, complaint):
        complaint.with_user(self.agent).is_confidential = True
        self.env.flush_all()
        self.env.invalidate_all()

    def test_no_way_leads_to_it(self):
        """Search, name, count, group, export, message, file, activity, log."""
        complaint = self.secret()
        self.say(complaint, "About the bribe")
        complaint.with_user(self.agent).activity_schedule(
            "mail.mail_activity_data_todo", summary="Ask the clerk"
        )
        file = self.env["ir.attachment"].create(
            {
                "name": "bribe.txt",
                "raw": b"proof",
                "res_model": "crm.complaint",
                "res_id": complaint.id,
            }
        )
        messages = complaint.message_ids
        self.hide(complaint)
        env_of = {
            user: self.env(user=user, su=False)
            for user in (self.agent, *self.outsiders)
        }
        for user, env in env_of.items():
            may = user == self.agent
            complaints = env["crm.complaint"]
            found = [
                complaints.search([("subject", "=", SECRET)]).ids,
                complaints.search_count([("id", "=", complaint.id)]),
                complaints.name_search("Bribed"),
                complaints._read_group([("id", "=", complaint.id)], ["stage_id"]),
                complaints.with_context(active_test=False).search(
                    [("id", "=", complaint.id)]
                ),
                env["mail.message"].search([("id", "in", messages.ids)]),
                env["ir.attachment"].search([("id", "=", file.id)]),
            ]
            if not user.share:
                found += [
                    env["mail.activity"].search([("res_id", "=", complaint.id)]),
                    env["crm.complaint.log"].search(
                        [("complaint_id", "=", complaint.id)]
                    ),
                    env["crm.complaint.deadline"].search(
                        [("complaint_id", "=", complaint.id)]
                    ),
                ]
            for place, result in enumerate(found):
                self.assertEqual(bool(result), may, (user.login, place))
            if not may:
                for call in (
                    lambda c: c.read(["subject"]),
                    lambda c: c.export_data(["subject"]),
                    lambda c: c.message_post(body="x"),
                    lambda c: c.decide("upheld", "x"),
                    lambda c: c.merge_into(c.id),
                ):
                    with mute_logger(RULES), self.assertRaises(UserError):
                        call(complaint.with_user(user))

    def test_becoming_confidential_takes_back_what_others_hold(self):
        """Subscriptions, activities and events of the timeline."""
        complaint = self.secret()
        complaint.message_subscribe(
            [user.partner_id.id for user in (*self.outsiders, self.owner, self.agent)]
        )
        task = complaint.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.seller.id
        )
        self.env.cr.flush()
        events = self.env["crm.customer.event"].with_user(self.agent)
        domain = [("res_model", "=", "crm.complaint"), ("res_id", "=", complaint.id)]
        self.assertTrue(events.search(domain))
        self.hide(complaint)
        self.assertFalse(events.search(domain))
        followers = complaint.message_partner_ids
        for user in self.outsiders:
            self.assertNotIn(user.partner_id, followers)
        self.assertIn(self.agent.partner_id, followers)
        self.assertIn(self.owner.partner_id, followers)
        self.assertEqual(task.user_id, self.manager)
        complaint.with_user(self.agent).is_confidential = False
        self.env.flush_all()
        self.assertTrue(events.search(domain))

    def test_event_of_the_same_moment_is_hidden_too(self):
        complaint = self.secret()
        complaint.is_confidential = True
        self.env.cr.flush()
        events = self.env["crm.customer.event"].with_user(self.manager)
        self.assertFalse(events.search([("res_id", "=", complaint.id)]))

    def test_pointers_do_not_name_it(self):
        """A link from another complaint says the number at most; new ones are not
        pointed to it at all."""
        secret = self.secret(is_confidential=True)
        other = self.complain(SECRET)
        self.assertFalse(other.duplicate_of_id)
        other.with_user(self.other_agent).duplicate_of_id = secret.id
        self.env.flush_all()
        self.env.invalidate_all()
        row = other.with_user(self.other_agent).read(["duplicate_of_id"])[0]
        self.assertNotIn("Bribed", str(row))
        row = other.with_user(self.agent).read(["duplicate_of_id"])[0]
        self.assertIn("Bribed", str(row))

    def test_pointers_end_when_it_becomes_confidential(self):
        first = self.secret()
        second = self.secret()
        self.assertEqual(second.duplicate_of_id, first)
        self.hide(first)
        self.assertFalse(second.duplicate_of_id)

    def test_joined_ones_are_as_secret_as_one_of_them(self):
        for is_first in (True, False):
            secret = self.secret(is_confidential=True)
            plain = self.complain("Noise in the hall")
            source, survivor = (secret, plain) if is_first else (plain, secret)
            source.with_user(self.agent).merge_into(survivor.id)
            self.assertTrue(source.is_confidential and survivor.is_confidential)
            self.assertFalse(
                survivor.with_user(self.sibling).has_access("read"), is_first
            )

    def test_who_complained_and_its_owner_see_it(self):
        complaint = self.secret(is_confidential=True)
        self.assertTrue(complaint.with_user(self.owner).has_access("read"))
        complaint.with_user(self.agent).user_id = self.other_agent
        self.assertTrue(complaint.with_user(self.other_agent).has_access("write"))

    def test_counters_of_the_customer_leave_it_out(self):
        self.secret(is_confidential=True)
        lotus = self.lotus.with_user(self.seller)
        self.assertEqual(lotus.complaint_count, 0)
        self.assertEqual(self.lotus.with_user(self.agent).complaint_count, 1)
