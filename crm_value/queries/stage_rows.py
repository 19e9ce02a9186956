from odoo.tools import SQL

from .money import MICRO, in_currency, rounded, settled, to_micros, to_units
from .pipeline import pipeline
from .purchase_history import purchase_history

# Sums of the history that are rounded to the currency.
ROUNDED = (
    "revenue",
    "margin",
    "known_amount",
    "full_price_amount",
    "last_year_revenue",
    "last_year_margin",
    "previous_year_revenue",
    "previous_year_margin",
)


def stage_rows(run_id, scope, sources, costs, window, basis):
    """Write the history and rank of every customer of a run into its staging rows.

    Customers are those with a purchase, an open opportunity or a profile in the
    company. The columns written are those of ``crm.value.run.row``; see there.

    :param list sources: queries with the columns of ``order_purchases``
    :param list costs: queries of ``customer_id``, ``amount``: cost to serve
    :param Window window: days that the figures look back on
    :param Basis basis: what ranks the customers
    """
    return SQL(
        """
        INSERT INTO crm_value_run_row (
            run_id, customer_id, profile_id, first_date, last_date, purchase_count,
            cycle_days, pause_days, pause_end_date, paid_repeat_count, repeat_amount,
            window_count, revenue, margin, known_amount, full_price_amount,
            cost_to_serve, ranking_amount, last_year_amount, previous_year_amount,
            open_amount, growth_amount, by_margin, share_above, share_cumulative,
            customers_above
        )
        SELECT %(run)s, customer_id, profile_id, first_date, last_date,
               purchase_count, cycle_days, pause_days, pause_end_date,
               paid_repeat_count, repeat_amount, window_count, revenue, margin,
               known_amount, full_price_amount, cost_to_serve, ranking_amount,
               last_year_amount, previous_year_amount, open_amount, growth_amount,
               by_margin, %(shares)s
          FROM (%(ranked)s) r
        """,
        run=run_id,
        shares=_shares(scope.decimals)
        if scope.customer_ids is None
        else SQL("NULL, NULL, NULL"),
        ranked=_ranked(scope, sources, costs, window, basis),
    )


def _shares(decimals):
    """Share of profit above and including a customer, and share of customers above.

    Equal amounts are one block; only positive amounts count. All three share one sort.
    """
    profit = to_units(SQL("GREATEST(ranking_amount, 0)"), decimals)
    return SQL(
        """
        CASE WHEN ranking_amount IS NOT NULL THEN
            COALESCE(SUM(%(profit)s) OVER (
                ORDER BY ranking_amount DESC NULLS LAST
                GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
            / NULLIF(SUM(%(profit)s) OVER (), 0) END,
        CASE WHEN ranking_amount IS NOT NULL THEN
            SUM(%(profit)s) OVER (ORDER BY ranking_amount DESC NULLS LAST)
            / NULLIF(SUM(%(profit)s) OVER (), 0) END,
        CASE WHEN ranking_amount IS NOT NULL THEN
            (RANK() OVER (ORDER BY ranking_amount DESC NULLS LAST) - 1)::float8
            / NULLIF(COUNT(ranking_amount) OVER (), 0) END
        """,
        profit=profit,
    )


def _ranked(scope, sources, costs, window, basis):
    """Customers with the amount that ranks them, in company currency."""
    return SQL(
        """
        SELECT c.*,
               CASE WHEN first_date IS NOT NULL THEN %(ranking)s END AS ranking_amount,
               CASE WHEN by_margin THEN repeat_margin ELSE repeat_revenue END
                   AS repeat_amount,
               CASE WHEN by_margin THEN last_year_margin ELSE last_year_revenue END
                   AS last_year_amount,
               CASE WHEN by_margin THEN previous_year_margin
                    ELSE previous_year_revenue END AS previous_year_amount,
               %(open)s AS open_amount, %(growth)s AS growth_amount
          FROM (
                SELECT c.*, %(by_margin)s AS by_margin, %(margin_rate)s AS margin_rate
                  FROM (%(customers)s) c
               ) c
        """,
        ranking=settled(
            SQL("CASE WHEN by_margin THEN margin ELSE revenue END - cost_to_serve"),
            scope.decimals,
        ),
        open=rounded(_OPEN, scope.decimals),
        growth=rounded(_GROWTH, scope.decimals),
        by_margin=_by_margin(basis, scope.decimals),
        margin_rate=_margin_rate(basis, scope.decimals),
        customers=_customers(scope, sources, costs, window),
    )


_OPEN = SQL("open_revenue * CASE WHEN by_margin THEN margin_rate ELSE 1 END")
# What the last year brought more than the one before.
_GROWTH = SQL(
    """CASE WHEN previous_year_revenue > 0 THEN GREATEST(
           CASE WHEN by_margin
                THEN last_year_margin - previous_year_margin
                ELSE last_year_revenue - previous_year_revenue END, 0)
         ELSE 0 END"""
)


def _by_margin(basis, decimals):
    """Whether margin ranks: asked for, and enough of the cost known (full run)."""
    if basis.by_margin is not None:
        return SQL("%s", basis.by_margin)
    return SQL(
        """(COALESCE(SUM(%(known)s) OVER (), 0) > 0 AND SUM(%(known)s) OVER ()
            >= %(share)s * SUM(%(revenue)s) OVER ())""",
        known=to_units(SQL("known_amount"), decimals),
        revenue=to_units(SQL("revenue"), decimals),
        share=basis.known_cost_share,
    )


def _margin_rate(basis, decimals):
    """Margin per unit of revenue, to turn open revenue into margin."""
    if basis.margin_rate is not None:
        return SQL("%s::float8", basis.margin_rate)
    return SQL(
        "GREATEST(COALESCE(SUM(%s) OVER () / NULLIF(SUM(%s) OVER (), 0), 0), 0)",
        to_units(SQL("margin"), decimals),
        to_units(SQL("known_amount"), decimals),
    )


def _customers(scope, sources, costs, window):
    """History, pipeline, cost to serve and profile of every customer, side by side."""
    return SQL(
        """
        SELECT customer_id, o.id AS profile_id,
               h.first_date, h.last_date,
               COALESCE(h.purchase_count, 0) AS purchase_count,
               CASE WHEN h.purchase_count >= 3 THEN h.cycle_days END AS cycle_days,
               h.pause_days, h.pause_end_date,
               COALESCE(h.paid_repeat_count, 0) AS paid_repeat_count,
               COALESCE(h.repeat_revenue, 0) / %(micro)s AS repeat_revenue,
               COALESCE(h.repeat_margin, 0) / %(micro)s AS repeat_margin,
               COALESCE(h.window_count, 0) AS window_count,
               -- The years too: what was credited whole may leave millionths.
               %(amounts)s,
               %(cost_to_serve)s AS cost_to_serve,
               COALESCE(l.amount::float8, 0) AS open_revenue
          FROM (%(history)s) h
     FULL JOIN (SELECT partner_id AS customer_id, amount FROM (%(pipeline)s) p) l
         USING (customer_id)
     FULL JOIN (
                SELECT id, partner_id AS customer_id FROM crm_value_profile
                 WHERE company_id = %(company)s AND %(customers)s
               ) o USING (customer_id)
     LEFT JOIN (%(costs)s) k USING (customer_id)
        """,
        micro=MICRO,
        amounts=SQL(", ").join(
            SQL(
                "%s AS %s",
                in_currency(
                    SQL("COALESCE(%s, 0)", SQL.identifier("h", name)), scope.decimals
                ),
                SQL.identifier(name),
            )
            for name in ROUNDED
        ),
        cost_to_serve=in_currency(
            SQL(
                "COALESCE(h.reward_amount, 0) + COALESCE(%s, 0)",
                to_micros(SQL("k.amount")),
            ),
            scope.decimals,
        ),
        history=purchase_history(sources, window, scope.contacts()),
        pipeline=pipeline(scope),
        company=scope.company_id,
        customers=scope.customers(SQL("partner_id")),
        costs=_costs(costs),
    )


def _costs(costs):
    if not costs:
        return SQL("SELECT NULL::int AS customer_id, 0::numeric AS amount WHERE FALSE")
    return SQL(
        "SELECT customer_id, SUM(amount) AS amount FROM (%s) c GROUP BY customer_id",
        SQL(" UNION ALL ").join(costs),
    )
