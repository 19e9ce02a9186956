"""The search for a minimum."""

from math import inf, nan

import pytest

from formulas.optimise import minimise, most_likely

from .common import raises


def rosenbrock(x):
    a, b = x
    return (1 - a) ** 2 + 100 * (b - a * a) ** 2, [
        -2 * (1 - a) - 400 * a * (b - a * a),
        200 * (b - a * a),
    ]


@pytest.mark.parametrize("start", [(-1.2, 1.0), (10.0, -5.0), (0.0, 0.0)])
def test_curved_valley_is_followed_to_its_end(start):
    """Rosenbrock's function from several starts."""
    found = minimise(rosenbrock, list(start))
    assert found.converged
    assert found.x == pytest.approx([1, 1], abs=1e-5)
    assert found.value == pytest.approx(0, abs=1e-10)
    assert found.iterations < 80


def test_four_variables_of_unequal_scale():
    """A quadratic whose curvatures differ by a million."""
    scales = [1e-3, 1.0, 30.0, 1e3]

    def bowl(x):
        return (
            sum(s * (v - i) ** 2 for i, (s, v) in enumerate(zip(scales, x))),  # noqa: B905
            [2 * s * (v - i) for i, (s, v) in enumerate(zip(scales, x))],  # noqa: B905
        )

    found = minimise(bowl, [9.0, 9.0, 9.0, 9.0], tolerance=1e-9)
    assert found.converged
    assert found.x == pytest.approx([0, 1, 2, 3], abs=1e-5)


def test_points_outside_the_domain_are_stepped_back_from():
    """Infinity and NaN on the way count as too far, never as a result."""

    def walled(x):
        if x[0] <= 0:
            return nan, [nan]
        return (inf, [0.0]) if x[0] > 50 else (x[0] + 1 / x[0], [1 - 1 / x[0] ** 2])

    found = minimise(walled, [20.0])
    assert found.converged
    assert found.x == pytest.approx([1.0], abs=1e-5)


def test_start_outside_the_domain_is_refused():
    """Nothing can be searched from where there is no value."""
    raises("not finite at the start", minimise, lambda x: (nan, [1.0]), [1.0])
    raises("not finite at the start", minimise, lambda x: (1.0, [inf]), [1.0])


def test_no_iteration_left_is_no_convergence():
    """Whoever gives up says so."""
    found = minimise(rosenbrock, [-1.2, 1.0], max_iterations=3)
    assert not found.converged
    assert found.iterations == 3


def test_unbounded_descent_is_no_convergence():
    """A slope without end is given up."""
    assert not minimise(lambda x: (x[0], [1.0]), [0.0]).converged


def test_many_rows_are_fitted_like_few():
    """The trial run on every n-th row does not change the answer."""

    def waits(rows):
        size, total = len(rows), sum(rows)
        return size, lambda a: (
            size * __import__("math").log(a) - a * total,
            [size / a - total],
        )

    rows = [1 + i % 7 for i in range(70_000)]
    fit = most_likely(float, waits, rows, [1.0])
    assert fit.converged
    assert fit.params == pytest.approx(1 / 4, rel=1e-6)
    assert fit.customer_count == 70_000
    assert fit.iterations < most_likely(float, waits, rows[:7000], [1.0]).iterations


def test_supremum_at_infinity_ends_with_a_finite_parameter():
    """Where more is always better the search stops at the bound."""
    fit = most_likely(float, lambda rows: (1, lambda a: (-1 / a, [1 / a**2])), [0], [1])
    assert fit.converged
    assert 1e4 < fit.params < inf
