from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from ..scheduler import work_off
from .deadline import OPEN
from .working_time import WorkingTime


class CrmComplaintDeadline(models.Model):
    _inherit = "crm.complaint.deadline"

    @api.model
    def _cron_tick(self):
        """Tell whoever has to be told of deadlines that come near or have passed.

        Woken at the deadlines' own moments; what one batch told is committed before the
        next, so that a killed worker tells nobody twice.
        """
        domain = OPEN & Domain("next_alarm_at", "<=", fields.Datetime.now())
        work_off(
            self,
            domain,
            "next_alarm_at, id",
            lambda due: due._tell(fields.Datetime.now()),
        )

    def _tell(self, now):
        """Note breaches and reached levels, and tell each person in one message."""
        passed = self.filtered(
            lambda deadline: (
                deadline.due_at and deadline.due_at <= now and not deadline.is_breached
            )
        )
        for deadline in passed:
            deadline.write({"is_breached": True, "breached_at": deadline.due_at})
        passed._note_breach()
        messages = defaultdict(list)
        alarms = []
        for deadline, level, moment in self._get_open_levels():
            if moment > now:
                continue
            users = level._get_recipients(deadline.complaint_id)
            alarms.append(
                {
                    "deadline_id": deadline.id,
                    "escalation_id": level.id,
                    "at": now,
                    "user_ids": users.ids,
                }
            )
            for user in users:
                messages[user].append((deadline, level))
        self.env["crm.complaint.alarm"].create(alarms)
        for user, lines in messages.items():
            self._notify_person(user, lines)
        self._plan_next_alarm()

    def _get_open_levels(self):
        """Triples of deadline, level and its moment, of levels not told yet."""
        working = WorkingTime(self.env)
        escalations = self.env["crm.complaint.escalation"]
        told = self._get_told(self.ids)
        for deadline in self:
            complaint = deadline.complaint_id
            calendar = complaint.team_id._get_calendar()
            for level in self._get_levels(complaint, deadline.kind):
                if level.id not in told.get(deadline.id, ()):
                    moment = self._moment(
                        working, calendar, deadline, level.share_percent
                    )
                    if moment:
                        yield deadline, escalations.browse(level.id), moment

    def _plan_next_alarm(self):
        """When the next level of each deadline is reached, if there is one."""
        moments = defaultdict(list)
        for deadline, _level, moment in self._get_open_levels():
            moments[deadline].append(moment)
        for deadline in self:
            if not deadline.is_breached:
                moments[deadline].append(deadline.due_at)
            deadline.next_alarm_at = min(moments[deadline], default=False)
        self._trigger_tick()

    @api.model
    def _notify_person(self, user, lines):
        """One message about everything that is near or past its time."""
        lines = sorted(
            lines,
            key=lambda line: (
                -int(line[0].complaint_id.severity),
                line[0].due_at,
                -line[1].share_percent,
            ),
        )
        # The most urgent level of each deadline says it all.
        seen = {}
        for deadline, level in lines:
            seen.setdefault(deadline, level)
        # Read in the language and time zone of who gets it.
        deadlines = self.with_context(lang=user.lang, tz=user.tz)
        env = deadlines.env
        body = env["ir.qweb"]._render(
            "crm_value.complaint_alarm_message",
            {
                "rows": [
                    (deadline.with_env(env), level.with_env(env))
                    for deadline, level in seen.items()
                ],
                "now": fields.Datetime.now(),
            },
        )
        subject = env._(
            "%(count)s complaint deadlines: %(names)s",
            count=len(seen),
            names=", ".join(
                dict.fromkeys(deadline.complaint_id.name for deadline in seen)
            ),
        )
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=body,
            email_layout_xmlid="mail.mail_notification_light",
        )
