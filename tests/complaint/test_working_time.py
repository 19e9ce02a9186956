from datetime import datetime, timedelta

from odoo.tests import new_test_user, tagged

from odoo.addons.crm_value.models.complaint.working_time import HORIZON, WorkingTime

from .worktime_case import WHOLE_WEEK, WORKWEEK, WorktimeCase

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestWorkingTime(WorktimeCase):
    def assert_due(self, calendar, start, minutes, due):
        """Both as the clock in the calendar's zone shows them."""
        found = self.working_time.plan(calendar, self.utc(start, calendar.tz), minutes)
        self.assertEqual(found, self.utc(due, calendar.tz))

    def test_friday_half_past_four_is_due_after_the_holiday(self):
        """One hour: half of it on Friday, none on Monday, half on Tuesday."""
        calendar = self.make_office()
        self.make_holiday(self.utc("2026-06-08 00:00"), self.utc("2026-06-08 23:59:59"))
        self.assert_due(calendar, "2026-06-05 16:30", 60, "2026-06-09 09:30")
        elapsed = self.working_time.elapsed(
            calendar, self.utc("2026-06-05 16:30"), self.utc("2026-06-09 09:30")
        )
        self.assertEqual(elapsed, 60)

    def test_used_up_at_closing_time_is_due_at_closing_time(self):
        """Before lunch and before the weekend, not after them."""
        calendar = self.make_office()
        self.assert_due(calendar, "2026-06-05 11:00", 60, "2026-06-05 12:00")
        self.assert_due(calendar, "2026-06-05 16:00", 60, "2026-06-05 17:00")
        self.assert_due(calendar, "2026-06-06 10:00", 7 * 60, "2026-06-08 17:00")

    def test_starts_and_answers_are_whole_seconds(self):
        calendar = self.make_office()
        start = self.utc("2026-06-05 10:00:07.654321")
        due = self.working_time.plan(calendar, start, 1.005)
        self.assertEqual(due, self.utc("2026-06-05 10:01:07"))
        self.assertEqual(
            self.working_time.plan(calendar, start, 0), start.replace(microsecond=0)
        )
        self.assertEqual(self.working_time.elapsed(calendar, start, due), 1)

    def test_nothing_asked_is_nothing_read(self):
        """No minutes, or a stop that is not later."""
        calendar, start = self.make_office(), self.utc("2026-06-06 10:00")
        fresh = WorkingTime(self.env)
        with self.assertQueryCount(0):
            self.assertEqual(fresh.plan(calendar, start, 0), start)
            self.assertEqual(fresh.plan(calendar, start, -5), start)
            self.assertEqual(fresh.elapsed(calendar, start, start), 0)
            self.assertEqual(fresh.elapsed(calendar, start, start - DAY), 0)

    def test_skipped_hour_is_not_promised(self):
        """Paris, 29 March: 2:00 to 3:00 does not exist."""
        calendar = self.make_calendar("Europe/Paris", [([6], 0, 2.5), ([6], 4, 6)])
        self.assert_due(calendar, "2026-03-29 00:00", 121, "2026-03-29 04:01")
        calendar = self.make_calendar("Europe/Paris", [([6], 2.5, 6)])
        self.assert_due(calendar, "2026-03-29 00:00", 60, "2026-03-29 04:00")

    def test_repeated_hour_counts_twice(self):
        """Paris, 25 October: 2:00 to 3:00 comes twice, 2:30 to 3:00 is never worked."""
        calendar = self.make_calendar("Europe/Paris", [([6], 0, 2.5)])
        start = self.utc("2026-10-25 00:00")
        for minutes, text, fold in (
            (150, "2026-10-25 02:30", 0),
            (151, "2026-10-25 02:01", 1),
            (180, "2026-10-25 02:30", 1),
        ):
            due = self.working_time.plan(calendar, start, minutes)
            self.assertEqual(due, self.utc(text, fold=fold))
        self.assertEqual(self.working_time.elapsed(calendar, start, start + DAY), 180)

    def test_round_the_clock_has_no_second_too_few_or_too_many(self):
        """24:00 is the next day's 0:00, and 23:59:59 the end of a holiday."""
        calendar = self.make_calendar("Asia/Kathmandu", [(WHOLE_WEEK, 0, 24)])
        start = datetime(2026, 6, 1)
        elapsed = self.working_time.elapsed(calendar, start, start + 100 * DAY)
        self.assertEqual(elapsed, 100 * 24 * 60)
        self.make_holiday(
            self.utc("2026-06-08 00:00", calendar.tz),
            self.utc("2026-06-08 23:59:59", calendar.tz),
        )
        fresh = WorkingTime(self.env)
        elapsed = fresh.elapsed(calendar, start, start + 100 * DAY)
        self.assertEqual(elapsed, 99 * 24 * 60)

    def test_only_holidays_of_the_calendar_and_its_company_count(self):
        """Also for a user of all companies; an own one whatever company it kept."""
        calendar, other = self.make_office(), self.make_office()
        day = self.utc("2026-06-08 00:00"), self.utc("2026-06-08 23:59:59")
        someone = self.env["resource.resource"].create({"name": "Someone"})
        self.make_holiday(*day, company=self.other_company)
        self.make_holiday(*day, calendar_id=other.id)
        self.make_holiday(*day, calendar_id=calendar.id, resource_id=someone.id)
        self.make_holiday(*day, calendar_id=calendar.id, time_type="other")
        self.assert_due(calendar, "2026-06-08 09:00", 60, "2026-06-08 10:00")
        self.assert_due(other, "2026-06-08 09:00", 60, "2026-06-09 10:00")
        for change in (self.other_company, self.company.browse()):
            moved = self.make_office()
            self.make_holiday(*day, calendar_id=moved.id)
            moved.company_id = change
            self.assert_due(moved, "2026-06-08 09:00", 60, "2026-06-09 10:00")

    def test_shared_calendar_has_no_company_whose_holidays_count(self):
        """Those of one of the companies that share it would be wrong for the others."""
        shared = self.make_office(company_id=False)
        self.make_holiday(self.utc("2026-06-08 00:00"), self.utc("2026-06-08 23:59:59"))
        self.assert_due(shared, "2026-06-08 09:00", 60, "2026-06-08 10:00")

    def test_archived_calendar_keeps_its_promises(self):
        calendar = self.make_office(active=False)
        self.assert_due(calendar, "2026-06-05 16:30", 60, "2026-06-08 09:30")

    def test_calendar_without_hours_has_no_deadline(self):
        """None at all, empty, or nothing but lunch: no answer and no crash."""
        start = self.utc("2026-06-05 16:30")
        calendars = self.env["resource.calendar"]
        empty = self.make_calendar("Europe/Paris", [])
        lunch = self.make_calendar(
            "Europe/Paris", [(WORKWEEK, 12, 13, {"day_period": "lunch"})]
        )
        self.assertFalse(empty.attendance_ids)
        for calendar in (calendars, empty, lunch):
            self.assertIsNone(self.working_time.plan(calendar, start, 1))
            self.assertEqual(self.working_time.plan(calendar, start, 0), start)
            found = self.working_time.elapsed(calendar, start, start + 9 * DAY)
            self.assertEqual(found, 0)

    def test_hour_that_does_not_exist_is_as_good_as_none(self):
        """Only an import stores it; core raises whatever it is asked."""
        calendar = self.make_calendar("Europe/Paris", [([0], 20, 25)])
        with self.assertLogs("odoo.addons.crm_value", "WARNING") as logs:
            due = self.working_time.plan(calendar, self.utc("2026-06-05 16:30"), 1)
        self.assertIsNone(due)
        self.assertIn(f"Complaints (id {calendar.id})", logs.output[0])

    def test_deadline_lies_within_1400_days(self):
        """After a long holiday if need be; later there is none, whatever is known."""
        calendar, start = self.make_office(), self.utc("2026-06-05 16:30")
        self.make_holiday(start, self.utc("2028-06-05 12:59:59"))
        self.assert_due(calendar, "2026-06-05 16:30", 60, "2028-06-05 14:00")
        self.make_holiday(start, start + HORIZON)
        fresh = WorkingTime(self.env)
        self.assertIsNone(fresh.plan(calendar, start, 1))
        later = start + 10 * DAY
        self.assertGreater(fresh.plan(calendar, later, 1), start + HORIZON)
        self.assertIsNone(fresh.plan(calendar, start, 1))

    def test_answers_do_not_depend_on_what_was_asked_before(self):
        """Forwards, backwards, and each by an instance of its own."""
        flexible = self.make_office(flexible_hours=True)
        flexible.write({"hours_per_day": 8, "full_time_required_hours": 40})
        for calendar in (self.make_office(), flexible):
            starts = [datetime(2026, 3, 1) + n * timedelta(hours=61) for n in range(60)]
            dues = [WorkingTime(self.env).plan(calendar, at, 999) for at in starts]
            for order in (1, -1):
                fresh = WorkingTime(self.env)
                found = [fresh.plan(calendar, at, 999) for at in starts[::order]]
                self.assertEqual(found[::order], dues)
            self.assertEqual(dues, sorted(dues))

    def test_flexible_hours_lie_around_noon_of_the_first_days(self):
        """35 hours, 7 a day: Monday to Friday, half past eight to half past three."""
        calendar = self.make_office(flexible_hours=True)
        calendar.write({"hours_per_day": 7, "full_time_required_hours": 35})
        self.assert_due(calendar, "2026-06-05 15:00", 60, "2026-06-08 09:00")
        self.assert_due(calendar, "2026-06-06 12:00", 7 * 60, "2026-06-08 15:30")
        self.assert_due(calendar, "2026-06-03 12:00", 35 * 60, "2026-06-10 12:00")

    def test_week_begins_and_ends_elsewhere_at_another_hour(self):
        """What is read are weeks of UTC; nothing is missing at their edges."""
        monday = datetime(2026, 6, 1)
        for zone in ("Asia/Kathmandu", "America/New_York"):
            calendar = self.make_calendar(zone, [(WHOLE_WEEK, 0, 24)])
            for start in (monday, monday + 6.9 * DAY):
                fresh = WorkingTime(self.env)
                for weeks in (0, 1, 7, 8, 40):
                    stop = monday + weeks * 7 * DAY + 7 * DAY
                    minutes = (stop - start) / timedelta(minutes=1)
                    self.assertEqual(fresh.elapsed(calendar, start, stop), minutes)
                    self.assertEqual(fresh.plan(calendar, start, minutes), stop)

    def count_queries(self, calendar, starts, ask=None):
        self.env.invalidate_all()
        fresh, before = WorkingTime(self.env), self.cr.sql_log_count
        for start in starts:
            if ask:
                fresh.elapsed(calendar, *ask(start))
            else:
                self.assertTrue(fresh.plan(calendar, start, 480))
        return self.cr.sql_log_count - before

    def test_many_deadlines_cost_no_more_queries_than_one(self):
        """Of one week, and even of two years, which are read in ever larger steps."""
        calendar, start = self.make_office(), datetime(2026, 3, 1)
        one = self.count_queries(calendar, [start])
        many = [start + n * timedelta(minutes=10) for n in range(1000)]
        self.assertLessEqual(one, 4)
        self.assertEqual(self.count_queries(calendar, many), one)
        for step in (18, -18):
            years = [start + n * timedelta(hours=step) for n in range(1000)]
            asks = (None, lambda at: sorted((start, at)), lambda at: (at, at + DAY))
            for ask in asks:
                count = self.count_queries(calendar, years, ask)
                self.assertLessEqual(count, one + 10)

    def test_whoever_complains_gets_a_deadline(self):
        """A portal user reads neither calendars nor holidays."""
        calendar = self.make_office()
        self.make_holiday(self.utc("2026-06-08 00:00"), self.utc("2026-06-08 23:59:59"))
        portal = new_test_user(self.env, "worktime_portal", "base.group_portal")
        self.env.invalidate_all()
        calendar = calendar.with_user(portal)
        self.assertFalse(calendar.has_access("read"))
        due = WorkingTime(self.env(user=portal)).plan(
            calendar, self.utc("2026-06-05 16:30"), 60
        )
        self.assertEqual(due, self.utc("2026-06-09 09:30"))
