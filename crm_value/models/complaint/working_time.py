"""Deadlines in working time: Odoo's working calendars, asked in bulk."""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from pytz import timezone, utc

from odoo.tools.intervals import Intervals

from ...formulas.worktime import Timeline, clock_spans, from_wall_clock

_logger = logging.getLogger(__name__)

WEEK = timedelta(weeks=1)
FIRST_READ = 8 * WEEK
# A deadline is looked for in what is known, then so far ahead, step by step. The last
# step is the 1,400 days after which core's plan_hours gives up too.
REACHES = (0 * WEEK, 40 * WEEK, 200 * WEEK)
HORIZON = REACHES[-1]
SECOND = timedelta(seconds=1)
MONDAY = datetime(1, 1, 1)


class Window(NamedTuple):
    """The working time of one calendar, known from ``start`` to ``stop``."""

    start: datetime
    stop: datetime
    timeline: Timeline


class WorkingTime:
    """Adds and counts working time by ``resource.calendar``.

    Moments are naive UTC as Odoo stores them; answers are whole seconds. A moment is
    working time when the clock on the wall of the calendar's time zone shows one and
    nobody has a holiday. A calendar is read once for a window of weeks; planning many
    deadlines costs no more queries than planning one. What was read is kept, so make
    an instance for a task and drop it: it does not see a calendar change.

    Core's ``plan_hours`` and ``get_work_hours_count`` are not asked, because

    * around clock changes they do not follow the clock: of an hour shown twice they
      take the second to be meant, so that a shift from 0:00 to 2:30 has 3.5 instead
      of 3 hours and one from 2:30 starts at the second; a shift that starts in the
      hour skipped starts as much later (2:30 at 3:30, not 3:00), one that ends in it
      ends as much later;
    * without a resource they count the holidays of every company that the user can
      see, all of them as superuser;
    * an end at 24:00 is one microsecond early, a holiday until 23:59:59 one second,
      in which a round-the-clock calendar works;
    * a flexible calendar's days are counted from the moment that is asked, weekend or
      not, so that every question has another answer;
    * each question reads the calendar anew, for two weeks at a time.

    Attendances still come from core, which knows two-week calendars, breaks and what
    other add-ons put in, but asked as if the clock were UTC's and turned into UTC here.

    A **flexible** calendar says how much is worked, not when. As core does, its hours a
    day lie around noon; from Monday on until the week's hours are full.
    """

    def __init__(self, env):
        self.env = env
        self._windows = {}

    def plan(self, calendar, start, minutes):
        """The moment at which so many working minutes have passed since ``start``.

        None where the calendar (also none, or one without working hours) has not so
        much working time within 1,400 days. At once, ``start``, for no minutes.
        """
        start = start.replace(microsecond=0)
        if minutes <= 0:
            return start
        for reach in REACHES:
            timeline = self._get_timeline(calendar, start, start + reach)
            due = timeline.plan(start, minutes)
            if due is not None:
                # What is known may reach further: no other answer for that.
                return due if due <= start + HORIZON else None
        return None

    def elapsed(self, calendar, start, stop):
        """Working minutes from ``start`` to ``stop``; 0 when that is not later."""
        start, stop = start.replace(microsecond=0), stop.replace(microsecond=0)
        if stop <= start:
            return 0.0
        return self._get_timeline(calendar, start, stop).elapsed(start, stop)

    # -- What is known of a calendar --------------------------------------------------

    def _get_timeline(self, calendar, start, stop):
        """Working time that is complete at least from ``start`` to ``stop``."""
        if not calendar:
            return Timeline([])
        window = self._windows.get(calendar.id)
        if not window or start < window.start or window.stop < stop:
            window = self._read(calendar, *self._widen(window, start, stop))
            self._windows[calendar.id] = window
        return window.timeline

    def _widen(self, window, start, stop):
        """Whole weeks that cover what is asked and what is known.

        To the side that was too short at least as much is added as is known: a
        thousand questions, each a day further, must not read the calendar each time.
        """
        if window:
            known = window.stop - window.start
            if start < window.start:
                start = min(start, window.start - known)
            if stop > window.stop:
                stop = max(stop, window.stop + known)
            start, stop = min(start, window.start), max(stop, window.stop)
        else:
            stop = max(stop, start + FIRST_READ)
        return start - (start - MONDAY) % WEEK, stop + (MONDAY - stop) % WEEK

    def _read(self, calendar, start, stop):
        # Whoever complains, a portal user or a mail's sender, may read neither
        # calendars nor holidays; nothing but a date comes out of them.
        calendar_sudo = calendar.with_env(self.env).sudo()
        spans = clock_spans(timezone(calendar_sudo.tz), start, stop)
        by_the_wall = self._read_attendances(calendar_sudo, start, stop)
        work = _as_intervals(from_wall_clock(by_the_wall, spans))
        work -= _as_intervals(self._read_holidays(calendar_sudo, start, stop))
        return Window(start, stop, Timeline([(begin, end) for begin, end, _ in work]))

    def _read_attendances(self, calendar_sudo, start, stop):
        """What the calendar says by the clock on the wall, wherever that hangs.

        A week more on both sides holds what the zone's clock is ahead or behind, and
        whole weeks from Monday keep a flexible calendar's days where they are.
        """
        try:
            found = calendar_sudo._attendance_intervals_batch(
                utc.localize(start - WEEK), utc.localize(stop + WEEK), tz=utc
            )[False]
        except ValueError as error:
            # An import can store an hour of 25:00, on which core stumbles. The
            # complaint must be taken all the same; it gets no deadline, as with an
            # empty calendar.
            _logger.warning(
                "Working hours %s (id %s) hold an hour that does not exist: %s",
                calendar_sudo.name,
                calendar_sudo.id,
                error,
            )
            return []
        return [(_whole(begin), _whole(end)) for begin, end, _attendance in found]

    def _read_holidays(self, calendar_sudo, start, stop):
        """The calendar's own and its company's, of nobody in particular.

        Core looks for those of no resource and of this calendar or none, but not whose
        they are. An own one counts whatever its company: that stays behind when the
        calendar's is changed.
        """
        domain = [
            ("time_type", "=", "leave"),
            "|",
            ("calendar_id", "=", calendar_sudo.id),
            ("company_id", "in", [calendar_sudo.company_id.id, False]),
        ]
        found = calendar_sudo._leave_intervals_batch(
            utc.localize(start), utc.localize(stop), domain=domain, tz=utc
        )[False]
        return [(_whole(begin), _end_of_day(end)) for begin, end, _leave in found]


def _as_intervals(pairs):
    """Core's set arithmetic, which wants records along with each interval."""
    return Intervals((start, stop, set()) for start, stop in pairs)


def _whole(moment):
    """Naive and on the second: core ends a day at 23:59:59.999999."""
    return (moment.replace(tzinfo=None) + SECOND / 2).replace(microsecond=0)


def _end_of_day(moment):
    """A holiday entered until 23:59:59, as forms propose, lasts until midnight."""
    moment = _whole(moment)
    return moment + SECOND if moment.second == 59 else moment
