"""What similar customers buy is potential: how much of it, and until when."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import format_amount, mute_logger

from odoo.addons.crm_value.models.value.valuer import Valuer

from .category_case import CategoryCase
from .common import NOON, TODAY, days_before


class PeerCase(CategoryCase):
    """Six customers buy paper, which brings a margin of 100 from each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.peers = [cls.customer(f"Peer {place}") for place in range(6)]
        cls.last = cls.peers[-1]

    def setUp(self):
        super().setUp()
        self.sell(self.paper, 200.0, 100.0)


@tagged("post_install", "-at_install")
class TestCategoryPotential(PeerCase):
    """Three of the six, or more, buy ink too, for 60 at a margin of 30."""

    def potential(self, customer=None):
        profile = self.profile(customer or self.last)
        return profile.category_amount, profile.potential_amount

    def test_mean_of_all_peers_counts(self):
        """Three of five peers buy ink at 30: a customer may be expected to, for 18."""
        self.sell(self.ink, 60.0, 30.0, self.peers[:3])
        self.start()
        self.assertEqual(self.gaps(self.last), [(self.ink.categ_id, 3, 5, 60.0, 30.0)])
        self.assertEqual(self.potential(), (18.0, 18.0))
        self.assertEqual(self.potential(self.peers[0]), (0.0, 0.0))

    def test_no_more_than_a_share_of_what_he_brings(self):
        """Ink would bring 60 × 3 / 5; a fifth of his 100 counts."""
        self.sell(self.ink, 90.0, 30.0, self.peers[:3])
        self.start()
        self.assertEqual(self.potential(), (20.0, 20.0))
        self.policy.category_limit_percent = 30
        self.start()
        self.assertEqual(self.potential(), (30.0, 30.0))
        self.policy.category_limit_percent = 0
        self.start()
        self.assertEqual(self.potential(), (0.0, 0.0))
        self.assertTrue(self.gaps(self.last), "but who sells still reads it")

    def test_revenue_counts_where_revenue_ranks(self):
        """60 × 3 / 5 of ink, below a fifth of his 200."""
        self.policy.monetary_basis = "revenue"
        self.sell(self.ink, 60.0, 30.0, self.peers[:3])
        self.start()
        self.assertEqual(self.potential(), (36.0, 36.0))

    def test_what_few_buy_is_no_gap(self):
        """Two are chance; three of five are less than 70 %."""
        self.sell(self.ink, 60.0, 30.0, self.peers[:2])
        self.start()
        self.assertFalse(self.gaps(self.last))
        self.sell(self.ink, 60.0, 30.0, self.peers[2:3])
        self.policy.category_peer_percent = 70
        self.start()
        self.assertFalse(self.gaps(self.last))

    def test_what_was_bought_long_ago_is_a_gap(self):
        """Peers buy it within the window; he did before."""
        self.sell(self.ink, 60.0, 30.0, self.peers[:3])
        self.sell(self.ink, 60.0, 30.0, [self.last], days_before(900))
        self.start()
        self.assertTrue(self.gaps(self.last))

    def test_at_a_loss_is_no_gain(self):
        """Ink costs more than it brings."""
        self.sell(self.ink, 60.0, 70.0, self.peers[:3])
        self.start()
        self.assertFalse(self.gaps(self.last))

    def test_the_lost_are_expected_to_buy_nothing(self):
        """Nor is anybody compared with them."""
        lost = self.customer("Lost")
        self.sell(self.paper, 200.0, 100.0, [lost], days_before(500))
        self.sell(self.ink, 60.0, 30.0, self.peers[:3])
        self.start()
        self.assertEqual(self.profile(lost).lifecycle_stage, "lost")
        self.assertFalse(self.gaps(lost))
        self.assertEqual(self.gaps(self.last)[0][2], 5)

    def test_at_most_three_are_named(self):
        """The best, by what peers bring with them."""
        products = [self._make_product(f"Article {place}") for place in range(4)]
        for place, product in enumerate(products):
            self.sell(product, 10.0 + place, 5.0, self.peers[:4])
        self.start()
        self.assertEqual(
            [gap[0] for gap in self.gaps(self.last)],
            [product.categ_id for product in reversed(products[1:])],
        )

    def test_imported_purchases_tell_their_category(self):
        """In any currency: 66 dollars are 60 euro."""
        dollar = self.set_rates("USD", {"2020-01-01": 1.1})
        for peer in self.peers[:3]:
            self.purchase(
                peer, days_before(5), 66.0, 33.0,
                currency_id=dollar.id, product_category_id=self.ink.categ_id.id,
            )  # fmt: skip
            self.purchase(peer, days_before(5), 10.0, 5.0)
        self.start()
        self.assertEqual(self.gaps(self.last), [(self.ink.categ_id, 3, 5, 60.0, 30.0)])

    def test_parts_are_explained(self):
        """An opportunity of 40 at a half, by the margin of all that was sold."""
        self.sell(self.ink, 60.0, 30.0, self.peers[:3])
        self.env["crm.lead"].create(
            {
                "name": "Chance",
                "type": "opportunity",
                "partner_id": self.last.id,
                "company_id": self.company.id,
                "expected_revenue": 40.0,
                "probability": 50,
            }
        )
        run = self.start()
        opened = round(20 * run.parameters["margin_rate"], 2)
        [told] = self.profile(self.last).explain()

        def money(amount):
            return format_amount(self.env, amount, self.company.currency_id)

        potential = told["potential"]
        self.assertEqual(
            [potential[name] for name in ("amount", "open", "growth", "categories")],
            [money(amount) for amount in (18 + opened, opened, 0, 18)],
        )
        [missing] = potential["missing"]
        self.assertEqual(missing["category"], self.ink.categ_id.display_name)
        self.assertEqual(missing["expected"], money(18))
        sentences = " ".join(told["sentences"])
        for words in (f"missing categories {money(18)}", "Ink (3 of 5"):
            self.assertIn(words, sentences)

    def test_limits_that_make_no_sense_are_refused(self):
        """With the field, the figure and what is allowed."""
        for values, words in (
            ({"category_peer_percent": 0}, "between 1 and 100"),
            ({"category_limit_percent": 101}, "101; it must lie between 0 and 100"),
            ({"category_limit_percent": float("nan")}, "give a number"),
        ):
            with self.assertRaises(ValidationError) as refused:
                self.policy.write(values)
            self.assertIn(words, str(refused.exception))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestCategoryGapLife(PeerCase):
    """Gaps are learned with the parameters, and hold as long as they do."""

    def setUp(self):
        super().setUp()
        self.sell(self.ink, 60.0, 30.0, self.peers[:3])

    def stored(self):
        return self.env["crm.value.category.gap"].search(
            [("company_id", "=", self.company.id)]
        )

    def value(self, **arguments):
        return self.start(as_of=None, **arguments)

    def test_kept_within_the_week_and_learned_in_the_next(self):
        """What nobody changed is not written again."""
        self.value()
        gaps = self.stored()
        expected = self.env["res.partner"].union(*self.peers[3:])
        self.assertEqual(gaps.partner_id, expected)
        run = self.value()
        self.assertEqual((self.stored(), run.changed_count), (gaps, 0))
        with freeze_time(NOON + timedelta(days=7)):
            run = self.value()
        self.assertFalse(self.stored() & gaps)
        self.assertEqual(self.stored().run_id, run)

    def test_bought_since_is_no_gap(self):
        """Found when the buyer is valued, within a minute; the others keep theirs."""
        self.value()
        self.sell(self.ink, 2.0, 1.0, [self.last], TODAY)
        self.value(partner_ids=self.last.ids)
        self.assertFalse(self.profile(self.last).gap_ids)
        self.assertEqual(self.profile(self.last).category_amount, 0)
        self.assertEqual(self.profile(self.peers[4]).category_amount, 18.0)
        self.value()
        self.assertEqual(self.profile(self.last).category_amount, 0)

    def test_incremental_run_sees_what_the_full_run_saw(self):
        """He bought more of what he bought before: the gap stays, its limit grows."""
        self.value()
        self.sell(self.paper, 2.0, 1.0, [self.last], TODAY)
        self.value(partner_ids=self.last.ids)
        self.assertEqual(self.profile(self.last).category_amount, 18.0)
        self.value()
        self.assertEqual(self.profile(self.last).category_amount, 18.0)

    def test_run_that_is_not_applied_leaves_nothing(self):
        """Neither do its gaps stay, nor do those that hold go."""
        self.value()
        gaps = self.stored()
        self.start(as_of=days_before(1), apply=False)
        self.assertEqual(self.stored(), gaps)

    def test_failed_run_leaves_what_holds(self):
        """Its gaps go with it; incremental runs still read those of the run before."""
        run = self.value()
        gaps = self.stored()
        self.policy.category_peer_percent = 55
        failing = self.Run.create(self.Run._prepare_run(self.company))
        with (
            patch.object(Valuer, "score_shard", side_effect=ValueError("broken")),
            mute_logger("odoo.addons.crm_value.models.value.run_worker"),
        ):
            while failing._is_unfinished():
                failing._step_or_fail()
        self.assertEqual(failing.state, "failed")
        self.assertEqual((self.stored(), self.stored().run_id), (gaps, run))

    def test_valued_for_another_day_in_between(self):
        """The gaps of this week are gone then: they are learned again."""
        self.value()
        self.start(as_of=days_before(3))
        self.value()
        self.assertEqual(self.profile(self.last).category_amount, 18.0)

    def test_merged_customers_lack_nothing_until_the_next_learning(self):
        """What one of them bought the other may lack."""
        self.value()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        with mute_logger("odoo.addons.base.wizard.base_partner_merge"):
            wizard._merge([self.peers[4].id, self.last.id], self.last)
        self.env.cr.flush()
        self.assertEqual(self.stored().partner_id, self.peers[3])

    def test_company_that_sells_without_categories(self):
        """Nothing is known of what is bought: no gap, no error."""
        self.env["sale.order"].search([("company_id", "=", self.company.id)]).write(
            {"state": "cancel"}
        )
        for peer in self.peers:
            self.purchase(peer, days_before(5), 10.0, 5.0)
        self.value()
        self.assertFalse(self.stored())
