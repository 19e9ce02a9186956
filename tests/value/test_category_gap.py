"""What customers like an unprofitable one buy, and what that would bring."""

from odoo.tests import tagged
from odoo.tools import format_amount

from .category_case import CategoryCase
from .common import days_before


@tagged("post_install", "-at_install")
class TestCategoryGap(CategoryCase):
    """A customer who cost 50 more than she brought, and her three peers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loser = cls.customer("Loser")
        cls.order(cls.loser, days_before(30), 10.0, cost=60.0)
        cls.peers = [cls.customer(f"Peer {place}") for place in range(3)]

    def told(self):
        """What would lift the customer, and how profitable the valuation calls her."""
        self.start()
        profile = self.profile(self.loser)
        [told] = profile.explain()
        return told["convertible"], profile.profitability_class

    def suggestion(self):
        """Category, amount and margin, as shown."""
        gap, _profitability = self.told()
        return gap and (gap["category_id"], gap["amount"], gap["margin"])

    def money(self, amount):
        return format_amount(self.env, amount, self.company.currency_id)

    def shown(self, product, amount, margin):
        shown = "unknown" if margin is None else self.money(margin)
        return product.categ_id.id, self.money(amount), shown

    def test_unknown_cost_is_not_full_margin(self):
        """Ink for 150 of unknown cost brings 75 if like paper, which brings 100."""
        self.sell(self.paper, 200.0, 100.0)
        self.sell(self.ink, 150.0, 0.0)
        self.assertEqual(self.suggestion(), self.shown(self.paper, 200, 100))

    def test_unknown_margin_may_be_the_best(self):
        """Ranked as if it were like the rest, but nobody is convertible by it."""
        self.sell(self.paper, 200.0, 180.0)
        self.sell(self.ink, 210.0, 0.0)
        self.start()
        profile = self.profile(self.loser)
        self.assertEqual(
            [(gap.category_id, gap.margin) for gap in profile.gap_ids],
            [(self.ink.categ_id, False), (self.paper.categ_id, 20.0)],
        )
        self.assertEqual(profile.profitability_class, "never_profitable")

    def test_nothing_known_ranks_by_amount(self):
        """And every margin is unknown."""
        self.sell(self.paper, 200.0, 0.0)
        self.sell(self.ink, 150.0, 0.0)
        gap, _profitability = self.told()
        self.assertEqual(self.suggestion(), self.shown(self.paper, 200, None))
        self.assertIn("nobody knows", gap["text"])
        self.assertIsNone(gap["needed"])

    def test_what_is_known_tells_the_rest(self):
        """Two of three peers at 100 with a cost of 80, one at 400: 200 × 0.2."""
        self.sell(self.paper, 100.0, 80.0, self.peers[:2])
        self.sell(self.paper, 400.0, 0.0, self.peers[2:])
        self.assertEqual(self.suggestion(), self.shown(self.paper, 200, 40))

    def test_price_reduction_is_no_category(self):
        """Who only ever got a discount did not buy discounts."""
        self.sell(self.paper, 200.0, 100.0)
        self.sell(self.glue, 500.0, 400.0)
        self.order(
            self.loser,
            days_before(10),
            lines=[self.prepare_line(-5.0, 0.0, product_id=self.paper.id)],
        )
        self.assertEqual(self.suggestion(), self.shown(self.paper, 200, 100))

    def test_convertible_names_how_much_would_do(self):
        """Half of what is paid for paper is margin: 100 of it cover the missing 50."""
        self.sell(self.paper, 200.0, 100.0)
        gap, profitability = self.told()
        self.assertEqual(profitability, "convertible")
        self.assertEqual(
            (gap["deficit"], gap["needed"]), (self.money(50), self.money(100))
        )
        for figure in (50, 100, 200):
            self.assertIn(self.money(figure), gap["text"])
        self.assertIn("Paper", gap["text"])

    def test_what_would_do_is_no_cent_too_little(self):
        """50 missing at a margin of 45 %: 111.11 would leave a fraction of a cent."""
        self.sell(self.paper, 200.0, 110.0)
        gap, _profitability = self.told()
        self.assertEqual(gap["needed"], self.money(111.12))

    def test_not_enough_is_said(self):
        """Similar customers bring 40 by paper, and 50 is missing."""
        self.sell(self.paper, 200.0, 160.0)
        gap, profitability = self.told()
        self.assertEqual(profitability, "never_profitable")
        self.assertIsNone(gap["needed"])
        for figure in (40, 50, 200):
            self.assertIn(self.money(figure), gap["text"])

    def test_the_one_that_is_enough_is_named(self):
        """Peers bring 60 by ink and 40 by paper; 50 is missing."""
        self.sell(self.paper, 90.0, 50.0)
        self.sell(self.ink, 400.0, 340.0)
        gap, profitability = self.told()
        self.assertEqual(profitability, "convertible")
        self.assertEqual(gap["category_id"], self.ink.categ_id.id)

    def test_together_they_may_do(self):
        """Neither 40 nor 30 cover 50, but both do."""
        self.sell(self.paper, 200.0, 160.0)
        self.sell(self.ink, 200.0, 170.0)
        gap, profitability = self.told()
        self.assertEqual(profitability, "convertible")
        self.assertIsNone(gap["needed"])

    def test_profitable_customer_needs_no_lift(self):
        """He is only told what similar customers buy."""
        self.sell(self.paper, 200.0, 100.0)
        self.order(self.loser, days_before(10), 500.0, cost=60.0)
        gap, profitability = self.told()
        self.assertEqual((gap, profitability), (None, "profitable"))
