from odoo import api, fields, models


class CrmComplaintRule(models.AbstractModel):
    """What a company sets for all its complaints, and open ones follow at once.

    A model names the fields whose change matters in ``_deciding_fields``.
    """

    _name = "crm.complaint.rule"
    _description = "Complaint rule"
    _inherit = ["crm.customer.default.name"]

    _deciding_fields = frozenset()

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    sequence = fields.Integer(default=10)

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._apply_change(rules.company_id)
        return rules

    def write(self, vals):
        result = super().write(vals)
        if self._deciding_fields & vals.keys():
            self._apply_change(self.company_id)
        return result

    def unlink(self):
        companies = self.company_id
        result = super().unlink()
        self._apply_change(companies)
        return result

    @api.model
    def _apply_change(self, companies):
        """Forget what was read of the rules; open complaints get what holds now."""
        self.env.registry.clear_cache()
        self.env["crm.complaint.deadline"]._plan_later(companies=companies)
