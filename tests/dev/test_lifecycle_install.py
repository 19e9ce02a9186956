"""Updating changes nothing, uninstalling leaves nothing, installing again works.

One database goes through all of it, in processes of their own, as an administrator
would do it.
"""

import hashlib
import os
import signal
import subprocess

import pytest

from . import lifecycle
from .lifecycle import FILL_COMPLAINTS, FILL_VALUE, ROOT, fill, fresh_database, odoo

DATABASE = "crmv_lifecycle"

# Whatever carries one of our names, wherever the database keeps names.
LEFTOVERS = r"""
WITH ours AS (SELECT 'crm[._](value|customer|complaint)' AS name)
SELECT 'relation ' || relname FROM pg_class, ours WHERE relname ~ name
UNION ALL SELECT 'constraint ' || conname FROM pg_constraint, ours WHERE conname ~ name
UNION ALL SELECT 'xml id ' || module || '.' || d.name FROM ir_model_data d, ours
           -- Core keeps notes of its own of which models could send mails and have
           -- activities.
           WHERE module = 'crm_value' OR d.name ~ ours.name
             AND d.name !~ '^(module_crm_value$|model_inherit|selection__)'
UNION ALL SELECT 'model ' || model FROM ir_model, ours WHERE model ~ ours.name
UNION ALL SELECT 'field ' || model || '.' || f.name FROM ir_model_fields f, ours
           WHERE relation ~ ours.name
UNION ALL SELECT 'cron ' || cron_name FROM ir_cron
           WHERE cron_name LIKE 'Customer Value%' OR cron_name LIKE '%omplaint%'
UNION ALL SELECT 'action ' || id FROM ir_actions
           WHERE path LIKE 'value%' OR path LIKE 'complaint%'
UNION ALL SELECT 'attachment ' || a.name FROM ir_attachment a, ours
           WHERE res_model ~ ours.name
UNION ALL SELECT 'message ' || id FROM mail_message, ours WHERE model ~ ours.name
UNION ALL SELECT 'activity ' || id FROM mail_activity, ours WHERE res_model ~ ours.name
UNION ALL SELECT 'follower ' || id FROM mail_followers, ours WHERE res_model ~ ours.name
UNION ALL SELECT 'sequence ' || code FROM ir_sequence, ours WHERE code ~ ours.name
UNION ALL SELECT 'template ' || model FROM mail_template, ours WHERE model ~ ours.name
UNION ALL SELECT 'group ' || id FROM res_groups WHERE name->>'en_US' = 'Care agent'
UNION ALL SELECT 'privilege ' || id FROM res_groups_privilege
           WHERE name->>'en_US' = 'Customer Value'
UNION ALL SELECT 'parameter ' || key FROM ir_config_parameter, ours WHERE key ~ name
UNION ALL SELECT 'view ' || v.name FROM ir_ui_view v, ours
           WHERE arch_db::text ~ ours.name
UNION ALL SELECT 'rule ' || r.name FROM ir_rule r, ours WHERE domain_force ~ ours.name
UNION ALL SELECT 'alias ' || alias_name FROM mail_alias a
           LEFT JOIN ir_model m ON m.id = a.alias_model_id
           WHERE m.id IS NULL OR alias_name = 'care'
"""


def update():
    odoo("-d", DATABASE, "-u", "crm_value", "--stop-after-init", "--no-http")


@pytest.fixture(scope="module")
def database():
    with fresh_database(DATABASE) as name:
        fill(name, FILL_VALUE, FILL_COMPLAINTS)
        yield name


def sql(query, database=DATABASE):
    return lifecycle.sql(query, database)


def our_rows():
    """Every row of every table of ours, as text."""
    tables = sql(
        "SELECT table_name FROM information_schema.tables"
        " WHERE table_name ~ '^crm_(value|customer|complaint)' ORDER BY 1"
    )
    assert {"crm_value_profile", "crm_complaint"} <= set(tables)
    queries = [
        f"SELECT '{table} ' || t::text FROM (SELECT * FROM {table} ORDER BY 1) t;"
        for table in tables
    ]
    return sql("\n".join(queries))


def other_rows():
    """How many rows every other table has, and what configures core."""
    tables = sql(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        " AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'ir\\_cron%'"
        " AND table_name !~ '^(bus|orm_signaling)_' ORDER BY 1"
    )
    queries = [f"SELECT '{name} ' || COUNT(*) FROM \"{name}\";" for name in tables]
    return sql("\n".join(queries))


def schema(database=DATABASE):
    """Columns, indexes and constraints of the whole database."""
    return sql(
        "SELECT table_name || column_name || data_type || is_nullable"
        "  FROM information_schema.columns WHERE table_schema = 'public'"
        " UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " UNION ALL SELECT conrelid::regclass || conname"
        "  || pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1",
        database,
    )


def schema_without_us():
    """That of the database from which ours was made, before we were installed."""
    clone = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    [template] = sql(
        "SELECT datname FROM pg_database"
        f" WHERE datname ~ '^crmv_deps_{clone}_[0-9a-f]*$'"
    )
    return schema(template)


def whole_database():
    return {*our_rows(), *other_rows(), *schema()}


def test_updating_twice_changes_nothing(database):
    """Neither figures, nor moves, nor what a manager set, nor the tables."""
    before = whole_database()
    assert any("Diamond" in line for line in before)
    assert any("crm_value_tier_move" in line for line in before)
    for _time in range(2):
        update()
        assert whole_database() ^ before == set()


@pytest.mark.parametrize("moment", ["loading crm_value/security", "Modules loaded"])
def test_killed_update_is_made_up_for(database, moment):
    """Killed among the data or right after the commit: all is as it was."""
    before = whole_database()
    with subprocess.Popen(
        ["dev/odoo", "-d", DATABASE, "-u", "crm_value", "--stop-after-init"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        for line in process.stderr:
            if moment in line:
                break
        os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    update()
    assert whole_database() ^ before == set()


def test_uninstalling_leaves_nothing_and_installing_again_works(database):
    """No table, column, index, job, file or group; then everything anew."""
    orders = sql("SELECT COUNT(*), SUM(amount_total) FROM sale_order")
    odoo("module", "uninstall", "-d", DATABASE, "crm_value")
    assert "\n".join(sql(LEFTOVERS)) == ""
    assert set(schema()) ^ set(schema_without_us()) == set()
    assert sql("SELECT COUNT(*), SUM(amount_total) FROM sale_order") == orders
    odoo("-d", DATABASE, "-i", "crm_value", "--stop-after-init", "--no-http")
    assert sql("SELECT COUNT(*) FROM crm_value_tier") == ["4"]
    assert sql("SELECT COUNT(*) FROM crm_value_profile") == ["0"]
