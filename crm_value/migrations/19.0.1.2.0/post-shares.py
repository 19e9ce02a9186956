"""Share of the profit above each customer, told by the amounts that ranked them.

What was valued before did not keep it, and customers who are touched before the next
full valuation are placed by it. Reason and day of the life cycle come with that one.
"""


def migrate(cr, version):
    # In whole millionths, as double precision: what a valuation divides, to the digit.
    cr.execute(
        """
        UPDATE crm_value_profile p
           SET margin_share_above = s.above
          FROM (
                SELECT id,
                       COALESCE(SUM(profit) OVER (
                            PARTITION BY company_id ORDER BY ranking_amount DESC
                            GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0
                       )::float8
                       / NULLIF(SUM(profit) OVER (PARTITION BY company_id), 0)::float8
                       AS above
                  FROM (
                        SELECT *, GREATEST(ranking_amount, 0) * 1000000 AS profit
                          FROM crm_value_profile
                         WHERE ranking_amount IS NOT NULL
                       ) r
               ) s
         WHERE s.id = p.id
        """
    )
