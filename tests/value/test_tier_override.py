from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TODAY
from .tier_case import TierCase


def after(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
class TestTierOverride(TierCase):
    def setUp(self):
        super().setUp()
        self.value(profit=100)
        self.check_tier(self.silver)

    def override(self, tier, reason="Contract", until=None, day=TODAY):
        with self.noon_of(day):
            self.as_manager(self.held).override_tier(tier.id, reason, until)
        self.env.flush_all()

    def last_move(self):
        return self.moves_of(self.mover)[-1:]

    def test_manager_sets_tier_with_reason_and_end(self):
        """The move names the manager and his reason; an event tells of the rise."""
        self.override(self.platinum, " Signed for 2027 ", str(after(9)))
        self.check_tier(self.platinum, since=TODAY)
        self.assertEqual(self.held.override_tier_id, self.platinum)
        self.assertEqual(self.held.override_until_date, after(9))
        self.assertEqual(self.held.override_reason, "Signed for 2027")
        move = self.last_move()
        self.assertEqual((move.reason, move.note), ("override", "Signed for 2027"))
        self.assertEqual(move.user_id, self.users["manager"])
        self.assertEqual(move.from_tier_id, self.silver)
        self.assertEqual(self.events("tier_up").partner_id, self.mover)

    def test_valuations_leave_it_until_its_last_day(self):
        """Neither a fall nor a rise of his figures counts until then."""
        self.override(self.gold, until=after(9))
        for days, profit in ((1, 20), (5, 2000), (9, 20)):
            self.value(after(days), profit=profit)
            self.check_tier(self.gold, since=TODAY)
        self.assertEqual(self.held.override_tier_id, self.gold)
        self.assertEqual(len(self.moves_of(self.mover)), 2)

    def test_expires_by_itself_in_the_next_valuation(self):
        """He gets what his figures earn, without steps and grace."""
        self.override(self.platinum, until=after(9))
        self.value(after(10), profit=20)
        self.check_tier(self.standard, since=after(10))
        held = self.held
        self.assertFalse(held.override_tier_id)
        self.assertFalse(held.override_until_date)
        self.assertFalse(held.override_reason)
        self.assertEqual(self.last_move().reason, "override_end")
        self.assertEqual(self.value(after(11)).changed_count, 0)

    def test_expires_without_move_where_the_tier_is_earned(self):
        """Only the mark goes."""
        self.override(self.platinum, until=after(9))
        self.value(after(10), profit=2000)
        self.check_tier(self.platinum, since=TODAY)
        self.assertFalse(self.held.override_tier_id)
        self.assertEqual(self.last_move().reason, "override")

    def test_without_end_it_stays(self):
        """Until a manager takes it back."""
        self.override(self.platinum)
        self.value(after(1500), profit=20)
        self.check_tier(self.platinum)

    def test_ends_by_hand(self):
        """The tier is that of the last valuation's figures, at once."""
        self.override(self.platinum)
        with self.noon_of(after(3)):
            self.assertTrue(self.as_manager(self.held).end_override())
        self.check_tier(self.silver, since=after(3))
        self.assertFalse(self.held.override_tier_id)
        move = self.last_move()
        self.assertEqual(move.reason, "override_end")
        self.assertEqual(move.user_id, self.users["manager"])
        self.assertEqual(self.value(after(4)).changed_count, 0)

    def test_nothing_to_end(self):
        """A customer whose tier was not set by hand keeps it."""
        self.as_manager(self.held).end_override()
        self.check_tier(self.silver)
        self.assertEqual(len(self.moves_of(self.mover)), 1)

    def test_stops_the_clock_of_grace(self):
        """Below keep or not, it is not his figures that hold the tier."""
        self.value(after(1), profit=20)
        self.check_tier(self.silver, after(1))
        self.override(self.silver, until=after(30), day=after(2))
        self.check_tier(self.silver)
        self.assertEqual(len(self.moves_of(self.mover)), 1)
        self.value(after(20))
        self.check_tier(self.silver)

    def test_several_customers_at_once(self):
        """Each gets a move; who holds the tier already gets none."""
        both = self.held | self.profile(self.rival)
        with self.noon_of(TODAY):
            self.as_manager(both).override_tier(self.platinum.id, "Fair", after(3))
        self.assertEqual(both.tier_id, self.platinum)
        self.assertEqual(both.override_tier_id, self.platinum)
        self.assertEqual(len(self.moves_of(self.mover)), 2)
        self.assertEqual(self.moves_of(self.rival).mapped("reason"), ["initial"])


@tagged("post_install", "-at_install")
class TestTierOverrideRefused(TierCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_company("Other Works")

    def setUp(self):
        super().setUp()
        self.value(profit=100)

    def check_refused(self, error, words, user, tier_id, reason="Why", until=None):
        profile = self.held.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )
        with (
            self.noon_of(TODAY),
            mute_logger("odoo.addons.base.models.ir_rule"),
            self.assertRaises(error) as caught,
        ):
            profile.override_tier(tier_id, reason, until)
        self.assertIn(words, str(caught.exception))
        self.env.invalidate_all()
        self.check_tier(self.silver)
        self.assertFalse(self.held.override_tier_id)
        self.assertEqual(len(self.moves_of(self.mover)), 1)

    def test_for_everybody_but_managers(self):
        """Users see the value and may not set it."""
        for kind in ("user", "agent", "salesperson", "insider", "portal", "public"):
            user = self.users[kind]
            with self.subTest(kind=kind):
                self.check_refused(AccessError, "", user, self.gold.id)
                with (
                    mute_logger("odoo.addons.base.models.ir_model"),
                    self.assertRaises(AccessError),
                ):
                    self.held.with_user(user).end_override()

    def test_for_managers_of_another_company(self):
        """He may not even see the customer's value there."""
        manager = self.users["manager"]
        manager.write(
            {"company_ids": [(6, 0, self.other.ids)], "company_id": self.other.id}
        )
        self.check_refused(AccessError, "", manager, self.gold.id)

    def test_bad_arguments_are_named(self):
        """Tier, reason and date, each with what is wrong about it."""
        manager = self.users["manager"]
        foreign = self.env["crm.value.policy"]._of_company(self.other).tier_ids[0]
        manager.company_ids += self.other
        last = self.env["crm.value.tier"].search([], order="id desc", limit=1)
        for words, tier_id, reason, until in (
            ("belongs to Other Works", foreign.id, "Why", None),
            (f"tier_id is {last.id + 1}", last.id + 1, "Why", None),
            ("tier_id is 0", 0, "Why", None),
            ("reason is empty", self.gold.id, "", None),
            ("reason is empty", self.gold.id, "  ", None),
            ("reason is empty", self.gold.id, None, None),
            ("which is past", self.gold.id, "Why", TODAY - timedelta(days=1)),
            ("until is tomorrow", self.gold.id, "Why", "tomorrow"),
        ):
            with self.subTest(words=words, reason=reason):
                self.check_refused(UserError, words, manager, tier_id, reason, until)
