"""The 80/20 view: which customers bring which share of the profit.

Equal values are one block, so that no share depends on the order of rows. Only positive
values count in the total; who brings nothing stands behind all who do.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from math import isfinite
from typing import NamedTuple


class CurvePoint(NamedTuple):
    """The customers worth more than ``value``, and what they bring."""

    value: float
    customers_share: float
    profit_share: float


def cumulative_shares(values):
    """Share of the total brought by better customers, for each value.

    :param iterable values: one a customer, in money
    :return: for each value (share_above, share_cumulative): the share of the total
        brought by greater values, and with those equal to it; both 1.0 for a value
        that is not positive; None for all if none is positive
    :rtype: list
    :raises ValueError: if a value is not finite
    Source: Lorenz (1905), J. of the American Statistical Association 9.

    >>> cumulative_shares([10, 60, 10, -5, 20])
    [(0.8, 1.0), (0.0, 0.6), (0.8, 1.0), (1.0, 1.0), (0.6, 0.8)]
    >>> cumulative_shares([0, -1])
    [None, None]
    """
    values = _checked(values)
    blocks = _blocks(Counter(values))
    if not blocks:
        return [None] * len(values)
    total = blocks[-1][2]
    shares = {value: (above / total, upto / total) for value, above, upto, _n in blocks}
    return [shares.get(value, (1.0, 1.0)) for value in values]


def abc_class(share_above, a=0.8, b=0.95):
    """Class of a customer by the share that better customers bring.

    The customer with whom the share of class A is reached still belongs to it.

    :param float share_above: 0 to 1, or None when unknown
    :param float a: share of the total that class A brings, 0 < a <= b
    :param float b: share that classes A and B bring together, b <= 1
    :return: 'a', 'b' or 'c'; None when unknown
    :rtype: str
    :raises ValueError: unless 0 < a <= b <= 1 and 0 <= share_above <= 1

    >>> [abc_class(share) for share in (0.0, 0.79, 0.8, 0.95, None)]
    ['a', 'a', 'b', 'c', None]
    """
    if not 0 < a <= b <= 1:
        raise ValueError(f"The limits must rise: 0 < {a} <= {b} <= 1.")
    if share_above is None:
        return None
    if not 0 <= share_above <= 1:
        raise ValueError(f"The share {share_above} must lie between 0 and 1.")
    if share_above < a:
        return "a"
    return "b" if share_above < b else "c"


def curve(values, points=100):
    """Few points of the Pareto curve, for a chart and for later look-ups.

    For every k / points of the profit the curve holds the last block of customers
    before it and the first behind it. Look-ups are therefore exact to which side of
    each k / points a customer belongs, and never off by more than 1 / points.

    :param iterable values: one a customer, in money
    :param int points: steps of profit share, >= 1
    :return: at most 2 points + 2 CurvePoint from the greatest value down; the last
        has value 0.0 and the share of all who bring anything; empty if nobody does
    :rtype: list
    :raises ValueError: if a value is not finite, or points < 1

    >>> for point in curve([10, 60, 10, -5, 20]):
    ...     print(*point)
    60 0.0 0.0
    20 0.2 0.6
    10 0.4 0.8
    0.0 0.8 1.0
    """
    if points < 1:
        raise ValueError(f"A curve of {points} points shows nothing: at least 1.")
    values = _checked(values)
    blocks = _blocks(Counter(values))
    if not blocks:
        return []
    total, size = blocks[-1][2], len(values)
    limits = [k / points for k in range(points + 1)]
    found, before, customers, step = [], None, 0, 0
    for value, above, _upto, count in blocks:
        point = CurvePoint(value, customers / size, above / total)
        if bisect_right(limits, point.profit_share) > step:
            step = bisect_right(limits, point.profit_share)
            found += [before, point] if before not in (None, *found[-1:]) else [point]
        before = point
        customers += count
    if before is not found[-1]:
        found.append(before)
    return [*found, CurvePoint(0.0, customers / size, 1.0)]


def share_on_curve(points, value):
    """Share of the profit brought by customers worth more than a value.

    :param list points: from :func:`curve`, or the same as lists
    :param float value: in money
    :return: share 0 to 1, as ``share_above`` of :func:`cumulative_shares`; None on an
        empty curve
    :rtype: float
    :raises ValueError: if the value is not finite

    >>> points = curve([10, 60, 10, -5, 20])
    >>> [share_on_curve(points, value) for value in (99, 60, 30, 20, 10, -5)]
    [0.0, 0.0, 0.6, 0.6, 0.8, 1.0]
    """
    _checked([value])
    if not points:
        return None
    at = bisect_left(points, -value, key=lambda point: -point[0])
    return points[min(at, len(points) - 1)][2]


def _checked(values):
    values = list(values)
    for value in values:
        if value is None or not isfinite(value):
            raise ValueError(f"The value {value} is no finite amount.")
    return values


def _blocks(counted):
    """(value, total above, total with it, customers) of positive values, descending."""
    blocks, above = [], 0.0
    for value in sorted((value for value in counted if value > 0), reverse=True):
        upto = above + value * counted[value]
        blocks.append((value, above, upto, counted[value]))
        above = upto
    return blocks
