from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_datetime
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

DEFAULT_TEAM = _lt("Customer complaints")
MAIN_ALIAS = "complaints"


class CrmComplaintTeam(models.Model):
    """Who handles complaints: an address, people, and their working hours."""

    _name = "crm.complaint.team"
    _description = "Complaint team"
    _inherit = ["mail.alias.mixin", "mail.thread", "crm.customer.default.name"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Complaints without a team go to the company's first one."
    )
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users", string="Team leader", tracking=True, check_company=True
    )
    member_ids = fields.Many2many(
        "res.users",
        "crm_complaint_team_member_rel",
        string="Members",
        help="They see the confidential complaints of this team. The leader is one.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working hours",
        check_company=True,
        ondelete="restrict",
        help="Deadlines count in these hours. Empty: the company's working hours.",
    )
    is_acknowledged_automatically = fields.Boolean(
        string="Acknowledge by mail at once",
        default=True,
        help="Whoever complains and has an address gets the number and the promise at "
        "once.",
    )
    reopen_days = fields.Integer(
        string="Reopened by an answer for (days)",
        default=14,
        help="A customer's answer within so many days after closing opens the "
        "complaint again; a later one opens another, linked complaint.",
    )
    is_thanks_ignored = fields.Boolean(
        string="“Thank you” does not reopen",
        default=True,
        help="A short answer that only says thank you leaves the complaint closed.",
    )

    _reopen_days_positive = models.Constraint(
        "CHECK(reopen_days BETWEEN 0 AND 3650)",
        "An answer may reopen a complaint for 0 to 3650 days.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        teams._add_leaders()
        for team in teams:
            team._update_alias()
        return teams

    def write(self, vals):
        before = {team: team._get_calendar() for team in self}
        result = super().write(vals)
        if {"user_id", "member_ids"} & vals.keys():
            self._add_leaders()
        if "company_id" in vals:
            self._check_company_kept()
        if {"calendar_id", "company_id"} & vals.keys():
            moved = self.filtered(lambda team: team._get_calendar() != before[team])
            self.env["crm.complaint.deadline"]._plan_later(teams=moved)
        return result

    def _add_leaders(self):
        """A leader is a member: who may see what is confidential is asked of members
        alone, without a look at the team for every complaint."""
        for team in self:
            if team.user_id - team.member_ids:
                team.member_ids += team.user_id

    def _check_company_kept(self):
        # Asked as superuser: complaints of a company one does not see count too.
        complaints_sudo = self.env["crm.complaint"].sudo()
        for team in self:
            if complaints_sudo.search_count(
                [("team_id", "=", team.id), ("company_id", "!=", team.company_id.id)],
                limit=1,
            ):
                raise ValidationError(
                    self.env._(
                        "Team %s has complaints in its company. Create another team "
                        "for the other company.",
                        team.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_complaints(self):
        complaints_sudo = self.env["crm.complaint"].sudo()
        complaints_sudo = complaints_sudo.with_context(active_test=False)
        for team in self:
            if complaints_sudo.search_count([("team_id", "=", team.id)], limit=1):
                raise UserError(
                    self.env._(
                        "Team %s has complaints; the register keeps them. Archive the "
                        "team instead.",
                        team.name,
                    )
                )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("crm.complaint")
        if self.id:
            defaults = literal_eval(self.alias_defaults or "{}")
            values["alias_defaults"] = {**defaults, "team_id": self.id}
        return values

    def _update_alias(self):
        """The alias tells its team; the team is known only once it is created."""
        values = self._alias_get_creation_values()
        self.write({"alias_defaults": values["alias_defaults"]})

    @api.model
    def _of_company(self, company):
        """The team that takes what names no team."""
        team = self.search([("company_id", "=", company.id)], limit=1)
        if not team:
            raise UserError(
                self.env._(
                    "%s has no complaint team. A manager creates one under Customer "
                    "Value, Configuration, Complaint teams.",
                    company.name,
                )
            )
        return team

    def _format_moment(self, moment, lang):
        """A moment as a customer reads it, in the team's time zone; none is empty."""
        if not moment:
            return ""
        tz = self._get_calendar().tz or self.company_id.partner_id.tz or "UTC"
        return format_datetime(
            self.env, moment, tz=tz, dt_format="short", lang_code=lang
        )

    def _get_calendar(self):
        """The calendar in which the team's deadlines count, or an empty one."""
        return self.calendar_id or self.company_id.resource_calendar_id

    @api.model
    def _create_defaults(self, companies):
        """A team without an address for companies that have none."""
        self.create(
            [
                {"name": DEFAULT_TEAM._source, "company_id": company.id}
                for company in companies
            ]
        )
        self._translate_defaults()

    @api.model
    def _get_default_names(self):
        return [DEFAULT_TEAM]

    @api.model
    def _create_main_team(self):
        """The first company's team with an address, unless that one is in use."""
        company = self.env.ref("base.main_company")
        if self.search_count([("company_id", "=", company.id)], limit=1):
            return
        self._create_defaults(company)
        team = self._of_company(company)
        if not self.env["mail.alias"].search_count(
            [("alias_name", "=", MAIN_ALIAS)], limit=1
        ):
            team.alias_name = MAIN_ALIAS
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": "crm_value.complaint_team",
                    "record": team,
                    "noupdate": True,
                }
            ]
        )
