from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    value_tier_is_base = fields.Boolean(
        related="value_tier_id.is_base",
        string="In the last tier",
        groups="crm_value.group_user",
    )
    is_value_by_potential = fields.Boolean(
        related="value_profile_id.is_tier_by_potential",
        string="Tier by potential",
        groups="crm_value.group_user",
    )

    def action_open_value(self):
        """Open the value profile of this contact's customer in the current company."""
        self.ensure_one()
        return self.value_profile_id.get_formview_action()
