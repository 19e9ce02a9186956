"""Cumulative shares, classes and the curve."""

import random
from math import inf, nan

import pytest

from formulas import pareto

from .common import raises


def lots(count=60):
    draw = random.Random(9)
    for i in range(count):
        spread = draw.choice([2, 5, 50, 10_000])
        yield [draw.randrange(-spread // 4, spread) for _value in range(1 + i * 3)]


def by_definition(value, values):
    """Share of positive profit above a value, and with it."""
    total = sum(v for v in values if v > 0)
    above = sum(v for v in values if v > value and v > 0)
    upto = sum(v for v in values if v >= value and v > 0)
    return (above / total, upto / total) if value > 0 else (1.0, 1.0)


def test_shares_follow_their_definition():
    """Any lot with ties, zeros and losses."""
    for values in lots():
        shares = pareto.cumulative_shares(values)
        if not any(value > 0 for value in values):
            assert shares == [None] * len(values)
            continue
        for value, share in zip(values, shares, strict=True):
            assert share == pytest.approx(by_definition(value, values))


def test_shares_do_not_depend_on_order_or_currency():
    values = [10.1, 60.7, 10.1, -5, 20.3, 0, 0.3, 0.1]
    shares = dict(zip(values, pareto.cumulative_shares(values), strict=True))
    assert pareto.cumulative_shares(values[::-1]) == [shares[v] for v in values[::-1]]
    cents = pareto.cumulative_shares([100 * value for value in values])
    assert [share for pair in cents for share in pair] == pytest.approx(
        [share for value in values for share in shares[value]]
    )


def test_last_positive_block_ends_at_exactly_one():
    """Sums of tenths do not fall short."""
    for values in ([0.1] * 10, [0.1 * k for k in range(1, 50)], [1e-9, 1e9]):
        shares = pareto.cumulative_shares(values)
        assert max(share for _above, share in shares) == 1.0


def test_degenerate_lots():
    assert pareto.cumulative_shares([]) == []
    assert pareto.cumulative_shares([5]) == [(0.0, 1.0)]
    assert pareto.cumulative_shares([0, -3]) == [None, None]
    assert pareto.cumulative_shares([4, 4, 4]) == [(0.0, 1.0)] * 3
    raises("value nan", pareto.cumulative_shares, [1.0, nan])
    raises("value inf", pareto.cumulative_shares, [inf])
    raises("value None", pareto.cumulative_shares, [None])


def test_classes_at_their_limits():
    """The customer who crosses the limit belongs to the better class."""
    shares = [0.0, 0.7999, 0.8, 0.9499, 0.95, 1.0]
    assert [pareto.abc_class(s) for s in shares] == ["a", "a", "b", "b", "c", "c"]
    assert pareto.abc_class(None) is None
    assert pareto.abc_class(0.5, a=0.5, b=0.5) == "c"
    assert pareto.abc_class(0.99, b=1.0) == "b"
    raises("limits must rise", pareto.abc_class, 0.5, 0.9, 0.8)
    raises("limits must rise", pareto.abc_class, 0.5, 0.9, 1.1)
    raises("limits must rise", pareto.abc_class, 0.5, 0.0, 0.8)
    raises("share 1.5", pareto.abc_class, 1.5)


@pytest.mark.parametrize("points", [1, 4, 20, 100])
def test_curve_is_compact_true_and_exact_at_its_steps(points):
    """Every point lies on the curve; look-ups fall on the right side of each step."""
    for values in lots():
        curve = pareto.curve(values, points)
        assert len(curve) <= 2 * points + 2
        positive = [value for value in values if value > 0]
        if not positive:
            assert curve == []
            continue
        assert curve[-1] == (0.0, len(positive) / len(values), 1.0)
        for value, customers_share, profit_share in curve[:-1]:
            above = sum(other > value for other in values)
            assert customers_share == pytest.approx(above / len(values))
            assert profit_share == pytest.approx(by_definition(value, values)[0])
        for value in values:
            found = pareto.share_on_curve(curve, value)
            true = by_definition(value, values)[0]
            assert true - 1e-12 <= found <= true + 1 / points + 1e-12
            for k in range(1, points + 1):
                assert (found < k / points) == (true < k / points)


def test_curve_falls_in_value_and_rises_in_shares():
    curve = pareto.curve([draw**3 for draw in range(500)], 50)
    for before, after in zip(curve, curve[1:], strict=False):
        assert before.value > after.value
        assert before.customers_share < after.customers_share
        assert before.profit_share < after.profit_share


def test_few_customers_bring_most():
    """The shape that the name stands for: the best fifth brings four fifths."""
    values = [1000 / rank**1.16 for rank in range(1, 5001)]
    curve = pareto.curve(values)
    share = max(p.profit_share for p in curve if p.customers_share <= 0.2)
    assert share > 0.8


def test_look_up_of_values_not_seen_before():
    curve = pareto.curve([10, 60, 10, -5, 20])
    looked_up = [
        pareto.share_on_curve(curve, value) for value in (1e9, 59, 0.01, 0, -1)
    ]
    assert looked_up == [0.0, 0.6, 1.0, 1.0, 1.0]
    as_stored = [list(point) for point in curve]
    assert pareto.share_on_curve(as_stored, 59) == 0.6
    assert pareto.share_on_curve([], 59) is None
    raises("value nan", pareto.share_on_curve, curve, nan)
    raises("0 points", pareto.curve, [1], 0)
