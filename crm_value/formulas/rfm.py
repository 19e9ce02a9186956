"""Scores of recency, frequency and monetary value by quintile, and their blend.

A value's quintile is its cumulative distribution: the share of customers with at most
this value, in fifths, rounded up. Equal values get equal scores, whatever their order.
"""

from collections import Counter
from math import isfinite

MIDDLE = 50.0


def cut_points(values, n=5):
    """Values that separate n classes of customers.

    Cut k is the largest value that at most k / n of all values reach; it is None when
    even the smallest value is shared by more than that.

    :param iterable values: one a customer, comparable (numbers or dates)
    :param int n: number of classes, >= 2
    :return: n - 1 cuts in ascending order, None first; all None without values
    :rtype: list
    :raises ValueError: if n < 2 or a value is not a number
    Source: cumulative distribution as in SQL's ``cume_dist()``.

    >>> cut_points([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    [2, 4, 6, 8]
    >>> cut_points([1, 1, 1, 7, 9])
    [None, None, 1, 7]
    """
    return counted_cut_points(Counter(values).items(), n)


def counted_cut_points(counted, n=5):
    """Like :func:`cut_points`, of values that are already counted.

    :param iterable counted: (value, customers), customers > 0, each value once
    :param int n: number of classes, >= 2
    :return: n - 1 cuts in ascending order, None first; all None without values
    :rtype: list
    :raises ValueError: if n < 2 or a value is not a number

    >>> counted_cut_points([(7, 1), (1, 3), (9, 1)])
    [None, None, 1, 7]
    """
    if n < 2:
        raise ValueError(f"{n} classes are too few: at least 2 are needed.")
    counted = list(counted)
    for value, _customers in counted:
        if value is None or value != value:
            raise ValueError(f"The value {value} is not a number and has no rank.")
    counted.sort()
    total = sum(customers for _value, customers in counted)
    cuts = [None] * (n - 1)
    reached = 0
    for value, customers in counted:
        reached += customers
        first = -(-reached * n // total)
        for k in range(first, n):
            cuts[k - 1] = value
    return cuts


def quintile(value, cuts):
    """Class of a value between frozen cuts.

    :param value: a number or date, as those that were cut
    :param list cuts: from :func:`cut_points`
    :return: 1 (lowest) to len(cuts) + 1
    :rtype: int
    :raises ValueError: if the value is None or not a number

    >>> [quintile(value, [None, None, 1, 7]) for value in (0, 1, 7, 9)]
    [3, 3, 4, 5]
    """
    if value is None or value != value:
        raise ValueError(f"The value {value} is not a number and has no rank.")
    return 1 + sum(1 for cut in cuts if cut is None or value > cut)


def parts(quintiles, weights):
    """What each component adds to or takes from the middle of 50.

    An unknown component adds nothing but keeps its weight: the less is known of a
    customer, the nearer to the middle is his score.

    :param dict quintiles: component -> 1 to 5, or None when unknown
    :param dict weights: component -> weight, >= 0, with a positive sum
    :return: component -> signed points; with 50 they sum to :func:`blend`
    :rtype: dict
    :raises ValueError: if a quintile is out of range, has no weight, or no weight is
        positive

    >>> parts({"recency": 5, "frequency": 1, "monetary": None},
    ...       {"recency": 2, "frequency": 1, "monetary": 1})
    {'recency': 25.0, 'frequency': -12.5, 'monetary': 0.0}
    """
    for name, weight in weights.items():
        if not (isfinite(weight) and weight >= 0):
            raise ValueError(f"The weight {weight} of {name} must not be negative.")
    total = sum(weights.values())
    if not total:
        raise ValueError("The weights sum to 0: at least one must be positive.")
    for name, score in quintiles.items():
        if name not in weights:
            raise ValueError(f"The component {name} has no weight.")
        if score is not None and not 1 <= score <= 5:
            raise ValueError(f"The quintile {score} of {name} must be 1 to 5.")
    return {
        name: 0.0 if score is None else weights[name] / total * (score - 3) * 25.0
        for name, score in quintiles.items()
    }


def blend(quintiles, weights):
    """Score of a customer from weighted quintiles.

    :param dict quintiles: component -> 1 to 5, or None when unknown
    :param dict weights: component -> weight, >= 0, with a positive sum
    :return: score, 0 to 100; 50 when nothing is known
    :rtype: float
    :raises ValueError: as :func:`parts`

    >>> blend({"recency": 5, "frequency": 1, "monetary": None},
    ...       {"recency": 2, "frequency": 1, "monetary": 1})
    62.5
    """
    return MIDDLE + sum(parts(quintiles, weights).values())
