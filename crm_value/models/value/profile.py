from odoo import api, fields, models
from odoo.tools import SQL

from ..arguments import check_one
from ..nullable import NullableFloat, NullableInteger, NullableMonetary

STAGES = [
    ("prospect", "Prospect"),
    ("new", "New"),
    ("growing", "Growing"),
    ("mature", "Mature"),
    ("declining", "Declining"),
    ("dormant", "Dormant"),
    ("lost", "Lost"),
    ("won_back", "Won back"),
]
# Codes of ``formulas.lifecycle``.
LIFECYCLE_REASONS = [
    ("no_purchase", "Nothing bought yet"),
    ("open_pipeline", "Nothing bought yet, an opportunity is open"),
    ("first_purchase_recent", "First purchase not long ago"),
    ("margin_grew", "More than in the year before"),
    ("margin_steady", "About as much as in the year before"),
    ("no_year_to_compare", "No year before to compare with"),
    ("margin_fell", "Less than in the year before"),
    ("silent_for_dormant_cycles", "No purchase when one was due"),
    ("silent_for_lost_cycles", "No purchase for several cycles"),
    ("bought_after_lost", "Bought again after having been lost"),
]
PROFITABILITY = [
    ("profitable", "Profitable"),
    ("convertible", "Convertible"),
    ("never_profitable", "Never profitable"),
]
ABC = [("a", "A"), ("b", "B"), ("c", "C")]


class CrmValueProfile(models.Model):
    """What is known of one customer in one company.

    Every figure is derived: runs write them in sets, nobody else does. They may be
    thrown away and come back the same. Amounts are in company currency, over the
    policy's window unless said otherwise.
    """

    _name = "crm.value.profile"
    _description = "Value profile"
    _order = "ranking_amount DESC NULLS LAST, id"
    # Its run says when and by whom: see decision 7 for what a column costs.
    _log_access = False
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(related="partner_id.user_id")

    first_purchase_date = fields.Date(
        string="First purchase",
        readonly=True,
        help="The first day with a purchase that was not credited whole.",
    )
    last_purchase_date = fields.Date(
        string="Last purchase",
        readonly=True,
        help="The latest day with a purchase that was not credited whole.",
    )
    purchase_count = fields.Integer(
        string="Purchase days",
        readonly=True,
        help="Days with a purchase, ever. Several purchases of a day count once.",
    )
    repeat_count = fields.Integer(
        string="Repeat purchases", readonly=True, help="Purchases after the first."
    )
    revenue_amount = fields.Monetary(
        string="Revenue",
        readonly=True,
        help="What was bought, without tax and less what was credited, within the "
        "policy's window.",
    )
    margin_amount = fields.Monetary(
        string="Margin",
        readonly=True,
        help="Revenue less cost, of the revenue whose cost is known.",
    )
    known_cost_share = NullableFloat(
        string="Cost known",
        readonly=True,
        aggregator="avg",
        help="Revenue whose cost is known ÷ revenue.",
    )
    full_price_share = NullableFloat(
        string="Bought at full price",
        readonly=True,
        aggregator="avg",
        help="Revenue sold without discount ÷ revenue.",
    )
    cost_to_serve_amount = fields.Monetary(
        string="Cost to serve",
        readonly=True,
        help="What rewards, remedies and care for this customer cost.",
    )
    net_margin_amount = fields.Monetary(
        string="Net margin", readonly=True, help="Margin less cost to serve."
    )
    ranking_amount = NullableMonetary(
        string="Ranking amount",
        readonly=True,
        help="Net margin, or revenue after cost to serve while too little of the cost "
        "is known.",
    )
    monetary_amount = NullableMonetary(
        string="Mean purchase",
        readonly=True,
        help="Margin within the window ÷ days with a purchase; revenue, while too "
        "little of the cost is known.",
    )
    potential_amount = fields.Monetary(
        string="Potential",
        readonly=True,
        help="What may still be won of the customer: open opportunities × probability, "
        "what the last twelve months brought more than the twelve before, and product "
        "categories that similar customers buy. As margin, where margin ranks.",
    )
    open_amount = fields.Monetary(
        string="Open opportunities",
        readonly=True,
        help="Part of the potential: expected revenue × probability of the open "
        "opportunities, at the company's margin where margin ranks.",
    )
    category_amount = fields.Monetary(
        string="Missing categories",
        readonly=True,
        help="Part of the potential: what similar customers buy and this one does not, "
        "× the share of them that buys it; up to the policy's share of what the "
        "customer brings today.",
    )
    growth_share = NullableFloat(
        string="Growth",
        readonly=True,
        aggregator="avg",
        help="Margin of the last twelve months ÷ that of the twelve before, less 1; "
        "revenue, while too little of the cost is known.",
    )
    cycle_days = NullableFloat(
        string="Purchase cycle",
        readonly=True,
        aggregator="avg",
        help="Median of the days between purchases, from three purchases on.",
    )
    next_purchase_date = fields.Date(
        string="Next purchase expected",
        readonly=True,
        help="Last purchase + purchase cycle; that of all customers, where this one "
        "has none.",
    )

    recency_score = NullableInteger(
        string="Recency score", readonly=True, aggregator="avg"
    )
    frequency_score = NullableInteger(
        string="Frequency score", readonly=True, aggregator="avg"
    )
    monetary_score = NullableInteger(
        string="Monetary score", readonly=True, aggregator="avg"
    )
    clv_score = NullableInteger(
        string="Lifetime value score", readonly=True, aggregator="avg"
    )
    potential_score = NullableInteger(
        string="Potential score", readonly=True, aggregator="avg"
    )
    score = NullableFloat(
        readonly=True, aggregator="avg", help="0–100; 50 is a customer in the middle."
    )

    p_alive = NullableFloat(
        string="Probability active",
        readonly=True,
        aggregator="avg",
        help="How likely the customer still buys, by the number and the days of the "
        "purchases and what is usual among all customers (MBG/NBD model).",
    )
    expected_purchases = NullableFloat(
        string="Expected purchases",
        readonly=True,
        help="Purchases expected within the policy's horizon, by the same model as the "
        "probability.",
    )
    clv_amount = NullableMonetary(
        string="Lifetime value",
        readonly=True,
        help="Margin expected within the policy's horizon, discounted to today. Model: "
        "expected purchases × mean purchase expected. Simple estimate: yearly profit × "
        "share of customers of the class who come back.",
    )
    clv_method = fields.Selection(
        [("model", "Model"), ("simple", "Simple estimate")],
        string="Lifetime value by",
        readonly=True,
    )

    margin_share_above = NullableFloat(
        string="Profit share above",
        readonly=True,
        aggregator=None,
        help="Share of the profit brought by the customers ranked above.",
    )
    margin_share_cumulative = NullableFloat(
        string="Cumulative profit share",
        readonly=True,
        aggregator=None,
        help="Share of the profit brought by this customer and all ranked above.",
    )
    abc_class = fields.Selection(ABC, string="ABC class", readonly=True)
    lifecycle_stage = fields.Selection(STAGES, string="Life cycle", readonly=True)
    lifecycle_since_date = fields.Date(
        string="In this stage since",
        readonly=True,
        help="By the customer's own purchases where they tell the day, else the day on "
        "which a valuation first saw the change.",
    )
    lifecycle_reason = fields.Selection(
        LIFECYCLE_REASONS, string="Why in this stage", readonly=True
    )
    profitability_class = fields.Selection(
        PROFITABILITY,
        string="Profitability",
        readonly=True,
        help="Profitable: something is left after cost to serve. Convertible: only "
        "with the potential, missing categories counted in full. Never profitable: not "
        "even then. Empty while too little of the cost is known.",
    )

    standing = NullableFloat(
        readonly=True,
        aggregator="avg",
        help="0–100: what the thresholds of the tiers are compared with.",
    )
    base_standing = NullableFloat(
        string="Standing without potential", readonly=True, aggregator="avg"
    )
    tier_id = fields.Many2one(
        "crm.value.tier",
        readonly=True,
        index=True,
        ondelete="restrict",
        group_expand="_group_expand_tiers",
    )
    tier_since_date = fields.Date(readonly=True)
    is_tier_by_potential = fields.Boolean(
        string="By potential",
        readonly=True,
        help="Profit alone would give a lower tier; potential lifts the customer.",
    )
    below_keep_date = fields.Date(
        string="Below tier since",
        readonly=True,
        help="Since then the customer is below what the tier takes to keep, and falls "
        "by one tier when the grace is over.",
    )
    override_tier_id = fields.Many2one(
        "crm.value.tier",
        string="Set by hand",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    override_until_date = fields.Date(string="By hand until", readonly=True)
    override_reason = fields.Char(string="Why by hand", readonly=True)
    run_id = fields.Many2one(
        "crm.value.run",
        string="Valued by",
        readonly=True,
        ondelete="set null",
        # Old runs go one by one, and each is asked for here.
        index="btree_not_null",
        help="The valuation that last changed a figure.",
    )
    move_ids = fields.One2many("crm.value.tier.move", "profile_id", string="Tier moves")

    # Partner first, as it is looked up without a company too: by cascades and merges.
    # Each index costs a run as much as three columns; lists rank customers by amount.
    _partner_company_uniq = models.UniqueIndex("(partner_id, company_id)")
    _ranking_idx = models.Index("(company_id, ranking_amount DESC NULLS LAST, id)")

    def _group_expand_tiers(self, tiers, _domain):
        return tiers | tiers.search(
            [("company_id", "in", self.env.companies.ids)], order=tiers._order
        )

    @api.depends("partner_id.display_name")
    def _compute_display_name(self):
        for profile in self:
            profile.display_name = profile.partner_id.display_name

    @api.private
    def invalidate_model(self, fnames=None, flush=True):
        result = super().invalidate_model(fnames, flush)
        # Called after writing profiles in SQL.
        self.env["res.partner"]._forget_value_fields()
        return result

    def action_open_partner(self):
        check_one(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }

    @api.model
    def _join_profile(self, query, alias, customer, company):
        """Join the profile of ``customer`` in ``company`` (SQL) to a row of a query.

        :return: alias of the profile, whose columns are NULL where there is none
        """
        self.flush_model()
        profile = query.make_alias(alias, "value_profile")
        query.add_join(
            kind="LEFT JOIN",
            alias=profile,
            table=self._table,
            condition=SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(profile, "partner_id"),
                customer,
                SQL.identifier(profile, "company_id"),
                company,
            ),
        )
        return profile
