"""How the database reads purchases."""

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_value.queries.scope import Scope

from .common import TODAY, ValueCase, days_before


@tagged("post_install", "-at_install")
class TestPurchasePlans(ValueCase):
    def test_run_of_all_customers_reads_every_table_once(self):
        """It forbids nested loops: what could not do without would never end."""
        scope = Scope(
            company_id=self.company.id,
            root_company_id=self.company.root_id.id,
            currency_id=self.company.currency_id.id,
            decimals=2,
            timezone="UTC",
            as_of=TODAY,
        )
        self.env.cr.execute("SET LOCAL enable_nestloop = off")
        for source in ("orders", "invoices"):
            with self.subTest(source):
                self.policy.source = source
                for documents in (
                    self.policy._get_purchase_sources(scope)[0],
                    self.policy._get_category_sources(scope, days_before(700))[0],
                ):
                    plan = self.env.execute_query(SQL("EXPLAIN %s", documents))
                    self.assertNotIn("Nested Loop", "\n".join(line for [line] in plan))
