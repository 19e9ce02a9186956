from odoo import api, models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {"name", "active"}:
            self.env["crm.complaint.deadline"]._plan_later(calendars=self)
        return result


class CrmComplaintCalendarPart(models.AbstractModel):
    """Rows that make up working time: deadlines follow the calendars of a row, as it
    was and as it becomes."""

    _name = "crm.complaint.calendar.part"
    _description = "Part of working time"

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._plan_complaints_later()
        return parts

    def write(self, vals):
        self._plan_complaints_later()
        result = super().write(vals)
        self._plan_complaints_later()
        return result

    def unlink(self):
        self._plan_complaints_later()
        return super().unlink()

    def _plan_complaints_later(self):
        self.env["crm.complaint.deadline"]._plan_later(
            calendars=self._get_complaint_calendars()
        )

    def _get_complaint_calendars(self):
        return self.calendar_id


class ResourceCalendarAttendance(models.Model):
    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "crm.complaint.calendar.part"]


class ResourceCalendarLeaves(models.Model):
    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves", "crm.complaint.calendar.part"]

    def _get_complaint_calendars(self):
        """Holidays count, absences of persons do not; one without a calendar is a
        holiday in all calendars of its company."""
        holidays = self.filtered(lambda leave: not leave.resource_id)
        calendars = holidays.calendar_id
        everywhere = holidays.filtered(lambda leave: not leave.calendar_id)
        if everywhere:
            calendars |= calendars.search(
                [("company_id", "in", [False, *everywhere.company_id.ids])]
            )
        return calendars


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if "resource_calendar_id" in vals:
            # Who keeps companies need not see complaint teams.
            teams_sudo = self.env["crm.complaint.team"].sudo()
            teams_sudo = teams_sudo.with_context(active_test=False)
            self.env["crm.complaint.deadline"]._plan_later(
                teams=teams_sudo.search(
                    [("company_id", "in", self.ids), ("calendar_id", "=", False)]
                )
            )
        return result
