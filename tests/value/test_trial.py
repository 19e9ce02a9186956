from collections import defaultdict
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import format_amount, mute_logger

from odoo.addons.crm_value.formulas import mbg_nbd

from .common import MONDAY, NOON, TODAY, days_before
from .run_case import TABLES, RunCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestTrial(RunCase):
    """Today's rules tried as of a day: asked for, worked off, and read in words."""

    def ask(self, day, kind="manager"):
        """The trial that a user of this kind asks for in the dialog."""
        wizards = self.env["crm.value.trial.wizard"].with_user(self.users[kind])
        wizards = wizards.with_context(allowed_company_ids=self.company.ids)
        with Form(wizards) as form:
            form.as_of_date = day
        return self.Run.browse(form.record.action_try()["res_id"])

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What waits in this database so far is not what a test is about.
        cls.env.cr.flush()
        cls.Touch.search([]).unlink()

    def work(self):
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            self.env.ref("crm_value.cron_value_worker").method_direct_trigger()
        self.env.invalidate_all()

    def test_dialog_offers_a_year_ago(self):
        with Form(self.env["crm.value.trial.wizard"]) as form:
            self.assertEqual(str(form.as_of_date), "2025-06-03")

    def test_trial_is_queued_and_worked_off_like_any_run(self):
        """It ends on the run, which the worker takes on; no customer is changed."""
        self.start()
        before = {table: self.rows(table) for table in TABLES}
        run = self.ask(days_before(200))
        self.assertEqual((run.state, run.kind, run.is_applied), ("pending", "full", 0))
        self.assertEqual(run.as_of_date, days_before(200))
        self.assertEqual(run.user_id, self.users["manager"])
        self.assertFalse(run.result_html)
        self.work()
        self.assertEqual(run.state, "done")
        self.assertEqual({table: self.rows(table) for table in TABLES}, before)
        self.assertIn("Back-test", run.result_html)

    def test_trial_of_today_tells_what_the_next_valuation_does(self):
        """Its week counts; nothing has happened since, and it says so."""
        self.start()
        self.tiers[0].write({"entry": 20, "keep": 25})
        run = self.ask(TODAY)
        self.work()
        self.assertEqual(run.anchor_date, MONDAY)
        told = {line["tier_id"]: line["customers"] for line in run.result["tiers"]}
        self.start(as_of=None)
        found = self.Profile._read_group(
            [("company_id", "=", self.company.id)], ["tier_id"], ["__count"]
        )
        self.assertEqual(told, {tier.id: count for tier, count in found})
        self.assertEqual((run.result["back_test"], run.result["forecast"]), (None,) * 2)
        self.assertIn(
            "None of these customers has bought anything after 06/03/2026",
            run.result_html,
        )

    def test_days_to_come_are_refused(self):
        with self.assertRaises(UserError) as caught:
            self.ask(TODAY + timedelta(days=1))
        self.assertIn("yet to come", str(caught.exception))

    def test_only_managers_try(self):
        """Through the dialog and through the API, with words that say so."""
        with mute_logger("odoo.addons.base.models.ir_model"):
            with self.assertRaises(AccessError) as caught:
                self.ask(TODAY, "salesperson")
        self.assertIn("Customer Value/Manager", str(caught.exception))
        runs = self.Run.with_user(self.users["salesperson"])
        for call in (
            lambda: runs.start(self.company.id, as_of="2026-01-31", apply=False),
            lambda: runs._request_trial(self.company, TODAY),
        ):
            with self.assertRaises(AccessError) as caught:
                call()
            self.assertIn("Only a Customer Value manager", str(caught.exception))

    def test_company_of_others_is_refused(self):
        other = self.make_company("Other Works")
        runs = self.Run.with_user(self.users["manager"])
        with self.assertRaises(AccessError):
            runs._request_trial(other, TODAY)

    def test_tiers_are_shown_with_what_they_bring(self):
        """As the customers of that day have them, best tier first."""
        day = days_before(200)
        self.start(as_of=day)
        sums = defaultdict(lambda: [0, 0.0, 0.0])
        for profile in self.profiles().values():
            line = sums[profile.tier_id]
            line[0] += 1
            line[1] += profile.revenue_amount
            line[2] += profile.net_margin_amount
        html = self.start(as_of=day, apply=False).result_html
        place = 0
        for tier in self.tiers:
            count, *amounts = sums[tier]
            cells = [f"{count}", *(self.show(amount) for amount in amounts)]
            row = f">{tier.name}</th>" + "".join(
                f"<td class='text-end'>{cell}</td>" for cell in cells
            )
            self.assertIn(row, html)
            self.assertGreater(html.index(row), place)
            place = html.index(row)

    def show(self, amount):
        shown = format_amount(self.env, round(amount), self.company.currency_id)
        return shown.replace(".00", "")

    def test_customers_of_later_are_left_out(self):
        """Whoever first bought after the day was no customer on it."""
        day = days_before(200)
        known = {
            partner
            for partner, first in self.env["crm.value.purchase"]._read_group(
                [("company_id", "=", self.company.id)], ["partner_id"], ["date:min"]
            )
            if first <= day
        }
        self.assertLess(len(known), 30)
        self.start()
        run = self.start(as_of=day, apply=False)
        self.assertEqual(
            sum(line["customers"] for line in run.result["tiers"]), len(known)
        )

    def test_back_test_is_read_in_words(self):
        """The shares, the days between, and what was bought since."""
        day = days_before(200)
        found = self.start(as_of=day, apply=False)
        result, html = found.result["back_test"], found.result_html
        last = max(
            self.env["crm.value.purchase"]
            .search([("company_id", "=", self.company.id)])
            .mapped("date")
        )
        self.assertEqual(result["until"], str(last))
        self.assertIn(
            f"The best 20% of customers by score brought {result['by_score']:.1%} of "
            f"what was bought after 11/15/2025 until {last:%m/%d/%Y}. Chosen by past "
            f"amount alone, they would have brought {result['by_past']:.1%}.",
            html,
        )
        self.assertIn(f">{result['customers']}</td>", html)
        self.assertIn(self.show(result["later_amount"]), html)

    def test_forecast_says_why_there_is_none(self):
        """Thirty customers are too few for the model."""
        run = self.start(as_of=days_before(200), apply=False)
        self.assertIsNone(run.result["forecast"])
        forecast = run.result_html.partition("<b>Forecast</b>")[2]
        self.assertIn("the model needs 500", forecast)

    def test_forecast_counts_days_of_purchase_of_known_customers(self):
        """Each expected by himself; a credit is no purchase, a newcomer not known."""
        self.policy.write({"gate_buyer_count": 5, "gate_history_days": 5})
        day, known, later = days_before(200), defaultdict(set), defaultdict(set)
        self.purchase(self.customers[0], days_before(99), -5.0, -1.0)
        self.purchase(self.customer("Newcomer"), days_before(98), 50.0, 10.0)
        for purchase in self.env["crm.value.purchase"].search(
            [("company_id", "=", self.company.id), ("amount", ">", 0)]
        ):
            side = known if purchase.date <= day else later
            side[purchase.partner_id].add(purchase.date)
        run = self.start(as_of=day, apply=False)
        found = run.result["forecast"]
        self.assertEqual(found["customers"], len(known))
        made = sum(len(later[partner]) for partner in known)
        self.assertEqual(found["purchases"], made)
        last = max(bought for days in later.values() for bought in days)
        figures = run.parameters["mbg_nbd"]
        params = mbg_nbd.MbgNbd(*(figures[name] for name in "r alpha a b".split()))
        expected = sum(
            mbg_nbd.expected_purchases(
                params,
                (
                    len(days) - 1,
                    (max(days) - min(days)).days / 7,
                    (day - min(days)).days / 7,
                ),
                (last - day).days / 7,
            )
            for days in known.values()
        )
        self.assertAlmostEqual(found["expected"]["mbg_nbd"], expected, 4)
        html = run.result_html
        self.assertIn(f">{expected:.0f}</td><td class='text-end'>{made}</td>", html)
        self.assertIn(f"<td class='text-end'>{expected / made - 1:+.1%}</td>", html)

    def test_words_follow_the_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        run = self.start(as_of=days_before(200), apply=False)
        html = run.with_context(lang="de_DE").result_html
        self.assertIn("15.11.2025", html)
        self.assertNotIn("11/15/2025", html)

    def test_tier_held_on_the_day_counts(self):
        """Nobody falls in a day: the poorest keeps the tier that he had reached.

        As the moves tell; that he holds another one today does not matter.
        """
        self.start()
        day = days_before(50)
        before = self.count_platinum(self.start(as_of=day, apply=False))
        poorest = self.Profile.search(
            [("company_id", "=", self.company.id), ("tier_id", "=", self.standard.id)],
            order="ranking_amount",
            limit=1,
        )
        self.assertLess(poorest.first_purchase_date, day)
        self.Move.create(
            {
                "profile_id": poorest.id,
                "to_tier_id": self.platinum.id,
                "reason": "initial",
                "at": NOON - timedelta(days=60),
            }
        )
        after = self.count_platinum(self.start(as_of=day, apply=False))
        self.assertEqual(after, before + 1)

    def count_platinum(self, run):
        return sum(
            line["customers"]
            for line in run.result["tiers"]
            if line["tier_id"] == self.platinum.id
        )
