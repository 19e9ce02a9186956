from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ValueCase


@tagged("post_install", "-at_install")
class TestTours(ValueCase, HttpCase):
    """What people do in the web client, with eight customers valued today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = fields.Date.today()
        names = (
            "Brewery",
            "Books",
            "Museum",
            "Hotel",
            "Farm",
            "Cinema",
            "Garage",
            "Bar",
        )
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Tour {name}", "is_company": True} for name in names]
        )
        cls.purchases(
            [
                (
                    customer,
                    today - timedelta(days=25 * turn + place),
                    amount,
                    amount / 2,
                )
                for place, (customer, amount) in enumerate(
                    zip(
                        cls.customers,
                        (300, 900, 850, 600, 400, 120, 50, 10),
                        strict=True,
                    )
                )
                for turn in range(5)
            ]
        )
        cls.start(as_of=today)
        home = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        new_test_user(cls.env, "tour_manager", "crm_value.group_manager", **home)
        new_test_user(cls.env, "tour_sales", "sales_team.group_sale_salesman", **home)
        cls.cr.flush()

    def test_manager_reads_overrides_and_changes_a_threshold(self):
        """Why this tier, set by hand, and a threshold with its preview."""
        self.start_tour("/odoo", "crm_value_manager_tour", login="tour_manager")
        self.env.invalidate_all()
        brewery = self.profile(self.customers[0])
        self.assertEqual(brewery.tier_id, self.platinum)
        self.assertEqual(brewery.override_reason, "Framework contract signed")
        self.assertEqual(self.platinum.entry, 60)
        run = self.Run.search([("kind", "=", "tiers")], limit=1)
        self.assertGreater(run.move_count, 0)

    def test_salesperson_reads_the_same_without_managers_buttons(self):
        """From the contact: ribbon, page and profile."""
        books = self.customers[1]
        self.start_tour(
            f"/odoo/contacts/{books.id}",
            "crm_value_salesperson_tour",
            login="tour_sales",
        )

    def test_manager_tries_a_day_and_replays_a_valuation(self):
        """From the menu to the waiting run; then what it found, and a replay."""
        company = [("company_id", "=", self.company.id)]
        valued = self.Run.search(company)
        self.start_tour("/odoo", "crm_value_trial_tour", login="tour_manager")
        trial = self.Run.search(company) - valued
        self.assertEqual((trial.state, trial.is_applied), ("pending", False))
        self.assertLess(trial.as_of_date, fields.Date.today())
        trial._finish_all_steps()
        self.cr.flush()
        self.start_tour(
            f"/odoo/value-runs/{trial.id}",
            "crm_value_trial_result_tour",
            login="tour_manager",
        )
        replay = self.Run.search(company) - valued - trial
        self.assertEqual((replay.state, replay.replayed_run_id), ("pending", valued))
