import random
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.crm_value.formulas import tiering

from .common import NOON, TODAY, ValueCase, days_before


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestThresholds(ValueCase):
    """Forty customers between nothing and much, valued; other thresholds are tried."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {place}"} for place in range(40)]
        )
        cls.purchases(
            [
                (
                    customer,
                    days_before(30 + place),
                    4000 / (place + 1),
                    1600 / (place + 1),
                )
                for place, customer in enumerate(cls.customers)
            ]
        )
        with freeze_time(NOON):
            cls.start()
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.as_manager = self.policy.with_user(self.users["manager"])

    def lines(self, **changes):
        """Thresholds as an argument: tier name -> (entry, keep, grace days)."""
        names = ("platinum", "gold", "silver")
        return [
            {
                "tier_id": getattr(self, name).id,
                **dict(
                    zip(("entry", "keep", "grace_days"), changes[name], strict=True)
                ),
            }
            for name in names
            if name in changes
        ]

    def expected_decisions(self, lines):
        """Decisions by the formula, customer by customer: an oracle without SQL."""
        new = {line["tier_id"]: line for line in lines}
        ranks = [
            tiering.Rank(
                tier.id,
                100 - new.get(tier.id, tier)["entry"],
                100 - new.get(tier.id, tier)["keep"],
                new.get(tier.id, tier)["grace_days"],
            )
            for tier in self.tiers
        ]
        return {
            profile: tiering.decide(
                None if profile.standing is False else profile.standing,
                profile.tier_id.id,
                profile.below_keep_date or None,
                TODAY,
                ranks,
            )
            for profile in self.profiles().values()
            if not profile.override_tier_id
        }

    def state(self):
        """What thresholds may change, by profile."""
        self.env.invalidate_all()
        return {
            profile: (profile.tier_id, profile.below_keep_date, profile.tier_since_date)
            for profile in self.profiles().values()
        }

    def test_same_thresholds_move_nobody(self):
        """And write nothing."""
        preview = self.as_manager.preview_thresholds([])
        self.assertEqual(preview["customer_count"], 40)
        self.assertEqual((preview["move_count"], preview["changed_count"]), (0, 0))
        self.assertEqual([], preview["movers"])

    def test_preview_changes_nothing(self):
        """Not the tiers, the profiles, the moves, nor the runs."""
        before = self.state(), self.Move.search_count([]), self.Run.search_count([])
        preview = self.as_manager.preview_thresholds(self.lines(platinum=(70, 75, 0)))
        self.assertGreater(preview["up_count"], 0)
        after = self.state(), self.Move.search_count([]), self.Run.search_count([])
        self.assertEqual(before, after)
        self.assertEqual(self.platinum.entry, 50)

    def test_applying_does_what_the_preview_said(self):
        """Random thresholds one by one, as the formula decides each customer."""
        chance = random.Random(7)
        for _round in range(12):
            cuts = sorted(chance.sample(range(5, 99), 3))
            lines = self.lines(
                **{
                    name: (cut, min(100, cut + chance.choice((0, 2, 8))), grace)
                    for name, cut, grace in zip(
                        ("platinum", "gold", "silver"),
                        cuts,
                        chance.choices((0, 10), k=3),
                        strict=True,
                    )
                }
            )
            with self.subTest(lines=lines):
                self.check_round(lines)

    def check_round(self, lines):
        expected = self.expected_decisions(lines)
        before = self.state()
        preview = self.as_manager.preview_thresholds(lines)
        counts = self.as_manager.apply_thresholds(lines)
        after = self.state()
        changed = {
            profile for profile in after if after[profile][:2] != before[profile][:2]
        }
        moved = {
            profile for profile in after if after[profile][0] != before[profile][0]
        }
        self.assertEqual(preview["customer_count"], counts["customer_count"])
        self.assertEqual(preview["move_count"], counts["move_count"])
        self.assertEqual(preview["changed_count"], counts["changed_count"])
        self.assertEqual(len(moved), counts["move_count"])
        self.assertEqual(len(changed), counts["changed_count"])
        for tier in preview["tiers"]:
            held = [p for p, (held, *_rest) in after.items() if held.id == tier["id"]]
            self.assertEqual(len(held), tier["after"], tier["name"])
        self.assertEqual(
            {p.id for p in moved}, {mover["profile_id"] for mover in preview["movers"]}
        )
        for profile, decision in expected.items():
            self.assertEqual(profile.tier_id.id, decision.tier, profile.display_name)
            self.assertEqual(
                profile.below_keep_date or None,
                decision.below_since,
                profile.display_name,
            )

    def test_only_affected_rows_are_written(self):
        """Whoever neither moves nor enters grace keeps his row as it is."""
        lines = self.lines(platinum=(60, 65, 60))
        counts = self.as_manager.apply_thresholds(lines)
        run = self.Run.browse(counts["run_id"])
        self.env.invalidate_all()
        written = self.Profile.search([("run_id", "=", run.id)])
        self.assertEqual(len(written), counts["changed_count"])
        self.assertLess(len(written), 40)
        self.assertEqual((run.kind, run.state), ("tiers", "done"))
        self.assertEqual(run.move_count, counts["move_count"])
        self.assertEqual(run.user_id, self.users["manager"])
        self.assertEqual(self.platinum.entry, 60)

    def test_moves_and_events_tell_what_happened(self):
        """Each move is a fact with its run, each change of tier an event."""
        known = self.events()
        counts = self.as_manager.apply_thresholds(self.lines(platinum=(70, 75, 0)))
        self.env.invalidate_all()
        moves = self.Move.search([("run_id", "=", counts["run_id"])])
        self.assertEqual(len(moves), counts["move_count"])
        self.assertGreater(len(moves), 0)
        self.assertEqual(set(moves.mapped("reason")), {"up"})
        events = self.events() - known
        self.assertEqual(set(events.mapped("kind")), {"tier_up"})
        self.assertEqual(events.partner_id, moves.partner_id)
        replayed = self.Move._replay(self.company)
        for profile in self.profiles().values():
            self.assertEqual(replayed[profile.id], profile.tier_id.id)

    def test_override_outlives_new_thresholds(self):
        """What a manager set by hand stays until its last day."""
        poorest = self.profile(self.customers[-1]).with_user(self.users["manager"])
        poorest.override_tier(self.gold.id, "Contract", TODAY + timedelta(days=9))
        self.as_manager.apply_thresholds(self.lines(gold=(60, 60, 0)))
        self.env.invalidate_all()
        self.assertEqual(poorest.tier_id, self.gold)
        with freeze_time(NOON + timedelta(days=10)):
            self.as_manager.apply_thresholds(self.lines(gold=(61, 61, 0)))
        self.env.invalidate_all()
        self.assertEqual(poorest.tier_id, self.standard)
        self.assertFalse(poorest.override_tier_id)
        self.assertFalse(poorest.override_reason)

    def test_all_tiers_at_once_in_any_direction(self):
        """The ladder is looked at as a whole, not half-way."""
        easier = self.lines(platinum=(96, 97, 9), gold=(98, 98, 9), silver=(99, 99, 9))
        harder = self.lines(platinum=(1, 2, 9), gold=(3, 4, 9), silver=(5, 6, 9))
        for lines in (easier, harder, easier):
            self.as_manager.apply_thresholds(lines)
            self.assertEqual(
                [(t.entry, t.keep, t.grace_days) for t in self.tiers[:3]],
                [(x["entry"], x["keep"], x["grace_days"]) for x in lines],
            )

    def test_next_valuation_agrees(self):
        """A full run right after applying finds nothing to move."""
        self.as_manager.apply_thresholds(self.lines(platinum=(70, 75, 0)))
        self.assertEqual(self.start().move_count, 0)

    def test_bad_thresholds_are_named(self):
        """Every refusal says which figure is wrong, and nothing is changed."""
        tier_id = self.gold.id
        for lines, words in (
            ("x", "must be a list"),
            ([1], "must be a list"),
            ([{"tier_id": 0, "entry": 1}], "tier_id is 0"),
            ([{"tier_id": tier_id, "enter": 1}], "enter is no threshold"),
            ([{"tier_id": tier_id, "entry": "much"}], "entry is much"),
            ([{"tier_id": tier_id, "entry": True}], "entry is True"),
            ([{"tier_id": tier_id, "entry": float("nan")}], "entry is nan"),
            ([{"tier_id": tier_id, "entry": 10}], "is harder to enter than the better"),
            ([{"tier_id": tier_id, "keep": 70}], "harder to keep"),
            ([{"tier_id": tier_id, "keep": 170}], "between 0 and 100"),
            ([{"tier_id": tier_id, "grace_days": -1}], "Grace of Gold is -1 days"),
        ):
            for method in ("preview_thresholds", "apply_thresholds"):
                with self.subTest(lines=lines, method=method):
                    with self.assertRaises(UserError) as caught:
                        getattr(self.as_manager, method)(lines)
                    self.assertIn(words, str(caught.exception))
        self.assertEqual((self.gold.entry, self.gold.keep), (80, 85))

    def test_standings_of_another_method_are_refused(self):
        """Score thresholds mean nothing to standings by profit."""
        self.policy.tier_method = "score"
        for tier, entry in zip(self.tiers, (80, 60, 40, 0), strict=True):
            tier.write({"entry": entry, "keep": entry})
        with self.assertRaises(UserError) as caught:
            self.as_manager.preview_thresholds([])
        self.assertIn("Value them now", str(caught.exception))
        self.start()
        self.assertEqual(self.as_manager.preview_thresholds([])["move_count"], 0)

    def test_only_managers_may_try_or_apply(self):
        """Not a salesperson, not an agent, and no manager of another company."""
        for kind in ("user", "agent", "salesperson", "insider"):
            policy = self.policy.with_user(self.users[kind])
            for method in (policy.preview_thresholds, policy.apply_thresholds):
                with self.subTest(kind=kind), self.assertRaises(AccessError):
                    method([])
        other = self.make_company("Other Works", "USD")
        self.make_users_of_other(other)
        with self.assertRaises(AccessError):
            self.policy.with_user(self.foreigner).preview_thresholds([])

    @classmethod
    def make_users_of_other(cls, company):
        cls.foreigner = cls.env["res.users"].create(
            {
                "name": "Foreign manager",
                "login": "foreign_manager",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(6, 0, cls.env.ref("crm_value.group_manager").ids)],
            }
        )

    def test_dialog_previews_while_typing(self):
        """It shows what the policy says, bad figures included, and applies it."""
        Wizard = self.env["crm.value.threshold.wizard"].with_user(self.users["manager"])
        Wizard = Wizard.with_context(allowed_company_ids=self.company.ids)
        with Form(Wizard) as form:
            self.assertEqual(form.preview["move_count"], 0)
            with form.line_ids.edit(0) as line:
                line.entry = 70
                line.keep = 75
            expected = self.as_manager.preview_thresholds(
                self.lines(platinum=(70, 75, 60))
            )
            self.assertEqual(form.preview, expected)
            with form.line_ids.edit(0) as line:
                line.keep = 60
            self.assertIn("harder to keep", form.preview["error"])
            with form.line_ids.edit(0) as line:
                line.keep = 75
        action = form.record.action_apply()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(self.platinum.entry, 70)
