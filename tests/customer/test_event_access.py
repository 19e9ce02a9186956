from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged, users
from odoo.tools import mute_logger

from .common import CustomerCase


@tagged("post_install", "-at_install")
class TestEventAccess(CustomerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Branch Office"})
        new_test_user(cls.env, "event_manager", "crm_value.group_manager")
        new_test_user(cls.env, "event_outsider", "base.group_user")
        new_test_user(cls.env, "event_portal", "base.group_portal")
        cls.Event._emit_rows(
            "birthday",
            [
                (cls.customer.id, company.id, "2026-03-01 08:00:00", False, False, None)
                for company in (cls.env.company, cls.other_company)
            ],
        )
        cls.cr.flush()
        cls.event = cls.Event.search(
            [
                ("partner_id", "=", cls.customer.id),
                ("company_id", "=", cls.env.company.id),
            ]
        )
        cls.event_elsewhere = cls.Event.search(
            [("company_id", "=", cls.other_company.id)]
        )

    @users("event_user", "event_manager")
    def test_users_read_events_of_their_companies(self):
        """Those of another company are neither found nor read."""
        events = self.env["crm.customer.event"]
        found = events.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(found, self.event)
        self.assertEqual(found.kind, "birthday")
        with mute_logger("odoo.addons.base.models.ir_rule"):
            with self.assertRaises(AccessError):
                self.event_elsewhere.with_env(self.env).read(["kind"])

    @users("event_user", "event_manager")
    def test_nobody_makes_up_events(self):
        """Not even managers: they read, and that is all."""
        event = self.event.with_env(self.env)
        for operation in ("create", "write", "unlink"):
            self.assertFalse(event.has_access(operation), operation)
        with self.assertRaises(AccessError):
            event.create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.env.company.id,
                    "kind": "birthday",
                }
            )

    def test_portal_public_and_outsiders_see_nothing(self):
        """Neither the events nor what hangs on the contact."""
        for login in ("event_outsider", "event_portal", "public"):
            user = (
                self.env["res.users"]
                .with_context(active_test=False)
                .search([("login", "=", login)])
            )
            with self.subTest(login):
                self.assertFalse(self.event.with_user(user).has_access("read"))
                with self.assertRaises(AccessError):
                    self.Event.with_user(user).search([])
                with self.assertRaises(AccessError):
                    self.customer.with_user(user).read(["customer_event_ids"])
                # Else reading all fields of a contact would fail for them.
                contact_fields = self.env["res.partner"].with_user(user).fields_get()
                self.assertNotIn("customer_event_ids", contact_fields)

    @users("event_outsider", "event_user")
    def test_contact_form_shows_timeline_to_users_only(self):
        """And opens for everybody."""
        form = Form(self.customer.with_env(self.env))
        allowed = self.env.user.has_group("crm_value.group_user")
        self.assertEqual("customer_event_ids" in form._view["fields"], allowed)

    def test_hidden_document_is_not_named(self):
        """Neither the summary nor the button shows what the user may not read."""
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        event = self.emit("order_confirmed", order)
        self.assertIn(order.name, event.summary)
        as_user = event.with_user(self.user)
        self.assertFalse(as_user.summary)
        with self.assertRaises(AccessError):
            as_user.action_open_record()

    def test_button_opens_document_or_customer(self):
        """And says so when the document is gone."""
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        event = self.emit("order_confirmed", order)
        action = event.action_open_record()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("sale.order", order.id)
        )
        action = self.event.with_user(self.user).action_open_record()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("res.partner", self.customer.id)
        )
        order.unlink()
        with self.assertRaisesRegex(UserError, "Order confirmed.*no longer exists"):
            event.action_open_record()
