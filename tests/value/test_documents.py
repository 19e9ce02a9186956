"""Documents behind the figures: what counts, when it counts, and in whose money."""

from datetime import datetime

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, days_before
from .test_account_move import MoveCase as _MoveCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDocuments(_MoveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        # A pound is worth two euro.
        cls.pound = cls.set_rates("GBP", {"2020-01-01": 0.5})

    def documents(self, user=None):
        """Name, day and amount of each, as shown."""
        self.env.cr.flush()
        self.start()
        profile = self.profile(self.lotus)
        [told] = profile.with_user(user or self.env.user).explain()
        return [
            (found["name"], found["date"], found["amount"].replace("\ufeff", ""))
            for found in told["documents"]
        ]

    def test_invoice_in_another_currency_is_shown_in_the_companys(self):
        """As the figures are: 100 pounds are 200 euro."""
        self.policy.source = "invoices"
        invoice = self.posted(currency_id=self.pound.id, day=days_before(20))
        self.assertEqual(invoice.amount_untaxed, 100.0)
        self.assertEqual(
            self.documents(),
            [(invoice.display_name, "2026-05-14", "200.00\xa0€")],
        )
        self.assertEqual(self.profile(self.lotus).revenue_amount, 200.0)

    def test_day_is_that_of_the_policy(self):
        """16:30 UTC is past midnight in Shanghai, and counts there."""
        self.policy.timezone = "Asia/Shanghai"
        order = self.order(self.lotus, datetime(2026, 5, 14, 16, 30))
        self.assertEqual(
            self.documents(), [(order.display_name, "2026-05-15", "100.00\xa0€")]
        )
        profile = self.profile(self.lotus)
        self.assertEqual(str(profile.last_purchase_date), "2026-05-15")

    def test_loose_credit_note_is_listed(self):
        """It takes off as much as is shown, whoever may read it."""
        order = self.order(self.lotus, days_before(30), 300.0)
        note = self.posted(
            price=40.0,
            move_type="out_refund",
            day=days_before(10),
            currency_id=self.pound.id,
        )
        expected = [
            (note.display_name, str(days_before(10)), "-80.00\xa0€"),
            (order.display_name, str(days_before(30)), "300.00\xa0€"),
        ]
        self.assertEqual(self.documents(), expected)
        self.assertEqual(self.profile(self.lotus).revenue_amount, 220.0)
        user = self.users["user"]
        user.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.assertEqual(self.documents(user)[1:], expected[1:])

    def test_credit_note_of_an_order_is_not_listed_beside_it(self):
        """The order counts net of it."""
        order, invoice = self.invoiced_order()
        self.credit(invoice)
        self.assertEqual([name for name, *_ in self.documents()], [order.display_name])

    def test_credit_notes_of_orders_and_of_none(self):
        """Of one that is both, only what belongs to no order."""
        order, invoice = self.invoiced_order(price=200.0)
        refund = invoice._reverse_moves([{"invoice_date": TODAY}])
        refund.invoice_line_ids = [
            (0, 0, {"name": "Sorry", "price_unit": 7.0, "tax_ids": False})
        ]
        refund.action_post()
        self.assertIn((refund.display_name, str(TODAY), "-7.00\xa0€"), self.documents())

    def test_order_paid_with_a_gift_card(self):
        """Shows what was bought; the card itself is no purchase."""
        program = self.env["loyalty.program"].with_context(
            default_program_type="gift_card"
        )
        program = program.create({"name": "Card", "company_id": self.company.id})
        program.trigger_product_ids = self.env["product.product"].create(
            {"name": "Card", "type": "service"}
        )
        card = {"product_id": program.trigger_product_ids.id}
        payment = {
            "product_id": program.payment_program_discount_product_id.id,
            "reward_id": program.reward_ids.id,
        }
        lines = [self.prepare_line(100.0), self.prepare_line(-100.0, 0.0, **payment)]
        paid = self.order(self.lotus, days_before(10), lines=lines)
        self.assertEqual(paid.amount_untaxed, 0.0)
        self.order(
            self.lotus, days_before(20), lines=[self.prepare_line(100.0, 0.0, **card)]
        )
        self.assertEqual(
            self.documents(),
            [(paid.display_name, str(days_before(10)), "100.00\xa0€")],
        )
