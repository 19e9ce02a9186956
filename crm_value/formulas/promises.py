"""Which promise holds for a complaint: the most important one that fits, never less
than the base promise.

Terms after ISO 10002:2018, 7.3–7.6: acknowledgement, response, progress, closing.
"""

from typing import NamedTuple

KINDS = ("acknowledge", "answer", "update", "resolve")


class Promise(NamedTuple):
    """What one SLA policy promises, and to whom.

    ``severity`` None, and empty ``tiers`` or ``categories``, mean any. ``minutes`` are
    working minutes by kind; a kind that is missing or None is not promised.
    """

    id: int
    sequence: int
    severity: str | None
    tiers: frozenset
    categories: frozenset
    minutes: dict

    @property
    def specificity(self):
        """The more is asked of a complaint, the more specific; severity counts first,
        then the tier."""
        return (
            self.severity is not None,
            bool(self.tiers),
            bool(self.categories),
        )

    def fits(self, severity, tier, category):
        return (
            self.severity in (None, severity)
            and (not self.tiers or tier in self.tiers)
            and (not self.categories or category in self.categories)
        )


class Choice(NamedTuple):
    """The promise that holds: of which policy, how long, and why that one.

    ``reason`` is ``chosen``, or ``base`` where the policy chosen for the tier would
    promise less than everybody gets.
    """

    promise: Promise
    minutes: float
    reason: str


def choose(promises, severity, tier, category, kind):
    """The promise of this ``kind`` for a complaint.

    Of the promises that fit, the lowest sequence wins, then the most specific, then
    the lowest id. Where what everybody gets, whatever the tier, is faster, that holds:
    no tier falls below the base promise.

    :param list promises: :class:`Promise`, in any order
    :param str severity: of the complaint
    :param tier: id of the customer's tier, or None
    :param category: id of the complaint's category, or None
    :param str kind: one of ``KINDS``
    :rtype: Choice | None
    :raises ValueError: if there is no such kind

    >>> base = Promise(1, 10, None, frozenset(), frozenset(), {"answer": 480})
    >>> gold = Promise(2, 10, None, frozenset({7}), frozenset(), {"answer": 240})
    >>> choose([base, gold], "1", 7, None, "answer").minutes
    240
    >>> choose([base, gold], "1", None, None, "answer").promise.id
    1
    """
    if kind not in KINDS:
        raise ValueError(f"no such promise: {kind!r}")
    fitting = [
        promise
        for promise in promises
        if promise.minutes.get(kind) and promise.fits(severity, tier, category)
    ]
    chosen = _first(fitting)
    if chosen is None:
        return None
    base = _first([promise for promise in fitting if not promise.tiers])
    if base is not None and base.minutes[kind] < chosen.minutes[kind]:
        return Choice(base, base.minutes[kind], "base")
    return Choice(chosen, chosen.minutes[kind], "chosen")


def _first(promises):
    """By sequence, then the most specific."""
    return min(
        promises,
        key=lambda promise: (
            promise.sequence,
            [not asked for asked in promise.specificity],
            promise.id,
        ),
        default=None,
    )
