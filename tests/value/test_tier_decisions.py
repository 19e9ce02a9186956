import os
import random
from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_value.formulas import tiering
from odoo.addons.crm_value.queries.tier_decisions import tier_decisions

from .common import TODAY, ValueCase, days_before
from .tier_case import TierCase

IS_STRESS = bool(os.environ.get("CRM_VALUE_STRESS"))
# Ladders tried on a hundred profiles each, and seeds of random histories.
LADDERS = 200 if IS_STRESS else 5
SEEDS = range(25) if IS_STRESS else range(2)


@tagged("post_install", "-at_install")
class TestTierDecisions(ValueCase):
    """The decision made in sets and the formula for one customer are twins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Customer {place}"} for place in range(100)]
        )
        cls.held = cls.Profile.create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "currency_id": cls.company.currency_id.id,
                }
                for partner in cls.partners
            ]
        )

    def make_ladder(self, chance):
        """All tiers or some of them, so that some hold one that is no more."""
        tiers = sorted(chance.sample(range(4), chance.choice((1, 2, 3, 4, 4, 4))))
        entries = sorted(chance.sample(range(1, 100), len(tiers)), reverse=True)
        by_share = chance.random() < 0.5
        return [
            tiering.Rank(
                self.tiers[tier].id,
                float(entry),
                float(max(0, entry - chance.choice((0, 0, 5, 20)))),
                chance.choice((0, 1, 30, 60)),
                is_exclusive=by_share,
            )
            for tier, entry in zip(tiers, entries, strict=True)
        ]

    def make_states(self, chance, ranks):
        """For each profile tier and clock as stored, and a new standing."""
        limits = [rank.entry for rank in ranks] + [rank.keep for rank in ranks]
        states = {}
        for profile in self.held:
            profile.tier_id = chance.choice([*self.tiers, self.tiers.browse()])
            days = chance.choice((-3, 0, 1, 29, 30, 59, 60, 61, 400))
            profile.below_keep_date = chance.random() < 0.6 and days_before(days)
            states[profile] = chance.choice(
                [None, *limits, *(chance.uniform(0, 100) for _ in range(6))]
            )
        self.env.flush_all()
        return states

    def decide_in_sets(self, states, ranks):
        rows = SQL(", ").join(
            SQL("(%s, %s::float8, %s::float8)", profile.id, standing, standing)
            for profile, standing in states.items()
        )
        query = SQL(
            "SELECT * FROM (VALUES %s) v(profile_id, standing, base_standing)", rows
        )
        found = self.env.execute_query_dict(tier_decisions(query, ranks, TODAY))
        return {row["profile_id"]: row for row in found}

    def test_random_states_are_decided_as_by_the_formula(self):
        """Tier, clock and reason; at the limits, without standing, without tier."""
        chance = random.Random(20260603)
        reasons = set()
        for _ladder in range(LADDERS):
            ranks = self.make_ladder(chance)
            states = self.make_states(chance, ranks)
            rows = self.decide_in_sets(states, ranks)
            for profile, standing in states.items():
                row = rows[profile.id]
                stored = profile.tier_id.id or None, profile.below_keep_date or None
                expected = tiering.decide(standing, *stored, TODAY, ranks)
                reasons.add(expected.reason)
                words = f"{standing} holding {stored} of {ranks}: {row}"
                self.assertEqual(row["new_tier_id"], expected.tier, words)
                self.assertEqual(row["below_since"], expected.below_since, words)
                moved = expected.reason not in ("stay", "grace")
                self.assertEqual(
                    row["reason"], expected.reason if moved else None, words
                )
                self.assertFalse(row["by_potential"], words)
        self.assertEqual(
            reasons, {"initial", "tier_archived", "up", "down", "stay", "grace"}
        )


@tagged("post_install", "-at_install")
class TestMovesReplay(TierCase):
    """Whatever happens, the moves alone tell the present tier of everybody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {place}"} for place in range(10)]
        )

    def test_random_histories(self):
        """Purchases, returns, valuations, overrides, new thresholds, in any order."""
        for seed in SEEDS:
            with self.subTest(seed=seed):
                self.play(random.Random(seed), 30)

    def play(self, chance, operations):
        day = TODAY
        acts = (self.buy, self.buy, self.value_all, self.value_some, self.override)
        acts += (self.value_all, self.end_override, self.change_thresholds)
        self.value_all(chance, day)
        for _operation in range(operations):
            day += timedelta(days=chance.choice((0, 1, 8, 35)))
            with self.noon_of(day):
                chance.choice(acts)(chance, day)
                self.check_replay()
        reasons = set(self.Move.search([]).mapped("reason"))
        self.assertLessEqual({"initial", "up", "down", "override"}, reasons)

    def buy(self, chance, day):
        for customer in chance.sample(self.customers, 4):
            amount = chance.choice((-400, 30, 300, 3000))
            self.purchase(
                customer, day - timedelta(days=chance.randrange(300)), amount, amount
            )

    def value_all(self, chance, day):
        with self.noon_of(day):
            self.start(as_of=day)

    def value_some(self, chance, day):
        self.start(as_of=day, partner_ids=self.customers[:5].ids)

    def override(self, chance, day):
        profile = chance.choice(list(self.profiles().values()))
        until = day + timedelta(days=chance.randrange(40))
        tier = chance.choice(self.tiers)
        self.as_manager(profile).override_tier(tier.id, "Contract", until)

    def end_override(self, chance, day):
        self.as_manager(chance.choice(list(self.profiles().values()))).end_override()

    def change_thresholds(self, chance, day):
        entry = chance.choice((30, 50, 70))
        self.policy.with_user(self.users["manager"]).apply_thresholds(
            [{"tier_id": self.platinum.id, "entry": entry, "keep": entry + 5}]
        )

    def check_replay(self):
        """Every move starts from where the one before it led, and ends at the tier."""
        self.env.flush_all()
        self.env.invalidate_all()
        tiers = {}
        for move in self.Move.search(
            [("company_id", "=", self.company.id)], order="id"
        ):
            at = tiers.get(move.profile_id, move.from_tier_id.browse())
            self.assertEqual(move.from_tier_id, at, move.reason)
            self.assertNotEqual(move.to_tier_id, at)
            tiers[move.profile_id] = move.to_tier_id
        present = {profile: profile.tier_id for profile in self.profiles().values()}
        self.assertEqual(tiers, present)
        replayed = self.Move._replay(self.company)
        self.assertEqual(
            replayed, {profile.id: tier.id for profile, tier in present.items()}
        )
