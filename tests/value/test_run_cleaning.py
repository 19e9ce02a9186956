import importlib.util
import json
from datetime import timedelta
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import file_path
from odoo.tools.safe_eval import safe_eval

from .common import NOON, TODAY
from .run_case import RunCase

MIGRATION = "crm_value/migrations/19.0.1.2.0/post-value_run.py"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestRunCleaning(RunCase):
    """Runs of changed customers: a thousand a day, which keep little, not for ever."""

    def size(self, run):
        return len(json.dumps([run.parameters, run.cut_points]))

    def test_run_of_some_keeps_no_copy(self):
        """It names the run of all customers that it scores by, and its thresholds."""
        full = self.start()
        run = self.start(partner_ids=self.customers[:3].ids)
        self.assertEqual(run.basis_run_id, full)
        self.assertEqual(run.parameters, {"thresholds": full.parameters["thresholds"]})
        self.assertFalse(run.cut_points)
        self.assertLess(self.size(run), 500)
        self.assertFalse(full.basis_run_id)

    def test_run_of_some_is_read_like_the_one_it_scores_by(self):
        """What it learned, why nothing was predicted, and the curve."""
        full = self.start()
        run = self.start(partner_ids=self.customers[:3].ids)
        for name in ("parameters_html", "withheld_words", "buyer_count"):
            self.assertTrue(run[name])
            self.assertEqual(run[name], full[name], name)
        self.assertEqual(run._get_curve_points(), full._get_curve_points())
        self.assertTrue(run._get_curve_points())

    def test_customers_valued_by_it_are_explained(self):
        """As by the run of all customers, whose limits hold."""
        self.start()
        one = self.customers[3]
        self.purchase(one, TODAY, 800.0, 350.0)
        run = self.start(partner_ids=one.ids)
        profile = self.profile(one)
        self.assertEqual(profile.run_id, run)
        [told] = profile.explain()
        self.assertEqual(len(told["parts"]), 5)
        self.assertTrue(all(part["cut_points"] for part in told["parts"][:3]))
        points = sum(part["points"] for part in told["parts"])
        self.assertAlmostEqual(told["base"] + points, told["score"], 1)

    def test_run_of_an_earlier_version_keeps_what_it_copied(self):
        """Where nothing was brought over."""
        full = self.start()
        run = self.start(partner_ids=self.customers[:3].ids)
        self.copy_as_before(run, full)
        self.assertEqual(run._get_basis(), run)
        for name in ("parameters_html", "withheld_words", "buyer_count"):
            self.assertEqual(run[name], full[name], name)

    def copy_as_before(self, run, full, **changes):
        """Make ``run`` what version 19.0.1.1.0 wrote."""
        run.write(
            {
                "basis_run_id": False,
                "parameters": full.parameters | changes,
                "cut_points": full.cut_points,
            }
        )
        self.env.flush_all()

    def test_update_brings_copies_over(self):
        """Where the last run of all customers before still says the same."""
        older = self.start()
        first, odd = [self.start(partner_ids=self.customers[:3].ids) for _ in "ab"]
        self.policy.horizon_months = 12
        newer = self.start()
        second = self.start(partner_ids=self.customers[:3].ids)
        for run, full in ((first, older), (second, newer)):
            self.copy_as_before(run, full)
        self.copy_as_before(odd, older, revenue=1.0)
        self.migrate()
        self.assertEqual((first + second).mapped("basis_run_id"), older + newer)
        self.assertFalse(any((first + second).mapped("parameters")))
        self.assertFalse(any((first + second).mapped("cut_points")))
        for name in ("withheld_words", "buyer_count"):
            self.assertEqual(first[name], older[name])
        self.assertIn("Limits between the scores", first.parameters_html)
        self.assertFalse(odd.basis_run_id)
        self.assertEqual(odd.parameters["revenue"], 1.0)

    def migrate(self):
        path = Path(file_path(MIGRATION))
        spec = importlib.util.spec_from_file_location("post_value_run", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()

    def test_old_runs_that_nothing_needs_go(self):
        """After thirty days; whoever still names one keeps it."""
        full = self.start()
        nothing = self.start(partner_ids=self.customers[:3].ids)
        one, riser = self.customers[4], self.customers[5]
        self.purchase(one, TODAY, 1.0, 0.0)
        named = self.start(partner_ids=one.ids)
        self.assertEqual(self.profile(one).run_id, named)
        self.purchase(riser, TODAY, 90000.0, 90000.0)
        moved = self.start(partner_ids=riser.ids)
        self.assertEqual(moved.move_count, 1)
        tried = self.start(apply=False)
        with freeze_time(NOON + timedelta(days=20)):
            young = self.start(partner_ids=self.customers[:3].ids)
            self.assertFalse(young.move_count)
        with freeze_time(NOON + timedelta(days=29)):
            self.assertEqual(self.clean()[0], 0)
        with freeze_time(NOON + timedelta(days=31)):
            self.assertEqual(self.clean(), (1, False))
            self.assertFalse(nothing.exists())
            kept = full + named + moved + tried + young
            self.assertEqual(kept.exists(), kept)
            # The night writes the customer anew: then nothing names the run any more.
            self.start(as_of=None)
            if self.profile(one).run_id != named:
                self.assertEqual(self.clean()[0], 1)
                self.assertFalse(named.exists())
        with self.assertRaises(UserError):
            moved.unlink()

    def clean(self):
        self.env.flush_all()
        deleted, is_more = self.Run._gc_incremental()
        self.env.invalidate_all()
        return deleted, is_more

    def test_nightly_cleaning_takes_part(self):
        """Odoo's own cleaning finds it."""
        method = type(self.Run)._gc_incremental
        self.assertTrue(method._autovacuum)

    def test_list_opens_on_runs_of_all_customers(self):
        """The others are a filter away."""
        action = self.env.ref("crm_value.value_run_action")
        self.assertEqual(safe_eval(action.context)["search_default_full"], 1)
