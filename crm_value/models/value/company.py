from odoo import api, models
from odoo.tools import SQL


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["crm.value.policy"]._create_missing(companies)
        return companies

    def unlink(self):
        self.check_access("unlink")
        self._drop_values()
        return super().unlink()

    def _drop_values(self):
        """Let go of what names the tiers, which would hold the company back.

        In SQL: facts cannot be deleted, but they end with their company.
        """
        self.env.flush_all()
        # Profiles take their moves along.
        for table in ("crm_value_profile", "crm_value_policy"):
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE company_id = ANY(%s)",
                    SQL.identifier(table),
                    self.ids,
                )
            )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
