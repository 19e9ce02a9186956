"""Time that counts: when a number of working minutes have passed, and how many did.

Moments are naive datetimes on one clock, in practice UTC; an interval is a pair
``(start, stop)``, its start working time, its stop no longer. Arithmetic is exact:
what is added up are whole microseconds, not fractions of an hour.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from math import isnan
from typing import NamedTuple

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NOTHING = timedelta()


class Span(NamedTuple):
    """A stretch of UTC in which a zone's clock stands ``offset`` ahead of it."""

    start: datetime
    stop: datetime
    offset: timedelta


class Timeline:
    """Working time as intervals, prepared once, asked in O(log n).

    :param list intervals: (start, stop), sorted and disjoint; one may end where the
        next starts
    :raises ValueError: if an interval is empty or reversed, or two are out of order

    >>> tuesday = [datetime(2026, 6, 2, 9), datetime(2026, 6, 2, 12)]
    >>> friday = [datetime(2026, 6, 5, 9), datetime(2026, 6, 5, 12)]
    >>> timeline = Timeline([tuesday, friday])
    >>> str(timeline.plan(datetime(2026, 6, 2, 11), 90))
    '2026-06-05 09:30:00'
    >>> timeline.elapsed(datetime(2026, 6, 2, 11), datetime(2026, 6, 5, 9, 30))
    90.0
    """

    def __init__(self, intervals):
        _check(intervals)
        self._starts = [start for start, _stop in intervals]
        self._stops = [stop for _start, stop in intervals]
        lengths = [stop - start for start, stop in intervals]
        # Working time gone by when an interval starts; at the end stands the total.
        self._before = list(accumulate(lengths, initial=NOTHING))

    def plan(self, start, minutes):
        """The earliest moment at which so much working time has passed since ``start``.

        :param datetime start: when the clock starts, in or out of working time
        :param float minutes: working time, taken to the whole second
        :return: ``start`` itself for less than half a second; the end of an interval,
            not the start of the next, where the time is used up exactly then; None
            when the intervals do not hold that much
        :rtype: datetime
        :raises ValueError: if minutes is not a number

        >>> morning = [datetime(2026, 6, 2, 9), datetime(2026, 6, 2, 12)]
        >>> str(Timeline([morning]).plan(datetime(2026, 6, 1), 180))
        '2026-06-02 12:00:00'
        >>> Timeline([morning]).plan(datetime(2026, 6, 1), 181)
        """
        if isnan(minutes):
            raise ValueError(f"The working time of {minutes} minutes is not a number.")
        gone, total = self._until(start), self._before[-1]
        # Compared before it becomes a duration, which cannot hold any number.
        if minutes * 60 > (total - gone) / SECOND + 1:
            return None
        wanted = timedelta(seconds=round(max(0, minutes) * 60))
        if not wanted:
            return start
        target = gone + wanted
        if target > total:
            return None
        place = bisect_left(self._before, target)
        return self._stops[place - 1] - (self._before[place] - target)

    def elapsed(self, start, stop):
        """Working time between two moments.

        :param datetime start: from here
        :param datetime stop: to here
        :return: minutes, >= 0; 0 when ``stop`` is not after ``start``
        :rtype: float

        >>> morning = [datetime(2026, 6, 2, 9), datetime(2026, 6, 2, 12)]
        >>> Timeline([morning]).elapsed(datetime(2026, 6, 1), datetime(2026, 6, 2, 10))
        60.0
        """
        if stop <= start:
            return 0.0
        return (self._until(stop) - self._until(start)) / MINUTE

    def _until(self, moment):
        """Working time from the beginning to ``moment``."""
        place = bisect_right(self._starts, moment) - 1
        if place < 0:
            return NOTHING
        inside = min(moment, self._stops[place]) - self._starts[place]
        return self._before[place] + inside


def clock_spans(zone, start, stop):
    """The stretches between two moments in which a zone's clock runs evenly.

    The clock is looked at once a day: no zone puts it forward and back within one.

    :param tzinfo zone: of ``zoneinfo`` or ``pytz``
    :param datetime start: naive UTC
    :param datetime stop: naive UTC, not before ``start``
    :return: Span, sorted, without gaps from ``start`` to ``stop``
    :rtype: list

    >>> from zoneinfo import ZoneInfo
    >>> span = clock_spans(
    ...     ZoneInfo("Europe/Paris"), datetime(2026, 3, 1), datetime(2026, 4, 1))
    >>> [(str(start), str(offset)) for start, _stop, offset in span]
    [('2026-03-01 00:00:00', '1:00:00'), ('2026-03-29 01:00:00', '2:00:00')]
    """
    spans = []
    begun, offset = start, _offset(zone, start)
    seen = start
    while seen < stop:
        ahead = min(seen + DAY, stop)
        there = _offset(zone, ahead)
        if there != offset:
            ahead = _clock_change(zone, seen, ahead, offset)
            spans.append(Span(begun, ahead, offset))
            begun, offset = ahead, _offset(zone, ahead)
        seen = ahead
    if begun < stop:
        spans.append(Span(begun, stop, offset))
    return spans


def from_wall_clock(intervals, spans):
    """Intervals given by the clock on the wall, as intervals of UTC.

    A moment counts if the clock shows a time within an interval. So an hour that the
    clock skips does not exist, whether an interval starts, ends or lies in it, and an
    hour that it shows twice counts twice, in two pieces where only a part of it is in
    an interval.

    :param list intervals: (start, stop) by the wall, sorted and disjoint
    :param list spans: of :func:`clock_spans`; what lies outside them is left out
    :return: (start, stop) in UTC, sorted and disjoint
    :rtype: list

    >>> from zoneinfo import ZoneInfo
    >>> spans = clock_spans(
    ...     ZoneInfo("Europe/Paris"), datetime(2026, 10, 24), datetime(2026, 10, 26))
    >>> shift = [datetime(2026, 10, 25, 0), datetime(2026, 10, 25, 2, 30)]
    >>> for start, stop in from_wall_clock([shift], spans):
    ...     print(start, stop)
    2026-10-24 22:00:00 2026-10-25 00:30:00
    2026-10-25 01:00:00 2026-10-25 01:30:00
    """
    stops = [stop for _start, stop in intervals]
    found = []
    for span in spans:
        first, last = span.start + span.offset, span.stop + span.offset
        for start, stop in intervals[bisect_right(stops, first) :]:
            if start >= last:
                break
            found.append(
                (max(start, first) - span.offset, min(stop, last) - span.offset)
            )
    return found


def _check(intervals):
    for start, stop in intervals:
        if not start < stop:
            raise ValueError(f"The interval from {start} to {stop} has no length.")
    for (_start, stop), (start, _stop) in pairwise(intervals):
        if start < stop:
            raise ValueError(f"The interval from {start} starts before {stop}.")


def _offset(zone, moment):
    """How far the zone's clock is ahead of UTC."""
    return moment.replace(tzinfo=UTC).astimezone(zone).utcoffset()


def _clock_change(zone, before, after, offset):
    """The second of UTC between two moments at which ``offset`` ends."""
    low, high = 0, -(-(after - before) // SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, before + middle * SECOND) == offset:
            low = middle
        else:
            high = middle
    return before + high * SECOND
