"""Ranks granted to customers: up at once, down one step after a time of grace.

A standing is a figure from 0 to 100, higher is better. A rank has an entry standing (to
get in), a keep standing (to stay) and days of grace (below keep, before a fall).
"""

from datetime import timedelta
from itertools import pairwise
from math import isfinite
from typing import Any, NamedTuple


class Rank(NamedTuple):
    """One tier, as the policy defines it.

    ``entry`` and ``keep`` are standings 0 to 100, None (the lowest tier) meaning that
    everybody reaches it; ``grace_days`` whole days, >= 0. ``is_exclusive``: a standing
    must exceed them, as with shares: who has all of the best 5 % above him is not one
    of them.
    """

    id: Any
    entry: float | None
    keep: float | None
    grace_days: int
    is_exclusive: bool = False


class Decision(NamedTuple):
    """The tier from now on, since when below keep, and why.

    ``reason`` is 'initial', 'tier_archived', 'up', 'down', 'stay' or 'grace'.
    """

    tier: Any
    below_since: Any
    reason: str


class Move(NamedTuple):
    """One row of the tier history."""

    at: Any
    from_tier: Any
    to_tier: Any


def standing(method, score=None, share_above=None, percentile=None):
    """A customer's standing by the method of the policy.

    :param str method: 'score', 'cumulative' or 'percentile'
    :param float score: 0 to 100, for 'score'
    :param float share_above: share of profit brought by better customers, 0 to 1, for
        'cumulative': the standing is 100 (1 - share_above)
    :param float percentile: share of customers that are not better, himself included,
        0 to 1, for 'percentile': the standing is 100 percentile
    :return: 0 to 100, higher is better; None when the figure is None
    :rtype: float
    :raises ValueError: for another method, or a figure out of range

    >>> standing("score", score=72.5), standing("percentile", percentile=0.9)
    (72.5, 90.0)
    >>> standing("cumulative", share_above=0.75), standing("score")
    (25.0, None)
    """
    if method not in ("score", "cumulative", "percentile"):
        raise ValueError(f"There is no tier method {method!r}.")
    figure = {"score": score, "cumulative": share_above, "percentile": percentile}
    value = figure[method]
    if value is None:
        return None
    most = 100 if method == "score" else 1
    if not 0 <= value <= most:
        raise ValueError(f"The {method} figure {value} must lie between 0 and {most}.")
    if method == "score":
        return float(value)
    return 100.0 * (1 - value if method == "cumulative" else value)


def check_ranks(ranks):
    """Refuse tiers that contradict each other.

    :param list ranks: Rank, best first
    :raises ValueError: if there is none, two have one id, entry standings do not fall
        from tier to tier, keep lies above entry, or grace is negative

    >>> check_ranks([Rank("gold", 80, 90, 30), Rank("basic", None, None, 0)])
    Traceback (most recent call last):
    ValueError: Tier gold: keep 90 must not exceed entry 80.
    """
    if not ranks:
        raise ValueError("There is no tier.")
    if len({rank.id for rank in ranks}) < len(ranks):
        raise ValueError("Two tiers have the same id.")
    for rank in ranks:
        entry, keep = rank.entry or 0, rank.keep or 0
        if not (isfinite(entry) and isfinite(keep) and keep <= entry):
            raise ValueError(
                f"Tier {rank.id}: keep {rank.keep} must not exceed entry {rank.entry}."
            )
        if rank.grace_days < 0:
            raise ValueError(
                f"Tier {rank.id}: grace of {rank.grace_days} days must not be negative."
            )
    for better, worse in pairwise(ranks):
        if not (better.entry or 0) > (worse.entry or 0):
            raise ValueError(
                f"Tier {better.id} must be harder to enter than {worse.id}:"
                f" {better.entry} against {worse.entry}."
            )


def is_reached(standing, rank):
    """Whether a standing suffices to enter a tier, by its entry alone.

    :param float standing: 0 to 100, or None when unknown, which reaches no entry
    :param Rank rank: the tier
    :rtype: bool
    :raises ValueError: if the standing is not a number

    >>> best_tenth = Rank("gold", 90, 90, 30, is_exclusive=True)
    >>> [is_reached(standing, best_tenth) for standing in (95, 90, None)]
    [True, False, False]
    """
    _check_standing(standing)
    return _suffices(standing, rank.entry, rank)


def decide(standing, current, below_since, as_of, ranks):
    """The tier of a customer from now on.

    Up at once, over several tiers if need be. What keep takes: stay. Below keep: the
    clock starts, and after the days of grace the customer falls exactly one step; if he
    is below the next tier's keep too, its clock starts on the day of the fall. The
    lowest tier cannot be lost.

    :param float standing: 0 to 100, or None when unknown: tier and clock stay as they
        are
    :param current: id of the tier held; None for a customer without tier, an id no
        longer among the ranks for one whose tier was archived: both get the best tier
        they reach, else the lowest
    :param date below_since: first day below keep, or None
    :param date as_of: day of the decision
    :param list ranks: Rank, best first, as :func:`check_ranks` accepts them
    :rtype: Decision
    :raises ValueError: if there is no rank, or the standing is not a number

    >>> from datetime import date
    >>> ranks = [Rank("gold", 80, 70, 30), Rank("basic", None, None, 0)]
    >>> decide(65, "gold", date(2026, 1, 1), date(2026, 1, 30), ranks).reason
    'grace'
    >>> decide(65, "gold", date(2026, 1, 1), date(2026, 1, 31), ranks)
    Decision(tier='basic', below_since=None, reason='down')
    """
    held = _position(current, ranks)
    if held is None:
        reason = "tier_archived" if current else "initial"
        return Decision(ranks[_best_reached(standing, ranks)].id, None, reason)
    if standing is None:
        return Decision(current, below_since, "stay")
    reached = _best_reached(standing, ranks)
    if reached < held:
        return Decision(ranks[reached].id, None, "up")
    if not _is_below(standing, held, ranks):
        return Decision(current, None, "stay")
    since = min(below_since or as_of, as_of)
    if (as_of - since).days < ranks[held].grace_days:
        return Decision(current, since, "grace")
    still_below = _is_below(standing, held + 1, ranks)
    return Decision(ranks[held + 1].id, as_of if still_below else None, "down")


def missing(standing, current, ranks):
    """What a customer lacks for the next better tier.

    :param float standing: 0 to 100, or None when unknown
    :param current: id of the tier held; None counts as the lowest
    :param list ranks: Rank, best first
    :return: (next better Rank, points of standing lacking, >= 0), or None at the top
        or when the standing is unknown
    :rtype: tuple
    :raises ValueError: if there is no rank, or the standing is not a number

    >>> ranks = [Rank("gold", 80, 70, 30), Rank("basic", None, None, 0)]
    >>> rank, gap = missing(65, "basic", ranks)
    >>> rank.id, gap
    ('gold', 15.0)
    """
    held = _position(current, ranks)
    if held is None:
        held = len(ranks) - 1
    if not held or standing is None:
        return None
    _check_standing(standing)
    better = ranks[held - 1]
    return better, max(0.0, float((better.entry or 0) - standing))


def safe_until(current, below_since, ranks):
    """Last day on which the tier is safe, if nothing changes: the last one of grace.

    :param current: id of the tier held, or None
    :param date below_since: first day below keep, or None
    :param list ranks: Rank, best first
    :return: the day, before ``below_since`` without grace; None when nothing is about
        to be lost
    :rtype: date
    :raises ValueError: if there is no rank

    >>> from datetime import date
    >>> ranks = [Rank("gold", 80, 70, 30), Rank("basic", None, None, 0)]
    >>> safe_until("gold", date(2026, 1, 1), ranks)
    datetime.date(2026, 1, 30)
    """
    held = _position(current, ranks)
    if not below_since or held in (None, len(ranks) - 1):
        return None
    return below_since + timedelta(days=ranks[held].grace_days - 1)


def replay(moves, as_of=None):
    """The tier that a history of moves leads to.

    :param iterable moves: Move, in any order; moves of one moment in theirs
    :param as_of: look no further than this moment; None for the whole history
    :return: id of the tier held then, or None before the first move
    :raises ValueError: if a move starts from another tier than the last one led to

    >>> replay([Move(2, "basic", "gold"), Move(1, None, "basic")])
    'gold'
    """
    tier = None
    for move in sorted(moves, key=lambda move: move[0]):
        at, from_tier, to_tier = move
        if as_of is not None and at > as_of:
            break
        if from_tier != tier:
            raise ValueError(
                f"The move of {at} starts from tier {from_tier}, but {tier} was held."
            )
        tier = to_tier
    return tier


def _check_standing(standing):
    if standing is not None and not isfinite(standing):
        raise ValueError(f"The standing {standing} is not a finite number.")


def _position(current, ranks):
    """Index of the tier held, or None."""
    if not ranks:
        raise ValueError("There is no tier.")
    for i, rank in enumerate(ranks):
        if rank.id == current:
            return i
    return None


def _best_reached(standing, ranks):
    """Index of the best tier whose entry is reached, else of the lowest."""
    _check_standing(standing)
    for i, rank in enumerate(ranks[:-1]):
        if _suffices(standing, rank.entry, rank):
            return i
    return len(ranks) - 1


def _is_below(standing, held, ranks):
    """Whether a tier that can be lost is held without its keep being reached."""
    rank = ranks[held]
    return held < len(ranks) - 1 and not _suffices(standing, rank.keep, rank)


def _suffices(standing, threshold, rank):
    if threshold is None or standing is None:
        return threshold is None
    return standing > threshold if rank.is_exclusive else standing >= threshold
