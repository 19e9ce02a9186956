"""A database that was filled with the version before is updated to this one.

Part of the full numbers only: it needs the history of the repository, and a minute.
"""

import os
import subprocess

import pytest

from .lifecycle import (
    FILL_COMPLAINTS,
    FILL_VALUE,
    ROOT,
    fill,
    fresh_database,
    odoo,
    sql,
)

DATABASE = "crmv_upgrade"
# The last state of 19.0.1.0.0.
PREVIOUS = "4e17fae"
KEPT = """
SELECT partner_id, company_id, tier_id, score, revenue_amount, override_tier_id
  FROM crm_value_profile ORDER BY id;
SELECT profile_id, from_tier_id, to_tier_id, reason, at
  FROM crm_value_tier_move ORDER BY id;
SELECT partner_id, reference, date, amount, margin FROM crm_value_purchase ORDER BY id;
SELECT name, entry, keep FROM crm_value_tier ORDER BY id;
"""
VERSION = "SELECT latest_version FROM ir_module_module WHERE name = 'crm_value'"


@pytest.fixture
def previous(tmp_path):
    """A folder with the add-on as it was."""
    archive = subprocess.run(
        ["git", "archive", PREVIOUS, "crm_value"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if archive.returncode:
        pytest.skip(f"the history of this clone does not reach back to {PREVIOUS}")
    subprocess.run(["tar", "-x", "-C", tmp_path], input=archive.stdout, check=True)
    return f"--addons-path={tmp_path}"


if os.environ.get("CRM_VALUE_STRESS"):

    def test_update_from_the_version_before(previous):
        """Silent; figures, moves and names are kept; complaints work at once."""
        options = ("-d", DATABASE, "--stop-after-init", "--no-http")
        with fresh_database(DATABASE, "--bare"):
            odoo(previous, "-i", "crm_value", *options)
            fill(DATABASE, FILL_VALUE, options=[previous])
            assert sql(VERSION, DATABASE) == ["19.0.1.0.0"]
            before = sql(KEPT, DATABASE)
            assert any("Diamond" in line for line in before)
            odoo("-u", "crm_value", *options)
            assert sql(KEPT, DATABASE) == before
            assert sql(VERSION, DATABASE) > ["19.0.1.0.0"]
            fill(
                DATABASE,
                "order = env['sale.order'].search([], limit=1)",
                "partners = env['res.partner'].search([('name', 'like', 'Customer ')])",
                FILL_COMPLAINTS,
            )
            found = sql("SELECT COUNT(*) > 2 FROM crm_complaint_deadline", DATABASE)
            assert found == ["t"]
