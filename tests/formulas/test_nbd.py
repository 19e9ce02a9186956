"""Properties of the purchase models that must hold for any data."""

import random
from math import isfinite, log

import pytest

from formulas import _likelihood, bg_nbd, mbg_nbd
from formulas.history import History

from .common import raises, simulate

MBG = mbg_nbd.MbgNbd(0.5248, 6.1831, 0.8914, 1.6140)
BG = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426)
BOTH = pytest.mark.parametrize("params", [MBG, BG])
FITS = pytest.mark.parametrize("module", [mbg_nbd, bg_nbd])


@BOTH
def test_slopes_are_those_of_the_likelihood(params, cdnow_rows):
    """Analytic slopes against differences of the likelihood."""
    rows = [*cdnow_rows[::7], (90, 3.0, 120.0, 2), (60, 51.0, 52.0, 3)]
    data = _likelihood.cohort(_likelihood.checked(rows))
    _value, slopes = _likelihood.evaluate(*params, params.first_chance, data)
    for name, slope in zip(params._fields, slopes, strict=True):
        step = 1e-5 * getattr(params, name)
        up = params._replace(**{name: getattr(params, name) + step})
        down = params._replace(**{name: getattr(params, name) - step})
        difference = mbg_nbd.log_likelihood(up, rows) - mbg_nbd.log_likelihood(
            down, rows
        )
        assert slope == pytest.approx(difference / (2 * step), rel=1e-5)


def test_likelihood_of_single_customers_by_hand():
    """Worked out with gamma functions: no repeat, and two of them."""
    one = mbg_nbd.log_likelihood(mbg_nbd.MbgNbd(1, 2, 3, 4), [(0, 0.0, 2.0, 1)])
    assert one == pytest.approx(log(4 / 7 * 2 / (2 + 2) + 3 / 7))
    two = bg_nbd.log_likelihood(bg_nbd.BgNbd(1, 2, 3, 4), [(2, 2.0, 2.0, 1)])
    assert two == pytest.approx(log(2 * 2 / 4**3 * 4 * 5 / (7 * 8) * (1 + 3 / 5)))
    late = mbg_nbd.log_likelihood(mbg_nbd.MbgNbd(1, 2, 3, 4), [(1, 1.0, 2.0, 1)])
    assert late == pytest.approx(log(2 * 4 * 5 / (7 * 8) * (4**-2 + 3 / 5 * 3**-2)))


@FITS
def test_weight_counts_as_many_customers(module):
    """A weight of three is three equal rows."""
    rows = [(0, 0.0, 20.0, 3), (2, 8.0, 22.0, 1), (1, 3.0, 30.0, 2), (5, 25.0, 31.0, 1)]
    apart = [(*row[:3], 1) for row in rows for _copy in range(row[3])]
    params = module.fit(rows).params
    assert module.log_likelihood(params, rows) == pytest.approx(
        module.log_likelihood(params, apart), rel=1e-12
    )
    assert module.fit(apart).params == pytest.approx(params, rel=1e-4)


@FITS
def test_fit_does_not_depend_on_order(module, cdnow_rows):
    """Shuffled rows give the same bits."""
    shuffled = list(cdnow_rows)
    random.Random(7).shuffle(shuffled)
    assert module.fit(shuffled) == module.fit(reversed(cdnow_rows))


@FITS
def test_fit_does_not_depend_on_the_unit_of_time(module, cdnow_rows):
    """In days instead of weeks only alpha changes, by the factor seven."""
    weeks = module.fit(cdnow_rows).params
    days = module.fit([(x, 7 * t, 7 * T, n) for x, t, T, n in cdnow_rows]).params
    assert days == pytest.approx(weeks._replace(alpha=7 * weeks.alpha), rel=1e-4)


@FITS
def test_simulated_parameters_are_recovered(module):
    """The likelihood cannot tell the fit from the truth, which lies near."""
    truth = (0.6, 7.0, 0.9, 1.8)
    first_chance = 1 if module is mbg_nbd else 0
    customers = simulate(truth, first_chance, 6000, seed=11)
    rows = [(x, t_x, T, 1) for x, t_x, T, _alive, _later in customers]
    found = module.fit(rows)
    at_truth = module.log_likelihood(type(found.params)(*truth), rows)
    assert found.converged
    assert 0 <= found.log_likelihood - at_truth < 9.5  # chi square, 4 degrees, 0.1 %
    assert found.params == pytest.approx(truth, rel=0.25)


@FITS
def test_forecasts_come_true_in_simulation(module):
    """Purchases and customers still there, in total and for those with repeats."""
    truth = mbg_nbd.MbgNbd(0.6, 7.0, 0.9, 1.8)
    if module is bg_nbd:
        truth = bg_nbd.BgNbd(*truth)
    customers = simulate(truth, truth.first_chance, 12_000, seed=5, later_weeks=40)
    for least in (0, 1):
        some = [customer for customer in customers if customer[0] >= least]
        alive = sum(module.p_alive(truth, customer[:3]) for customer in some)
        assert alive == pytest.approx(sum(c[3] for c in some), rel=0.04)
        rows = [(*customer[:3], 1) for customer in some]
        expected = module.expected_total(truth, rows, 40)
        assert expected == pytest.approx(sum(c[4] for c in some), rel=0.05)


@BOTH
def test_later_last_purchase_means_more_alive(params):
    """Monotone in recency, strictly between 0 and 1."""
    shares = [mbg_nbd.p_alive(params, History(3, t, 50.0)) for t in range(0, 51, 5)]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 1


@BOTH
def test_silence_lowers_the_chance_and_extremes_stay_bounded(params):
    """Longer silence, less alive; ten thousand purchases and then silence: zero."""
    shares = [mbg_nbd.p_alive(params, (4, 30.0, 30.0 + w)) for w in range(0, 200, 10)]
    assert shares == sorted(shares, reverse=True)
    assert mbg_nbd.p_alive(params, (10_000, 10.0, 5000.0)) == 0.0
    assert mbg_nbd.p_alive(params, (10_000, 5000.0, 5000.0)) > 0.99


@BOTH
def test_figures_beyond_the_largest_float_are_taken_by_their_limit(params):
    """Odds of e to the 570 up to e to the 1,140."""
    for x in range(100, 200, 5):
        assert mbg_nbd.p_alive(params, (x, 10.0, 5000.0)) < 1e-200
        left = mbg_nbd.log_likelihood(params, [(x, 10.0, 5000.0, 1)])
        either = mbg_nbd.log_likelihood(params, [(x, 10.0, 10.0, 1)])
        odds = params.a / (params.b + x + params.first_chance - 1)
        assert left - either == pytest.approx(log(odds / (1 + odds)))


def test_one_time_buyer_is_sure_only_for_bg_nbd():
    """Why MBG/NBD is used: BG/NBD never doubts a customer without repeats."""
    assert bg_nbd.p_alive(BG, (0, 0.0, 500.0)) == 1.0
    assert mbg_nbd.p_alive(MBG, (0, 0.0, 500.0)) < 0.2


@BOTH
def test_expected_purchases_grow_with_horizon_ever_slower(params):
    """Zero weeks, zero purchases; increasing, concave, below the rate of now."""
    totals = [mbg_nbd.expected_purchases_if_alive(params, 2, 40.0, h) for h in range(9)]
    steps = [b - a for a, b in zip(totals, totals[1:], strict=False)]
    assert totals[0] == 0.0
    assert steps == sorted(steps, reverse=True)
    assert 0 < steps[-1] < steps[0] < (params.r + 2) / (params.alpha + 40)


@BOTH
def test_discounting_takes_away_within_bounds(params):
    """Between full discount at the end of the horizon and none."""
    plain = mbg_nbd.expected_purchases_if_alive(params, 1, 10.0, 104)
    for rate in (0.0, 1e-9, 0.001, 0.02, 1.0):
        worth = mbg_nbd.discounted_purchases_if_alive(params, 1, 10.0, 104, rate)
        assert plain * 2.718281828 ** (-rate * 104) <= worth <= plain * (1 + 1e-9)
    assert mbg_nbd.discounted_purchases_if_alive(params, 1, 10.0, 104, 0.0) == plain
    assert mbg_nbd.discounted_purchases_if_alive(params, 1, 10.0, 0, 0.1) == 0.0


@BOTH
def test_table_agrees_with_single_calls(params):
    """Interpolated or not, in the order asked, doubles included."""
    pairs = [(x, day / 7) for day in range(0, 900, 11) for x in (0, 1, 4, 30)]
    pairs += [(200, 3.0), (0, 0.0), (0, 0.0)]
    table = mbg_nbd.prediction_table(params, iter(pairs), 156, 0.002)
    assert [(row.x, row.T) for row in table] == pairs
    for row in table[::13] + table[-3:]:
        plain = mbg_nbd.expected_purchases_if_alive(params, row.x, row.T, 156)
        worth = mbg_nbd.discounted_purchases_if_alive(params, row.x, row.T, 156, 0.002)
        assert row.expected_if_alive == pytest.approx(plain, rel=1e-6)
        assert row.discounted_if_alive == pytest.approx(worth, rel=1e-6)
    assert mbg_nbd.prediction_table(params, [], 156, 0.002) == []


def test_no_singularity_where_a_is_one():
    """The published form divides by a - 1; ours runs through smoothly."""
    below, at, above = (
        mbg_nbd.expected_purchases_if_alive(MBG._replace(a=a), 2, 20.0, 52)
        for a in (1 - 1e-6, 1.0, 1 + 1e-6)
    )
    assert below > at > above
    assert above == pytest.approx(below, rel=1e-5)


@pytest.mark.parametrize(
    "rows",
    [
        [(1, 0.1, 52.0, 1)],
        [(1, 30.0, 30.0, 1)],
        [(5, 30.0, 30.0, 10)],
        [(1, 3.0, 30.0, 10), (0, 0.0, 30.0, 10)],
        [(1000, 30.0, 30.0, 10), (0, 0.0, 30.0, 10)],
        [(1000, 3.0, 300.0, 10), (0, 0.0, 30.0, 10)],
        [(1, 0.0, 0.0, 1), (1, 1.0, 1.0, 1)],
        [(0, 0.0, 0.0, 5), (3, 1e-9, 1e-9, 1)],
        [(2, 1e6, 1e7, 1)],
    ],
)
@FITS
def test_degenerate_customers_never_give_nan(module, rows):
    """All alike, one alone, bought on the same day: figures stay finite."""
    found = module.fit(rows)
    assert isfinite(found.log_likelihood)
    assert all(isfinite(value) and value > 0 for value in found.params)
    pairs = [(0, 0.0), (1, 20.0), (1000, 300.0)]
    for row in module.prediction_table(found.params, pairs, 156, 0.002):
        assert 0 <= row.discounted_if_alive <= row.expected_if_alive * (1 + 1e-6)
        assert isfinite(row.expected_if_alive)


@FITS
def test_impossible_data_is_refused_by_name(module):
    """Each message names the figure."""
    raises("no customer", module.fit, [])
    raises("0 repeat purchases", module.fit, [(0, 0.0, 30.0, 9)])
    raises("in 0.0 weeks", module.fit, [(1, 0.0, 0.0, 9)])
    raises("t_x = 31.0", module.fit, [(1, 31.0, 30.0, 1)])
    raises("t_x = -1", module.fit, [(1, -1.0, 30.0, 1)])
    raises("T = nan", module.fit, [(1, 1.0, float("nan"), 1)])
    raises("t_x = nan", module.fit, [(1, float("nan"), 3.0, 1)])
    raises("T = inf", module.fit, [(1, 1.0, float("inf"), 1)])
    raises("x = -1", module.fit, [(-1, 1.0, 30.0, 1)])
    raises("x = 1.5", module.fit, [(1.5, 1.0, 30.0, 1)])
    raises("x = 100001", module.fit, [(100_001, 1.0, 30.0, 1)])
    raises("without repeats", module.fit, [(0, 1.0, 30.0, 1)])
    raises("weight 0", module.fit, [(1, 1.0, 30.0, 0)])
    raises("weight nan", module.fit, [(1, 1.0, 30.0, float("nan"))])


@BOTH
def test_impossible_questions_are_refused_by_name(params):
    """Horizon, rate and history out of range."""
    raises("horizon of -1", mbg_nbd.expected_purchases, params, (0, 0, 1), -1)
    raises("horizon of nan", mbg_nbd.prediction_table, params, [], float("nan"), 0)
    raises("rate of -0.1", mbg_nbd.prediction_table, params, [], 1, -0.1)
    raises("x = -1", mbg_nbd.expected_purchases_if_alive, params, -1, 3, 1)
    raises("T = -3", mbg_nbd.discounted_purchases_if_alive, params, 1, -3, 1, 0)
    raises("x = 1.5", mbg_nbd.prediction_table, params, [(1.5, 3.0)], 1, 0)
    raises("t_x = 9", mbg_nbd.p_alive, params, (2, 9, 3))
