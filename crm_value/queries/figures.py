from odoo.tools import SQL

from .abc_class import abc_class
from .category_gap import category_potential
from .lifetime_value import lifetime_basis, lifetime_columns, lifetime_join
from .money import rounded, settled, to_units
from .scope import EVERYBODY

# Ends a subquery whose columns are used many times: without it the planner copies
# each expression to every place of use, level by level, and plans for minutes.
FENCE = SQL("OFFSET 0")
# Sums of amounts that differ by less are the same.
NOISE = SQL("0.000001::float8")
YEAR_DAYS = 365


def figures(valuation, customers=EVERYBODY):
    """Every figure of a customer that needs no comparison with the others.

    Adds to the columns of the run's staging rows:

    - ``repeat_count``: purchases after the first
    - ``monetary_amount``: mean purchase in the window, by margin or revenue
    - ``full_price_share``, ``known_cost_share``: of the window's revenue, 0-1, NULL
      without revenue
    - ``category_amount``: what may be expected of categories that similar customers buy
      and he does not, at most the policy's share of what he brings;
      ``potential_amount``: that, open opportunities and growth
    - ``net_amount``: margin after cost to serve; ``growth_share``: last year against
      the one before, -1 and up, NULL without one before
    - ``abc_class``; ``cycle``: days, the customer's own or the company's
    - ``next_date``: when the next purchase is due, NULL for the lost
    - ``stage``, ``stage_reason`` and ``stage_since``: life cycle, the code of its
      reason, and since when where the customer's own dates tell; ``silence``: days
      since the last purchase
    - ``profitability``: NULL while too little cost is known
    - ``p_alive``, ``expected``, ``clv``: see :func:`lifetime_columns`

    :param Shard customers: whose figures

    Reads the staging rows of the shard once.
    """
    return SQL(
        """
        SELECT s.*, %(stage_reason)s AS stage_reason, %(lifetime)s
          FROM (
                SELECT c.*, %(stage)s AS stage, %(stage_since)s AS stage_since,
                       %(basis)s
                  FROM (%(customers)s %(fence)s) c
               %(fence)s) s
          %(join)s
        """,
        fence=FENCE,
        basis=lifetime_basis(valuation),
        lifetime=lifetime_columns(valuation),
        stage=_stage(valuation),
        stage_reason=_stage_reason(valuation),
        stage_since=_stage_since(valuation),
        customers=_customers(valuation, customers),
        join=lifetime_join(valuation),
    )


def _customers(valuation, customers):
    return SQL(
        """
        SELECT r.*, %(potential)s AS potential_amount,
               GREATEST(purchase_count - 1, 0) AS repeat_count,
               CASE WHEN first_date IS NULL THEN NULL
                    WHEN window_count > 0 THEN %(monetary)s ELSE 0 END
                   AS monetary_amount,
               CASE WHEN revenue <> 0 THEN %(full_price)s END AS full_price_share,
               CASE WHEN revenue <> 0 THEN %(known_cost)s END AS known_cost_share,
               %(net)s AS net_amount,
               CASE WHEN previous_year_amount > 0 THEN %(growth)s END AS growth_share,
               %(abc_class)s AS abc_class,
               GREATEST(COALESCE(cycle_days, %(company_cycle)s), 1) AS cycle,
               GREATEST(%(anchor)s::date - last_date, 0) AS silence,
               -- Of a revenue below zero no share can be known.
               CASE WHEN known_amount - %(known)s * revenue > -%(noise)s
                         AND known_amount > 0 AND revenue >= 0 THEN
                   CASE WHEN margin - cost_to_serve > %(noise)s THEN 'profitable'
                        WHEN margin - cost_to_serve + open_amount + growth_amount
                             + whole_category_amount > %(noise)s
                        THEN 'convertible' ELSE 'never_profitable' END
                   END AS profitability
          FROM (%(rows)s) r
        """,
        rows=_rows(valuation, customers),
        potential=settled(
            SQL("open_amount + growth_amount + category_amount"), valuation.decimals
        ),
        noise=NOISE,
        monetary=_monetary(valuation.decimals),
        full_price=rounded(
            SQL("LEAST(GREATEST(full_price_amount / revenue, 0), 1)"), 4
        ),
        known_cost=rounded(SQL("LEAST(GREATEST(known_amount / revenue, 0), 1)"), 4),
        net=settled(SQL("margin - cost_to_serve"), valuation.decimals),
        growth=rounded(SQL("last_year_amount / previous_year_amount - 1"), 4),
        abc_class=abc_class(*valuation.abc_shares),
        company_cycle=valuation.life_cycle.company_cycle_days,
        anchor=valuation.anchor,
        known=valuation.known_cost_share,
    )


def _rows(valuation, customers):
    """Staging rows with what the categories that a customer lacks may bring.

    Who is written off is judged by the whole of it; what ranks him, and with it his
    benefits, by no more than a share of what he brings.
    """
    return SQL(
        """
        SELECT r.*,
               LEAST(whole_category_amount, %(limit)s) AS category_amount
          FROM (
                SELECT r.*,
                       COALESCE(CASE WHEN by_margin THEN g.margin ELSE g.amount END, 0)
                           AS whole_category_amount
                  FROM crm_value_run_row r
             LEFT JOIN %(gaps)s g ON g.partner_id = r.customer_id
                 WHERE r.run_id = %(run)s AND %(customers)s
               %(fence)s) r
        %(fence)s
        """,
        limit=rounded(
            SQL(
                "%s::float8 * GREATEST(COALESCE(ranking_amount, 0) + cost_to_serve, 0)",
                valuation.category_limit_share,
            ),
            valuation.decimals,
        ),
        gaps=_gaps(valuation, customers),
        run=valuation.run_id,
        customers=customers.holds(SQL("r.customer_id")),
        fence=FENCE,
    )


def _gaps(valuation, customers):
    """What categories may bring: of all customers read at once, of a few looked up.

    Joined as a table, a thousand of them are half of all to the planner, and it reads
    every one; looked up, all of them take six times as long.
    """
    if valuation.is_partial:
        lateral, of_whom = SQL("LATERAL"), SQL("partner_id = r.customer_id")
    else:
        lateral, of_whom = SQL(""), customers.holds(SQL("partner_id"))
    return SQL(
        "%s (%s)",
        lateral,
        category_potential(valuation.gap_run_id, valuation.decimals, of_whom),
    )


def _monetary(decimals):
    """Mean purchase, rounded, halves away from zero: halves are common among means."""
    return SQL(
        """TRUNC(%(total)s / window_count + 0.5::float8 * SIGN(ranking_amount
            + cost_to_serve)) / %(units)s""",
        total=to_units(SQL("ranking_amount + cost_to_serve"), decimals),
        units=10**decimals,
    )


def _stage(valuation):
    rules = valuation.life_cycle
    return SQL(
        """
        CASE WHEN first_date IS NULL THEN 'prospect'
             WHEN %(anchor)s::date - first_date < GREATEST(%(new_days)s, cycle)
             THEN 'new'
             WHEN silence > %(lost)s * cycle THEN 'lost'
             WHEN silence > %(dormant)s * cycle THEN 'dormant'
             WHEN pause_days > %(lost)s * cycle THEN 'won_back'
             WHEN %(anchor)s::date - first_date < %(year)s THEN 'mature'
             WHEN last_year_amount > 0
                  AND last_year_amount - %(growing)s * previous_year_amount
                      > -%(noise)s
             THEN 'growing'
             WHEN previous_year_amount > 0
                  AND last_year_amount - %(declining)s * previous_year_amount
                      < %(noise)s
             THEN 'declining'
             ELSE 'mature' END
        """,
        anchor=valuation.anchor,
        year=YEAR_DAYS,
        new_days=rules.new_days,
        lost=rules.lost_cycles,
        dormant=rules.dormant_cycles,
        noise=NOISE,
        growing=rules.growing_ratio,
        declining=rules.declining_ratio,
    )


def _stage_reason(valuation):
    """Code of the reason for ``stage``, as ``formulas.lifecycle`` gives it."""
    return SQL(
        """
        CASE stage WHEN 'prospect' THEN
                  CASE WHEN potential_amount > 0 THEN 'open_pipeline'
                       ELSE 'no_purchase' END
             WHEN 'new' THEN 'first_purchase_recent'
             WHEN 'lost' THEN 'silent_for_lost_cycles'
             WHEN 'dormant' THEN 'silent_for_dormant_cycles'
             WHEN 'won_back' THEN 'bought_after_lost'
             WHEN 'growing' THEN 'margin_grew'
             WHEN 'declining' THEN 'margin_fell'
             ELSE CASE WHEN %(anchor)s::date - first_date < %(year)s
                       THEN 'no_year_to_compare' ELSE 'margin_steady' END END
        """,
        anchor=valuation.anchor,
        year=YEAR_DAYS,
    )


def _stage_since(valuation):
    """Day the stage began where the customer's own dates tell, else NULL."""
    rules = valuation.life_cycle
    return SQL(
        """
        CASE WHEN first_date IS NULL THEN NULL
             WHEN %(anchor)s::date - first_date < GREATEST(%(new_days)s, cycle)
             THEN first_date
             WHEN silence > %(lost)s * cycle
             THEN last_date + FLOOR(%(lost)s * cycle)::int + 1
             WHEN silence > %(dormant)s * cycle
             THEN last_date + FLOOR(%(dormant)s * cycle)::int + 1
             WHEN pause_days > %(lost)s * cycle THEN pause_end_date END
        """,
        anchor=valuation.anchor,
        new_days=rules.new_days,
        lost=rules.lost_cycles,
        dormant=rules.dormant_cycles,
    )
