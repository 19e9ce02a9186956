from odoo import fields, models

from ...queries.complaint_customers import complaint_customers
from ...queries.goodwill_spent import goodwill_claim, goodwill_spent


class CrmComplaintGoodwill(models.Model):
    """The row over which remedies for one customer pass, one after the other.

    It holds no figure but a serial: what was granted is summed up from the remedies,
    after the serial was raised.
    """

    _name = "crm.complaint.goodwill"
    _description = "Goodwill of a customer"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", index=True, ondelete="cascade")
    serial = fields.Integer(required=True)

    _owner_uniq = models.UniqueIndex("(company_id, COALESCE(partner_id, 0))")


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    def _claim_goodwill(self):
        """Let nobody else grant something to this customer before we are committed."""
        self.ensure_one()
        self.env.cr.execute(
            goodwill_claim(self.company_id.id, self.commercial_partner_id.id or None)
        )

    def _get_goodwill_spent(self, leave_out):
        """What other remedies of the same matter grant, in the company's currency."""
        self.ensure_one()
        self.env["crm.complaint.remedy"].flush_model()
        self.flush_model()
        [(amount,)] = self.env.execute_query(
            goodwill_spent(self.id, leave_out._origin.id or 0)
        )
        return amount

    def _get_goodwill_limit(self):
        """Up to where nobody has to ask: of the customer's present tier, and never
        less than what the company grants everybody."""
        self.ensure_one()
        customer, company = self.commercial_partner_id, self.company_id
        # Read anew: what the cache holds may be of before the last valuation.
        self.env["crm.value.profile"].flush_model(["tier_id"])
        rows = self.env.execute_query(complaint_customers(customer.ids, company.id))
        # Who handles a complaint need not see tiers, and limits are no secret.
        tier_sudo = (
            self.env["crm.value.tier"]
            .sudo()
            .browse([tier_id for _customer_id, tier_id, _clv in rows if tier_id])
        )
        return max(
            tier_sudo.goodwill_limit_amount, company.sudo().complaint_goodwill_amount
        )
