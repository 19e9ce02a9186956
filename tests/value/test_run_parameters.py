from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY
from .run_case import RunCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestRunParameters(RunCase):
    """When a run learns anew, and what an incremental run takes over."""

    def test_parameters_hold_for_a_week(self):
        """A purchase of less than one percent of the revenue changes none."""
        first = self.start(as_of=None)
        amount = first.parameters["revenue"] * 0.009
        self.purchase(self.customers[0], TODAY, amount, amount)
        with freeze_time(NOON + timedelta(days=1)):
            second = self.start(as_of=None)
        self.assertEqual(second.parameters, first.parameters)
        with freeze_time(NOON + timedelta(days=7)):
            third = self.start(as_of=None)
        self.assertNotEqual(third.parameters["revenue"], first.parameters["revenue"])

    def test_many_purchases_are_learned_at_once(self):
        """Two percent more revenue in the same week."""
        first = self.start(as_of=None)
        amount = first.parameters["revenue"] * 0.02
        self.purchase(self.customers[0], TODAY, amount, amount)
        second = self.start(as_of=None)
        expected = first.parameters["revenue"] + amount
        self.assertAlmostEqual(second.parameters["revenue"], expected, 1)

    def test_changed_policy_is_learned_at_once(self):
        """Weights, windows and the like count from the next full run."""
        first = self.start(as_of=None)
        self.policy.horizon_months = 12
        second = self.start(as_of=None)
        self.assertEqual(second.parameters["policy"]["horizon_months"], 12)
        self.assertNotEqual(
            second.parameters["simple_factors"], first.parameters["simple_factors"]
        )

    def test_incremental_run_writes_what_the_full_run_wrote(self):
        """The same statements over the same basis: every figure is the same."""
        self.start()
        before = self.figures()
        run = self.start(partner_ids=self.customers.ids)
        self.assertEqual((run.kind, run.customer_count), ("incremental", 30))
        self.assertEqual(self.figures(), before)
        self.assertEqual((run.changed_count, run.move_count), (0, 0))

    def test_lost_profiles_come_back_the_same(self):
        """Derived figures may be thrown away."""
        self.start()
        before = self.figures()
        some = self.customers[3:8]
        self.Profile.search([("partner_id", "in", some.ids)]).unlink()
        run = self.start(partner_ids=some.ids)
        self.assertEqual((run.changed_count, run.move_count), (5, 5))
        self.assertEqual(self.figures(), before)

    def test_incremental_run_leaves_the_others_alone(self):
        """Even where they, too, have bought since."""
        self.start()
        before = self.figures()
        one, other = self.customers[4], self.customers[9]
        self.purchase(one, TODAY, 700.0, 300.0)
        self.purchase(other, TODAY, 700.0, 300.0)
        run = self.start(partner_ids=one.ids)
        after = self.figures()
        changed = {id_ for id_ in after if after[id_] != before[id_]}
        self.assertEqual(changed, {one.id})
        self.assertEqual((run.customer_count, run.changed_count), (1, 1))
        self.assertEqual(self.profile(one).last_purchase_date, TODAY)

    def test_incremental_run_places_a_new_customer(self):
        """Between those he lies between by profit, in class and tier too."""
        self.start()
        ranked = sorted(self.profiles().values(), key=lambda p: -p.ranking_amount)
        above, below = ranked[9], ranked[10]
        profit = round((above.ranking_amount + below.ranking_amount) / 2, 2)
        new = self.customer("Newcomer")
        self.purchase(new, TODAY, 2 * profit, profit)
        self.start(partner_ids=new.ids)
        profile = self.profile(new)
        self.assertEqual(profile.ranking_amount, profit)
        self.assertTrue(below.standing <= profile.standing <= above.standing)
        self.assertTrue(above.abc_class <= profile.abc_class <= below.abc_class)
        shares = [p.margin_share_cumulative for p in (above, profile, below)]
        self.assertEqual(shares, sorted(shares))
        self.assertEqual(self.events("first_purchase").partner_id, new)

    def test_contacts_stand_for_their_company(self):
        """Given the id of a contact, the customer he belongs to is valued."""
        self.start()
        contact = self.customer("Mei", parent_id=self.customers[2].id)
        self.purchase(contact, TODAY, 900.0, 400.0)
        run = self.start(partner_ids=contact.ids)
        self.assertEqual(run.partner_filter, self.customers[2].ids)
        self.assertEqual(self.profile(contact).partner_id, self.customers[2])
        self.assertEqual(self.profile(contact).last_purchase_date, TODAY)

    def test_nobody_to_value(self):
        """An empty list values nobody, and not everybody."""
        self.start()
        run = self.start(partner_ids=[])
        self.assertEqual((run.state, run.kind), ("done", "incremental"))
        self.assertEqual((run.customer_count, run.changed_count), (0, 0))
