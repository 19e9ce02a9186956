from odoo import fields, models

from ...queries.customer_tiers import customer_tiers


class _OfCustomer:
    """A related field that reads the tiers of a whole list of orders in one query.

    Searched, sorted and grouped as any related field; going from order to partner to
    profile to tier, record by record, doubled the time of the list of orders.
    """

    def _compute_related(self, records):
        records._compute_customer_tier()


class CustomerTier(_OfCustomer, fields.Many2one):
    pass


class CustomerTierColor(_OfCustomer, fields.Integer):
    pass


class SaleOrder(models.Model):
    _inherit = "sale.order"

    customer_tier_id = CustomerTier(
        related="partner_id.value_tier_id", string="Customer tier"
    )
    customer_tier_color = CustomerTierColor(related="customer_tier_id.color")

    # Valuation reads nothing else of an order: it never touches the table itself.
    _crm_value_idx = models.Index(
        "(company_id, partner_id, date_order) "
        "INCLUDE (id, amount_untaxed, margin, currency_rate) WHERE state = 'sale'"
    )

    def _compute_customer_tier(self):
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["crm.value.profile"].flush_model(["tier_id"])
        self.env["crm.value.tier"].flush_model(["color"])
        by_partner = self.grouped(lambda order: order.partner_id._origin.id)
        found = self.env.execute_query(
            customer_tiers(list(filter(None, by_partner)), self.env.company.id)
        )
        tiers = {partner_id: tier for partner_id, *tier in found}
        by_tier = self.grouped(
            lambda order: tuple(tiers.get(order.partner_id._origin.id, (False, 0)))
        )
        names = ("customer_tier_id", "customer_tier_color")
        with self.env.protecting([self._fields[name] for name in names], self):
            for (tier_id, color), orders in by_tier.items():
                orders.customer_tier_id = tier_id
                orders.customer_tier_color = color

    def _action_confirm(self):
        result = super()._action_confirm()
        self._touch_customers()
        self._emit_purchases("purchase")
        return result

    def _action_cancel(self):
        confirmed = self.filtered(lambda order: order.state == "sale")
        result = super()._action_cancel()
        confirmed._touch_customers()
        confirmed._emit_purchases("purchase_cancelled")
        return result

    def _touch_customers(self):
        for company, orders in self.grouped("company_id").items():
            self.env["crm.value.touch"]._touch(orders.partner_id, company)

    def _emit_purchases(self, kind):
        """Note a purchase where the company counts orders as purchases."""
        get_source = self.env["crm.value.policy"]._get_source
        by_orders = self.filtered(
            lambda order: get_source(order.company_id.id) == "orders"
        )
        self.env["crm.customer.event"]._emit(
            kind,
            by_orders,
            lambda order: {
                "amount": order.amount_untaxed,
                "currency_id": order.currency_id.id,
            },
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # The few lines that the order's own totals do not tell.
    _crm_value_idx = models.Index(
        "(company_id, order_id) INCLUDE "
        "(price_subtotal, margin, purchase_price, discount, reward_id, state) "
        "WHERE reward_id IS NOT NULL OR purchase_price = 0 OR discount > 0"
    )
