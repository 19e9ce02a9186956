"""Price lists on documents, and the hint when they are switched off."""

from odoo.tests import Form, freeze_time, tagged

from .common import NOON
from .test_pricelist import PricelistCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOrders(PricelistCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.friends.item_ids = [
            (
                0,
                0,
                {
                    "compute_price": "fixed",
                    "fixed_price": 80.0,
                    "applied_on": "3_global",
                },
            )
        ]
        cls.product.list_price = 100.0

    def quotation(self, partner):
        with Form(self.env["sale.order"]) as form:
            form.partner_id = partner
            with form.order_line.new() as line:
                line.product_id = self.product
        return form.record

    def test_new_quotation_has_the_tiers_list_and_prices(self):
        """The customer's and a contact's alike."""
        contact = self.customer("Ann", parent_id=self.best.id)
        for partner in self.best + contact:
            order = self.quotation(partner)
            self.assertEqual(order.pricelist_id, self.friends)
            self.assertEqual(order.order_line.price_unit, 80.0)
        order = self.quotation(self.small)
        self.assertEqual(order.pricelist_id, self.default)
        self.assertEqual(order.order_line.price_unit, 100.0)

    def test_lost_tier_ends_the_list_at_once(self):
        """The next quotation has the usual prices; documents that exist keep theirs."""
        order = self.quotation(self.best)
        order.action_confirm()
        self.best_profile.override_tier(self.standard.id, "Unpaid invoices")
        self.assertEqual(self.quotation(self.best).pricelist_id, self.default)
        self.env.invalidate_all()
        self.assertEqual(order.pricelist_id, self.friends)
        self.assertEqual(order.order_line.price_unit, 80.0)

    def test_reached_tier_brings_the_list_at_once(self):
        """Also where the customer has ordered before."""
        self.assertEqual(self.quotation(self.small).pricelist_id, self.default)
        self.profile(self.small).override_tier(self.platinum.id, "Promised")
        self.assertEqual(self.quotation(self.small).pricelist_id, self.friends)

    def test_other_customer_on_the_quotation_brings_his_list(self):
        """As the salesperson changes his mind."""
        with Form(self.env["sale.order"]) as form:
            form.partner_id = self.small
            self.assertEqual(form.pricelist_id, self.default)
            form.partner_id = self.best
            self.assertEqual(form.pricelist_id, self.friends)

    def test_order_of_another_company_gets_that_companys_list(self):
        """Whatever company the user happens to work in."""
        other = self.make_company("Other Works", "EUR")
        order = self.env["sale.order"].with_context(
            allowed_company_ids=(self.company | other).ids
        )
        order = order.create({"partner_id": self.best.id, "company_id": other.id})
        # A new company comes with a list of its own.
        self.assertEqual(order.pricelist_id.company_id, other)

    def test_salesperson_sells_at_the_tiers_prices(self):
        """The rights of the one who sells change nothing."""
        orders = self.env["sale.order"].with_user(self.users["salesperson"])
        orders = orders.with_context(allowed_company_ids=self.company.ids)
        order = orders.create({"partner_id": self.best.id})
        self.assertEqual(order.pricelist_id.id, self.friends.id)

    def test_switched_off_price_lists_are_pointed_out(self):
        """On the tier and on the quotation; prices are the usual ones."""
        users = self.env.ref("base.group_user")
        users._remove_group(self.env.ref("product.group_product_pricelist"))
        self.env.invalidate_all()
        order = self.quotation(self.best)
        self.assertFalse(order.pricelist_id)
        self.assertEqual(order.order_line.price_unit, 100.0)
        self.assertTrue(order.is_tier_pricelist_ignored)
        self.assertTrue(self.platinum.is_pricelist_ignored)
        self.assertFalse(self.quotation(self.small).is_tier_pricelist_ignored)
        self.assertFalse(self.gold.is_pricelist_ignored)
        users._apply_group(self.env.ref("product.group_product_pricelist"))
        self.env.invalidate_all()
        self.assertFalse(order.is_tier_pricelist_ignored)
        self.assertFalse(self.platinum.is_pricelist_ignored)
