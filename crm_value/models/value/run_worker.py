import logging
import time
from datetime import timedelta

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Datetime
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .trial import Trial
from .valuer import Valuer

_logger = logging.getLogger(__name__)

UNFINISHED = ("running", "pending")
# Another transaction was faster, or stored what this one was about to store.
BUSY = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, psycopg2.IntegrityError)
MAX_TRIES = 5
MANY_CUSTOMERS = 10_000
MAX_BASIS_AGE = timedelta(days=8)


class CrmValueRun(models.Model):
    """How valuations are requested and worked off, step by step."""

    _inherit = "crm.value.run"

    @api.model
    def _request_full(self, company):
        """Queue a full run of ``company`` unless one is already waiting.

        One that is at work has read its purchases: whoever asks now wants later ones.
        """
        run = self.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "full"),
                ("is_applied", "=", True),
                ("state", "=", "pending"),
            ],
            limit=1,
        ) or self.create(self._prepare_run(company))
        return run._wake_worker()

    def _wake_worker(self):
        self.env.ref("crm_value.cron_value_worker")._trigger()
        return self

    @api.model
    def _cron_nightly(self):
        """Queue tonight's full run of every company that wants one."""
        policies = self.env["crm.value.policy"]
        for policy in policies.search([("is_valued_nightly", "=", True)]):
            self._request_full(policy.company_id)

    @api.model
    def _cron_work(self):
        """Work off what waits: killed and requested runs, then changed customers."""
        cron = self.env["ir.cron"]
        runs = self.search([("state", "in", UNFINISHED)], order="id")
        companies = self.env["crm.value.touch"]._get_companies()
        cron._commit_progress(remaining=len(runs) + len(companies))
        for run in runs:
            if not run._work():
                return
        for company in companies:
            if not self._retry(lambda company=company: self._value_touched(company)):
                return

    def _work(self):
        """Take this run as far as time allows, committing after every step.

        :return: whether there is time left
        """
        self.ensure_one()
        while self._is_unfinished():
            self._retry(self._step_or_fail)
            if not self._report():
                return False
        return True

    def _report(self):
        """Commit a step of the worker.

        Every step counts as progress: a long run that is killed now and then must not
        look like one that never gets anywhere.

        :return: whether there is time left
        """
        waiting = self.search_count([("state", "in", UNFINISHED)])
        companies = self.env["crm.value.touch"]._get_companies()
        return self.env["ir.cron"]._commit_progress(
            1, remaining=waiting + len(companies)
        )

    def _retry(self, work):
        """Do ``work``; again from its start where another transaction was faster.

        What it began is rolled back, as it cannot see what the other one wrote.
        """
        for tried in range(1, MAX_TRIES + 1):
            try:
                result = work()
                self.env.cr.flush()
                return result
            except BUSY:
                if tried == MAX_TRIES:
                    raise
                self.env.cr.rollback()
                time.sleep(0.1 * tried)

    @api.model
    def _value_touched(self, company):
        """Value the customers of ``company`` whose purchases changed.

        The touches are deleted in the transaction that values the customers: killed
        in between, both are undone. Those of a run that failed come back, and wait for
        the next thing that wakes the worker. A company that is not valued every night
        is kept as a manager left it: his next run values everybody.
        """
        touch = self.env["crm.value.touch"]
        customers = touch._take(company)
        policy = self.env["crm.value.policy"]._of_company(company)
        if not customers or not policy.is_valued_nightly:
            return self._report()
        if self._needs_everybody(company, customers):
            run = self._request_full(company)
            # Its first step may have to be tried again: the run must outlast that.
            return self._report() and run._work()
        run = self.create(
            self._prepare_run(company, kind="incremental", partner_filter=customers)
        )
        while run._is_unfinished():
            run._step_or_fail()
        if run.state == "failed":
            touch._hold(customers, company)
        return self._report()

    @api.model
    def _needs_everybody(self, company, customers):
        """Whether touched customers cannot be valued by what the last full run froze.

        There is none, its rules or its week are no longer those of today, or so many
        are touched that all together are faster.
        """
        last = self._last_full(company)
        policy = self.env["crm.value.policy"]._of_company(company)
        return (
            not last
            or len(customers) > MANY_CUSTOMERS
            or last.parameters["policy"] != policy._get_snapshot()
            or last.as_of_date < self._today(company) - MAX_BASIS_AGE
        )

    @api.model
    def _last_full(self, company):
        """The last applied full run of ``company``."""
        return self.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "full"),
                ("state", "=", "done"),
                ("is_applied", "=", True),
            ],
            order="id desc",
            limit=1,
        )

    def _is_unfinished(self):
        return self.state in UNFINISHED

    def _finish_all_steps(self):
        while self._is_unfinished():
            self._step()

    def _step_or_fail(self):
        """One step; what it cannot get over is kept on the run, for a manager."""
        try:
            with self.env.cr.savepoint():
                if self.phase == "score":
                    Valuer(self).renew()
                self._step()
        except (UserError, ValueError, ArithmeticError, psycopg2.DataError) as error:
            _logger.exception("Valuation %s failed", self.id)
            self.env["crm.value.run.row"]._drop(self)
            self.env["crm.value.category.gap"]._drop(self)
            self.write(
                {
                    "state": "failed",
                    "message": str(error),
                    "finished_at": Datetime.now(),
                }
            )

    def _step(self):
        """The next step of this run, in the current transaction."""
        valuer = Valuer(self)
        if self.state == "pending":
            self.write({"state": "running", "started_at": Datetime.now()})
        if self.is_applied:
            valuer.policy._claim()
        if self.phase == "stage":
            valuer.stage()
            self.phase = "learn"
        elif self.phase == "learn":
            valuer.learn()
            self.phase = "score"
        elif not valuer.is_staged():
            self.write({"phase": "stage", "bookmark_id": 0})
        elif not self.is_applied:
            self.result = Trial(valuer).get_result()
            self._finish()
        elif not valuer.score_shard():
            self._finish()

    def _finish(self):
        gaps = self.env["crm.value.category.gap"]
        if not self.is_applied:
            gaps._drop(self)
        elif self.kind == "full":
            gaps._drop_earlier(self)
        self.env["crm.value.run.row"]._drop(self)
        self.write({"state": "done", "finished_at": Datetime.now()})
