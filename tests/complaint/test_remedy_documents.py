"""Credit notes, orders, quotations and coupons say what was given and what it cost."""

from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..value.common import days_before
from .remedy_case import TODAY, RemedyCase


class DocumentCase(RemedyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gold.goodwill_limit_amount = 1000.0
        cls.sold, cls.invoice = cls.invoiced_order(400.0)
        cls.complaint.order_id = cls.sold
        cls.complaint.invoice_id = cls.invoice

    @contextmanager
    def refused(self):
        """What is refused leaves nothing behind."""
        message = "granted with"
        with self.assertRaisesRegex(UserError, message), self.env.cr.savepoint():
            yield

    def cost(self, remedy):
        return remedy.state, remedy.cost_amount


@tagged("post_install", "-at_install")
class TestCreditNote(DocumentCase):
    def test_posted_credit_note_gives_the_remedy(self):
        """Linked back, with what it costs."""
        remedy = self.propose(100.0)
        note = self.credit_note(remedy, 80.0)
        self.assertEqual(note.complaint_remedy_id, remedy)
        self.assertEqual(note.reversed_entry_id, self.invoice)
        self.assertEqual(self.cost(remedy), ("proposed", 0.0))
        note.action_post()
        self.assertEqual(self.cost(remedy), ("given", 80.0))
        self.assertEqual(self.complaint.sudo().remedy_cost_amount, 80.0)
        self.assertEqual(remedy.document_name, note.display_name)

    def test_cost_is_without_tax(self):
        """The tax of a credit note comes back."""
        tax = self.env["account.tax"].create(
            {"name": "Ten", "amount": 10.0, "company_id": self.company.id}
        )
        remedy = self.propose(110.0)
        note = self.credit_note(remedy, 100.0)
        note.invoice_line_ids.tax_ids = tax
        self.assertEqual(note.amount_total, 110.0)
        note.action_post()
        self.assertEqual(self.cost(remedy), ("given", 100.0))

    def test_credit_note_above_what_was_granted(self):
        remedy = self.propose(100.0)
        with self.assertRaisesRegex(UserError, "granted with"):
            self.credit_note(remedy, 100.01).action_post()
        self.assertEqual(self.cost(remedy), ("proposed", 0.0))

    def test_credit_note_in_another_currency(self):
        """Compared and counted at the rate of its day."""
        pound = self.set_rates("GBP", {days_before(300): 0.8})
        remedy = self.propose(100.0)
        note = self.credit_note(remedy, 80.0)
        note.currency_id = pound
        note.invoice_line_ids.filtered("product_id").price_unit = 80.0
        note.action_post()
        self.assertEqual(self.cost(remedy), ("given", 100.0))

    def test_draft_takes_the_gift_back_and_posting_gives_it_again(self):
        remedy = self.propose(100.0)
        note = self.credit_note(remedy, 80.0)
        note.action_post()
        note.button_draft()
        self.assertEqual(self.cost(remedy), ("proposed", 0.0))
        note.action_post()
        self.assertEqual(self.cost(remedy), ("given", 80.0))
        note.button_draft()
        note.button_cancel()
        self.assertEqual(self.cost(remedy), ("proposed", 0.0))

    def test_reversed_credit_note(self):
        """Half of it, then all of it."""
        remedy = self.propose(100.0)
        note = self.credit_note(remedy, 80.0)
        note.action_post()
        for expected in (("given", 40.0), ("reversed", 0.0)):
            back = note._reverse_moves([{"invoice_date": TODAY}])
            back.invoice_line_ids.filtered("product_id").price_unit = 40.0
            back.action_post()
            self.assertEqual(self.cost(remedy), expected)
        self.assertEqual(self.complaint.sudo().remedy_cost_amount, 0.0)
        self.assertEqual(self.propose(1000.0).state, "proposed", "It counts no more.")

    def test_taken_back_and_given_again_is_held_by_the_limit(self):
        """What was granted in between counts."""
        remedy = self.propose(600.0)
        note = self.credit_note(remedy, 300.0)
        note.action_post()
        back = note._reverse_moves([{"invoice_date": TODAY}])
        back.action_post()
        self.propose(600.0)
        back.button_draft()
        self.assertEqual(remedy.state, "given", "It was really given.")
        self.assertEqual(self.propose(1.0).state, "to_approve")

    def test_not_before_it_is_granted(self):
        """Neither by the button nor by linking a credit note by hand."""
        remedy = self.propose(2000.0)
        with self.assertRaisesRegex(UserError, "not possible now"):
            self.credit_note(remedy)
        note = self.invoice._reverse_moves([{"invoice_date": TODAY}])
        note.complaint_remedy_id = remedy
        with self.assertRaisesRegex(UserError, "needs a manager's approval"):
            note.action_post()

    def test_wrong_credit_notes(self):
        """An invoice, another customer's, one of another kind of remedy, a second."""
        remedy = self.propose(100.0)
        discount = self.propose(10.0, "discount")
        note = self.invoice._reverse_moves([{"invoice_date": TODAY}])
        with self.assertRaisesRegex(ValidationError, "cannot be the credit note"):
            note.complaint_remedy_id = discount
        with self.assertRaisesRegex(UserError, "is posted"):
            self.invoice.complaint_remedy_id = remedy
        self.credit_note(remedy, 80.0)
        with self.assertRaisesRegex(UserError, "is on its way by"):
            self.credit_note(remedy, 80.0)

    def test_two_credit_notes_share_what_was_granted(self):
        remedy = self.propose(100.0)
        self.credit_note(remedy, 80.0).action_post()
        second = self.invoice._reverse_moves([{"invoice_date": TODAY}])
        second.complaint_remedy_id = remedy
        lines = second.invoice_line_ids.filtered("product_id")
        lines.price_unit = 21.0
        with self.assertRaisesRegex(UserError, "granted with"):
            second.action_post()
        lines.price_unit = 20.0
        second.action_post()
        self.assertEqual(self.cost(remedy), ("given", 100.0))

    def test_amount_is_fixed_while_a_document_is_on_its_way(self):
        remedy = self.propose(100.0)
        note = self.credit_note(remedy, 80.0)
        with self.assertRaisesRegex(UserError, "is on its way by"):
            remedy.amount = 500.0
        with self.assertRaisesRegex(UserError, "is on its way by"):
            remedy.action_cancel()
        note.unlink()
        remedy.action_cancel()
        self.assertEqual(remedy.state, "cancelled")

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_agent_without_accounting_writes_no_credit_note(self):
        remedy = self.propose(100.0)
        with self.assertRaises(AccessError):
            self.credit_note(remedy, user=self.manager)

    def test_accountant_without_access_to_complaints_posts(self):
        """The remedy follows all the same."""
        remedy = self.propose(100.0)
        note = self.credit_note(remedy, 80.0)
        bookkeeper = self.make_user("bookkeeper", "account.group_account_invoice")
        note.with_user(bookkeeper).action_post()
        self.assertEqual(self.cost(remedy), ("given", 80.0))
        self.assertEqual(remedy.given_by_id, bookkeeper)


@tagged("post_install", "-at_install")
class TestReplacement(DocumentCase):
    def replaced(self, amount=400.0, **values):
        remedy = self.propose(amount, "replacement", **values)
        remedy.action_create_replacement()
        return remedy, remedy.sudo().replacement_id

    def test_copy_at_no_charge(self):
        """A draft, linked both ways; confirmed it costs what the goods cost."""
        remedy, order = self.replaced()
        self.assertEqual(order.complaint_remedy_id, remedy)
        self.assertEqual((order.state, order.amount_total), ("draft", 0.0))
        self.assertEqual(order.partner_id, self.lotus)
        self.assertEqual(order.order_line.mapped("discount"), [100.0])
        self.assertEqual(self.cost(remedy), ("proposed", 0.0))
        order.action_confirm()
        self.assertEqual(self.cost(remedy), ("given", 60.0))
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(self.cost(remedy), ("reversed", 0.0))
        order.action_draft()
        order.action_confirm()
        self.assertEqual(self.cost(remedy), ("given", 60.0))

    def test_unknown_cost_counts_as_the_price(self):
        remedy, order = self.replaced()
        order.order_line.purchase_price = 0.0
        order.action_confirm()
        self.assertEqual(self.cost(remedy), ("given", 400.0))

    def test_more_goods_than_granted(self):
        """Before confirming and afterwards; a price typed over helps nobody."""
        remedy, order = self.replaced()
        order.order_line.product_uom_qty = 7.0
        with self.refused():
            order.action_confirm()
        order.order_line.product_uom_qty = 1.0
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "granted with"):
            order.write(
                {
                    "order_line": [
                        Command.update(order.order_line.id, {"price_unit": 900})
                    ]
                }
            )
        self.assertEqual(self.cost(remedy), ("given", 60.0))

    def test_order_is_no_remedy_by_hand(self):
        remedy = self.propose(100.0, "replacement")
        seller = self.make_user("salesman", "sales_team.group_sale_manager")
        order = self.order(self.lotus, TODAY, state="draft")
        with self.assertRaisesRegex(UserError, "from the complaint"):
            order.with_user(seller).complaint_remedy_id = remedy

    def test_without_an_order(self):
        """It may be sent along without one: then it is marked as given."""
        self.complaint.sudo().order_id = False
        remedy = self.propose(70.0, "replacement")
        with self.assertRaisesRegex(UserError, "Enter the order"):
            remedy.action_create_replacement()
        remedy.action_give()
        self.assertEqual(self.cost(remedy), ("given", 70.0))
        remedy.action_reverse()
        self.assertEqual(self.cost(remedy), ("reversed", 0.0))


@tagged("post_install", "-at_install")
class TestDiscount(DocumentCase):
    def discounted(self, amount=50.0):
        self.agent.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.company.sale_discount_product_id = self.env["product.product"].create(
            {"name": "Discount", "type": "service", "company_id": self.company.id}
        )
        quotation = self.order(self.lotus, TODAY, 300.0, state="draft")
        remedy = self.propose(amount, "discount", order_id=quotation.id)
        remedy.action_add_to_quotation()
        return remedy, quotation

    def test_quotation_gets_the_discount(self):
        """It costs when the order is confirmed."""
        remedy, quotation = self.discounted()
        self.assertEqual(quotation.amount_total, 250.0)
        self.assertEqual(self.cost(remedy), ("proposed", 0.0))
        quotation.action_confirm()
        self.assertEqual(self.cost(remedy), ("given", 50.0))
        quotation.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(self.cost(remedy), ("reversed", 0.0))

    def test_discount_raised_on_the_quotation(self):
        remedy, quotation = self.discounted()
        remedy.sudo().order_line_ids.price_unit = -60.0
        with self.refused():
            quotation.action_confirm()
        remedy.sudo().order_line_ids.unlink()
        quotation.action_confirm()
        self.assertEqual(self.cost(remedy), ("proposed", 0.0))

    def test_other_customers_quotation(self):
        other = self.order(self.customer("Harbour Books"), TODAY, state="draft")
        remedy = self.propose(50.0, "discount", order_id=other.id)
        with self.assertRaisesRegex(UserError, "Choose a quotation of Lotus"):
            remedy.action_add_to_quotation()


@tagged("post_install", "-at_install")
class TestCoupon(DocumentCase):
    @classmethod
    def program(cls, **reward):
        programs = cls.env["loyalty.program"].with_context(loyalty_no_mail=True)
        return programs.create(
            {
                "name": "Sorry",
                "program_type": "coupons",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "applies_on": "current",
                "trigger": "with_code",
                "rule_ids": [],
                "reward_ids": [
                    Command.create(
                        {"reward_type": "discount", "discount_mode": "per_order"}
                        | reward
                    )
                ],
            }
        )

    def coupon(self, program, **values):
        return self.propose(1.0, "coupon", program_id=program.id, **values)

    def test_worth_is_what_the_program_gives(self):
        """Whatever amount was typed: it counts against the limit in full."""
        self.assertEqual(self.coupon(self.program(discount=40.0)).company_amount, 40.0)
        dear = self.coupon(self.program(discount=5000.0))
        self.assertEqual((dear.amount, dear.state), (5000.0, "to_approve"))
        capped = self.program(
            discount_mode="percent", discount=50.0, discount_max_amount=70.0
        )
        self.assertEqual(self.coupon(capped).company_amount, 70.0)

    def test_share_of_an_order_is_approved_by_a_manager(self):
        """Nobody knows what it will be worth."""
        remedy = self.coupon(self.program(discount_mode="percent", discount=50.0))
        self.assertEqual((remedy.has_open_value, remedy.state), (True, "to_approve"))
        remedy.with_user(self.manager).action_approve()
        remedy.action_create_coupon()
        self.assertEqual(remedy.state, "given")

    def test_unused_coupon_costs_nothing_and_used_one_what_it_took_off(self):
        remedy = self.coupon(self.program(discount=40.0))
        remedy.action_create_coupon()
        card = remedy.sudo().card_id
        self.assertEqual(card.partner_id, self.lotus)
        self.assertEqual(card.points, 1.0)
        self.assertEqual(self.cost(remedy), ("given", 0.0))
        order = self.order(self.lotus, TODAY, 300.0, state="draft")
        status = order._try_apply_code(card.code)
        [(coupon, rewards)] = status.items()
        order._apply_program_reward(rewards, coupon)
        order.action_confirm()
        self.assertEqual(order.amount_total, 260.0)
        self.assertEqual(self.cost(remedy), ("given", 40.0))
        with self.assertRaisesRegex(UserError, "is used in an order"):
            remedy.action_reverse()
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(self.cost(remedy), ("given", 0.0))
        remedy.action_reverse()
        self.assertEqual(remedy.state, "reversed")
        self.assertFalse(card.active)

    def test_other_programs_are_refused(self):
        loyalty = self.env["loyalty.program"].create(
            {"name": "Points", "program_type": "loyalty", "company_id": self.company.id}
        )
        for program in (loyalty, self.env["loyalty.program"]):
            with self.assertRaisesRegex(ValidationError, "no coupon program"):
                self.coupon(program)
        with self.assertRaisesRegex(UserError, "Create coupon"):
            self.coupon(self.program(discount=40.0)).action_give()
