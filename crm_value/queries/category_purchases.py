"""What was bought of each product category, by customer: three places to read it from.

Columns of all three, a row a line: ``partner_id`` (contact or company),
``category_id`` (of the product; NULL where nobody knows it), ``amount`` and ``margin``
in whole millionths of the company's currency (``queries.money``); ``margin`` is NULL
where the cost is unknown. Left out: rewards, down payments, price reductions, and what
was bought before the day ``since``. The sale of a gift card counts here.
"""

from odoo.tools import SQL

from .imported_purchases import currency_factor
from .invoice_purchases import invoice_lines
from .money import to_micros
from .prepaid import Prepaid


def order_categories(scope, since):
    """Lines of confirmed orders. What was credited later was bought all the same.

    Leans on ``sale_order__crm_value_idx`` for the orders of some customers; of all,
    reads the lines once: two million take about three seconds.
    """
    return SQL(
        """
        SELECT o.partner_id, t.categ_id AS category_id, %(amount)s AS amount,
               CASE WHEN l.purchase_price <> 0 THEN %(margin)s END AS margin
          FROM (
                SELECT id, partner_id, COALESCE(NULLIF(currency_rate, 0), 1) AS rate
                  FROM sale_order
                 WHERE company_id = %(company)s AND state = 'sale'
                   AND %(past)s AND %(since)s AND %(partners)s
               ) o
          JOIN sale_order_line l ON l.order_id = o.id
               AND l.reward_id IS NULL AND l.is_downpayment IS NOT TRUE
               AND l.price_unit >= 0
          JOIN product_product p ON p.id = l.product_id
          JOIN product_template t ON t.id = p.product_tmpl_id
        """,
        amount=_converted("l.price_subtotal"),
        margin=_converted("l.margin"),
        company=scope.company_id,
        past=scope.is_past(SQL("date_order")),
        since=scope.is_since(SQL("date_order"), since),
        partners=scope.partners(SQL("partner_id")),
    )


def _converted(amount):
    """An amount of a line in millionths of the company's currency.

    Most orders are in that currency: dividing by one takes longer than to look.
    """
    amount = SQL(amount)
    return to_micros(
        SQL("CASE WHEN o.rate = 1 THEN %s ELSE %s / o.rate END", amount, amount)
    )


def invoice_categories(scope, since):
    """Product lines of posted invoices, less those of credit notes."""
    return SQL(
        """
        SELECT i.partner_id, t.categ_id AS category_id, %(amount)s AS amount,
               CASE WHEN i.cost_known THEN %(margin)s END AS margin
          FROM (%(lines)s) i
          JOIN product_product p ON p.id = i.product_id
          JOIN product_template t ON t.id = p.product_tmpl_id
         WHERE NOT i.is_reward AND i.price_unit >= 0
        """,
        amount=to_micros(SQL("i.amount")),
        margin=to_micros(SQL("i.amount - i.cost")),
        lines=invoice_lines(scope, Prepaid(), since),
    )


def imported_categories(scope, since):
    """Imported purchases, at the rate of their day."""
    return SQL(
        """
        SELECT p.partner_id, p.product_category_id AS category_id,
               %(amount)s AS amount, %(margin)s AS margin
          FROM crm_value_purchase p
    CROSS JOIN LATERAL (SELECT %(factor)s AS factor OFFSET 0) f
         WHERE p.company_id = %(company)s AND p.date BETWEEN %(since)s AND %(as_of)s
           AND f.factor IS NOT NULL AND %(partners)s
        """,
        amount=to_micros(SQL("p.amount * f.factor")),
        margin=to_micros(SQL("p.margin * f.factor")),
        factor=currency_factor(scope),
        company=scope.company_id,
        since=since,
        as_of=scope.as_of,
        partners=scope.partners(SQL("p.partner_id")),
    )
