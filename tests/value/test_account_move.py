"""What happens to an invoice or a credit note is seen, and counts once."""

from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ValueCase, days_before


class MoveCase(ValueCase):
    """A company with accounts and two customers, one of them with another address."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.company.currency_id = cls.env.ref("base.EUR")
        cls.lotus = cls.customer("Lotus Prints", is_company=True)
        cls.ann = cls.customer("Ann", parent_id=cls.lotus.id)
        cls.harbour = cls.customer("Harbour Books", is_company=True)

    def setUp(self):
        super().setUp()
        self.forget()

    def forget(self):
        self.env.cr.flush()
        self.Touch.search([]).unlink()

    def invoice(self, partner=None, price=100.0, day=None, **values):
        """A draft that belongs to no order."""
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.lotus).id,
                "company_id": self.company.id,
                "invoice_date": day or days_before(20),
                "invoice_line_ids": [
                    (0, 0, {"name": "Flyer", "price_unit": price, "tax_ids": [(5,)]})
                ],
                **values,
            }
        )

    def posted(self, *args, **values):
        invoice = self.invoice(*args, **values)
        invoice.action_post()
        self.forget()
        return invoice

    def invoiced_order(self, partner=None, price=100.0, **values):
        """A confirmed order with its posted invoice."""
        order = self.order(partner or self.lotus, days_before(30), price, **values)
        invoice = order._create_invoices(final=True)
        invoice.invoice_date = days_before(25)
        invoice.action_post()
        self.forget()
        return order, invoice

    def credit(self, invoice, share=1.0, day=None):
        """Post a credit note over a share of the invoice."""
        refund = invoice._reverse_moves([{"invoice_date": day or days_before(5)}])
        if share != 1.0:
            for line in refund.invoice_line_ids:
                line.quantity *= share
        refund.action_post()
        return refund

    def value(self, partner=None):
        self.start()
        profile = self.profile(partner or self.lotus)
        return profile.purchase_count, profile.revenue_amount


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMoveTouch(MoveCase):
    """Who is valued again, and what is noted."""

    def test_posted_invoice_is_a_purchase_where_invoices_count(self):
        """The customer alone; the event names invoice and amount."""
        self.policy.source = "invoices"
        invoice = self.invoice(self.ann)
        self.assertFalse(self.touched())
        invoice.action_post()
        self.assertEqual(self.touched(), self.ann)
        event = self.events("purchase")
        self.assertEqual(event.partner_id, self.lotus)
        self.assertEqual((event.res_model, event.res_id), (invoice._name, invoice.id))
        self.assertEqual(event.data["amount"], 100.0)

    def test_credit_note_is_noted_where_invoices_count(self):
        """As a purchase cancelled."""
        self.policy.source = "invoices"
        invoice = self.posted()
        refund = self.credit(invoice)
        self.assertEqual(self.touched(), self.lotus)
        self.assertEqual(self.events("purchase_cancelled").res_id, refund.id)

    def test_invoices_are_not_noted_where_orders_count(self):
        """The order was; the customer is valued again all the same."""
        order, invoice = self.invoiced_order()
        self.credit(invoice)
        self.assertEqual(self.touched(), self.lotus)
        self.assertFalse(self.events("purchase_cancelled"))
        self.assertFalse(self.events("purchase"))
        self.assertEqual(order.state, "sale")

    def test_receipt_of_nobody_touches_nobody(self):
        """A sale over the counter needs no customer."""
        receipt = self.invoice(move_type="out_receipt", partner_id=False)
        receipt.action_post()
        self.assertFalse(receipt.partner_id)
        self.assertFalse(self.touched())

    def test_reset_and_cancelled_invoice_touches(self):
        """It counts no more."""
        invoice = self.posted()
        invoice.button_draft()
        self.assertEqual(self.touched(), self.lotus)
        self.forget()
        invoice.button_cancel()
        self.assertFalse(self.touched())

    def test_credit_note_touches_the_customer_of_the_order(self):
        """The invoice went to somebody else, what is credited is his purchase."""
        _order, invoice = self.invoiced_order(partner_invoice_id=self.harbour.id)
        self.assertEqual(invoice.partner_id, self.harbour)
        self.credit(invoice)
        self.assertEqual(self.touched(), self.lotus + self.harbour)
        self.forget()
        invoice.reversal_move_ids.button_draft()
        self.assertEqual(self.touched(), self.lotus + self.harbour)

    def test_suppliers_bills_touch_nobody(self):
        """What a supplier is owed says nothing of his value as a customer."""
        for move_type in ("in_invoice", "in_refund"):
            self.invoice(move_type=move_type).action_post()
        self.assertFalse(self.touched())
        self.assertFalse(self.events())

    def test_posting_costs_four_queries_a_transaction_at_most(self):
        """However many invoices."""
        self.policy.source = "invoices"
        move_class = self.registry["account.move"]

        def post(count):
            moves = self.env["account.move"]
            for number in range(count):
                moves += self.invoice(self.customer(f"Buyer {number}"))
            self.env.cr.flush()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            moves.action_post()
            self.env.cr.flush()
            return self.cr.sql_log_count - before

        def post_without(count):
            with (
                patch.object(move_class, "_touch_customers", lambda moves: moves),
                patch.object(move_class, "_emit_purchases", lambda *args: None),
            ):
                return post(count)

        post(2)
        for count in (1, 5):
            self.assertLessEqual(post(count) - post_without(count), 4, count)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMoveWorth(MoveCase):
    """What of invoices and credit notes counts, end to end."""

    def test_only_posted_invoices_count(self):
        """Where invoices do: neither drafts, nor cancelled ones, nor orders."""
        self.policy.source = "invoices"
        self.invoice(price=500.0)
        self.posted(price=400.0).button_draft()
        self.order(self.lotus, days_before(3), 300.0)
        self.posted(self.ann)
        self.assertEqual(self.value(), (1, 100.0))

    def test_invoices_do_not_count_where_orders_do(self):
        """Else everything would be bought twice."""
        self.invoiced_order()
        self.posted(price=500.0)
        self.assertEqual(self.value(), (1, 100.0))

    def test_full_credit_leaves_nothing(self):
        """Neither by orders nor by invoices."""
        _order, invoice = self.invoiced_order()
        self.credit(invoice)
        for source in ("orders", "invoices"):
            with self.subTest(source=source):
                self.policy.source = source
                self.assertEqual(self.value(), (0, 0.0))

    def test_partial_credit_leaves_the_rest(self):
        """With the margin in proportion."""
        _order, invoice = self.invoiced_order()
        self.credit(invoice, share=0.25)
        for source in ("orders", "invoices"):
            with self.subTest(source=source):
                self.policy.source = source
                self.assertEqual(self.value(), (1, 75.0))
                self.assertEqual(self.profile(self.lotus).margin_amount, 30.0)

    def test_draft_credit_does_not_count(self):
        """Until it is posted."""
        _order, invoice = self.invoiced_order()
        refund = invoice._reverse_moves([{"invoice_date": days_before(5)}])
        self.assertEqual(self.value(), (1, 100.0))
        refund.action_post()
        self.assertEqual(self.value(), (0, 0.0))

    def test_credit_of_an_order_invoiced_elsewhere_is_taken_off_the_order(self):
        """Not off the one whom the invoice went to."""
        _order, invoice = self.invoiced_order(partner_invoice_id=self.harbour.id)
        self.order(self.harbour, days_before(10), 40.0)
        self.credit(invoice, share=0.5)
        self.assertEqual(self.value(), (1, 50.0))
        self.assertEqual(self.value(self.harbour), (1, 40.0))

    def test_credit_note_without_an_order_is_taken_off_its_customer(self):
        """Also where orders count."""
        self.order(self.lotus, days_before(30), 100.0)
        self.posted(price=30.0, move_type="out_refund")
        self.start()
        self.assertEqual(self.profile(self.lotus).revenue_amount, 70.0)

    def test_down_payments_do_not_count(self):
        """What they announce is bought with the order, and invoiced with its rest."""
        order = self.order(self.lotus, days_before(30), 100.0)
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [(6, 0, order.ids)],
                "advance_payment_method": "percentage",
                "amount": 40,
            }
        )
        wizard.create_invoices()
        down_payment = order.invoice_ids
        down_payment.invoice_date = days_before(28)
        down_payment.action_post()
        self.assertEqual(self.value(), (1, 100.0))
        self.policy.source = "invoices"
        self.start()
        self.assertFalse(self.profile(self.lotus).purchase_count)
        rest = order._create_invoices(final=True)
        rest.invoice_date = days_before(10)
        rest.action_post()
        self.assertEqual(self.value(), (1, 100.0))

    def test_foreign_invoice_counts_at_its_own_rate(self):
        """Where invoices count; later rates change nothing."""
        self.policy.source = "invoices"
        dollar = self.set_rates("USD", {"2026-01-01": 2.0})
        self.posted(currency_id=dollar.id)
        self.set_rates("USD", {"2026-05-25": 4.0})
        self.assertEqual(self.value(), (1, 50.0))
        self.posted(currency_id=dollar.id, day=TODAY)
        self.assertEqual(self.value(), (2, 75.0))

    def test_purchase_of_an_invoice_is_dated_by_it(self):
        """A credit note moves nothing."""
        self.policy.source = "invoices"
        invoice = self.posted(day=days_before(40))
        self.credit(invoice, share=0.5)
        self.start()
        profile = self.profile(self.lotus)
        self.assertEqual(profile.last_purchase_date, days_before(40))
        self.assertEqual(profile.revenue_amount, 50.0)
