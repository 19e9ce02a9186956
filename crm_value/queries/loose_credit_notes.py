from odoo.tools import SQL

from .money import purchases_in_micros


def loose_credit_notes(scope, move_filter):
    """Credit notes that belong to no order, for companies that value by orders.

    Columns as in :func:`order_purchases`, a row a credit note line; amounts are <= 0
    and count on the credit note's own day. Nothing of it is a known cost: it takes
    away revenue, and margin to the same amount.

    :param SQL move_filter: condition on the credit notes ``m`` that count here

    Left out: lines linked to an order line (they are netted there), down payments.
    Leans on ``account_move__crm_value_idx``.
    """
    return purchases_in_micros(
        SQL(
            """
            SELECT m.partner_id,
                   m.invoice_date AS day,
                   -i.balance AS amount,
                   -i.balance AS margin,
                   -i.balance AS known_amount,
                   -i.balance AS full_price_amount,
                   0::numeric AS reward_amount,
                   FALSE AS is_free
              FROM account_move m
              JOIN account_move_line i ON i.move_id = m.id
             WHERE m.move_type = 'out_refund' AND m.state = 'posted'
               AND m.company_id = %s AND m.invoice_date <= %s AND %s AND %s
               AND i.display_type = 'product' AND i.is_downpayment IS NOT TRUE
               AND NOT EXISTS (
                    SELECT FROM sale_order_line_invoice_rel r
                     WHERE r.invoice_line_id = i.id
                   )
            """,
            scope.company_id,
            scope.as_of,
            scope.partners(SQL("m.partner_id")),
            move_filter,
        )
    )
