from odoo.tools import SQL


def complaint_costs(scope, window_start, source):
    """What remedies cost beyond what purchases tell already: cost to serve.

    Columns: ``customer_id`` (commercial partner), ``amount`` (company currency, >= 0).

    Remedies that were given from the start of the window until the day of valuation and
    not taken back. Nothing is counted twice:

    - refund and credit: a posted credit note takes off revenue and margin itself, so
      that only those given without one count
    - replacement: the order of replacement has a margin of minus its cost; what counts
      is the cost of lines whose cost is unknown there (at their price) and, where
      invoices count as purchases (``source``), of what is not invoiced; without an
      order all of it
    - discount: never, as its line takes the amount off the order and its margin
    - coupon and points: never, as what they are used for comes as a reward with the
      purchases, and unused ones cost nothing
    - apology: costs nothing

    Leans on the partial index on the company of given remedies.
    """
    return SQL(
        """
        SELECT c.commercial_partner_id AS customer_id,
               CASE WHEN r.replacement_id IS NULL THEN r.cost_amount
                    ELSE (%(uncounted)s) END AS amount
          FROM crm_complaint_remedy r
          JOIN crm_complaint c ON c.id = r.complaint_id
         WHERE r.company_id = %(company)s AND r.state = 'given'
           AND %(day)s BETWEEN %(start)s AND %(as_of)s
           AND c.commercial_partner_id IS NOT NULL AND %(customers)s
           AND r.kind IN ('refund', 'credit', 'replacement')
           AND NOT (r.kind IN ('refund', 'credit') AND r.is_by_document)
        """,
        uncounted=_uncounted(source),
        company=scope.company_id,
        day=scope.day(SQL("r.given_at")),
        start=window_start,
        as_of=scope.as_of,
        customers=scope.customers(SQL("c.commercial_partner_id")),
    )


def _uncounted(source):
    """Cost of the replacement order of ``r`` that no purchase tells."""
    known = SQL("0")
    if source == "invoices":
        known = SQL(
            """
            l.purchase_price * GREATEST(l.product_uom_qty - COALESCE((
                SELECT SUM(CASE m.move_type WHEN 'out_refund' THEN -i.quantity
                                            ELSE i.quantity END)
                  FROM sale_order_line_invoice_rel x
                  JOIN account_move_line i ON i.id = x.invoice_line_id
                  JOIN account_move m ON m.id = i.move_id
                 WHERE x.order_line_id = l.id AND m.state = 'posted'), 0), 0)
            """
        )
    return SQL(
        """
        SELECT COALESCE(SUM(
                   CASE WHEN COALESCE(l.purchase_price, 0) = 0
                        THEN l.price_unit * l.product_uom_qty ELSE %s END
                   / COALESCE(NULLIF(o.currency_rate, 0), 1)), 0)
          FROM sale_order o
          JOIN sale_order_line l ON l.order_id = o.id
         WHERE o.id = r.replacement_id AND o.state = 'sale'
           AND l.display_type IS NULL AND l.reward_id IS NULL
        """,
        known,
    )
