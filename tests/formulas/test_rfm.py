"""Quintiles and their blend."""

import random
from datetime import date
from math import ceil, nan

import pytest

from formulas import rfm

from .common import raises


def by_definition(value, values, n=5):
    """Cumulative distribution in n-ths, rounded up, without floats."""
    reached = sum(other <= value for other in values)
    return ceil(reached * n / len(values) - 1e-12)


@pytest.mark.parametrize("n", [2, 3, 5, 10])
@pytest.mark.parametrize("spread", [1, 3, 8, 1000])
def test_quintile_is_the_cumulative_distribution(n, spread):
    """Any lot, with few or many ties, scored as its definition says."""
    draw = random.Random(spread * n)
    for size in (1, 2, 3, 4, 5, 7, 10, 50, 201):
        values = [draw.randrange(spread) - 1 for _value in range(size)]
        cuts = rfm.cut_points(values, n)
        assert len(cuts) == n - 1
        for value in values:
            assert rfm.quintile(value, cuts) == by_definition(value, values, n)


def test_cuts_do_not_depend_on_order_or_scale():
    values = [5, 1, 1, 9, 3, 3, 3, 12, 7, 0]
    cuts = rfm.cut_points(values)
    assert rfm.cut_points(sorted(values)) == cuts
    assert rfm.cut_points([100 * value for value in values]) == [100 * c for c in cuts]


def test_counted_values_cut_like_single_ones():
    values = [1] * 70 + [2] * 15 + [3] * 10 + [9] * 5
    counted = [(9, 5), (1, 70), (3, 10), (2, 15)]
    assert rfm.counted_cut_points(counted) == rfm.cut_points(values)
    assert rfm.cut_points(values) == [None, None, None, 1]


def test_dates_have_quintiles_too():
    """The last purchase date is what recency ranks by."""
    days = [date(2026, 1, day) for day in range(1, 11)]
    cuts = rfm.cut_points(days)
    assert [rfm.quintile(day, cuts) for day in days] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_equal_values_get_equal_scores():
    """All alike: everybody stands at the top of his distribution."""
    cuts = rfm.cut_points([7, 7, 7])
    assert cuts == [None] * 4
    assert rfm.quintile(7, cuts) == 5


def test_no_customer_and_one_customer():
    assert rfm.cut_points([]) == [None] * 4
    assert rfm.quintile(3, rfm.cut_points([])) == 5
    assert rfm.quintile(3, rfm.cut_points([3])) == 5


def test_new_values_between_frozen_cuts():
    """Below all, between, on a cut, above all."""
    cuts = [2, 4, 6, 8]
    scores = [rfm.quintile(value, cuts) for value in (-9, 2, 2.1, 6, 8, 8.1)]
    assert scores == [1, 1, 2, 3, 4, 5]


def test_values_without_rank_are_refused():
    raises("value nan", rfm.cut_points, [1.0, nan])
    raises("value None", rfm.cut_points, [1.0, None])
    raises("value nan", rfm.quintile, nan, [1, 2, 3, 4])
    raises("value None", rfm.quintile, None, [1, 2, 3, 4])
    raises("1 classes", rfm.cut_points, [1], 1)


WEIGHTS = {"recency": 3, "frequency": 2, "monetary": 5}


def test_blend_runs_from_zero_to_a_hundred():
    for quintile, score in ((1, 0), (2, 25), (3, 50), (4, 75), (5, 100)):
        quintiles = dict.fromkeys(WEIGHTS, quintile)
        assert rfm.blend(quintiles, WEIGHTS) == pytest.approx(score)


def test_parts_sum_to_the_score():
    """For every combination, the unknown included."""
    known = (None, 1, 2, 3, 4, 5)
    for r in known:
        for f in known:
            for m in known:
                quintiles = {"recency": r, "frequency": f, "monetary": m}
                parts = rfm.parts(quintiles, WEIGHTS)
                score = rfm.blend(quintiles, WEIGHTS)
                assert 50 + sum(parts.values()) == pytest.approx(score)
                assert 0 <= score <= 100
                assert all(parts[k] == 0 for k in parts if quintiles[k] is None)


def test_part_is_weight_times_distance_from_the_middle():
    parts = rfm.parts({"recency": 5, "frequency": 2, "monetary": 3}, WEIGHTS)
    assert parts == pytest.approx({"recency": 15, "frequency": -5, "monetary": 0})


def test_unknown_component_pulls_to_the_middle():
    """Its weight stays in the sum."""
    assert (
        rfm.blend({"recency": 5, "frequency": None}, {"recency": 1, "frequency": 1})
        == 75
    )
    assert rfm.blend({"recency": 5}, {"recency": 1, "frequency": 1}) == 75
    assert rfm.blend({}, {"recency": 1}) == 50


def test_impossible_weights_and_quintiles_are_refused():
    raises("weights sum to 0", rfm.blend, {"recency": 3}, {"recency": 0})
    raises("weights sum to 0", rfm.blend, {}, {})
    raises("weight -1 of recency", rfm.blend, {"recency": 3}, {"recency": -1})
    raises("weight nan of recency", rfm.parts, {"recency": 3}, {"recency": nan})
    raises("component age has no weight", rfm.parts, {"age": 3}, {"recency": 1})
    raises("quintile 6 of recency", rfm.parts, {"recency": 6}, {"recency": 1})
    raises("quintile 0 of recency", rfm.parts, {"recency": 0}, {"recency": 1})
