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
    """Returns reduce, once; drafts, cancelled ones and those of nobody do not count.

    What was taken off the price of 200 reduces revenue and margin; a gift card is no
    purchase yet.
    """
    figures = dict(told["orders"])
    del figures["documents"]
    assert figures == {
        "is_customer": True,
        "days": 5,
        "revenue": 100 + 50 + 30 - 20 + 70 + 110,
        "margin": 40 + 30 - 8 + 40 + 50,
        "known_share": pytest.approx(310 / 340, abs=1e-4),
        "full_price_share": pytest.approx(230 / 340, abs=1e-4),
    }


def test_what_the_till_invoiced_counts_once(told):
    """Where invoices are purchases, they count and the orders behind them do not."""
    figures = dict(told["invoices"])
    del figures["documents"]
    assert figures == {
        "is_customer": True,
        "days": 5,
        "revenue": 340,
        "margin": 40 + 30 + 50,
        "known_share": pytest.approx(260 / 340, abs=1e-4),
        "full_price_share": pytest.approx(230 / 340, abs=1e-4),
    }


def test_orders_of_the_till_are_shown_behind_the_figures(told):
    """Model, days ago, amount: each that counts, and none twice."""
    at_till = [
        ["pos.order", 10, "$30.00"],
        ["pos.order", 20, "$50.00"],
        ["pos.order", 30, "$110.00"],
        ["pos.order", 40, "$100.00"],
    ]
    assert told["orders"]["documents"] == [
        ["pos.order", 2, "$70.00"],
        ["pos.order", 5, "$-20.00"],
        *at_till,
    ]
    assert told["invoices"]["documents"] == [
        ["account.move", 2, "$-20.00"],
        ["account.move", 2, "$70.00"],
        *at_till,
    ]


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
