"""What a ranking would have caught."""

import random
from itertools import permutations
from math import nan
from statistics import mean

import pytest

from formulas import backtest

from .common import raises


def test_ties_count_by_what_chance_would_catch():
    """Against the mean over every order of the tied customers."""
    draw = random.Random(2)
    for _lot in range(40):
        scores = [draw.randrange(3) for _customer in range(6)]
        amounts = [draw.randrange(1, 50) for _customer in range(6)]
        for caught in range(7):
            orders = [
                sum(amounts[i] for i in order[:caught])
                for order in permutations(range(6))
                if [scores[i] for i in order] == sorted(scores, reverse=True)
            ]
            found = backtest.capture(scores, amounts, caught / 6)
            assert found == pytest.approx(mean(orders) / sum(amounts))


def test_capture_rises_with_the_share():
    draw = random.Random(3)
    scores = [draw.random() for _customer in range(50)]
    amounts = [draw.random() for _customer in range(50)]
    shares = [backtest.capture(scores, amounts, k / 20) for k in range(21)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, pytest.approx(1.0))


def test_part_of_a_customer_counts_in_part():
    assert backtest.capture([2, 1], [0.1, 0.3], 0.5) == pytest.approx(0.25)
    assert backtest.gini([2, 1], [0.3, 0.1]) == 1.0
    assert backtest.capture([2, 1], [10, 30], 0.25) == pytest.approx(0.125)
    assert backtest.capture([2, 1], [10, 30], 0.75) == pytest.approx(0.625)


def test_order_of_rows_does_not_matter():
    draw = random.Random(4)
    rows = [(draw.randrange(5), draw.random()) for _customer in range(99)]
    mixed = draw.sample(rows, 99)
    for measure in (backtest.gini, backtest.rank_correlation):
        forth, back = (measure(*zip(*some, strict=True)) for some in (rows, mixed))
        assert forth == back


def test_gini_of_perfect_wrong_and_no_order():
    amounts = [50, 30, 10, 10, 0]
    assert backtest.gini(amounts, amounts) == 1.0
    assert backtest.gini([-a for a in amounts], amounts) == pytest.approx(-1.0)
    assert backtest.gini([1] * 5, amounts) == 0.0
    assert 0 < backtest.gini([5, 3, 4, 2, 1], amounts) < 1


def test_rank_correlation_as_scipy():
    """With ties."""
    stats = pytest.importorskip("scipy.stats")
    draw = random.Random(5)
    for _lot in range(20):
        scores = [draw.randrange(6) for _customer in range(30)]
        amounts = [draw.randrange(9) for _customer in range(30)]
        oracle = float(stats.spearmanr(scores, amounts)[0])
        found = backtest.rank_correlation(scores, amounts)
        assert found == pytest.approx(oracle, abs=1e-12)


def test_nothing_to_measure_is_none():
    assert backtest.capture([], [], 0.2) is None
    assert backtest.capture([1, 2], [0, 0], 0.2) is None
    assert backtest.capture([1, 2], [5, -9], 0.2) is None
    assert backtest.gini([], []) is None
    assert backtest.gini([1, 2], [7, 7]) is None
    assert backtest.gini([1, 2], [0, -7]) is None
    assert backtest.rank_correlation([], []) is None
    assert backtest.rank_correlation([1], [1]) is None
    assert backtest.rank_correlation([1, 1], [1, 2]) is None


def test_impossible_figures_are_refused():
    for measure in (backtest.gini, backtest.rank_correlation):
        raises("1 scores do not fit 2", measure, [1], [1, 2])
        raises("figure nan", measure, [nan], [1])
        raises("figure None", measure, [1], [None])
    raises("share 1.1", backtest.capture, [1], [1], 1.1)
    raises("2 scores do not fit 1", backtest.capture, [1, 2], [1], 0.5)
