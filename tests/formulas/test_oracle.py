"""Against scipy and lifetimes, which compute the same another way."""

import random
from itertools import pairwise
from math import exp, log
from time import process_time

import pytest

from formulas import _quadrature, bg_nbd, gamma_gamma, mbg_nbd

WIDE = {"r": (0.05, 8), "alpha": (0.5, 60), "a": (0.05, 12), "b": (0.05, 20)}


def wide_cases(seed, count):
    draw = random.Random(seed)

    def spread(low, high):
        return exp(draw.uniform(log(low), log(high)))

    for _case in range(count):
        model = draw.choice([mbg_nbd.MbgNbd, bg_nbd.BgNbd])
        params = model(*(spread(*WIDE[name]) for name in model._fields))
        x = draw.choice([0, 0, 1, 2, 5, 20, 60])
        yield (
            params,
            x,
            draw.choice([0.0, 1 / 7, 5.0, 50.0, 250.0]),
            draw.choice([1, 26, 52, 156]),
        )


def published_form(hyp2f1, params, x, T, horizon):
    """Fader, Hardie & Lee (2005), equation 10, without its denominator."""
    r, alpha, a, b = params
    stayed = b + x + params.first_chance
    series = hyp2f1(r + x, stayed, a + stayed - 1, horizon / (alpha + T + horizon))
    kept = ((alpha + T) / (alpha + T + horizon)) ** (r + x)
    return (a + stayed - 1) / (a - 1) * (1 - kept * series)


def test_expected_purchases_as_with_hypergeometric_function():
    """To a millionth, over four orders of magnitude of parameters."""
    special = pytest.importorskip("scipy.special")
    compared = 0
    for params, x, T, horizon in wide_cases(1, 400):
        oracle = published_form(special.hyp2f1, params, x, T, horizon)
        if abs(params.a - 1) < 0.05 or oracle < 1e-4:
            continue  # the published form loses its digits here
        ours = mbg_nbd.expected_purchases_if_alive(params, x, T, horizon)
        assert ours == pytest.approx(oracle, rel=1e-6), (params, x, T, horizon)
        compared += 1
    assert compared > 300


@pytest.mark.filterwarnings("ignore:The (maximum|occurrence)")
def test_discounted_purchases_as_by_quadrature():
    """The density of purchases integrated by scipy."""
    special = pytest.importorskip("scipy.special")
    integrate = pytest.importorskip("scipy.integrate")
    for params, x, T, horizon in wide_cases(2, 60):
        rate, shape, scale = 0.002, params.r + x, params.alpha + T
        stayed = params.b + x + params.first_chance

        def density(u, a=params.a, shape=shape, scale=scale, stayed=stayed):
            mean = special.hyp2f1(shape + 1, a, a + stayed, -u / scale)
            return shape / scale * mean * exp(-0.002 * u)

        cuts = [0] + [horizon * 10**-k for k in (4, 3, 2, 1, 0)]
        oracle = sum(
            integrate.quad(density, *between, epsabs=1e-12, epsrel=1e-8)[0]
            for between in pairwise(cuts)
        )
        ours = mbg_nbd.discounted_purchases_if_alive(params, x, T, horizon, rate)
        assert ours == pytest.approx(oracle, rel=1e-6), (params, x, T, horizon)


@pytest.mark.filterwarnings("ignore:The (maximum|occurrence)")
def test_beta_mean_as_by_quadrature():
    """The mean of a sharp function of p, for shapes from tiny to large."""
    special = pytest.importorskip("scipy.special")
    integrate = pytest.importorskip("scipy.integrate")
    for a in (1e-3, 0.3, 1.0, 7.0):
        for b in (0.02, 1.0, 30.0):
            for z, s in ((0.1, 1), (30.0, 2.5), (500.0, 40)):
                nodes = _quadrature.beta_nodes(a, b, z * s)
                ours = sum(weight * (1 + p * z) ** -s for p, weight in nodes)
                oracle, _error = integrate.quad(
                    lambda p, z=z, s=s: (1 + p * z) ** -s,
                    0,
                    1,
                    weight="alg",
                    wvar=(a - 1, b - 1),
                    limit=200,
                    epsabs=0,
                    epsrel=1e-9,
                )
                oracle /= special.beta(a, b)
                assert ours == pytest.approx(oracle, rel=1e-6), (a, b, z, s)
                assert len(nodes) < 130


def test_beta_moments_are_exact_for_large_shapes():
    """The first two moments are known without any integral."""
    for a, b in ((400.0, 5000.0), (1e5, 1e5), (0.01, 1e5), (1e5, 0.01), (1e-5, 1e-5)):
        nodes = _quadrature.beta_nodes(a, b, 100.0)
        first = sum(weight * p for p, weight in nodes)
        second = sum(weight * p * p for p, weight in nodes)
        assert first == pytest.approx(a / (a + b), rel=1e-6)
        assert second == pytest.approx(a / (a + b) * (a + 1) / (a + b + 1), rel=1e-6)


def test_digamma_as_scipy():
    """From the pole to a million."""
    special = pytest.importorskip("scipy.special")
    for x in (1e-6, 0.1, 0.5, 1.0, 1.4616, 2.0, 9.99, 10.0, 100.0, 1e6):
        assert gamma_gamma.digamma(x) == pytest.approx(
            special.digamma(x), rel=1e-13, abs=1e-13
        )


@pytest.mark.parametrize(
    "module, fitter",
    [
        (bg_nbd, "BetaGeoFitter"),
        (mbg_nbd, "ModifiedBetaGeoFitter"),
    ],
)
def test_fit_as_likely_as_that_of_lifetimes_and_faster(cdnow_rows, module, fitter):
    """Likelihood within 0.01 on the same data, in less time."""
    numpy = pytest.importorskip("numpy")
    fitters = pytest.importorskip("lifetimes")
    x, t_x, T, weight = numpy.array(cdnow_rows, float).T
    theirs = getattr(fitters, fitter)()
    began = process_time()
    theirs.fit(x, t_x, T, weights=weight)
    their_time = process_time() - began
    began = process_time()
    ours = module.fit(cdnow_rows)
    our_time = process_time() - began
    params = type(ours.params)(**theirs.params_)
    their_likelihood = -weight.sum() * theirs._negative_log_likelihood(
        numpy.log(list(params)), x, t_x, T, weight, 0.0
    )
    assert ours.log_likelihood == pytest.approx(their_likelihood, abs=0.01)
    assert module.log_likelihood(params, cdnow_rows) == pytest.approx(
        their_likelihood, abs=1e-6
    )
    assert our_time < their_time


@pytest.mark.parametrize(
    "module, fitter",
    [
        (bg_nbd, "BetaGeoFitter"),
        (mbg_nbd, "ModifiedBetaGeoFitter"),
    ],
)
def test_forecasts_as_those_of_lifetimes(cdnow_rows, module, fitter):
    """Probability active and expected purchases, customer by customer."""
    numpy = pytest.importorskip("numpy")
    fitters = pytest.importorskip("lifetimes")
    theirs = getattr(fitters, fitter)()
    ours = module.fit(cdnow_rows).params
    theirs.params_ = ours._asdict()
    for x, t_x, T, _weight in cdnow_rows[::29]:
        alive = numpy.ravel(theirs.conditional_probability_alive(x, t_x, T))[0]
        assert module.p_alive(ours, (x, t_x, T)) == pytest.approx(alive, rel=1e-9)
        expected = theirs.conditional_expected_number_of_purchases_up_to_time(
            39, x, t_x, T
        )
        assert module.expected_purchases(ours, (x, t_x, T), 39) == pytest.approx(
            numpy.ravel(expected)[0], rel=1e-6
        )


def test_gamma_gamma_as_that_of_lifetimes(cdnow_amounts):
    """Likelihood within 0.01, and the same expected amounts."""
    numpy = pytest.importorskip("numpy")
    fitters = pytest.importorskip("lifetimes")
    x, mean, weight = numpy.array(cdnow_amounts, float).T
    theirs = fitters.GammaGammaFitter()
    theirs.fit(x, mean)
    their_likelihood = -len(x) * theirs._negative_log_likelihood(
        numpy.log(list(theirs.params_)), x, mean, weight, 0.0
    )
    ours = gamma_gamma.fit(cdnow_amounts)
    assert ours.log_likelihood == pytest.approx(their_likelihood, abs=0.01)
    theirs.params_ = dict(zip("pqv", ours.params, strict=True))
    expected = theirs.conditional_expected_average_profit(x, mean)
    for (count, own, _one), value in zip(cdnow_amounts, expected, strict=True):
        assert gamma_gamma.expected_mean(ours.params, count, own) == pytest.approx(
            float(value), rel=1e-9
        )
