from odoo.tools import SQL

from .purchase_history import purchase_days
from .scores import scores


def back_test(valuation, later_sources):
    """What customers went on to buy, beside the score they had on the day of valuation.

    :param list later_sources: purchases until the day the test looks back from

    Columns, a row a buyer: ``score`` (0-100), ``past`` (what ranked him then),
    ``later`` (revenue after the day of valuation, company currency, never negative).
    """
    return SQL(
        """
        SELECT s.score, s.ranking_amount::float8 AS past,
               GREATEST(COALESCE(l.amount, 0), 0)::float8 AS later
          FROM (%(scores)s) s
     LEFT JOIN (
                SELECT customer_id, SUM(amount) AS amount
                  FROM (%(days)s) d
                 WHERE day > %(as_of)s
              GROUP BY customer_id
               ) l USING (customer_id)
         WHERE s.score IS NOT NULL
        """,
        scores=scores(valuation),
        days=purchase_days(later_sources),
        as_of=valuation.as_of,
    )


def tier_summary(decided):
    """Customers, revenue and net margin by the tier they would get."""
    return SQL(
        """
        SELECT new_tier_id AS tier_id, COUNT(*) AS customers,
               SUM(new_revenue_amount)::float8 AS revenue,
               SUM(new_net_margin_amount)::float8 AS net_margin
          FROM (%s) d
      GROUP BY new_tier_id
        """,
        decided,
    )
