"""Thirty customers who buy by chance, and what a valuation may have written."""

import random

from odoo.tools import SQL

from .common import ValueCase, days_before

TABLES = ("crm_value_profile", "crm_value_tier_move", "crm_customer_event")
# What tells one writing of a row from another, but not what it says.
WRITTEN = {"id", "run_id", "create_date", "write_date", "create_uid", "write_uid"}


class RunCase(ValueCase):
    customer_count = 30

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customers = cls.make_customers(cls.customer_count)
        cls.env.flush_all()

    @classmethod
    def make_customers(cls, number, seed=5):
        """Each buys some times in the last two and a half years, at random profits."""
        chance = random.Random(seed)
        customers = cls.env["res.partner"].create(
            [{"name": f"Customer {place}"} for place in range(number)]
        )
        rows = []
        for customer in customers:
            for _purchase in range(1 + int(chance.expovariate(0.3))):
                amount = round(chance.lognormvariate(5, 1), 2)
                margin = round(amount * chance.uniform(-0.1, 0.7), 2)
                day = days_before(10 + int(900 * chance.random() ** 1.5))
                rows.append((customer, day, amount, margin))
        cls.purchases(rows)
        return customers

    def rows(self, table):
        """Every row of this company, as stored."""
        self.env.flush_all()
        self.env.cr.flush()
        if table == "crm_value_tier_move":
            # A move is of the company of its profile.
            profiles = self.Profile.search([("company_id", "=", self.company.id)])
            condition = SQL("profile_id = ANY(%s)", profiles.ids)
        else:
            condition = SQL("company_id = %s", self.company.id)
        return self.env.execute_query_dict(
            SQL(
                "SELECT * FROM %s WHERE %s ORDER BY id",
                SQL.identifier(table),
                condition,
            )
        )

    def figures(self, partners=None):
        """What the profiles say, by customer, whoever wrote them when."""
        wanted = partners and set(partners.ids)
        return {
            row["partner_id"]: {k: v for k, v in row.items() if k not in WRITTEN}
            for row in self.rows("crm_value_profile")
            if not wanted or row["partner_id"] in wanted
        }

    def writes(self):
        """Rows inserted, updated and deleted by this transaction so far, by table."""
        self.env.flush_all()
        self.env.cr.flush()
        return {
            table: tuple(counts)
            for table, *counts in self.env.execute_query(
                SQL(
                    """
                    SELECT relname, n_tup_ins, n_tup_upd, n_tup_del
                      FROM pg_stat_xact_user_tables WHERE relname IN %s
                    """,
                    (*TABLES, "res_partner", "crm_value_purchase", "crm_value_tier"),
                )
            )
        }
