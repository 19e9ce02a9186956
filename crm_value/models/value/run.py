from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..arguments import is_id

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
            "basis_run_id",
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
        help="Customer age, time since the last purchase and yearly sums are counted "
        "up to this day.",
    )
    user_id = fields.Many2one(
        "res.users", string="Started by", readonly=True, ondelete="set null"
    )
    partner_filter = fields.Json(
        readonly=True, help="Ids of the customers to value; empty: all."
    )
    started_at = fields.Datetime(string="Started", readonly=True)
    finished_at = fields.Datetime(string="Finished", readonly=True)
    duration_seconds = fields.Float(compute="_compute_duration_seconds")
    customer_count = fields.Integer(string="Customers", readonly=True)
    changed_count = fields.Integer(
        string="Changed", readonly=True, help="Profiles created or rewritten."
    )
    move_count = fields.Integer(string="Tier moves", readonly=True)
    basis_run_id = fields.Many2one(
        "crm.value.run",
        string="Scored by",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The valuation of all customers whose parameters and cut points this one "
        "uses.",
    )
    replayed_run_id = fields.Many2one(
        "crm.value.run",
        string="Replay of",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The valuation that this one repeats by the rules of then.",
    )
    parameters = fields.Json(
        readonly=True,
        help="Rules, thresholds and what was learned. A valuation of changed customers "
        "keeps its thresholds only; the rest is on the one it was scored by.",
    )
    cut_points = fields.Json(string="Cut points", readonly=True)
    result = fields.Json(readonly=True)
    message = fields.Text(readonly=True)
    move_ids = fields.One2many("crm.value.tier.move", "run_id", string="Moves")

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
                "%(kind)s as of %(date)s",
                kind=kinds.get(run.kind),
                date=fields.Date.to_string(run.as_of_date),
            )

    def _get_basis(self):
        """The run that learned what this one scores by: another one, or itself."""
        return self.basis_run_id or self

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
        run_sudo = self.sudo()
        if customers is not None and not run_sudo._last_full(company):
            raise UserError(
                self.env._(
                    "The customers of %s were never valued as a whole: start without "
                    "partner_ids first.",
                    company.name,
                )
            )
        run_sudo = run_sudo.create(
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
