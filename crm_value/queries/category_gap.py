"""What customers like one buy and he does not: learned, read, and closed again."""

from datetime import date
from typing import NamedTuple

from odoo.tools import SQL

from .abc_class import abc_class
from .money import MICRO, rounded, to_units
from .scope import EVERY_CONTACT

# Customers that are compared with each other: at least so many, where there are.
PEERS = 200
# What fewer buy is chance.
MIN_BUYERS = 3
MOST_GAPS = 3


class Likeness(NamedTuple):
    """Who is like whom, and what is usual among them.

    :param date anchor: day to which the silence of customers is counted
    :param tuple abc_shares: shares of profit that classes A and B end at, 0-1
    :param float lost_cycles: silent for so many cycles, a customer is lost
    :param float cycle_days: cycle of a customer who has none of his own
    :param float peer_share: share of the peers that must buy a category, 0-1
    """

    anchor: date
    abc_shares: tuple
    lost_cycles: float
    cycle_days: float
    peer_share: float


def learn_category_gaps(run_id, purchases, likeness, decimals):
    """Write what each customer of a run lacks of what his peers buy.

    Peers are the customers of the same ABC class that lie next to him in rank, in
    groups of ``PEERS`` and more, who bought in the window and are not lost. A category
    is usual among them if at least ``MIN_BUYERS`` and ``peer_share`` of them bought
    more of it than they returned. Of the usual ones that he did not buy the best
    ``MOST_GAPS`` are kept.

    Columns written: ``run_id``, ``partner_id`` (customer), ``category_id``,
    ``sequence`` (1 is the best), ``peer_count`` (peers that bought), ``similar_count``
    (all peers), ``amount`` and ``margin``: mean of those that bought, over the window,
    rounded to the currency; the margin at the rate of what has a known cost, NULL where
    nothing has. An unknown margin is ranked at the rate of all that the peers bought.

    :param list purchases: queries with the columns of ``category_purchases``

    Reads the staging rows of the run and every line of the window once.
    """
    return SQL(
        """
        INSERT INTO crm_value_category_gap (
            run_id, partner_id, category_id, sequence, peer_count, similar_count,
            amount, margin)
        WITH member AS MATERIALIZED (%(members)s),
        bought AS MATERIALIZED (%(bought)s),
        usual AS MATERIALIZED (%(usual)s)
        SELECT %(run)s, customer_id, category_id, place, peer_count, similar_count,
               amount, margin
          FROM (
                SELECT m.customer_id, u.*,
                       ROW_NUMBER() OVER (
                           PARTITION BY m.customer_id
                           ORDER BY u.peer_count * CASE WHEN m.by_margin
                               THEN COALESCE(u.margin, u.amount * u.usual_rate)
                               ELSE u.amount END DESC, u.category_id) AS place
                  FROM member m
                  JOIN usual u USING (peers)
                 WHERE NOT EXISTS (
                        SELECT FROM bought b
                         WHERE b.customer_id = m.customer_id
                           AND b.category_id = u.category_id
                       )
                   -- What brings nothing is no gain.
                   AND (NOT m.by_margin OR u.margin IS NULL OR u.margin > 0)
               ) g
         WHERE place <= %(most)s
        """,
        run=run_id,
        members=_members(run_id, likeness),
        bought=_bought(purchases, EVERY_CONTACT),
        usual=_usual(likeness.peer_share, decimals),
        most=MOST_GAPS,
    )


def _members(run_id, likeness):
    """Customers that are compared, and ``peers``, the number of their group.

    Who ranks alike is in one group, whatever the ids. Numbers sort faster than names.
    """
    return SQL(
        """
        SELECT customer_id, by_margin,
               3 * ((rank - 1) * GREATEST(size / %(peers)s, 1) / size) + class AS peers
          FROM (
                SELECT customer_id, by_margin, class,
                       COUNT(*) OVER (PARTITION BY class) AS size,
                       RANK() OVER (
                           PARTITION BY class ORDER BY ranking_amount DESC) AS rank
                  FROM (
                        SELECT *, CASE %(abc_class)s
                                  WHEN 'a' THEN 0 WHEN 'b' THEN 1 ELSE 2 END AS class
                          FROM crm_value_run_row
                         WHERE run_id = %(run)s AND window_count > 0
                           AND share_above IS NOT NULL
                           AND %(anchor)s::date - last_date <= %(lost_cycles)s
                               * GREATEST(COALESCE(cycle_days, %(cycle_days)s), 1)
                       ) r
               ) r
        """,
        peers=PEERS,
        abc_class=abc_class(*likeness.abc_shares),
        run=run_id,
        anchor=likeness.anchor,
        lost_cycles=likeness.lost_cycles,
        cycle_days=likeness.cycle_days,
    )


def _bought(purchases, contacts):
    """What customers bought of each category, more than they returned."""
    return SQL(
        """
        SELECT c.commercial_partner_id AS customer_id, s.category_id,
               SUM(s.amount) AS amount, SUM(s.margin) AS margin,
               SUM(s.amount) FILTER (WHERE s.margin IS NOT NULL) AS known_amount
          FROM (%s) s
          JOIN %s c ON c.id = s.partner_id
         WHERE s.category_id IS NOT NULL
      GROUP BY c.commercial_partner_id, s.category_id
        HAVING SUM(s.amount) > 0
        """,
        SQL(" UNION ALL ").join(purchases),
        contacts,
    )


def _usual(peer_share, decimals):
    """What is usual in each group of peers. One who does not buy has ``size - 1``."""
    return SQL(
        """
        SELECT peers, category_id, peer_count, similar_count, usual_rate,
               %(amount)s AS amount, %(margin)s AS margin
          FROM (
                SELECT m.peers, b.category_id,
                       COUNT(*) AS peer_count, g.size - 1 AS similar_count,
                       SUM(b.amount) / COUNT(*) / %(micro)s AS amount,
                       %(rate)s AS rate, COALESCE(%(usual_rate)s, 1) AS usual_rate
                  FROM bought b
                  JOIN member m USING (customer_id)
                  JOIN (
                        SELECT peers, COUNT(*) AS size FROM member GROUP BY peers
                       ) g USING (peers)
              GROUP BY m.peers, g.size, b.category_id
                WINDOW peer AS (PARTITION BY m.peers)
               ) u
         WHERE peer_count >= %(least)s AND peer_count >= %(share)s * similar_count
        """,
        amount=rounded(SQL("amount"), decimals),
        margin=rounded(SQL("amount * rate"), decimals),
        # What was returned may outweigh what was bought: that tells no rate.
        rate=SQL("SUM(b.margin) / NULLIF(GREATEST(SUM(b.known_amount), 0), 0)"),
        usual_rate=SQL(
            """SUM(SUM(b.margin)) OVER peer
                / NULLIF(GREATEST(SUM(SUM(b.known_amount)) OVER peer, 0), 0)"""
        ),
        micro=MICRO,
        least=MIN_BUYERS,
        share=peer_share,
    )


def category_potential(run_id, decimals, customers):
    """What customers may be expected to buy of the categories that they lack.

    That is the mean of all peers, of those too who did not buy: mean of the buyers ×
    their share. Columns, a row a customer who lacks any: ``partner_id``, ``amount``,
    ``margin`` (an unknown one counts nothing), company currency.

    :param int run_id: the run that learned the gaps, or None if none did
    :param SQL customers: condition on ``partner_id``
    """
    return SQL(
        """
        SELECT partner_id, SUM(%(amount)s) / %(units)s AS amount,
               SUM(%(margin)s) / %(units)s AS margin
          FROM crm_value_category_gap
         WHERE run_id = %(run)s AND %(customers)s
      GROUP BY partner_id
        """,
        # Whole cents: their sum does not depend on the order of the rows.
        amount=to_units(SQL("amount * peer_count / similar_count"), decimals),
        margin=to_units(SQL("margin * peer_count / similar_count"), decimals),
        units=10**decimals,
        run=run_id,
        customers=customers,
    )


def close_category_gaps(run_id, purchases, contacts):
    """Forget the gaps that customers have closed by what they bought since.

    :param int run_id: the run that learned the gaps
    :param list purchases: as of :func:`learn_category_gaps`, of some customers and of
        the days since it learned
    :param SQL contacts: ``Scope.contacts`` of these customers
    """
    return SQL(
        """
        DELETE FROM crm_value_category_gap g
         USING (%(bought)s) b
         WHERE g.run_id = %(run)s AND g.partner_id = b.customer_id
           AND g.category_id = b.category_id
        """,
        bought=_bought(purchases, contacts),
        run=run_id,
    )
