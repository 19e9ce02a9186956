from odoo import api, fields, models

from ...queries.complaint_counters import complaint_counters
from .stage import WAITING

# Counter on the board of teams -> filter of the list behind it.
COUNTERS = {
    "open_count": "open",
    "unassigned_count": "unassigned",
    "overdue_count": "overdue",
    "waiting_count": "waiting",
    "contested_count": "contested",
}


class CrmComplaintTeam(models.Model):
    _inherit = "crm.complaint.team"

    open_count = fields.Integer(string="Not closed", compute="_compute_counters")
    unassigned_count = fields.Integer(
        string="Without owner", compute="_compute_counters"
    )
    overdue_count = fields.Integer(string="Overdue", compute="_compute_counters")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_counters")
    contested_count = fields.Integer(string="Contested", compute="_compute_counters")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_counters(self):
        """All counters of all teams in one query, of what the user may see."""
        complaints = self.env["crm.complaint"]
        complaints.flush_model(
            ["team_id", "user_id", "next_due_at", "stage_kind", "verdict"]
        )
        open_ = complaints._search(
            [("closed_at", "=", False), ("team_id", "in", self.ids)]
        )
        counts = {
            row["team_id"]: row
            for row in self.env.execute_query_dict(
                complaint_counters(open_, fields.Datetime.now(), WAITING)
            )
        }
        for team in self:
            row = counts.get(team._origin.id, {})
            for name in COUNTERS:
                team[name] = row.get(name, 0)

    def action_open_complaints(self):
        """Open the team's complaints, those of the counter that was clicked."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value.complaint_action"
        )
        wanted = self.env.context.get("complaint_filter")
        names = {"open", wanted} & set(COUNTERS.values())
        action["display_name"] = self.name
        action["domain"] = [("team_id", "=", self.id)]
        action["context"] = {
            "default_team_id": self.id,
            **{f"search_default_{name}": 1 for name in names},
        }
        return action
