"""The state machine of tiers, against an oracle written apart from it."""

from datetime import date, timedelta
from itertools import product
from math import nan

import pytest

from formulas import tiering
from formulas.tiering import Decision, Move, Rank

from .common import raises

TODAY = date(2026, 3, 31)
RANKS = [
    Rank("platinum", 90, 80, 60),
    Rank("gold", 70, 60, 30),
    Rank("silver", 40, 40, 0),
    Rank("basic", None, None, 0),
]
ORDER = ["basic", "silver", "gold", "platinum"]  # worst first, unlike the code
ENTRY = {"basic": 0, "silver": 40, "gold": 70, "platinum": 90}
KEEP = {"basic": 0, "silver": 40, "gold": 60, "platinum": 80}
GRACE = {"basic": 0, "silver": 0, "gold": 30, "platinum": 60}
STANDINGS = [0, 39.9, 40, 59.9, 60, 69.9, 70, 79.9, 80, 89.9, 90, 100]


def oracle(standing, current, days_below):
    """(tier, days below afterwards or None, reason), by the words of the policy."""
    deserved = max((tier for tier in ORDER if standing >= ENTRY[tier]), key=ORDER.index)
    if current is None:
        return deserved, None, "initial"
    if ORDER.index(deserved) > ORDER.index(current):
        return deserved, None, "up"
    if standing >= KEEP[current]:
        return current, None, "stay"
    waited = days_below or 0
    if waited < GRACE[current]:
        return current, waited, "grace"
    fallen = ORDER[ORDER.index(current) - 1]
    return fallen, 0 if standing < KEEP[fallen] else None, "down"


def ago(days):
    return None if days is None else TODAY - timedelta(days=days)


def test_every_decision_as_the_policy_says():
    """All standings at and around the limits, all tiers, all clocks."""
    clocks = [None, 0, 1, 29, 30, 31, 59, 60, 61, 400]
    for standing, current, days in product(STANDINGS, [None, *ORDER], clocks):
        tier, below, reason = oracle(standing, current, days)
        found = tiering.decide(standing, current, ago(days), TODAY, RANKS)
        assert found == Decision(tier, ago(below), reason), (standing, current, days)


def test_every_path_keeps_the_promises_of_the_policy():
    """Ten decisions ten days apart, six standings each: every state that is reached."""
    states = {("gold", None)}
    for turn in range(1, 11):
        as_of = TODAY + timedelta(days=10 * turn)
        after = set()
        for (tier, since), standing in product(states, (20, 45, 61, 75, 85, 95)):
            new = tiering.decide(standing, tier, since, as_of, RANKS)
            lost = ORDER.index(tier) - ORDER.index(new.tier)
            assert lost <= 1
            if lost == 1:
                assert standing < KEEP[tier]
                assert (as_of - (since or as_of)).days >= GRACE[tier]
            assert (new.below_since is not None) == (standing < KEEP[new.tier])
            assert all(standing < ENTRY[t] for t in ORDER[ORDER.index(new.tier) + 1 :])
            after.add((new.tier, new.below_since))
        states = after
    assert {tier for tier, _since in states} == set(ORDER)


def test_gold_keeps_tier_during_grace():
    """Day by day: 29 days of grace, lost on the thirtieth, one step only."""
    since, tier = None, "gold"
    for day in range(40):
        as_of = TODAY + timedelta(days=day)
        tier, since, reason = tiering.decide(10, tier, since, as_of, RANKS)
        if day < 30:
            assert (tier, reason) == ("gold", "grace")
            # The thirtieth day, the first being today, is the last safe one.
            assert tiering.safe_until(tier, since, RANKS) == TODAY + timedelta(days=29)
        elif day == 30:
            assert (tier, since, reason) == ("silver", as_of, "down")
        else:
            assert (tier, since) == ("basic", None)


def test_recovery_stops_the_clock():
    """A customer who comes back above keep starts anew the next time."""
    first = tiering.decide(50, "gold", None, TODAY, RANKS)
    again = tiering.decide(60, "gold", first.below_since, ago(-20), RANKS)
    assert again == ("gold", None, "stay")
    third = tiering.decide(50, "gold", again.below_since, ago(-35), RANKS)
    assert third == ("gold", ago(-35), "grace")


def test_unknown_standing_changes_nothing():
    """Neither tier nor clock; without tier the lowest is given."""
    for current in ORDER:
        found = tiering.decide(None, current, ago(99), TODAY, RANKS)
        assert found == (current, ago(99), "stay")
    assert tiering.decide(None, None, None, TODAY, RANKS) == ("basic", None, "initial")


def test_tier_that_no_longer_exists_is_replaced_by_the_earned_one():
    """Without clock or steps, and told apart from a first valuation."""
    found = tiering.decide(75, "diamond", ago(9), TODAY, RANKS)
    assert found == ("gold", None, "tier_archived")
    assert tiering.decide(75, False, False, TODAY, RANKS) == ("gold", None, "initial")


@pytest.mark.parametrize(
    "customers, percent, best", [(20, 5, 1), (20, 10, 2), (20, 100, 20), (7, 50, 4)]
)
def test_the_best_so_many_percent_are_so_many(customers, percent, best):
    """Ten percent of twenty are two; half of seven is reached with the fourth."""
    ranks = [
        Rank("best", 100 - percent, 100 - percent, 0, is_exclusive=True),
        Rank("rest", None, None, 0),
    ]
    standings = [100 * (1 - place / customers) for place in range(customers)]
    for held in (None, "best"):
        found = [tiering.decide(s, held, None, TODAY, ranks).tier for s in standings]
        assert found == ["best"] * best + ["rest"] * (customers - best)
    assert [tiering.is_reached(s, ranks[0]) for s in standings].count(True) == best


def test_points_themselves_suffice():
    """At least eighty points are eighty."""
    assert tiering.is_reached(80, Rank("gold", 80, 70, 0))
    assert not tiering.is_reached(79.99, Rank("gold", 80, 70, 0))
    assert tiering.is_reached(None, Rank("basic", None, None, 0))


def test_clock_from_the_future_starts_today():
    """When a past day is replayed."""
    found = tiering.decide(50, "gold", ago(-10), TODAY, RANKS)
    assert found == ("gold", TODAY, "grace")


def test_only_one_tier_is_never_lost():
    assert tiering.decide(0, "only", None, TODAY, [Rank("only", 50, 50, 0)]) == (
        "only",
        None,
        "stay",
    )


def test_missing_names_the_next_tier_and_the_gap():
    assert tiering.missing(65, "silver", RANKS) == (RANKS[1], 5.0)
    assert tiering.missing(65, None, RANKS) == (RANKS[2], 0.0)
    assert tiering.missing(95, "gold", RANKS) == (RANKS[0], 0.0)
    assert tiering.missing(95, "platinum", RANKS) is None
    assert tiering.missing(None, "silver", RANKS) is None


def test_safe_until_only_while_a_tier_is_about_to_be_lost():
    assert tiering.safe_until("gold", None, RANKS) is None
    assert tiering.safe_until("gold", False, RANKS) is None
    assert tiering.safe_until("basic", TODAY, RANKS) is None
    assert tiering.safe_until(None, TODAY, RANKS) is None
    assert tiering.safe_until("platinum", TODAY, RANKS) == ago(-59)


@pytest.mark.parametrize(
    "method, figures, expected",
    [
        ("score", {"score": 0}, 0.0),
        ("score", {"score": 100}, 100.0),
        ("cumulative", {"share_above": 0.0}, 100.0),
        ("cumulative", {"share_above": 1.0}, 0.0),
        ("percentile", {"percentile": 0.25}, 25.0),
        ("score", {"share_above": 0.5}, None),
        ("percentile", {"score": 50}, None),
    ],
)
def test_standing_by_each_method(method, figures, expected):
    assert tiering.standing(method, **figures) == expected


def test_standing_refuses_figures_out_of_range():
    raises("score figure 101", tiering.standing, "score", score=101)
    raises("score figure nan", tiering.standing, "score", score=nan)
    raises("cumulative figure 1.1", tiering.standing, "cumulative", share_above=1.1)
    raises("percentile figure 90", tiering.standing, "percentile", percentile=90)
    raises("tier method 'mood'", tiering.standing, "mood", score=1)


def test_contradicting_tiers_are_refused():
    tiering.check_ranks(RANKS)
    basic = RANKS[-1]
    tiering.check_ranks([Rank("easy", 0.5, None, 0), basic])
    raises("no tier", tiering.check_ranks, [])
    raises("same id", tiering.check_ranks, [basic, basic])
    raises("keep 80 must", tiering.check_ranks, [Rank("a", 70, 80, 0), basic])
    raises("keep nan must", tiering.check_ranks, [Rank("a", 70, nan, 0), basic])
    raises("-1 days", tiering.check_ranks, [Rank("a", 70, 60, -1), basic])
    raises("harder to enter", tiering.check_ranks, [Rank("a", 0, 0, 0), basic])
    raises("harder to enter", tiering.check_ranks, [RANKS[1], RANKS[0], basic])


def test_decisions_without_tiers_or_numbers_are_refused():
    raises("no tier", tiering.decide, 50, None, None, TODAY, [])
    raises("standing nan", tiering.decide, nan, "gold", None, TODAY, RANKS)
    raises("standing nan", tiering.missing, nan, "gold", RANKS)


HISTORY = [Move(1, None, "basic"), Move(4, "basic", "gold"), Move(9, "gold", "silver")]


def test_replay_leads_to_the_tier_held():
    """In any order, and up to any moment."""
    assert tiering.replay(HISTORY) == "silver"
    assert tiering.replay(reversed(HISTORY)) == "silver"
    held = [tiering.replay(HISTORY, as_of) for as_of in range(11)]
    assert held == [None, *["basic"] * 3, *["gold"] * 5, *["silver"] * 2]
    assert tiering.replay([]) is None


def test_replay_refuses_a_broken_chain():
    raises(
        "move of 9 starts from tier gold, but basic",
        tiering.replay,
        [HISTORY[0], HISTORY[2]],
    )


def test_replay_of_decisions_is_the_last_decision():
    """What was decided and written comes out of the history again."""
    moves, tier, since = [], None, None
    for day, standing in enumerate([45, 95, 30, 85] + [30] * 8):
        as_of = TODAY + timedelta(days=25 * day)
        new = tiering.decide(standing, tier, since, as_of, RANKS)
        if new.tier != tier:
            moves.append(Move(as_of, tier, new.tier))
        tier, since = new.tier, new.below_since
    assert len(moves) >= 4
    assert tiering.replay(moves) == tier
