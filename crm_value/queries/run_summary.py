from odoo.tools import SQL

from .abc_class import abc_class
from .money import to_units


def run_summary(run_id, anchor, abc_shares, decimals):
    """What a run's staging rows say of the company as a whole: one row.

    Columns: ``buyer_count``, ``first_date``, ``last_date``, ``three_purchase_count``
    (buyers with at least three days of purchase), ``cycle_days`` (median of the
    customers' own cycles), ``cycle_count`` (customers with one), ``revenue`` and
    ``known_amount`` (window, company currency), ``margin_rate`` (margin per revenue of
    known cost), ``by_margin``, and for each class a, b, c: ``retained_X`` of
    ``total_X`` customers that bought in the year before the last and bought again in
    the last.

    Reads the staging rows of the run once.
    """
    return SQL(
        """
        SELECT COUNT(first_date) AS buyer_count,
               MIN(first_date) AS first_date,
               MAX(last_date) AS last_date,
               COUNT(*) FILTER (WHERE purchase_count >= 3) AS three_purchase_count,
               PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY cycle_days) AS cycle_days,
               COUNT(cycle_days) AS cycle_count,
               COALESCE(%(revenue)s, 0) AS revenue,
               COALESCE(%(known)s, 0) AS known_amount,
               %(margin)s / NULLIF(%(known)s, 0) AS margin_rate,
               COALESCE(BOOL_OR(by_margin), FALSE) AS by_margin,
               COUNT(*) FILTER (WHERE bought AND abc_class = 'a') AS total_a,
               COUNT(*) FILTER (WHERE stayed AND abc_class = 'a') AS retained_a,
               COUNT(*) FILTER (WHERE bought AND abc_class = 'b') AS total_b,
               COUNT(*) FILTER (WHERE stayed AND abc_class = 'b') AS retained_b,
               COUNT(*) FILTER (WHERE bought AND abc_class = 'c') AS total_c,
               COUNT(*) FILTER (WHERE stayed AND abc_class = 'c') AS retained_c
          FROM (
                SELECT r.*, %(abc_class)s AS abc_class,
                       previous_year_amount > 0 AS bought,
                       previous_year_amount > 0 AND last_date > (%(anchor)s::date - 365)
                           AS stayed
                  FROM crm_value_run_row r
                 WHERE run_id = %(run)s
               ) r
        """,
        revenue=_total("revenue", decimals),
        known=_total("known_amount", decimals),
        margin=_total("margin", decimals),
        run=run_id,
        anchor=anchor,
        abc_class=abc_class(*abc_shares),
    )


def _total(column, decimals):
    """Sum of a column, whatever the order of the rows."""
    units = to_units(SQL.identifier(column), decimals)
    return SQL("SUM(%s) / %s", units, 10**decimals)
