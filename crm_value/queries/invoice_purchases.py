from odoo.tools import SQL

from .money import purchases_in_micros


def invoice_purchases(scope, prepaid):
    """Purchases from posted invoices, less their credit notes.

    Columns as in :func:`order_purchases`, a row an invoice with its credit notes. A
    credit note counts negative on the day of the invoice it reverses, else on its own.
    The margin takes the cost of the linked order line; a line without one has an
    unknown cost, unless its price is negative: that is a price reduction, whose margin
    is its amount. The customer is whom the contact belongs to today, not when it was
    invoiced.

    Left out: drafts, cancelled invoices, invoices dated after the day of valuation,
    down payments (what they announce is invoiced later), lines that load a gift card
    or an eWallet or pay from one (``prepaid``), taxes and sections.

    Leans on ``account_move__crm_value_idx`` and the index of the lines' ``move_id``;
    a million invoice lines take a few seconds.
    """
    return purchases_in_micros(
        SQL(
            """
            SELECT partner_id, day,
                   SUM(amount) FILTER (WHERE NOT is_reward) AS amount,
                   SUM(amount - cost) FILTER (WHERE is_known) AS margin,
                   SUM(amount) FILTER (WHERE is_known) AS known_amount,
                   CASE WHEN BOOL_OR(is_reduction) THEN 0
                        ELSE SUM(amount) FILTER (
                            WHERE NOT is_reward AND discount <= 0) END
                       AS full_price_amount,
                   SUM(cost - amount) FILTER (WHERE is_reward) AS reward_amount,
                   FALSE AS is_free
              FROM (%s) i
        CROSS JOIN LATERAL (
                    SELECT NOT is_reward AND cost_known OR is_reduction AS is_known
                   ) k
          GROUP BY document_id, partner_id, day
            """,
            invoice_lines(scope, prepaid),
        )
    )


def invoice_lines(scope, prepaid, since=None):
    """Lines of posted invoices, those of credit notes negative; company currency.

    Columns: ``partner_id``, ``day`` (of a credit note, that of the invoice it
    reverses), ``document_id`` (likewise), ``product_id``, ``price_unit``, ``amount``,
    ``discount``, ``is_reward``, ``is_reduction`` (a price reduction), ``cost_known``
    and ``cost`` (that of the linked order line, 0 where it is unknown).

    :param Prepaid prepaid: lines of prepaid money, which are left out
    :param date since: invoices before this day are left out

    Joined and grouped rather than looked up line by line: a run of all customers reads
    every table once, one of some customers goes by the indexes.
    """
    return SQL(
        """
        SELECT partner_id, day, document_id, product_id, price_unit, amount, discount,
               is_reward,
               unit_cost <> 0 AS cost_known,
               unit_cost = 0 AND NOT is_reward AND price_unit < 0 AND amount <> 0
                   AS is_reduction,
               unit_cost * quantity AS cost
          FROM (
                SELECT m.partner_id,
                       COALESCE(origin.invoice_date, m.invoice_date) AS day,
                       COALESCE(origin.id, m.id) AS document_id,
                       -i.balance AS amount, i.product_id, i.price_unit,
                       COALESCE(i.discount, 0) AS discount,
                       i.quantity * CASE m.move_type WHEN 'out_refund' THEN -1 ELSE 1
                                    END AS quantity,
                       COALESCE(MAX(l.purchase_price
                                    / COALESCE(NULLIF(o.currency_rate, 0), 1)), 0)
                           AS unit_cost,
                       BOOL_OR(l.reward_id IS NOT NULL) AS is_reward
                  FROM account_move m
                  JOIN account_move_line i ON i.move_id = m.id
             LEFT JOIN account_move origin
                    ON origin.id = m.reversed_entry_id AND m.move_type = 'out_refund'
             LEFT JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = i.id
             LEFT JOIN sale_order_line l ON l.id = r.order_line_id
             LEFT JOIN sale_order o ON o.id = l.order_id
                 WHERE m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                   AND m.state = 'posted' AND m.company_id = %(company)s
                   AND m.invoice_date <= %(as_of)s AND %(since)s AND %(partners)s
                   AND i.display_type = 'product' AND i.is_downpayment IS NOT TRUE
              GROUP BY i.id, m.id, origin.id
                -- What the till invoiced, or nobody ordered, is told by its product.
                HAVING NOT COALESCE(
                    BOOL_OR(%(is_prepaid_line)s) FILTER (WHERE l.id IS NOT NULL),
                    %(is_prepaid_product)s)
               ) i
        """,
        is_prepaid_line=prepaid.is_line("l"),
        is_prepaid_product=prepaid.is_product(SQL("i.product_id")),
        company=scope.company_id,
        as_of=scope.as_of,
        since=SQL("m.invoice_date >= %s", since) if since else SQL("TRUE"),
        partners=scope.partners(SQL("m.partner_id")),
    )
