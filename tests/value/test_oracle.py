import os
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from odoo.addons.crm_value.models.value import valuer
from odoo.addons.crm_value.queries import category_gap

from .common import MONDAY, NOON, TODAY
from .oracle import Oracle
from .oracle_data import RandomCase as _RandomCase

# Rounded to so much where it is stored.
TOLERANCES = {
    "known_cost_share": 1e-4,
    "full_price_share": 1e-4,
    "growth_share": 1e-4,
    "p_alive": 1e-4,
    "expected_purchases": 1e-3,
    "margin_share_above": 1e-6,
    "margin_share_cumulative": 1e-5,
    "standing": 5.1e-3,
    "base_standing": 5.1e-3,
}
# What only decides other figures.
INNER = {"base_score", "growth_amount", "known"}
IS_STRESS = bool(os.environ.get("CRM_VALUE_STRESS"))


def differences(oracle, profiles):
    """Lines naming every figure that is not what the oracle says."""
    by_customer = {profile.partner_id.id: profile for profile in profiles}
    strangers = by_customer.keys() - oracle.figures.keys()
    if strangers:
        yield f"valued without a reason: {sorted(strangers)}"
    for customer_id, figures in oracle.figures.items():
        profile = by_customer.get(customer_id)
        if not profile:
            yield f"{customer_id} is not valued"
            continue
        for name, expected in figures.items():
            if name not in INNER:
                actual = profile[name].id if name == "tier_id" else profile[name]
                if not _is_same(name, actual, expected):
                    yield f"{profile.display_name}: {name} {actual} not {expected}"


def _is_same(name, actual, expected):
    if isinstance(expected, float) and actual is not False:
        tolerance = TOLERANCES.get(name, 0.0101) + 1e-6 * abs(expected)
        return abs(actual - expected) <= tolerance
    return actual is expected if expected is False else actual == expected


def customers_at_the_limit(policy, profiles):
    """How many of ``profiles`` lack more than counts."""
    return sum(
        abs(
            profile.category_amount
            - policy.category_limit_percent
            / 100
            * (profile.ranking_amount + profile.cost_to_serve_amount)
        )
        < 0.01
        for profile in profiles
    )


@tagged("post_install", "-at_install")
class TestOracle(_RandomCase):
    """Every figure of every customer, by two computations that share no code."""

    peer_count = 20

    if IS_STRESS:
        customer_count = 1500
        order_count = 600

    def compare(self, as_of=TODAY, anchor=None):
        # Where potential would lift somebody to is read off the curve, a straight line
        # between the points that a run keeps. Nothing else depends on their number.
        with (
            patch.object(valuer, "CURVE_POINTS", 2 * self.customer_count),
            patch.object(category_gap, "PEERS", self.peer_count),
        ):
            run = self.start(as_of=as_of and as_of.isoformat())
        self.assertEqual(run.state, "done", run.message)
        oracle = Oracle(self.policy, TODAY, anchor, run.parameters, self.peer_count)
        profiles = self.Profile.search([("company_id", "=", self.company.id)])
        lines = [*differences(oracle, profiles), *self.differing_gaps(oracle, run)]
        self.assertFalse(lines, "\n".join([f"{len(lines)} differences", *lines[:40]]))
        return oracle, run, profiles

    def differing_gaps(self, oracle, run):
        """Lines naming the customers who lack something else than the oracle says."""
        found = {}
        for gap in self.env["crm.value.category.gap"].search([("run_id", "=", run.id)]):
            found.setdefault(gap.partner_id.id, []).append(
                (gap.category_id.id, gap.peer_count, gap.similar_count, gap.amount)
            )
        for customer_id, gaps in oracle.lacking.gaps.items():
            expected = [gap[:4] for gap in gaps]
            actual = found.pop(customer_id, [])
            if [gap[:3] for gap in actual] != [gap[:3] for gap in expected] or any(
                abs(one[3] - other[3]) > 0.0101
                for one, other in zip(actual, expected, strict=True)
            ):
                yield f"{customer_id} lacks {actual} not {expected}"
        if found:
            yield f"lack something without a reason: {found}"

    def test_orders_by_margin(self):
        """The default: orders, margin, cumulative profit share, simple estimate."""
        self.policy.known_cost_percent = 50
        oracle, run, profiles = self.compare()
        self.assertTrue(oracle.by_margin)
        learned = run.parameters
        self.assertEqual(learned["buyer_count"], oracle.buyer_count)
        self.assertAlmostEqual(learned["revenue"], oracle.revenue, 1)
        self.assertAlmostEqual(learned["known_amount"], oracle.known, 1)
        self.assertAlmostEqual(learned["cycle_days"], oracle.cycle, 3)
        self.assertAlmostEqual(learned["margin_rate"], oracle.margin_rate, 3)
        self.assertEqual(learned["retention"], oracle.retention)
        self.check_variety(profiles)

    def check_variety(self, profiles):
        """A comparison of customers who are all alike would show nothing."""
        self.assertGreaterEqual(len(set(profiles.mapped("lifecycle_stage"))), 7)
        self.assertEqual(set(profiles.mapped("abc_class")), {"a", "b", "c", False})
        self.assertEqual(len(profiles.tier_id), 4)
        for name in ("recency_score", "frequency_score", "monetary_score", "clv_score"):
            self.assertGreaterEqual(len(set(profiles.mapped(name))), 4, name)
        self.assertGreaterEqual(len(set(profiles.mapped("profitability_class"))), 3)
        self.assertTrue(profiles.filtered("is_tier_by_potential"))
        self.assertTrue(profiles.filtered("cost_to_serve_amount"))
        lacking = profiles.filtered("category_amount")
        self.assertTrue(customers_at_the_limit(self.policy, lacking))
        self.assertLess(customers_at_the_limit(self.policy, lacking), len(lacking))
        self.assertLess(len(lacking), len(profiles) // 2)

    def test_orders_by_revenue_where_cost_is_unknown(self):
        """Too little of the cost is known: revenue ranks."""
        self.policy.known_cost_percent = 100
        oracle, run, _profiles = self.compare()
        self.assertFalse(oracle.by_margin)
        self.assertFalse(run.parameters["by_margin"])

    def test_invoices(self):
        """The same company, valued by what it invoiced."""
        self.policy.write({"source": "invoices", "known_cost_percent": 30})
        oracle, _run, _profiles = self.compare()
        self.assertTrue(oracle.by_margin)

    def test_score_and_percentile(self):
        """Tiers by the other two methods, weights and windows of another trade."""
        self.policy.write({"monetary_basis": "revenue", "window_months": 12})
        self.policy.write(
            {"weight_recency": 7.5, "weight_clv": 0, "weight_potential": 33}
        )
        for method in ("score", "percentile"):
            with self.subTest(method):
                self.use_method(method)
                self.compare()

    def use_method(self, method):
        # From scratch: tiers that are held would be kept for their grace.
        self.Profile.search([("company_id", "=", self.company.id)]).unlink()
        self.policy.tier_method = method
        thresholds = {
            "score": [(70, 60), (55, 50), (45, 40), (0, 0)],
            "percentile": [(5, 8), (20, 25), (50, 55), (100, 100)],
        }[method]
        # Easier first or last: the ladder must hold at every step.
        rows = list(zip(self.tiers, thresholds, strict=True))
        for tier, (entry, keep) in rows if method == "score" else reversed(rows):
            self.env.cr.execute(
                "UPDATE crm_value_tier SET entry = %s, keep = %s WHERE id = %s",
                (entry, keep, tier.id),
            )
        self.env.invalidate_all()

    def test_model(self):
        """Probability, purchases and lifetime value by the fitted models."""
        self.policy.write({"gate_buyer_count": 50, "known_cost_percent": 50})
        _oracle, run, profiles = self.compare()
        self.assertNotIn("withheld", run.parameters)
        self.assertEqual(set(profiles.mapped("clv_method")), {"model", False})
        alive = [p.p_alive for p in profiles if p.p_alive is not False]
        self.assertTrue(all(0 <= share <= 1 for share in alive))

    def test_middle_of_the_week(self):
        """Today's run looks back from Monday, and sees what was bought since."""
        self.purchase(self.customers[3], MONDAY, 5.0, 2.0)
        self.purchase(self.customers[4], TODAY, 500.0, 200.0)
        self.purchase(self.customer("Came today"), TODAY, 70.0, 20.0)
        with freeze_time(NOON):
            _oracle, run, _profiles = self.compare(as_of=None, anchor=MONDAY)
        self.assertEqual((run.as_of_date, run.anchor_date), (TODAY, MONDAY))
