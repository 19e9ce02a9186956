"""Delivery slips carry the code where the inventory app is installed."""

import pytest

from odoo.tests import tagged

from ..value.common import ValueCase
from .with_app import told_by


@pytest.fixture(scope="module")
def told():
    with told_by("delivery_story", "crmv_delivery", "stock") as facts:
        yield facts


def test_slip_leads_to_a_complaint_about_it(told):
    """Only when the team wants it, only on what goes to customers."""
    assert told == {
        "before": False,
        "reference": True,
        "order": True,
        "customer": True,
        "receipt": False,
    }


@tagged("post_install", "-at_install")
class TestWithoutInventory(ValueCase):
    def test_code_of_a_delivery_still_opens_the_form(self):
        """Of an app that was uninstalled since."""
        self.assertNotIn("stock.picking", self.env)
        teams = self.env["crm.complaint.team"]
        team = teams._of_company(self.company)
        team.is_code_on_documents = True
        partner = self.customer("Lotus Prints")
        token = team._get_form_url("d", partner).rpartition("/")[2]
        self.assertEqual(teams._from_form_token(token), (team, "d", None))
        self.assertFalse(teams._get_code_url("stock.report_deliveryslip", partner))
