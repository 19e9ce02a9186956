from datetime import timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from odoo.addons.crm_value.formulas import backtest

from .common import MONDAY, NOON, TODAY, days_before
from .run_case import TABLES, RunCase

VALUER = "odoo.addons.crm_value.models.value.valuer.Valuer"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestRun(RunCase):
    """What a valuation leaves behind, in the run and on the customers."""

    def test_first_run_values_everybody(self):
        """Counts, times and who asked for it are on the run; its rows are gone."""
        run = self.start()
        self.assertEqual((run.state, run.kind, run.phase), ("done", "full", "score"))
        self.assertEqual((run.as_of_date, run.is_applied), (TODAY, True))
        self.assertEqual(run.user_id, self.env.user)
        counts = run.customer_count, run.changed_count, run.move_count
        self.assertEqual(counts, (30, 30, 30))
        self.assertLessEqual(run.started_at, run.finished_at)
        self.assertGreaterEqual(run.duration_seconds, 0)
        self.assertFalse(run.message)
        self.assertEqual(run.parameters["buyer_count"], 30)
        self.assertFalse(self.env["crm.value.run.row"].search([]))
        self.assertEqual(len(self.profiles()), 30)
        self.assertEqual(self.Profile.search([]).run_id, run)

    def test_first_valuation_tells_no_news(self):
        """Thirty customers known for years are not thirty first purchases."""
        self.start()
        self.assertFalse(self.events())

    def test_second_run_writes_nothing(self):
        """Not a profile, move or event, and no profile looks as if it were."""
        self.start()
        before = {table: self.rows(table) for table in TABLES}
        written = self.writes()
        run = self.start()
        self.assertEqual((run.changed_count, run.move_count), (0, 0))
        self.assertEqual(run.customer_count, 30)
        self.assertEqual(self.writes(), written)
        self.assertEqual({table: self.rows(table) for table in TABLES}, before)

    def test_days_of_a_week_write_nothing(self):
        """Ages end on Monday: until Sunday nothing changes without a purchase."""
        self.start(as_of=None)
        for days in range(1, 5):
            with freeze_time(NOON + timedelta(days=days)):
                run = self.start(as_of=None)
            self.assertEqual((run.anchor_date, run.changed_count), (MONDAY, 0))
        with freeze_time(NOON + timedelta(days=5)):
            run = self.start(as_of=None)
        self.assertEqual(run.anchor_date, MONDAY + timedelta(days=7))

    def test_one_purchase_changes_one_profile_of_a_frozen_week(self):
        """As long as it changes nothing for the others: the poorest buys a little."""
        self.start()
        before = self.figures()
        poorest = min(before, key=lambda id_: before[id_]["ranking_amount"])
        self.purchase(self.env["res.partner"].browse(poorest), TODAY, 0.01, 0.0)
        run = self.start()
        after = self.figures()
        changed = {id_ for id_ in after if after[id_] != before[id_]}
        self.assertIn(poorest, changed)
        self.assertEqual(run.changed_count, len(changed))

    def test_day_in_the_past_knows_nothing_of_later(self):
        """As if the purchases since had not been entered."""
        day = days_before(200)
        past = self.start(as_of=day)
        self.assertEqual((past.as_of_date, past.anchor_date), (day, day))
        seen = self.figures()
        self.assertLess(len(seen), 30)
        self.assertTrue(all(f["last_purchase_date"] <= day for f in seen.values()))
        later = self.env["crm.value.purchase"].search(
            [("company_id", "=", self.company.id), ("date", ">", day)]
        )
        later.unlink()
        run = self.start(as_of=day)
        self.assertEqual(run.changed_count, 0)
        self.assertEqual(self.figures(), seen)

    def test_trying_writes_the_run_and_nothing_else(self):
        """No profile, move or event; what would be stands on the run."""
        self.start()
        self.purchase(self.customers[3], TODAY, 9000.0, 9000.0)
        self.env.cr.flush()
        before = {table: self.rows(table) for table in TABLES}
        written, serial = self.writes(), self.policy.run_serial
        run = self.start(apply=False)
        self.assertEqual((run.state, run.is_applied), ("done", False))
        self.assertEqual((run.changed_count, run.move_count), (0, 0))
        self.assertEqual(self.writes(), written)
        self.assertEqual({table: self.rows(table) for table in TABLES}, before)
        self.assertEqual(self.policy.run_serial, serial)
        self.check_would_be(run, self.start())

    def check_would_be(self, tried, applied):
        """Tiers told by the run that was tried are those of the one that applies."""
        told = {row["tier_id"]: row["customers"] for row in tried.result["tiers"]}
        groups = self.Profile._read_group(
            [("company_id", "=", self.company.id)], ["tier_id"], ["__count"]
        )
        self.assertEqual(told, {tier.id: count for tier, count in groups})
        self.assertEqual(tried.parameters["revenue"], applied.parameters["revenue"])

    def test_trying_is_not_what_later_runs_build_on(self):
        """An incremental run scores by the last run that was applied."""
        self.start()
        frozen = self.Run._last_full(self.company)
        self.start(as_of=days_before(300), apply=False)
        run = self.start(partner_ids=self.customers[:2].ids)
        self.assertEqual(run.basis_run_id, frozen)

    def test_back_test_tells_what_the_best_fifth_brought_since(self):
        """By the score of that day and, beside it, by what they had brought."""
        day = days_before(200)
        run = self.start(as_of=day)
        profiles = self.profiles()
        later = dict(
            self.env["crm.value.purchase"]._read_group(
                [("company_id", "=", self.company.id), ("date", ">", day)],
                ["partner_id"],
                ["amount:sum"],
            )
        )
        scores = [profile.score for profile in profiles.values()]
        past = [profile.ranking_amount for profile in profiles.values()]
        bought = [later.get(partner, 0.0) for partner in profiles]
        run = self.start(as_of=day, apply=False)
        found = run.result["back_test"]
        self.assertEqual(found["customers"], len(profiles))
        self.assertAlmostEqual(found["later_amount"], sum(bought), 2)
        for name, figures in (("by_score", scores), ("by_past", past)):
            expected = backtest.capture(figures, bought, 0.2)
            self.assertAlmostEqual(found[name], expected, 6, name)

    def test_no_back_test_of_today(self):
        """Nothing has happened since."""
        self.assertIsNone(self.start(apply=False).result["back_test"])

    def test_withheld_predictions_name_what_is_missing(self):
        """Figures the data have and figures the model needs, in the user's words."""
        self.policy.gate_history_days = 2000
        run = self.start()
        reasons = {reason["code"]: reason for reason in run.parameters["withheld"]}
        self.assertEqual(reasons["too_few_buyers"]["actual"], 30)
        self.assertEqual(reasons["too_few_buyers"]["required"], 500)
        first = min(self.Profile.search([]).mapped("first_purchase_date"))
        last = max(self.Profile.search([]).mapped("last_purchase_date"))
        self.assertEqual(reasons["too_short_span"]["actual"], (last - first).days)
        self.assertIn(
            "30 customers have bought; the model needs 500", run.withheld_words
        )
        self.assertIn("the model needs 2000", run.withheld_words)
        for profile in self.profiles().values():
            self.assertIs(profile.p_alive, False)
            self.assertIs(profile.expected_purchases, False)
            self.assertEqual(profile.clv_method, "simple")

    def test_fit_without_solution_is_withheld_with_its_reason(self):
        """The simple estimate then, not an error."""
        self.policy.write({"gate_buyer_count": 5, "gate_history_days": 5})
        with patch(
            "odoo.addons.crm_value.models.value.fitting.gamma_gamma.fit",
            side_effect=ValueError("no maximum"),
        ):
            run = self.start()
        self.assertEqual(run.state, "done")
        self.assertEqual(
            run.parameters["withheld"], [{"code": "no_fit", "detail": "no maximum"}]
        )
        self.assertIn("no maximum", run.withheld_words)
