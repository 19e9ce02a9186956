import os
import random
from collections import Counter
from datetime import datetime, timedelta

from odoo.tests import tagged

from .wall_clock import DAY, MINUTE, draw_world
from .worktime_case import WorktimeCase

IS_STRESS = bool(os.environ.get("CRM_VALUE_STRESS"))
CASES = 2000 if IS_STRESS else 200
CASES_PER_WORLD = 5
# Watched from so many days before the anchor for so many days.
BEFORE, DAYS = 7, 16


@tagged("post_install", "-at_install")
class TestWorktimeOracle(WorktimeCase):
    """Every deadline as somebody finds it who looks at the clock every minute."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_calendar = cls.make_office()
        cls.somebody = cls.env["resource.resource"].create(
            {"name": "Somebody", "company_id": cls.company.id}
        )

    def store(self, world, chance):
        """The calendar of a drawn world, and its holidays and those of others."""
        rows = [
            (
                [row.weekday],
                row.start / 60,
                row.stop / 60,
                {
                    "day_period": "lunch" if row.is_lunch else "full_day",
                    "week_type": row.week is not None and str(row.week),
                },
            )
            for row in world.rows
        ]
        calendar = self.make_calendar(
            world.zone,
            rows,
            two_weeks_calendar=world.has_two_weeks,
            active=chance.random() < 0.9,
        )
        owners = {
            "calendar": {"calendar_id": calendar.id},
            "company": {},
            "other company": {"company": self.other_company},
            "other calendar": {"calendar_id": self.other_calendar.id},
            "somebody": {
                "calendar_id": calendar.id,
                "resource_id": self.somebody.id,
            },
            "training": {"calendar_id": calendar.id, "time_type": "other"},
        }
        holidays = self.env["resource.calendar.leaves"]
        for holiday in world.holidays:
            holidays += self.make_holiday(
                holiday.start, holiday.stop, **owners[holiday.whose]
            )
        return calendar, holidays

    def draw_start(self, chance, watch, anchor):
        """Anywhere, at a second of its own, or within hours of a clock change."""
        if chance.random() < 0.4:
            noon = datetime.combine(anchor, datetime.min.time()) + DAY / 2
            start = noon + chance.randint(-1800, 1800) * MINUTE
        else:
            start = watch.start + chance.randint(0, DAYS * 1440) * MINUTE
        # Later than the last minute of work there is nothing to be watched.
        start = min(start, watch.last_worked or start)
        return start + timedelta(seconds=chance.choice((0, 0, 0, 1, 30, 59)))

    def draw_seconds(self, chance, watch, start):
        """Some, or exactly as many as there are until work stops for a while."""
        most = round(60 * watch.elapsed(start, watch.stop)) or 3600
        closings = watch.closings(start)
        if closings and chance.random() < 0.3:
            return round(60 * watch.elapsed(start, chance.choice(closings)))
        return chance.randint(1, chance.choice((most, most // 20 + 1)))

    def differences(self, world, chance, seen):
        """A line for every case of a world that somebody at the clock finds wrong."""
        calendar, holidays = self.store(world, chance)
        noon = datetime.combine(world.anchor, datetime.min.time())
        watch = world.watch(noon - BEFORE * DAY, DAYS)
        for _case in range(CASES_PER_WORLD):
            start = self.draw_start(chance, watch, world.anchor)
            seconds = self.draw_seconds(chance, watch, start)
            stop = min(watch.stop, start + chance.randint(0, 9000) * MINUTE)
            expected = watch.plan(start, seconds), watch.elapsed(start, stop)
            due = self.working_time.plan(calendar, start, seconds / 60)
            elapsed = self.working_time.elapsed(calendar, start, stop)
            if (due, elapsed) != expected:
                yield (
                    f"{world}: {start} + {seconds} s: {due}, to {stop}: {elapsed};"
                    f" not {expected}"
                )
            seen["cases"] += 1
            seen["never"] += due is None
            seen["over the change"] += bool(due and start < noon < due)
            seen[world.zone] += 1
        # Those of the company would be holidays of the next world, too.
        holidays.unlink()

    def test_deadlines_are_those_of_the_clock_on_the_wall(self):
        """Random calendars, holidays, starts and times, around both clock changes."""
        chance, seen, wrong = random.Random(20260608), Counter(), []
        for place in range(CASES // CASES_PER_WORLD):
            world = draw_world(chance, place)
            wrong += self.differences(world, chance, seen)
        if wrong:
            self.fail("\n".join([f"{len(wrong)} of {CASES} wrong", *wrong[:3]]))
        self.assertEqual(seen["cases"], CASES)
        for what in ("never", "over the change", "Australia/Lord_Howe"):
            self.assertGreaterEqual(seen[what], CASES // 50, what)
