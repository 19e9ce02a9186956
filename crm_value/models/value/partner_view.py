from odoo import api, fields, models

from ..arguments import check_one


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Computed rather than related: core searches, sorts and groups by related fields
    # as superuser, and asks nobody for the group.
    value_tier_color = fields.Integer(
        string="Tier color",
        compute="_compute_value_tier_color",
        groups="crm_value.group_user",
    )
    value_tier_is_base = fields.Boolean(
        string="In the last tier",
        compute="_compute_value_tier_is_base",
        groups="crm_value.group_user",
    )

    @api.depends("value_tier_id")
    @api.depends_context("company")
    def _compute_value_tier_color(self):
        for partner in self:
            partner.value_tier_color = partner.value_tier_id.color

    @api.depends("value_tier_id")
    @api.depends_context("company")
    def _compute_value_tier_is_base(self):
        for partner in self:
            partner.value_tier_is_base = partner.value_tier_id.is_base

    def action_open_value(self):
        """Open the value profile of this contact's customer in the current company."""
        check_one(self)
        return self.value_profile_id.get_formview_action()
