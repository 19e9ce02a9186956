"""What remedies cost comes off the net margin of a customer, once."""

from odoo.fields import Command
from odoo.tests import tagged

from ..value.common import days_before
from .remedy_case import TODAY
from .test_remedy_documents import DocumentCase


class CostCase(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Sold for 400, cost 60: a margin of 340 before anything is given.
        cls.company.complaint_goodwill_amount = 10_000.0

    def net(self):
        """Revenue, margin, cost to serve and net margin after a full valuation."""
        self.env.cr.flush()
        self.start(as_of=TODAY)
        profile = self.profile(self.lotus)
        self.assertAlmostEqual(
            profile.net_margin_amount,
            profile.margin_amount - profile.cost_to_serve_amount,
        )
        return (
            profile.revenue_amount,
            profile.margin_amount,
            profile.cost_to_serve_amount,
        )


@tagged("post_install", "-at_install")
class TestRemedyCosts(CostCase):
    def test_nothing_given(self):
        self.propose(50.0)
        self.assertEqual(self.net(), (400.0, 340.0, 0.0))

    def test_credit_note_counts_once(self):
        """It takes 80 off the revenue; its share of the margin is 68."""
        for source in ("orders", "invoices"):
            with self.subTest(source):
                self.policy.source = source
                if source == "orders":
                    self.credit_note(self.propose(100.0), 80.0).action_post()
                revenue, _margin, cost = self.net()
                self.assertEqual((revenue, cost), (320.0, 0.0))

    def test_refund_in_cash_is_cost_to_serve(self):
        """And none any more when it is taken back."""
        remedy = self.propose(50.0)
        remedy.action_give()
        self.assertEqual(self.net(), (400.0, 340.0, 50.0))
        remedy.action_reverse()
        self.assertEqual(self.net(), (400.0, 340.0, 0.0))

    def test_replacement_counts_once(self):
        """By orders its cost is in the margin, by invoices it is cost to serve."""
        remedy = self.propose(400.0, "replacement")
        remedy.action_create_replacement()
        order = remedy.sudo().replacement_id
        order.action_confirm()
        self.assertEqual(self.net(), (400.0, 280.0, 0.0))
        self.policy.source = "invoices"
        self.assertEqual(self.net(), (400.0, 340.0, 60.0))
        self.product.invoice_policy = "order"
        order._create_invoices(final=True).action_post()
        self.assertEqual(self.net(), (400.0, 280.0, 0.0))

    def test_replacement_of_unknown_cost(self):
        """The order's margin does not hold it: its price is cost to serve."""
        remedy = self.propose(400.0, "replacement")
        remedy.action_create_replacement()
        order = remedy.sudo().replacement_id
        order.order_line.purchase_price = 0.0
        order.action_confirm()
        _revenue, _margin, cost = self.net()
        self.assertEqual(cost, 400.0)

    def test_discount_counts_once(self):
        """Its line takes 50 off an order of 300, and off the margin; nothing more."""
        self.agent.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.company.sale_discount_product_id = self.env["product.product"].create(
            {"name": "Discount", "type": "service", "invoice_policy": "order"}
        )
        self.product.invoice_policy = "order"
        quotation = self.order(self.lotus, TODAY, 300.0, state="draft")
        remedy = self.propose(50.0, "discount", order_id=quotation.id)
        remedy.action_add_to_quotation()
        quotation.action_confirm()
        self.assertEqual((remedy.state, remedy.cost_amount), ("given", 50.0))
        self.assertEqual(self.net(), (650.0, 530.0, 0.0))
        self.policy.source = "invoices"
        self.assertEqual(self.net(), (400.0, 340.0, 0.0))
        quotation._create_invoices(final=True).action_post()
        self.assertEqual(self.net(), (650.0, 530.0, 0.0))

    def test_sums_of_many_customers(self):
        """Against sums in Python: several customers, kinds, currencies and days."""
        pound = self.set_rates("GBP", {days_before(2000): 0.5})
        expected = {}
        for place, (days, state) in enumerate(
            [(1, "given"), (700, "given"), (800, "given"), (10, "reversed")] * 3
        ):
            customer = self.customer(f"Customer {place % 5}")
            self.set_tier(customer, self.gold)
            self.order(customer, days_before(20), 1000.0)
            complaint = self.submit(partner_id=customer.id)
            remedy = self.propose(
                10.0 * (place + 1), complaint=complaint, currency_id=pound.id
            )
            remedy.action_give()
            if state == "reversed":
                remedy.action_reverse()
            remedy.sudo()._write_system({"given_at": days_before(days)})
            is_in = state == "given" and days < 731
            expected[customer] = 20.0 * (place + 1) if is_in else 0.0
        self.env.cr.flush()
        self.start(as_of=TODAY)
        found = self.profiles()
        self.assertEqual(
            {customer: found[customer].cost_to_serve_amount for customer in expected},
            expected,
        )

    def test_given_remedy_touches_the_customer(self):
        """The next run of the worker values him again."""
        self.env.cr.flush()
        self.Touch.search([]).unlink()
        self.propose(50.0).action_give()
        self.assertEqual(self.touched(), self.lotus)

    def test_customer_alone_costs_as_with_all_others(self):
        """Incremental and full valuation agree."""
        self.propose(50.0).action_give()
        self.start(as_of=TODAY)
        self.propose(25.0).action_give()
        self.env.cr.flush()
        self.start(as_of=TODAY, partner_ids=self.lotus.ids)
        self.assertEqual(self.profile(self.lotus).cost_to_serve_amount, 75.0)

    def test_coupon_comes_with_the_purchase(self):
        """As a reward of the order it was used for, and not twice."""
        program = self.env["loyalty.program"].create(
            {
                "name": "Sorry",
                "program_type": "coupons",
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "applies_on": "current",
                "trigger": "with_code",
                "rule_ids": [],
                "reward_ids": [
                    Command.create({"discount_mode": "per_order", "discount": 40.0})
                ],
            }
        )
        remedy = self.propose(1.0, "coupon", program_id=program.id)
        remedy.action_create_coupon()
        self.assertEqual(self.net()[2], 0.0)
        order = self.order(self.lotus, TODAY, 300.0, state="draft")
        [(coupon, rewards)] = order._try_apply_code(remedy.sudo().card_id.code).items()
        order._apply_program_reward(rewards, coupon)
        order.action_confirm()
        self.assertEqual(remedy.cost_amount, 40.0)
        self.assertEqual(self.net()[2], 40.0)
