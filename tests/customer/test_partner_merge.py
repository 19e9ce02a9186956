from odoo.tests import new_test_user, tagged

from .common import CustomerCase


@tagged("post_install", "-at_install")
class TestPartnerMerge(CustomerCase):
    def _merge(self, source, destination, user=None):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard = wizard.with_user(user) if user else wizard
        wizard._merge((source + destination).ids, destination.with_env(wizard.env))

    def test_merge_keeps_events(self):
        """Those of both customers are one history afterwards, unchanged otherwise."""
        event = self.emit("birthday", self.customer, data={"years": 2})
        kept = self.emit("anniversary", self.other_customer)
        self._merge(self.customer, self.other_customer)
        self.assertFalse(self.customer.exists())
        self.assertEqual(self.events_of(self.other_customer), event + kept)
        self.assertEqual(event.data, {"years": 2})

    def test_event_about_the_merged_contact_opens_the_one_that_stays(self):
        """The document of the event was the contact itself."""
        event = self.emit("birthday", self.customer)
        self._merge(self.customer, self.other_customer)
        self.assertEqual(event.res_id, self.other_customer.id)

    def test_event_about_a_contact_of_the_customer_moves_with_the_contact(self):
        """The customer stays who he was."""
        twin = self.contact.copy()
        event = self.emit("birthday", twin)
        self._merge(twin, self.contact)
        self.assertEqual(event.res_id, self.contact.id)
        self.assertEqual(event.partner_id, self.customer)

    def test_merged_into_a_contact_events_go_to_his_company(self):
        """Events hang on the commercial partner, merged or not."""
        event = self.emit("birthday", self.other_customer)
        self._merge(self.other_customer, self.contact)
        self.assertEqual(event.partner_id, self.customer)

    def test_events_of_the_merging_transaction_survive(self):
        """They are pending when their customer is deleted."""
        self.Event._emit("birthday", self.customer)
        self._merge(self.customer, self.other_customer)
        self.cr.flush()
        self.assertEqual(len(self.events_of(self.other_customer)), 1)

    def test_hook_is_called_once_before_core_touches_anything(self):
        """As superuser, with every source, whoever merges."""
        calls = []
        original = type(self.env["res.partner"])._merge_customer
        third = self.env["res.partner"].create({"name": "Lotus"})
        event = self.emit("birthday", third)

        def merge_customer(model, source, destination):
            calls.append((model.env.su, source, destination, event.partner_id))
            original(model, source, destination)

        self.patch(self.registry["res.partner"], "_merge_customer", merge_customer)
        new_test_user(self.env, "merger", "base.group_user,base.group_partner_manager")
        merger = self.env["res.users"].search([("login", "=", "merger")])
        self._merge(self.customer + third, self.other_customer, merger)
        self.assertEqual(
            calls, [(True, self.customer + third, self.other_customer, third)]
        )
        self.assertEqual(event.partner_id, self.other_customer)
