from datetime import date

from odoo.tools import SQL

from .money import AMOUNTS, MICRO, from_micros
from .scope import EVERY_CONTACT

# Less than half a cent is what rounding leaves of a day that was credited whole.
ROUNDING = MICRO // 200
# Days are numbered from here; a number has five digits until the year 2173.
FIRST_DAY = date(1900, 1, 1)


def purchase_days(sources):
    """Purchases of all ``sources`` merged: one row a customer and day.

    Columns: ``customer_id`` (commercial partner), ``day``, and ``amount``, ``margin``,
    ``known_amount``, ``full_price_amount``, ``reward_amount`` in company currency;
    ``is_purchase``: something was bought and not all of it credited. Other days only
    reduce the figures.
    """
    return SQL(
        """
        SELECT customer_id, day, is_purchase, %s FROM (%s) d
        """,
        SQL(", ").join(
            SQL("%s AS %s", from_micros(SQL.identifier(name)), SQL.identifier(name))
            for name in AMOUNTS
        ),
        _days(sources),
    )


def _days(sources, contacts=EVERY_CONTACT):
    """As :func:`purchase_days`, amounts in whole millionths.

    :param SQL contacts: who may have bought; of a few the others are not read
    """
    return SQL(
        """
        SELECT p.commercial_partner_id AS customer_id, s.day,
               %s,
               SUM(s.amount) >= %s
                   OR BOOL_OR(s.is_free) AND ABS(SUM(s.amount)) < %s AS is_purchase
          FROM (%s) s
          JOIN %s p ON p.id = s.partner_id
      GROUP BY p.commercial_partner_id, s.day
        """,
        SQL(", ").join(
            SQL("SUM(%s) AS %s", SQL.identifier("s", name), SQL.identifier(name))
            for name in AMOUNTS
        ),
        ROUNDING,
        ROUNDING,
        SQL(" UNION ALL ").join(sources),
        contacts,
    )


def purchase_history(sources, window, contacts):
    """What each customer bought: the history that every other figure starts from.

    :param sources: queries with the columns of :func:`order_purchases`
    :param Window window: days that the figures look back on
    :param SQL contacts: ``Scope.contacts`` of whom the sources tell

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
      ``reward_amount``: sums over the window; all sums in whole millionths of the
      company's currency
    - ``last_year_revenue``, ``last_year_margin``, ``previous_year_revenue``,
      ``previous_year_margin``: sums over the 365 days to the anchor and those before

    One sort by customer and day: about two seconds for a million orders.
    """
    return SQL(
        """
        SELECT h.*,
               pause / 100000 AS pause_days,
               %s::date + (pause %% 100000)::int AS pause_end_date
          FROM (%s) h
        """,
        FIRST_DAY,
        _sums(_days_with_gaps(sources, contacts), window),
    )


def _sums(days, window):
    # A pause and the day it ended travel in one integer (days × 100,000 + day number):
    # one MAX gives the longest pause together with its end.
    last_year = SQL("day > (%s::date - 365)", window.anchor)
    year_before = SQL(
        "day > (%s::date - 730) AND day <= (%s::date - 365)",
        window.anchor,
        window.anchor,
    )
    in_window = SQL("day >= %s", window.start)
    repeated = SQL("gap IS NOT NULL")
    sums = [
        ("repeat_revenue", "amount", repeated),
        ("repeat_margin", "margin", repeated),
        ("revenue", "amount", in_window),
        ("margin", "margin", in_window),
        ("known_amount", "known_amount", in_window),
        ("full_price_amount", "full_price_amount", in_window),
        ("reward_amount", "reward_amount", in_window),
        ("last_year_revenue", "amount", last_year),
        ("last_year_margin", "margin", last_year),
        ("previous_year_revenue", "amount", year_before),
        ("previous_year_margin", "margin", year_before),
    ]
    return SQL(
        """
        SELECT customer_id,
               MIN(day) FILTER (WHERE is_purchase) AS first_date,
               MAX(day) FILTER (WHERE is_purchase) AS last_date,
               COUNT(*) FILTER (WHERE is_purchase) AS purchase_count,
               PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY gap) AS cycle_days,
               MAX(gap * 100000::bigint + (day - %(first_day)s::date))
                   FILTER (WHERE %(last_year)s) AS pause,
               COUNT(*) FILTER (WHERE gap IS NOT NULL AND amount > 0)
                   AS paid_repeat_count,
               COUNT(*) FILTER (WHERE is_purchase AND %(in_window)s) AS window_count,
               %(sums)s
          FROM (%(days)s) d
      GROUP BY customer_id
        """,
        first_day=FIRST_DAY,
        last_year=last_year,
        in_window=in_window,
        sums=SQL(", ").join(
            SQL(
                "COALESCE(SUM(%s) FILTER (WHERE %s), 0) AS %s",
                SQL.identifier(column),
                condition,
                SQL.identifier(name),
            )
            for name, column, condition in sums
        ),
        days=days,
    )


def _days_with_gaps(sources, contacts):
    """Purchase days with ``gap``: days since the purchase before, NULL for the first.

    A running maximum passes over days that are no purchases, and needs no sort beyond
    the one that merged the days.
    """
    return SQL(
        """
        SELECT d.*,
               CASE WHEN is_purchase THEN day - MAX(
                       CASE WHEN is_purchase THEN day END) OVER (
                   PARTITION BY customer_id ORDER BY day
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) END AS gap
          FROM (%s) d
        """,
        _days(sources, contacts),
    )
