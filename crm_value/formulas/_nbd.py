"""Forecasts of the BG/NBD family; the parameters say which model it is.

A customer buys at a rate drawn from Gamma(r, alpha) and leaves with a chance p drawn
from Beta(a, b) after each purchase. MBG/NBD counts the first purchase among the
chances to leave, BG/NBD does not. For a customer who is still there at age T, with x
repeats and n = x + ``first_chance`` chances survived, p ~ Beta(a, b + n) and the
purchases expected in the next u weeks are

    M(u) = E_p[(1 - (1 + p u / (alpha + T)) ** -(r + x)) / p]

which is what the papers write with 2F1; the mean over p has no singularity at a = 1
and converges alike for every u.
"""

from collections import defaultdict
from math import asinh, exp, expm1, log, log1p, pi
from typing import NamedTuple

from ._quadrature import beta_nodes, interpolate, legendre, log_points, log_table
from .history import check_ahead, check_history

DISCOUNT_DIGITS = 7
LOG_HUGE = 700.0


class MbgNbd(NamedTuple):
    """Parameters of MBG/NBD: r, alpha (weeks), a, b; all > 0."""

    r: float
    alpha: float
    a: float
    b: float

    first_chance = 1


class BgNbd(NamedTuple):
    """Parameters of BG/NBD: r, alpha (weeks), a, b; all > 0."""

    r: float
    alpha: float
    a: float
    b: float

    first_chance = 0


class Prediction(NamedTuple):
    """What to expect of the customers with one (x, T), if they are still there."""

    x: int
    T: float
    expected_if_alive: float
    discounted_if_alive: float


def p_alive(params, history):
    """Probability that a customer is still a customer.

    :param params: MbgNbd or BgNbd; BG/NBD is sure of everybody without repeats
    :param History history: x repeats; t_x, T (age) in weeks, 0 <= t_x <= T
    :return: probability, 0 to 1
    :rtype: float
    :raises ValueError: if the history cannot have happened
    Source: Fader, Hardie & Lee (2008), "Computing P(alive) Using the BG/NBD Model";
    Wagner & Hoppe (2008), Int. J. of Research in Marketing 25, 225-226.

    >>> from_paper = MbgNbd(0.5248, 6.1831, 0.8914, 1.6140)
    >>> round(p_alive(from_paper, (2, 30.43, 38.86)), 4)
    0.7061
    """
    x, t_x, T = history
    check_history(x, t_x, T)
    r, alpha, a, b = params
    chances = x + params.first_chance
    if not chances:
        return 1.0
    gap = log1p(T / alpha) - log1p(t_x / alpha)
    power = log(a) - log(b + chances - 1) + (r + x) * gap
    return 1 / (1 + exp(power)) if power < LOG_HUGE else 0.0


def expected_purchases(params, history, horizon):
    """Expected repeat purchases of one customer in the next ``horizon`` weeks.

    :param params: MbgNbd or BgNbd
    :param History history: x repeats; t_x, T (age) in weeks, 0 <= t_x <= T
    :param float horizon: weeks ahead, >= 0
    :return: purchases, finite and >= 0
    :rtype: float
    :raises ValueError: if horizon < 0 or t_x > T
    Source: Fader, Hardie & Lee (2005), Marketing Science 24, equation 10; Batislam,
    Denizel & Filiztekin (2007), Int. J. of Research in Marketing 24, 201-209.

    >>> from_paper = BgNbd(0.243, 4.414, 0.793, 2.426)
    >>> round(expected_purchases(from_paper, (2, 30.43, 38.86), 39), 3)
    1.226
    """
    x, _t_x, T = history
    alive = p_alive(params, history)
    return alive * expected_purchases_if_alive(params, x, T, horizon)


def expected_purchases_if_alive(params, x, T, horizon):
    """Expected purchases in the next weeks of a customer who is still there.

    :param params: MbgNbd or BgNbd
    :param int x: repeat purchases so far
    :param float T: weeks since the first purchase
    :param float horizon: weeks ahead, >= 0
    :return: purchases, finite and >= 0
    :rtype: float
    :raises ValueError: if x, T or horizon is negative or not finite
    Source: the numerator of :func:`expected_purchases`.

    >>> round(expected_purchases_if_alive(MbgNbd(0.5, 6.0, 0.9, 1.6), 0, 0.0, 52), 4)
    2.1419
    """
    return _direct(params, x, T, horizon, 0.0)[0]


def discounted_purchases_if_alive(params, x, T, horizon, weekly_rate):
    """Like :func:`expected_purchases_if_alive`, each purchase discounted to today.

    With M(u) the purchases expected within u weeks, this is the integral of
    exp(-weekly_rate u) dM(u), taken by parts so that M alone is evaluated, at some
    eight Gauss-Legendre nodes in the logarithm of time: M is analytic there in a strip
    of width pi, so their number follows from the length. Right to seven digits.

    :param params: MbgNbd or BgNbd
    :param int x: repeat purchases so far
    :param float T: weeks since the first purchase
    :param float horizon: weeks ahead, >= 0
    :param float weekly_rate: continuous discount rate a week, >= 0
    :return: discounted purchases, finite, >= 0, at most the undiscounted ones
    :rtype: float
    :raises ValueError: if x, T, horizon or rate is negative or not finite
    Source: Fader, Hardie & Lee (2005), J. of Marketing Research 42, "discounted
    expected transactions", here for a finite horizon.

    >>> mbg_nbd = MbgNbd(0.5, 6.0, 0.9, 1.6)
    >>> round(discounted_purchases_if_alive(mbg_nbd, 0, 0.0, 52, 0.002), 4)
    2.0543
    """
    return _direct(params, x, T, horizon, weekly_rate)[1]


def prediction_table(params, pairs, horizon, weekly_rate):
    """Expected and discounted purchases for many (x, T) at once.

    Customers with the same x share nodes; where a group is large, a few ages are
    computed and the others interpolated in log(alpha + T) to seven digits.

    :param params: MbgNbd or BgNbd
    :param iterable pairs: (x, T): repeat purchases, weeks since the first purchase
    :param float horizon: weeks ahead, >= 0
    :param float weekly_rate: continuous discount rate a week, >= 0
    :return: a Prediction for each pair, in the order given
    :rtype: list
    :raises ValueError: if x, T, horizon or rate is negative or not finite

    >>> table = prediction_table(MbgNbd(0.5, 6.0, 0.9, 1.6), [(0, 0.0)], 52, 0.002)
    >>> [round(figure, 4) for figure in table[0]]
    [0, 0.0, 2.1419, 2.0543]
    """
    check_ahead(horizon, weekly_rate)
    pairs = list(pairs)
    ages = defaultdict(set)
    for x, T in pairs:
        check_history(x, 0.0, T)
        ages[x].add(T)
    found = {
        (x, T): figures
        for x in ages
        for T, figures in _by_age(params, x, ages[x], horizon, weekly_rate)
    }
    return [Prediction(x, T, *found[x, T]) for x, T in pairs]


def expected_total(params, rows, horizon):
    """Expected purchases of many customers together in the next weeks.

    :param params: MbgNbd or BgNbd
    :param iterable rows: (x, t_x, T, weight): repeats, weeks, weeks, customers
    :param float horizon: weeks ahead, >= 0
    :return: purchases, finite and >= 0; 0.0 without rows
    :rtype: float
    :raises ValueError: if horizon < 0 or a history cannot have happened

    >>> bg_nbd = BgNbd(0.243, 4.414, 0.793, 2.426)
    >>> round(expected_total(bg_nbd, [(2, 30.43, 38.86, 1000)], 39), 0)
    1226.0
    """
    rows = list(rows)
    table = prediction_table(params, [(x, T) for x, _t_x, T, _w in rows], horizon, 0.0)
    return sum(
        weight * p_alive(params, (x, t_x, T)) * prediction.expected_if_alive
        for (x, t_x, T, weight), prediction in zip(rows, table, strict=True)
    )


def expected_repeats(params, age):
    """Expected repeat purchases of a new customer within ``age`` weeks of the first.

    :param params: MbgNbd or BgNbd
    :param float age: weeks since the first purchase, >= 0
    :return: purchases, finite and >= 0
    :rtype: float
    :raises ValueError: if age < 0
    Source: Fader, Hardie & Lee (2005), Marketing Science 24, equation 9; Batislam,
    Denizel & Filiztekin (2007), Int. J. of Research in Marketing 24, 201-209.

    >>> round(expected_repeats(BgNbd(0.243, 4.414, 0.793, 2.426), 39), 4)
    1.1967
    """
    return expected_purchases(params, (0, 0.0, 0.0), age)


def _direct(params, x, T, horizon, weekly_rate):
    """(expected, discounted) of one (x, T)."""
    check_ahead(horizon, weekly_rate)
    check_history(x, 0.0, T)
    nodes = _leaving_nodes(params, x, T, horizon)
    return _figures(nodes, params.r + x, params.alpha + T, horizon, weekly_rate)


def _leaving_nodes(params, x, youngest, horizon):
    """(p, weight / p) for the chance to leave of those with x repeats."""
    r, alpha, a, b = params
    sharpness = (r + x) * horizon / (alpha + youngest)
    nodes = beta_nodes(a, b + x + params.first_chance, sharpness)
    return [(p, weight / p) for p, weight in nodes]


def _figures(nodes, shape, scale, horizon, weekly_rate):
    """(expected, discounted); the latter by parts, in log(1 + u / unit)."""

    def expected(u):
        z = u / scale
        return -sum([share * expm1(-shape * log1p(p * z)) for p, share in nodes])

    total = expected(horizon)
    if not weekly_rate or not horizon:
        return total, total
    mean = 1 / sum([share for _p, share in nodes])
    unit = scale / (1 + shape * mean)
    span = log1p(horizon / unit)
    count = 3 + int(
        DISCOUNT_DIGITS * log(10) / (2 * asinh(2 * pi / span))
        + 2 * min(weekly_rate * horizon, 30)
    )
    lost = 0.0
    for node, weight in legendre(count):
        u = unit * expm1(node * span)
        lost += weight * (u + unit) * exp(-weekly_rate * u) * expected(u)
    return total, total * exp(-weekly_rate * horizon) + weekly_rate * span * lost


def _by_age(params, x, ages, horizon, weekly_rate):
    """Pairs (T, figures) of all ages with one x."""
    alpha, shape = params.alpha, params.r + x
    low, high = alpha + min(ages), alpha + max(ages)
    nodes = _leaving_nodes(params, x, min(ages), horizon)

    def figures(log_scale):
        return _figures(nodes, shape, exp(log_scale), horizon, weekly_rate)

    if len(ages) <= log_points(low, high) + 1:
        return [(T, figures(log(alpha + T))) for T in ages]
    table = log_table(figures, low, high)
    return [(T, interpolate(table, log(alpha + T))) for T in ages]
