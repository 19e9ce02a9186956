from odoo.tools import SQL

from .money import purchases_in_micros


def till_purchases(scope, *, with_invoiced, line_filter):
    """Purchases at the till (``pos.order``, where that app is installed).

    Columns as in :func:`order_purchases`, a row an order; returns count negative on
    their own day. A line whose cost was not computed has an unknown cost, unless its
    price is negative: that is a price reduction.

    :param bool with_invoiced: count orders that were invoiced too; False where the
        invoices count themselves
    :param SQL line_filter: condition on the lines ``l`` that count as bought here

    Left out: drafts, cancelled orders, orders without a customer, orders after the day
    of valuation.
    """
    return purchases_in_micros(
        SQL(
            """
            SELECT o.partner_id,
                   %(day)s AS day,
                   SUM(l.price_subtotal) / o.rate AS amount,
                   SUM(l.price_subtotal - COALESCE(l.total_cost, 0)::numeric)
                       FILTER (WHERE l.is_known) / o.rate AS margin,
                   SUM(l.price_subtotal) FILTER (WHERE l.is_known) / o.rate
                       AS known_amount,
                   CASE WHEN BOOL_OR(l.is_reduction) THEN 0
                        ELSE SUM(l.price_subtotal)
                            FILTER (WHERE COALESCE(l.discount, 0) = 0) / o.rate END
                       AS full_price_amount,
                   0::numeric AS reward_amount,
                   FALSE AS is_free
              FROM (
                    SELECT id, partner_id, date_order,
                           COALESCE(NULLIF(currency_rate, 0), 1)::numeric AS rate
                      FROM pos_order
                     WHERE company_id = %(company)s AND partner_id IS NOT NULL
                       AND state IN ('paid', 'done', 'invoiced')
                       AND (%(with_invoiced)s OR account_move IS NULL)
                       AND %(past)s AND %(partners)s
                   ) o
              JOIN (
                    SELECT l.*, l.price_unit < 0 AND l.has_no_cost AS is_reduction,
                           l.price_unit < 0 OR NOT l.has_no_cost AS is_known
                      FROM (
                            SELECT *, COALESCE(total_cost, 0) = 0 AS has_no_cost
                              FROM pos_order_line
                           ) l
                     WHERE %(line_filter)s
                   ) l ON l.order_id = o.id
          GROUP BY o.id, o.partner_id, o.date_order, o.rate
            """,
            day=scope.day(SQL("o.date_order")),
            company=scope.company_id,
            with_invoiced=with_invoiced,
            past=scope.is_past(SQL("date_order")),
            partners=scope.partners(SQL("partner_id")),
            line_filter=line_filter,
        )
    )
