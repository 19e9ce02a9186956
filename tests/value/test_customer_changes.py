"""Customers that are merged, moved to another company or archived keep their value."""

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ValueCase, days_before


class ChangingCase(ValueCase):
    """A rich and a poor customer with a contact each, both valued in two companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_company("Other Works", "USD")
        cls.poor = cls.customer("Harbour", is_company=True)
        cls.rich = cls.customer("Lotus", is_company=True)
        cls.stranger = cls.customer("Cinema")
        cls.ann = cls.customer("Ann", parent_id=cls.rich.id)
        cls.purchases(
            [
                (cls.rich, days_before(30), 5000.0, 2000.0),
                (cls.ann, days_before(10), 500.0, 200.0),
                (cls.poor, days_before(20), 10.0, 4.0),
                (cls.stranger, days_before(20), 400.0, 100.0),
            ]
        )
        cls.purchase(
            cls.rich,
            days_before(5),
            company_id=cls.other.id,
            currency_id=cls.other.currency_id.id,
        )
        with freeze_time(NOON):
            cls.start()
            cls.Run.start(cls.other.id)
        cls.env.cr.flush()
        cls.Touch.search([]).unlink()

    def merge(self, source, destination):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((source + destination).ids, destination)
        self.env.invalidate_all()

    def assertReplays(self):
        """The present tier of everyone follows from the moves alone."""
        moves = self.Move._replay(self.company)
        for profile in self.profiles().values():
            self.assertEqual(
                moves.get(profile.id), profile.tier_id.id, profile.display_name
            )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMerge(ChangingCase):
    def test_both_histories_become_one(self):
        """One profile, the moves of both, the purchases of both after the next run."""
        for source, destination in ((self.poor, self.rich), (self.stranger, self.ann)):
            profile = self.profile(destination)
            moves = profile.move_ids | self.profile(source).move_ids
            self.merge(source, destination)
            self.assertFalse(source.exists())
            kept = self.profile(destination)
            self.assertEqual(kept, profile)
            self.assertLessEqual(moves, kept.move_ids)
            self.assertEqual(moves.partner_id, self.rich)
            self.assertReplays()
        self.start()
        self.assertEqual(self.profile(self.rich).revenue_amount, 5910.0)

    def test_merging_the_rich_into_the_poor_keeps_the_moves_true(self):
        """The survivor's tier is that of his own profile until he is valued again."""
        self.merge(self.rich, self.poor)
        self.assertReplays()
        self.env.cr.flush()
        self.assertEqual(self.touched(), self.poor)
        self.start()
        self.assertReplays()
        self.assertEqual(self.profile(self.poor).tier_id, self.platinum)

    def test_each_company_keeps_a_profile(self):
        """Where only the merged customer was valued, his profile moves over."""
        profile = self.profile(self.rich, self.other)
        self.merge(self.rich, self.poor)
        self.assertEqual(self.profile(self.poor, self.other), profile)
        self.assertEqual(profile.partner_id, self.poor)
        self.assertEqual(profile.move_ids.partner_id, self.poor)

    def test_touches_of_the_merged_customer_come_along(self):
        """He waited to be valued; now the survivor does."""
        self.Touch._touch(self.rich, self.company)
        self.env.cr.flush()
        self.merge(self.rich, self.poor)
        self.assertEqual(self.touched(), self.poor)

    def test_hand_set_tier_of_the_survivor_stays(self):
        """And that of the merged customer goes with him."""
        self.profile(self.poor).override_tier(self.gold.id, "Contract")
        self.profile(self.rich).override_tier(self.silver.id, "Unpaid invoices")
        self.merge(self.rich, self.poor)
        self.assertEqual(self.profile(self.poor).override_tier_id, self.gold)
        self.assertEqual(self.profile(self.poor).tier_id, self.gold)
        self.assertReplays()

    def test_contacts_of_one_customer_merge_without_a_trace(self):
        """The customer is who he was."""
        twin = self.ann.copy()
        before = self.profile(self.rich).read()
        self.merge(twin, self.ann)
        self.assertEqual(self.profile(self.rich).read(), before)
        self.assertReplays()

    def test_who_waits_is_valued_as_who_he_is_merged_into(self):
        """And who is deleted, or whose company is, keeps nobody from being valued."""
        gone, newcomer = self.customer("Gone"), self.customer("Newcomer")
        self.Touch._touch(gone + newcomer, self.company)
        self.merge(newcomer, self.ann)
        gone.unlink()
        self.Touch.create({"partner_id": self.ann.id, "company_id": 2**30})
        self.env.cr.flush()
        self.assertEqual(self.Touch._get_companies(), self.company + self.other)
        taken = self.Touch._take(self.company)
        self.assertLessEqual({self.ann.id, self.rich.id}, set(taken))
        self.assertNotIn(gone.id, taken)
        self.Touch._gc_gone_companies()
        self.assertFalse(self.Touch.search([("company_id", "=", 2**30)]))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMoveAndArchive(ChangingCase):
    def test_contact_takes_his_purchases_to_another_company(self):
        """Both are valued again, in every company that values one of them."""
        self.ann.parent_id = self.poor
        self.assertEqual(self.touched(), self.rich + self.poor)
        self.assertEqual(self.touched(self.other), self.rich + self.poor)
        self.start(partner_ids=(self.rich + self.poor).ids)
        self.assertEqual(self.profile(self.rich).revenue_amount, 5000.0)
        self.assertEqual(self.profile(self.poor).revenue_amount, 510.0)

    def test_contact_that_leaves_becomes_a_customer_of_his_own(self):
        """With what he bought himself."""
        self.ann.parent_id = False
        self.assertIn(self.ann, self.touched())
        self.start()
        self.assertEqual(self.profile(self.ann).revenue_amount, 500.0)
        self.assertEqual(self.profile(self.rich).revenue_amount, 5000.0)

    def test_customer_that_joins_another_leaves_nothing_behind(self):
        """His purchases count once; a profile that remains says nothing of them."""
        self.stranger.write({"parent_id": self.rich.id, "is_company": False})
        self.start()
        self.assertEqual(self.profile(self.rich).revenue_amount, 5900.0)
        total = sum(self.profiles()[p].revenue_amount for p in self.profiles())
        self.assertEqual(total, 5910.0)
        self.assertEqual(self.stranger.value_profile_id, self.profile(self.rich))

    def test_other_changes_of_a_contact_touch_nobody(self):
        """Name, address, salesperson; a company or a person as he was already."""
        self.ann.write({"name": "Anna", "city": "Ghent", "user_id": self.env.uid})
        self.stranger.is_company = True
        self.rich.write({"is_company": True, "parent_id": False})
        self.assertFalse(self.touched())

    def test_companies_that_value_neither_are_left_alone(self):
        """Whatever contacts are edited in another."""
        self.stranger.parent_id = self.poor
        self.assertFalse(self.touched(self.other))
        self.assertEqual(self.touched(), self.stranger + self.poor)

    def test_archived_customer_keeps_his_value(self):
        """He is hidden from lists, not from the sums."""
        tier = self.profile(self.rich).tier_id
        self.rich.action_archive()
        self.start()
        self.assertEqual(self.profile(self.rich).tier_id, tier)
        self.assertEqual(self.profile(self.rich).revenue_amount, 5500.0)
        self.assertEqual(self.rich.value_tier_id, tier)

    def test_deleted_customer_takes_profile_and_moves_along(self):
        """Who has bought nothing may be deleted."""
        prospect = self.customer("Prospect", is_company=True)
        profile = self.Profile.create(
            self.profile(self.poor).copy_data()[0] | {"partner_id": prospect.id}
        )
        profile.override_tier(self.gold.id, "Promised")
        moves = profile.move_ids
        prospect.unlink()
        self.assertFalse(profile.exists() or moves.exists())

    def test_moved_order_of_a_contact_counts_for_his_company(self):
        """Orders of contacts too, whatever company they were made in."""
        self.order(self.ann, TODAY, 100.0)
        self.ann.parent_id = self.poor
        self.start()
        self.assertEqual(self.profile(self.poor).revenue_amount, 610.0)
