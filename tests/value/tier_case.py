"""A customer who brings what a test wants, beside one who brings 1,000."""

from datetime import datetime, time

from odoo.tests import freeze_time

from .common import TODAY, ValueCase, days_before


class TierCase(ValueCase):
    """By the default ladder; standing = 100 - share of the profit above, in percent.

    While the rival alone is above him, a profit of 2,000 stands at 100 (Platinum), 750
    at 42.9 (enough to keep Platinum, not to enter it), 500 at 33.3 (Gold), 180 at 15.3
    (enough to keep Gold), 100 at 9.1 (Silver) and 20 at 2.0 (Standard).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.rival = cls.customer("Rival")
        cls.mover = cls.customer("Mover")
        cls.purchase(cls.rival, days_before(40), 1000.0, 1000.0)
        cls.bought = cls.purchase(cls.mover, days_before(30), 2000.0, 2000.0)

    def value(self, day=TODAY, profit=None):
        """Value everybody on ``day``, the mover having brought ``profit`` by then."""
        if profit is not None:
            self.bought.write({"amount": profit, "margin": profit})
        with self.noon_of(day):
            return self.start(as_of=day)

    @staticmethod
    def noon_of(day):
        return freeze_time(datetime.combine(day, time(12)))

    @property
    def held(self):
        """The mover's profile."""
        return self.profile(self.mover)

    def as_manager(self, profile):
        return profile.with_user(self.users["manager"])

    def moves_of(self, partner):
        return self.Move.search([("partner_id", "=", partner.id)], order="id")

    def opportunity(self, amount):
        """One that is worth ``amount`` by its probability."""
        return self.env["crm.lead"].create(
            {
                "name": "Catalogue",
                "type": "opportunity",
                "partner_id": self.mover.id,
                "company_id": self.company.id,
                "expected_revenue": 2 * amount,
                "probability": 50,
            }
        )

    def check_tier(self, tier, below_since=False, since=None):
        self.assertEqual(self.held.tier_id, tier, self.held.tier_id.name)
        self.assertEqual(self.held.below_keep_date, below_since)
        if since:
            self.assertEqual(self.held.tier_since_date, since)
