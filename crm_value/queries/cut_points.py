from odoo.tools import SQL

from .figures import FENCE, figures

# What each component of the score is measured by, among those who have bought.
MEASURES = {
    "recency": SQL("last_date - DATE '1970-01-01'"),
    "frequency": SQL("repeat_count"),
    "monetary": SQL("monetary_amount"),
    "clv": SQL("clv"),
    "potential": SQL("potential_amount"),
}


def cut_points(valuation):
    """Cut points of the quintiles of every component, by cumulative distribution.

    Columns: for each component of ``MEASURES`` four columns ``<component>_1`` to
    ``_4``: the largest value whose cumulative share is at most 20, 40, 60, 80 %, NULL
    where ties leave none. Recency is counted in days since 1970-01-01, potential among
    those who have any. One row.

    Computes the figures of the run once and sorts each measure by itself.
    """
    cuts = [
        SQL(
            "%s AS %s",
            _cut(component, step),
            SQL.identifier(f"{component}_{step}"),
        )
        for component in MEASURES
        for step in range(1, 5)
    ]
    sorted_values = [
        SQL(
            "ARRAY_AGG(%s ORDER BY %s) FILTER (WHERE %s IS NOT NULL) AS %s",
            *[SQL.identifier(component)] * 4,
        )
        for component in MEASURES
    ]
    # Taken out of the arrays here: the search for what lies below ties compares with
    # each customer's figure.
    ends = [
        SQL(
            "%(values)s[%(last)s] AS %(cut)s, %(values)s[%(last)s + 1] AS %(next)s",
            values=SQL.identifier(component),
            last=SQL("CARDINALITY(%s) * %s / 5", SQL.identifier(component), step),
            cut=SQL.identifier(f"{component}_{step}"),
            next=SQL.identifier(f"{component}_{step}_next"),
        )
        for component in MEASURES
        for step in range(1, 5)
    ]
    return SQL(
        """
        WITH measured AS MATERIALIZED (
            SELECT (%(recency)s) AS recency, %(frequency)s AS frequency,
                   %(monetary)s AS monetary, %(clv)s AS clv,
                   NULLIF(GREATEST(%(potential)s, 0), 0) AS potential
              FROM (%(figures)s) f
             WHERE first_date IS NOT NULL
        ),
        cuts AS MATERIALIZED (
            SELECT %(ends)s FROM (SELECT %(sorted)s FROM measured %(fence)s) s
        )
        SELECT %(cuts)s FROM cuts
        """,
        cuts=SQL(", ").join(cuts),
        ends=SQL(", ").join(ends),
        sorted=SQL(", ").join(sorted_values),
        figures=figures(valuation),
        fence=FENCE,
        **MEASURES,
    )


def _cut(component, step):
    """The last value of so many fifths, or the one below where ties reach beyond."""
    return SQL(
        """
        CASE WHEN %(last)s < %(next)s THEN %(last)s
             ELSE (SELECT MAX(%(value)s) FROM measured WHERE %(value)s < %(next)s) END
        """,
        last=SQL.identifier("cuts", f"{component}_{step}"),
        next=SQL.identifier("cuts", f"{component}_{step}_next"),
        value=SQL.identifier("measured", component),
    )


def pareto_curve(run_id, points):
    """The cumulative profit curve of a run, at about so many points, richest first.

    Columns: ``amount`` (what ranks, company currency), ``customers_above`` (share of
    customers, 0-1), ``share_above`` and ``share_cumulative`` (share of profit, 0-1).
    One row an amount; the first, the last and every n-th one are kept.
    """
    return SQL(
        """
        SELECT amount, customers_above, share_above, share_cumulative
          FROM (
                SELECT a.*, ROW_NUMBER() OVER (ORDER BY amount DESC) AS position,
                       COUNT(*) OVER () AS count
                  FROM (
                        SELECT ranking_amount::float8 AS amount,
                               MIN(customers_above) AS customers_above,
                               MIN(share_above)::float8 AS share_above,
                               MAX(share_cumulative)::float8 AS share_cumulative
                          FROM crm_value_run_row
                         WHERE run_id = %(run)s AND ranking_amount IS NOT NULL
                           AND share_above IS NOT NULL
                      GROUP BY ranking_amount
                       ) a
               ) a
         WHERE count <= %(points)s OR position IN (1, count)
            OR position %% (count / %(points)s + 1) = 0
      ORDER BY amount DESC
        """,
        run=run_id,
        points=points,
    )
