"""Products of three categories, and somebody so large that all others are alike."""

from .common import ValueCase, days_before

LATELY = days_before(20)


class CategoryCase(ValueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paper, cls.ink, cls.glue = (
            cls._make_product(name) for name in ("Paper", "Ink", "Glue")
        )
        # Whoever brings nearly all of the profit makes class C of all others.
        cls.whale = cls.customer("Whale")
        cls.purchase(cls.whale, days_before(30), 90_000.0, 90_000.0)

    @classmethod
    def _make_product(cls, name):
        category = cls.env["product.category"].create({"name": name})
        return cls.env["product.product"].create(
            {"name": name, "type": "consu", "categ_id": category.id}
        )

    def sell(self, product, price, cost, customers=None, day=LATELY, **values):
        """The product to each of the customers, or of the peers."""
        line = self.prepare_line(price, cost, product_id=product.id, **values)
        for customer in customers or self.peers:
            self.order(customer, day, lines=[line])

    def gaps(self, customer):
        """(category, buyers, peers, amount, margin) of what a customer lacks."""
        return [
            (
                gap.category_id,
                gap.peer_count,
                gap.similar_count,
                gap.amount,
                gap.margin,
            )
            for gap in self.profile(customer).gap_ids
        ]
