from datetime import timedelta
from math import isfinite

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.crm_value.models.value.tier import DEFAULT_TIERS

from .common import NOON, TODAY, ValueCase, days_before

# More than this a currency's cents cannot be told from each other any more.
HUGE = 4_000_000_000.0


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDegenerate(ValueCase):
    """Odd histories give figures, empty fields or messages; never an error or NaN."""

    def value(self, **arguments):
        run = self.start(**arguments)
        self.assertEqual((run.state, run.message), ("done", False))
        for profile in self.profiles().values():
            self.check_finite(profile)
        # Whatever is there can be read, explained and shown in words.
        self.assertTrue(run.parameters_html)
        return run

    def check_finite(self, profile):
        for name, field in profile._fields.items():
            if field.type in ("float", "monetary", "integer"):
                value = profile[name]
                self.assertTrue(value is False or isfinite(value), f"{name}: {value}")
        self.assertTrue(profile.tier_id)
        self.assertTrue(0 <= (profile.score or 0) <= 100)
        self.assertTrue(0 <= (profile.standing or 0) <= 100)
        self.assertTrue(profile.explain())

    def check_unknown(self, profile, *names):
        for name in names:
            self.assertIs(profile[name], False, name)

    def test_company_without_customers(self):
        """The run says that nobody has bought, and is done."""
        run = self.value()
        self.assertEqual((run.customer_count, run.changed_count), (0, 0))
        self.assertEqual(run.parameters["withheld"], [{"code": "no_buyers"}])
        self.assertEqual(run.withheld_words, "Nobody has bought anything yet.")
        self.assertEqual(self.value().changed_count, 0)
        self.assertEqual(self.value(apply=False).result["tiers"], [])

    def test_prospect_without_a_purchase(self):
        """He is in the lowest tier; what he has not shown is unknown, not zero."""
        prospect = self.customer("Prospect")
        self.env["crm.lead"].create(
            {
                "name": "Catalogue",
                "type": "opportunity",
                "partner_id": prospect.id,
                "company_id": self.company.id,
                "expected_revenue": 500,
                "probability": 50,
            }
        )
        self.value()
        profile = self.profile(prospect)
        self.assertEqual(profile.tier_id, self.standard)
        self.assertEqual(profile.lifecycle_stage, "prospect")
        self.check_unknown(
            profile,
            "score",
            "recency_score",
            "clv_amount",
            "clv_method",
            "p_alive",
            "ranking_amount",
            "known_cost_share",
            "abc_class",
            "first_purchase_date",
            "next_purchase_date",
        )

    def test_one_customer(self):
        """He brings all the profit: the best tier and class."""
        only = self.customer("Only")
        self.purchase(only, days_before(20))
        self.value()
        profile = self.profile(only)
        self.assertEqual((profile.tier_id, profile.standing), (self.platinum, 100))
        self.assertEqual(profile.margin_share_cumulative, 1)
        self.assertEqual(profile.abc_class, "a")
        self.check_unknown(profile, "cycle_days", "growth_share", "p_alive")
        self.assertEqual(self.value(partner_ids=only.ids).changed_count, 0)

    def test_all_equal(self):
        """Nobody is above anybody: one tier, one class, one score."""
        customers = self.env["res.partner"].create([{"name": n} for n in "abcdefghij"])
        for method in ("cumulative", "percentile", "score"):
            self.Profile.search([("company_id", "=", self.company.id)]).unlink()
            self.policy.tier_method = method
            if method == "cumulative":
                self.purchases([(c, days_before(20), 100.0, 40.0) for c in customers])
            with self.subTest(method=method):
                self.use_default_thresholds(method)
                self.value()
                profiles = list(self.profiles().values())
                self.assertEqual(len(profiles), 10)
                for name in ("tier_id", "abc_class", "score", "standing"):
                    self.assertEqual(len({p[name] for p in profiles}), 1, name)
                best = self.platinum if method != "score" else profiles[0].tier_id
                self.assertEqual(profiles[0].tier_id, best)

    def use_default_thresholds(self, method):
        for tier, default in zip(self.tiers, DEFAULT_TIERS, strict=True):
            entry, keep = default.thresholds[method]
            tier.write({"entry": entry, "keep": keep})

    def test_nobody_brings_a_profit(self):
        """Shares of nothing are unknown, and so are classes and standings."""
        free, dear = self.customer("Free"), self.customer("Dear")
        self.purchase(free, days_before(20), 0.0, 0.0)
        self.purchase(dear, days_before(20), 100.0, -30.0)
        self.value()
        for partner in (free, dear):
            profile = self.profile(partner)
            self.check_unknown(profile, "standing", "abc_class")
            self.check_unknown(profile, "margin_share_cumulative")
            self.assertEqual(profile.tier_id, self.standard)
            self.assertEqual(profile.purchase_count, 1)
        self.assertEqual(self.profile(dear).profitability_class, "never_profitable")
        self.assertEqual(self.value().changed_count, 0)
        self.assertEqual(self.value(partner_ids=dear.ids).changed_count, 0)

    def test_tier_and_clock_stay_while_nobody_can_be_ranked(self):
        """What is unknown takes nothing away."""
        good, other = self.customer("Good"), self.customer("Other")
        self.purchase(good, days_before(20), 100.0, 40.0)
        self.purchase(other, days_before(20), 10.0, 4.0)
        self.value()
        self.assertEqual(self.profile(good).tier_id, self.platinum)
        self.env["crm.value.purchase"].search(
            [("company_id", "=", self.company.id)]
        ).write({"amount": 0.0, "margin": 0.0})
        self.value()
        self.assertEqual(self.profile(good).tier_id, self.platinum)

    def test_only_returns(self):
        """He is known, has bought nothing and owes nothing."""
        back = self.customer("Back")
        self.purchase(back, days_before(20), -80.0, -30.0)
        self.purchase(self.customer("Other"), days_before(20))
        self.value()
        profile = self.profile(back)
        self.assertEqual((profile.purchase_count, profile.revenue_amount), (0, -80))
        self.check_unknown(profile, "score", "clv_amount", "first_purchase_date")
        self.assertEqual(profile.tier_id, self.standard)

    def test_huge_and_tiny_amounts(self):
        """Four billion beside one cent, both exact."""
        rich, poor = self.customer("Rich"), self.customer("Poor")
        self.purchase(rich, days_before(20), HUGE, HUGE / 2)
        self.purchase(poor, days_before(20), 0.01, 0.01)
        self.value()
        self.assertEqual(self.profile(rich).revenue_amount, HUGE)
        self.assertEqual(self.profile(poor).revenue_amount, 0.01)
        self.assertEqual(self.profile(rich).tier_id, self.platinum)
        self.assertEqual(self.profile(poor).tier_id, self.standard)

    def test_amount_beyond_counting(self):
        """One customer's typing error is a message that says what to look for."""
        self.purchase(self.customer("Typo"), days_before(20), 9e14, 1.0)
        with self.assertRaises(UserError) as caught:
            self.start()
        self.assertIn("9,000,000,000,000 EUR", str(caught.exception))
        self.assertIn("wrong amount", str(caught.exception))

    def test_orders_dated_in_the_future(self):
        """They count from their day on."""
        early = self.customer("Early")
        self.order(early, days_before(10), 100.0)
        self.order(early, TODAY + timedelta(days=5), 900.0)
        self.order(self.customer("Later"), TODAY + timedelta(days=5), 900.0)
        self.value()
        self.assertEqual(len(self.profiles()), 1)
        self.assertEqual(self.profile(early).revenue_amount, 100)
        with freeze_time(NOON + timedelta(days=5)):
            self.value(as_of=None)
        self.assertEqual(self.profile(early).revenue_amount, 1000)
        self.assertEqual(len(self.profiles()), 2)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDegenerateSettings(ValueCase):
    """Policies and companies that lack what most have."""

    def sell(self):
        customers = self.env["res.partner"].create([{"name": n} for n in "abcde"])
        self.purchases(
            [
                (customer, days_before(20 + 10 * place), 100.0 * place, 40.0 * place)
                for place, customer in enumerate(customers, 1)
            ]
        )
        return customers

    def test_one_tier_takes_everybody(self):
        """Nobody rises or falls, whatever he brings."""
        (self.tiers - self.standard).unlink()
        customers = self.sell()
        self.assertEqual(self.start().move_count, 5)
        self.assertEqual(self.Profile.search([]).tier_id, self.standard)
        self.purchase(customers[0], TODAY, 9000.0, 9000.0)
        self.assertEqual(self.start().move_count, 0)

    def test_no_tier_at_all(self):
        """The message says what to do; the worker keeps it on the run."""
        self.sell()
        # The form and the API refuse to delete the last one.
        self.env.cr.flush()
        self.env.cr.execute(
            "DELETE FROM crm_value_tier WHERE policy_id = %s", [self.policy.id]
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError) as caught:
            self.start()
        self.assertIn("has no tiers", str(caught.exception))

    def test_one_weight_alone(self):
        """The score is that component, from 0 to 100; as good as the best is best."""
        customers = self.sell()
        scores = {
            "recency": [100, 75, 50, 25, 0],
            "frequency": [100] * 5,
            "monetary": [0, 25, 50, 75, 100],
        }
        names = ("recency", "frequency", "monetary", "clv", "potential")
        for alone, expected in scores.items():
            with self.subTest(alone=alone):
                self.policy.write({f"weight_{n}": 30 * (n == alone) for n in names})
                self.start()
                profiles = self.profiles()
                found = [profiles[customer].score for customer in customers]
                self.assertEqual(found, expected)

    def test_company_without_calendar_counts_in_utc(self):
        """Half past eleven in the evening is the same day."""
        self.company.resource_calendar_id = False
        self.policy.timezone = False
        self.assertEqual(self.policy._get_timezone(), "UTC")
        late = self.customer("Late")
        self.order(late, NOON + timedelta(hours=11, minutes=30), 100.0)
        with freeze_time(NOON + timedelta(hours=11, minutes=45)):
            run = self.start(as_of=None)
        self.assertEqual(run.as_of_date, TODAY)
        self.assertEqual(self.profile(late).last_purchase_date, TODAY)

    def test_currency_without_a_rate_is_named(self):
        """Such purchases are left out, counted and told; with a rate they count."""
        krona = self.set_rates("SEK", {"2020-01-01": 10.0})
        foreign, own = self.customer("Foreign"), self.customer("Own")
        for amount in (1000.0, 500.0):
            self.purchase(foreign, days_before(9), amount, None, currency_id=krona.id)
        self.purchase(own, days_before(9))
        krona.rate_ids.unlink()
        run = self.start()
        self.assertEqual(run.state, "done")
        self.assertIn("SEK (2)", run.message)
        self.assertIn("SEK (2)", run.parameters_html)
        self.assertFalse(self.profile(foreign))
        self.assertTrue(self.profile(own))
        self.set_rates("SEK", {"2020-01-01": 10.0})
        run = self.start()
        self.assertFalse(run.message)
        self.assertEqual(self.profile(foreign).revenue_amount, 150)

    def test_only_purchase_has_no_rate(self):
        """He keeps no figures that pass for zero."""
        krona = self.set_rates("SEK", {"2020-01-01": 10.0})
        foreign = self.customer("Foreign")
        self.purchase(foreign, days_before(9), 500.0, 1.0, currency_id=krona.id)
        krona.rate_ids.unlink()
        run = self.start()
        self.assertIn("SEK (1)", run.message)
        self.assertEqual(run.withheld_words, "Nobody has bought anything yet.")
