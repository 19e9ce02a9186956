"""What the Discount button takes off an order comes off its margin."""

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, days_before
from .test_account_move import MoveCase as _MoveCase


class ReductionCase(_MoveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sale_discount_product_id = cls.env["product.product"].create(
            {"name": "Discount", "type": "service", "invoice_policy": "order"}
        )
        cls.product.invoice_policy = "order"

    def quotation(self, *lines):
        lines = lines or [self.prepare_line(100.0, 60.0)]
        return self.order(self.lotus, TODAY, state="draft", lines=lines)

    def reduced(self, order, **values):
        """Core's own wizard on the quotation, which is then confirmed."""
        wizard = self.env["sale.order.discount"].create(
            {"sale_order_id": order.id, **values}
        )
        wizard.action_apply_discount()
        order.action_confirm()
        return order

    def invoiced(self, order):
        moves = order._create_invoices(final=True)
        moves.invoice_date = days_before(10)
        moves.action_post()
        return moves

    def figures(self):
        """Revenue, margin, shares of known cost and of full price, and the class."""
        self.env.cr.flush()
        self.start()
        profile = self.profile(self.lotus)
        return (
            profile.revenue_amount,
            profile.margin_amount,
            profile.known_cost_share,
            profile.full_price_share,
            profile.profitability_class,
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPriceReductions(ReductionCase):
    def test_percentage_of_the_whole_order(self):
        """100 that cost 60, less 45 %: a loss of 5, as the order itself says."""
        order = self.reduced(
            self.quotation(), discount_type="so_discount", discount_percentage=0.45
        )
        self.assertEqual((order.amount_untaxed, order.margin), (55.0, -5.0))
        self.assertEqual(self.figures(), (55.0, -5.0, 1.0, 0.0, "never_profitable"))

    def test_fixed_amount(self):
        order = self.reduced(
            self.quotation(), discount_type="amount", discount_amount=10.0
        )
        self.assertEqual((order.amount_untaxed, order.margin), (90.0, 30.0))
        self.assertEqual(self.figures(), (90.0, 30.0, 1.0, 0.0, "profitable"))

    def test_both_ways_of_the_button_agree(self):
        """10 % as one line is what 10 % on every line is."""
        lines = [self.prepare_line(100.0, 60.0), self.prepare_line(50.0, 20.0)]
        figures = []
        for kind in ("so_discount", "sol_discount"):
            order = self.reduced(
                self.quotation(*lines), discount_type=kind, discount_percentage=0.1
            )
            figures.append(self.figures())
            order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(figures[0], (135.0, 55.0, 1.0, 0.0, "profitable"))
        self.assertEqual(figures[0], figures[1])

    def test_other_orders_keep_their_full_price(self):
        self.reduced(self.quotation(), discount_type="amount", discount_amount=10.0)
        self.order(self.lotus, days_before(5), 110.0, 60.0)
        self.assertEqual(self.figures(), (200.0, 80.0, 1.0, 0.55, "profitable"))

    def test_unknown_cost_stays_unknown(self):
        """100 of known cost, 100 without, 20 off: 80 of 180 are known."""
        self.reduced(
            self.quotation(self.prepare_line(100.0, 60.0), self.prepare_line(100.0, 0)),
            discount_type="amount",
            discount_amount=20.0,
        )
        revenue, margin, known, _full, _class = self.figures()
        self.assertEqual((revenue, margin), (180.0, 20.0))
        self.assertAlmostEqual(known, 80 / 180, 4)

    def test_return_of_unknown_cost_is_no_reduction(self):
        """Two sold for 100, one of them back: its cost is as unknown as before."""
        self.quotation(
            self.prepare_line(100.0, 60.0),
            self.prepare_line(50.0, 0.0, quantity=2.0),
            self.prepare_line(50.0, 0.0, quantity=-1.0),
        ).action_confirm()
        revenue, margin, known, full, _class = self.figures()
        self.assertEqual((revenue, margin, full), (150.0, 40.0, 1.0))
        self.assertAlmostEqual(known, 100 / 150, 4)

    def test_down_payment_changes_nothing(self):
        """Nor does its deduction from the final invoice."""
        order = self.reduced(
            self.quotation(), discount_type="amount", discount_amount=10.0
        )
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": order.ids,
                "advance_payment_method": "percentage",
                "amount": 50.0,
            }
        )
        wizard._create_invoices(order).action_post()
        self.invoiced(order)
        for source in ("orders", "invoices"):
            with self.subTest(source):
                self.policy.source = source
                self.assertEqual(self.figures(), (90.0, 30.0, 1.0, 0.0, "profitable"))

    def test_credit_takes_the_reduction_back(self):
        """Half of 55 was credited; of an order credited whole nothing is left."""
        order = self.reduced(
            self.quotation(self.prepare_line(50.0, 30.0, quantity=2.0)),
            discount_type="so_discount",
            discount_percentage=0.45,
        )
        invoice = self.invoiced(order)
        refund = self.credit(invoice, share=0.5)
        self.assertEqual(refund.amount_untaxed, 27.5)
        for source in ("orders", "invoices"):
            with self.subTest(source):
                self.policy.source = source
                self.assertEqual(self.figures()[:4], (27.5, -2.5, 1.0, 0.0))
        self.credit(invoice, share=0.5)
        for source in ("orders", "invoices"):
            with self.subTest(source):
                self.policy.source = source
                self.assertEqual(self.figures()[:2], (0.0, 0.0))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestReducedInvoices(ReductionCase):
    def setUp(self):
        super().setUp()
        self.policy.source = "invoices"

    def test_invoice_of_a_reduced_order(self):
        """The same figures as by the order."""
        order = self.reduced(
            self.quotation(), discount_type="so_discount", discount_percentage=0.45
        )
        self.invoiced(order)
        self.assertEqual(self.figures(), (55.0, -5.0, 1.0, 0.0, "never_profitable"))

    def test_rebate_that_nobody_ordered(self):
        """A line of negative price; the thing itself has no known cost."""
        self.posted(
            invoice_line_ids=[
                (0, 0, {"name": name, "price_unit": price, "tax_ids": False})
                for name, price in (("Flyer", 100.0), ("Rebate", -10.0))
            ]
        )
        revenue, margin, _known, full, _class = self.figures()
        self.assertEqual((revenue, margin, full), (90.0, -10.0, 0.0))

    def test_thing_taken_back_on_an_invoice(self):
        """Its quantity is negative, not its price: nothing is known of it."""
        self.posted(
            invoice_line_ids=[
                (0, 0, {"name": "Flyer", "price_unit": 50.0} | values)
                for values in (
                    {"quantity": 3.0, "tax_ids": False},
                    {"quantity": -1.0, "tax_ids": False},
                )
            ]
        )
        self.assertEqual(self.figures()[:4], (100.0, 0.0, 0.0, 1.0))
