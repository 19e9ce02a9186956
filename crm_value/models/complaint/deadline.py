from odoo import api, fields, models
from odoo.fields import Domain

from ...formulas.promises import choose
from ..nullable import NullableFloat
from .escalation import KIND_LABELS
from .working_time import WorkingTime

TICK = "crm_value.cron_complaint_tick"
PENDING = "crm_value.complaint_deadlines"
OPEN = Domain("met_at", "=", False) & Domain("cancelled_at", "=", False)
BREACH_PERCENT = 100.0


class CrmComplaintDeadline(models.Model):
    """One promise to one customer, in working time.

    ``remaining_minutes`` of work were left at ``counted_from``; the promise is due when
    they are used up. A pause writes down what is left and the end of the pause counts
    on from there, so that neither weekends nor waiting are lost or counted twice. What
    was breached stays breached.
    """

    _name = "crm.complaint.deadline"
    _description = "Complaint deadline"
    _inherit = ["crm.customer.fact"]
    _order = "started_at, id"
    _log_access = False

    _fact_mutable_fields = frozenset(
        {
            "sla_id",
            "reason",
            "target_minutes",
            "counted_from",
            "remaining_minutes",
            "due_at",
            "paused_at",
            "met_at",
            "cancelled_at",
            "is_breached",
            "breached_at",
            "late_minutes",
            "next_alarm_at",
        }
    )

    complaint_id = fields.Many2one(
        "crm.complaint", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    kind = fields.Selection(KIND_LABELS, string="Promise", required=True)
    sla_id = fields.Many2one(
        "crm.complaint.sla", string="SLA policy", ondelete="set null"
    )
    reason = fields.Selection(
        [
            ("chosen", "Fits this complaint best"),
            ("base", "Base promise: nobody gets less"),
        ],
        string="Why this policy",
    )
    target_minutes = fields.Float(
        string="Promised (working minutes)", help="In the team's working time."
    )
    started_at = fields.Datetime(required=True)
    counted_from = fields.Datetime(required=True)
    remaining_minutes = fields.Float(
        help="Working minutes that were left when it was counted last: at the start, "
        "or at the end of the last pause."
    )
    due_at = fields.Datetime(string="Due")
    paused_at = fields.Datetime(string="Paused since")
    met_at = fields.Datetime(string="Met on")
    cancelled_at = fields.Datetime(string="No longer needed")
    is_breached = fields.Boolean(string="Overdue", help="Passed unmet; it stays so.")
    breached_at = fields.Datetime(string="Passed unmet at")
    late_minutes = NullableFloat(
        string="Late (working minutes)",
        help="Working minutes between the deadline and its being met.",
    )
    next_alarm_at = fields.Datetime()
    alarm_ids = fields.One2many("crm.complaint.alarm", "deadline_id")
    state = fields.Selection(
        [
            ("open", "Running"),
            ("paused", "Paused"),
            ("met", "Met"),
            ("late", "Met late"),
            ("overdue", "Overdue"),
            ("cancelled", "No longer needed"),
        ],
        compute="_compute_state",
    )
    problem = fields.Char(compute="_compute_problem")

    # One open promise of a kind: two messages at once cannot start two.
    _open_uniq = models.UniqueIndex(
        "(complaint_id, kind) WHERE met_at IS NULL AND cancelled_at IS NULL"
    )
    _alarm_idx = models.Index("(next_alarm_at) WHERE next_alarm_at IS NOT NULL")
    _company_open_idx = models.Index(
        "(company_id) WHERE met_at IS NULL AND cancelled_at IS NULL"
    )

    @api.depends("kind", "complaint_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for deadline in self:
            deadline.display_name = (
                f"{deadline.complaint_id.name} · {labels.get(deadline.kind)}"
            )

    @api.depends("met_at", "cancelled_at", "is_breached", "paused_at", "due_at")
    def _compute_state(self):
        now = fields.Datetime.now()
        for deadline in self:
            if deadline.met_at:
                deadline.state = "late" if deadline.is_breached else "met"
            elif deadline.cancelled_at:
                deadline.state = "cancelled"
            elif deadline.is_breached or (
                not deadline.paused_at and deadline.due_at and deadline.due_at < now
            ):
                deadline.state = "overdue"
            else:
                deadline.state = "paused" if deadline.paused_at else "open"

    @api.depends("due_at", "paused_at", "met_at", "cancelled_at")
    @api.depends_context("lang")
    def _compute_problem(self):
        for deadline in self:
            deadline.problem = False
            if deadline.due_at or not deadline._is_open() or deadline.paused_at:
                continue
            calendar = deadline.complaint_id.team_id._get_calendar()
            deadline.problem = (
                self.env._(
                    "No date: the working hours “%s” hold no such time. Fill them in, "
                    "or choose others for the team.",
                    calendar.name,
                )
                if calendar
                else self.env._(
                    "No date: neither the team nor the company has working hours."
                )
            )

    def _is_open(self):
        return not self.met_at and not self.cancelled_at

    def _get_running(self):
        """Open promises whose time goes on."""
        return self.filtered(
            lambda deadline: deadline._is_open() and not deadline.paused_at
        )

    def _get_next(self):
        """Those of them that have a date, the nearest first."""
        return self._get_running().filtered("due_at").sorted("due_at")

    # Starting, pausing and ending

    @api.model
    def _start(self, complaints, kinds, at, customers=None):
        """Start the promises of these ``kinds`` that hold for ``complaints``.

        Complaints without such a promise, or with an open one, get none.

        :param datetime at: from when on the working time counts
        :param dict customers: as ``crm.complaint._read_customers`` returns them
        """
        promises = complaints._get_promise_terms(customers)
        have = {
            (deadline.complaint_id.id, deadline.kind)
            for deadline in complaints.deadline_ids
            if deadline._is_open()
        }
        vals_list = []
        for complaint in complaints:
            terms = promises[complaint.id]
            for kind in kinds:
                choice = choose(*terms, kind)
                if choice and (complaint.id, kind) not in have:
                    vals_list.append(
                        {
                            "complaint_id": complaint.id,
                            "company_id": complaint.company_id.id,
                            "kind": kind,
                            "sla_id": choice.promise.id,
                            "reason": choice.reason,
                            "target_minutes": choice.minutes,
                            "started_at": at,
                            "counted_from": at,
                            "remaining_minutes": choice.minutes,
                            "is_breached": False,
                        }
                    )
        self._plan_values(vals_list, complaints)
        # One that ended a moment ago must not stand in the way of its successor.
        self.flush_model(["met_at", "cancelled_at"])
        deadlines = self.create(vals_list)
        deadlines._trigger_tick()
        complaints._note_next_deadline()
        return deadlines

    def _pause(self, at):
        """Stop the clock: what is left is kept until :meth:`_resume`."""
        working = WorkingTime(self.env)
        for deadline in self._get_running():
            calendar = deadline.complaint_id.team_id._get_calendar()
            used = working.elapsed(calendar, deadline.counted_from, at)
            deadline.write(
                {
                    "paused_at": at,
                    "counted_from": at,
                    "remaining_minutes": deadline.remaining_minutes - used,
                    "next_alarm_at": False,
                    **deadline._prepare_breach(at),
                }
            )
        self.complaint_id._note_next_deadline()

    def _resume(self, at):
        paused = self.filtered(
            lambda deadline: deadline._is_open() and deadline.paused_at
        )
        paused.write({"paused_at": False, "counted_from": at})
        paused._plan()

    def _meet(self, at):
        """The promise was kept at ``at``, in time or late."""
        working = WorkingTime(self.env)
        for deadline in self.filtered(lambda deadline: deadline._is_open()):
            vals = {
                "met_at": at,
                "paused_at": False,
                "next_alarm_at": False,
                **deadline._prepare_breach(at),
            }
            if (deadline.is_breached or vals.get("is_breached")) and deadline.due_at:
                calendar = deadline.complaint_id.team_id._get_calendar()
                vals["late_minutes"] = working.elapsed(
                    calendar, deadline.due_at, deadline.paused_at or at
                )
            deadline.write(vals)
        self.complaint_id._note_next_deadline()

    def _cancel(self, at):
        """Nobody waits for it any more; a breach until then stays one."""
        for deadline in self.filtered(lambda deadline: deadline._is_open()):
            deadline.write(
                {
                    "cancelled_at": at,
                    "paused_at": False,
                    "next_alarm_at": False,
                    **deadline._prepare_breach(at),
                }
            )
        self.complaint_id._note_next_deadline()

    def _prepare_breach(self, at):
        """Values that say it passed unmet before ``at``, if it did."""
        passed = not self.paused_at and self.due_at and self.due_at < at
        if self.is_breached or not passed:
            return {}
        self._note_breach()
        return {"is_breached": True, "breached_at": self.due_at}

    def _note_breach(self):
        complaints = self.complaint_id.filtered(
            lambda complaint: not complaint.is_confidential
        )
        self.env["crm.customer.event"]._emit("complaint_breached", complaints)
