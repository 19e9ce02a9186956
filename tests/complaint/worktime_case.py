"""Working calendars of a company of their own, and moments by the wall clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from odoo.tests import TransactionCase

from odoo.addons.crm_value.models.complaint.working_time import WorkingTime

WORKWEEK = range(5)
WHOLE_WEEK = range(7)


class WorktimeCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company, cls.other_company = cls.env["res.company"].create(
            [{"name": "Paper & Sons"}, {"name": "Harbour Branch"}]
        )
        cls.env.user.company_ids += cls.company + cls.other_company
        cls.env = cls.env(context={"allowed_company_ids": cls.company.ids})
        cls.working_time = WorkingTime(cls.env)

    @classmethod
    def make_calendar(cls, zone, rows, **values):
        """A calendar with (weekdays, from, to) or (weekdays, from, to, more) rows."""
        attendances = []
        for weekdays, hour_from, hour_to, *more in rows:
            for weekday in weekdays:
                attendances.append(
                    {
                        "name": "Work",
                        "dayofweek": str(weekday),
                        "hour_from": hour_from,
                        "hour_to": hour_to,
                        **(more[0] if more else {}),
                    }
                )
        return cls.env["resource.calendar"].create(
            {
                "name": "Complaints",
                "company_id": cls.company.id,
                "tz": zone,
                "attendance_ids": [(5,), *((0, 0, row) for row in attendances)],
                **values,
            }
        )

    @classmethod
    def make_office(cls, zone="Europe/Paris", **values):
        """Monday to Friday, 9 to 12 and 13 to 17, the break written down."""
        rows = [
            (WORKWEEK, 9, 12),
            (WORKWEEK, 12, 13, {"day_period": "lunch"}),
            (WORKWEEK, 13, 17, {"day_period": "afternoon"}),
        ]
        return cls.make_calendar(zone, rows, **values)

    @classmethod
    def make_holiday(cls, start, stop, company=None, **values):
        """Of the whole company, if nothing else is said."""
        # Whatever is given, core takes the calendar's company, or the current one of
        # the environment that happens to flush: so it must be this one.
        holidays = cls.env["resource.calendar.leaves"].with_company(
            company or cls.company
        )
        holiday = holidays.create(
            {
                "name": "Holiday",
                "date_from": start,
                "date_to": stop,
                **values,
            }
        )
        holiday.flush_recordset()
        return holiday.with_env(cls.env)

    @staticmethod
    def utc(text, zone="Europe/Paris", fold=0):
        """What a clock in the zone shows, as Odoo stores it."""
        local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
        return local.astimezone(UTC).replace(tzinfo=None)
