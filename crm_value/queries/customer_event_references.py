from odoo.tools import SQL


def event_references(ids_by_table):
    """What still exists of that which new events point to.

    :param dict ids_by_table: lists of ids by table name

    One row for each that exists:

    ``table_name``: text
    ``id``: integer
    ``customer_id``: commercial partner if it is a contact, else NULL

    Left out: what was deleted or rolled back since. Leans on the primary keys; its cost
    is that of the events to be written, whatever the size of the tables.
    """
    return SQL(" UNION ALL ").join(
        SQL(
            "SELECT %s AS table_name, id, %s AS customer_id FROM %s WHERE id = ANY(%s)",
            table,
            SQL("commercial_partner_id" if table == "res_partner" else "NULL::int4"),
            SQL.identifier(table),
            ids,
        )
        for table, ids in ids_by_table.items()
    )
