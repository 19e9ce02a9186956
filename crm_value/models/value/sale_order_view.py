from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    customer_tier_color = fields.Integer(
        string="Tier color",
        compute="_compute_customer_tier_color",
        groups="crm_value.group_user",
    )
    is_tier_pricelist_ignored = fields.Boolean(
        compute="_compute_is_tier_pricelist_ignored",
        groups="crm_value.group_user",
        help="The customer's tier has a pricelist, but pricelists are switched off.",
    )

    @api.depends("customer_tier_id")
    @api.depends_context("company")
    def _compute_customer_tier_color(self):
        for order in self:
            order.customer_tier_color = order.customer_tier_id.color

    @api.depends("customer_tier_id")
    @api.depends_context("company")
    def _compute_is_tier_pricelist_ignored(self):
        for order in self:
            tier = order.customer_tier_id
            order.is_tier_pricelist_ignored = tier.is_pricelist_ignored
