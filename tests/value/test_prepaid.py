"""Gift cards and eWallets pay for goods: no reward, no discount, counted once."""

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, days_before
from .test_account_move import MoveCase as _MoveCase


class PrepaidCase(_MoveCase):
    """Programs as core's own templates make them."""

    program_type = "gift_card"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.write({"taxes_id": False, "invoice_policy": "order"})
        cls.card_product = cls.env["product.product"].create(
            {
                "name": "Card",
                "type": "service",
                "list_price": 100.0,
                "taxes_id": False,
                "invoice_policy": "order",
            }
        )
        cls.program = (
            cls.env["loyalty.program"]
            .with_context(default_program_type=cls.program_type, loyalty_no_mail=True)
            .create({"name": "Prepaid", "company_id": cls.company.id})
        )
        cls.program.trigger_product_ids = cls.card_product

    def quotation(self, *lines, partner=None):
        return self.order(partner or self.lotus, TODAY, state="draft", lines=lines)

    def sold_card(self, cost=0.0, partner=None, **values):
        """The confirmed order of a card of 100, or of 100 onto the eWallet."""
        line = self.prepare_line(100.0, cost, product_id=self.card_product.id, **values)
        order = self.quotation(line, partner=partner)
        order._update_programs_and_rewards()
        order.action_confirm()
        return order

    def cards(self):
        return self.env["loyalty.card"].search([("program_id", "=", self.program.id)])

    def paid_order(self, *lines, partner=None):
        """Goods paid with the card, by core's own way of applying it."""
        order = self.quotation(*(lines or self.goods()), partner=partner)
        card = self.cards()[:1]
        if self.program_type == "gift_card":
            claimable = order._try_apply_code(card.code)
        else:
            order._update_programs_and_rewards()
            claimable = order._get_claimable_rewards()
        order._apply_program_reward(claimable[card], card)
        order.action_confirm()
        return order

    def goods(self):
        """Sold for 100, cost 60."""
        return [self.prepare_line(100.0, 60.0)]

    def invoiced(self, order, day=20):
        moves = order._create_invoices(final=True)
        moves.invoice_date = days_before(day)
        moves.action_post()
        return moves

    def figures(self, partner=None):
        """Days of purchase, revenue, margin, cost to serve, shares, class."""
        self.env.cr.flush()
        self.start()
        profile = self.profile(partner or self.lotus)
        return (
            profile.purchase_count,
            profile.revenue_amount,
            profile.margin_amount,
            profile.cost_to_serve_amount,
            profile.known_cost_share,
            profile.full_price_share,
            profile.profitability_class,
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestGiftCard(PrepaidCase):
    paid_in_full = (1, 100.0, 40.0, 0.0, 1.0, 1.0, "profitable")

    def test_card_bought_and_redeemed_is_one_purchase(self):
        """He paid 100 once, in full, for what cost 60."""
        self.sold_card()
        order = self.paid_order()
        self.assertEqual((order.amount_untaxed, self.cards().points), (0.0, 0.0))
        self.assertEqual(self.figures(), self.paid_in_full)

    def test_invoices_say_the_same(self):
        self.policy.source = "invoices"
        self.invoiced(self.sold_card(), 25)
        self.invoiced(self.paid_order(self.prepare_line(160.0, 90.0)))
        self.assertEqual(self.figures(), (1, 160.0, 70.0, 0.0, 1.0, 1.0, "profitable"))

    def test_card_alone_is_no_purchase_yet(self):
        """Whatever the plastic cost, and although it was sold cheaper."""
        for values in ({}, {"cost": 2.0}, {"discount": 10.0}):
            self.sold_card(**values)
        self.order(self.lotus, days_before(100), 70.0, 50.0)
        for source, figures in (("orders", (1, 70.0, 20.0)), ("invoices", (0, 0, 0))):
            with self.subTest(source):
                self.policy.source = source
                self.assertEqual(self.figures()[:3], figures)

    def test_whoever_redeems_is_the_customer(self):
        """A present: the goods are bought by whom it was given to."""
        self.sold_card()
        self.paid_order(partner=self.harbour)
        self.assertEqual(self.figures(self.harbour), self.paid_in_full)
        self.assertFalse(self.profile(self.lotus).revenue_amount)

    def test_reward_beside_a_payment(self):
        """The promotion costs 10; the rest is paid, with the card and without."""
        self.sold_card()
        self.env["loyalty.program"].create(
            {
                "name": "Ten off",
                "program_type": "promotion",
                "company_id": self.company.id,
                "trigger": "auto",
                "rule_ids": [Command.create({"minimum_amount": 150.0})],
                "reward_ids": [
                    Command.create({"discount_mode": "per_order", "discount": 10.0})
                ],
            }
        )
        order = self.paid_order(self.prepare_line(200.0, 60.0))
        order._update_programs_and_rewards()
        for coupon, rewards in order._get_claimable_rewards().items():
            order._apply_program_reward(rewards, coupon)
        self.assertEqual(order.amount_untaxed, 90.0)
        self.assertEqual(self.figures()[:4], (1, 200.0, 140.0, 10.0))

    def test_credited_whole_leaves_nothing(self):
        """Goods and payment come back together."""
        self.sold_card()
        invoice = self.invoiced(self.paid_order(self.prepare_line(160.0, 90.0)))
        self.credit(invoice)
        for source in ("orders", "invoices"):
            with self.subTest(source):
                self.policy.source = source
                self.assertEqual(self.figures()[:4], (0, 0.0, 0.0, 0.0))

    def test_card_that_comes_with_goods_is_none_of_them(self):
        """Five percent back, or a card of 10 for every coat: the goods are bought."""
        rule = self.program.rule_ids
        for mode, amount in (("money", 0.05), ("unit", 10.0), ("order", 10.0)):
            with self.subTest(mode):
                rule.write({"reward_point_mode": mode, "reward_point_amount": amount})
                order = self.sold_card(cost=60.0)
                self.assertEqual(self.figures()[1:3], (100.0, 40.0))
                order.with_context(disable_cancel_warning=True).action_cancel()

    def test_archived_program_still_tells(self):
        """What was sold and paid long ago does not change."""
        self.sold_card()
        self.paid_order()
        self.program.action_archive()
        self.assertEqual(self.figures(), self.paid_in_full)

    def test_other_company_sells_the_product_as_goods(self):
        """Its card is no card here."""
        self.program.company_id = self.make_company("Other Works", "EUR")
        self.sold_card(cost=60.0)
        self.assertEqual(self.figures()[1:3], (100.0, 40.0))


@tagged("post_install", "-at_install")
class TestEWallet(TestGiftCard):
    """The same with money on an account of the customer's."""

    program_type = "ewallet"

    def test_whoever_redeems_is_the_customer(self):
        """Nobody pays from another's eWallet."""
        self.sold_card()
        order = self.quotation(*self.goods(), partner=self.harbour)
        order._update_programs_and_rewards()
        self.assertFalse(order._get_claimable_rewards())
