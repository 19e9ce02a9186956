"""What customers' tiers would be by a run that is not applied."""

from odoo.tools import SQL


def tier_summary(decided, as_of):
    """Customers, revenue and net margin by the tier they would get.

    Left out are customers who are known to have bought for the first time after the
    day of valuation: nobody knew them.

    :param SQL decided: :func:`decided_rows`
    :param date as_of: the day of valuation

    Columns, a row a tier: ``tier_id``, ``customers``, ``revenue``, ``net_margin``
    (company currency, over the window).
    """
    return SQL(
        """
        SELECT new_tier_id AS tier_id, COUNT(*) AS customers,
               SUM(new_revenue_amount)::float8 AS revenue,
               SUM(new_net_margin_amount)::float8 AS net_margin
          FROM (%s) d
     LEFT JOIN crm_value_profile p ON p.id = d.profile_id
         WHERE d.new_first_purchase_date IS NOT NULL
            OR COALESCE(p.first_purchase_date <= %s, TRUE)
      GROUP BY new_tier_id
        """,
        decided,
        as_of,
    )


def tier_agreement(decided, held):
    """How the tiers of a replay agree with those that the repeated run gave.

    :param SQL decided: :func:`decided_rows` of the replay
    :param SQL held: :func:`tiers_held_before` the repeated run

    Columns, a row a pair of tiers: ``given_id`` (NULL: the run did not value the
    customer), ``tier_id``, ``customers``.
    """
    return SQL(
        """
        SELECT h.given_tier_id AS given_id, d.new_tier_id AS tier_id,
               COUNT(*) AS customers
          FROM (%s) d
     LEFT JOIN %s h ON h.id = d.profile_id
      GROUP BY h.given_tier_id, d.new_tier_id
      ORDER BY COUNT(*) DESC, h.given_tier_id, d.new_tier_id
        """,
        decided,
        held,
    )
