"""What credit notes take off an order whose lines were changed, once and not twice."""

from odoo.tests import freeze_time, tagged

from .common import NOON, days_before
from .test_account_move import MoveCase as _MoveCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOrderCredits(_MoveCase):
    def ordered(self, quantity=10.0, day=30):
        """A confirmed order of so many pieces at 100, which cost 60."""
        lines = [self.prepare_line(100.0, quantity=quantity)]
        return self.order(self.lotus, days_before(day), lines=lines)

    def invoiced(self, order, day=25):
        """Post what is to be invoiced; a negative rest becomes a credit note."""
        moves = order._create_invoices(final=True)
        moves.invoice_date = days_before(day)
        moves.action_post()
        return moves

    def worth(self):
        _count, revenue = self.value()
        return revenue, self.profile(self.lotus).margin_amount

    def test_lowered_quantity_counts_once(self):
        """The line is less already, and the final invoice credits the difference."""
        order = self.ordered()
        self.invoiced(order)
        order.order_line.product_uom_qty = 7
        self.assertEqual(self.invoiced(order, 10).move_type, "out_refund")
        self.assertEqual(self.worth(), (700.0, 280.0))

    def test_return_order_counts_once(self):
        """An order of negative quantity is invoiced by a credit note of its own."""
        self.invoiced(self.ordered())
        self.assertEqual(
            self.invoiced(self.ordered(-3.0, day=12), 10).move_type, "out_refund"
        )
        self.assertEqual(self.worth(), (700.0, 280.0))

    def test_credit_of_a_part_that_was_invoiced(self):
        """What was never invoiced is still ordered."""
        order = self.ordered()
        order.order_line.qty_delivered = 4
        invoice = self.invoiced(order)
        for line in invoice.invoice_line_ids:
            share = 1 / line.quantity
        self.credit(invoice, share=share)
        self.assertEqual(self.worth(), (900.0, 360.0))

    def test_wrong_invoice_that_was_sent_again_changes_nothing(self):
        """Credited whole and invoiced anew."""
        order = self.ordered()
        self.credit(self.invoiced(order), day=days_before(20))
        self.invoiced(order, 15)
        self.assertEqual(self.worth(), (1000.0, 400.0))

    def test_nothing_is_left_of_what_was_credited_whole(self):
        """Not the cent either by which the total differs from its rounded lines."""
        lines = [
            self.prepare_line(10.04, 6.0, discount=15, name=f"Flyer {place}")
            for place in range(3)
        ]
        order = self.order(self.lotus, days_before(30), lines=lines)
        self.assertNotEqual(
            order.amount_untaxed,
            round(sum(order.order_line.mapped("price_subtotal")), 2),
        )
        self.credit(self.invoiced(order))
        self.assertEqual(self.value(), (0, 0.0))
