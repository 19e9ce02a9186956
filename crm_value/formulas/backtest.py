"""What a ranking of customers would have been worth."""

from collections import Counter
from math import fsum, isfinite, sqrt


def capture(scores, later_amounts, share):
    """Share of later revenue that the customers with the best scores brought.

    Where the limit falls among equal scores, each of them counts by the same fraction.

    :param list scores: one a customer, higher is better
    :param list later_amounts: what each brought afterwards, in money
    :param float share: best share of customers looked at, 0 to 1
    :return: share of the total; None without customers or if the total is not positive
    :rtype: float
    :raises ValueError: if lengths differ, a figure is not finite, or share is out of
        range
    Source: cumulative gains chart.

    >>> capture([9, 7, 7, 1], [60, 20, 10, 10], 0.25)
    0.6
    >>> capture([9, 7, 7, 1], [60, 20, 10, 10], 0.5)
    0.75
    """
    scores, amounts = _checked(scores, later_amounts)
    if not 0 <= share <= 1:
        raise ValueError(f"The share {share} must lie between 0 and 1.")
    total = fsum(amounts)
    if not total > 0:
        return None
    room, caught = share * len(scores), []
    for _score, count, amount in _by_score(scores, amounts):
        taken = min(1.0, room / count)
        caught.append(taken * amount)
        room -= taken * count
        if room <= 0:
            break
    return fsum(caught) / total


def gini(scores, later_amounts):
    """How well scores sort customers by what they brought, against chance.

    :param list scores: one a customer, higher is better
    :param list later_amounts: what each brought afterwards, in money
    :return: twice the area between the gains curve and the diagonal, over the same for
        a perfect order: 1 perfect, 0 chance, -1 upside down; None without customers,
        if the total is not positive, or if all brought the same
    :rtype: float
    :raises ValueError: if lengths differ or a figure is not finite
    Source: normalised Gini coefficient.

    >>> gini([3, 2, 1], [70, 20, 10]), gini([1, 2, 3], [70, 20, 10])
    (1.0, -1.0)
    >>> gini([5, 5, 5], [70, 20, 10])
    0.0
    """
    scores, amounts = _checked(scores, later_amounts)
    if not fsum(amounts) > 0 or len(set(amounts)) == 1:
        return None
    return _area(scores, amounts) / _area(amounts, amounts)


def rank_correlation(scores, later_amounts):
    """Spearman's correlation of scores and what the customers brought.

    :param list scores: one a customer
    :param list later_amounts: what each brought afterwards, in money
    :return: -1 to 1, equal figures sharing their mean rank; None if there are fewer
        than two customers or all scores or all amounts are equal
    :rtype: float
    :raises ValueError: if lengths differ or a figure is not finite
    Source: Spearman (1904), American J. of Psychology 15.

    >>> rank_correlation([1, 2, 3, 4], [10, 20, 40, 30])
    0.8
    """
    scores, amounts = _checked(scores, later_amounts)
    left, right = _centred_ranks(scores), _centred_ranks(amounts)
    spread = fsum(a * a for a in left) * fsum(b * b for b in right)
    if not spread:
        return None
    return fsum(a * b for a, b in zip(left, right, strict=True)) / sqrt(spread)


def _checked(scores, amounts):
    scores, amounts = list(scores), list(amounts)
    if len(scores) != len(amounts):
        raise ValueError(f"{len(scores)} scores do not fit {len(amounts)} amounts.")
    for figure in (*scores, *amounts):
        if figure is None or not isfinite(figure):
            raise ValueError(f"The figure {figure} is not a finite number.")
    return scores, amounts


def _by_score(scores, amounts):
    """(score, customers, amount) of each score, best first."""
    counts, sums = Counter(scores), {}
    for score, amount in zip(scores, amounts, strict=True):
        sums.setdefault(score, []).append(amount)
    return [
        (score, counts[score], fsum(sums[score]))
        for score in sorted(counts, reverse=True)
    ]


def _area(scores, amounts):
    """Area between the gains curve and the diagonal, times customers and total."""
    size, total = len(scores), fsum(amounts)
    area = reached = 0.0
    for _score, count, amount in _by_score(scores, amounts):
        area += count * (reached + amount / 2)
        reached += amount
    return area - size * total / 2


def _centred_ranks(figures):
    """Mean ranks of equal figures, less the mean of all ranks."""
    counts, ranks, below = Counter(figures), {}, 0
    for figure in sorted(counts):
        ranks[figure] = below + (counts[figure] + 1) / 2 - (len(figures) + 1) / 2
        below += counts[figure]
    return [ranks[figure] for figure in figures]
