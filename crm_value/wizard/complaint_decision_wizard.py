from odoo import api, fields, models

from ..models.arguments import check_one
from ..models.complaint.complaint import DECISIONS


class CrmComplaintDecisionWizard(models.TransientModel):
    """Ask for decision and reasons, then tell the customer."""

    _name = "crm.complaint.decision.wizard"
    _description = "Decide a complaint"

    complaint_id = fields.Many2one(
        "crm.complaint", required=True, ondelete="cascade", readonly=True
    )
    decision = fields.Selection(DECISIONS, required=True)
    decision_text = fields.Text(
        string="Decision and reasons",
        required=True,
        help="Written to the customer as it stands here.",
    )
    recourse_text = fields.Text(
        string="Recourse",
        help="Where the customer can turn who does not agree: an ombudsman, your "
        "management. Needed with a rejection.",
    )
    has_address = fields.Boolean(compute="_compute_has_address")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "crm.complaint":
            complaint = self.env["crm.complaint"].browse(
                self.env.context.get("active_id")
            )
            values.setdefault("complaint_id", complaint.id)
            for name in ("decision", "decision_text", "recourse_text"):
                values.setdefault(name, complaint[name])
        return values

    @api.depends("complaint_id")
    def _compute_has_address(self):
        for wizard in self:
            wizard.has_address = bool(wizard.complaint_id.email_from)

    def action_apply(self):
        check_one(self)
        self.complaint_id.decide(
            self.decision, self.decision_text, self.recourse_text or None
        )
        return {"type": "ir.actions.act_window_close"}
