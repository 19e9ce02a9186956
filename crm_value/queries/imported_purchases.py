from odoo.tools import SQL

from .money import purchases_in_micros


def imported_purchases(scope):
    """Purchases brought over from older systems (``crm.value.purchase``).

    Columns as in :func:`order_purchases`, a row an imported purchase, converted at the
    rate of its date (the last one before, else the first one after, as core does). A
    purchase without a margin has an unknown cost. All count as sold at full price,
    since nothing is known of discounts. A purchase of nothing is one all the same.

    Left out: purchases dated after the day of valuation, and those in a currency that
    has no rate at all (the run names them).

    Leans on the index over company, partner and date that carries the amounts.
    """
    return purchases_in_micros(
        SQL(
            """
            SELECT p.partner_id,
                   p.date AS day,
                   p.amount * f.factor AS amount,
                   COALESCE(p.margin * f.factor, 0) AS margin,
                   CASE WHEN p.margin IS NULL THEN 0 ELSE p.amount * f.factor END
                       AS known_amount,
                   p.amount * f.factor AS full_price_amount,
                   0::numeric AS reward_amount,
                   p.amount = 0 AS is_free
              FROM crm_value_purchase p
        CROSS JOIN LATERAL (
                    SELECT %(factor)s AS factor
                    -- Once a purchase, not once an amount.
                    OFFSET 0
                   ) f
             WHERE p.company_id = %(company)s AND p.date <= %(as_of)s
               AND f.factor IS NOT NULL AND %(partners)s
            """,
            factor=currency_factor(scope),
            company=scope.company_id,
            as_of=scope.as_of,
            partners=scope.partners(SQL("p.partner_id")),
        )
    )


def currency_factor(scope):
    """What turns the amounts of a purchase ``p`` into those of the company's currency.

    NULL where the purchase's currency has no rate at all.
    """
    return SQL(
        """CASE WHEN p.currency_id = %(currency)s THEN 1
                ELSE %(own_rate)s / %(rate)s END""",
        currency=scope.currency_id,
        own_rate=_rate(scope, SQL("%s", scope.currency_id), SQL("1")),
        rate=_rate(scope, SQL("p.currency_id"), SQL("NULL")),
    )


def purchases_without_rate(scope):
    """Imported purchases that no rate can convert: ``currency``, ``count``."""
    return SQL(
        """
        SELECT c.name AS currency, COUNT(*) AS count
          FROM crm_value_purchase p
          JOIN res_currency c ON c.id = p.currency_id
         WHERE p.company_id = %s AND p.date <= %s AND p.currency_id <> %s
           AND NOT EXISTS (
                SELECT FROM res_currency_rate r
                 WHERE r.currency_id = p.currency_id
                   AND (r.company_id IS NULL OR r.company_id = %s)
               )
      GROUP BY c.name
      ORDER BY c.name
        """,
        scope.company_id,
        scope.as_of,
        scope.currency_id,
        scope.root_company_id,
    )


def _rate(scope, currency, default):
    """Units of ``currency`` to the database's unit of account on the purchase's day."""
    return SQL(
        """COALESCE(
            (SELECT r.rate FROM res_currency_rate r
              WHERE r.currency_id = %(currency)s AND r.name <= p.date
                AND (r.company_id IS NULL OR r.company_id = %(company)s)
           ORDER BY r.company_id, r.name DESC LIMIT 1),
            (SELECT r.rate FROM res_currency_rate r
              WHERE r.currency_id = %(currency)s
                AND (r.company_id IS NULL OR r.company_id = %(company)s)
           ORDER BY r.company_id, r.name LIMIT 1),
            %(default)s
        )""",
        currency=currency,
        company=scope.root_company_id,
        default=default,
    )
