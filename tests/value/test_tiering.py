from datetime import timedelta

from odoo.tests import tagged

from .common import TODAY, days_before
from .tier_case import TierCase


def after(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
class TestTiering(TierCase):
    def test_rises_over_all_tiers_at_once(self):
        """From the lowest tier to the best by one purchase, in one move."""
        self.value(profit=20)
        self.check_tier(self.standard, since=TODAY)
        self.value(after(1), profit=2000)
        self.check_tier(self.platinum, since=after(1))
        first, second = self.moves_of(self.mover)
        self.assertEqual((first.reason, first.from_tier_id.id), ("initial", False))
        self.assertEqual((second.reason, second.from_tier_id), ("up", self.standard))
        self.assertEqual(self.events("tier_up").partner_id, self.mover)

    def test_falls_one_step_at_a_time_each_after_its_grace(self):
        """Nearly worthless from one day on, he holds each tier for sixty days more."""
        self.value(profit=2000)
        steps = [
            (1, self.platinum, after(1)),
            (60, self.platinum, after(1)),
            (61, self.gold, after(61)),
            (120, self.gold, after(61)),
            (121, self.silver, after(121)),
            (180, self.silver, after(121)),
            (181, self.standard, False),
            (400, self.standard, False),
        ]
        for days, tier, below_since in steps:
            with self.subTest(days=days):
                self.value(after(days), profit=20)
                self.check_tier(tier, below_since)
        reasons = self.moves_of(self.mover).mapped("reason")
        self.assertEqual(reasons, ["initial", "down", "down", "down"])
        self.assertEqual(len(self.events("tier_down")), 3)

    def test_late_run_takes_one_step_only(self):
        """A year without a valuation does not fall through all tiers at once."""
        self.value(profit=2000)
        self.value(after(1), profit=20)
        self.value(after(365))
        self.check_tier(self.gold, after(365), since=after(365))

    def test_fall_ends_where_he_can_stay(self):
        """Gold keeps him, so its clock does not start."""
        self.value(profit=2000)
        self.value(after(1), profit=500)
        self.check_tier(self.platinum, after(1))
        self.value(after(61))
        self.check_tier(self.gold)
        self.value(after(300))
        self.check_tier(self.gold, since=after(61))

    def test_keeps_tier_below_its_entry(self):
        """Between keep and entry nothing moves, in either direction."""
        self.value(profit=2000)
        self.value(after(1), profit=750)
        self.check_tier(self.platinum, since=TODAY)
        self.assertEqual(self.held._get_earned_tier(), self.gold)
        self.value(after(90), profit=500)
        self.value(after(150))
        self.check_tier(self.gold)
        self.value(after(151), profit=750)
        self.check_tier(self.gold, since=after(150))

    def test_grace_survives_runs_and_ends_with_recovery(self):
        """The clock keeps its first day; once above keep, the next time starts anew."""
        self.value(profit=2000)
        for days in (1, 5, 20, 59):
            self.value(after(days), profit=500)
            self.check_tier(self.platinum, after(1))
        self.value(after(60), profit=750)
        self.check_tier(self.platinum)
        self.value(after(61), profit=500)
        self.value(after(120))
        self.check_tier(self.platinum, after(61))
        self.value(after(121))
        self.check_tier(self.gold)
        self.assertEqual(len(self.moves_of(self.mover)), 2)

    def test_grace_of_no_days_falls_at_once(self):
        """But by one step."""
        self.platinum.grace_days = 0
        self.value(profit=2000)
        self.value(after(1), profit=20)
        self.check_tier(self.gold, after(1))

    def test_run_of_an_earlier_day_moves_the_clock_back(self):
        """Below since tomorrow is below since today, when today is valued later."""
        self.value(profit=2000)
        self.value(after(9), profit=20)
        self.value(after(5))
        self.check_tier(self.platinum, after(5))


@tagged("post_install", "-at_install")
class TestTierByPotential(TierCase):
    def test_potential_lifts_at_once_and_is_marked(self):
        """Gold by his profit, Platinum with an opportunity; lost, grace begins."""
        self.value(profit=500)
        self.assertFalse(self.held.is_tier_by_potential)
        lead = self.opportunity(1500)
        self.value(after(1))
        self.check_tier(self.platinum)
        self.assertTrue(self.held.is_tier_by_potential)
        self.assertEqual(self.held.potential_amount, 1500)
        self.assertAlmostEqual(self.held.base_standing, 33.3333, 3)
        self.assertEqual(self.held.standing, 100)
        lead.action_set_lost()
        self.value(after(2))
        self.check_tier(self.platinum, after(2))
        self.assertFalse(self.held.is_tier_by_potential)

    def test_tier_reached_by_profit_is_not_marked(self):
        """Whatever he might bring besides."""
        self.opportunity(1500)
        self.value(profit=2000)
        self.check_tier(self.platinum)
        self.assertFalse(self.held.is_tier_by_potential)

    def test_tier_kept_by_hysteresis_is_not_marked(self):
        """His profit alone suffices to stay."""
        self.value(profit=2000)
        self.opportunity(10)
        self.value(after(1), profit=750)
        self.check_tier(self.platinum)
        self.assertFalse(self.held.is_tier_by_potential)

    def test_tier_held_in_grace_is_not_marked(self):
        """Not even his potential reaches what the tier takes."""
        self.value(profit=2000)
        self.opportunity(10)
        self.value(after(1), profit=100)
        self.check_tier(self.platinum, after(1))
        self.assertFalse(self.held.is_tier_by_potential)

    def test_tier_kept_by_potential_alone_is_marked(self):
        """Profit stands at 20, below keep; with potential at 42.9, above it."""
        self.purchase(self.customer("Second"), days_before(50), 400.0, 400.0)
        self.value(profit=2000)
        self.opportunity(100)
        self.value(after(1), profit=350)
        self.check_tier(self.platinum)
        self.assertTrue(self.held.is_tier_by_potential)
        self.assertAlmostEqual(self.held.base_standing, 20.0, 3)
        self.assertAlmostEqual(self.held.standing, 42.8571, 3)

    def test_potential_that_does_not_count_lifts_nobody(self):
        """By a policy that ranks by profit alone."""
        self.policy.is_potential_counted = False
        self.opportunity(1500)
        self.value(profit=500)
        self.check_tier(self.gold)
        self.assertEqual(self.held.standing, self.held.base_standing)


@tagged("post_install", "-at_install")
class TestTierMethods(TierCase):
    """Standings that can be told by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.value.purchase"].search(
            [("company_id", "=", cls.company.id)]
        ).unlink()

    def sell(self, *profits):
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {place}"} for place in range(len(profits))]
        )
        self.purchases(
            [
                (customer, days_before(60), profit, profit)
                for customer, profit in zip(customers, profits, strict=True)
            ]
        )
        self.value()
        profiles = self.profiles()
        return [profiles[customer] for customer in customers]

    def use_method(self, method, *thresholds):
        self.policy.tier_method = method
        for tier, (entry, keep) in zip(self.tiers, thresholds, strict=True):
            tier.write({"entry": entry, "keep": keep})

    def test_cumulative_share_of_profit(self):
        """The first 50 % of the profit are the first's, 80 the two, 95 the three's."""
        found = self.sell(50, 30, 15, 5)
        self.assertEqual([p.standing for p in found], [100, 50, 20, 5])
        self.assertEqual([p.tier_id for p in found], [*self.tiers])

    def test_cumulative_share_of_profit_reached_in_between(self):
        """With the second of three the first 50 % of the profit are reached."""
        found = self.sell(40, 35, 25)
        expected = [self.platinum, self.platinum, self.gold]
        self.assertEqual([p.tier_id for p in found], expected)

    def test_percentile_of_customers(self):
        """Of twenty customers the best 5 % are one, 20 % are four, half are ten."""
        self.use_method("percentile", (5, 8), (20, 25), (50, 55), (100, 100))
        words = [tier.entry_words for tier in self.tiers[:3]]
        self.assertEqual(words, [f"The best {n} % of customers" for n in (5, 20, 50)])
        found = self.sell(*range(200, 0, -10))
        expected = [100 - 5 * place for place in range(20)]
        self.assertEqual([p.standing for p in found], expected)
        tiers = [self.platinum] * 1 + [self.gold] * 3 + [self.silver] * 6
        self.assertEqual([p.tier_id for p in found], tiers + [self.standard] * 10)

    def test_best_tenth_of_twenty_keep_their_tier(self):
        """To stay goes by the same words: the third of twenty is not one of them."""
        self.use_method("percentile", (10, 10), (20, 25), (50, 55), (100, 100))
        found = self.sell(*range(200, 0, -10))
        self.assertEqual([p.tier_id for p in found[1:3]], [self.platinum, self.gold])
        policy = self.policy.with_user(self.users["manager"])
        seen = policy.preview_thresholds([])["tiers"]
        self.assertEqual([tier["after"] for tier in seen], [2, 2, 6, 10])
        self.assertEqual(found[2]._get_earned_tier(), self.gold)
        ahead = found[2]._explain_tier()["next_tier"]
        self.assertIn("more within the window", ahead["missing"])
        self.purchase(found[2].partner_id, days_before(50), 15.0, 15.0)
        self.value(after(1))
        self.assertEqual(
            [p.tier_id for p in found[1:3]], [self.platinum, self.platinum]
        )
        self.assertEqual(
            [p.below_keep_date for p in found[:3]], [False, after(1), False]
        )

    def test_score(self):
        """Weighed by money alone, each fifth of the customers scores 25 more."""
        self.use_method("score", (80, 72), (62, 55), (45, 40), (0, 0))
        others = ("recency", "frequency", "clv", "potential")
        self.policy.write(dict.fromkeys([f"weight_{name}" for name in others], 0))
        found = self.sell(500, 400, 300, 200, 100)
        self.assertEqual([p.score for p in found], [100, 75, 50, 25, 0])
        self.assertEqual([p.standing for p in found], [100, 75, 50, 25, 0])
        expected = [self.platinum, self.gold, self.silver, self.standard, self.standard]
        self.assertEqual([p.tier_id for p in found], expected)

    def test_score_keeps_and_falls_like_the_others(self):
        """75 points keep Platinum, 50 begin its grace."""
        self.use_method("score", (80, 72), (62, 55), (45, 40), (0, 0))
        others = ("recency", "frequency", "clv", "potential")
        self.policy.write(dict.fromkeys([f"weight_{name}" for name in others], 0))
        found = self.sell(500, 400, 300, 200, 100)
        self.purchase(found[1].partner_id, days_before(50), 100.0, 800.0)
        self.value(after(1))
        self.assertEqual([p.score for p in found[:2]], [75, 100])
        self.assertEqual([p.tier_id for p in found[:2]], [self.platinum] * 2)
        self.purchase(found[2].partner_id, days_before(50), 100.0, 800.0)
        self.value(after(2))
        self.assertEqual(found[0].score, 50)
        self.assertEqual(found[0].tier_id, self.platinum)
        self.assertEqual(found[0].below_keep_date, after(2))
