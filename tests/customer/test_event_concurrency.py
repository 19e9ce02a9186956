from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name


@tagged("post_install", "-at_install")
class TestEventConcurrency(BaseCase):
    """Two transactions that are really open at once; both are committed."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.partner_id = env["res.partner"].create({"name": "Busy Bros"}).id
        self.addCleanup(self._delete_partner)

    def _delete_partner(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["res.partner"].browse(self.partner_id).unlink()

    def test_two_transactions_write_events_of_one_customer(self):
        """Neither waits for the other, even while one writes on the customer."""
        with self.registry.cursor() as cr1, self.registry.cursor() as cr2:
            cr2.execute("SET LOCAL lock_timeout = '2s'")
            for cr, kind in ((cr1, "birthday"), (cr2, "anniversary")):
                env = api.Environment(cr, SUPERUSER_ID, {})
                partner = env["res.partner"].browse(self.partner_id)
                if cr is cr1:
                    partner.comment = "Ordered by phone"
                env["crm.customer.event"]._emit(kind, partner)
                cr.flush()
        with self.registry.cursor() as cr:
            events = api.Environment(cr, SUPERUSER_ID, {})["crm.customer.event"].search(
                [("partner_id", "=", self.partner_id)]
            )
            self.assertEqual(set(events.mapped("kind")), {"birthday", "anniversary"})

    def test_rolled_back_transaction_leaves_no_event(self):
        """Pending events go with the transaction, and not into the next one."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["crm.customer.event"]._emit(
                "birthday", env["res.partner"].browse(self.partner_id)
            )
            cr.rollback()
            cr.commit()
            self.assertFalse(
                env["crm.customer.event"].search_count(
                    [("partner_id", "=", self.partner_id)]
                )
            )
