from odoo.tools import SQL

from .purchase_history import purchase_days
from .scores import scores


def back_test(valuation, later_sources):
    """What customers went on to buy, beside the score they had on the day of valuation.

    :param list later_sources: purchases until the day the test looks back from

    Columns, a row a buyer: ``score`` (0-100), ``past`` (what ranked him then),
    ``later`` (revenue after the day of valuation, company currency, never negative),
    ``purchases`` (days of purchase after it), ``until`` (the last day on which anybody
    bought, himself or not; NULL if nobody did).
    """
    return SQL(
        """
        WITH later AS MATERIALIZED (
            SELECT customer_id, SUM(amount) AS amount,
                   COUNT(*) FILTER (WHERE is_purchase) AS purchases,
                   MAX(day) FILTER (WHERE is_purchase) AS last_day
              FROM (%(days)s) d
             WHERE day > %(as_of)s
          GROUP BY customer_id
        )
        SELECT s.score, s.ranking_amount::float8 AS past,
               GREATEST(COALESCE(l.amount, 0), 0)::float8 AS later,
               COALESCE(l.purchases, 0) AS purchases,
               (SELECT MAX(last_day) FROM later) AS until
          FROM (%(scores)s) s
     LEFT JOIN later l USING (customer_id)
         WHERE s.score IS NOT NULL
        """,
        scores=scores(valuation),
        days=purchase_days(later_sources),
        as_of=valuation.as_of,
    )
