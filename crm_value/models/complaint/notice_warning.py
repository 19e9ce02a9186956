from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..scheduler import wake, work_off
from .notice_steps import UNANSWERED
from .working_time import WorkingTime

CRON = "crm_value.cron_complaint_notice"


class CrmComplaintNotice(models.Model):
    """The customer's own deadline: set in working time, and who is warned after it."""

    _inherit = "crm.complaint.notice"

    def _plan_answer(self, at):
        """Until when the customer can choose, by the team's hours."""
        team = self.team_id
        calendar = team._get_calendar()
        minutes = team.notice_answer_hours * 60
        until = WorkingTime(self.env).plan(calendar, at, minutes)
        if until is None:
            raise UserError(
                self.env._(
                    "The working hours of team %(team)s hold no %(hours)s hours. Fill "
                    "them in, or give the customer a date.",
                    team=team.name,
                    hours=f"{team.notice_answer_hours:g}",
                )
            )
        return until

    def _follow_new_deadline(self):
        """Another date: warn again when that one passes."""
        # The date was changed by who may; the rest is the system's.
        told_sudo = self.sudo().filtered(lambda notice: notice.state == "told")
        late = told_sudo.filtered(
            lambda notice: notice.answer_until > fields.Datetime.now()
        )
        late.filtered("warned_at").write({"warned_at": False})
        late._end_warning()
        told_sudo._trigger_warning()

    def _trigger_warning(self):
        """Wake the job when the time to choose is over: to the minute, in one call."""
        minutes = {
            notice.answer_until.replace(second=0, microsecond=0) + timedelta(minutes=1)
            for notice in self
        }
        wake(self.env, CRON, minutes)

    @api.model
    def _cron_warn(self):
        """Warn the owners of problems about which the customer has not chosen in time.

        Each once; a batch is committed before the next.
        """
        domain = (
            Domain("state", "=", "told")
            & Domain("answer_until", "<=", fields.Datetime.now())
            & Domain("warned_at", "=", False)
        )
        work_off(
            self, domain, "answer_until, id", lambda notices: notices._warn_owner()
        )

    def _warn_owner(self):
        self.write({"warned_at": fields.Datetime.now()})
        for notice in self:
            user = notice._get_warned()
            localized = notice.with_context(lang=user.lang)
            localized.activity_schedule(
                UNANSWERED,
                user_id=user.id,
                summary=localized.env._("No choice by the customer: call"),
                note=localized.env._(
                    "The customer was told on %(told)s and had until %(until)s.",
                    told=localized._format_moment(notice.told_at),
                    until=localized._format_moment(notice.answer_until),
                ),
            )

    def _get_warned(self):
        """The owner; while there is none, somebody who can go on with it."""
        managers = self.env.ref("crm_value.group_manager").all_user_ids
        likely = [
            self.user_id,
            self.order_id.user_id,
            self.team_id.user_id,
            *self.team_id.member_ids,
            *managers.filtered(lambda user: not user._is_superuser()),
        ]
        return next(
            (
                user
                for user in likely
                if self._is_handler(user) and self.with_user(user).has_access("read")
            ),
            self.env["res.users"],
        )

    def _end_warning(self):
        """What the warning asked for has happened."""
        # Nobody else's right is needed to finish what the system opened.
        self.sudo().activity_unlink([UNANSWERED])
