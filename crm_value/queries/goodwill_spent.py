from odoo.tools import SQL

# Complaints without any document are told apart by time alone.
UNDOCUMENTED_DAYS = 90
GRANTED = ("proposed", "approved", "given")


def goodwill_spent(complaint_id, left_out_id):
    """What was granted for the same matter, in the company's currency.

    The same matter are a complaint and all that are linked to it, directly or over
    others: merged with it, following on it, flagged as the same; and the complaints of
    the same customer in the same company about the same order or invoice (an order and
    its invoices are one document), or, where neither has a document, received within
    ninety days of each other.

    :param int left_out_id: the remedy that asks, or 0

    Columns: ``amount`` (company currency).

    Left out: remedies that wait for a manager, were cancelled or reversed.
    Leans on the indexes of the links and of the customer; a customer has few
    complaints, so that it takes a millisecond.
    """
    return SQL(
        """
        WITH RECURSIVE matter(id) AS (
            SELECT %(complaint)s
             UNION
            SELECT o.id
              FROM matter m
              JOIN crm_complaint c ON c.id = m.id
        CROSS JOIN LATERAL (%(links)s UNION ALL %(documents)s) o
             WHERE o.id IS NOT NULL
        )
        SELECT COALESCE(SUM(r.company_amount), 0)::float8 AS amount
          FROM crm_complaint_remedy r
         WHERE r.complaint_id IN (SELECT id FROM matter)
           AND r.state = ANY(%(granted)s) AND r.id <> %(left_out)s
        """,
        complaint=complaint_id,
        links=_links(),
        documents=_documents(),
        granted=list(GRANTED),
        left_out=left_out_id,
    )


def _links():
    """Complaints linked to the complaint ``c``, in either direction."""
    names = [
        SQL.identifier(name)
        for name in ("follows_id", "merged_into_id", "duplicate_of_id")
    ]
    return SQL(" UNION ALL ").join(
        [
            *(SQL("SELECT c.%s AS id", name) for name in names),
            *(
                SQL("SELECT id FROM crm_complaint WHERE %s = c.id", name)
                for name in names
            ),
        ]
    )


def _documents():
    """Complaints of the customer of ``c`` about the same document."""
    return SQL(
        """
        SELECT s.id
          FROM crm_complaint s
         WHERE s.commercial_partner_id = c.commercial_partner_id
           AND s.company_id = c.company_id
           AND (s.order_id = c.order_id OR s.invoice_id = c.invoice_id
                OR s.invoice_id IN (%(of_order)s) OR s.order_id IN (%(of_invoice)s)
                OR COALESCE(s.order_id, s.invoice_id, c.order_id, c.invoice_id) IS NULL
                   AND s.received_at
                       BETWEEN c.received_at - %(days)s * INTERVAL '1 day'
                           AND c.received_at + %(days)s * INTERVAL '1 day')
        """,
        of_order=_lines("i.move_id", "l.order_id = c.order_id"),
        of_invoice=_lines("l.order_id", "i.move_id = c.invoice_id"),
        days=UNDOCUMENTED_DAYS,
    )


def _lines(column, condition):
    return SQL(
        """
        SELECT %s
          FROM sale_order_line l
          JOIN sale_order_line_invoice_rel x ON x.order_line_id = l.id
          JOIN account_move_line i ON i.id = x.invoice_line_id
         WHERE %s
        """,
        SQL(column),
        SQL(condition),
    )


def goodwill_claim(company_id, customer_id):
    """Raise the serial of the row that owns what a customer may be granted.

    Two transactions that grant something to one customer at once meet here: the second
    one fails on the row and is retried, and then sees what the first one granted.

    :param customer_id: a commercial partner, or None for who is no contact yet
    """
    return SQL(
        """
        INSERT INTO crm_complaint_goodwill AS g (company_id, partner_id, serial)
             VALUES (%s, %s, 1)
        ON CONFLICT (company_id, COALESCE(partner_id, 0))
          DO UPDATE SET serial = g.serial + 1
        """,
        company_id,
        customer_id,
    )
