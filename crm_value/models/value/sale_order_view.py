from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    is_tier_pricelist_ignored = fields.Boolean(
        compute="_compute_is_tier_pricelist_ignored",
        groups="crm_value.group_user",
        help="The customer's tier has a pricelist, but pricelists are switched off.",
    )

    @api.depends("customer_tier_id")
    def _compute_is_tier_pricelist_ignored(self):
        for order in self:
            tier = order.customer_tier_id
            order.is_tier_pricelist_ignored = tier.is_pricelist_ignored
