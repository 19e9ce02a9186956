"""B7: fitting the purchase models to a million customers, beside ``lifetimes``."""

from functools import cache
from time import process_time

import lifetimes
import numpy

from ._base import ROUNDS, at_most, configure, medians

CUSTOMERS = 1_000_000
DAYS = 1095
FIT_SECONDS = 10
TOLERANCE = 0.01
# Parameters that the customers are drawn with, times in weeks.
RATE = {"r": 0.6, "alpha": 8.0}
LEAVING = {"a": 0.8, "b": 2.5}
AMOUNTS = {"p": 6.0, "q": 4.0, "gamma": 60.0}
THEIR_FITTERS = {
    "mbg_nbd": lifetimes.ModifiedBetaGeoFitter,
    "bg_nbd": lifetimes.BetaGeoFitter,
    "gamma_gamma": lifetimes.GammaGammaFitter,
}


@cache
def rows():
    """Histories of customers drawn from the models, as the queries compress them.

    :return: (x, t_x, age, customers) in whole weeks; (x, mean amount, customers)
    :rtype: tuple
    """
    draw = numpy.random.default_rng(42)
    age = draw.integers(0, DAYS, CUSTOMERS)
    repeats, last = buy(draw, age)
    counts = compressed(repeats, last // 7, age // 7)
    x = repeats[repeats > 0]
    p, q, gamma = AMOUNTS.values()
    rate = draw.gamma(q, 1 / gamma, len(x))
    means = numpy.round(draw.gamma(p * x) / (rate * x), 2)
    return counts, compressed(x, numpy.maximum(means, 0.01))


def buy(draw, age):
    """Repeat purchases of every customer until he leaves, and the day of the last."""
    pace = draw.gamma(RATE["r"], 1 / (7 * RATE["alpha"]), len(age))
    leaving = draw.beta(*LEAVING.values(), len(age))
    repeats, last = numpy.zeros(len(age), int), numpy.zeros(len(age), int)
    day = numpy.zeros(len(age))
    there = numpy.flatnonzero(draw.random(len(age)) >= leaving)
    while len(there):
        day[there] += draw.exponential(1 / pace[there])
        there = there[day[there] <= age[there]]
        # Purchases of one day are one.
        is_new = day[there].astype(int) > last[there]
        repeats[there[is_new]] += 1
        last[there] = day[there].astype(int)
        there = there[draw.random(len(there)) >= leaving[there]]
    return repeats, last


def compressed(*columns):
    """Distinct rows of the columns with the number of customers, as Python's own."""
    found, weights = numpy.unique(
        numpy.stack(columns, axis=1), axis=0, return_counts=True
    )
    return [
        (int(x), *map(float, others), weight)
        for (x, *others), weight in zip(found.tolist(), weights.tolist(), strict=True)
    ]


def our_fits(counts, amounts):
    from odoo.addons.crm_value.models.value.fitting import fit_models

    return fit_models(counts, amounts)


def their_fit(name, counts, amounts):
    *columns, weights = numpy.array(amounts if name == "gamma_gamma" else counts).T
    return THEIR_FITTERS[name]().fit(*columns, weights=weights)


def their_likelihood(name, fitter, counts, amounts):
    *columns, weights = numpy.array(amounts if name == "gamma_gamma" else counts).T
    params = numpy.log(list(fitter.params_))
    mean_cost = fitter._negative_log_likelihood(params, *columns, weights, 0.0)
    return float(-weights.sum() * mean_cost)


def timed(work):
    began = process_time()
    result = work()
    return result, process_time() - began


def b7_fit():
    configure()
    counts, amounts = rows()
    rounds, ours, theirs = [], {}, {}
    for _round in range(ROUNDS):
        ours, seconds = timed(lambda: our_fits(counts, amounts))
        costs = {"ours": seconds, "theirs": 0.0}
        for name in THEIR_FITTERS:
            theirs[name], seconds = timed(lambda n=name: their_fit(n, counts, amounts))
            costs["theirs"] += seconds
        rounds.append(costs)
    costs = medians(rounds)
    yield at_most(
        f"B7 seconds to fit {CUSTOMERS} customers",
        costs["ours"],
        FIT_SECONDS,
        histories=len(counts),
        amounts=len(amounts),
    )
    for name, fitter in theirs.items():
        likelihood = their_likelihood(name, fitter, counts, amounts)
        yield at_most(
            f"B7 log-likelihood of lifetimes above ours, {name}",
            likelihood - ours[name]["log_likelihood"],
            TOLERANCE,
            ours=ours[name]["log_likelihood"],
        )
    yield at_most("B7 our fit / that of lifetimes", costs["ours"] / costs["theirs"], 1)


ROWS = (b7_fit,)
