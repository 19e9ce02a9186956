from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import NOON, ValueCase, days_before


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestTier(ValueCase):
    """Tiers come, change and go while customers hold them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.big, cls.small = cls.customer("Big"), cls.customer("Small")
        cls.purchases(
            [
                (cls.big, days_before(30), 900.0, 400.0),
                (cls.small, days_before(20), 90.0, 40.0),
            ]
        )
        with freeze_time(NOON):
            cls.start()

    def tier_of(self, partner):
        return self.profile(partner).tier_id

    def test_archived_tier_is_granted_no_more(self):
        """Its customers get what their figures earn, and their history stays."""
        self.assertEqual(self.tier_of(self.big), self.platinum)
        self.platinum.with_user(self.users["manager"]).action_archive()
        self.start()
        self.assertEqual(self.tier_of(self.big), self.gold)
        last, first = self.Move.search([("partner_id", "=", self.big.id)])
        self.assertEqual(
            (first.to_tier_id, last.to_tier_id), (self.platinum, self.gold)
        )
        self.assertEqual((first.reason, last.reason), ("initial", "tier_archived"))
        event = self.events("tier_down")
        self.assertEqual(event.partner_id, self.big)
        self.assertIn("from Platinum to Gold", event.summary)

    def test_archived_tier_may_be_left_upwards(self):
        """Who earns the next better one by now reaches it: the order of tiers says."""
        self.assertEqual(self.tier_of(self.small), self.silver)
        self.platinum.action_archive()
        self.silver.action_archive()
        self.purchase(self.small, days_before(5), 500.0, 399.0)
        seen = self.policy.with_user(self.users["manager"]).preview_thresholds([])
        self.assertEqual((seen["up_count"], seen["down_count"]), (0, 2))
        self.start()
        self.assertEqual(self.tier_of(self.small), self.gold)
        self.assertEqual(self.events("tier_up").partner_id, self.small)
        self.assertEqual(self.events("tier_down").partner_id, self.big)

    def test_archived_tier_is_not_set_by_hand(self):
        """The refusal says what to do."""
        self.gold.action_archive()
        profile = self.profile(self.small).with_user(self.users["manager"])
        with self.assertRaises(UserError) as caught:
            profile.override_tier(self.gold.id, "Contract")
        self.assertIn("Tier Gold is archived", str(caught.exception))
        self.assertIn("restore Gold first", str(caught.exception))

    def test_hand_set_tier_ends_with_the_tier(self):
        """Archived, it cannot be held by hand either."""
        profile = self.profile(self.small).with_user(self.users["manager"])
        profile.override_tier(self.gold.id, "Contract")
        self.gold.action_archive()
        self.start()
        self.assertNotEqual(self.tier_of(self.small), self.gold)
        self.assertFalse(profile.override_tier_id)

    def test_granted_tier_is_not_deleted(self):
        """The message says what to do instead."""
        with self.assertRaises(UserError) as caught:
            self.platinum.with_user(self.users["manager"]).unlink()
        self.assertIn("Platinum", str(caught.exception))
        self.assertIn("Archive it", str(caught.exception))

    def test_tier_nobody_had_may_be_deleted(self):
        """No history names it."""
        unused = self.tiers - self.Move.search([]).to_tier_id
        unused[0].with_user(self.users["manager"]).unlink()
        self.env.cr.flush()
        self.assertEqual(self.start().state, "done")

    def test_last_tier_stays(self):
        """Neither archived nor deleted away: somebody has to take everybody."""
        with self.assertRaises(ValidationError) as caught:
            self.tiers.action_archive()
            self.env.cr.flush()
        self.assertIn("at least one tier", str(caught.exception))

    def test_method_and_thresholds_change_together(self):
        """Half-way the ladder is broken; what counts is how it ends."""
        self.policy.write(
            {
                "tier_method": "score",
                "tier_ids": [
                    (1, tier.id, {"entry": entry, "keep": entry})
                    for tier, entry in zip(self.tiers, (80, 60, 40, 0), strict=True)
                ],
            }
        )
        self.env.cr.flush()
        self.assertEqual(self.tiers.mapped("entry"), [80, 60, 40, 0])

    def test_broken_ladder_is_refused(self):
        """With the tiers and figures that contradict each other."""
        with self.assertRaises(ValidationError) as caught:
            self.gold.write({"entry": 10, "keep": 20})
            self.env.cr.flush()
        for words in ("Gold (entry 10)", "Platinum (entry 50)"):
            self.assertIn(words, str(caught.exception))

    def test_company_takes_its_values_along(self):
        """A company that has sold nothing can be deleted, tiers and moves included."""
        other = self.make_company("Short Lived", "USD")
        self.env["crm.lead"].create(
            {
                "name": "Hope",
                "type": "opportunity",
                "partner_id": self.big.id,
                "company_id": other.id,
                "expected_revenue": 100.0,
            }
        )
        self.Run.start(other.id)
        self.assertTrue(self.Move.search([("company_id", "=", other.id)]))
        self.env.user.company_ids -= other
        with mute_logger("odoo.models.unlink"):
            other.sudo().unlink()
        for model in (self.Move, self.Profile, self.Run, self.env["crm.value.tier"]):
            self.assertFalse(model.sudo().search([("company_id", "=", other.id)]))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestTwoCompanies(ValueCase):
    """What belongs to one company is not seen in the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_company("Other Works", "EUR")
        cls.both = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": [cls.company.id, cls.other.id],
            }
        )
        cls.lotus = cls.customer("Lotus")
        cls.ann = cls.customer("Ann", parent_id=cls.lotus.id)
        cls.purchase(cls.lotus, days_before(10))
        with freeze_time(NOON):
            cls.start()

    def test_order_that_is_not_saved_yet(self):
        """In the form the tier follows the customer; no company, no tier."""
        values = {"partner_id": self.ann.id, "company_id": self.company.id}
        order = self.env["sale.order"].new(values)
        self.assertEqual(order.customer_tier_id, self.platinum)
        order.company_id = False
        self.assertFalse(order.customer_tier_id)

    def test_order_that_is_gone_hides_no_other(self):
        """A colleague deleted one of those that are shown."""
        kept = self.order(self.ann, days_before(3))
        orders = kept + kept.copy()
        orders[1].unlink()
        self.env.invalidate_all()
        self.assertEqual(
            [row["customer_tier_id"][0] for row in orders.read(["customer_tier_id"])],
            [self.platinum.id],
        )

    def test_who_loses_the_group_loses_the_tier(self):
        """What was found out about his rights is forgotten with them."""
        user = new_test_user(self.env, "leaving", "crm_value.group_user")
        orders = self.env["sale.order"].with_user(user)
        field = orders._fields["customer_tier_id"]
        self.assertTrue(orders._has_field_access(field, "read"))
        user.group_ids = self.env.ref("base.group_user")
        self.assertFalse(orders._has_field_access(field, "read"))

    def test_order_shows_the_tier_of_its_own_company(self):
        """Whichever company the user works in just now; search and groups likewise."""
        mine = self.order(self.ann, days_before(3))
        foreign = mine.with_env(self.both).copy({"company_id": self.other.id})
        orders = (mine | foreign).with_env(self.both)
        for company in (self.company, self.other):
            seen = orders.with_company(company)
            self.assertEqual(seen[0].customer_tier_id, self.platinum)
            self.assertFalse(seen[1].customer_tier_id)
            found = seen.search(
                [
                    ("id", "in", orders.ids),
                    ("customer_tier_id", "in", self.platinum.ids),
                ]
            )
            self.assertEqual(found.ids, mine.ids)
            self.assertEqual(
                seen.search(
                    [("id", "in", orders.ids), ("customer_tier_id", "=", False)]
                ).ids,
                foreign.ids,
            )
            groups = seen._read_group(
                [("id", "in", orders.ids)], ["customer_tier_id"], ["__count"]
            )
            self.assertEqual(
                {tier.id: n for tier, n in groups},
                {
                    self.platinum.id: 1,
                    False: 1,
                },
            )

    def test_opportunity_of_no_company_counts_in_one(self):
        """In that of its salesperson, not in every company of the database."""
        seller = self.make_users(self.other)["salesperson"]
        self.env["crm.lead"].create(
            {
                "name": "Hope",
                "type": "opportunity",
                "partner_id": self.lotus.id,
                "company_id": False,
                "team_id": False,
                "user_id": seller.id,
                "expected_revenue": 100.0,
                "probability": 50.0,
            }
        )
        self.start()
        self.Run.with_env(self.both).start(self.other.id)
        self.env.invalidate_all()
        self.assertEqual(self.profile(self.lotus).potential_amount, 0)
        elsewhere = self.Profile.with_env(self.both).search(
            [("company_id", "=", self.other.id)]
        )
        self.assertEqual(elsewhere.partner_id.ids, self.lotus.ids)
        self.assertEqual(elsewhere.potential_amount, 50.0)
