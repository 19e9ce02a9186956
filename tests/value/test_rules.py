from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ValueCase, days_before


class RulesCase(ValueCase):
    """Ten customers, valued once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {place}"} for place in range(10)]
        )
        cls.purchases(
            [
                (customer, days_before(20 * turn + place), 100.0 * (10 - place), 40.0)
                for place, customer in enumerate(cls.customers)
                for turn in range(1, 4)
            ]
        )
        with freeze_time(NOON):
            cls.full = cls.start(as_of=None)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestRules(RulesCase):
    """What is valued between two full runs goes by the rules of the first."""

    def change_rules(self):
        self.policy.write({"weight_recency": 90.0, "window_months": 6})

    def work(self, customers):
        self.env.cr.flush()
        self.Touch.search([]).unlink()
        self.Touch._touch(customers, self.company)
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            self.env.ref("crm_value.cron_value_worker").method_direct_trigger()
        self.env.invalidate_all()
        return self.Run.search([("company_id", "=", self.company.id)], limit=1)

    def test_parts_sum_to_the_score_after_a_change_of_rules(self):
        """For who was valued since as for who was not."""
        self.change_rules()
        self.start(as_of=None, partner_ids=self.customers[:3].ids)
        for profile in self.profiles().values():
            [told] = profile.explain()
            total = told["base"] + sum(part["points"] for part in told["parts"])
            self.assertAlmostEqual(total, told["score"], 2, profile.display_name)

    def test_touched_customer_is_valued_alone(self):
        """While rules and week are those of the last full run."""
        run = self.work(self.customers[:1])
        self.assertEqual((run.kind, run.customer_count), ("incremental", 1))

    def test_changed_rules_have_everybody_valued(self):
        """Scores by two sets of rules cannot be compared."""
        self.change_rules()
        run = self.work(self.customers[:1])
        self.assertEqual((run.kind, run.customer_count), ("full", 10))

    def test_old_basis_has_everybody_valued(self):
        """Cut points of another season say nothing of today."""
        self.start(as_of=days_before(200))
        run = self.work(self.customers[:1])
        self.assertEqual((run.kind, run.as_of_date), ("full", TODAY))

    def test_figures_that_are_no_numbers_are_refused(self):
        """Each by its name."""
        for name in ("weight_clv", "discount_rate", "lost_cycles", "abc_a_percent"):
            for value in (float("nan"), float("inf")):
                with self.subTest(name=name, value=value):
                    with self.assertRaises(ValidationError):
                        self.policy.write({name: value})

    def test_company_may_stay_as_it_is_at_night(self):
        """Only those that want it are queued."""
        self.policy.is_valued_nightly = False
        known = self.Run.search([("company_id", "=", self.company.id)])
        self.Run._cron_nightly()
        self.assertEqual(self.Run.search([("company_id", "=", self.company.id)]), known)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestWhatIsSaid(RulesCase):
    """Until when the tier is kept, and what a hand-set one still lacks."""

    def explain(self, partner):
        [told] = self.profile(partner).explain()
        return told

    def test_grace_lies_ahead_of_who_is_above(self):
        """Nobody falls before his days of grace are over."""
        told = self.explain(self.customers[0])
        # Below from tomorrow on he would fall in sixty days, not a day earlier.
        self.assertEqual(told["safe_until"], str(TODAY + timedelta(days=59)))
        self.assertFalse(told["is_in_grace"])
        self.assertIn("is kept until 08/01/2026", " ".join(told["sentences"]))

    def test_base_tier_cannot_be_lost(self):
        """So that there is no such day."""
        base = self.Profile.search(
            [("company_id", "=", self.company.id), ("tier_id", "=", self.standard.id)]
        )
        self.profile(self.customers[-1]).override_tier(self.standard.id, "x")
        self.profile(self.customers[-1]).end_override()
        for profile in base:
            [told] = profile.explain()
            self.assertIsNone(told["safe_until"])

    def test_hand_set_tier_is_kept_until_its_last_day(self):
        """Set lower than the figures: the next tier is reached already."""
        until = TODAY + timedelta(days=30)
        self.profile(self.customers[0]).override_tier(self.standard.id, "Debt", until)
        told = self.explain(self.customers[0])
        self.assertEqual(told["safe_until"], str(until))
        self.assertIn("already reach Silver", told["next_tier"]["missing"])


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestJoinedHistories(RulesCase):
    """Two customers become one."""

    def merge(self, source, destination):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source | destination).ids, destination, extra_checks=False)
        self.env.invalidate_all()

    def assert_replay(self):
        for profile_id, tier_id in self.Move._replay(self.company).items():
            self.assertEqual(self.Profile.browse(profile_id).tier_id.id, tier_id)

    def test_history_ends_with_the_tier_that_stays(self):
        """Whatever the merged one moved to last."""
        best, worst = self.customers[0], self.customers[-1]
        self.profile(worst).override_tier(self.silver.id, "Contract")
        self.profile(worst).end_override()
        self.merge(worst, best)
        self.assertEqual(self.profile(best).tier_id, self.platinum)
        self.assert_replay()

    def test_hand_set_tier_survives(self):
        """With its reason and last day, as somebody promised it."""
        best, worst = self.customers[0], self.customers[-1]
        until = TODAY + timedelta(days=30)
        self.profile(best).override_tier(self.gold.id, "Contract", until)
        self.merge(best, worst)
        profile = self.profile(worst)
        self.assertEqual(
            (profile.tier_id, profile.override_reason, profile.override_until_date),
            (self.gold, "Contract", until),
        )
        self.assert_replay()

    def test_customer_who_becomes_a_contact_leaves_no_profile(self):
        """His purchases and history are his company's from now on."""
        holding, clerk = self.customers[0], self.customers[3]
        holding.is_company = True
        clerk.parent_id = holding
        self.start(as_of=None)
        own = self.Profile.search([("partner_id", "=", clerk.id)])
        self.assertFalse(own)
        self.assertEqual(self.profile(holding).revenue_amount, 3 * (1000 + 700))
        self.assert_replay()
