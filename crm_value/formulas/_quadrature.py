"""Integrals and interpolation that the purchase models share."""

from functools import lru_cache
from math import asinh, ceil, cos, exp, expm1, log, log1p, pi, sqrt

WEIGHT_DEPTH = 21.0
TAIL_START = 3e-5


@lru_cache(maxsize=64)
def legendre(count):
    """Nodes and weights of the Gauss-Legendre rule on (0, 1).

    :param int count: number of nodes, >= 1
    :return: (node, weight) pairs, exact for polynomials of degree 2 count - 1
    :rtype: tuple
    Source: Abramowitz & Stegun (1964), 25.4.30; roots by Newton's method.

    >>> round(sum(weight * node ** 7 for node, weight in legendre(4)), 12)
    0.125
    """
    return tuple(_legendre_node(count, i) for i in range(count))


def _legendre_node(count, i):
    root = cos(pi * (i + 0.75) / (count + 0.5))
    for _step in range(8):
        value, before = root, 1.0
        for k in range(2, count + 1):
            value, before = ((2 * k - 1) * root * value - (k - 1) * before) / k, value
        slope = count * (root * value - before) / (root * root - 1)
        root -= value / slope
    return (1 + root) / 2, 1 / ((1 - root * root) * slope * slope)


def beta_nodes(a, b, sharpness):
    """Nodes and weights for the mean of a function of p ~ Beta(a, b).

    The trapezoidal rule over the logit of p. A function such as (1 + p z)^-s is
    analytic there in a strip whose width depends on no parameter, so that some
    fifty nodes give seven digits for any a, b and z. Where p or 1 - p is too small
    to matter the rest of the sum is geometric and becomes one node at its mean.

    :param float a: first shape, > 0
    :param float b: second shape, > 0
    :param float sharpness: z s, the steepest relative slope of the function
    :return: (p, weight) pairs; the weights sum to one
    :rtype: list
    Source: Trefethen & Weideman (2014), SIAM Review 56, section 5.

    >>> nodes = beta_nodes(0.8, 2.6, 10.0)
    >>> round(sum(weight * p for p, weight in nodes), 8), round(0.8 / 3.4, 8)
    (0.23529412, 0.23529412)
    """
    centre = log(a) - log(b)
    step = min(0.45, 0.55 * sqrt(1 / a + 1 / b))
    peak = a * log1p(exp(-centre)) + b * log1p(exp(centre))
    depth = WEIGHT_DEPTH + log1p(sharpness)
    edge = log(TAIL_START / (1 + max(sharpness, a + b)))
    left = _half_line(a, b, centre, step, peak, depth, edge)
    right = _half_line(b, a, -centre, step, peak, depth, edge)
    nodes = left + [(1 - q, weight) for q, weight in right[1:]]
    total = sum(weight for _p, weight in nodes)
    return [(p, weight / total) for p, weight in nodes]


def _half_line(a, b, logit, step, peak, depth, edge):
    """Nodes from the centre of the weight towards p = 0, the last being the tail."""
    nodes = []
    while True:
        growth = exp(logit)
        depth_here = a * log1p(1 / growth) + b * log1p(growth) - peak
        nodes.append((growth / (1 + growth), exp(-depth_here)))
        if depth_here > depth:
            return nodes
        if logit < edge:
            break
        logit -= step
    height = exp(peak + a * logit)
    moment = height * exp(logit) / expm1((a + 1) * step)
    mass = height / expm1(a * step) - (a + b) * moment
    nodes.append((moment / mass, mass))
    return nodes


def log_table(function, low, high, digits=6):
    """Table two functions of log(x), so that :func:`interpolate` finds them between.

    The number of points gives at least the wanted digits for functions that are
    analytic in x but for negative x.

    :param callable function: log(x) -> (first, second)
    :param float low: smallest x, > 0
    :param float high: largest x, > low
    :param int digits: decimal digits wanted
    :return: (log(x), barycentric weight, first, second) at Chebyshev points
    :rtype: list
    Source: Trefethen (2013), Approximation Theory and Practice, theorem 8.2.

    >>> len(log_table(lambda at: (at, at), 6.0, 300.0))
    15
    """
    middle, half = (log(high) + log(low)) / 2, (log(high) - log(low)) / 2
    count = log_points(low, high, digits)
    table = []
    for i in range(count + 1):
        at = middle + half * cos(pi * i / count)
        sign = -1.0 if i % 2 else 1.0
        table.append((at, sign / 2 if i in (0, count) else sign, *function(at)))
    return table


def log_points(low, high, digits=6):
    """How many intervals :func:`log_table` needs.

    >>> log_points(6.0, 300.0), log_points(100.0, 110.0)
    (14, 5)
    """
    half = max((log(high) - log(low)) / 2, 0.01)
    return 2 + ceil(digits * log(10) / asinh(pi / half))


def interpolate(table, at):
    """Both functions of a table between its points.

    :param list table: from :func:`log_table`
    :param float at: log(x) between its ends
    :return: (first, second)
    :rtype: tuple
    Source: Berrut & Trefethen (2004), SIAM Review 46, equation 5.4.

    >>> table = log_table(lambda at: (at * at, 5.0), 1.0, 9.0)
    >>> [round(value, 9) for value in interpolate(table, 2.0)]
    [4.0, 5.0]
    """
    bottom = first_top = second_top = 0.0
    for point, weight, first, second in table:
        if point == at:
            return first, second
        share = weight / (at - point)
        bottom += share
        first_top += share * first
        second_top += share * second
    return first_top / bottom, second_top / bottom
