from odoo.tools import SQL

from .money import to_micros


def order_purchases(scope, prepaid):
    """Purchases from confirmed sales orders, net of what was credited.

    Columns, a row an order; amounts in company currency, in whole millionths
    (``queries.money``):

    - ``partner_id``: the ordering partner, contact or company
    - ``day``: day of confirmation in the time zone of the scope
    - ``amount``: untaxed, without reward lines, less credit notes, at the order's
      rate, so that nothing is left of what was credited whole
    - ``margin``: margin of the lines whose cost is known, less their share of credit
      notes
    - ``known_amount``: the part of ``amount`` whose cost is known
    - ``full_price_amount``: the part of ``amount`` sold without discount: nothing of
      an order whose price was reduced as a whole
    - ``reward_amount``: what reward lines cost that were not credited, >= 0: discounts,
      and the cost of products given away
    - ``is_free``: a purchase although it cost nothing; never so for an order

    Left out: drafts, quotations, cancelled orders, orders confirmed after the day of
    valuation. Down payments are lines of quantity zero and add nothing. Lines that
    load a gift card or an eWallet, or pay from one (``prepaid``), are no purchase and
    take nothing off one.

    A line of negative price without a cost is a price reduction, such as core's
    discount button makes: nothing of it is unknown, its margin is its amount. A return
    has a negative quantity instead.

    Leans on ``sale_order__crm_value_idx`` (index-only) for the orders, and on
    ``sale_order_line__crm_value_idx`` for the lines that the order's own totals do not
    tell: rewards, unknown cost, discounts. A million orders take about a second.
    """
    return SQL(
        """
        SELECT * FROM (
          WITH o AS %(once)s (%(orders)s),
               x AS %(once)s (%(exceptions)s),
               c AS %(once)s (%(credits)s)
        SELECT o.partner_id,
               %(day)s AS day,
               CASE WHEN is_plain THEN o.amount_micros ELSE %(amount)s END AS amount,
               CASE WHEN is_plain THEN o.margin_micros ELSE %(margin)s END AS margin,
               CASE WHEN is_plain THEN o.amount_micros ELSE %(known)s END
                   AS known_amount,
               CASE WHEN is_plain THEN o.amount_micros ELSE %(full_price)s END
                   AS full_price_amount,
               CASE WHEN is_plain THEN 0 ELSE %(reward)s END AS reward_amount,
               FALSE AS is_free
          FROM o
     LEFT JOIN x ON x.order_id = o.id
     LEFT JOIN c ON c.order_id = o.id
    CROSS JOIN LATERAL (
                SELECT x.order_id IS NULL AND c.order_id IS NULL AND o.rate = 1
                    AS is_plain
               ) p
        ) o
        """,
        # Of some customers, once each, however few orders the planner expects. Of all,
        # as subqueries: there it knows that an order comes once, and hashes the few.
        once=SQL("NOT MATERIALIZED")
        if scope.customer_ids is None
        else SQL("MATERIALIZED"),
        day=scope.day(SQL("o.date_order")),
        amount=_net(
            "o.amount_untaxed - COALESCE(x.apart_amount, 0) - COALESCE(c.amount, 0)"
        ),
        margin=_net(
            "COALESCE(o.margin, 0) - COALESCE(x.apart_margin + x.unknown_margin, 0)"
            " - COALESCE(c.margin, 0)"
        ),
        known=_net(
            "o.amount_untaxed - COALESCE(x.apart_amount + x.unknown_amount, 0)"
            " - COALESCE(c.known_amount, 0)"
        ),
        full_price=_net(
            "CASE WHEN x.is_reduced THEN 0"
            " ELSE o.amount_untaxed - COALESCE(x.apart_amount + x.discounted_amount, 0)"
            " - COALESCE(c.full_price_amount, 0) END"
        ),
        reward=_net(
            "GREATEST(COALESCE(c.reward_amount, 0) - COALESCE(x.reward_margin, 0), 0)"
        ),
        orders=_orders(scope),
        exceptions=_exceptions(scope, prepaid),
        credits=_credits(scope, prepaid),
    )


def _orders(scope):
    """Confirmed orders with their rate, and their amounts as a plain one counts them.

    Fenced, so that these are converted once.
    """
    return SQL(
        """
        SELECT id, partner_id, date_order, amount_untaxed, margin,
               COALESCE(NULLIF(currency_rate, 0), 1) AS rate,
               %(amount_micros)s AS amount_micros,
               COALESCE(%(margin_micros)s, 0) AS margin_micros
          FROM sale_order
         WHERE company_id = %(company)s AND state = 'sale' AND %(past)s AND %(partners)s
        OFFSET 0
        """,
        amount_micros=to_micros(SQL("amount_untaxed")),
        margin_micros=to_micros(SQL("margin")),
        company=scope.company_id,
        past=scope.is_past(SQL("date_order")),
        partners=scope.partners(SQL("partner_id")),
    )


def _net(amount):
    """An amount in the order's currency in millionths of the company's."""
    return to_micros(SQL("(%s) / o.rate", SQL(amount)))


def _exceptions(scope, prepaid):
    """What single lines change in the totals of an order, in the order's currency.

    ``apart``: lines that are not about goods sold. ``is_reduced``: lines lower the
    price of the order.
    """
    return SQL(
        """
        SELECT order_id,
               COALESCE(SUM(price_subtotal) FILTER (WHERE is_apart), 0)
                   AS apart_amount,
               COALESCE(SUM(margin) FILTER (WHERE is_apart), 0) AS apart_margin,
               COALESCE(SUM(margin) FILTER (WHERE is_apart AND NOT is_prepaid), 0)
                   AS reward_margin,
               COALESCE(SUM(price_subtotal) FILTER (WHERE is_unknown), 0)
                   AS unknown_amount,
               COALESCE(SUM(margin) FILTER (WHERE is_unknown), 0) AS unknown_margin,
               COALESCE(SUM(price_subtotal)
                   FILTER (WHERE NOT is_apart AND discount > 0), 0)
                   AS discounted_amount,
               COALESCE(SUM(price_subtotal) FILTER (WHERE is_reduction), 0) < 0
                   AS is_reduced
          FROM (%s) l
    CROSS JOIN LATERAL (
                SELECT is_prepaid OR reward_id IS NOT NULL AS is_apart
               ) a
    CROSS JOIN LATERAL (
                SELECT NOT is_apart AND purchase_price = 0 AND price_unit >= 0
                           AS is_unknown,
                       NOT is_apart AND purchase_price = 0 AND price_unit < 0
                           AS is_reduction
               ) k
      GROUP BY order_id
        """,
        _exceptional_lines(scope, prepaid),
    )


def _exceptional_lines(scope, prepaid):
    """The lines that the index holds; those that load a card need not be among them."""
    indexed = SQL("(l.reward_id IS NOT NULL OR l.purchase_price = 0 OR l.discount > 0)")
    conditions = [indexed]
    # Of all customers no line is of another.
    of_whom = SQL("TRUE")
    if scope.customer_ids is not None:
        of_whom = SQL("l.order_id IN (SELECT id FROM o)")
    if prepaid.product_ids:
        conditions.append(
            SQL(
                "l.product_id = ANY(%s::int[]) AND %s IS NOT TRUE",
                prepaid.product_ids,
                indexed,
            )
        )
    return SQL(" UNION ALL ").join(
        SQL(
            """
            SELECT l.order_id, l.price_subtotal, l.margin, l.purchase_price,
                   l.price_unit, l.discount, l.reward_id, %s AS is_prepaid
              FROM sale_order_line l
             WHERE %s AND l.company_id = %s AND %s
            """,
            prepaid.is_line("l"),
            condition,
            scope.company_id,
            of_whom,
        )
        for condition in conditions
    )


def _credits(scope, prepaid):
    """What posted credit notes took back from each order, in the order's currency.

    Of each line that is what was credited, as far as the line is still worth more than
    what stayed invoiced of it: where the quantity was lowered before, or the line is a
    return itself, the line already is less. Invoices round the total, not each line:
    a line may be credited for a cent more than it is worth, and then is. A credit takes
    its share of the line's margin: what was returned cost as much of the margin as it
    was worth.
    ``reward_amount`` is negative: what was given away comes back.
    """
    return SQL(
        """
        SELECT order_id,
               SUM(amount) FILTER (WHERE is_sold) AS amount,
               SUM(amount) FILTER (WHERE reward_id IS NOT NULL) AS reward_amount,
               SUM(amount * margin / NULLIF(price_subtotal, 0)) FILTER (
                   WHERE is_sold AND is_known) AS margin,
               SUM(amount) FILTER (WHERE is_sold AND is_known) AS known_amount,
               SUM(amount) FILTER (WHERE is_sold AND COALESCE(discount, 0) <= 0)
                   AS full_price_amount
          FROM (
                SELECT l.*, CASE WHEN ABS(credited - rest) <= rounding THEN credited
                                 WHEN credited > 0
                                 THEN GREATEST(LEAST(credited, rest), 0)
                                 ELSE LEAST(GREATEST(credited, rest), 0) END AS amount
                  FROM (%s) l
            CROSS JOIN LATERAL (SELECT price_subtotal - stayed AS rest) s
               ) c
      GROUP BY order_id
        """,
        _documents_of_lines(scope, prepaid),
    )


def _credited_lines(scope):
    """Ids of the order lines that a posted credit note refers to."""
    return SQL(
        """
        SELECT DISTINCT r.order_line_id
          FROM account_move m
          JOIN account_move_line i ON i.move_id = m.id
          JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = i.id
          JOIN sale_order_line l ON l.id = r.order_line_id
          JOIN sale_order o ON o.id = l.order_id
         WHERE m.move_type = 'out_refund' AND m.state = 'posted'
           AND m.company_id = %s AND m.invoice_date <= %s AND %s
           AND i.display_type = 'product' AND l.is_downpayment IS NOT TRUE
        """,
        scope.company_id,
        scope.as_of,
        scope.partners(SQL("o.partner_id")),
    )


def _documents_of_lines(scope, prepaid):
    """Credited order lines with ``credited`` and ``stayed`` (invoiced less credited).

    Joined and grouped: a run of all customers forbids nested loops, and would read all
    invoices for every line.
    """
    return SQL(
        """
        SELECT l.order_id, l.reward_id, l.margin, l.price_subtotal, l.discount,
               l.reward_id IS NULL AS is_sold,
               l.purchase_price <> 0 OR l.price_unit < 0 AS is_known,
               y.rounding,
               COALESCE(SUM(d.amount) FILTER (WHERE m.move_type = 'out_refund'), 0)
                   AS credited,
               -SUM(d.amount) AS stayed
          FROM (%(lines)s) c
          JOIN sale_order_line l ON l.id = c.order_line_id
          JOIN sale_order o ON o.id = l.order_id
          JOIN res_currency y ON y.id = l.currency_id
          JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id
          JOIN account_move_line i ON i.id = r.invoice_line_id
          JOIN account_move m ON m.id = i.move_id
    CROSS JOIN LATERAL (
                SELECT CASE WHEN m.currency_id = o.currency_id THEN i.amount_currency
                            ELSE i.balance * COALESCE(NULLIF(o.currency_rate, 0), 1) END
                           AS amount
               ) d
         WHERE i.display_type = 'product' AND m.state = 'posted'
           AND m.invoice_date <= %(as_of)s AND NOT %(is_prepaid)s
      GROUP BY l.id, y.id
        """,
        lines=_credited_lines(scope),
        as_of=scope.as_of,
        is_prepaid=prepaid.is_line("l"),
    )
