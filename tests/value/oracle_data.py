"""A company whose customers do everything that a valuation may meet, by chance."""

import random
from datetime import datetime, time, timedelta

from odoo import fields

from .common import TODAY, ValueCase, days_before


class RandomCase(ValueCase):
    """Seeded purchases of every kind; Shanghai's days, amounts in euro."""

    seed = 20260603
    customer_count = 150
    order_count = 60
    company_name = "Everything Ltd"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(cls.seed)
        cls.products = cls._make_products()
        cls.policy.timezone = "Asia/Shanghai"
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        cls.company.currency_id = cls.env.ref("base.EUR")
        cls.dollar = cls.set_rates(
            "USD", {"2020-01-01": 1.25, "2025-03-01": 1.1, "2026-02-01": 1.05}
        )
        cls.yen = cls.set_rates("JPY", {"2020-01-01": 130.0, "2025-06-01": 165.0})
        cls.env["product.pricelist"].create({"name": "Euro", "company_id": False})
        cls.lists = [
            cls.env["product.pricelist"].create(
                {"name": c.name, "currency_id": c.id, "company_id": cls.company.id}
            )
            for c in (cls.company.currency_id, cls.dollar, cls.yen)
        ]
        cls.reward = cls._make_reward()
        cls.voucher = cls._make_voucher()
        cls.customers, cls.contacts = cls._make_customers()
        cls._make_imported()
        cls.orders = cls._make_orders()
        cls._make_ignored()
        cls._make_invoices()
        cls._make_leads()
        cls._make_stranger()
        cls.env.flush_all()

    @classmethod
    def _make_products(cls):
        """Of categories that nearly everybody, many, few and very few buy."""
        cls.taste = random.Random(cls.seed)
        categories = cls.env["product.category"].create(
            [{"name": name} for name in ("Flyers", "Books", "Boxes", "Stamps")]
        )
        return cls.env["product.product"].create(
            [
                {"name": category.name, "type": "consu", "categ_id": category.id}
                for category in categories
            ]
        )

    @classmethod
    def _product(cls):
        return cls.taste.choices(cls.products, [8, 5, 3, 1])[0]

    @classmethod
    def _make_reward(cls):
        program = cls.env["loyalty.program"].create(
            {
                "name": "Summer",
                "program_type": "promotion",
                "company_id": cls.company.id,
                "reward_ids": [(0, 0, {"reward_type": "discount", "discount": 10})],
            }
        )
        return program.reward_ids

    @classmethod
    def _make_voucher(cls):
        """A gift card, which is sold as a product of its own and pays by its reward."""
        template = cls.env["loyalty.program"].with_context(
            default_program_type="gift_card"
        )
        program = template.create({"name": "Voucher", "company_id": cls.company.id})
        program.trigger_product_ids = cls.env["product.product"].create(
            {"name": "Voucher", "type": "service", "taxes_id": False}
        )
        return program

    @classmethod
    def _make_customers(cls):
        customers = cls.env["res.partner"].create(
            [
                {"name": f"Customer {i}", "is_company": True}
                for i in range(cls.customer_count)
            ]
        )
        contacts = cls.env["res.partner"].create(
            [
                {"name": f"Contact {i}", "parent_id": cls.random.choice(customers).id}
                for i in range(cls.customer_count // 4)
            ]
        )
        return customers, contacts

    @classmethod
    def _day(cls, years=4):
        """More often lately than long ago."""
        return days_before(int(365 * years * cls.random.random() ** 1.7))

    @classmethod
    def _amount(cls):
        return round(cls.random.lognormvariate(5, 1.1), 2)

    @classmethod
    def _buyer(cls):
        return cls.random.choice([*cls.customers, *cls.contacts])

    @classmethod
    def _make_imported(cls):
        values = []
        for customer in cls.customers:
            for _ in range(int(cls.random.expovariate(0.22))):
                amount = cls._amount()
                chance = cls.random.random()
                if chance < 0.08:
                    amount = -amount / 2
                elif chance < 0.12:
                    amount = 0.0
                currency = cls.random.choices(
                    [cls.company.currency_id, cls.dollar, cls.yen], [8, 1, 1]
                )[0]
                values.append(
                    {
                        "partner_id": customer.id,
                        "company_id": cls.company.id,
                        "reference": f"I-{len(values)}",
                        "date": cls._day(),
                        "amount": currency.round(amount),
                        "margin": currency.round(amount * cls.random.uniform(-0.1, 0.7))
                        if cls.random.random() < 0.9
                        else None,
                        "currency_id": currency.id,
                        "product_category_id": cls.taste.random() < 0.8
                        and cls._product().categ_id.id,
                    }
                )
        cls.env["crm.value.purchase"].create(values)

    @classmethod
    def _make_lines(cls):
        lines = []
        for _ in range(cls.random.randint(1, 3)):
            price = cls._amount()
            cost = 0.0 if cls.random.random() < 0.1 else round(price * 0.6, 2)
            lines.append(
                cls.prepare_line(
                    price,
                    cost,
                    product_id=cls._product().id,
                    quantity=cls.random.randint(1, 3),
                    discount=cls.random.choice([0, 0, 0, 15]),
                )
            )
        if cls.random.random() < 0.2:
            lines.append(
                cls.prepare_line(-round(price / 10, 2), 0.0, reward_id=cls.reward.id)
            )
        if cls.random.random() < 0.1:
            # A thing given away costs what it cost.
            lines.append(
                cls.prepare_line(price, 12.5, discount=100, reward_id=cls.reward.id)
            )
        if cls.random.random() < 0.2:
            lines.append(cls.prepare_line(price / 2, 0.0, 0.0, is_downpayment=True))
        return lines + cls._make_other_lines(price)

    @classmethod
    def _make_other_lines(cls, price):
        """What lowers the price, comes back, or is paid before anything is bought."""
        lines = [
            # A rebate; a thing of unknown cost that is returned.
            cls.prepare_line(-round(price / 8, 2), 0.0),
            cls.prepare_line(round(price / 9, 2), 0.0, quantity=-1),
            # Two vouchers sold, which cost nothing or their plastic; one redeemed.
            cls.prepare_line(
                50.0, 0.0, product_id=cls.voucher.trigger_product_ids.id, discount=5
            ),
            cls.prepare_line(30.0, 2.0, product_id=cls.voucher.trigger_product_ids.id),
            cls.prepare_line(
                -round(price / 4, 2),
                0.0,
                product_id=cls.voucher.payment_program_discount_product_id.id,
                reward_id=cls.voucher.reward_ids.id,
            ),
        ]
        return [line for line in lines if cls.random.random() < 0.15]

    @classmethod
    def _make_orders(cls):
        values = []
        for i in range(cls.order_count):
            # Around midnight in Shanghai (16:00 UTC) as often as not.
            hour = cls.random.choice([3, 9, 15, 16])
            values.append(
                cls.prepare_order(
                    cls._buyer(),
                    datetime.combine(cls._day(3), time(hour, 30)),
                    price=None,
                    lines=cls._make_lines(),
                    pricelist_id=cls.lists[(0, 0, 0, 1, 2)[i % 5]].id,
                )
            )
        return cls.env["sale.order"].create(values)

    @classmethod
    def _make_ignored(cls):
        """Drafts, cancelled orders, orders of tomorrow: none of them counts."""
        tomorrow = datetime.combine(TODAY, time(16, 0))
        buyers = cls.customers[:6]
        cls.env["sale.order"].create(
            [
                cls.prepare_order(buyers[0], days_before(9), 5000.0, state="draft"),
                cls.prepare_order(buyers[1], days_before(9), 5000.0, state="sent"),
                cls.prepare_order(buyers[2], days_before(9), 5000.0, state="cancel"),
                cls.prepare_order(buyers[3], tomorrow, 5000.0),
                cls.prepare_order(buyers[4], tomorrow + timedelta(days=90), 5000.0),
            ]
        )

    @classmethod
    def _make_invoices(cls):
        """Every third order is invoiced; of these some are credited, all or in part."""
        orders = cls.orders[::3]
        invoices = orders._create_invoices(grouped=True, final=True)
        for invoice in invoices:
            origin = invoice.line_ids.sale_line_ids.order_id
            day = fields.Date.to_date(origin.date_order) + timedelta(days=3)
            invoice.invoice_date = min(day, TODAY)
        invoices.action_post()
        credited = invoices[::3]
        refunds = credited._reverse_moves(
            [
                {"invoice_date": min(day + timedelta(days=40), TODAY), "date": TODAY}
                for day in credited.mapped("invoice_date")
            ]
        )
        for refund in refunds[::2]:
            refund.invoice_line_ids[0].quantity *= 0.5
        loose = cls.env["account.move"].create(
            [
                *(
                    cls._prepare_move("out_refund", cls.customers[i])
                    for i in range(10, 16)
                ),
                *(
                    cls._prepare_move("out_invoice", cls.customers[i])
                    for i in range(20, 26)
                ),
                cls._prepare_move("out_receipt", cls.contacts[0]),
            ]
        )
        (refunds + loose).action_post()
        # A draft does not count.
        cls.env["account.move"].create(
            cls._prepare_move("out_invoice", cls.customers[30], 9999.0)
        )

    @classmethod
    def _prepare_move(cls, move_type, partner, price=None):
        line = {
            "name": "Loose",
            "price_unit": price or cls.random.randint(20, 90),
            "tax_ids": [(5,)],
        }
        return {
            "move_type": move_type,
            "partner_id": partner.id,
            "company_id": cls.company.id,
            "invoice_date": cls._day(2),
            "invoice_line_ids": [(0, 0, line)],
        }

    @classmethod
    def _make_leads(cls):
        stages = cls.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        fresh = cls.env["res.partner"].create({"name": "Prospect"})
        values = [
            {"partner_id": cls._buyer().id, "expected_revenue": cls._amount() * 3}
            for _ in range(cls.customer_count // 6)
        ]
        values += [
            {"partner_id": fresh.id, "expected_revenue": 90000.0},
            {
                "partner_id": cls.customers[0].id,
                "expected_revenue": 5e5,
                "type": "lead",
            },
            {
                "partner_id": cls.customers[1].id,
                "expected_revenue": 5e5,
                "active": False,
            },
            {"partner_id": False, "expected_revenue": 5e5},
            {"partner_id": cls.customers[2].id, "expected_revenue": 5e5}
            | {"stage_id": stages.id, "probability": 100},
        ]
        cls.env["crm.lead"].create(
            [
                {
                    "name": "Chance",
                    "type": "opportunity",
                    "company_id": cls.company.id,
                    "probability": 40,
                    **value,
                }
                for value in values
            ]
        )

    @classmethod
    def _make_stranger(cls):
        """Another company sells to the same customers; nothing of it may be seen."""
        cls.stranger = cls.make_company("Stranger Inc")
        cls.env["crm.value.purchase"].create(
            [
                {
                    "partner_id": customer.id,
                    "company_id": cls.stranger.id,
                    "reference": f"S-{customer.id}",
                    "date": days_before(5),
                    "amount": 77777.0,
                    "margin": 7777.0,
                }
                for customer in cls.customers[:50]
            ]
        )
