import logging
from datetime import date

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..arguments import is_id
from .valuer import Valuer

_logger = logging.getLogger(__name__)

# Days are counted from here on.
EARLIEST = date(1970, 1, 1)


class CrmValueRun(models.Model):
    """One execution of a valuation, with the parameters that produced its figures."""

    _name = "crm.value.run"
    _description = "Valuation"
    _inherit = ["crm.customer.fact"]
    _order = "id desc"
    _rec_name = "as_of_date"

    # What a run learns while it works; what it was asked to do never changes.
    _fact_mutable_fields = frozenset(
        {
            "state",
            "phase",
            "bookmark_id",
            "started_at",
            "finished_at",
            "customer_count",
            "changed_count",
            "move_count",
            "parameters",
            "cut_points",
            "result",
            "message",
        }
    )

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("full", "All customers"),
            ("incremental", "Changed customers"),
            ("tiers", "New thresholds"),
            ("backtest", "Back-test"),
        ],
        required=True,
        readonly=True,
        default="full",
    )
    is_applied = fields.Boolean(
        string="Applied",
        readonly=True,
        default=True,
        help="Off: only the run itself is written, no customer is changed.",
    )
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("running", "Working"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="pending",
        index=True,
    )
    phase = fields.Selection(
        [
            ("stage", "Reading purchases"),
            ("learn", "Fitting and ranking"),
            ("score", "Scoring customers"),
        ],
        readonly=True,
        default="stage",
    )
    bookmark_id = fields.Integer(
        readonly=True, help="Customers up to this id are scored; a killed run goes on."
    )
    as_of_date = fields.Date(string="As of", required=True, readonly=True)
    anchor_date = fields.Date(
        string="Week of",
        required=True,
        readonly=True,
        help="Ages, silences and years end on this day.",
    )
    user_id = fields.Many2one(
        "res.users", string="Started by", readonly=True, ondelete="set null"
    )
    partner_filter = fields.Json(
        readonly=True, help="Ids of the customers to value; empty: all."
    )
    started_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    duration_seconds = fields.Float(compute="_compute_duration_seconds")
    customer_count = fields.Integer(string="Customers", readonly=True)
    changed_count = fields.Integer(
        string="Changed", readonly=True, help="Profiles created or rewritten."
    )
    move_count = fields.Integer(string="Tier moves", readonly=True)
    parameters = fields.Json(readonly=True)
    cut_points = fields.Json(readonly=True)
    result = fields.Json(readonly=True)
    message = fields.Text(readonly=True)
    move_ids = fields.One2many("crm.value.tier.move", "run_id")

    _company_state_idx = models.Index("(company_id, kind, state, id)")

    @api.depends("started_at", "finished_at")
    def _compute_duration_seconds(self):
        for run in self:
            run.duration_seconds = (
                (run.finished_at - run.started_at).total_seconds()
                if run.started_at and run.finished_at
                else 0.0
            )

    @api.depends("as_of_date", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for run in self:
            run.display_name = self.env._(
                "%(kind)s, as of %(date)s",
                kind=kinds.get(run.kind),
                date=fields.Date.to_string(run.as_of_date),
            )

    # -- Starting ---------------------------------------------------------------------

    @api.model
    def start(self, company_id, partner_ids=None, as_of=None, apply=True):
        """Value customers now, in this transaction.

        :param int company_id: the company whose customers are valued
        :param list partner_ids: ids of customers or their contacts; None: all
        :param as_of: date or ISO string; value as if it were that day; None: today
        :param bool apply: False writes the run with its parameters and nothing else
        :return: id of the ``crm.value.run``
        :rtype: int
        :raises AccessError: for anybody but managers, and for other companies
        :raises UserError: for a company, customer or date that cannot be used
        """
        self._check_may_run()
        company = self._check_company_argument(company_id)
        customers = self._check_partners_argument(partner_ids)
        day = self._check_as_of_argument(company, as_of)
        if not isinstance(apply, bool):
            raise UserError(
                self.env._("apply is %(value)s: give true or false.", value=apply)
            )
        # Managers start runs but may not write figures: what follows is the system's.
        run_sudo = self.sudo().create(
            self._prepare_run(
                company,
                kind="full" if customers is None else "incremental",
                as_of=day,
                is_applied=apply,
                partner_filter=customers,
                anchor=day if as_of else None,
            )
        )
        run_sudo._finish_all_steps()
        return run_sudo.id

    @api.model
    def _check_may_run(self):
        if not self.env.user.has_group("crm_value.group_manager"):
            raise AccessError(
                self.env._("Only a Customer Value manager may start a valuation.")
            )

    def _check_company_argument(self, company_id):
        company = self.env["res.company"]
        if is_id(company_id):
            company = company.browse(company_id).exists()
        if not company:
            raise UserError(
                self.env._(
                    "company_id is %(value)s: give the id of a company.",
                    value=company_id,
                )
            )
        if company not in self.env.user.company_ids:
            raise AccessError(
                self.env._(
                    "You may not value the customers of company %(company)s.",
                    company=company_id,
                )
            )
        return company

    def _check_partners_argument(self, partner_ids):
        """Ids of the customers of ``partner_ids``, or None for all."""
        if partner_ids is None:
            return None
        if not isinstance(partner_ids, (list, tuple)) or not all(
            map(is_id, partner_ids)
        ):
            raise UserError(
                self.env._(
                    "partner_ids must be a list of ids of customers, or nothing."
                )
            )
        partners = self.env["res.partner"].browse(partner_ids)
        missing = partners - partners.exists()
        if missing:
            raise UserError(
                self.env._(
                    "partner_ids names customers that do not exist: %(missing)s.",
                    missing=", ".join(map(str, missing.ids)),
                )
            )
        return sorted(partners.commercial_partner_id.ids)

    def _check_as_of_argument(self, company, as_of):
        today = self._today(company)
        if not as_of:
            return today
        try:
            day = fields.Date.to_date(as_of)
        except (ValueError, TypeError) as error:
            raise UserError(
                self.env._(
                    "as_of is %(value)s: give a date such as 2026-01-31.", value=as_of
                )
            ) from error
        if day < EARLIEST:
            raise UserError(
                self.env._(
                    "as_of is %(day)s: give a day from %(earliest)s on.",
                    day=day,
                    earliest=EARLIEST,
                )
            )
        if day > today:
            raise UserError(
                self.env._(
                    "as_of is %(day)s, which is yet to come: today is %(today)s.",
                    day=day,
                    today=today,
                )
            )
        return day

    @api.model
    def _today(self, company):
        policy = self.env["crm.value.policy"].sudo()._of_company(company)
        return fields.Date.context_today(policy.with_context(tz=policy._get_timezone()))

    @api.model
    def _prepare_run(self, company, *, as_of=None, anchor=None, **values):
        day = as_of or self._today(company)
        return {
            "company_id": company.id,
            "as_of_date": day,
            "anchor_date": anchor or fields.Date.start_of(day, "week"),
            "user_id": self.env.uid,
            **values,
        }

    @api.model
    def _request_full(self, company):
        """Queue a full run of ``company`` unless one is already waiting."""
        run = self.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "full"),
                ("is_applied", "=", True),
                ("state", "in", ("pending", "running")),
            ],
            limit=1,
        ) or self.create(self._prepare_run(company))
        self.env.ref("crm_value.cron_value_worker")._trigger()
        return run

    # -- Working ----------------------------------------------------------------------

    @api.model
    def _cron_nightly(self):
        """Queue tonight's full run of every company that has a policy."""
        for policy in self.env["crm.value.policy"].search([]):
            self._request_full(policy.company_id)

    @api.model
    def _cron_work(self):
        """Work off what waits: killed and requested runs, then changed customers."""
        cron = self.env["ir.cron"]
        runs = self.search([("state", "in", ("running", "pending"))], order="id")
        touch = self.env["crm.value.touch"]
        companies = [company for (company,) in touch._read_group([], ["company_id"])]
        cron._commit_progress(remaining=len(runs) + len(companies))
        for run in runs:
            if not run._work():
                return
        for company in companies:
            if not self._value_touched(company):
                return

    def _work(self):
        """Take this run as far as time allows, committing after every step.

        :return: whether there is time left
        """
        self.ensure_one()
        while self.state in ("pending", "running"):
            self._step_or_fail()
            done = self.state not in ("pending", "running")
            if not self.env["ir.cron"]._commit_progress(1 if done else 0):
                return False
        return True

    @api.model
    def _value_touched(self, company):
        """Value the customers of ``company`` whose purchases changed.

        The touches are deleted in the transaction that values the customers: killed
        in between, both are undone.
        """
        if not self._last_full(company):
            run = self._request_full(company)
            self.env["crm.value.touch"]._take(company)
            return run._work()
        customers = self.env["crm.value.touch"]._take(company)
        if customers:
            run = self.create(
                self._prepare_run(company, kind="incremental", partner_filter=customers)
            )
            run._finish_all_steps()
        return self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _last_full(self, company, anchor=None):
        """The last applied full run of ``company``, of that week if given."""
        domain = [
            ("company_id", "=", company.id),
            ("kind", "=", "full"),
            ("state", "=", "done"),
            ("is_applied", "=", True),
        ]
        if anchor:
            domain.append(("anchor_date", "=", anchor))
        return self.search(domain, order="id desc", limit=1)

    def _finish_all_steps(self):
        while self.state in ("pending", "running"):
            self._step()

    def _step_or_fail(self):
        """One step; what it cannot get over is kept on the run, for a manager."""
        try:
            with self.env.cr.savepoint():
                self._step()
        except (UserError, ValueError, ArithmeticError, psycopg2.DataError) as error:
            _logger.exception("Valuation %s failed", self.id)
            self.env["crm.value.run.row"]._drop(self)
            self.write({"state": "failed", "message": str(error)})

    def _step(self):
        """The next step of this run, in the current transaction."""
        valuer = Valuer(self)
        if self.state == "pending":
            self.write({"state": "running", "started_at": fields.Datetime.now()})
        if self.is_applied:
            valuer.claim()
        if self.phase == "stage":
            valuer.stage()
            self.phase = "learn"
        elif self.phase == "learn":
            valuer.learn()
            self.phase = "score"
        elif not valuer.is_staged():
            self.write({"phase": "stage", "bookmark_id": 0})
        elif not self.is_applied:
            self.result = valuer.would_be()
            self._finish()
        elif not valuer.score_shard():
            self._finish()

    def _finish(self):
        self.env["crm.value.run.row"]._drop(self)
        self.write({"state": "done", "finished_at": fields.Datetime.now()})
