from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...queries.customer_tiers import customer_tiers

# What decides whose value a confirmed order adds to, when, and how much.
VALUED = {"partner_id", "company_id", "date_order", "state", "order_line"}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    customer_tier_id = fields.Many2one(
        "crm.value.tier",
        string="Customer tier",
        compute="_compute_customer_tier",
        search="_search_customer_tier_id",
        groups="crm_value.group_user",
        help="The customer's value tier in the company of the order.",
    )

    # Valuation reads nothing else of an order: it never touches the table itself.
    _crm_value_idx = models.Index(
        "(company_id, partner_id, date_order) "
        "INCLUDE (id, amount_untaxed, margin, currency_rate) WHERE state = 'sale'"
    )

    @api.depends("partner_id.commercial_partner_id", "company_id")
    def _compute_customer_tier(self):
        """Read the tiers of a whole list of orders in one query a company.

        Going from order to partner to profile to tier, record by record, doubles the
        time of the list of orders.
        """
        self.customer_tier_id = False
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["crm.value.profile"].flush_model(["tier_id"])
        for company, of_company in self.grouped("company_id").items():
            orders = of_company.grouped(
                lambda order: order.partner_id.commercial_partner_id._origin.id
            )
            for customer_id, tier_id in self.env.execute_query(
                customer_tiers(list(filter(None, orders)), company.id)
            ):
                orders[customer_id].customer_tier_id = tier_id

    @api.model
    def _search_customer_tier_id(self, operator, value):
        # ``groups`` guards reading, not searching.
        self._check_field_access(self._fields["customer_tier_id"], "read")
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        tiers = self.env["crm.value.tier"].with_context(active_test=False)
        if operator != "in":
            value = tiers.search([("display_name", operator, value)]).ids
        tier_ids = [tier_id for tier_id in value if tier_id]

        def condition(orders, alias, query):
            tier = orders._field_to_sql(alias, "customer_tier_id", query)
            found = SQL("%s = ANY(%s)", tier, tier_ids)
            if False in value:
                return SQL("(%s OR %s IS NULL)", found, tier)
            return found

        return Domain.custom(
            to_sql=condition,
            predicate=lambda order: (order.customer_tier_id.id or False) in value,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "customer_tier_id":
            return super()._field_to_sql(alias, field_expr, query)
        # ``groups`` guards reading, not sorting and grouping.
        self._check_field_access(self._fields[field_expr], "read")
        partner = query.left_join(
            alias, "partner_id", "res_partner", "id", "customer_tier_partner"
        )
        profile = self.env["crm.value.profile"]._join_profile(
            query,
            alias,
            SQL.identifier(partner, "commercial_partner_id"),
            SQL.identifier(alias, "company_id"),
        )
        return SQL.identifier(profile, "tier_id")

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
        self._touch_customers()
        self._emit_purchases("purchase")
        return result

    def _action_cancel(self):
        confirmed = self.filtered(lambda order: order.state == "sale")
        result = super()._action_cancel()
        confirmed._touch_customers()
        confirmed._emit_purchases("purchase_cancelled")
        return result

    def _touch_confirmed(self):
        self.filtered(lambda order: order.state == "sale")._touch_customers()

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
