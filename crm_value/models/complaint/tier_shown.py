from odoo import models
from odoo.tools import SQL


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    def _get_tier_customer(self):
        return self.commercial_partner_id

    def _get_tier_customer_sql(self, alias, query):
        return SQL.identifier(alias, "commercial_partner_id")
