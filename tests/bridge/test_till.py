"""The point of sale is met where it is installed, and not missed where it is not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from odoo.tests import tagged

from ..value.common import ValueCase

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "crmv_till"
STORY = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.bridge import till_story
till_story.main(env)
"""


def odoo(*arguments, **options):
    """Odoo in a process of its own; its log has to stay silent."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "odoo"),
            *arguments,
            *("-d", DATABASE, "--no-http", "--log-level=warn"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        **options,
    )
    assert done.returncode == 0, done.stderr
    assert " ERROR " not in done.stderr, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def told():
    """What valuations made of the till's orders, in a database with that app."""
    environment = {name: os.environ[name] for name in os.environ if name != "ODOO_RC"}
    subprocess.run(["dev/newdb", DATABASE], cwd=ROOT, env=environment, check=True)
    odoo("-i", "point_of_sale", "--stop-after-init")
    yield json.loads(odoo("shell", input=STORY).splitlines()[-1])
    subprocess.run(["dropdb", "--force", DATABASE], check=True)


def test_orders_of_the_till_are_purchases(told):
    """Returns reduce, once; drafts, cancelled ones and those of nobody do not count."""
    assert told["orders"] == {
        "is_customer": True,
        "days": 4,
        "revenue": 100 + 50 + 30 - 20 + 70,
        "margin": 40 + 30 - 8 + 40,
        "known_share": pytest.approx(200 / 230, abs=1e-4),
    }


def test_what_the_till_invoiced_counts_once(told):
    """Where invoices are purchases, they count and the orders behind them do not."""
    assert told["invoices"] == {
        "is_customer": True,
        "days": 4,
        "revenue": 230,
        "margin": 40 + 30,
        "known_share": pytest.approx(150 / 230, abs=1e-4),
    }


@tagged("post_install", "-at_install")
class TestWithoutTill(ValueCase):
    def test_valuing_works_without_the_app(self):
        """Nothing is asked of tables that are not there."""
        self.assertNotIn("pos.order", self.env)
        customer = self.customer("Regular")
        self.order(customer, self.env.cr.now().date(), 100.0)
        self.start(as_of=None)
        self.assertEqual(self.profile(customer).revenue_amount, 100)
