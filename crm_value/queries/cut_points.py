from odoo.tools import SQL

from .figures import figures

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

    Computes the figures of the run once and sorts them five times.
    """
    cuts = [
        SQL(
            "MAX(%s) FILTER (WHERE %s <= %s::float8) AS %s",
            SQL.identifier(component),
            SQL.identifier(f"{component}_share"),
            step / 5,
            SQL.identifier(f"{component}_{step}"),
        )
        for component in MEASURES
        for step in range(1, 5)
    ]
    ranks = [
        SQL(
            "%s, CASE WHEN %s IS NOT NULL THEN CUME_DIST() OVER ("
            "PARTITION BY %s IS NULL ORDER BY %s) END AS %s",
            SQL.identifier(component),
            SQL.identifier(component),
            SQL.identifier(component),
            SQL.identifier(component),
            SQL.identifier(f"{component}_share"),
        )
        for component in MEASURES
    ]
    return SQL(
        """
        SELECT %(cuts)s FROM (
            SELECT %(ranks)s FROM (
                SELECT (%(recency)s) AS recency, %(frequency)s AS frequency,
                       %(monetary)s AS monetary, %(clv)s AS clv,
                       NULLIF(GREATEST(%(potential)s, 0), 0) AS potential
                  FROM (%(figures)s) f
                 WHERE first_date IS NOT NULL
            ) m
        ) r
        """,
        cuts=SQL(", ").join(cuts),
        ranks=SQL(", ").join(ranks),
        figures=figures(valuation),
        **MEASURES,
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
