from odoo.tests import TransactionCase, new_test_user


class CustomerCase(TransactionCase):
    """A company that is a customer, one of its contacts, and a user who sees events."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Event = cls.env["crm.customer.event"]
        cls.customer, cls.other_customer = cls.env["res.partner"].create(
            [
                {"name": "Lotus Prints", "is_company": True},
                {"name": "Harbour Books", "is_company": True},
            ]
        )
        cls.contact = cls.env["res.partner"].create(
            {"name": "Mei", "parent_id": cls.customer.id}
        )
        cls.user = new_test_user(cls.env, "event_user", "crm_value.group_user")
        cls.cr.flush()

    def events_of(self, partner, kind=None):
        """Events written for a customer, first one first."""
        domain = [("partner_id", "=", partner.id)]
        if kind:
            domain.append(("kind", "=", kind))
        return self.Event.search(domain, order="id")

    def emit(self, kind, records, **kwargs):
        """Emit and write at once, as the end of a transaction would."""
        last_id = self.Event.search([], order="id desc", limit=1).id or 0
        self.Event._emit(kind, records, **kwargs)
        self.cr.flush()
        return self.Event.search([("id", ">", last_id)], order="id")
