"""Profitable, convertible, never."""

from math import inf, nan

import pytest

from formulas.profitability import profitability_class

from .common import raises


@pytest.mark.parametrize(
    "margin, potential, expected",
    [
        (0.01, 0, "profitable"),
        (0.01, None, "profitable"),
        (0, 0, "never_profitable"),
        (0, 0.01, "convertible"),
        (-10, 10, "never_profitable"),
        (-10, 10.01, "convertible"),
        (-10, None, None),
        (None, 10, None),
    ],
)
def test_class_by_margin_and_potential(margin, potential, expected):
    """What is left after cost to serve decides, then what could be won."""
    assert profitability_class(margin, potential, 1.0) == expected


@pytest.mark.parametrize(
    "share, minimum, expected",
    [
        (0.8, 0.8, "profitable"),
        (0.79, 0.8, None),
        (0.0, 0.0, "profitable"),
        (None, 0.8, None),
    ],
)
def test_unknown_cost_is_unknown(share, minimum, expected):
    """Below the minimum share of known cost nothing is said."""
    assert profitability_class(5, 0, share, minimum) == expected


def test_impossible_figures_are_refused():
    raises("known share 1.2", profitability_class, 1, 0, 1.2)
    raises("minimum share -1", profitability_class, 1, 0, 1, -1)
    raises("net margin nan", profitability_class, nan, 0, 1)
    raises("potential inf", profitability_class, 1, inf, 1)
    raises("potential -2", profitability_class, 1, -2, 1)
