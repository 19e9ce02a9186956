"""Lifetime value, discounting, and the gate before the model."""

from math import exp, inf, nan

import pytest

from formulas import clv

from .common import raises


def test_model_value_is_the_product_of_its_parts():
    """Active share, discounted purchases, margin; a loss stays a loss."""
    assert clv.model_clv(0.25, 8.0, 50.0) == 100.0
    assert clv.model_clv(0.25, 8.0, -50.0) == -100.0
    assert clv.model_clv(0.0, 8.0, 50.0) == 0.0
    assert clv.model_clv(1.0, 0.0, 50.0) == 0.0
    assert clv.model_clv(1.0, 0.5, 50.0) == 25.0


def test_model_value_refuses_impossible_figures():
    raises("probability 1.1", clv.model_clv, 1.1, 1.0, 1.0)
    raises("probability nan", clv.model_clv, nan, 1.0, 1.0)
    raises("purchases -1", clv.model_clv, 0.5, -1.0, 1.0)
    raises("margin inf", clv.model_clv, 0.5, 1.0, inf)


def test_simple_value_year_by_year():
    """Two whole years and a half, worked out by hand."""
    by_hand = 100 * (0.8 / 1.1 + (0.8 / 1.1) ** 2 + 0.5 * (0.8 / 1.1) ** 3)
    assert clv.simple_clv(100, 0.8, 2.5, 0.1) == pytest.approx(by_hand)
    assert clv.simple_clv(100, 1.0, 3, 0.0) == 300.0
    assert clv.simple_clv(100, 0.0, 3, 0.1) == 0.0
    assert clv.simple_clv(100, 0.8, 0, 0.1) == 0.0
    assert clv.simple_clv(-40, 1.0, 1, 0.0) == -40.0


def test_simple_value_grows_smoothly_with_the_horizon():
    """No jump at whole years, never above the value for ever."""
    values = [clv.simple_clv(100, 0.8, k / 10, 0.1) for k in range(60)]
    assert values == sorted(values)
    assert clv.simple_clv(100, 0.8, 3 - 1e-9, 0.1) == pytest.approx(values[30])
    assert values[-1] < 100 * 0.8 / (1.1 - 0.8)


def test_simple_value_falls_with_the_rate_and_rises_with_retention():
    rates = [clv.simple_clv(100, 0.8, 3, rate) for rate in (0.0, 0.05, 0.1, 0.5)]
    assert rates == sorted(rates, reverse=True)
    kept = [clv.simple_clv(100, share, 3, 0.1) for share in (0, 0.2, 0.5, 0.9, 1)]
    assert kept == sorted(kept)


def test_simple_value_refuses_impossible_figures():
    raises("margin nan", clv.simple_clv, nan, 0.8, 3, 0.1)
    raises("retention 1.2", clv.simple_clv, 1, 1.2, 3, 0.1)
    raises("horizon of -1", clv.simple_clv, 1, 0.8, -1, 0.1)
    assert clv.simple_clv(1, 1.0, 100, 0.0) == 100.0
    raises("horizon of 100.5", clv.simple_clv, 1, 0.8, 100.5, 0.1)
    raises("horizon of nan", clv.simple_clv, 1, 0.8, nan, 0.1)
    raises("rate -1", clv.simple_clv, 1, 0.8, 3, -1)


def test_small_groups_are_smoothed_to_the_middle():
    """Laplace's rule, its limits, and another prior."""
    assert clv.smoothed_retention(0, 0) == 0.5
    assert clv.smoothed_retention(1, 1) == pytest.approx(2 / 3)
    assert clv.smoothed_retention(0, 1) == pytest.approx(1 / 3)
    assert clv.smoothed_retention(800, 1000) == pytest.approx(0.8, abs=0.001)
    assert clv.smoothed_retention(0, 0, 0.7, 5) == pytest.approx(0.7)
    assert clv.smoothed_retention(4, 10, 0.7, 5) == pytest.approx(7.5 / 15)
    assert clv.smoothed_retention(1, 1, 0.0, 1) == 0.5
    assert clv.smoothed_retention(0, 1, 1.0, 0.5) == pytest.approx(1 / 3)
    raises("prior of 1.1", clv.smoothed_retention, 1, 2, 1.1)
    raises("3 of 2", clv.smoothed_retention, 3, 2)
    raises("-1 of 2", clv.smoothed_retention, -1, 2)
    raises("weight 0", clv.smoothed_retention, 1, 2, 0.5, 0)


def test_weekly_rate_compounds_to_the_yearly_one():
    rate = clv.weekly_rate(0.15)
    assert exp(-rate * 365.25 / 7) == pytest.approx(1 / 1.15)
    assert clv.weekly_rate(0.0) == 0.0
    raises("rate -1", clv.weekly_rate, -1)
    raises("rate nan", clv.weekly_rate, nan)


def test_gate_is_open_at_exactly_the_limits():
    assert clv.data_gate(500, 180, 1) == []
    assert clv.data_gate(10, 5, 0, 10, 5, 0) == []


def test_gate_names_each_figure_that_falls_short():
    """All three at once, in a form that a program can read."""
    assert clv.data_gate(499, 179, 0) == [
        ("too_few_buyers", 499, 500),
        ("too_short_span", 179, 180),
        ("too_few_repeats", 0, 1),
    ]
    assert [reason.code for reason in clv.data_gate(500, 30, 7)] == ["too_short_span"]
