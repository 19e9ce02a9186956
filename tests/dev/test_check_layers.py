"""The border check finds what it is there for, and nothing else."""

import textwrap

import pytest

from dev.checks.layers import violations

CLEAN = {
    "models/customer/event.py": """
        from odoo import fields, models

        class Event(models.Model):
            _name = "crm.customer.event"
            kind = fields.Selection([("interaction", "Interaction")])
        """,
    "models/club/club.py": """
        from odoo import models
        from ...queries.balance import balance
        from ..value import policy

        class Club(models.Model):
            '''Like a crm.complaint, but happier.'''
            _name = "crm.club"
            tier = "crm.value.tier"
        """,
    "models/complaint/event.py": """
        from odoo import fields, models

        class Event(models.Model):
            _inherit = "crm.customer.event"
            kind = fields.Selection(selection_add=[("complaint_closed", "Closed")])

        class Complaint(models.Model):
            _name = "crm.complaint"
        """,
    "models/value/policy.py": """
        from ...formulas import rfm
        """,
    "queries/balance.py": """
        from odoo.tools import SQL
        SQL("SELECT sum(points) FROM crm_club")
        """,
    "formulas/rfm.py": """
        import math
        from . import history
        """,
    "views/complaint/complaint.xml": """
        <odoo><record id="complaint_form" model="ir.ui.view"/></odoo>
        """,
    "data/bridge/plan.xml": """
        <odoo><record id="bridge_plan" model="crm.care.plan">
        <field name="trigger">complaint_closed</field></record></odoo>
        """,
}


@pytest.fixture
def addon(tmp_path):
    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), "utf-8")
        return tmp_path

    write(CLEAN)
    return write


def test_allowed_names_and_imports_pass(addon):
    """Own slice, lower slices, the bridge and docstrings are free."""
    assert violations(addon({})) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("formulas/clv.py", "import numpy"),
        ("formulas/clv.py", "from odoo.tools import float_round"),
        ("formulas/clv.py", "from ..models.value import policy"),
        ("queries/history.py", "from odoo import models"),
        ("queries/history.py", "from ..formulas import rfm"),
        ("models/customer/partner.py", "from ..value import policy"),
        ("models/value/run.py", "from ..club.club import Club"),
        ("models/club/level.py", "import odoo.addons.crm_value.models.complaint.event"),
        ("models/club/level.py", "from odoo.addons.crm_value.models import complaint"),
        ("models/club/level.py", "model = 'crm.complaint'"),
        ("models/club/level.py", "query = 'SELECT id FROM crm_complaint'"),
        ("models/club/level.py", "form = env.ref('crm_value.complaint_form')"),
        ("models/value/run.py", "from ...queries.balance import balance"),
        ("models/stray.py", "class Stray:\n    _name = 'crm.stray'"),
        ("controllers/portal.py", "class Portal: pass"),
        ("views/club/club.xml", '<odoo><record model="crm.complaint"/></odoo>'),
        ("views/club/club.xml", '<odoo><x parent="complaint_form"/></odoo>'),
        ("security/club/access.csv", "access_x,x,model_crm_complaint,,1,0,0,0"),
        ("data/care/plan.xml", "<x><field>complaint_closed</field></x>"),
    ],
)
def test_planted_violation_is_reported_once(addon, path, text):
    """Each crosses one border of the architecture."""
    (line,) = violations(addon({path: text}))
    assert line.startswith(f"{path}:")


def test_longer_name_is_another_model(addon):
    """crm.complaint.like is not crm.complaint, nor is a longer column name."""
    addon({"models/club/level.py": "names = 'crm.complaint.like crm_complaint_id'"})
    assert violations(addon({})) == []
