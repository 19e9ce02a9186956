from odoo import api, models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {"name", "active"}:
            self.env["crm.complaint.deadline"]._plan_later(calendars=self)
        return result


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        attendances = super().create(vals_list)
        attendances._plan_complaints_later()
        return attendances

    def write(self, vals):
        self._plan_complaints_later()
        result = super().write(vals)
        self._plan_complaints_later()
        return result

    def unlink(self):
        self._plan_complaints_later()
        return super().unlink()

    def _plan_complaints_later(self):
        self.env["crm.complaint.deadline"]._plan_later(calendars=self.calendar_id)


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._plan_complaints_later()
        return leaves

    def write(self, vals):
        self._plan_complaints_later()
        result = super().write(vals)
        self._plan_complaints_later()
        return result

    def unlink(self):
        self._plan_complaints_later()
        return super().unlink()

    def _plan_complaints_later(self):
        """Holidays count, absences of persons do not; one without a calendar is a
        holiday in all calendars of its company."""
        holidays = self.filtered(lambda leave: not leave.resource_id)
        if not holidays:
            return
        calendars = holidays.calendar_id
        everywhere = holidays.filtered(lambda leave: not leave.calendar_id)
        if everywhere:
            calendars |= calendars.search(
                [("company_id", "in", [False, *everywhere.company_id.ids])]
            )
        self.env["crm.complaint.deadline"]._plan_later(calendars=calendars)


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
