"""What nobody writes by hand, and what a customer's program can read."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_case import PortalCase

RULES = "odoo.addons.base.models.ir_rule"
# All that a customer's own program may read of a complaint. What is added to the model
# is internal until it stands here.
OPEN_FIELDS = {
    "access_url",
    "access_warning",
    "acknowledged_at",
    "active",
    "answered_at",
    "category_id",
    "channel",
    "closed_at",
    "commercial_partner_id",
    "company_id",
    "create_date",
    "create_uid",
    "currency_id",
    "decided_at",
    "decision",
    "decision_text",
    "delivery_reference",
    "description",
    "display_name",
    "email_cc",
    "email_from",
    "id",
    "invoice_id",
    "kind",
    "lot_name",
    "name",
    "order_id",
    "partner_id",
    "partner_name",
    "phone",
    "product_id",
    "received_at",
    "recourse_text",
    "stage_id",
    "stage_kind",
    "subject",
    "team_id",
    "user_id",
    "verdict",
    "wish",
    "write_date",
    "write_uid",
}
# Of core's mixins: empty or harmless to a customer.
OF_CORE = (
    "message_",
    "has_message",
    "website_message_ids",
    "my_activity_",
)


@tagged("post_install", "-at_install")
class TestAccessSystem(PortalCase):
    def values(self):
        return {
            "subject": "Pale",
            "partner_id": self.lotus.id,
            "company_id": self.company.id,
        }

    SYSTEM = {
        "closed_at": "2026-06-02 10:00:00",
        "decided_at": "2026-06-02 10:00:00",
        "acknowledged_at": "2026-06-02 10:00:00",
        "answered_at": "2026-06-02 10:00:00",
        "value_at_risk_amount": 1.0,
        "outcome": "kept",
        "verdict": "accepted",
        "is_relabelled": True,
        "reopen_count": 5,
        "open_hours": 1.0,
        "next_due_at": "2030-01-01 00:00:00",
        "access_token": "guess",
        "stage_kind": "closed",
    }

    def test_what_only_happens_is_not_created(self):
        """Neither given nor by the client's context, by agent or manager."""
        for user in (self.seller, self.agent, self.manager):
            complaints = self.Complaint.with_user(user)
            for name, value in self.SYSTEM.items():
                with self.assertRaises(UserError, msg=name):
                    complaints.create({**self.values(), name: value})
                context = {f"default_{name}": value}
                if name == "access_token":
                    # Core refuses fields that the user cannot write by itself.
                    continue
                created = complaints.with_context(**context).create(self.values())
                self.assertNotEqual(str(created.sudo()[name]), str(value), name)

    def test_what_only_happens_is_not_written(self):
        complaint = self.complain()
        for user in (self.agent, self.manager):
            for name, value in self.SYSTEM.items():
                with self.assertRaises(UserError, msg=name):
                    complaint.with_user(user).write({name: value})

    def test_every_complaint_begins_as_received(self):
        """Whatever column of the board it was created in."""
        closed = self.env["crm.complaint.stage"]._of_kind("closed")
        complaints = self.Complaint.with_user(self.agent)
        with self.assertRaises(ValidationError):
            complaints.create({**self.values(), "stage_id": closed.id})
        created = complaints.with_context(default_stage_id=closed.id).create(
            self.values()
        )
        self.assertEqual(created.stage_kind, "received")

    def test_lines_are_not_written_through_the_complaint(self):
        complaint = self.complain()
        deadline = complaint.deadline_ids[:1]
        for name, commands in (
            ("deadline_ids", [(1, deadline.id, {"due_at": "2030-01-01 00:00:00"})]),
            ("deadline_ids", [(2, deadline.id)]),
            ("log_ids", [(0, 0, {"kind": "changed", "company_id": self.company.id})]),
        ):
            with self.assertRaises(UserError):
                complaint.with_user(self.manager).write({name: commands})

    # What a customer's program reads

    def test_fields_open_to_customers_are_named(self):
        """Every readable field of the model stands in the list above."""
        complaint = self.complain()
        self.authenticate(self.owner.login, self.owner.login)
        described = self.call("fields_get", [], attributes=["string"])
        readable = {name for name in described if not name.startswith(OF_CORE)}
        self.assertEqual(readable, OPEN_FIELDS)
        row = self.call("read", [complaint.id], load=None)[0]
        for name in ("value_at_risk_amount", "severity", "access_token", "cause_id"):
            self.assertNotIn(name, row)

    def call(self, method, *args, **kwargs):
        return self.rpc(
            "/web/dataset/call_kw",
            model="crm.complaint",
            method=method,
            args=list(args),
            kwargs=kwargs,
        )

    def test_internal_fields_are_refused_to_customers(self):
        """Read, searched, sorted, grouped by or aggregated."""
        self.complain()
        internal = {
            name
            for name in self.Complaint._fields
            if name not in OPEN_FIELDS and not name.startswith(OF_CORE)
        }
        self.assertTrue(
            {"severity", "next_due_at", "customer_tier_id", "log_ids"} <= internal
        )
        complaints = self.Complaint.with_user(self.owner)
        for name in sorted(internal):
            field = self.Complaint._fields[name]
            with mute_logger(RULES):
                with self.assertRaises(AccessError, msg=f"read {name}"):
                    complaints.search([], limit=1).read([name])
                if field._description_searchable:
                    with self.assertRaises(AccessError, msg=f"search {name}"):
                        complaints.search([(name, "!=", False)])
                if field.store and field.column_type:
                    with self.assertRaises(AccessError, msg=f"sort {name}"):
                        complaints.search([], order=name)
                    with self.assertRaises(AccessError, msg=f"group {name}"):
                        complaints._read_group([], [name], ["__count"])

    def test_customers_list_is_in_no_order_of_ours(self):
        """The order of work tells severity and deadlines."""
        first = self.complain("First", severity="0")
        second = self.complain("Second", severity="3")
        third = self.complain("Third", severity="1")
        found = self.Complaint.with_user(self.owner).search([])
        self.assertEqual(found, (third | second | first).sorted("id", reverse=True))

    def test_customer_posts_as_himself_and_to_nobody_else(self):
        """Over the API too: no note, no other author, no mail to strangers; our
        promise of an answer is not kept by it."""
        complaint = self.complain()
        complaint.with_user(self.owner).message_post(
            body="I am the agent.",
            author_id=self.agent.partner_id.id,
            partner_ids=self.rival.ids,
            outgoing_email_to="victim@example.com",
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )
        message = complaint.message_ids[0]
        self.assertEqual(message.author_id, self.owner.partner_id)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertFalse(message.partner_ids)
        self.assertFalse(message.outgoing_email_to)
        self.assertFalse(complaint.answered_at)

    def test_customers_get_no_link_to_hand_on(self):
        complaint = self.complain()
        token = complaint.access_token
        for user in (self.owner, self.sibling):
            own = complaint.with_user(user)
            self.assertNotIn(token, own.get_portal_url())
            self.assertNotIn(token, own._get_share_url())
        with mute_logger(RULES), self.assertRaises(AccessError):
            complaint.with_user(self.stranger).get_portal_url()
        self.assertIn(token, complaint.with_user(self.agent).get_portal_url())

    def test_customers_write_nothing(self):
        complaint = self.decided()
        for user in (self.owner, self.sibling, self.stranger):
            for call in (
                lambda c: c.write({"subject": "Mine"}),
                lambda c: c.create({"subject": "Mine"}),
                lambda c: c.unlink(),
                lambda c: c.message_subscribe([self.rival.id]),
                lambda c: c.activity_schedule("mail.mail_activity_data_todo"),
            ):
                with mute_logger(RULES), self.assertRaises(AccessError):
                    call(complaint.with_user(user))
        with mute_logger(RULES), self.assertRaises(AccessError):
            complaint.with_user(self.stranger).confirm_decision()
