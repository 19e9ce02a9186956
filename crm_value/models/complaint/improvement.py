from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...queries.improvement_recurrences import improvement_recurrences
from ..arguments import check_ids, check_one

STATES = [
    ("open", "In progress"),
    ("done", "Done, being watched"),
    ("effective", "Effective"),
    ("reopened", "Came back"),
]
# Written by what happens.
SYSTEM_FIELDS = {
    "state": "open",
    "done_at": False,
    "effective_at": False,
    "reopen_count": 0,
}
MOST_DAYS = 3650
# What of a complaint decides whether something went wrong again.
RECURRING = {"cause_id", "product_id", "kind"}


class CrmComplaintImprovement(models.Model):
    """What is changed so that it does not happen again.

    It groups complaints and lives on after they are closed. Once done it is watched:
    the same cause on the same product opens it again, silence makes it effective.
    """

    _name = "crm.complaint.improvement"
    _description = "Improvement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "due_date, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
        default=lambda self: self.env.user,
    )
    due_date = fields.Date(string="Due", tracking=True)
    description = fields.Text(
        help="What is wrong, what is changed, and how one sees that it helps."
    )
    cause_id = fields.Many2one(
        "crm.complaint.cause",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="What is to happen no more; causes below it count as well.",
    )
    product_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Empty: whatever the product.",
    )
    complaint_ids = fields.Many2many(
        "crm.complaint",
        "crm_complaint_improvement_rel",
        "improvement_id",
        "complaint_id",
        string="Complaints",
        check_company=True,
    )
    complaint_count = fields.Integer(compute="_compute_complaint_count")
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="open",
        tracking=True,
        copy=False,
        group_expand=True,
    )
    check_days = fields.Integer(
        string="Watched for (days)",
        required=True,
        default=60,
        help="The same cause on the same product within so many days after the action "
        "was done, or found effective, opens it again.",
    )
    done_at = fields.Datetime(string="Done on", readonly=True, copy=False)
    effective_at = fields.Datetime(string="Effective since", readonly=True, copy=False)
    check_date = fields.Date(string="Watched until", compute="_compute_check_date")
    reopen_count = fields.Integer(string="Came back (times)", readonly=True, copy=False)
    is_late = fields.Boolean(compute="_compute_is_late")

    _check_days_positive = models.Constraint(
        f"CHECK(check_days BETWEEN 1 AND {MOST_DAYS})",
        "An action is watched for 1 to 3650 days.",
    )
    _watched_idx = models.Index("(done_at) WHERE state IN ('done', 'effective')")

    @api.depends("complaint_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_complaint_count(self):
        """Of those the user may see."""
        counts = dict(
            self.env["crm.complaint"]
            .with_context(active_test=False)
            ._read_group(
                [("improvement_ids", "in", self.ids)], ["improvement_ids"], ["__count"]
            )
        )
        for improvement in self:
            improvement.complaint_count = counts.get(improvement._origin, 0)

    @api.depends("done_at", "effective_at", "check_days")
    def _compute_check_date(self):
        for improvement in self:
            since = improvement.effective_at or improvement.done_at
            improvement.check_date = (
                since and (since + timedelta(days=improvement.check_days)).date()
            )

    @api.depends("due_date", "state")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for improvement in self:
            improvement.is_late = bool(
                improvement.state in ("open", "reopened")
                and improvement.due_date
                and improvement.due_date < today
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_values(vals)
            if not self.env.su:
                # No default of a context gets in either.
                vals.update(SYSTEM_FIELDS)
        return super().create(vals_list)

    def write(self, vals):
        self._check_values(vals)
        return super().write(vals)

    @api.model
    def _check_values(self, vals):
        if not self.env.su and SYSTEM_FIELDS.keys() & vals.keys():
            raise UserError(
                self.env._(
                    "The state of an improvement follows from “Done”, “Open again” and "
                    "from what customers complain about; it cannot be written."
                )
            )

    def action_done(self):
        """It is changed; from now on it is watched whether that helps."""
        self._check_may_step(("open", "reopened"))
        for improvement in self:
            if not improvement.cause_id:
                raise UserError(
                    self.env._(
                        "Enter the cause that %s removes: without it nobody can tell "
                        "whether it comes back.",
                        improvement.name,
                    )
                )
        # The state is the system's; the right to write was checked.
        self.sudo().write(
            {
                "state": "done",
                "done_at": fields.Datetime.now(),
                "effective_at": False,
            }
        )
        self.activity_feedback(["crm_value.complaint_activity_recurrence"])
        return True

    def action_reopen(self):
        """It does not help after all."""
        self._check_may_step(("done", "effective"))
        self.sudo()._apply_reopening()
        return True

    def _check_may_step(self, states):
        check_ids(self)
        self.check_access("write")
        for improvement in self:
            if improvement.state not in states:
                raise UserError(
                    self.env._(
                        "%(improvement)s is “%(state)s”: this is not possible now.",
                        improvement=improvement.name,
                        state=dict(
                            self._fields["state"]._description_selection(self.env)
                        )[improvement.state],
                    )
                )

    def action_open_complaints(self):
        check_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value.complaint_action"
        )
        action["domain"] = [("improvement_ids", "in", self.ids)]
        action["context"] = {"active_test": False}
        action["display_name"] = self.env._("Complaints of %s", self.name)
        return action

    # Watching

    @api.model
    def _note_recurrences(self, complaint_ids=None):
        """Open again what did not help; called as superuser."""
        self.env.flush_all()
        found = defaultdict(list)
        for improvement_id, complaint_id in self.env.execute_query(
            improvement_recurrences(complaint_ids)
        ):
            found[improvement_id].append(complaint_id)
        for improvement in self.browse(found):
            improvement._apply_reopening(found[improvement.id])

    def _apply_reopening(self, complaint_ids=()):
        """Open again and tell the owner; called as superuser."""
        complaints = self.env["crm.complaint"].browse(complaint_ids)
        for improvement in self:
            improvement.write(
                {
                    "state": "reopened",
                    "done_at": False,
                    "effective_at": False,
                    "reopen_count": improvement.reopen_count + 1,
                    "complaint_ids": [(4, complaint.id) for complaint in complaints],
                }
            )
            if not complaints:
                continue
            # Who reads this need not be allowed to see confidential complaints.
            names = ", ".join(
                complaints.filtered(lambda found: not found.is_confidential).mapped(
                    "name"
                )
            )
            reason = (
                self.env._("The same cause came back in %s.", names)
                if names
                else self.env._("The same cause came back in a confidential complaint.")
            )
            improvement._message_log(body=reason)
            improvement.with_context(mail_activity_quick_update=True).activity_schedule(
                "crm_value.complaint_activity_recurrence",
                user_id=improvement.user_id.id,
                summary=reason,
            )

    @api.model
    def _cron_check(self):
        """Every night: what came back, and what was watched long enough."""
        self._note_recurrences()
        now = fields.Datetime.now()
        for improvement in self.search([("state", "=", "done")]):
            if improvement.done_at + timedelta(days=improvement.check_days) < now:
                improvement.write({"state": "effective", "effective_at": now})


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    improvement_ids = fields.Many2many(
        "crm.complaint.improvement",
        "crm_complaint_improvement_rel",
        "complaint_id",
        "improvement_id",
        string="Improvements",
        groups="base.group_user",
    )
    improvement_count = fields.Integer(
        compute="_compute_improvement_count", groups="base.group_user"
    )

    @api.depends("improvement_ids")
    def _compute_improvement_count(self):
        for complaint in self:
            complaint.improvement_count = len(complaint.improvement_ids)

    @api.model_create_multi
    def create(self, vals_list):
        complaints = super().create(vals_list)
        complaints.filtered("cause_id")._note_recurrence()
        return complaints

    def write(self, vals):
        result = super().write(vals)
        if RECURRING & vals.keys():
            self.filtered("cause_id")._note_recurrence()
        return result

    def _note_recurrence(self):
        if self:
            # Who finds a cause need not be the owner of the action against it.
            improvements_sudo = self.env["crm.complaint.improvement"].sudo()
            improvements_sudo._note_recurrences(self.ids)

    def _move_details_to(self, survivor):
        survivor.improvement_ids |= self.improvement_ids
        return super()._move_details_to(survivor)

    def action_open_improvements(self):
        """The actions this complaint belongs to, or a new one for its cause."""
        check_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value.complaint_improvement_action"
        )
        action["context"] = {
            "default_complaint_ids": self.ids,
            "default_cause_id": self.cause_id.id,
            "default_product_id": self.product_id.id,
            "default_company_id": self.company_id.id,
        }
        action["domain"] = [("complaint_ids", "in", self.ids)]
        if len(self.improvement_ids) <= 1:
            action["views"] = [(False, "form")]
            action["res_id"] = self.improvement_ids.id
        return action
