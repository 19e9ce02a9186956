from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOON, TODAY, days_before
from .run_case import RunCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestRunStart(RunCase):
    """Who may start a valuation, with which arguments, at what cost."""

    customer_count = 6

    def test_manager_starts_with_text_dates(self):
        """As the external API sends them; the run names him, not the system."""
        run_id = self.Run.with_user(self.users["manager"]).start(
            company_id=self.company.id,
            partner_ids=None,
            as_of=str(days_before(3)),
            apply=True,
        )
        self.assertIsInstance(run_id, int)
        run = self.Run.browse(run_id)
        self.assertEqual(run.as_of_date, days_before(3))
        self.assertEqual(run.user_id, self.users["manager"])
        self.assertEqual(len(self.profiles()), 6)

    def test_nobody_else_starts(self):
        """Nor asks for a run, nor for the rows that a run works with."""
        for kind in ("user", "agent", "salesperson", "insider", "portal", "public"):
            with self.subTest(kind=kind):
                runs = self.Run.with_user(self.users[kind])
                with self.assertRaises(AccessError):
                    runs.start(self.company.id)
                with mute_logger("odoo.addons.base.models.ir_model"):
                    with self.assertRaises(AccessError):
                        self.policy.with_user(self.users[kind]).action_run_now()
                    with self.assertRaises(AccessError):
                        runs.create(self.Run._prepare_run(self.company))
        self.assertFalse(self.Run.search([("company_id", "=", self.company.id)]))

    def test_manager_of_another_company_is_refused(self):
        """For this company's customers; his own he may value."""
        other = self.make_company("Other Works", "USD")
        manager = self.users["manager"]
        manager.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        runs = self.Run.with_user(manager).with_context(allowed_company_ids=other.ids)
        with self.assertRaises(AccessError) as caught:
            runs.start(self.company.id)
        self.assertIn(str(self.company.id), str(caught.exception))
        run = self.Run.browse(runs.start(other.id))
        self.assertEqual((run.company_id, run.customer_count), (other, 0))

    def test_company_that_is_not_switched_on(self):
        """One of his companies is enough, whichever the screen shows."""
        other = self.make_company("Other Works", "USD")
        manager = self.users["manager"]
        manager.company_ids += other
        runs = self.Run.with_user(manager).with_context(
            allowed_company_ids=self.company.ids
        )
        self.assertEqual(self.Run.browse(runs.start(other.id)).company_id, other)

    def test_companies_never_mix(self):
        """A customer of both has a profile in each, by what he bought there."""
        other = self.make_company("Other Works")
        both = self.customers[0]
        self.purchase(both, TODAY, 77.0, 7.0, company_id=other.id)
        self.start()
        self.Run.start(other.id)
        self.assertEqual(self.profile(both, other).revenue_amount, 77)
        self.assertNotEqual(self.profile(both).revenue_amount, 77)
        self.assertEqual(len(self.profiles()), 6)

    def test_bad_arguments_are_named(self):
        """Each with its value and what to give instead; no run is left behind."""
        self.start()
        gone = self.customer("Gone")
        gone_id, company_id = gone.id, self.company.id
        gone.unlink()
        known = self.Run.search_count([])
        for words, company, partners, as_of in (
            ("company_id is None", None, None, None),
            ("company_id is 0", 0, None, None),
            ("company_id is -1", -1, None, None),
            ("company_id is True", True, None, None),
            ("company_id is paper", "paper", None, None),
            ("company_id is 1.5", 1.5, None, None),
            ("company_id is 1 and 2", [1, 2], None, None),
            (f"company_id is {10**12}", 10**12, None, None),
            ("partner_ids must be a list", company_id, 5, None),
            ("partner_ids must be a list", company_id, "all", None),
            ("partner_ids must be a list", company_id, [True], None),
            ("partner_ids must be a list", company_id, ["5"], None),
            ("partner_ids must be a list", company_id, [10**12], None),
            (f"do not exist: {gone_id}", company_id, [gone_id], None),
            ("as_of is tomorrow", company_id, None, "tomorrow"),
            ("as_of is 2026-02-30", company_id, None, "2026-02-30"),
            ("as_of is 20", company_id, None, 20),
            ("as_of is True", company_id, None, True),
            ("yet to come: today is 2026-06-03", company_id, None, "2026-06-04"),
            ("a day from 1970-01-01 on", company_id, None, "0001-01-01"),
        ):
            with self.subTest(words=words):
                with self.assertRaises(UserError) as caught:
                    self.Run.start(company, partner_ids=partners, as_of=as_of)
                self.assertIn(words, str(caught.exception))
        self.assertEqual(self.Run.search_count([]), known)

    def test_some_customers_before_all_were_valued(self):
        """There is nothing to score them by: the message says what to do first."""
        with self.assertRaises(UserError) as caught:
            self.start(partner_ids=self.customers[:2].ids)
        self.assertIn("never valued as a whole", str(caught.exception))
        self.assertFalse(self.profiles())

    def test_earliest_day_is_valued(self):
        """Nobody had bought yet."""
        self.assertEqual(self.start(as_of="1970-01-01").customer_count, 0)

    def test_today_is_the_companys_day(self):
        """Ten in the evening in London is tomorrow in Shanghai."""
        self.policy.timezone = "Asia/Shanghai"
        with freeze_time(NOON + timedelta(hours=10)):
            run = self.start(as_of=None)
            self.start(as_of=str(TODAY + timedelta(days=1)))
        self.assertEqual(run.as_of_date, TODAY + timedelta(days=1))

    def test_queries_do_not_depend_on_the_number_of_customers(self):
        """Six customers or sixty: full runs, incremental ones and tries."""
        self.start()
        counts = []
        for more in (0, 54):
            if more:
                added = self.make_customers(more, seed=9)
                self.env.flush_all()
                self.customers += added
                # Learned, and everybody moved where he belongs.
                self.start()
            counts.append([self.count(), self.count(apply=False), self.count_some()])
        self.assertEqual(*counts)

    def count(self, **arguments):
        self.env.flush_all()
        self.env.cr.flush()
        before = self.env.cr.sql_log_count
        self.Run.start(self.company.id, as_of=TODAY, **arguments)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def count_some(self):
        return self.count(partner_ids=self.customers.ids)
