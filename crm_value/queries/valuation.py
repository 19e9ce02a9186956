"""Figures of a valuation that are the same for every customer."""

from datetime import date
from typing import NamedTuple


class LifeCycle(NamedTuple):
    """Thresholds of the life cycle: days, cycles and ratios of the policy."""

    new_days: int
    dormant_cycles: float
    lost_cycles: float
    growing_ratio: float
    declining_ratio: float
    company_cycle_days: float


class Model(NamedTuple):
    """Fitted parameters and the table of expected purchases of active customers.

    ``counts`` is (r, alpha in weeks, a, b) of MBG/NBD, ``amounts`` (p, q, gamma) of
    Gamma-Gamma in company currency; ``table`` has rows (x, whole weeks of age, expected
    purchases, discounted purchases over the horizon).
    """

    counts: tuple
    amounts: tuple
    table: list


class Simple(NamedTuple):
    """Worth of one yearly margin over the horizon, by class a, b and c."""

    factors: dict


class CurvePoint(NamedTuple):
    """A point of the frozen Pareto curve, richest customer first."""

    amount: float
    customers_above: float
    share_above: float
    share_cumulative: float


class Valuation(NamedTuple):
    """All that scores a customer but his own history.

    :param int run_id: whose staging rows are scored
    :param bool is_partial: whether these are a few of many customers
    :param Model|Simple lifetime: how lifetime value is estimated
    :param dict weights: component -> weight, of recency, frequency, monetary, clv,
        potential
    :param dict cuts: component -> four cut points (None where ties leave none)
    :param list curve: CurvePoints, richest first
    :param int gap_run_id: the run that learned which categories customers lack, or None
    :param float category_limit_share: these count up to this share of what a customer
        brings, 0-1
    """

    run_id: int
    is_partial: bool
    anchor: date
    as_of: date
    window_days: int
    decimals: int
    abc_shares: tuple
    known_cost_share: float
    life_cycle: LifeCycle
    lifetime: Model | Simple
    weights: dict
    tier_method: str
    is_potential_counted: bool
    cuts: dict
    curve: list
    gap_run_id: int | None
    category_limit_share: float
