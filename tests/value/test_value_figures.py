"""Each figure of the card: how it is computed, of which days, or why it is empty."""

from datetime import date

from odoo.tests import freeze_time, tagged

from .common import NOON, ValueCase, days_before


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestValueFigures(ValueCase):
    """Valued on Wednesday, 3 June 2026; years end on the Monday before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regular, cls.once, cls.lost, cls.prospect, cls.uncosted = (
            cls.customer(name)
            for name in ("Regular", "Once", "Lost", "Prospect", "Uncosted")
        )
        days = (date(2024, 1, 15), date(2025, 3, 1), date(2026, 1, 1), days_before(20))
        cls.purchases(
            [
                *((cls.regular, day, 100.0, 40.0) for day in days),
                (cls.once, days_before(10), 100.0, 40.0),
                *((cls.lost, days_before(900 + ago), 50.0, 20.0) for ago in range(3)),
                (cls.uncosted, days_before(10), 100.0, None),
            ]
        )
        cls.env["crm.lead"].create(
            {
                "name": "Chance",
                "type": "opportunity",
                "partner_id": cls.prospect.id,
                "company_id": cls.company.id,
                "expected_revenue": 40.0,
                "probability": 50,
            }
        )
        cls.start(as_of=None)

    def groups(self, customer):
        return self.profile(customer).get_value_card()["figures"]

    def rows(self, customer):
        return {
            row["name"]: row for group in self.groups(customer) for row in group["rows"]
        }

    def reasons(self, customer):
        return {
            name: row["reason"]
            for name, row in self.rows(customer).items()
            if row["reason"]
        }

    def test_every_figure_says_how(self):
        """In the words of its field, which the form shows too."""
        for name, row in self.rows(self.regular).items():
            self.assertTrue(row["how"], name)
            self.assertEqual(row["how"], self.Profile._fields[name].help)

    def test_every_figure_has_a_value_or_a_reason(self):
        """None is left out, none is both."""
        count = len(self.rows(self.regular))
        self.assertEqual(count, 18)
        for customer in self.profiles():
            rows = self.rows(customer)
            self.assertEqual(len(rows), count, customer.name)
            for name, row in rows.items():
                words = f"{customer.name}: {name}"
                self.assertEqual(bool(row["value"]), not row["reason"], words)

    def test_days_are_told(self):
        """Of each group, and of growth, which compares two years."""
        self.assertEqual(
            [group["period"] for group in self.groups(self.regular)],
            ["Until 06/03/2026", "06/01/2024 to 06/03/2026", "From 06/03/2026 on"],
        )
        growth = self.rows(self.regular)["growth_share"]
        # The year to Monday, 1 June 2026 begins on 2 June 2025.
        self.assertEqual(
            growth["note"], "since 06/02/2025, against the year from 06/02/2024"
        )
        self.assertEqual(growth["value"], "+100%")

    def test_tenure_is_told(self):
        """From 15 January 2024 to 3 June 2026."""
        self.assertEqual(
            self.rows(self.regular)["tenure_months"]["value"], "2 years 4 months"
        )
        self.assertEqual(self.rows(self.once)["tenure_months"]["value"], "0 months")

    def test_reasons_of_a_buyer(self):
        """Each for itself: too few purchases, too little history, too few customers."""
        reasons = self.reasons(self.once)
        self.assertIn("three purchases", reasons["cycle_days"])
        self.assertIn("year before", reasons["growth_share"])
        self.assertIn("the model needs 500", reasons["p_alive"])
        self.assertEqual(
            reasons.keys(),
            {"cycle_days", "growth_share", "p_alive", "expected_purchases"},
        )
        self.assertIn("lost", self.reasons(self.lost)["next_purchase_date"])
        self.assertIn("window", self.reasons(self.lost)["full_price_share"])

    def test_margin_of_unknown_cost_is_no_zero(self):
        """A revenue of 100 whose cost nobody knows."""
        reasons = self.reasons(self.uncosted)
        self.assertIn("cost", reasons["margin_amount"])
        self.assertIn("cost", reasons["net_margin_amount"])
        self.assertEqual(self.rows(self.uncosted)["known_cost_share"]["value"], "0%")

    def test_what_several_lack_is_said_once(self):
        """Of a prospect every purchase is unknown for the same reason."""
        purchases, money, _outlook = self.groups(self.prospect)
        self.assertEqual(purchases["reason"], "Nothing was bought yet.")
        self.assertEqual(money["reason"], purchases["reason"])
        self.assertEqual(self.groups(self.regular)[0]["reason"], "")
