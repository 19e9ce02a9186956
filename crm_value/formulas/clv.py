"""Customer lifetime value: by the model, or simply where data is too thin for it."""

from math import floor, isfinite, log1p
from typing import NamedTuple

WEEKS_A_YEAR = 365.25 / 7


class Reason(NamedTuple):
    """Why the data gate is shut: the figure, and what it should at least be."""

    code: str
    actual: float
    required: float


def model_clv(alive, discounted_if_alive, mean_margin):
    """Discounted margin expected of one customer over the horizon.

    :param float alive: probability that he is still a customer, 0 to 1
    :param float discounted_if_alive: discounted purchases over the horizon if he is,
        >= 0
    :param float mean_margin: expected margin of one purchase, in money; may be
        negative
    :return: money
    :rtype: float
    :raises ValueError: if a figure is not finite or out of range
    Source: Fader, Hardie & Lee (2005), J. of Marketing Research 42, 415-430.

    >>> round(model_clv(0.5, 4.0, 30.0), 2)
    60.0
    """
    if not 0 <= alive <= 1:
        raise ValueError(f"The probability {alive} must lie between 0 and 1.")
    if not (isfinite(discounted_if_alive) and discounted_if_alive >= 0):
        raise ValueError(
            f"The discounted purchases {discounted_if_alive} must not be negative."
        )
    if not isfinite(mean_margin):
        raise ValueError(f"The mean margin {mean_margin} is no finite amount.")
    return alive * discounted_if_alive * mean_margin


def simple_clv(yearly_margin, retention, horizon_years, discount_rate):
    """Discounted yearly margin as long as a customer is retained.

    The margin of year k comes with chance retention ** k and is discounted by k years;
    of a last, incomplete year that fraction counts.

    :param float yearly_margin: after cost to serve, in money; may be negative
    :param float retention: share of such customers that stay for another year, 0 to 1
    :param float horizon_years: years ahead, >= 0
    :param float discount_rate: a year, > -1 (0.1 is ten percent)
    :return: money
    :rtype: float
    :raises ValueError: if a figure is not finite or out of range
    Source: Gupta & Lehmann (2003), J. of Interactive Marketing 17, 9-24.

    >>> round(simple_clv(100.0, 0.8, 2.5, 0.1), 2)
    144.85
    """
    if not isfinite(yearly_margin):
        raise ValueError(f"The yearly margin {yearly_margin} is no finite amount.")
    if not 0 <= retention <= 1:
        raise ValueError(f"The retention {retention} must lie between 0 and 1.")
    if not (isfinite(horizon_years) and 0 <= horizon_years <= 100):
        raise ValueError(f"The horizon of {horizon_years} years must be 0 to 100.")
    _check_rate(discount_rate)
    factor = retention / (1 + discount_rate)
    years = floor(horizon_years)
    whole = sum(factor**year for year in range(1, years + 1))
    return yearly_margin * (whole + (horizon_years - years) * factor ** (years + 1))


def smoothed_retention(retained, total, prior_share=0.5, prior_count=2.0):
    """Share of customers who stayed, not trusting small groups.

    The mean of a beta distribution: as if ``prior_count`` more customers had been seen,
    of whom ``prior_share`` stayed. The defaults are Laplace's rule (k + 1) / (n + 2).

    :param int retained: customers who stayed
    :param int total: customers there were, >= retained
    :param float prior_share: share to start from, 0 to 1
    :param float prior_count: weight of that start in customers, > 0
    :return: share, 0 to 1
    :rtype: float
    :raises ValueError: if a figure is out of range
    Source: Laplace (1814), Essai philosophique sur les probabilites.

    >>> smoothed_retention(2, 2), smoothed_retention(0, 0)
    (0.75, 0.5)
    """
    if not 0 <= retained <= total:
        raise ValueError(f"{retained} of {total} customers cannot have stayed.")
    if not (0 <= prior_share <= 1 and prior_count > 0):
        raise ValueError(
            f"The prior of {prior_share} with weight {prior_count} is out of range."
        )
    return (retained + prior_share * prior_count) / (total + prior_count)


def weekly_rate(yearly_discount_rate):
    """Continuous discount rate a week.

    :param float yearly_discount_rate: > -1 (0.1 is ten percent a year)
    :return: rate d with exp(-d * 52.18) = 1 / (1 + yearly rate)
    :rtype: float
    :raises ValueError: if the rate is -100 % or less
    Source: compound interest.

    >>> round(weekly_rate(0.1), 7)
    0.0018266
    """
    _check_rate(yearly_discount_rate)
    return log1p(yearly_discount_rate) / WEEKS_A_YEAR


def data_gate(
    buyer_count,
    span_days,
    three_purchase_count,
    min_buyers=500,
    min_days=180,
    min_three_purchases=1,
):
    """Whether there is data enough to fit the purchase model.

    :param int buyer_count: customers with a purchase
    :param int span_days: days from the first purchase of all to the valuation
    :param int three_purchase_count: customers with three purchases or more
    :param int min_buyers: customers needed
    :param int min_days: days needed
    :param int min_three_purchases: customers with three purchases needed
    :return: a Reason (``too_few_buyers``, ``too_short_span``, ``too_few_repeats``,
        with the figures) for each that falls short; empty when the gate is open
    :rtype: list
    Source: policy of this add-on.

    >>> data_gate(80, 400, 12)
    [Reason(code='too_few_buyers', actual=80, required=500)]
    """
    needs = [
        Reason("too_few_buyers", buyer_count, min_buyers),
        Reason("too_short_span", span_days, min_days),
        Reason("too_few_repeats", three_purchase_count, min_three_purchases),
    ]
    return [need for need in needs if need.actual < need.required]


def _check_rate(rate):
    if not (isfinite(rate) and rate > -1):
        raise ValueError(f"The discount rate {rate} must be above -1 (-100 %).")
