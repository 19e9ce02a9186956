"""What the purchase models know of one customer."""

from math import isfinite
from typing import NamedTuple

MAX_REPEATS = 100_000


class History(NamedTuple):
    """Repeat purchases, in the letters of the papers.

    ``x`` repeat purchase days (the first left out), ``t_x`` weeks from first to
    last purchase, ``T`` weeks from first purchase to the day of valuation.
    """

    x: int
    t_x: float
    T: float


def check_history(x, t_x, T):
    """Refuse a history that cannot have happened.

    :param int x: repeat purchase days
    :param float t_x: weeks from first to last purchase
    :param float T: weeks from first purchase to the day of valuation
    :raises ValueError: unless 0 <= t_x <= T, x is a whole number of at most
        100,000 and a customer without repeats has t_x = 0

    >>> check_history(2, 30.43, 38.86)
    >>> check_history(2, 40.0, 38.86)
    Traceback (most recent call last):
    ValueError: Last purchase t_x = 40.0 must lie between 0 and the age T = 38.86.
    """
    if x != x or not 0 <= x <= MAX_REPEATS or x != int(x):
        raise ValueError(
            f"Repeat purchases x = {x} must be a whole number of 0 to {MAX_REPEATS}."
        )
    if not (isfinite(T) and 0 <= t_x <= T):
        raise ValueError(
            f"Last purchase t_x = {t_x} must lie between 0 and the age T = {T}."
        )
    if not x and t_x:
        raise ValueError(f"A customer without repeats has t_x = 0, not {t_x}.")


def check_ahead(horizon, weekly_rate=0.0):
    """Refuse a horizon or discount rate that no forecast can be made for.

    :param float horizon: weeks ahead
    :param float weekly_rate: continuous discount rate a week
    :raises ValueError: if either is negative or not finite

    >>> check_ahead(-1)
    Traceback (most recent call last):
    ValueError: The horizon of -1 weeks must be finite and not negative.
    """
    if not (isfinite(horizon) and horizon >= 0):
        raise ValueError(
            f"The horizon of {horizon} weeks must be finite and not negative."
        )
    if not (isfinite(weekly_rate) and weekly_rate >= 0):
        raise ValueError(
            f"The weekly rate of {weekly_rate} must be finite and not negative."
        )
