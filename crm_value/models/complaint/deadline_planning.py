from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...formulas.promises import choose
from ..scheduler import wake
from .deadline import BREACH_PERCENT, OPEN, PENDING, TICK
from .working_time import WorkingTime


class CrmComplaintDeadline(models.Model):
    _inherit = "crm.complaint.deadline"

    def _choose_again(self):
        """Apply the promises that hold now; what has passed of the time stays passed.

        Another promise goes into the complaint's log with both policies.
        """
        open_ = self.filtered(lambda deadline: deadline._is_open())
        promises = open_.complaint_id._get_promise_terms()
        entries = []
        for deadline in open_:
            complaint = deadline.complaint_id
            choice = choose(*promises[complaint.id], deadline.kind)
            if choice is None:
                deadline._cancel(fields.Datetime.now())
                continue
            vals = {
                "sla_id": choice.promise.id,
                "reason": choice.reason,
                "target_minutes": choice.minutes,
            }
            if deadline._has(vals):
                continue
            entries.append(deadline._prepare_promise_entry(choice))
            used = deadline.target_minutes - deadline.remaining_minutes
            vals["remaining_minutes"] = choice.minutes - used
            deadline.write(vals)
        self.env["crm.complaint"]._write_log(entries)
        open_._plan()

    def _has(self, vals):
        return (
            self.sla_id.id == vals["sla_id"]
            and self.reason == vals["reason"]
            and self.target_minutes == vals["target_minutes"]
        )

    def _prepare_promise_entry(self, choice):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        after = self.env["crm.complaint.sla"].browse(choice.promise.id)
        return self.complaint_id._prepare_log(
            "promise",
            note=self.env._(
                "%(promise)s: %(before)s (%(hours_before)s h) → %(after)s "
                "(%(hours_after)s h)",
                promise=labels[self.kind],
                before=self.sla_id.name or "–",
                hours_before=f"{self.target_minutes / 60:g}",
                after=after.name,
                hours_after=f"{choice.minutes / 60:g}",
            ),
        )

    def _plan(self):
        """Work out anew when open promises are due; write only what differs."""
        changed = self.browse()
        running = self._get_running()
        vals_list = [
            {
                "id": deadline.id,
                "complaint_id": deadline.complaint_id.id,
                "company_id": deadline.company_id.id,
                "kind": deadline.kind,
                "counted_from": deadline.counted_from,
                "remaining_minutes": deadline.remaining_minutes,
                "target_minutes": deadline.target_minutes,
                "is_breached": deadline.is_breached,
            }
            for deadline in running
        ]
        self._plan_values(vals_list, running.complaint_id)
        for deadline, vals in zip(running, vals_list, strict=True):
            planned = {name: vals[name] for name in ("due_at", "next_alarm_at")}
            if any(deadline[name] != value for name, value in planned.items()):
                deadline.write(planned)
                changed += deadline
        changed._trigger_tick()
        self.complaint_id._note_next_deadline()

    @api.model
    def _plan_values(self, vals_list, complaints):
        """Fill in when each promise is due, and when somebody has to be told next."""
        working = WorkingTime(self.env)
        told = self._get_told([vals["id"] for vals in vals_list if "id" in vals])
        by_id = {complaint.id: complaint for complaint in complaints}
        for vals in vals_list:
            complaint = by_id[vals["complaint_id"]]
            calendar = complaint.team_id._get_calendar()
            shares = [
                level.share_percent
                for level in self._get_levels(complaint, vals["kind"])
                if level.id not in told.get(vals.get("id"), ())
            ]
            vals["due_at"] = self._moment(working, calendar, vals, BREACH_PERCENT)
            if not vals["is_breached"]:
                shares.append(BREACH_PERCENT)
            vals["next_alarm_at"] = vals["due_at"] and min(
                (self._moment(working, calendar, vals, share) for share in shares),
                default=False,
            )

    @api.model
    def _get_levels(self, complaint, kind):
        """The rungs of the ladder that such a deadline of this complaint climbs."""
        ladder = self.env["crm.complaint.escalation"]._get_ladder(
            complaint.company_id.id
        )
        return [level for level in ladder if level.is_for(kind, complaint.severity)]

    @api.model
    def _get_told(self, deadline_ids):
        """Ids of the levels that were told already, by deadline id."""
        told = {}
        if deadline_ids:
            # What was told is the system's own note.
            alarms_sudo = self.env["crm.complaint.alarm"].sudo()
            for alarm_sudo in alarms_sudo.search([("deadline_id", "in", deadline_ids)]):
                told.setdefault(alarm_sudo.deadline_id.id, set()).add(
                    alarm_sudo.escalation_id.id
                )
        return told

    @api.model
    def _moment(self, working, calendar, vals, share_percent):
        """When this share of the promised time has passed, or False.

        Promises are to the minute, so that the tick can be on time: it is woken by the
        minute, and core looks once a minute.
        """
        minutes = vals["remaining_minutes"] + vals["target_minutes"] * (
            share_percent / 100 - 1
        )
        moment = working.plan(calendar, vals["counted_from"], max(minutes, 0))
        if not moment:
            return False
        whole = moment.replace(second=0, microsecond=0)
        return moment if moment == whole else whole + timedelta(minutes=1)

    def _trigger_tick(self):
        """Wake the tick when somebody has to be told: one call for all."""
        wake(self.env, TICK, self.mapped("next_alarm_at"))

    # What moves deadlines from elsewhere

    @api.model
    def _plan_later(self, teams=None, companies=None, calendars=None):
        """Plan open deadlines again, once, when the transaction is committed.

        :param Model teams: whose working hours are other ones now
        :param Model companies: whose policies or ladder changed
        :param Model calendars: whose hours or holidays changed
        """
        if not (teams or companies or calendars):
            return
        pending = self.env.cr.precommit.data.get(PENDING)
        if pending is None:
            pending = {"team": set(), "company": set(), "calendar": set()}
            self.env.cr.precommit.data[PENDING] = pending
            self.env.cr.precommit.add(self._plan_pending)
        pending["team"].update(teams.ids if teams else ())
        pending["company"].update(companies.ids if companies else ())
        pending["calendar"].update(calendars.ids if calendars else ())

    @api.model
    def _plan_pending(self):
        pending = self.env.cr.precommit.data.pop(PENDING, None)
        if not pending:
            return
        # Whoever changes hours or promises changes them for complaints he may not see.
        deadlines_sudo = self.env(context={}, su=True)[self._name]
        teams_sudo = deadlines_sudo.env["crm.complaint.team"]
        teams_sudo = teams_sudo.with_context(active_test=False)
        calendars = deadlines_sudo.env["resource.calendar"].browse(pending["calendar"])
        teams = teams_sudo.browse(pending["team"]).exists()
        if calendars:
            teams |= teams_sudo.search([]).filtered(
                lambda team: team._get_calendar() in calendars
            )
        by_company = deadlines_sudo.search(
            OPEN & Domain("company_id", "in", list(pending["company"]))
        )
        by_company._choose_again()
        by_team = deadlines_sudo.search(
            OPEN & Domain("complaint_id.team_id", "in", teams.ids)
        )
        (by_team - by_company)._plan()
