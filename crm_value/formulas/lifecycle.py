"""Where a customer stands in his life with the company, from his own cycle."""

from datetime import timedelta
from math import floor, inf
from typing import Any, NamedTuple

YEAR_DAYS = 365


class Thresholds(NamedTuple):
    """When a stage begins; all values of the policy.

    ``new_days`` and ``won_back_days`` in days; ``growth_ratio`` and ``decline_ratio``
    of twelve months' margin against the twelve before; ``dormant_cycles`` and
    ``lost_cycles`` of silence; ``own_cycle_purchases`` from which on a customer's own
    cycle counts; ``shortest_cycle_days`` below which no cycle is taken;
    ``fallback_cycle_days`` where neither the customer nor the company has a cycle yet.
    """

    new_days: int = 90
    growth_ratio: float = 1.2
    decline_ratio: float = 0.8
    dormant_cycles: float = 1.5
    lost_cycles: float = 3.0
    won_back_days: int = 365
    own_cycle_purchases: int = 3
    shortest_cycle_days: float = 1.0
    fallback_cycle_days: float = 90.0


class Stage(NamedTuple):
    """A stage, the code of its reason, and since when.

    ``since`` is None where the customer's own dates do not tell (prospect, growing,
    mature, declining): there the day counts on which a valuation first saw the stage.
    """

    stage: str
    reason: str
    since: Any


DEFAULT = Thresholds()


def stage(
    first_date,
    last_date,
    purchase_count,
    cycle_days,
    company_cycle_days,
    last_year_amount,
    previous_year_amount,
    won_back_date,
    has_pipeline,
    as_of,
    thresholds=DEFAULT,
):
    """Life-cycle stage of one customer.

    In this order: prospect (no purchase), new, lost, dormant, won back, growing,
    declining, mature. So a new customer is never lost before the time of newness is
    over, and one who was won back and falls silent is lost again.

    :param date first_date: first purchase, None without one
    :param date last_date: last purchase, None without one
    :param int purchase_count: purchase days so far
    :param float cycle_days: customer's median gap between purchases, or None
    :param float company_cycle_days: median of the company's customers, or None
    :param float last_year_amount: margin of the last twelve months, or None
    :param float previous_year_amount: margin of the twelve months before, or None
    :param date won_back_date: first purchase after having been lost, or None
    :param bool has_pipeline: whether an enquiry or quotation is open
    :param date as_of: day of valuation
    :param Thresholds thresholds: of the policy
    :return: ``stage`` (prospect, new, growing, mature, declining, dormant, lost,
        won_back), ``reason`` code and ``since``
    :rtype: Stage
    :raises ValueError: if dates contradict each other or a cycle is not positive
    Source: policy of this add-on.

    >>> from datetime import date
    >>> stage(date(2024, 1, 1), date(2025, 1, 1), 9, 30, 60, 0, 500, None, False,
    ...       date(2025, 3, 1))
    Stage(stage='dormant', reason='silent_for_dormant_cycles', \
since=datetime.date(2025, 2, 16))
    """
    if not purchase_count:
        reason = "open_pipeline" if has_pipeline else "no_purchase"
        return Stage("prospect", reason, None)
    _check_dates(first_date, last_date, as_of)
    cycle = effective_cycle(purchase_count, cycle_days, company_cycle_days, thresholds)
    if (as_of - first_date).days < max(thresholds.new_days, cycle):
        return Stage("new", "first_purchase_recent", first_date)
    for name, cycles in (
        ("lost", thresholds.lost_cycles),
        ("dormant", thresholds.dormant_cycles),
    ):
        since = last_date + timedelta(days=floor(round(cycles * cycle, 6)) + 1)
        if as_of >= since:
            return Stage(name, f"silent_for_{name}_cycles", since)
    if won_back_date and (as_of - won_back_date).days < thresholds.won_back_days:
        return Stage("won_back", "bought_after_lost", won_back_date)
    was_customer = (as_of - first_date).days >= YEAR_DAYS
    return _by_growth(last_year_amount, previous_year_amount, was_customer, thresholds)


def effective_cycle(purchase_count, cycle_days, company_cycle_days, thresholds=DEFAULT):
    """Days between purchases by which a customer's silence is judged.

    :param int purchase_count: purchase days so far
    :param float cycle_days: customer's median gap, or None
    :param float company_cycle_days: median of the company's customers, or None
    :param Thresholds thresholds: of the policy
    :return: days, > 0: the customer's own cycle from three purchases on, else the
        company's, else the fallback
    :rtype: float
    :raises ValueError: if a cycle is not positive

    >>> effective_cycle(5, 20, 45), effective_cycle(2, 20, 45)
    (20, 45)
    """
    for name, days in (("Own", cycle_days), ("Company", company_cycle_days)):
        if days is not None and not days > 0:
            raise ValueError(f"{name} cycle of {days} days must be positive.")
    if purchase_count < thresholds.own_cycle_purchases or cycle_days is None:
        cycle_days = company_cycle_days
    if cycle_days is None:
        cycle_days = thresholds.fallback_cycle_days
    return max(cycle_days, thresholds.shortest_cycle_days)


def _check_dates(first_date, last_date, as_of):
    if not (first_date and last_date and first_date <= last_date <= as_of):
        raise ValueError(
            f"First purchase {first_date}, last purchase {last_date} and valuation"
            f" {as_of} must be known and follow each other."
        )


def _by_growth(last, previous, was_customer, thresholds):
    """Growing, declining or mature by the margin of two years."""
    if last is None or previous is None or not was_customer:
        return Stage("mature", "no_year_to_compare", None)
    if previous > 0:
        ratio = last / previous
    else:
        ratio = inf if last > 0 else 1.0
    if ratio >= thresholds.growth_ratio:
        return Stage("growing", "margin_grew", None)
    if ratio <= thresholds.decline_ratio:
        return Stage("declining", "margin_fell", None)
    return Stage("mature", "margin_steady", None)
