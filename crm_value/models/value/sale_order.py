from odoo import api, models

# What decides whose value a confirmed order adds to, when, and how much.
VALUED = {"partner_id", "company_id", "date_order", "state", "order_line"}
# The same of a line that is written by itself, as other apps and automations do.
VALUED_OF_LINE = {
    "discount",
    "price_unit",
    "product_id",
    "product_uom_id",
    "product_uom_qty",
    "purchase_price",
    "reward_id",
    "tax_ids",
}


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.value.tier.shown"]

    # Valuation reads nothing else of an order: it never touches the table itself.
    _crm_value_idx = models.Index(
        "(company_id, partner_id, date_order) "
        "INCLUDE (id, amount_untaxed, margin, currency_rate) WHERE state = 'sale'"
    )

    def write(self, vals):
        if not VALUED & vals.keys():
            return super().write(vals)
        # Whoever had the order, and whoever has it afterwards.
        self._touch_confirmed()
        result = super().write(vals)
        self._touch_confirmed()
        return result

    def _action_confirm(self):
        result = super()._action_confirm()
        self._emit_purchases("purchase")
        return result

    def _action_cancel(self):
        confirmed = self.filtered(lambda order: order.state == "sale")
        result = super()._action_cancel()
        confirmed._emit_purchases("purchase_cancelled")
        return result

    def _touch_confirmed(self):
        """Have the customers of those that are confirmed valued again."""
        for order in self:
            if order.state == "sale":
                self.env["crm.value.touch"]._touch(order.partner_id, order.company_id)

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

    # The few lines that the order's own totals do not tell. Not their state: confirming
    # an order would then write every line anew into all of its indexes.
    _crm_value_idx = models.Index(
        "(company_id, order_id) INCLUDE "
        "(price_subtotal, margin, purchase_price, price_unit, discount, reward_id, "
        "product_id) "
        "WHERE reward_id IS NOT NULL OR purchase_price = 0 OR discount > 0"
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.order_id._touch_confirmed()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if VALUED_OF_LINE & vals.keys():
            self.order_id._touch_confirmed()
        return result
