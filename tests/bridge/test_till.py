"""The point of sale is met where it is installed, and not missed where it is not."""

import pytest

from odoo.tests import tagged

from ..value.common import ValueCase
from .with_app import told_by


@pytest.fixture(scope="module")
def told():
    """What valuations made of the till's orders, in a database with that app."""
    with told_by("till_story", "crmv_till", "point_of_sale") as facts:
        yield facts


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


def test_first_purchase_at_the_till_is_an_event(told):
    """Though only the night sees it; once, and not for who bought before all that."""
    assert told["first_purchases"] == [["Newcomer"], ["Newcomer"]]


@tagged("post_install", "-at_install")
class TestWithoutTill(ValueCase):
    def test_valuing_works_without_the_app(self):
        """Nothing is asked of tables that are not there."""
        self.assertNotIn("pos.order", self.env)
        customer = self.customer("Regular")
        self.order(customer, self.env.cr.now().date(), 100.0)
        self.start(as_of=None)
        self.assertEqual(self.profile(customer).revenue_amount, 100)
