import random
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, days_before
from .run_case import TABLES, RunCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestReplay(RunCase):
    """A valuation repeated by its own rules gives the tiers that it gave."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tiers.write({"grace_days": 30})

    def replay(self, run):
        found = self.Run.browse(run.replay())
        self.env.invalidate_all()
        return found

    def learned(self, run):
        """Parameters, but for whose rows tell what customers lack: each its own."""
        return {**run.parameters, "gap_run_id": None}

    def count(self, replay):
        """Customers whose tier is the same, another, and who were not known."""
        same = other = unknown = 0
        for pair in replay.result["agreement"]:
            if not pair["given_id"]:
                unknown += pair["customers"]
            elif pair["given_id"] == pair["tier_id"]:
                same += pair["customers"]
            else:
                other += pair["customers"]
        return same, other, unknown

    def live_through(self, months=7, seed=3):
        """Runs of so many months with purchases between them, some of them many.

        Customers rise, begin their grace, fall when it is over, and one is set by hand
        for a while.
        """
        chance, runs = random.Random(seed), []
        for month in range(months):
            now = NOON + timedelta(days=20 * month)
            with freeze_time(now):
                rows = [
                    (customer, now.date(), amount, amount / 2)
                    for customer in chance.sample(list(self.customers), 8)
                    for amount in [round(chance.lognormvariate(6, 2), 2)]
                ]
                self.purchases(rows)
                profile = self.profile(self.customers[0])
                if month == 2:
                    profile.override_tier(self.platinum.id, "Contract")
                if month == 5:
                    profile.end_override()
                runs.append(self.start(as_of=None))
        return runs

    def test_every_run_comes_out_the_same(self):
        """With all that happened in between; rules and tiers have changed since."""
        runs = self.live_through()
        reasons = set((self.Run.concat(*runs)).move_ids.mapped("reason"))
        self.assertLessEqual({"initial", "up", "down"}, reasons)
        with freeze_time(NOON + timedelta(days=200)):
            self.policy.write(
                {
                    "weight_monetary": 0,
                    "weight_recency": 90,
                    "window_months": 3,
                    "abc_a_percent": 40,
                }
            )
            self.policy.apply_thresholds(
                [{"tier_id": self.platinum.id, "entry": 5, "keep": 6}]
            )
            self.start(as_of=None)
            before = {table: self.rows(table) for table in TABLES}
            for run in runs:
                replay = self.replay(run)
                self.assertEqual(self.count(replay), (30, 0, 0), run.as_of_date)
                self.assertEqual(self.learned(replay), self.learned(run))
                self.assertEqual(replay.cut_points, run.cut_points)
            self.assertEqual({table: self.rows(table) for table in TABLES}, before)

    def test_replay_names_what_it_repeats(self):
        """The day, the week and the rules of then; nobody is changed."""
        run = self.start(as_of=None)
        replay = self.replay(run)
        self.assertEqual(replay.replayed_run_id, run)
        self.assertEqual((replay.kind, replay.is_applied), ("full", False))
        days = replay.as_of_date, replay.anchor_date
        self.assertEqual(days, (run.as_of_date, run.anchor_date))
        self.assertIn(
            "30 of 30 customers come out in the tier that the valuation gave them, 0 "
            "in another one.",
            replay.result_html,
        )
        self.assertNotIn("What differs", replay.result_html)

    def test_thresholds_of_the_run_count(self):
        """And stand on it, as the policy had them."""
        run = self.start()
        told = {line["tier_id"]: line for line in run.parameters["thresholds"]}
        self.assertEqual(list(told), self.tiers.ids)
        gold = told[self.gold.id]
        self.assertEqual((gold["entry"], gold["keep"]), (80, 85))
        given = {p: p.tier_id for p in self.profiles().values()}
        self.policy.apply_thresholds(
            [{"tier_id": self.gold.id, "entry": 93, "keep": 94}]
        )
        self.assertNotEqual(given, {p: p.tier_id for p in self.profiles().values()})
        self.assertEqual(self.count(self.replay(run)), (30, 0, 0))
        html = run.parameters_html
        self.assertIn("entry 80, keep 85, grace 30 days", html)

    def test_purchases_entered_since_are_told(self):
        """Of a day before the run: the poorest would have been the best."""
        run = self.start(as_of=None)
        poorest = min(self.profiles().values(), key=lambda p: p.ranking_amount)
        gone = self.customer("Newcomer")
        with freeze_time(NOON + timedelta(days=3)):
            self.purchase(poorest.partner_id, days_before(5), 90000.0, 90000.0)
            self.purchase(gone, days_before(5), 10.0, 1.0)
            replay = self.replay(run)
        same, other, unknown = self.count(replay)
        self.assertEqual((same + other, unknown), (30, 1))
        self.assertGreater(other, 0)
        pairs = [(p["given_id"], p["tier_id"]) for p in replay.result["agreement"]]
        self.assertIn((self.standard.id, self.platinum.id), pairs)
        html = replay.result_html
        self.assertIn(f"{same} of 30 customers come out", html)
        self.assertIn("Customers not valued then: 1.", html)
        self.assertIn("What differs comes from", html)
        self.assertIn(f">{self.standard.name}</th>", html)

    def test_purchases_deleted_since_are_told(self):
        """Who rose by them holds the tier from before the run, and does not rise."""
        self.start(as_of=None)
        poorest = min(self.profiles().values(), key=lambda p: p.ranking_amount)
        held = poorest.tier_id
        with freeze_time(NOON + timedelta(days=2)):
            purchase = self.purchase(poorest.partner_id, TODAY, 90000.0, 90000.0)
            run = self.start(as_of=None)
            self.assertEqual(poorest.tier_id, self.platinum)
            purchase.unlink()
            replay = self.replay(run)
        pairs = [(p["given_id"], p["tier_id"]) for p in replay.result["agreement"]]
        self.assertIn((self.platinum.id, held.id), pairs)

    def test_what_was_learned_counts_while_it_fits(self):
        """A run kept what was learned on Monday; its replay does, too."""
        first = self.start(as_of=None)
        with freeze_time(NOON + timedelta(days=1)):
            amount = first.parameters["revenue"] * 0.009
            self.purchase(self.customers[0], TODAY, amount, amount)
            run = self.start(as_of=None)
            self.assertEqual(run.parameters, first.parameters)
            self.assertEqual(self.learned(self.replay(run)), self.learned(run))
            self.purchase(self.customers[0], TODAY, 10 * amount, amount)
            learned = self.replay(run).parameters
        self.assertNotEqual(learned["revenue"], run.parameters["revenue"])
        self.assertEqual(learned["policy"], run.parameters["policy"])

    def test_what_counted_as_a_purchase_counts(self):
        """Orders then, invoices now; days of London then, of Shanghai now."""
        for customer in self.customers[:4]:
            self.order(customer, NOON - timedelta(days=3, hours=-10), 5000.0)
        run = self.start(as_of=None)
        best = self.profile(self.customers[0])
        self.assertEqual(best.revenue_amount > 5000, True)
        self.policy.write({"source": "invoices", "timezone": "Asia/Shanghai"})
        self.start(as_of=None)
        replay = self.replay(run)
        self.assertEqual(replay.parameters["policy"]["source"], "orders")
        self.assertEqual(replay.parameters["revenue"], run.parameters["revenue"])
        self.assertEqual(replay.cut_points, run.cut_points)
        self.assertEqual(self.count(replay), (30, 0, 0))

    def test_button_queues_a_replay(self):
        """The worker takes it on, and the manager sees the new run."""
        run = self.start(as_of=None)
        self.assertTrue(run.can_be_replayed)
        as_manager = run.with_user(self.users["manager"])
        replay = self.Run.browse(as_manager.action_replay()["res_id"])
        self.assertEqual((replay.state, replay.replayed_run_id), ("pending", run))
        self.assertEqual(replay.user_id, self.users["manager"])
        replay._finish_all_steps()
        self.assertEqual(self.count(replay), (30, 0, 0))

    def test_what_cannot_be_repeated_says_why(self):
        """Trials, runs of some, runs at work, and those of earlier versions."""
        full = self.start(as_of=None)
        old = self.start(as_of=None)
        old.parameters = {
            name: value
            for name, value in old.parameters.items()
            if name != "thresholds"
        }
        for run, words in (
            (self.start(apply=False), "only a finished valuation of all customers"),
            (self.start(partner_ids=self.customers[:2].ids), "only a finished"),
            (self.Run._request_full(self.company), "only a finished"),
            (self.replay(full), "only a finished"),
            (old, f"Try its day, {TODAY}, by today's rules instead."),
        ):
            with self.subTest(kind=run.kind, words=words):
                self.assertFalse(run.can_be_replayed)
                for call in (run.replay, run.action_replay):
                    with self.assertRaises(UserError) as caught:
                        call()
                    self.assertIn(words, str(caught.exception))
