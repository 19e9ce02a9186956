"""Working time: properties of planning and counting, and clocks that are changed."""

import random
from datetime import datetime, timedelta
from itertools import pairwise
from math import inf, nan
from zoneinfo import ZoneInfo

import pytest

from formulas.worktime import Timeline, clock_spans, from_wall_clock

from .common import raises

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ORIGIN = datetime(2026, 6, 1)


def at(text):
    return datetime.fromisoformat(text)


def random_intervals(chance):
    """Some touch, some lie far apart; boundaries on whole seconds."""
    bounds = sorted(chance.sample(range(200_000), 2 * chance.randint(1, 12)))
    moments = [ORIGIN + timedelta(seconds=bound) for bound in bounds]
    intervals = list(zip(moments[::2], moments[1::2], strict=True))
    if chance.random() < 0.5:
        end = intervals[-1][1]
        intervals.append((end, end + HOUR))
    return intervals


def count_seconds(intervals, start, stop):
    """The oracle: interval by interval, in whole seconds."""
    return sum(
        max(0, int((min(stop, end) - max(start, begin)).total_seconds()))
        for begin, end in intervals
    )


@pytest.fixture(params=range(40))
def drawn(request):
    """Intervals, their timeline, and moments before, within and after."""
    chance = random.Random(request.param)
    intervals = random_intervals(chance)
    moments = [
        ORIGIN + timedelta(seconds=chance.randint(-9_000, 220_000)) for _ in range(30)
    ]
    moments += [bound for interval in intervals for bound in interval]
    return intervals, Timeline(intervals), sorted(moments), chance


def test_elapsed_is_the_sum_of_what_lies_between(drawn):
    """Interval by interval, and additive over any moment between."""
    intervals, timeline, moments, chance = drawn
    for _draw in range(40):
        start, middle, stop = sorted(chance.sample(moments, 3))
        found = timeline.elapsed(start, stop)
        assert found == count_seconds(intervals, start, stop) / 60
        parts = timeline.elapsed(start, middle) + timeline.elapsed(middle, stop)
        assert found == pytest.approx(parts, abs=1e-9)


def test_plan_and_elapsed_undo_each_other(drawn):
    """What was planned has elapsed then, and not a second earlier."""
    _intervals, timeline, moments, chance = drawn
    for start in moments:
        total = round(60 * timeline.elapsed(start, datetime.max))
        assert timeline.plan(start, (total + 1) / 60) is None
        for seconds in chance.sample(range(1, total + 1), min(total, 5)):
            due = timeline.plan(start, seconds / 60)
            assert timeline.elapsed(start, due) == seconds / 60
            assert timeline.elapsed(start, due - timedelta(seconds=1)) < seconds / 60


def test_elapsed_is_planned_back_within_working_time(drawn):
    """To the same moment in working time; else to the end of the interval before."""
    intervals, timeline, moments, _chance = drawn
    for start, stop in pairwise(moments):
        minutes = timeline.elapsed(start, stop)
        due = timeline.plan(start, minutes)
        assert due <= stop
        if minutes and any(begin < stop <= end for begin, end in intervals):
            assert due == stop


def test_plan_is_monotone_in_start_and_minutes(drawn):
    """A later start or a longer time is never due earlier."""
    _intervals, timeline, moments, _chance = drawn
    for minutes in (0, 1, 59.5, 600, 2000):
        dues = [timeline.plan(start, minutes) or datetime.max for start in moments]
        assert dues == sorted(dues)
    for start in moments:
        dues = [timeline.plan(start, n * 37.1) or datetime.max for n in range(60)]
        assert dues == sorted(dues)
        assert dues[0] == start


def test_time_used_up_at_closing_is_due_at_closing():
    """Not when the doors open again; nor where the next interval follows at once."""
    nine, noon, one = at("2026-06-01 09"), at("2026-06-01 12"), at("2026-06-01 13")
    for afternoon in (one, noon):
        timeline = Timeline([(nine, noon), (afternoon, at("2026-06-01 17"))])
        assert timeline.plan(nine, 180) == noon
        assert timeline.plan(nine, 181) == afternoon + MINUTE
        assert timeline.plan(noon, 1) == afternoon + MINUTE
        assert timeline.elapsed(nine, afternoon) == 180


def test_answers_are_whole_seconds():
    """Of 0.1 minutes six seconds; of a hundredth of a second nothing."""
    timeline = Timeline([(ORIGIN, ORIGIN + HOUR)])
    assert timeline.plan(ORIGIN, 0.1) == ORIGIN + timedelta(seconds=6)
    assert timeline.plan(ORIGIN, 1 / 3) == ORIGIN + timedelta(seconds=20)
    assert timeline.plan(ORIGIN, 0.0001) == ORIGIN
    assert timeline.plan(ORIGIN, 60.001) == ORIGIN + HOUR


def test_no_minutes_are_due_at_once():
    """In working time or out of it, with or without any, also for less than none."""
    for timeline in (Timeline([]), Timeline([(ORIGIN, ORIGIN + HOUR)])):
        for start in (ORIGIN - HOUR, ORIGIN, ORIGIN + HOUR):
            for minutes in (0, -0.5, -inf):
                assert timeline.plan(start, minutes) == start


def test_more_than_there_is_has_no_moment():
    timeline = Timeline([(ORIGIN, ORIGIN + HOUR)])
    assert timeline.plan(ORIGIN, 60) == ORIGIN + HOUR
    for minutes in (61, 60.1, 1e300, inf):
        assert timeline.plan(ORIGIN, minutes) is None
    assert timeline.plan(ORIGIN + HOUR, 1) is None
    assert Timeline([]).plan(ORIGIN, 1) is None
    assert Timeline([]).elapsed(ORIGIN, ORIGIN + HOUR) == 0


def test_elapsed_backwards_is_nothing():
    timeline = Timeline([(ORIGIN, ORIGIN + HOUR)])
    assert timeline.elapsed(ORIGIN + HOUR, ORIGIN) == 0
    assert timeline.elapsed(ORIGIN, ORIGIN) == 0


def test_intervals_that_contradict_each_other_are_refused():
    later = ORIGIN + HOUR
    raises("has no length", Timeline, [(ORIGIN, ORIGIN)])
    raises("has no length", Timeline, [(later, ORIGIN)])
    raises("starts before", Timeline, [(ORIGIN, later), (ORIGIN + MINUTE, later)])
    raises("starts before", Timeline, [(later, later + HOUR), (ORIGIN, later)])
    raises("nan minutes", Timeline([]).plan, ORIGIN, nan)


CHANGES = [
    # Zone, UTC moment of the change, hours ahead before and after.
    ("Europe/Paris", "2026-03-29 01:00", 1, 2),
    ("Europe/Paris", "2026-10-25 01:00", 2, 1),
    ("America/New_York", "2026-03-08 07:00", -5, -4),
    ("Australia/Lord_Howe", "2026-04-04 15:00", 11, 10.5),
    ("America/Sao_Paulo", "2019-02-17 02:00", -2, -3),
]


@pytest.mark.parametrize("name, moment, before, after", CHANGES)
@pytest.mark.parametrize("lead", [1, 59, 3600, 86399, 86400, 86401, 900_000])
def test_clock_change_is_found_to_the_second(name, moment, before, after, lead):
    """However far before it the search starts."""
    start, change = at(moment) - timedelta(seconds=lead), at(moment)
    stop = change + timedelta(days=9)
    spans = clock_spans(ZoneInfo(name), start, stop)
    assert [span.offset for span in spans] == [before * HOUR, after * HOUR]
    assert [span[:2] for span in spans] == [(start, change), (change, stop)]


def test_every_clock_change_of_many_years_is_found():
    """Two a year in Paris; none in Shanghai since 1991."""
    start, stop = at("1995-01-01"), at("2035-01-01")
    paris = clock_spans(ZoneInfo("Europe/Paris"), start, stop)
    assert len(paris) == 2 * 40 + 1
    assert all(this.stop == next_.start for this, next_ in pairwise(paris))
    assert clock_spans(ZoneInfo("Asia/Shanghai"), start, stop) == [
        (start, stop, 8 * HOUR)
    ]


def test_clock_spans_of_no_time_and_up_to_a_change():
    paris, change = ZoneInfo("Europe/Paris"), at("2026-03-29 01:00")
    assert clock_spans(paris, change, change) == []
    assert clock_spans(paris, change - HOUR, change) == [(change - HOUR, change, HOUR)]
    assert clock_spans(paris, change, change + HOUR) == [
        (change, change + HOUR, 2 * HOUR)
    ]


def utc_intervals(zone, day, *hours):
    """Working hours by the wall, as hours after the UTC midnight of that day."""
    midnight = at(day)
    spans = clock_spans(
        ZoneInfo(zone), midnight - timedelta(days=2), midnight + timedelta(days=3)
    )
    wall = [(midnight + HOUR * start, midnight + HOUR * stop) for start, stop in hours]
    return [
        ((start - midnight) / HOUR, (stop - midnight) / HOUR)
        for start, stop in from_wall_clock(wall, spans)
    ]


def test_skipped_hour_is_no_working_time():
    """Paris, 29 March: 2:00 to 3:00 does not exist."""
    day = "2026-03-29"
    assert utc_intervals("Europe/Paris", day, (0, 2.5)) == [(-1, 1)]
    assert utc_intervals("Europe/Paris", day, (2.5, 6)) == [(1, 4)]
    assert utc_intervals("Europe/Paris", day, (2, 3)) == []
    assert utc_intervals("Europe/Paris", day, (0, 6), (9, 12)) == [
        (-1, 1),
        (1, 4),
        (7, 10),
    ]


def test_repeated_hour_is_worked_twice():
    """Paris, 25 October: 2:00 to 3:00 comes twice, in pieces where work ends in it."""
    day = "2026-10-25"
    assert utc_intervals("Europe/Paris", day, (0, 2.5)) == [(-2, 0.5), (1, 1.5)]
    assert utc_intervals("Europe/Paris", day, (2.5, 6)) == [(0.5, 1), (1.5, 5)]
    assert utc_intervals("Europe/Paris", day, (2.25, 2.75)) == [
        (0.25, 0.75),
        (1.25, 1.75),
    ]


def test_clock_that_is_changed_at_midnight():
    """São Paulo put it back at 24:00, so that 23:00 to 24:00 came twice."""
    assert utc_intervals("America/Sao_Paulo", "2019-02-16", (20, 24), (24, 25)) == [
        (22, 26),
        (26, 27),
        (27, 28),
    ]


def test_nothing_outside_the_spans():
    spans = clock_spans(ZoneInfo("Asia/Kathmandu"), ORIGIN, ORIGIN + HOUR)
    wall = [(ORIGIN - 9 * HOUR, ORIGIN + 99 * HOUR)]
    assert from_wall_clock(wall, spans) == [(ORIGIN, ORIGIN + HOUR)]
    assert from_wall_clock(wall, []) == from_wall_clock([], spans) == []
