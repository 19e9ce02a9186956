"""What customers like an unprofitable one buy, and what that would bring."""

from odoo.tests import tagged

from .common import ValueCase, days_before


@tagged("post_install", "-at_install")
class TestCategoryGap(ValueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paper, cls.ink, cls.glue = (
            cls._make_product(name) for name in ("Paper", "Ink", "Glue")
        )
        # Whoever brings nearly all of the profit makes class C of all others.
        cls.purchase(cls.customer("Whale"), days_before(30), 90_000.0, 90_000.0)
        cls.loser = cls.customer("Loser")
        cls.order(cls.loser, days_before(30), 10.0, cost=60.0)
        cls.peers = [cls.customer(f"Peer {place}") for place in range(3)]

    @classmethod
    def _make_product(cls, name):
        category = cls.env["product.category"].create({"name": name})
        return cls.env["product.product"].create(
            {"name": name, "type": "consu", "categ_id": category.id}
        )

    def sell(self, product, price, cost, peers=None, **values):
        """The product to each of the peers."""
        line = self.prepare_line(price, cost, product_id=product.id, **values)
        for peer in peers or self.peers:
            self.order(peer, days_before(20), lines=[line])

    def suggestion(self):
        """Category, amount and margin, as shown."""
        self.start()
        profile = self.profile(self.loser)
        self.assertEqual(profile.profitability_class, "never_profitable")
        [told] = profile.explain()
        gap = told["convertible"]
        return gap and (gap["category_id"], gap["amount"], gap["margin"])

    def test_unknown_cost_is_not_full_margin(self):
        """Ink for 150 brings 75 if it is like paper, which brings 100 of 200."""
        self.sell(self.paper, 200.0, 100.0)
        self.sell(self.ink, 150.0, 0.0)
        self.assertEqual(
            self.suggestion(), (self.paper.categ_id.id, "200.00\xa0€", "100.00\xa0€")
        )

    def test_unknown_margin_may_be_the_best(self):
        """Ranked as if it were like the rest, but shown as what it is."""
        self.sell(self.paper, 200.0, 100.0)
        self.sell(self.ink, 210.0, 0.0)
        self.assertEqual(
            self.suggestion(), (self.ink.categ_id.id, "210.00\xa0€", "unknown")
        )

    def test_nothing_known_ranks_by_amount(self):
        """And every margin is unknown."""
        self.sell(self.paper, 200.0, 0.0)
        self.sell(self.ink, 150.0, 0.0)
        self.assertEqual(
            self.suggestion(), (self.paper.categ_id.id, "200.00\xa0€", "unknown")
        )

    def test_what_is_known_tells_the_rest(self):
        """Two of three peers at 100 that cost 80, one at 400 without: 200 × 0.2."""
        self.sell(self.paper, 100.0, 80.0, self.peers[:2])
        self.sell(self.paper, 400.0, 0.0, self.peers[2:])
        self.assertEqual(
            self.suggestion(), (self.paper.categ_id.id, "200.00\xa0€", "40.00\xa0€")
        )

    def test_price_reduction_is_no_category(self):
        """Who only ever got a discount did not buy discounts."""
        self.sell(self.paper, 200.0, 100.0)
        self.sell(self.glue, 500.0, 400.0)
        self.order(
            self.loser,
            days_before(10),
            lines=[self.prepare_line(-5.0, 0.0, product_id=self.paper.id)],
        )
        self.assertEqual(
            self.suggestion(), (self.paper.categ_id.id, "200.00\xa0€", "100.00\xa0€")
        )
