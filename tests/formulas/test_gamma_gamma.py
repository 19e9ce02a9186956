"""The amount model."""

import random
from math import isfinite

import pytest

from formulas import gamma_gamma
from formulas.gamma_gamma import GammaGamma

from .common import raises

CDNOW = GammaGamma(6.25, 3.74, 15.44)


def drawn(truth, size, seed):
    draw = random.Random(seed)
    rows = []
    for _customer in range(size):
        scale = draw.gammavariate(truth.q, 1 / truth.gamma)
        x = 1 + int(draw.expovariate(0.4))
        rows.append((x, draw.gammavariate(truth.p * x, 1 / scale) / x, 1))
    return rows


def test_simulated_parameters_are_recovered():
    """The likelihood cannot tell the fit from the truth, which lies near."""
    rows = drawn(CDNOW, 8000, 3)
    found = gamma_gamma.fit(rows)
    at_truth = gamma_gamma.log_likelihood(CDNOW, rows)
    assert found.converged
    assert 0 <= found.log_likelihood - at_truth < 8.2  # chi square, 3 degrees
    assert found.params == pytest.approx(CDNOW, rel=0.2)
    assert gamma_gamma.population_mean(found.params) == pytest.approx(35.2, rel=0.05)


def test_slopes_are_those_of_the_likelihood():
    """Analytic slopes against differences."""
    rows = drawn(CDNOW, 50, 8)
    groups = gamma_gamma._groups(gamma_gamma._checked(rows), 1.0)
    _value, slopes = gamma_gamma._evaluate(*CDNOW, groups)
    for name, slope in zip(CDNOW._fields, slopes, strict=True):
        step = 1e-5 * getattr(CDNOW, name)
        up, down = (
            gamma_gamma.log_likelihood(
                CDNOW._replace(**{name: getattr(CDNOW, name) + change}), rows
            )
            for change in (step, -step)
        )
        assert slope == pytest.approx((up - down) / (2 * step), rel=1e-5)


def test_fit_does_not_depend_on_order_or_weights(cdnow_amounts):
    """Shuffled rows give the same bits; a double row is a weight of two."""
    shuffled = list(cdnow_amounts)
    random.Random(1).shuffle(shuffled)
    assert gamma_gamma.fit(shuffled) == gamma_gamma.fit(cdnow_amounts)
    double = gamma_gamma.fit([(x, mean, 2) for x, mean, _one in cdnow_amounts])
    assert double.params == pytest.approx(gamma_gamma.fit(shuffled).params, rel=1e-6)
    assert double.customer_count == 2 * len(shuffled)


def test_fit_follows_the_currency(cdnow_amounts):
    """Amounts times a thousand: gamma times a thousand, the rest the same."""
    one = gamma_gamma.fit(cdnow_amounts).params
    other = gamma_gamma.fit([(x, 1000 * m, n) for x, m, n in cdnow_amounts]).params
    assert other == pytest.approx(one._replace(gamma=1000 * one.gamma), rel=1e-6)


def test_expected_mean_lies_between_own_and_population():
    """Few repeats: near the population; many: near the own mean; always monotone."""
    population = gamma_gamma.population_mean(CDNOW)
    means = [gamma_gamma.expected_mean(CDNOW, x, 100.0) for x in (0, 1, 3, 10, 1000)]
    assert means == sorted(means)
    assert means[0] == population
    assert means[-1] == pytest.approx(100, rel=0.01)
    small = gamma_gamma.expected_mean(CDNOW, 3, 10.0)
    assert 10 < small < population
    assert small < gamma_gamma.expected_mean(CDNOW, 3, 11.0)


@pytest.mark.parametrize(
    "rows",
    [
        [(1, 10.0, 1), (1, 11.0, 1)],
        [(1, 10.0, 1), (2, 10.0001, 1), (1, 10.0, 500)],
        [(1, 1e-9, 1), (1, 1e9, 1), (3, 5.0, 1)],
        [(5, 10.0, 9), (50, 20.0, 9), (1, 30.0, 9)],
    ],
)
def test_degenerate_amounts_never_give_nan(rows):
    """Nearly equal, far apart, no spread within customers."""
    found = gamma_gamma.fit(rows)
    assert isfinite(found.log_likelihood)
    assert all(isfinite(value) and value > 0 for value in found.params)


def test_customers_who_always_spend_the_same_keep_their_own_mean():
    """Without spread within customers the own mean is believed."""
    draw = random.Random(4)
    rows = [(1 + i % 5, draw.lognormvariate(3, 0.5), 1) for i in range(400)]
    found = gamma_gamma.fit(rows)
    assert found.converged
    assert gamma_gamma.expected_mean(found.params, 5, 50.0) == pytest.approx(
        50, rel=0.1
    )


def test_impossible_data_is_refused_by_name():
    """Each message names the figure."""
    raises("no customer", gamma_gamma.fit, [])
    raises("same mean amount 10.0", gamma_gamma.fit, [(1, 10.0, 5), (2, 10.0, 1)])
    raises("amount 0", gamma_gamma.fit, [(1, 0.0, 5)])
    raises("amount -3", gamma_gamma.fit, [(1, -3.0, 5)])
    raises("amount nan", gamma_gamma.fit, [(1, float("nan"), 5)])
    raises("x = 0", gamma_gamma.fit, [(0, 1.0, 5)])
    raises("x = 1.5", gamma_gamma.fit, [(1.5, 1.0, 5)])
    raises("weight -1", gamma_gamma.fit, [(1, 1.0, -1)])
    raises("x = -1", gamma_gamma.expected_mean, CDNOW, -1, 10.0)
    raises("amount 0", gamma_gamma.expected_mean, CDNOW, 1, 0)
    raises("x = 0", gamma_gamma.digamma, 0)


def test_infinite_population_mean_is_refused():
    """With q <= 1 nothing can be said of a customer without repeats."""
    heavy = GammaGamma(2.0, 0.9, 10.0)
    raises("q = 0.9", gamma_gamma.population_mean, heavy)
    assert gamma_gamma.expected_mean(heavy, 1, 20.0) > 0
