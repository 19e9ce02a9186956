from odoo.tools import SQL


def latest_events(customer_ids, readable, limit):
    """The latest events of each customer, whichever of its contacts they hang on.

    :param list customer_ids: commercial partners
    :param Query readable: the events that the user may read
    :param int limit: events a customer

    ``customer_id``: commercial partner
    ``event_id``: latest first within a customer

    Left out: what the user may not read. Leans on the index on
    ``res_partner.commercial_partner_id`` and the timeline index of the events; its cost
    is that of the events of these customers.
    """
    return SQL(
        """
        SELECT customer.id AS customer_id, latest.id AS event_id
        FROM unnest(%(customer_ids)s::int[]) AS customer(id)
        CROSS JOIN LATERAL (
            SELECT crm_customer_event.id, crm_customer_event.at
            FROM %(readable_from)s
            WHERE %(readable_where)s
            AND crm_customer_event.partner_id IN (
                SELECT contact.id FROM res_partner AS contact
                WHERE contact.commercial_partner_id = customer.id
            )
            ORDER BY crm_customer_event.at DESC, crm_customer_event.id DESC
            LIMIT %(limit)s
        ) AS latest
        ORDER BY customer.id, latest.at DESC, latest.id DESC
        """,
        customer_ids=customer_ids,
        readable_from=readable.from_clause,
        readable_where=readable.where_clause or SQL("TRUE"),
        limit=limit,
    )
