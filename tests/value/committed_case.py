"""A company whose transactions are really committed, and removed afterwards."""

import time
from contextlib import contextmanager
from datetime import date, timedelta

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, new_test_user
from odoo.tests.common import get_db_name

from ..waiting import PATIENCE, Waiting
from .run_case import WRITTEN

MONDAY = date(2024, 6, 3)
TABLES = (
    "crm_customer_event",
    "crm_value_profile",
    "crm_value_touch",
    "crm_value_run",
    "crm_value_purchase",
)


def days_ago(count):
    return MONDAY - timedelta(days=count)


class CommittedCase(Waiting, BaseCase):
    """Twenty customers, valued a week ago; some have bought since.

    Others have returned most of it before, and their grace of three days is over: the
    next valuation moves customers up and down.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.addClassCleanup(cls.remove_company)
        with cls.environment() as env:
            company = env["res.company"].create({"name": "Busy Bros Ltd"})
            cls.company_id = company.id
            policy = env["crm.value.policy"]._of_company(company)
            policy.tier_ids.grace_days = 3
            partners = [{"name": f"Busy customer {place}"} for place in range(20)]
            cls.partner_ids = env["res.partner"].create(partners).ids
            cls.user_id = new_test_user(
                env,
                "busy_manager",
                "crm_value.group_manager",
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
            ).id

    @classmethod
    def remove_company(cls):
        with cls.environment() as env:
            user = env["res.users"].browse(cls.user_id)
            partners = env["res.partner"].browse(cls.partner_ids) | user.partner_id
            company = env["res.company"].browse(cls.company_id)
            user.unlink()
            (partners | company.partner_id).write({"company_id": False})
            company_partner = company.partner_id
            company.unlink()
            (partners | company_partner).unlink()

    def setUp(self):
        super().setUp()
        self.addCleanup(self.remove_facts)
        with self.environment() as env:
            self.buy(env, days_ago(30), range(20), 100)
            self.run_of(env, days_ago(14))._finish_all_steps()
            self.buy(env, days_ago(10), range(15, 20), -95)
            self.run_of(env, days_ago(7))._finish_all_steps()
            self.buy(env, days_ago(2), range(0, 10, 2), 500)

    @classmethod
    def remove_facts(cls):
        with cls.registry.cursor() as cr:
            for table in TABLES:
                cr.execute(
                    f"DELETE FROM {table} WHERE company_id = %s", [cls.company_id]
                )
            cr.execute("DELETE FROM crm_value_run_row")
            # What a killed worker leaves would look like one that never gets anywhere.
            cr.execute("DELETE FROM ir_cron_progress")
            cr.execute("DELETE FROM ir_cron_trigger")

    @classmethod
    @contextmanager
    def environment(cls, user_id=SUPERUSER_ID):
        """An environment of its own transaction, committed at the end."""
        with cls.registry.cursor() as cr:
            yield api.Environment(
                cr, user_id, {"tracking_disable": True, "lang": "en_US"}
            )

    def company(self, env):
        return env["res.company"].browse(self.company_id)

    def buy(self, env, day, places, amount):
        """Customers at these places buy the more, the later their place."""
        env["crm.value.purchase"].create(
            [
                {
                    "partner_id": self.partner_ids[place],
                    "company_id": self.company_id,
                    "reference": f"{day}-{place}-{amount}",
                    "date": day,
                    "amount": amount * (place + 1),
                    "margin": amount * (place + 1) / 2,
                }
                for place in places
            ]
        )
        # Valuing them as of today, too, is not what these tests are about.
        env.cr.flush()
        env["crm.value.touch"]._take(self.company(env))

    def run_of(self, env, day=MONDAY):
        """A full run that waits for the worker."""
        runs = env["crm.value.run"]
        return runs.create(runs._prepare_run(self.company(env), as_of=day, anchor=day))

    def state(self, env):
        """Profiles, moves and events of the company, whoever wrote them when."""
        env.cr.flush()
        found = {}
        unsaid = WRITTEN | {"at", "profile_id"}
        moves = """(
            SELECT m.*, p.partner_id, p.company_id
              FROM crm_value_tier_move m JOIN crm_value_profile p ON p.id = m.profile_id
        ) m"""
        for table in ("crm_value_profile", moves, "crm_customer_event"):
            env.cr.execute(
                f"SELECT * FROM {table} WHERE company_id = %s ORDER BY partner_id, id",
                [self.company_id],
            )
            found[table] = [
                {name: row[name] for name in row.keys() - unsaid}
                for row in env.cr.dictfetchall()
            ]
        return found

    def undisturbed(self):
        """What the next valuation gives in one transaction, which is rolled back."""
        with self.environment() as env:
            self.run_of(env)._finish_all_steps()
            state = self.state(env)
            env.cr.rollback()
        return state

    def work(self):
        """What the scheduler does; a killed worker may still hold its lock a moment."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with self.environment() as env:
                worker = env.ref("crm_value.cron_value_worker")
                try:
                    return worker.method_direct_trigger()
                except UserError:
                    if time.monotonic() > deadline:
                        raise
            time.sleep(0.1)

    def check_replay(self, env):
        """One profile a customer, and the moves lead to its tier."""
        profiles = env["crm.value.profile"].search(
            [("company_id", "=", self.company_id)]
        )
        self.assertEqual(len(profiles), len(profiles.partner_id))
        replayed = {}
        for move in env["crm.value.tier.move"].search(
            [("company_id", "=", self.company_id)], order="id"
        ):
            before = replayed.get(move.profile_id.id, False)
            self.assertEqual(move.from_tier_id.id, before)
            replayed[move.profile_id.id] = move.to_tier_id.id
        self.assertEqual(replayed, {p.id: p.tier_id.id for p in profiles})
