from runpy import run_path
from unittest.mock import patch

from odoo.modules import get_module_path
from odoo.tests import freeze_time, tagged

from odoo.addons.crm_value.models.value import valuer

from .common import NOON, days_before
from .run_case import RunCase

THRESHOLDS = {
    "cumulative": [(50, 60), (80, 85), (95, 97), (100, 100)],
    "percentile": [(5, 8), (20, 25), (50, 55), (100, 100)],
    "score": [(80, 72), (62, 55), (45, 40), (0, 0)],
}


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPlaces(RunCase):
    """Many more customers than points of the curve that a run keeps."""

    customer_count = 90

    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(valuer, "CURVE_POINTS", 6))

    def use_method(self, method):
        self.policy.tier_method = method
        for tier, (entry, keep) in zip(self.tiers, THRESHOLDS[method], strict=True):
            tier.write({"entry": entry, "keep": keep})
        self.env.flush_all()

    def ranked(self):
        """Profiles, richest first."""
        return sorted(self.profiles().values(), key=lambda p: -p.ranking_amount)

    def earn(self, profile, margin):
        """Bring so much more, or less, within the year."""
        self.purchase(profile.partner_id, days_before(50), margin, margin)
        self.start(as_of=None, partner_ids=profile.partner_id.ids)

    def test_mere_touch_writes_nothing(self):
        """By all three methods, for everybody, as often as you like."""
        for method in THRESHOLDS:
            with self.subTest(method):
                self.use_method(method)
                self.start(as_of=None)
                before, written = self.figures(), self.writes()
                for customers in (self.customers[10:40], self.customers):
                    run = self.start(as_of=None, partner_ids=customers.ids)
                    self.assertEqual((run.changed_count, run.move_count), (0, 0))
                self.assertEqual(self.figures(), before)
                self.assertEqual(self.writes(), written)

    def test_update_from_the_version_before_keeps_places(self):
        """Profiles without a share get what a full run would write, negative included;
        a touch before the next full run writes nothing."""
        customer = self.customers[0]
        self.purchase(customer, days_before(20), 100, -9000)
        self.start(as_of=None)
        before = self.figures()
        self.assertLess(self.profile(customer).ranking_amount, 0)
        self.env.cr.execute("UPDATE crm_value_profile SET margin_share_above = NULL")
        path = get_module_path("crm_value") + "/migrations/19.0.1.2.0/post-shares.py"
        run_path(path)["migrate"](self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual(self.figures(), before)
        run = self.start(as_of=None, partner_ids=self.customers.ids)
        self.assertEqual(run.changed_count, 0)

    def test_cent_more_or_less_moves_nobody(self):
        """Who passes nobody stays where he is by number, and nearly so by profit."""
        for method in ("percentile", "cumulative"):
            self.use_method(method)
            self.start(as_of=None)
            for place in (0, 1, 7, 44, 88):
                for cent in (0.01, -0.01):
                    with self.subTest(method=method, place=place, cent=cent):
                        profile = self.ranked()[place]
                        before = profile.base_standing, profile.below_keep_date
                        self.earn(profile, cent)
                        self.assertEqual(
                            (profile.base_standing, profile.below_keep_date), before
                        )

    def test_rise_and_fall_end_where_a_full_run_ends(self):
        """By number to the customer; by profit nearly so: the shares of all others
        change with his, and are known to the next full run."""
        self.policy.is_potential_counted = False
        for method, delta in (("percentile", 1e-3), ("cumulative", 5)):
            self.use_method(method)
            for start, target in ((60, 10), (10, 60), (40, 0), (0, 40), (30, 89)):
                with self.subTest(method=method, start=start, target=target):
                    self.start(as_of=None)
                    ranked = self.ranked()
                    profile, other = ranked[start], ranked[target]
                    gap = other.ranking_amount - profile.ranking_amount
                    self.earn(profile, round(gap + (0.02 if gap > 0 else -0.02), 2))
                    partly = profile.base_standing
                    self.start(as_of=None)
                    wholly = profile.base_standing
                    self.assertAlmostEqual(partly, wholly, delta=delta)

    def test_same_amount_is_the_same_place(self):
        """A newcomer who brings what another one brings stands beside him."""
        for method in ("percentile", "cumulative"):
            self.use_method(method)
            self.start(as_of=None)
            twin = self.ranked()[30]
            new = self.customer("Newcomer")
            self.purchase(new, days_before(50), 999, twin.ranking_amount)
            self.start(as_of=None, partner_ids=new.ids)
            self.assertEqual(self.profile(new).base_standing, twin.base_standing)
            self.assertEqual(self.profile(new).abc_class, twin.abc_class)

    def test_rank_is_counted(self):
        """Every number of the card is how many bring more, those touched included."""
        self.start(as_of=None)
        self.earn(self.ranked()[50], 1000)
        ranked = self.ranked()
        for place in (0, 1, 2, 17, 50, 88, 89):
            shown = ranked[place].get_value_card()["pareto"]
            self.assertEqual((shown["rank"], shown["count"]), (place + 1, 90))
            self.assertAlmostEqual(shown["customers"], place / 90)
