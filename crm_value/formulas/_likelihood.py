"""Likelihood of the BG/NBD family, fast enough in pure Python.

Both models say: a customer buys at a rate drawn from Gamma(r, alpha) and leaves
with a chance drawn from Beta(a, b) after each purchase. MBG/NBD counts the first
purchase among the chances to leave, BG/NBD does not; ``first_chance`` is 1 or 0.

With n = x + first_chance chances taken, s = r + x and d = log((alpha + T) /
(alpha + t_x)), the log-likelihood of one customer is

    sum_{i<x} log(r + i) - x log alpha - s log(1 + T / alpha)
    + sum_{i<n} log((b + i) / (a + b + i)) + log(1 + exp(s d) a / (b + n - 1))

where the last term is absent if n = 0. Only that term needs a pass over all
distinct triples; the others are summed over distinct x or distinct T.
Rows are sorted first, so that their order does not change one bit of the result.
Source: Fader, Hardie & Lee (2005), Marketing Science 24, equation 6; Batislam,
Denizel & Filiztekin (2007), Int. J. of Research in Marketing 24, 201-209.
"""

from collections import defaultdict
from math import exp, inf, log, log1p
from typing import NamedTuple

from .history import check_history
from .optimise import most_likely

LOG_HUGE = 700.0


class Cohort(NamedTuple):
    """Customers sorted for the likelihood: each distinct time is kept once."""

    recencies: list
    ages: list
    age_sums: list  # [customers, repeats] of each age
    groups: list  # (x, recency indexes, age indexes, weights) by x
    counts: list  # (x, customers) by x


def checked(rows):
    """Rows in a fixed order, after refusing what cannot have happened.

    :param iterable rows: (x, t_x, T, weight): repeats, weeks, weeks, customers
    :return: the rows, sorted
    :rtype: list
    :raises ValueError: if a row is no possible history, a weight is not positive,
        or there is no row

    >>> checked([(0, 0.0, 39.0, 0)])
    Traceback (most recent call last):
    ValueError: The weight 0 of (0, 0.0, 39.0) must be positive.
    """
    rows = sorted(rows)
    for x, t_x, T, weight in rows:
        check_history(x, t_x, T)
        if not 0 < weight < inf:
            raise ValueError(f"The weight {weight} of {(x, t_x, T)} must be positive.")
    if not rows:
        raise ValueError("There is no customer to fit the purchase model to.")
    return rows


def cohort(rows):
    """The customers of checked rows, grouped by x.

    :param list rows: from :func:`checked`
    :rtype: Cohort

    >>> cohort([(0, 0.0, 39.0, 5), (2, 30.4, 38.9, 1)]).counts
    [(0, 5), (2, 1)]
    """
    recency_index, age_index, age_sums = {}, {}, []
    groups = defaultdict(lambda: ([], [], []))
    for x, t_x, T, weight in rows:
        age = age_index.setdefault(T, len(age_index))
        if age == len(age_sums):
            age_sums.append([0, 0])
        age_sums[age][0] += weight
        age_sums[age][1] += weight * x
        recencies, ages, weights = groups[int(x)]
        recencies.append(recency_index.setdefault(t_x, len(recency_index)))
        ages.append(age)
        weights.append(weight)
    return Cohort(
        list(recency_index),
        list(age_index),
        age_sums,
        [(x, *columns) for x, columns in groups.items()],
        [(x, sum(weights)) for x, (_r, _a, weights) in groups.items()],
    )


def evaluate(r, alpha, a, b, first_chance, data):
    """Log-likelihood of a cohort and its slope in each parameter.

    :param float r: shape of the purchase rate, > 0
    :param float alpha: weeks, > 0
    :param float a: first shape of the chance to leave, > 0
    :param float b: second shape of the chance to leave, > 0
    :param int first_chance: 1 for MBG/NBD, 0 for BG/NBD
    :param Cohort data: the customers
    :return: (log-likelihood, [slope in r, alpha, a, b])
    :rtype: tuple

    >>> value, slopes = evaluate(1.0, 1.0, 1.0, 1.0, 1, cohort([(0, 0.0, 1.0, 1)]))
    >>> round(value, 6), round(log(0.5 * 0.5 + 0.5), 6)
    (-0.287682, -0.287682)
    """
    value, slopes = _by_count(r, alpha, a, b, first_chance, data.counts)
    log_ages = [log1p(age / alpha) for age in data.ages]
    rates = [1 / (alpha + age) for age in data.ages]
    for log_age, rate, (customers, repeats) in zip(
        log_ages, rates, data.age_sums, strict=True
    ):
        weight = r * customers + repeats
        value -= weight * log_age
        slopes[0] -= customers * log_age
        slopes[1] -= weight * (rate - 1 / alpha)
    times = (
        [log1p(recency / alpha) for recency in data.recencies],
        [1 / (alpha + recency) for recency in data.recencies],
        log_ages,
        rates,
    )
    for x, recencies, ages, weights in data.groups:
        chances = x + first_chance
        if not chances:
            continue
        odds = log(a) - log(b + chances - 1)
        sums = _left_or_not(r + x, odds, times, recencies, ages, weights)
        value += sums[0]
        slopes[0] += sums[2]
        slopes[1] += (r + x) * sums[3]
        slopes[2] += sums[1] / a
        slopes[3] -= sums[1] / (b + chances - 1)
    return value, slopes


def _by_count(r, alpha, a, b, first_chance, counts):
    """The terms that depend on x alone, as running sums over x."""
    value, slopes = 0.0, [0.0, 0.0, 0.0, 0.0]
    log_rate = slope_r = log_stay = slope_stay = slope_all = 0.0
    log_alpha = log(alpha)
    done, stayed = 0, 0
    for x, customers in counts:
        for i in range(done, x):
            log_rate += log(r + i) - log_alpha
            slope_r += 1 / (r + i)
        for i in range(stayed, x + first_chance):
            log_stay += log((b + i) / (a + b + i))
            slope_stay += 1 / (b + i)
            slope_all += 1 / (a + b + i)
        done, stayed = x, x + first_chance
        value += customers * (log_rate + log_stay)
        slopes[0] += customers * slope_r
        slopes[1] -= customers * x / alpha
        slopes[2] -= customers * slope_all
        slopes[3] += customers * (slope_stay - slope_all)
    return value, slopes


def _left_or_not(shape, odds, times, recencies, ages, weights):
    """Sums over the customers with one x: the pass that must be fast.

    :return: sums of log(1 + e), of the chance q to have left, of q d and of the
        slope of q d in alpha, where e = exp(odds + shape d)
    """
    log_recencies, recency_rates, log_ages, age_rates = times
    total = left = left_log = left_rate = 0.0
    for i, j, weight in zip(recencies, ages, weights, strict=True):
        gap = log_ages[j] - log_recencies[i]
        power = odds + shape * gap
        if power < LOG_HUGE:
            ratio = exp(power)
            total += weight * log1p(ratio)
            gone = weight * ratio / (1 + ratio)
        else:
            total += weight * power
            gone = weight
        left += gone
        left_log += gone * gap
        left_rate += gone * (age_rates[j] - recency_rates[i])
    return total, left, left_log, left_rate


def log_likelihood(params, rows):
    """How likely the rows are under given parameters.

    :param params: MbgNbd or BgNbd
    :param iterable rows: (x, t_x, T, weight): repeats, weeks, weeks, customers
    :return: log-likelihood, the sum over all customers
    :rtype: float
    :raises ValueError: without rows, or for an impossible row
    Source: see the top of this module.
    """
    return evaluate(*params, params.first_chance, cohort(checked(rows)))[0]


def fit_nbd(model, rows):
    """Parameters of a model of the family that make the rows most likely.

    The search is over r, alpha / r, a and b / a: the ratios are well known from the
    data even where r or a is not, so that it does not run along a ridge.

    :param type model: MbgNbd or BgNbd
    :param iterable rows: (x, t_x, T, weight): repeats, weeks, weeks, customers
    :rtype: Fit
    :raises ValueError: if no customer came back, or a row is impossible
    """
    rows = checked(rows)
    repeats = sum(x * weight for x, _t_x, _T, weight in rows)
    weeks = sum(T * weight for _x, _t_x, T, weight in rows)
    if not repeats or not weeks:
        raise ValueError(
            f"The customers made {repeats} repeat purchases in {weeks} weeks:"
            " there is no purchase rate to fit."
        )

    def likelihood_of(some):
        data = cohort(some)

        def likelihood(r, gap, a, odds):
            value, (by_r, by_alpha, by_a, by_b) = evaluate(
                r, gap * r, a, odds * a, model.first_chance, data
            )
            slopes = [by_r + by_alpha * gap, by_alpha * r, by_a + by_b * odds, by_b * a]
            return value, slopes

        return sum(customers for _x, customers in data.counts), likelihood

    def from_mean(r, gap, a, odds):
        return model(r, gap * r, a, odds * a)

    return most_likely(from_mean, likelihood_of, rows, [1.0, weeks / repeats, 1.0, 1.0])
