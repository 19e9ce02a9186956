from odoo import api, models
from odoo.fields import Domain

from .deadline import OPEN

# Kinds of event after which a customer may be promised something else.
TIER_KINDS = frozenset({"tier_up", "tier_down", "first_purchase"})


class CrmCustomerEvent(models.Model):
    _inherit = "crm.customer.event"

    _reacts_to_kinds = TIER_KINDS

    @api.model_create_multi
    def create(self, vals_list):
        """Open complaints follow the customer's tier, in the same transaction."""
        events = super().create(vals_list)
        moved = events.filtered(lambda event: event.kind in TIER_KINDS)
        if moved:
            # Runs and managers change tiers for complaints they need not see.
            deadlines_sudo = self.env["crm.complaint.deadline"].sudo()
            deadlines_sudo.search(
                OPEN
                & Domain("company_id", "in", moved.company_id.ids)
                & Domain(
                    "complaint_id.commercial_partner_id", "in", moved.partner_id.ids
                )
            )._choose_again()
        return events
