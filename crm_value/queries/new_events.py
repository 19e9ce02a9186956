from odoo.tools import SQL

_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s)"
_EXISTS = "WHEN %s THEN EXISTS (SELECT FROM %s d WHERE d.id = e.res_id::int4)"


def new_events(events, tables):
    """Events of what still exists, in the order in which they happened.

    Columns: ``partner_id`` (commercial partner of the contact given), ``company_id``,
    ``kind``, ``at``, ``res_model``, ``res_id``, ``data``.

    Left out: events of contacts and documents that were deleted or rolled back since.
    Leans on the primary keys; its cost is that of the events, whatever the size of the
    tables.

    :param events: tuples ``(kind, partner_id, company_id, at, res_model, res_id,
        data)``, the last as JSON text
    :param dict tables: by name of every model of ``events``, its table
    """
    # One SQL object for all rows: every confirmed order waits for it.
    exists = ("CASE e.res_model", *[_EXISTS] * len(tables), "ELSE TRUE END")
    return SQL(
        f"""
        SELECT p.commercial_partner_id AS partner_id, e.company_id::int4, e.kind,
               e.at::timestamp, e.res_model, e.res_id::int4, e.data::jsonb
          FROM (VALUES {", ".join([_ROW] * len(events))})
               e (place, kind, partner_id, company_id, at, res_model, res_id, data)
          JOIN res_partner p ON p.id = e.partner_id::int4
         WHERE p.commercial_partner_id IS NOT NULL
           AND {" ".join(exists) if tables else "TRUE"}
      ORDER BY e.place
        """,
        *(part for place, event in enumerate(events) for part in (place, *event)),
        *(
            part
            for model, table in tables.items()
            for part in (model, SQL.identifier(table))
        ),
    )


def insert_events(events, tables):
    """Write what :func:`new_events` returns."""
    return SQL(
        """
        INSERT INTO crm_customer_event (
            partner_id, company_id, kind, at, res_model, res_id, data, is_hidden)
        SELECT n.*, FALSE FROM (%s) n
        """,
        new_events(events, tables),
    )
