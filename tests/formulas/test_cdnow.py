"""Published figures on CDNOW: calibration to 1997-09-30, unit weeks."""

import pytest

from formulas import bg_nbd, gamma_gamma, mbg_nbd

from .common import HOLDOUT_WEEKS, history, read_cdnow


def test_data_is_the_published_sample(cdnow_rows, cdnow_amounts):
    """2,357 customers, 946 of them with repeats, as in the papers."""
    assert sum(row[3] for row in cdnow_rows) == 2357
    assert len(cdnow_amounts) == 946


def test_bg_nbd_as_published(cdnow_rows):
    """Fader, Hardie & Lee (2005), table 2."""
    found = bg_nbd.fit(cdnow_rows)
    assert found.converged
    assert found.customer_count == 2357
    assert found.params == pytest.approx((0.243, 4.414, 0.793, 2.426), rel=0.005)
    assert found.log_likelihood == pytest.approx(-9582.4, abs=0.1)
    assert bg_nbd.log_likelihood(found.params, cdnow_rows) == pytest.approx(
        found.log_likelihood, abs=1e-6
    )


def test_mbg_nbd_as_published(cdnow_rows):
    """Batislam, Denizel & Filiztekin (2007)."""
    found = mbg_nbd.fit(cdnow_rows)
    assert found.converged
    assert found.params == pytest.approx((0.5248, 6.1831, 0.8914, 1.6140), rel=0.0002)
    assert found.log_likelihood == pytest.approx(-9582.1, abs=0.1)


def test_gamma_gamma_as_published(cdnow_amounts):
    """Fader & Hardie (2013): 946 means of repeat days, the first day left out."""
    found = gamma_gamma.fit(cdnow_amounts)
    assert found.converged
    assert found.params == pytest.approx((6.25, 3.74, 15.44), rel=0.005)
    assert found.log_likelihood == pytest.approx(-4055.9, abs=0.1)


def test_conditional_expectation_as_published():
    """The worked example of Fader, Hardie & Lee's spreadsheet note: 1.226."""
    params = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426)
    customer = bg_nbd.History(2, 30.43, 38.86)
    assert bg_nbd.expected_purchases(params, customer, 39) == pytest.approx(
        1.226, abs=0.0005
    )


@pytest.mark.parametrize("module", [mbg_nbd, bg_nbd])
def test_holdout_is_forecast(cdnow_rows, module):
    """All repeats by week 78 within 7.5 percent, and the best fifth recognised."""
    params = module.fit(cdnow_rows).params
    expected = module.expected_total(params, cdnow_rows, HOLDOUT_WEEKS)
    cdnow = read_cdnow()
    later = cdnow.later_repeats()
    repeats = sum(row[0] * row[3] for row in cdnow_rows)
    assert repeats + expected == pytest.approx(repeats + sum(later), rel=0.075)
    forecasts = [
        module.expected_purchases(params, history(days), HOLDOUT_WEEKS)
        for days in cdnow.customers
    ]
    assert sum(forecasts) == pytest.approx(expected, rel=1e-6)
    ranked = [real for _e, real in sorted(zip(forecasts, later, strict=True))]
    fifth = len(ranked) // 5
    assert sum(ranked[-fifth:]) > 0.6 * sum(ranked)


def test_calibration_is_reproduced_in_total(cdnow_rows):
    """Expected repeats of all cohorts by their age come near those that were made."""
    params = mbg_nbd.fit(cdnow_rows).params
    expected = sum(
        mbg_nbd.expected_repeats(params, row[2]) * row[3] for row in cdnow_rows
    )
    assert expected == pytest.approx(
        sum(row[0] * row[3] for row in cdnow_rows), rel=0.03
    )
