"""Working time by somebody who looks at the clock every minute, and invented worlds.

Knows neither core's calendars nor ours: rows and holidays are those that were drawn,
not those that were stored, and the time of day comes from ``zoneinfo``.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
DAY_MINUTES = 24 * 60
# Odoo's weeks alternate without regard to years; this one is a first week.
A_FIRST_WEEK = date(2026, 6, 8)
# Days around which worlds are drawn: both clock changes where there are any.
ANCHORS = [
    ("Asia/Shanghai", date(2026, 2, 16)),
    ("Europe/Paris", date(2026, 3, 29)),
    ("Europe/Paris", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Sao_Paulo", date(2019, 2, 17)),
    ("Asia/Kathmandu", date(2025, 12, 31)),
]
SHAPES = ["office", "pieces", "minutes", "nights", "always"] + 3 * ["small hours"]


class Row(NamedTuple):
    """Minutes of a day in which is worked, or had lunch; week 0, 1 or None for both."""

    weekday: int
    week: int | None
    start: int
    stop: int
    is_lunch: bool = False


class Holiday(NamedTuple):
    """UTC; ``whose`` is calendar, company, or somebody whose holidays do not count."""

    start: datetime
    stop: datetime
    whose: str

    @property
    def counts(self):
        return self.whose in ("calendar", "company")


class World(NamedTuple):
    zone: str
    anchor: date
    rows: list
    holidays: list

    @property
    def has_two_weeks(self):
        return any(row.week is not None for row in self.rows)

    def watch(self, start, days):
        """Look at the clock every minute from ``start`` on: is it worked?"""
        zone, worked = ZoneInfo(self.zone), []
        times = self.worked_times()
        # A holiday until 23:59:59 leaves no second of that minute to work in.
        free = [
            (holiday.start, holiday.stop + timedelta(seconds=1))
            for holiday in self.holidays
            if holiday.counts
        ]
        moment = start.replace(tzinfo=UTC)
        for minute in range(days * DAY_MINUTES):
            local = moment.astimezone(zone)
            week = (local.toordinal() - A_FIRST_WEEK.toordinal()) // 7 % 2
            if local.hour * 60 + local.minute in times[week, local.weekday()]:
                plain = moment.replace(tzinfo=None)
                if not any(begin <= plain <= end - MINUTE for begin, end in free):
                    worked.append(minute)
            moment += MINUTE
        return Watch(start, start + days * DAY, worked)

    def worked_times(self):
        """Minutes after midnight, for either week and every day."""
        times = {(week, day): set() for week in (0, 1) for day in range(7)}
        for row in self.rows:
            for week in (0, 1) if row.week is None else (row.week,):
                if not row.is_lunch:
                    times[week, row.weekday].update(range(row.start, row.stop))
        return times


class Watch(NamedTuple):
    """The minutes worked between two moments, counted from the first."""

    start: datetime
    stop: datetime
    worked: list

    @property
    def last_worked(self):
        """The last minute of work, None if there is none."""
        return self.start + self.worked[-1] * MINUTE if self.worked else None

    def pieces(self, start, stop):
        """What is worked from ``start`` to ``stop``: (second, number of seconds)."""
        first = int((start - self.start).total_seconds())
        last = int((stop - self.start).total_seconds())
        for minute in self.worked[bisect_left(self.worked, first // 60) :]:
            if minute * 60 >= last:
                return
            begin = max(minute * 60, first)
            yield begin, min(minute * 60 + 60, last) - begin

    def plan(self, start, seconds):
        for begin, worked in self.pieces(start, self.stop):
            if seconds <= worked:
                return self.start + timedelta(seconds=begin + seconds)
            seconds -= worked
        return None

    def elapsed(self, start, stop):
        return sum(worked for _begin, worked in self.pieces(start, stop)) / 60

    def closings(self, start):
        """Ends of minutes after which is not worked, from ``start`` on."""
        minutes = set(self.worked)
        return [
            self.start + (minute + 1) * MINUTE
            for minute in self.worked
            if minute + 1 not in minutes and self.start + minute * MINUTE >= start
        ]


def draw_world(chance, place):
    """The anchors in turn; every twentieth world never works."""
    zone, anchor = ANCHORS[place % len(ANCHORS)]
    rows = [] if place % 20 == 9 else list(draw_rows(chance))
    holidays = [draw_holiday(chance, zone, anchor) for _ in range(chance.randint(0, 6))]
    return World(zone, anchor, rows, holidays)


def draw_rows(chance):
    if chance.random() < 0.3:
        for week in (0, 1):
            yield from draw_week(chance, chance.choice(SHAPES), week)
    else:
        yield from draw_week(chance, chance.choice(SHAPES), None)


def draw_week(chance, shape, week):
    for weekday in range(7):
        if shape == "office" and weekday > 4:
            continue
        for start, stop, is_lunch in draw_day(chance, shape):
            yield Row(weekday, week, start, stop, is_lunch)


def draw_day(chance, shape):
    """(from, to, is lunch) in minutes after midnight."""
    if shape == "office":
        return [(540, 720, False), (720, 780, True), (780, 1020, False)]
    if shape == "nights":
        return [(0, 360, False), (1320, DAY_MINUTES, False)]
    if shape == "always":
        return [(0, DAY_MINUTES, False)]
    if shape == "small hours":
        # When clocks are changed, so that pieces end and start within that hour.
        first, second, third = sorted(chance.sample(range(60, 211, 5), 3))
        late = chance.choice((1320, 1395, 1410))
        return [(0, first, False), (second, third, False), (late, DAY_MINUTES, False)]
    grain = 15 if shape == "pieces" else 1
    count = chance.choice((0, 2, 2, 4, 6))
    bounds = sorted(chance.sample(range(0, DAY_MINUTES + 1, grain), count))
    return [
        (start, stop, chance.random() < 0.2)
        for start, stop in zip(bounds[::2], bounds[1::2], strict=True)
    ]


def draw_holiday(chance, zone, anchor):
    midnight = datetime.combine(anchor, datetime.min.time())
    day = midnight + chance.randint(-6, 9) * DAY
    kind = chance.choice(("whole", "morning", "afternoon", "over midnight", "long"))
    if kind == "whole":
        start, stop = day, day + timedelta(hours=23, minutes=59, seconds=59)
    elif kind == "morning":
        start, stop = day, day + timedelta(hours=12)
    elif kind == "afternoon":
        start = day + timedelta(hours=12)
        stop = start + timedelta(hours=11, minutes=59, seconds=59)
    elif kind == "over midnight":
        start, stop = day + timedelta(hours=20), day + timedelta(hours=28.5)
    else:
        start = day + chance.randint(0, DAY_MINUTES) * MINUTE
        stop = start + chance.randint(DAY_MINUTES, 4 * DAY_MINUTES) * MINUTE
    whose = chance.choice(
        ["calendar", "company"] * 4
        + ["other company", "other calendar", "somebody", "training"]
    )
    if kind == "over midnight":
        return Holiday(start, stop, whose)
    return Holiday(as_utc(start, zone), as_utc(stop, zone), whose)


def as_utc(local, zone):
    moment = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return moment.replace(tzinfo=None)
