"""Stages of a customer's life."""

from datetime import date, timedelta

import pytest

from formulas import lifecycle
from formulas.lifecycle import Thresholds

from .common import raises

TODAY = date(2026, 6, 30)


def ago(days):
    return TODAY - timedelta(days=days)


def stage(
    first=1000, last=5, count=20, own=30, company=60, year=100, before=100, **more
):
    """A mature customer, unless told otherwise; days ago instead of dates."""
    won_back = more.pop("won_back", None)
    return lifecycle.stage(
        ago(first),
        ago(last),
        count,
        own,
        company,
        year,
        before,
        won_back if won_back is None else ago(won_back),
        more.pop("pipeline", False),
        TODAY,
        **more,
    )


def test_customer_without_purchase_is_a_prospect():
    arguments = (None, None, 0, None, None, None, None, None)
    assert lifecycle.stage(*arguments, True, TODAY) == (
        "prospect",
        "open_pipeline",
        None,
    )
    assert lifecycle.stage(*arguments, False, TODAY) == (
        "prospect",
        "no_purchase",
        None,
    )


def test_steady_customer_is_mature():
    assert stage() == ("mature", "margin_steady", None)


@pytest.mark.parametrize(
    "first, own, expected",
    [
        (0, None, "new"),
        (89, 30, "new"),
        (90, 30, "mature"),
        (119, 120, "new"),
        (120, 120, "mature"),
    ],
)
def test_new_for_ninety_days_or_one_cycle(first, own, expected):
    """The longer of the two; own cycle from three purchases on."""
    assert stage(first=first, last=0, count=3, own=own).stage == expected


@pytest.mark.parametrize(
    "silent, expected",
    [
        (45, "mature"),
        (46, "dormant"),
        (90, "dormant"),
        (91, "lost"),
        (900, "lost"),
    ],
)
def test_silence_in_own_cycles(silent, expected):
    """More than 1.5 and more than 3 cycles of thirty days."""
    assert stage(last=silent).stage == expected


def test_silence_begins_on_the_first_day_beyond():
    """The date is that of the change, whenever it is computed."""
    assert stage(last=50) == ("dormant", "silent_for_dormant_cycles", ago(50 - 46))
    assert stage(last=200) == ("lost", "silent_for_lost_cycles", ago(200 - 91))
    assert stage(last=91).since == TODAY


def test_company_cycle_until_three_purchases():
    """Two purchases say nothing of an own rhythm."""
    assert stage(last=91, count=2).stage == "dormant"
    assert stage(last=91, count=3).stage == "lost"
    assert stage(last=91, count=3, own=None).stage == "dormant"
    assert stage(last=136, count=1, own=None, company=None).stage == "dormant"
    assert stage(last=135, count=1, own=None, company=None).stage == "mature"


def test_new_customer_is_not_lost_before_newness_ends():
    """One purchase two cycles ago, within ninety days."""
    assert stage(first=89, last=89, count=1, company=20).stage == "new"
    assert stage(first=90, last=90, count=1, company=20).stage == "lost"


def test_won_back_for_a_year_unless_silent_again():
    assert stage(won_back=0) == ("won_back", "bought_after_lost", ago(0))
    assert stage(won_back=364, year=300).stage == "won_back"
    assert stage(won_back=365).stage == "mature"
    assert stage(won_back=100, last=50).stage == "dormant"
    assert stage(won_back=100, last=100).stage == "lost"


@pytest.mark.parametrize(
    "year, before, expected",
    [
        (120, 100, "growing"),
        (119.9, 100, "mature"),
        (80.1, 100, "mature"),
        (80, 100, "declining"),
        (-5, 100, "declining"),
        (0, 100, "declining"),
        (0.6, 0.5, "growing"),
        (0.1, 0, "growing"),
        (10, -50, "growing"),
        (0, 0, "mature"),
        (-5, -50, "mature"),
        (None, 100, "mature"),
        (100, None, "mature"),
    ],
)
def test_growth_by_two_years(year, before, expected):
    """At the limits, and where a ratio has no meaning."""
    assert stage(year=year, before=before).stage == expected


def test_first_year_has_nothing_to_compare_with():
    """Margin out of nothing is no growth while there was no year before."""
    assert stage(first=364, before=0) == ("mature", "no_year_to_compare", None)
    assert stage(first=365, before=0).stage == "growing"


def test_thresholds_are_the_policys():
    """Each of them moves its border."""
    patient = Thresholds(dormant_cycles=5, lost_cycles=10, new_days=10)
    assert stage(last=91, thresholds=patient).stage == "mature"
    assert stage(first=10, last=1, own=5, thresholds=patient).stage == "mature"
    assert stage(year=110, thresholds=Thresholds(growth_ratio=1.1)).stage == "growing"
    assert stage(year=90, thresholds=Thresholds(decline_ratio=0.9)).stage == "declining"
    assert stage(won_back=9, thresholds=Thresholds(won_back_days=9)).stage == "mature"
    week = Thresholds(shortest_cycle_days=7)
    assert stage(last=2, own=1).stage == "dormant"
    assert stage(last=10, own=1).stage == "lost"
    assert stage(last=10, own=1, thresholds=week).stage == "mature"
    early = Thresholds(own_cycle_purchases=2)
    assert stage(last=91, count=2, thresholds=early).stage == "lost"
    slow = Thresholds(fallback_cycle_days=400)
    assert (
        stage(first=1000, last=500, count=1, company=None, thresholds=slow)[0]
        == "mature"
    )


def test_limits_hold_whatever_the_float():
    """0.29 times 100 is a little less than 29 to a computer."""
    odd = Thresholds(dormant_cycles=0.29, lost_cycles=9)
    assert stage(last=29, own=100, thresholds=odd).stage == "mature"
    assert stage(last=30, own=100, thresholds=odd).stage == "dormant"


def test_contradicting_figures_are_refused():
    raises("must be known and follow", stage, first=10, last=20)
    raises("must be known and follow", stage, last=-1)
    raises(
        "must be known and follow",
        lifecycle.stage,
        None,
        None,
        1,
        None,
        None,
        None,
        None,
        None,
        False,
        TODAY,
    )
    raises("Own cycle of 0 days", stage, own=0)
    raises("Company cycle of -1 days", stage, company=-1)
    raises("Own cycle of nan days", stage, own=float("nan"))
