from odoo import api, fields, models

from ...queries.complaint_recovery import complaint_recovery
from ..arguments import check_one
from ..nullable import NullableFloat, NullableMonetary
from .complaint import OUTCOMES, REMEDIES
from .sla import SEVERITIES


class CrmComplaintRecoveryReport(models.Model):
    """What became of customers who complained, and what it cost to make good.

    Shares leave out complaints whose window is still open and those of customers who
    were not expected to buy: a mean over any group is the save rate of that group.
    """

    _name = "crm.complaint.recovery.report"
    _description = "Recovery"
    _auto = False
    _log_access = False
    _rec_name = "complaint_id"
    _order = "received_date DESC, id DESC"
    _depends = {
        "crm.complaint": [
            "company_id",
            "commercial_partner_id",
            "team_id",
            "user_id",
            "category_id",
            "cause_id",
            "product_id",
            "received_tier_id",
            "severity",
            "received_at",
            "outcome",
            "outcome_90",
            "outcome_180",
            "value_at_risk_amount",
            "remedy_cost_amount",
            "kind",
            "merged_into_id",
        ],
        "crm.complaint.remedy": ["complaint_id", "kind", "state", "cost_amount"],
        "res.company": ["currency_id"],
    }

    complaint_id = fields.Many2one("crm.complaint", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    team_id = fields.Many2one("crm.complaint.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Owner", readonly=True)
    category_id = fields.Many2one("crm.complaint.category", readonly=True)
    cause_id = fields.Many2one("crm.complaint.cause", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    tier_id = fields.Many2one("crm.value.tier", string="Tier at receipt", readonly=True)
    severity = fields.Selection(SEVERITIES, readonly=True)
    remedy_kind = fields.Selection(
        [*REMEDIES, ("none", "Nothing given")], string="Remedy", readonly=True
    )
    received_date = fields.Date(string="Received on", readonly=True)
    outcome_90 = fields.Selection(
        OUTCOMES, string="Outcome after 90 days", readonly=True
    )
    outcome_180 = fields.Selection(
        OUTCOMES, string="Outcome after 180 days", readonly=True
    )
    saved_90_share = NullableFloat(
        string="Save rate after 90 days",
        readonly=True,
        aggregator="avg",
        help="Customers who buy at their pace of before, of all that can be judged.",
    )
    saved_180_share = NullableFloat(
        string="Save rate after 180 days", readonly=True, aggregator="avg"
    )
    retained_90_share = NullableFloat(
        string="Still buying after 90 days",
        readonly=True,
        aggregator="avg",
        help="Customers who buy at all, of all that can be judged.",
    )
    retained_180_share = NullableFloat(
        string="Still buying after 180 days", readonly=True, aggregator="avg"
    )
    value_at_risk_amount = NullableMonetary(string="Value at risk", readonly=True)
    cost_amount = fields.Monetary(string="Cost of remedies", readonly=True)
    lost_amount = NullableMonetary(string="Value lost", readonly=True)

    @property
    def _table_query(self):
        return complaint_recovery()

    @api.depends("complaint_id.name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.complaint_id.name

    def action_open_complaint(self):
        check_one(self)
        return self.complaint_id.get_formview_action()
