import pytz

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...queries.category_purchases import (
    imported_categories,
    invoice_categories,
    order_categories,
)
from ...queries.imported_purchases import imported_purchases
from ...queries.invoice_purchases import invoice_purchases
from ...queries.loose_credit_notes import loose_credit_notes
from ...queries.order_purchases import order_purchases
from ..arguments import check_one
from .presets import PRESETS
from .tier import DEFAULT_TIERS

WEIGHTS = (
    "weight_recency",
    "weight_frequency",
    "weight_monetary",
    "weight_clv",
    "weight_potential",
)
SNAPSHOT_FIELDS = (
    *WEIGHTS,
    "source",
    "window_months",
    "monetary_basis",
    "known_cost_percent",
    "horizon_months",
    "discount_rate",
    "gate_buyer_count",
    "gate_history_days",
    "new_days",
    "default_cycle_days",
    "dormant_cycles",
    "lost_cycles",
    "growing_ratio",
    "declining_ratio",
    "abc_a_percent",
    "abc_b_percent",
    "tier_method",
    "is_potential_counted",
    "category_peer_percent",
    "category_limit_percent",
)


def _timezones(_model):
    return [(name, name) for name in pytz.common_timezones]


class CrmValuePolicy(models.Model):
    """How one company values its customers."""

    _name = "crm.value.policy"
    _description = "Valuation policy"
    _inherit = ["mail.thread"]
    _rec_name = "company_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    preset = fields.Selection(
        [(key, preset.label) for key, preset in PRESETS.items()],
        string="Trade",
        help="Filling in another trade replaces the weights, windows and cycles below "
        "by what is usual in that trade.",
    )
    source = fields.Selection(
        [("orders", "Confirmed sales orders"), ("invoices", "Posted invoices")],
        string="What counts as a purchase",
        required=True,
        default="orders",
        tracking=True,
        help="What counts as a purchase. Orders count net of what was credited; "
        "invoices less their credit notes. Imported purchases and, where the app is "
        "installed, till orders always count. Gift cards and eWallets are payments: "
        "not their sale is a purchase, but what is bought with them.",
    )
    timezone = fields.Selection(
        _timezones,
        string="Time zone",
        help="The day of a purchase is the day in this time zone. Empty: the time "
        "zone of the company's working hours.",
    )

    # What is looked at
    window_months = fields.Integer(
        string="Window (months)",
        required=True,
        default=24,
        tracking=True,
        help="Revenue, margin and mean purchase are those of the last so many months "
        "before the day of valuation.",
    )
    monetary_basis = fields.Selection(
        [("margin", "Margin"), ("revenue", "Revenue")],
        string="Customers ranked by",
        required=True,
        default="margin",
        tracking=True,
        help="What ranks customers. Margin falls back to revenue while too little of "
        "the cost is known; the run says so.",
    )
    known_cost_percent = fields.Float(
        string="Known cost needed (%)",
        default=80.0,
        help="Below this share of revenue with a known cost, customers are ranked by "
        "revenue instead of margin.",
    )
    weight_recency = fields.Float(
        string="Weight of recency", default=20.0, tracking=True
    )
    weight_frequency = fields.Float(
        string="Weight of frequency", default=20.0, tracking=True
    )
    weight_monetary = fields.Float(
        string="Weight of monetary value", default=30.0, tracking=True
    )
    weight_clv = fields.Float(string="Weight of lifetime value", default=20.0)
    weight_potential = fields.Float(
        string="Weight of potential", default=10.0, tracking=True
    )

    # What is predicted
    horizon_months = fields.Integer(
        string="Horizon (months)",
        required=True,
        default=36,
        tracking=True,
        help="Lifetime value is the margin expected in the next so many months.",
    )
    discount_rate = fields.Float(
        string="Yearly discount rate (%)",
        default=10.0,
        tracking=True,
        help="A margin of next year is worth this much less than one of today.",
    )
    gate_buyer_count = fields.Integer(
        string="Buyers needed for the model",
        default=500,
        help="With fewer buyers lifetime value is the simple estimate.",
    )
    gate_history_days = fields.Integer(
        string="Days of history needed for the model", default=180
    )

    # Life cycle
    new_days = fields.Integer(string="New for (days)", default=90)
    default_cycle_days = fields.Integer(
        string="Usual purchase cycle (days)",
        default=60,
        help="Used until enough customers bought three times; from then on the median "
        "of the company's own customers.",
    )
    dormant_cycles = fields.Float(string="Dormant after (cycles)", default=1.5)
    lost_cycles = fields.Float(string="Lost after (cycles)", default=3.0)
    growing_ratio = fields.Float(string="Growing from (× the year before)", default=1.2)
    declining_ratio = fields.Float(
        string="Declining to (× the year before)", default=0.8
    )

    # Ranks
    abc_a_percent = fields.Float(string="Class A up to (% of profit)", default=80.0)
    abc_b_percent = fields.Float(string="Class B up to (% of profit)", default=95.0)
    tier_method = fields.Selection(
        [
            ("cumulative", "Cumulative profit share"),
            ("score", "Score"),
            ("percentile", "Percentile"),
        ],
        string="Tier method",
        required=True,
        default="cumulative",
        tracking=True,
        help="Cumulative profit share: Platinum is who brings the first half of the "
        "profit, and so on. Score: at least so many points. Percentile: the best so "
        "many percent of customers.",
    )
    is_potential_counted = fields.Boolean(
        string="Rank by potential too",
        default=True,
        help="A customer whose profit together with the potential reaches a higher "
        "tier gets it, marked as by potential.",
    )
    category_peer_percent = fields.Float(
        string="Similar customers who buy it (%)",
        default=50.0,
        tracking=True,
        help="A product category counts as missing for a customer when at least so "
        "many of the similar customers buy it: of the same ABC class and next in rank.",
    )
    category_limit_percent = fields.Float(
        string="Missing categories count up to (%)",
        default=20.0,
        tracking=True,
        help="What similar customers buy and this one does not counts as potential up "
        "to this share of what the customer brings today, so that nobody gets a much "
        "higher tier for it. 0: it does not count.",
    )
    tier_ids = fields.One2many("crm.value.tier", "policy_id", copy=True)
    is_valued_nightly = fields.Boolean(
        string="Value every night",
        default=True,
        help="Off: customers are valued when a manager starts it, for example to keep "
        "the state of a closed year.",
    )
    run_serial = fields.Integer(
        default=0,
        readonly=True,
        copy=False,
        help="Raised by every run that applies, so that two at once cannot both win.",
    )

    _company_uniq = models.Constraint(
        "UNIQUE(company_id)", "A company has one valuation policy."
    )
    _window_positive = models.Constraint(
        "CHECK(window_months BETWEEN 1 AND 120)",
        "The window must be between 1 and 120 months.",
    )
    _horizon_positive = models.Constraint(
        "CHECK(horizon_months BETWEEN 1 AND 120)",
        "The horizon must be between 1 and 120 months.",
    )

    @api.onchange("preset")
    def _onchange_preset(self):
        if self.preset:
            self.update(PRESETS[self.preset].values)

    @api.onchange("tier_method")
    def _onchange_tier_method(self):
        """Thresholds of one method mean nothing in another: offer its usual ones."""
        if self.tier_method == self._origin.tier_method:
            return
        for tier, default in zip(
            self.tier_ids.sorted("sequence"), DEFAULT_TIERS, strict=False
        ):
            tier.entry, tier.keep = default.thresholds[self.tier_method]

    @api.model
    def _of_company(self, company):
        """The policy of ``company``; it exists from the company's creation on."""
        policy = self.search([("company_id", "=", company.id)], limit=1)
        if not policy:
            raise UserError(
                self.env._(
                    "%(company)s has no valuation policy that you may read.",
                    company=company.name,
                )
            )
        return policy

    @api.model
    def _create_missing(self, companies):
        """Give every company of ``companies`` that has none its policy and tiers."""
        # A company is created by administrators who need not be value managers.
        policy_sudo = self.sudo()
        have = policy_sudo.search([("company_id", "in", companies.ids)]).company_id
        policies = policy_sudo.create(
            [
                {"company_id": company.id, "preset": "distribution"}
                for company in companies - have
            ]
        )
        self.env["crm.value.tier"].sudo()._create_defaults(policies)
        return policies

    @api.model
    def _create_for_all_companies(self):
        self._create_missing(self.env["res.company"].search([]))

    @api.model
    @tools.ormcache("company_id")
    def _get_source(self, company_id):
        """What counts as a purchase in the company; read at every confirmed order."""
        # Whoever confirms an order need not be allowed to read the policy.
        policy_sudo = self.sudo().search([("company_id", "=", company_id)], limit=1)
        return policy_sudo.source

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if "source" in vals or "company_id" in vals:
            self.env.registry.clear_cache()
        return super().write(vals)

    def _get_timezone(self):
        """Name of the time zone in which this policy counts days."""
        self.ensure_one()
        return self.timezone or self.company_id.resource_calendar_id.tz or "UTC"

    def _get_snapshot(self):
        """What of this policy decides the figures of a run, as plain JSON."""
        self.ensure_one()
        return {
            **{name: self[name] for name in SNAPSHOT_FIELDS},
            "timezone": self._get_timezone(),
        }

    def _get_purchase_sources(self, scope):
        """Queries with the columns of ``queries.order_purchases``, one a source."""
        self.ensure_one()
        prepaid = self._get_prepaid()
        if self.source == "invoices":
            documents = [invoice_purchases(scope, prepaid)]
        else:
            documents = [
                order_purchases(scope, prepaid),
                loose_credit_notes(scope, self._get_loose_credit_filter()),
            ]
        return [*documents, imported_purchases(scope)]

    def _get_category_sources(self, scope, since):
        """Queries with the columns of ``queries.category_purchases``, one a source."""
        self.ensure_one()
        documents = (
            invoice_categories if self.source == "invoices" else order_categories
        )
        return [documents(scope, since), imported_categories(scope, since)]

    def _get_loose_credit_filter(self):
        """Condition on credit notes ``m`` of no order that count as purchases' end."""
        return SQL("TRUE")

    def _get_cost_sources(self, scope, window):
        """Queries of ``customer_id``, ``amount``: what serving a customer cost in the
        window, up to the day of the scope.

        Slices that cost money extend this; rewards on orders come with the purchases.
        """
        return []

    def action_run_now(self):
        """Queue a full run of this company; the worker picks it up at once."""
        check_one(self)
        runs = self.env["crm.value.run"]
        runs._check_may_run()
        # Managers start runs but may not write them: a run is the system's.
        run = runs.sudo()._request_full(self.company_id)
        return runs.browse(run.id).get_formview_action()
