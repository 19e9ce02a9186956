from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    is_tier_pricelist_ignored = fields.Boolean(
        compute="_compute_is_tier_pricelist_ignored",
        help="The customer's tier has a pricelist, but pricelists are switched off.",
    )

    @api.depends("customer_tier_id")
    def _compute_is_tier_pricelist_ignored(self):
        for order in self:
            # Whoever sells need not be allowed to read tiers; a yes or no leaves here.
            tier_sudo = order.customer_tier_id.sudo()
            order.is_tier_pricelist_ignored = tier_sudo.is_pricelist_ignored
