"""Gamma-Gamma: how much a customer will spend per purchase day.

Amounts of one customer are drawn from Gamma(p, nu), nu from Gamma(q, gamma) over all
customers; how much and how often are taken as independent.
Source: Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value",
brucehardie.com/notes/025.
"""

from collections import defaultdict
from math import inf, lgamma, log, log1p
from operator import mul, truediv
from typing import NamedTuple

from .history import MAX_REPEATS
from .optimise import most_likely


class GammaGamma(NamedTuple):
    """Parameters p, q (no unit) and gamma (money); all > 0."""

    p: float
    q: float
    gamma: float


class _Group(NamedTuple):
    """All customers with x repeats; the totals are x times their mean."""

    x: int
    customers: float
    log_total: float
    totals: list
    weights: list


def fit(rows):
    """Parameters that make the mean amounts of repeat purchase days most likely.

    The first purchase day and days of zero amount are left out by the caller, who
    must also look at ``params.q``: with q <= 1 the population has no finite mean. The
    search is over p, q and the level gamma p / q, which the data know best.

    :param iterable rows: (x, mean, weight): repeat purchase days >= 1, their mean
        amount > 0, customers with these two
    :return: ``params`` (GammaGamma), ``log_likelihood`` of the means, ``iterations``,
        ``converged``, ``customer_count``
    :rtype: Fit
    :raises ValueError: if a figure is out of range, or all means are equal
    Source: Fader & Hardie (2013), equation 1a.

    >>> found = fit([(1, 10.0, 30), (1, 30.0, 8), (3, 12.0, 20), (9, 22.0, 15)])
    >>> found.converged, round(population_mean(found.params), 1)
    (True, 15.1)
    """
    rows = _checked(rows)
    size = sum(weight for _x, _mean, weight in rows)
    unit = sum(mean * weight for _x, mean, weight in rows) / size

    def likelihood_of(some):
        groups = _groups(some, unit)

        def likelihood(p, q, level):
            gamma = level * q / p
            value, (by_p, by_q, by_gamma) = _evaluate(p, q, gamma, groups)
            gamma *= by_gamma
            return value, [by_p - gamma / p, by_q + gamma / q, gamma / level]

        return sum(group.customers for group in groups), likelihood

    def from_mean(p, q, level):
        return GammaGamma(p, q, level * q / p * unit)

    found = most_likely(from_mean, likelihood_of, rows, [4.0, 3.0, 1.0])
    return found._replace(log_likelihood=found.log_likelihood - size * log(unit))


def log_likelihood(params, rows):
    """How likely mean amounts are under given parameters.

    :param GammaGamma params: p, q, gamma (money)
    :param iterable rows: (x, mean, weight), as for :func:`fit`
    :return: log-likelihood, the sum over all customers
    :rtype: float
    :raises ValueError: if a figure is out of range
    Source: Fader & Hardie (2013), equation 1a.

    >>> round(log_likelihood(GammaGamma(1.0, 1.0, 1.0), [(1, 1.0, 1)]), 4)
    -1.3863
    """
    return _evaluate(*params, _groups(_checked(rows, varied=False), 1.0))[0]


def expected_mean(params, x, mean):
    """Expected amount of a customer's next purchase day.

    His own mean, pulled towards the population's the more, the fewer his repeats.

    :param GammaGamma params: p, q, gamma (money)
    :param int x: repeat purchase days, >= 0
    :param float mean: their mean amount, > 0; not looked at when x is 0
    :return: amount in the unit of gamma, > 0
    :rtype: float
    :raises ValueError: if x < 0, mean <= 0, or the expectation is infinite
    Source: Fader & Hardie (2013), equation 5.

    >>> cdnow = GammaGamma(6.25, 3.74, 15.44)
    >>> round(expected_mean(cdnow, 2, 22.35), 2)
    24.66
    """
    if not 0 <= x <= MAX_REPEATS:
        raise ValueError(f"Repeat purchases x = {x} must be 0 to {MAX_REPEATS}.")
    if x and not 0 < mean < inf:
        raise ValueError(f"The mean amount {mean} must be finite and positive.")
    p, q, gamma = params
    if p * x + q <= 1:
        raise ValueError(
            f"With p = {p:.4g}, q = {q:.4g} and x = {x} the expected amount is"
            " infinite: p x + q must exceed 1."
        )
    return p * (gamma + (x * mean if x else 0.0)) / (p * x + q - 1)


def population_mean(params):
    """Expected amount of a purchase day of a customer not yet known.

    :param GammaGamma params: p, q, gamma (money)
    :return: amount in the unit of gamma, > 0
    :rtype: float
    :raises ValueError: if q <= 1, when the expectation is infinite
    Source: Fader & Hardie (2013), equation 5 with x = 0.

    >>> round(population_mean(GammaGamma(6.25, 3.74, 15.44)), 2)
    35.22
    """
    return expected_mean(params, 0, None)


def digamma(x):
    """Slope of lgamma.

    :param float x: > 0
    :return: digamma(x), to about fourteen digits
    :rtype: float
    :raises ValueError: if x <= 0
    Source: Abramowitz & Stegun (1964), 6.3.5 and 6.3.18.

    >>> round(digamma(1.0), 12)
    -0.577215664902
    """
    if not x > 0:
        raise ValueError(f"digamma is asked for x = {x}, which must be positive.")
    value = 0.0
    while x < 10:
        value -= 1 / x
        x += 1
    y = 1 / (x * x)
    series = 1 / 252 - y * (1 / 240 - y * (1 / 132 - y * (691 / 32760 - y / 12)))
    return value + log(x) - 0.5 / x - y * (1 / 12 - y * (1 / 120 - y * series))


def _checked(rows, varied=True):
    """The rows in a fixed order, after refusing what the model cannot hold."""
    rows = sorted(rows)
    for x, mean, weight in rows:
        if x != int(x) or not 1 <= x <= MAX_REPEATS:
            raise ValueError(f"Repeat purchases x = {x} must be 1 to {MAX_REPEATS}.")
        if not 0 < mean < inf:
            raise ValueError(f"The mean amount {mean} must be finite and positive.")
        if not 0 < weight < inf:
            raise ValueError(f"The weight {weight} of mean {mean} must be positive.")
    if not rows:
        raise ValueError("There is no customer to fit the amount model to.")
    if varied and len({mean for _x, mean, _weight in rows}) == 1:
        raise ValueError(
            f"All {len(rows)} rows have the same mean amount {rows[0][1]}:"
            " there is no spread to fit."
        )
    return rows


def _groups(rows, unit):
    """Customers by x, amounts in the given unit."""
    by_count = defaultdict(lambda: ([], []))
    for x, mean, weight in rows:
        totals, weights = by_count[int(x)]
        totals.append(x * mean / unit)
        weights.append(weight)
    return [
        _Group(
            x,
            sum(weights),
            sum(
                weight * log(total)
                for total, weight in zip(totals, weights, strict=True)
            ),
            totals,
            weights,
        )
        for x, (totals, weights) in by_count.items()
    ]


def _evaluate(p, q, gamma, groups):
    """Log-likelihood and its slopes in p, q and gamma."""
    value, slopes = 0.0, [0.0, 0.0, 0.0]
    start, start_slope, log_gamma = lgamma(q), digamma(q), log(gamma)
    for x, customers, log_total, totals, weights in groups:
        px = p * x
        # Passes that never leave the interpreter's own code take half the time of a
        # loop over the customers.
        ratios = [total / gamma for total in totals]
        logs = sum(map(mul, weights, map(log1p, ratios)))
        rates = sum(map(truediv, weights, [1 + ratio for ratio in ratios])) / gamma
        both = digamma(px + q)
        value += customers * (lgamma(px + q) - lgamma(px) - start + log(x))
        value += (px - 1) * log_total - px * customers * log_gamma - (px + q) * logs
        slopes[0] += x * (
            customers * (both - digamma(px) - log_gamma) + log_total - logs
        )
        slopes[1] += customers * (both - start_slope) - logs
        slopes[2] += customers * q / gamma - (px + q) * rates
    return value, slopes
