from odoo.tools import SQL


def order_purchases(scope):
    """Purchases from confirmed sales orders, net of what was credited.

    Columns, a row an order:

    - ``partner_id``: the ordering partner, contact or company
    - ``day``: day of confirmation in the time zone of the scope
    - ``amount``: untaxed, without reward lines, less credit notes; company currency
    - ``margin``: margin of the lines whose cost is known, less their share of credit
      notes; company currency
    - ``known_amount``: the part of ``amount`` whose cost is known
    - ``full_price_amount``: the part of ``amount`` sold without discount
    - ``reward_amount``: what reward lines gave away, >= 0; company currency
    - ``is_free``: a purchase although it cost nothing; never so for an order

    Left out: drafts, quotations, cancelled orders, orders confirmed after the day of
    valuation. Down payments are lines of quantity zero and add nothing.

    Leans on ``sale_order__crm_value_idx`` (index-only) for the orders, and on
    ``sale_order_line__crm_value_idx`` for the lines that the order's own totals do not
    tell: rewards, unknown cost, discounts. A million orders take about a second.
    """
    return SQL(
        """
        SELECT o.partner_id,
               %(day)s AS day,
               (o.amount_untaxed - COALESCE(x.reward_amount, 0)) / o.rate
                   - COALESCE(c.amount, 0) AS amount,
               (o.margin - COALESCE(x.reward_margin + x.unknown_margin, 0)) / o.rate
                   - COALESCE(c.margin, 0) AS margin,
               (o.amount_untaxed
                   - COALESCE(x.reward_amount + x.unknown_amount, 0)) / o.rate
                   - COALESCE(c.known_amount, 0) AS known_amount,
               (o.amount_untaxed
                   - COALESCE(x.reward_amount + x.discounted_amount, 0)) / o.rate
                   - COALESCE(c.full_price_amount, 0) AS full_price_amount,
               COALESCE(-x.reward_amount, 0) / o.rate AS reward_amount,
               FALSE AS is_free
          FROM (
                SELECT id, partner_id, date_order, amount_untaxed,
                       COALESCE(margin, 0) AS margin,
                       COALESCE(NULLIF(currency_rate, 0), 1) AS rate
                  FROM sale_order
                 WHERE company_id = %(company)s AND state = 'sale'
                   AND %(past)s AND %(partners)s
               ) o
     LEFT JOIN (%(exceptions)s) x ON x.order_id = o.id
     LEFT JOIN (%(credits)s) c ON c.order_id = o.id
        """,
        day=scope.day(SQL("o.date_order")),
        company=scope.company_id,
        past=scope.is_past(SQL("date_order")),
        partners=scope.partners(SQL("partner_id")),
        exceptions=_exceptions(scope),
        credits=_credits(scope),
    )


def _exceptions(scope):
    """What single lines change in the totals of an order, in the order's currency."""
    return SQL(
        """
        SELECT l.order_id,
               COALESCE(SUM(l.price_subtotal)
                   FILTER (WHERE l.reward_id IS NOT NULL), 0) AS reward_amount,
               COALESCE(SUM(l.margin)
                   FILTER (WHERE l.reward_id IS NOT NULL), 0) AS reward_margin,
               COALESCE(SUM(l.price_subtotal)
                   FILTER (WHERE l.reward_id IS NULL AND l.purchase_price = 0), 0)
                   AS unknown_amount,
               COALESCE(SUM(l.margin)
                   FILTER (WHERE l.reward_id IS NULL AND l.purchase_price = 0), 0)
                   AS unknown_margin,
               COALESCE(SUM(l.price_subtotal)
                   FILTER (WHERE l.reward_id IS NULL AND l.discount > 0), 0)
                   AS discounted_amount
          FROM sale_order_line l
         WHERE (l.reward_id IS NOT NULL OR l.purchase_price = 0 OR l.discount > 0)
           AND l.company_id = %s AND l.state = 'sale' AND %s
      GROUP BY l.order_id
        """,
        scope.company_id,
        _lines_of_customers(scope),
    )


def _lines_of_customers(scope):
    if scope.customer_ids is None:
        return SQL("TRUE")
    return SQL(
        """l.order_id IN (
            SELECT id FROM sale_order WHERE company_id = %s AND %s
        )""",
        scope.company_id,
        scope.partners(SQL("partner_id")),
    )


def _credits(scope):
    """What posted credit notes took back from each order, in company currency.

    A credit on a line takes its share of the line's margin: what was returned cost
    as much of the margin as it was worth.
    """
    return SQL(
        """
        SELECT l.order_id,
               SUM(i.balance) AS amount,
               SUM(CASE WHEN l.purchase_price <> 0 AND l.price_subtotal <> 0
                        THEN i.balance * l.margin / l.price_subtotal ELSE 0 END)
                   AS margin,
               SUM(CASE WHEN l.purchase_price <> 0 THEN i.balance ELSE 0 END)
                   AS known_amount,
               SUM(CASE WHEN l.discount > 0 THEN 0 ELSE i.balance END)
                   AS full_price_amount
          FROM account_move m
          JOIN account_move_line i ON i.move_id = m.id
          JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = i.id
          JOIN sale_order_line l ON l.id = r.order_line_id
         WHERE m.move_type = 'out_refund' AND m.state = 'posted'
           AND m.company_id = %s AND m.invoice_date <= %s AND %s
           AND i.display_type = 'product'
           AND l.reward_id IS NULL AND l.is_downpayment IS NOT TRUE
      GROUP BY l.order_id
        """,
        scope.company_id,
        scope.as_of,
        scope.customers(SQL("m.commercial_partner_id")),
    )
