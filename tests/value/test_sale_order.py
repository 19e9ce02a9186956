"""What happens to an order is seen: by whom, once, and at a fixed price."""

from datetime import datetime
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ValueCase, days_before

CONFIRMED_AT = datetime(2026, 5, 4, 12)


class OrderCase(ValueCase):
    """A company with a contact, another customer, and nobody waiting to be valued."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lotus = cls.customer("Lotus Prints", is_company=True)
        cls.ann = cls.customer("Ann", parent_id=cls.lotus.id)
        cls.harbour = cls.customer("Harbour Books", is_company=True)

    def setUp(self):
        super().setUp()
        self.forget()

    def forget(self):
        """As if the worker had just been here."""
        self.env.cr.flush()
        self.Touch.search([]).unlink()

    def quotation(self, partner=None, **values):
        order = self.order(partner or self.lotus, TODAY, state="draft", **values)
        self.forget()
        return order

    def confirmed(self, partner=None, **values):
        order = self.quotation(partner, **values)
        order.action_confirm()
        self.forget()
        return order


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOrderTouch(OrderCase):
    """Who is valued again, and what is noted."""

    def test_confirmed_order_touches_its_customer_and_is_noted(self):
        """Nobody else; the event names order, amount and currency."""
        order = self.quotation()
        order.action_confirm()
        self.assertEqual(self.touched(), self.lotus)
        event = self.events("purchase")
        self.assertEqual(event.partner_id, self.lotus)
        self.assertEqual((event.res_model, event.res_id), (order._name, order.id))
        self.assertEqual(
            event.data,
            {"amount": 100.0, "currency_id": self.company.currency_id.id},
        )

    def test_order_of_a_contact_is_a_purchase_of_his_company(self):
        """The worker takes the customer; the event hangs on him."""
        self.quotation(self.ann).action_confirm()
        self.assertEqual(self.events("purchase").partner_id, self.lotus)
        self.assertIn(self.lotus.id, self.Touch._take(self.company))

    def test_cancelled_order_touches_and_is_noted(self):
        """Only if it had been confirmed."""
        order = self.confirmed()
        order._action_cancel()
        self.assertEqual(self.touched(), self.lotus)
        self.assertEqual(self.events("purchase_cancelled").res_id, order.id)
        self.forget()
        quotation = self.quotation(self.harbour)
        quotation._action_cancel()
        self.assertFalse(self.touched())
        self.assertEqual(len(self.events("purchase_cancelled")), 1)

    def test_quotation_touches_nobody(self):
        """Neither when written, sent, changed nor deleted."""
        order = self.quotation()
        order.order_line.price_unit = 50.0
        order.partner_id = self.harbour
        order.action_quotation_sent()
        order.copy()
        order._action_cancel()
        order.unlink()
        self.assertFalse(self.touched())
        self.assertFalse(self.events())

    def test_several_orders_touch_each_customer_once(self):
        """In one statement, whatever their number."""
        orders = self.quotation() + self.quotation(self.harbour) + self.quotation()
        self.forget()
        orders.action_confirm()
        self.env.cr.flush()
        touches = self.Touch.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(touches), 2)
        self.assertEqual(self.touched(), self.lotus + self.harbour)
        self.assertEqual(len(self.events("purchase")), 3)

    def test_company_that_counts_invoices_notes_no_order(self):
        """The customer is valued again all the same."""
        self.policy.source = "invoices"
        order = self.quotation()
        order.action_confirm()
        order._action_cancel()
        self.assertEqual(self.touched(), self.lotus)
        self.assertFalse(self.events())

    def test_order_of_another_company_is_valued_there(self):
        """And not here."""
        other = self.make_company("Other Works", "EUR")
        order = self.quotation(company_id=other.id)
        order.with_company(other).action_confirm()
        self.assertFalse(self.touched())
        self.assertEqual(self.touched(other), self.lotus)

    def test_order_that_changes_hands_touches_both(self):
        """One lost it, the other won it."""
        order = self.confirmed()
        order.partner_id = self.harbour
        self.assertEqual(self.touched(), self.lotus + self.harbour)

    def test_changed_day_or_lines_touch(self):
        """What was bought, and when, is another thing now."""
        order = self.confirmed()
        for vals in (
            {"date_order": CONFIRMED_AT},
            {"order_line": [(1, order.order_line.id, {"product_uom_qty": 3})]},
        ):
            with self.subTest(vals=list(vals)):
                order.write(vals)
                self.assertEqual(self.touched(), self.lotus)
                self.forget()
        order.client_order_ref = "PO 7"
        self.assertFalse(self.touched())

    def test_line_written_by_itself_touches(self):
        """Other apps and automations do not go through the order."""
        order = self.confirmed()
        order.order_line.price_unit = 70.0
        self.assertEqual(self.touched(), self.lotus)
        self.forget()
        order.order_line.copy({"order_id": order.id})
        self.assertEqual(self.touched(), self.lotus)
        self.forget()
        order.order_line.write({"name": "Reprint"})
        self.assertFalse(self.touched())
        self.quotation(self.harbour).order_line.price_unit = 70.0
        self.assertFalse(self.touched())

    def test_refused_confirmation_leaves_nothing(self):
        """What is rolled back did not happen."""
        order = self.quotation()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            order.action_confirm()
            self.env.cr.flush()
            raise ZeroDivisionError
        self.assertFalse(self.touched())
        self.assertFalse(self.events())

    def test_orders_are_confirmed_without_the_worker(self):
        """An administrator deleted the job."""
        order = self.quotation()
        self.env.ref("crm_value.cron_value_worker").unlink()
        order.action_confirm()
        self.assertEqual(self.touched(), self.lotus)

    def test_worker_is_woken_once_a_transaction(self):
        """By one trigger, due now."""
        cron = self.env.ref("crm_value.cron_value_worker")
        triggers = self.env["ir.cron.trigger"].search_count
        before = triggers([("cron_id", "=", cron.id)])
        (self.quotation() + self.quotation(self.harbour)).action_confirm()
        self.env.cr.flush()
        self.assertEqual(triggers([("cron_id", "=", cron.id)]), before + 1)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOrderQueries(OrderCase):
    """Confirming costs a few queries more a transaction, none an order or line."""

    def confirm(self, order_count, line_count):
        """Queries of confirming so many orders with so many lines each."""
        orders = self.env["sale.order"].create(
            [
                self.prepare_order(
                    self.customer(f"Buyer {number}"),
                    TODAY,
                    100.0,
                    state="draft",
                    lines=[self.prepare_line(10.0) for _ in range(line_count)],
                )
                for number in range(order_count)
            ]
        )
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        orders.action_confirm()
        self.env.cr.flush()
        return self.cr.sql_log_count - before

    def confirm_without(self, order_count, line_count):
        """The same with everything of ours taken out."""
        order_class = self.registry["sale.order"]
        nothing = lambda *args, **kwargs: None  # noqa: E731
        with (
            patch.object(order_class, "_touch_confirmed", nothing),
            patch.object(order_class, "_emit_purchases", nothing),
        ):
            return self.confirm(order_count, line_count)

    def test_at_most_four_queries_a_transaction(self):
        """However many orders and lines are confirmed."""
        self.confirm(2, 2)
        ours = {
            (orders, lines): self.confirm(orders, lines)
            - self.confirm_without(orders, lines)
            for orders in (1, 10)
            for lines in (1, 10)
        }
        self.assertLessEqual(max(ours.values()), 4, ours)
        self.assertEqual(len(set(ours.values())), 1, ours)

    def test_confirming_writes_nothing_that_our_index_of_lines_holds(self):
        """Else the database would write every line anew into all of its indexes."""
        line_class, written = self.registry["sale.order.line"], set()
        write_multi = line_class._write_multi

        def noting(lines, vals_list):
            written.update(*vals_list)
            return write_multi(lines, vals_list)

        order = self.quotation()
        with patch.object(line_class, "_write_multi", noting):
            order.action_confirm()
            self.env.flush_all()
        self.env.cr.execute(
            "SELECT attname FROM pg_attribute"
            " WHERE attrelid = 'sale_order_line_crm_value_idx'::regclass"
        )
        indexed = {name for (name,) in self.env.cr.fetchall()}
        self.assertIn("state", written)
        self.assertIn("margin", indexed)
        self.assertFalse(written & indexed)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOrderWorth(OrderCase):
    """What of an order counts, end to end."""

    def value(self, partner=None):
        """Purchases and revenue of a customer after a full valuation."""
        self.start()
        profile = self.profile(partner or self.lotus)
        return profile.purchase_count, profile.revenue_amount

    def test_only_confirmed_orders_count(self):
        """Drafts, sent quotations and cancelled orders do not."""
        for state in ("draft", "sent", "cancel"):
            self.order(self.lotus, days_before(20), 500.0, state=state)
        self.order(self.lotus, days_before(20), 100.0)
        self.assertEqual(self.value(), (1, 100.0))

    def test_cancelling_takes_the_purchase_back(self):
        """And deleting the cancelled order changes nothing more."""
        order = self.order(self.lotus, days_before(20), 100.0)
        self.order(self.lotus, days_before(40), 50.0)
        self.assertEqual(self.value(), (2, 150.0))
        order._action_cancel()
        self.assertEqual(self.value(), (1, 50.0))
        order.unlink()
        self.assertEqual(self.value(), (1, 50.0))

    def test_order_that_changes_hands_counts_for_the_new_customer(self):
        """Once."""
        order = self.order(self.lotus, days_before(20), 100.0)
        self.assertEqual(self.value(), (1, 100.0))
        order.partner_id = self.harbour
        self.assertEqual(self.value(self.harbour), (1, 100.0))
        self.assertEqual(self.profile(self.lotus).purchase_count, 0)

    def test_purchase_is_dated_by_confirmation(self):
        """Moving it moves first and last purchase."""
        order = self.order(self.lotus, days_before(20), 100.0)
        self.start()
        self.assertEqual(self.profile(self.lotus).last_purchase_date, days_before(20))
        order.date_order = CONFIRMED_AT
        self.start()
        self.assertEqual(
            self.profile(self.lotus).last_purchase_date, CONFIRMED_AT.date()
        )

    def test_reward_lines_do_not_count_as_revenue(self):
        """What was given away is a cost to serve."""
        program = self.env["loyalty.program"].create(
            {
                "name": "Summer",
                "program_type": "promotion",
                "company_id": self.company.id,
                "reward_ids": [(0, 0, {"reward_type": "discount", "discount": 10})],
            }
        )
        reward = self.prepare_line(-10.0, 0.0, reward_id=program.reward_ids.id)
        self.order(
            self.lotus, days_before(20), lines=[self.prepare_line(100.0), reward]
        )
        self.assertEqual(self.value(), (1, 100.0))
        self.assertEqual(self.profile(self.lotus).cost_to_serve_amount, 10.0)

    def test_foreign_currency_counts_at_the_rate_of_the_order(self):
        """Later rates change nothing of it."""
        dollar = self.set_rates("USD", {"2026-01-01": 2.0})
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Dollar",
                "currency_id": dollar.id,
                "company_id": self.company.id,
            }
        )
        order = self.order(
            self.lotus, days_before(20), 100.0, pricelist_id=pricelist.id
        )
        self.assertEqual(order.currency_id, dollar)
        self.assertEqual(self.value(), (1, 50.0))
        self.set_rates("USD", {"2026-05-25": 4.0})
        self.order(self.lotus, days_before(2), 100.0, pricelist_id=pricelist.id)
        self.assertEqual(self.value(), (2, 75.0))
