from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.tools.translate import LazyTranslate

from .sla import SEVERITIES

_lt = LazyTranslate(__name__)

KIND_LABELS = [
    ("acknowledge", "Acknowledgement"),
    ("answer", "First answer"),
    ("update", "Next update"),
    ("resolve", "Decision"),
]
DEFAULT_LEVELS = (
    (_lt("Soon due"), 75.0, "owner"),
    (_lt("Overdue"), 100.0, "owner"),
    (_lt("Overdue: team leader"), 100.0, "leader"),
    (_lt("Long overdue: managers"), 150.0, "manager"),
)


class Level(NamedTuple):
    """What of a level decides when it is reached, and by which deadlines."""

    id: int
    share_percent: float
    kind: str | None
    severity: str

    def is_for(self, kind, severity):
        return self.kind in (None, kind) and severity >= self.severity


class CrmComplaintEscalation(models.Model):
    """A rung of the ladder: who is told when a deadline comes near or passes."""

    _name = "crm.complaint.escalation"
    _description = "Complaint escalation level"
    _inherit = ["crm.complaint.rule"]
    _order = "company_id, share_percent, sequence, id"

    _deciding_fields = frozenset(
        {"active", "company_id", "share_percent", "kind", "severity"}
    )

    share_percent = fields.Float(
        string="At (% of the time)",
        required=True,
        default=100.0,
        help="Share of the promised working time. Below 100 it is a warning, at 100 "
        "the deadline passes, at 200 as much time again has passed.",
    )
    kind = fields.Selection(KIND_LABELS, string="Deadline", help="Empty: any.")
    severity = fields.Selection(
        SEVERITIES, string="From severity", help="Empty: any severity."
    )
    role = fields.Selection(
        [
            ("owner", "Owner (the team, while there is none)"),
            ("leader", "Team leader"),
            ("team", "Everybody in the team"),
            ("salesperson", "Customer's salesperson"),
            ("manager", "Customer Value managers"),
        ],
        string="Who is told",
        required=True,
        default="owner",
    )

    _share_bounds = models.Constraint(
        "CHECK(share_percent > 0 AND share_percent <= 1000)",
        "A level is reached between 0 and 1000 % of the promised time.",
    )

    @api.model
    @tools.ormcache("company_id")
    def _get_ladder(self, company_id):
        """The levels of a company, read at every complaint; lowest share first.

        :rtype: list[Level]
        """
        # The ladder holds for whoever files a complaint, who need not read it.
        levels_sudo = self.sudo().search([("company_id", "=", company_id)])
        return [
            Level(
                level_sudo.id,
                level_sudo.share_percent,
                level_sudo.kind or None,
                level_sudo.severity or "",
            )
            for level_sudo in levels_sudo
        ]

    def _get_recipients(self, complaint):
        """Users to tell, active ones who may see the complaint."""
        team = complaint.team_id
        if self.role == "owner":
            users = complaint.user_id or team.member_ids or team.user_id
        elif self.role == "leader":
            users = team.user_id
        elif self.role == "team":
            users = team.member_ids | team.user_id
        elif self.role == "salesperson":
            users = complaint.commercial_partner_id.user_id
        else:
            managers = self.env.ref("crm_value.group_manager").all_user_ids
            users = managers.filtered(
                lambda user: complaint.company_id in user.company_ids
            )
        return users.filtered(
            lambda user: (
                user.active
                and not user._is_superuser()
                and complaint.with_user(user).has_access("read")
            )
        )

    @api.model
    def _create_defaults(self, companies):
        self.create(
            [
                {
                    "name": name._source,
                    "company_id": company.id,
                    "share_percent": share,
                    "role": role,
                }
                for company in companies
                for name, share, role in DEFAULT_LEVELS
            ]
        )
        self._translate_defaults()

    @api.model
    def _get_default_names(self):
        return [name for name, _share, _role in DEFAULT_LEVELS]
