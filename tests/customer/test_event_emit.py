from odoo.tests import Form, tagged

from .common import CustomerCase

# Looked up and written at once.
ONE_STATEMENT = ["INSERT INTO crm_customer_event"]
# Looked up, then written by the ORM, where somebody extends its create().
HEARD = ["CASE e.res_model", 'INSERT INTO "crm_customer_event"']


@tagged("post_install", "-at_install")
class TestEventEmit(CustomerCase):
    queries = ONE_STATEMENT

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order, cls.other_order = cls.env["sale.order"].create(
            [{"partner_id": cls.contact.id}, {"partner_id": cls.other_customer.id}]
        )
        cls.cr.flush()

    def test_event_tells_customer_company_and_document(self):
        """A contact's event belongs to the company he works for."""
        event = self.emit("order_confirmed", self.order, data={"amount": 12.5})
        self.assertRecordValues(
            event,
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.order.company_id.id,
                    "kind": "order_confirmed",
                    "res_model": "sale.order",
                    "res_id": self.order.id,
                    "data": {"amount": 12.5},
                }
            ],
        )

    def test_data_may_differ_by_record(self):
        """A function of the record gives each event its own figures."""
        orders = self.order + self.other_order
        events = self.emit(
            "order_confirmed", orders, data=lambda order: {"order_id": order.id}
        )
        self.assertEqual([event.data["order_id"] for event in events], orders.ids)

    def test_contacts_themselves_are_records(self):
        """A birthday happens to a contact, and counts for the customer."""
        event = self.emit("birthday", self.contact)
        self.assertEqual(event.partner_id, self.customer)
        self.assertEqual(
            (event.res_model, event.res_id), ("res.partner", self.contact.id)
        )
        self.assertEqual(event.company_id, self.env.company)

    def test_transaction_writes_all_events_with_one_insert(self):
        """Whatever is emitted, and however often."""
        orders = self.order + self.other_order
        row = (self.customer.id, self.env.company.id, "2026-03-01", False, False, None)
        self.emit("birthday", self.contact)  # fills the caches of defaults
        orders.fetch(["partner_id", "company_id"])
        self.contact.fetch(["company_id"])
        with self.assertQueriesContain(self.queries):
            self.Event._emit("order_confirmed", orders)
            self.Event._emit("order_delivered", orders)
            self.Event._emit("birthday", self.contact)
            self.Event._emit_rows("anniversary", [row])
        self.assertEqual(
            self.events_of(self.customer).mapped("kind"),
            [
                "birthday",
                "order_confirmed",
                "order_delivered",
                "birthday",
                "anniversary",
            ],
        )

    def test_nothing_is_written_before_the_end(self):
        """Who reads in between sees what was there before."""
        self.Event._emit("birthday", self.contact)
        self.env.flush_all()
        self.assertFalse(self.events_of(self.customer))

    def test_nothing_emitted_costs_nothing(self):
        """A transaction without events runs no query of ours."""
        with self.assertQueryCount(0):
            self.Event._emit("order_confirmed", self.order.browse())

    def test_records_without_customer_leave_no_event(self):
        """A lead of an unknown person is nobody's history."""
        lead = self.env["crm.lead"].create({"name": "Enquiry"})
        self.assertFalse(self.emit("interaction", lead))

    def test_unknown_kind_fails_at_once(self):
        """Not at the end of the transaction, far from its cause."""
        with self.assertRaisesRegex(ValueError, "order_eaten"):
            self.Event._emit("order_eaten", self.order)

    def test_rolled_back_savepoint_loses_its_events(self):
        """What did not happen is not told; what happened before it is."""
        self.Event._emit("order_confirmed", self.order)
        try:
            with self.cr.savepoint():
                self.Event._emit("order_delivered", self.order)
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        self.cr.flush()
        self.assertEqual(
            self.events_of(self.customer).mapped("kind"), ["order_confirmed"]
        )

    def test_records_that_are_gone_leave_no_event(self):
        """Savepoints that bypass the ORM keep the pending events: look, then write."""
        Partner = self.env["res.partner"]
        savepoint = self.cr.savepoint(flush=False)
        passing = Partner.create({"name": "Passing by"})
        self.Event._emit("birthday", passing)
        self.Event._emit_rows(
            "birthday",
            [(passing.id, self.env.company.id, "2026-03-01", False, False, {})],
        )
        self.Event._emit("birthday", self.customer)
        savepoint.rollback()
        self.env.invalidate_all(flush=False)
        self.cr.flush()
        self.assertFalse(self.events_of(passing))
        self.assertTrue(self.events_of(self.customer, "birthday"))

    def test_deleted_document_leaves_no_event(self):
        """Made and deleted in one transaction: nothing happened."""
        order = self.order.copy()
        self.Event._emit("order_confirmed", order)
        order.unlink()
        self.cr.flush()
        self.assertFalse(self.events_of(self.customer))

    def test_user_without_rights_makes_events_happen(self):
        """Events follow from what people do, not from a right to create them."""
        Event = self.Event.with_user(self.env.ref("base.public_user"))
        Event._emit("order_confirmed", self.order.with_env(Event.env))
        self.cr.flush()
        self.assertEqual(len(self.events_of(self.customer)), 1)

    def test_events_emitted_by_events_are_written_too(self):
        """What reacts to an event at the end of a transaction may emit another."""
        precommit = self.cr.precommit
        self.Event._emit("birthday", self.customer)
        precommit.add(lambda: self.Event._emit("anniversary", self.customer))
        self.cr.flush()
        kinds = self.events_of(self.customer).mapped("kind")
        self.assertEqual(kinds, ["birthday", "anniversary"])


@tagged("post_install", "-at_install")
class TestEventEmitHeard(TestEventEmit):
    """The same events, of a model whose create() somebody extends."""

    queries = HEARD

    def setUp(self):
        super().setUp()
        original = type(self.Event).create

        def create(model, vals_list):
            return original(model, vals_list)

        self.patch(self.registry["crm.customer.event"], "create", create)


@tagged("post_install", "-at_install")
class TestEventReaction(CustomerCase):
    def _record_creation(self):
        """Have every call of create() listed with its context and values."""
        calls = []
        original = type(self.Event).create

        def create(model, vals_list):
            calls.append((model.env.context, vals_list))
            return original(model, vals_list)

        self.patch(self.registry["crm.customer.event"], "create", create)
        return calls

    def test_creation_hook_sees_whole_batch(self):
        """Automation rules hang on the ORM's create(): it is called, once."""
        calls = self._record_creation()
        self.Event._emit("birthday", self.customer + self.other_customer)
        self.cr.flush()
        self.assertEqual([len(vals_list) for _context, vals_list in calls], [2])

    def test_context_of_the_caller_stays_outside(self):
        """Defaults for his own records, or the marks of a rule that is running."""
        calls = self._record_creation()
        context = {"default_care_handled_at": "2026-03-01", "__action_done": {}}
        self.Event.with_context(**context)._emit("birthday", self.customer)
        self.cr.flush()
        self.assertFalse(calls[0][0].keys() & context.keys())

    def test_automation_rule_reacts_to_event(self):
        """The rule runs in the transaction of the user who made it happen."""
        if "base.automation" not in self.env:
            self.skipTest("base_automation is not installed")
        rule = Form(self.env["base.automation"])
        rule.name = "Birthday"
        rule.model_id = self.env["ir.model"]._get("crm.customer.event")
        rule.trigger = "on_create_or_write"
        rule = rule.save()
        rule.filter_domain = "[('kind', '=', 'birthday')]"
        rule.action_server_ids = self.env["ir.actions.server"].create(
            {
                "name": "Note it",
                "base_automation_id": rule.id,
                "usage": "base_automation",
                "model_id": rule.model_id.id,
                "state": "code",
                "code": "records.partner_id.write({'ref': records[0].kind})",
            }
        )
        self.Event.with_user(self.user)._emit("birthday", self.contact)
        self.cr.flush()
        self.assertEqual(self.customer.ref, "birthday")
