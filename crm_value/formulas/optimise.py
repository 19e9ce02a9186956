"""Minimum of a smooth function of a few variables, without numpy."""

from math import atanh, exp, inf, isfinite, log, tanh
from typing import Any, NamedTuple

SUFFICIENT_DECREASE = 1e-4
ENOUGH_CURVATURE = 0.9
MAX_TRIALS = 60
# A descent by a smaller share of the value than this is lost in rounding.
VISIBLE_DESCENT = 2.0**-52
ROUNDING = 100
LOG_BOUND = 12.0
PILOT_ROWS = 4000


class Minimum(NamedTuple):
    """Where :func:`minimise` ended."""

    x: list
    value: float
    iterations: int
    converged: bool
    inverse: Any  # the inverse Hessian as far as it is known, a list of rows or None


class Fit(NamedTuple):
    """Parameters found by maximum likelihood, and how sure the search is."""

    params: Any
    log_likelihood: float
    iterations: int
    converged: bool
    customer_count: float


class _Point(NamedTuple):
    x: list
    value: float
    grad: list


def most_likely(model, likelihood_of, rows, start):
    """Positive parameters under which many rows are most likely.

    The search runs over the logarithms of the parameters, bent so that none leaves
    exp(-12) to exp(12): where the likelihood still rises at infinity (all customers
    alike, nobody ever leaving) it ends there with finite figures. Of many rows every
    n-th is tried first; after that a few passes over all of them are enough.

    :param type model: called with the parameters found
    :param callable likelihood_of: rows -> (customers, function), where the function
        takes the parameters and returns (log-likelihood, list of slopes)
    :param list rows: in an order in which every n-th is a fair sample
    :param list start: first guess of the parameters, each > 0
    :return: the fit; ``converged`` is False when the search gave up
    :rtype: Fit
    :raises ValueError: if the likelihood at the start is not finite
    Source: :func:`minimise`.

    >>> def waits(rows):
    ...     size, total = len(rows), sum(rows)
    ...     return size, lambda a: (size * log(a) - a * total, [size / a - total])
    >>> round(most_likely(float, waits, [1.0, 2.0, 3.0], [1.0]).params, 6)
    0.5
    """
    free, inverse = [_freed(value) for value in start], None
    if len(rows) > 4 * PILOT_ROWS:
        pilot = minimise(_cost(*likelihood_of(rows[:: len(rows) // PILOT_ROWS])), free)
        if pilot.converged and max(map(abs, pilot.x)) < LOG_BOUND:
            free, inverse = pilot.x, pilot.inverse
    size, likelihood = likelihood_of(rows)
    found = minimise(_cost(size, likelihood), free, inverse=inverse)
    return Fit(
        model(*(exp(LOG_BOUND * tanh(value / LOG_BOUND)) for value in found.x)),
        -found.value * size,
        found.iterations,
        found.converged,
        size,
    )


def _freed(value):
    """The unbounded figure that stands for a parameter."""
    share = log(value) / LOG_BOUND
    return LOG_BOUND * atanh(max(-0.9, min(0.9, share)))


def _cost(size, likelihood):
    """Mean cost of a customer as a function of the unbounded figures."""

    def cost(free):
        shares = [tanh(figure / LOG_BOUND) for figure in free]
        values = [exp(LOG_BOUND * share) for share in shares]
        value, slopes = likelihood(*values)
        grad = [
            -slope * parameter * (1 - share * share) / size
            for slope, parameter, share in zip(slopes, values, shares, strict=True)
        ]
        return -value / size, grad

    return cost


def minimise(f_and_grad, start, tolerance=1e-7, max_iterations=200, inverse=None):
    """Local minimum by the BFGS method with a weak Wolfe line search.

    A trial point where the function is not finite counts as too long a step. Where
    rounding hides any further descent, slopes of a hundred tolerances count as flat.

    :param callable f_and_grad: list of floats -> (value, list of slopes)
    :param list start: first guess, one float a variable
    :param float tolerance: largest slope at which the search stops, > 0
    :param int max_iterations: line searches after which it gives up
    :param list inverse: rows of the inverse Hessian where it is known, or None
    :return: ``x``, ``value``, ``iterations``, ``converged`` (whether every slope came
        down to the tolerance) and ``inverse``
    :rtype: Minimum
    :raises ValueError: if value or slopes at the start are not finite
    Source: Nocedal & Wright (2006), Numerical Optimization, algorithm 6.1;
    Lewis & Overton (2013), Mathematical Programming 141, algorithm 2.6.

    >>> def bowl(x):
    ...     return (x[0] - 3) ** 2 + 10 * x[1] ** 2, [2 * (x[0] - 3), 20 * x[1]]
    >>> found = minimise(bowl, [0.0, 1.0])
    >>> [round(value, 6) + 0 for value in found.x], found.converged
    ([3.0, 0.0], True)
    """
    here = _evaluate(f_and_grad, [float(value) for value in start])
    if here.value == inf:
        raise ValueError(f"The function is not finite at the start {start}.")
    iteration = 0
    while iteration < max_iterations and _steepest(here.grad) > tolerance:
        iteration += 1
        there = _line_search(f_and_grad, here, _direction(inverse, here.grad))
        if there is not None:
            inverse = _update(inverse, here, there)
            here = there
        elif inverse is None:
            tolerance *= ROUNDING
            break
        else:
            inverse = None
    done = _steepest(here.grad) <= tolerance
    return Minimum(here.x, here.value, iteration, done, inverse)


def _evaluate(f_and_grad, x):
    value, grad = f_and_grad(x)
    if not isfinite(value) or not all(map(isfinite, grad)):
        return _Point(x, inf, grad)
    return _Point(x, value, grad)


def _steepest(grad):
    return max(map(abs, grad), default=0.0)


def _dot(left, right):
    return sum(a * b for a, b in zip(left, right, strict=True))


def _direction(inverse, grad):
    """Downhill: Newton's step by the inverse Hessian, a unit step without one."""
    if inverse is None:
        length = max(1.0, _dot(grad, grad) ** 0.5)
        return [-slope / length for slope in grad]
    return [-_dot(row, grad) for row in inverse]


def _line_search(f_and_grad, here, direction):
    """First point along the direction that is low and flat enough, or None."""
    slope = _dot(here.grad, direction)
    if slope >= 0:
        return None
    low, high, step = 0.0, inf, 1.0
    for _trial in range(MAX_TRIALS):
        if -slope * step < VISIBLE_DESCENT * abs(here.value):
            break
        x = [a + step * b for a, b in zip(here.x, direction, strict=True)]
        there = _evaluate(f_and_grad, x)
        if there.value > here.value + SUFFICIENT_DECREASE * step * slope:
            high = step
        elif _dot(there.grad, direction) < ENOUGH_CURVATURE * slope:
            low = step
        else:
            return there
        step = 2 * step if high == inf else (low + high) / 2
    return None


def _update(inverse, here, there):
    """Inverse Hessian after one step, kept positive definite."""
    size = range(len(here.x))
    step = [b - a for a, b in zip(here.x, there.x, strict=True)]
    change = [b - a for a, b in zip(here.grad, there.grad, strict=True)]
    curvature = _dot(step, change)
    if curvature <= 0:
        return inverse
    if inverse is None:
        scale = curvature / _dot(change, change)
        inverse = [[scale if i == j else 0.0 for j in size] for i in size]
    bent = [_dot(row, change) for row in inverse]
    growth = 1 + _dot(change, bent) / curvature
    return [
        [
            inverse[i][j]
            + (growth * step[i] * step[j] - bent[i] * step[j] - step[i] * bent[j])
            / curvature
            for j in size
        ]
        for i in size
    ]
