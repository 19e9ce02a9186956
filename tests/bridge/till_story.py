"""Purchases at the till, told in an Odoo shell with that app: prints JSON.

A customer and his contact buy at the till, once for less than the price; what is
drafted, cancelled, returned or without a customer is told apart, and so is a gift card;
one order and one return were invoiced.
"""

import json
from datetime import datetime, timedelta

from odoo import Command, fields

TODAY = fields.Date.today()


def main(env):
    company = env["res.company"].create({"name": "Corner Shop"})
    env = env(context={"allowed_company_ids": company.ids, "tracking_disable": True})
    env.user.company_ids += company
    company = company.with_env(env)
    env["account.chart.template"].try_loading("generic_coa", company)
    config = env["pos.config"].create({"name": "Till"})
    shop = _Shop(env, env["pos.session"].create({"config_id": config.id}))
    customer = env["res.partner"].create({"name": "Regular", "is_company": True})
    contact = env["res.partner"].create({"name": "Clerk", "parent_id": customer.id})
    shop.sell(customer, 40, 100, cost=60)
    shop.sell(contact, 20, 50, cost=20)
    shop.sell(customer, 10, 30, cost=0)
    shop.sell(customer, 30, 200, cost=60, less=-90)
    programs = env["loyalty.program"].with_context(default_program_type="gift_card")
    program = programs.create({"name": "Card", "company_id": company.id})
    shop.product = program.trigger_product_ids
    shop.sell(customer, 4, 50)
    shop.product = env["product.product"].create({"name": "Pen", "taxes_id": False})
    returned = shop.sell(customer, 5, -20, cost=12)
    shop.sell(customer, 3, 1000, state="draft")
    shop.sell(customer, 3, 1000, state="cancel")
    shop.sell(env["res.partner"], 3, 1000)
    invoiced = shop.sell(customer, 2, 70, cost=30)
    invoiced.account_move = shop.invoice(customer, "out_invoice", 70)
    returned.account_move = shop.invoice(customer, "out_refund", 20)
    policy = env["crm.value.policy"]._of_company(company)
    answer = {"orders": _value(env, company, customer)}
    policy.source = "invoices"
    answer["invoices"] = _value(env, company, customer)
    newcomer = env["res.partner"].create({"name": "Newcomer"})
    shop.sell(newcomer, 1, 40, cost=10)
    answer["first_purchases"] = [_greet(env, company) for _night in range(2)]
    print(json.dumps(answer))


class _Shop:
    """Sells one product at the till."""

    def __init__(self, env, session):
        self.env = env
        self.session = session
        self.product = env["product.product"].create({"name": "Pen", "taxes_id": False})

    def sell(self, partner, days_ago, amount, cost=0.0, state="paid", less=0.0):
        """An order of one piece, negative for a return, or ``less`` a discount."""
        sign = -1 if amount < 0 else 1
        lines = [self.prepare_line(amount, sign, sign * cost)]
        if less:
            lines.append(self.prepare_line(less, 1, 0.0))
        return self.env["pos.order"].create(
            {
                "session_id": self.session.id,
                "company_id": self.env.company.id,
                "partner_id": partner.id,
                "date_order": datetime.now() - timedelta(days=days_ago),
                "state": state,
                "amount_tax": 0,
                "amount_total": amount + less,
                "amount_paid": amount + less,
                "amount_return": 0,
                "lines": [Command.create(line) for line in lines],
            }
        )

    def prepare_line(self, amount, quantity, cost):
        return {
            "name": "Line",
            "product_id": self.product.id,
            "qty": quantity,
            "price_unit": amount / quantity,
            "price_subtotal": amount,
            "price_subtotal_incl": amount,
            "total_cost": cost,
            "is_total_cost_computed": True,
        }

    def invoice(self, partner, move_type, amount):
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": TODAY - timedelta(days=2),
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Pens", "price_unit": amount, "tax_ids": False}
                    )
                ],
            }
        )
        move.action_post()
        return move


def _greet(env, company):
    """Whose first purchase is an event, after a night's valuation."""
    env["crm.value.run"].start(company.id)
    env.cr.flush()
    return (
        env["crm.customer.event"]
        .search([("company_id", "=", company.id), ("kind", "=", "first_purchase")])
        .mapped("partner_id.name")
    )


def _value(env, company, customer):
    """What a valuation makes of the customer."""
    env["crm.value.run"].start(company.id)
    env.invalidate_all()
    profile = env["crm.value.profile"].search([("company_id", "=", company.id)])
    profile.ensure_one()
    [told] = profile.explain()
    return {
        "is_customer": profile.partner_id == customer,
        "days": profile.purchase_count,
        "revenue": profile.revenue_amount,
        "margin": profile.margin_amount,
        "known_share": profile.known_cost_share,
        "full_price_share": profile.full_price_share,
        "documents": [
            (
                found["model"],
                (TODAY - fields.Date.to_date(found["date"])).days,
                found["amount"].replace("\xa0", "").replace("\ufeff", ""),
            )
            for found in told["documents"]
        ],
    }
