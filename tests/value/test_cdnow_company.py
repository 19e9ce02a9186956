import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from odoo.tests import tagged

from odoo.addons.crm_value.formulas import backtest, bg_nbd, mbg_nbd
from odoo.addons.crm_value.models.value.fitting import fit_models
from odoo.addons.crm_value.models.value.presets import PRESETS
from odoo.addons.crm_value.queries.compressed_histories import (
    amount_histories,
    count_histories,
)

from dev import cdnow

from .common import ValueCase

# Fader, Hardie & Lee (2005); Batislam, Denizel & Filiztekin (2007); Fader & Hardie
# (2013), the latter without a published likelihood in the second.
PUBLISHED = {
    "bg_nbd": (dict(r=0.243, alpha=4.414, a=0.793, b=2.426), -9582.4),
    "mbg_nbd": (dict(r=0.5248, alpha=6.1831, a=0.8914, b=1.6140), None),
    "gamma_gamma": (dict(p=6.25, q=3.74, gamma=15.44), -4055.9),
}
IMPORT = """
import builtins, sys
sys.path.insert(0, {root!r})
from formulas import bg_nbd, gamma_gamma, mbg_nbd
for module in (mbg_nbd, bg_nbd):
    module.fit([(2, 30.43, 38.86, 50), (0, 0.0, 38.86, 80), (5, 20.0, 30.0, 20)])
gamma_gamma.fit([(1, 20.0, 9), (2, 35.0, 9), (5, 31.0, 9), (1, 70.0, 4)])
strangers = {{name.partition(".")[0] for name in sys.modules}}
print(*sorted(strangers - set(sys.stdlib_module_names) - {{"formulas", "__main__"}}))
"""


@tagged("post_install", "-at_install")
class TestCdnowCompany(ValueCase):
    """6,919 real purchases, imported into a company of their own."""

    company_name = "CDNOW"
    currency_name = "USD"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bought = cdnow.read()
        # Eighteen months of history are all there is: look at all of them.
        cls.policy.write({**PRESETS["retail"].values, "window_months": 18})
        numbers = sorted({purchase.customer for purchase in cls.bought})
        partners = cls.env["res.partner"].create([{"name": n} for n in numbers])
        ids = dict(zip(numbers, partners.ids, strict=True))
        cls.env["crm.value.purchase"].create(
            [
                {
                    "reference": f"CDNOW-{number}",
                    "partner_id": ids[purchase.customer],
                    "company_id": cls.company.id,
                    "date": purchase.day,
                    "amount": purchase.amount,
                    "quantity": purchase.quantity,
                }
                for number, purchase in enumerate(cls.bought, 1)
            ]
        )
        cls.tried = cls.start(as_of=cdnow.CALIBRATION_END, apply=False)

    def test_parameters_and_likelihood_are_those_published(self):
        """Within half a percent and a tenth; Gamma-Gamma by its own convention.

        Fitted to the means of the 946 customers who came back, of their repeat days,
        the first day and days of nothing left out, as in ``formulas/test_cdnow.py``.
        """
        self.assertEqual((self.tried.state, self.tried.customer_count), ("done", 2357))
        self.assertEqual(self.tried.parameters["buyer_count"], 2357)
        for model, (figures, likelihood) in PUBLISHED.items():
            found = self.tried.parameters[model]
            for name, figure in figures.items():
                self.assertAlmostEqual(
                    found[name] / figure, 1, delta=0.005, msg=f"{model} {name}"
                )
            if likelihood:
                self.assertAlmostEqual(found["log_likelihood"], likelihood, delta=0.1)
        customers = self.tried.parameters["gamma_gamma"]["customer_count"]
        self.assertEqual(customers, 946)

    def test_fit_takes_less_than_a_second_of_cpu(self):
        """All three models, on the very rows that the run fitted."""
        run = self.Run.create(
            self.Run._prepare_run(
                self.company,
                as_of=cdnow.CALIBRATION_END,
                anchor=cdnow.CALIBRATION_END,
                is_applied=False,
            )
        )
        run._step()
        counts = self.env.execute_query(count_histories(run.id, run.anchor_date, 1))
        amounts = self.env.execute_query(amount_histories(run.id, 2))
        begin = time.process_time()
        fitted = fit_models(counts, amounts)
        seconds = time.process_time() - begin
        self.assertLess(seconds, 1.0)
        for model in PUBLISHED:
            self.assertEqual(fitted[model], self.tried.parameters[model])

    def test_fit_needs_the_standard_library_only(self):
        """No numpy, no scipy: nothing else is even loaded by fitting."""
        root = str(Path(mbg_nbd.__file__).parents[1])
        ended = subprocess.run(
            [sys.executable, "-I", "-S", "-c", IMPORT.format(root=root)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(ended.stdout.strip(), "")

    def test_forecast_of_the_next_39_weeks(self):
        """All repeats by week 78 within 7.5 percent of those that were made."""
        rows, later = cdnow.calibration(self.bought)
        names = ("r", "alpha", "a", "b")
        params = mbg_nbd.MbgNbd(*(self.tried.parameters["mbg_nbd"][n] for n in names))
        expected = mbg_nbd.expected_total(params, rows, cdnow.HOLDOUT_WEEKS)
        known = sum(row[0] * row[3] for row in rows)
        self.assertAlmostEqual((known + expected) / (known + later), 1, delta=0.075)

    def test_forecast_is_shown_on_the_run(self):
        """Against what the file says was bought, by the histories in the file.

        The published MBG/NBD and BG/NBD parameters expect about as many.
        """
        rows, later = cdnow.calibration(self.bought)
        found = self.tried.result["forecast"]
        self.assertEqual((found["customers"], found["purchases"]), (2357, later))
        self.assertEqual(found["until"], str(cdnow.LAST_DAY))
        for model, kind in (("mbg_nbd", mbg_nbd.MbgNbd), ("bg_nbd", bg_nbd.BgNbd)):
            figures, _likelihood = PUBLISHED[model]
            expected = mbg_nbd.expected_total(
                kind(**figures), rows, cdnow.HOLDOUT_WEEKS
            )
            self.assertAlmostEqual(
                found["expected"][model] / expected, 1, delta=0.01, msg=model
            )
        html = self.tried.result_html
        self.assertIn(f">{later:,}</td>", html)
        self.assertIn(f">{found['expected']['mbg_nbd']:,.0f}</td>", html)
        self.assertIn("of the 2,357 customers of that day until 06/30/1998", html)

    def test_back_test_is_that_of_the_purchases_since(self):
        """The best fifth by past amount, computed from the file alone."""
        past, later = {}, {}
        for customer, day, _quantity, amount in self.bought:
            side = past if day <= cdnow.CALIBRATION_END else later
            side[customer] = side.get(customer, 0) + amount
        found = self.tried.result["back_test"]
        self.assertEqual(found["customers"], 2357)
        self.assertAlmostEqual(found["later_amount"], sum(later.values()), 2)
        amounts = [round(past[customer], 2) for customer in past]
        since = [later.get(customer, 0.0) for customer in past]
        expected = backtest.capture(amounts, since, 0.2)
        self.assertAlmostEqual(found["by_past"], expected, 4)
        self.assertGreater(found["by_score"], 0.5)

    def test_run_shows_models_and_reads_in_words(self):
        """A manager who opens it sees parameters and likelihood."""
        html = self.tried.parameters_html
        self.assertIn("log-likelihood -9582.", html)
        self.assertIn("2357 customers", html)
        self.assertFalse(self.tried.withheld_words)

    def test_whole_history_values_everybody(self):
        """As of the last day: predictions for all, and a comeback dated in 1998."""
        run = self.start(as_of=cdnow.LAST_DAY)
        self.assertEqual((run.customer_count, run.changed_count), (2357, 2357))
        profiles = self.Profile.search([("company_id", "=", self.company.id)])
        self.assertEqual(set(profiles.mapped("clv_method")), {"model"})
        self.assertTrue(all(0 <= p.p_alive <= 1 for p in profiles))
        back = profiles.filtered(lambda p: p.lifecycle_stage == "won_back")
        self.assertTrue(back)
        dates = set(back.mapped("lifecycle_since_date"))
        year = cdnow.LAST_DAY - timedelta(days=365)
        self.assertTrue(all(year < day <= cdnow.LAST_DAY for day in dates), dates)
        self.assertEqual(self.start(as_of=cdnow.LAST_DAY).changed_count, 0)
