from datetime import timedelta

from odoo.tests import tagged

from .common import TODAY, days_before
from .tier_case import TierCase


def after(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
class TestFirstPurchase(TierCase):
    """A first purchase is an event once, whichever valuation sees it first."""

    def setUp(self):
        super().setUp()
        self.value()
        self.fresh = self.customer("Fresh")

    def value_some(self, day, *partners):
        with self.noon_of(day):
            return self.start(as_of=day, partner_ids=[p.id for p in partners])

    def greeted(self):
        return self.events("first_purchase").mapped("partner_id.name")

    def test_first_run_of_a_company_greets_nobody(self):
        """What was bought before the company was ever valued is history."""
        self.assertTrue(self.held.purchase_count)
        self.assertEqual(self.greeted(), [])

    def test_seen_by_the_nightly_run(self):
        """As for customers of the till, and imported ones of yesterday."""
        self.purchase(self.fresh, TODAY, 100, 40)
        self.value(after(1))
        self.assertEqual(self.greeted(), ["Fresh"])
        self.value_some(after(1), self.fresh)
        self.value(after(2))
        self.assertEqual(self.greeted(), ["Fresh"])

    def test_seen_between_two_nights(self):
        """The night after says it no more."""
        self.purchase(self.fresh, TODAY, 100, 40)
        self.value_some(TODAY, self.fresh)
        self.assertEqual(self.greeted(), ["Fresh"])
        self.value(after(1))
        self.assertEqual(self.greeted(), ["Fresh"])

    def test_imported_history_is_no_news(self):
        """Neither at night nor in between, for strangers as for prospects."""
        self.opportunity(100).partner_id = self.fresh
        self.value(after(1))
        self.assertEqual(self.profile(self.fresh).lifecycle_stage, "prospect")
        other = self.customer("Other")
        self.purchase(self.fresh, days_before(400), 100, 40)
        self.purchase(other, days_before(400), 100, 40)
        self.value_some(after(2), self.fresh)
        self.value(after(3))
        self.assertEqual(self.profile(other).purchase_count, 1)
        self.assertEqual(self.greeted(), [])

    def test_file_of_the_last_weeks_is_news(self):
        """Invoices and files come late, though the company is valued every night."""
        self.purchase(self.fresh, days_before(20), 100, 40)
        self.value(after(1))
        self.assertEqual(self.greeted(), ["Fresh"])

    def test_company_that_is_seldom_valued(self):
        """What was bought since the last time is news, be it months ago."""
        self.purchase(self.fresh, after(5), 100, 40)
        self.value(after(120))
        self.assertEqual(self.greeted(), ["Fresh"])

    def test_cancelled_and_bought_again(self):
        """Nobody is new twice."""
        bought = self.purchase(self.fresh, TODAY, 100, 40)
        self.value(after(1))
        bought.unlink()
        self.value(after(2))
        self.assertFalse(self.profile(self.fresh).purchase_count)
        self.purchase(self.fresh, after(3), 100, 40)
        self.value(after(4))
        self.assertEqual(self.greeted(), ["Fresh"])

    def test_rebuilt_profile_says_nothing_new(self):
        """Profiles are derived: they may be thrown away."""
        self.purchase(self.fresh, TODAY, 100, 40)
        self.value(after(1))
        self.profile(self.fresh).unlink()
        self.value(after(2))
        self.assertEqual(self.greeted(), ["Fresh"])
