from odoo.tools import SQL


def purchase_days(sources):
    """Purchases of all ``sources`` merged: one row a customer and day.

    Columns: ``customer_id`` (commercial partner), ``day``, and ``amount``, ``margin``,
    ``known_amount``, ``full_price_amount``, ``reward_amount`` in company currency;
    ``is_purchase``: something was bought and not all of it credited. Other days only
    reduce the figures.
    """
    return SQL(
        """
        SELECT p.commercial_partner_id AS customer_id, s.day,
               SUM(s.amount) AS amount,
               SUM(s.margin) AS margin,
               SUM(s.known_amount) AS known_amount,
               SUM(s.full_price_amount) AS full_price_amount,
               SUM(s.reward_amount) AS reward_amount,
               SUM(s.amount) > 0 OR BOOL_OR(s.is_free) AND SUM(s.amount) = 0
                   AS is_purchase
          FROM (%s) s
          JOIN res_partner p ON p.id = s.partner_id
      GROUP BY p.commercial_partner_id, s.day
        """,
        SQL(" UNION ALL ").join(sources),
    )


def purchase_history(sources, *, anchor, window_start):
    """What each customer bought: the history that every other figure starts from.

    :param sources: queries with the columns of :func:`order_purchases`
    :param date anchor: start of the week of valuation; years and windows end there
    :param date window_start: first day of the window

    Columns, a row a customer that has ever bought or been credited:

    - ``customer_id``: commercial partner
    - ``first_date``, ``last_date``: first and last day of purchase; NULL if all was
      credited
    - ``purchase_count``: days of purchase
    - ``cycle_days``: median days between purchases, NULL below two purchases
    - ``pause_days``, ``pause_end_date``: the longest pause that ended in the year to
      the anchor, and the purchase that ended it; NULL without one
    - ``paid_repeat_count``: purchases but the first that cost something
    - ``repeat_revenue``, ``repeat_margin``: sums over all purchases but the first
    - ``window_count``: days of purchase in the window
    - ``revenue``, ``margin``, ``known_amount``, ``full_price_amount``,
      ``reward_amount``: sums over the window; company currency
    - ``last_year_revenue``, ``last_year_margin``, ``previous_year_revenue``,
      ``previous_year_margin``: sums over the 365 days to the anchor and those before

    One sort by customer and day: about two seconds for a million orders.
    """
    return SQL(
        """
        SELECT h.*,
               pause / 100000 AS pause_days,
               DATE '2000-01-01' + (pause %% 100000)::int AS pause_end_date
          FROM (%s) h
        """,
        _sums(sources, anchor, window_start),
    )


def _sums(sources, anchor, window_start):
    # A pause and the day it ended travel in one integer (days × 100,000 + day number):
    # one MAX gives the longest pause together with its end.
    return SQL(
        """
        SELECT customer_id,
               MIN(day) FILTER (WHERE is_purchase) AS first_date,
               MAX(day) FILTER (WHERE is_purchase) AS last_date,
               COUNT(*) FILTER (WHERE is_purchase) AS purchase_count,
               PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY gap) AS cycle_days,
               MAX(gap * 100000::bigint + (day - DATE '2000-01-01'))
                   FILTER (WHERE day > %(last)s) AS pause,
               COUNT(*) FILTER (WHERE gap IS NOT NULL AND amount > 0)
                   AS paid_repeat_count,
               COALESCE(SUM(amount) FILTER (WHERE gap IS NOT NULL), 0)
                   AS repeat_revenue,
               COALESCE(SUM(margin) FILTER (WHERE gap IS NOT NULL), 0)
                   AS repeat_margin,
               COUNT(*) FILTER (WHERE is_purchase AND day >= %(window)s)
                   AS window_count,
               COALESCE(SUM(amount) FILTER (WHERE day >= %(window)s), 0) AS revenue,
               COALESCE(SUM(margin) FILTER (WHERE day >= %(window)s), 0) AS margin,
               COALESCE(SUM(known_amount) FILTER (WHERE day >= %(window)s), 0)
                   AS known_amount,
               COALESCE(SUM(full_price_amount) FILTER (WHERE day >= %(window)s), 0)
                   AS full_price_amount,
               COALESCE(SUM(reward_amount) FILTER (WHERE day >= %(window)s), 0)
                   AS reward_amount,
               COALESCE(SUM(amount) FILTER (WHERE day > %(last)s), 0)
                   AS last_year_revenue,
               COALESCE(SUM(margin) FILTER (WHERE day > %(last)s), 0)
                   AS last_year_margin,
               COALESCE(SUM(amount) FILTER (
                   WHERE day > %(previous)s AND day <= %(last)s), 0)
                   AS previous_year_revenue,
               COALESCE(SUM(margin) FILTER (
                   WHERE day > %(previous)s AND day <= %(last)s), 0)
                   AS previous_year_margin
          FROM (%(days)s) d
      GROUP BY customer_id
        """,
        window=window_start,
        last=SQL("(%s::date - 365)", anchor),
        previous=SQL("(%s::date - 730)", anchor),
        days=_days_with_gaps(sources),
    )


def _days_with_gaps(sources):
    """Purchase days with ``gap``: days since the purchase before, NULL for the first.

    Days that are not purchases sort behind a customer's purchases, so that one sort
    serves both.
    """
    return SQL(
        """
        SELECT d.*,
               CASE WHEN is_purchase THEN day - LAG(day) OVER (
                   PARTITION BY customer_id ORDER BY is_purchase DESC, day) END AS gap
          FROM (%s) d
        """,
        purchase_days(sources),
    )
