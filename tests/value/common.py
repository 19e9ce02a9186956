"""A company of its own with a policy, and short ways to buy from it."""

from datetime import date, datetime, time, timedelta
from itertools import count

from odoo.tests import TransactionCase, new_test_user

# A Wednesday: the week of valuation starts on Monday, 1 June 2026.
TODAY = date(2026, 6, 3)
MONDAY = date(2026, 6, 1)
NOON = datetime.combine(TODAY, time(12))


class ValueCase(TransactionCase):
    """Nothing but what the class makes itself is ever counted: the company is new."""

    company_name = "Paper & Sons"
    currency_name = "EUR"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={"tracking_disable": True, "lang": "en_US"})
        cls.references = count(1)
        cls.company = cls.make_company(cls.company_name)
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.company = cls.company.with_env(cls.env)
        cls.policy = cls.env["crm.value.policy"]._of_company(cls.company)
        cls.tiers = cls.policy.tier_ids
        cls.platinum, cls.gold, cls.silver, cls.standard = cls.tiers
        cls.product = cls.env["product.product"].create(
            {"name": "Flyer", "type": "consu", "standard_price": 60.0}
        )
        cls.Run = cls.env["crm.value.run"]
        cls.Profile = cls.env["crm.value.profile"]
        cls.Move = cls.env["crm.value.tier.move"]
        cls.Touch = cls.env["crm.value.touch"]

    @classmethod
    def make_company(cls, name, currency_name=None, timezone="UTC"):
        """A company whose days are counted in ``timezone``; the user may work in it."""
        currency = (
            cls.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", currency_name or cls.currency_name)])
        )
        currency.active = True
        company = cls.env["res.company"].create(
            {"name": name, "currency_id": currency.id}
        )
        cls.env.user.company_ids += company
        policy = cls.env["crm.value.policy"]._of_company(company)
        policy.timezone = timezone
        return company

    @classmethod
    def make_users(cls, companies=None):
        """One user of every kind, of these companies only."""
        companies = companies or cls.company
        groups = {
            "portal": "base.group_portal",
            "public": "base.group_public",
            "insider": "base.group_user",
            "user": "crm_value.group_user",
            "agent": "crm_value.group_care_agent",
            "manager": "crm_value.group_manager",
            "salesperson": "sales_team.group_sale_salesman",
        }
        cls.users = {
            kind: new_test_user(
                cls.env,
                f"value_{kind}",
                group,
                company_id=companies[0].id,
                company_ids=[(6, 0, companies.ids)],
            )
            for kind, group in groups.items()
        }
        return cls.users

    @classmethod
    def set_rates(cls, currency_name, rates, company=None):
        """Units of the currency for one of the company's, by day."""
        currency = (
            cls.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", currency_name)])
        )
        currency.active = True
        cls.env["res.currency.rate"].create(
            [
                {
                    "name": day,
                    "rate": rate,
                    "currency_id": currency.id,
                    "company_id": (company or cls.company).id,
                }
                for day, rate in rates.items()
            ]
        )
        return currency

    @classmethod
    def customer(cls, name, **values):
        return cls.env["res.partner"].create({"name": name, **values})

    @classmethod
    def prepare_line(cls, price, cost=60.0, quantity=1.0, **values):
        return {
            "product_id": cls.product.id,
            "name": "Flyer",
            "product_uom_qty": quantity,
            "price_unit": price,
            "purchase_price": cost,
            "tax_ids": [(5,)],
            **values,
        }

    @classmethod
    def prepare_order(cls, partner, day, price, cost=60.0, **values):
        """Values of an order of one line, confirmed at noon (or at a datetime)."""
        if not isinstance(day, datetime):
            day = datetime.combine(day, time(12))
        lines = values.pop("lines", None) or [cls.prepare_line(price, cost)]
        return {
            "partner_id": partner.id,
            "company_id": cls.company.id,
            "date_order": day,
            "state": "sale",
            "order_line": [(0, 0, line) for line in lines],
            **values,
        }

    @classmethod
    def order(cls, partner, day, price=100.0, cost=60.0, **values):
        return cls.env["sale.order"].create(
            cls.prepare_order(partner, day, price, cost, **values)
        )

    @classmethod
    def purchase(cls, partner, day, amount=100.0, margin=40.0, **values):
        """An imported purchase; a margin of None is unknown."""
        return cls.env["crm.value.purchase"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "reference": f"{cls.company.id}-{next(cls.references)}",
                "date": day,
                "amount": amount,
                "margin": margin,
                **values,
            }
        )

    @classmethod
    def purchases(cls, rows):
        """Imported purchases from rows (partner, day, amount, margin)."""
        return cls.env["crm.value.purchase"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "reference": f"{cls.company.id}-{next(cls.references)}",
                    "date": day,
                    "amount": amount,
                    "margin": margin,
                }
                for partner, day, amount, margin in rows
            ]
        )

    @classmethod
    def start(cls, as_of=TODAY, **arguments):
        """Value the company and give the run, with what it wrote readable."""
        run_id = cls.Run.start(cls.company.id, as_of=as_of, **arguments)
        cls.env.invalidate_all()
        return cls.Run.browse(run_id)

    @classmethod
    def profile(cls, partner, company=None):
        return cls.Profile.search(
            [
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("company_id", "=", (company or cls.company).id),
            ]
        )

    @classmethod
    def profiles(cls):
        """All profiles of the company, by customer."""
        found = cls.Profile.search([("company_id", "=", cls.company.id)])
        return {profile.partner_id: profile for profile in found}

    @classmethod
    def events(cls, kind=None):
        """Events of the company written so far, those still pending included."""
        cls.env.cr.flush()
        domain = [("company_id", "=", cls.company.id)]
        if kind:
            domain.append(("kind", "=", kind))
        return cls.env["crm.customer.event"].search(domain)

    @classmethod
    def touched(cls, company=None):
        """Customers that wait for the worker, by default in the company itself."""
        cls.env.cr.flush()
        waiting = cls.Touch.search([("company_id", "=", (company or cls.company).id)])
        return cls.env["res.partner"].browse(sorted(set(waiting.mapped("partner_id"))))


def days_before(count_, day=TODAY):
    return day - timedelta(days=count_)
