from odoo.tools import SQL


def uninstall_hook(env):
    """Take back what Odoo does not know to be ours, and let go of the rest."""
    # Every company got its own, which no data file knows.
    sequences = env["ir.sequence"].with_context(active_test=False)
    sequences.search([("code", "=", "crm.complaint")]).unlink()
    _drop_references(env)


def _drop_references(env):
    """Let our tables go in any order.

    Odoo deletes what our data files made row by row, before it drops the tables: a
    team that has complaints would be refused, and the log be full of errors.
    """
    for table, constraint in env.execute_query(
        SQL(
            """
            SELECT relname, conname
              FROM pg_constraint
              JOIN pg_class ON pg_class.oid = conrelid
             WHERE contype = 'f'
               AND relnamespace = current_schema::regnamespace
               AND relname = ANY(%s)
            """,
            _get_own_tables(env),
        )
    ):
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(constraint),
            )
        )


def _get_own_tables(env):
    """Tables of the models that we made, and those that link their records."""
    relations = env["ir.model.relation"].search([("module.name", "=", "crm_value")])
    ours = [
        model._table
        for model in env.registry.values()
        if model._original_module == "crm_value" and not model._abstract
    ]
    return [*ours, *relations.mapped("name")]
