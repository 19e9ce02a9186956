"""BG/NBD: kept to compare with published figures.

Like MBG/NBD, but nobody leaves after the first purchase, so that one-time buyers count
as alive for ever: use :mod:`mbg_nbd` to rank customers.
"""

from ._likelihood import fit_nbd, log_likelihood
from ._nbd import (
    BgNbd,
    Prediction,
    discounted_purchases_if_alive,
    expected_purchases,
    expected_purchases_if_alive,
    expected_repeats,
    expected_total,
    p_alive,
    prediction_table,
)
from .history import History
from .optimise import Fit

__all__ = [
    "BgNbd",
    "Fit",
    "History",
    "Prediction",
    "discounted_purchases_if_alive",
    "expected_purchases",
    "expected_purchases_if_alive",
    "expected_repeats",
    "expected_total",
    "fit",
    "log_likelihood",
    "p_alive",
    "prediction_table",
]


def fit(rows):
    """BG/NBD parameters that make the purchase histories most likely.

    :param iterable rows: (x, t_x, T, weight): repeat purchase days, weeks from first
        to last purchase, weeks since the first purchase, customers with these three
    :return: ``params`` (BgNbd), ``log_likelihood``, ``iterations``, ``converged``
        (False when the search gave up: do not use the figures), ``customer_count``
    :rtype: Fit
    :raises ValueError: without rows, without repeats, for an impossible row
    Source: Fader, Hardie & Lee (2005), Marketing Science 24, 275-284.

    >>> rows = [(0, 0.0, 30.0, 90), (1, 8.0, 30.0, 20), (2, 5.0, 28.0, 10),
    ...         (3, 25.0, 30.0, 5), (7, 12.0, 30.0, 2), (9, 29.0, 30.0, 1)]
    >>> found = fit(rows)
    >>> found.converged, round(found.log_likelihood, 2), found.customer_count
    (True, -332.77, 128)
    >>> round(log_likelihood(found.params, rows), 2)
    -332.77
    """
    return fit_nbd(BgNbd, rows)
