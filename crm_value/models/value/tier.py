from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.translate import LazyTranslate

from ...formulas import tiering
from ..arguments import check_one

_lt = LazyTranslate(__name__)

MAX_GRACE_DAYS = 3650


class DefaultTier(NamedTuple):
    """A tier every company starts with; thresholds are (entry, keep) by method."""

    name: str
    color: int
    thresholds: dict
    cadence_days: int
    priority: str


DEFAULT_TIERS = (
    DefaultTier(
        _lt("Platinum"),
        11,
        {"cumulative": (50, 60), "score": (80, 72), "percentile": (5, 8)},
        30,
        "3",
    ),
    DefaultTier(
        _lt("Gold"),
        3,
        {"cumulative": (80, 85), "score": (62, 55), "percentile": (20, 25)},
        60,
        "2",
    ),
    DefaultTier(
        _lt("Silver"),
        8,
        {"cumulative": (95, 97), "score": (45, 40), "percentile": (50, 55)},
        120,
        "1",
    ),
    DefaultTier(
        _lt("Standard"),
        0,
        {"cumulative": (100, 100), "score": (0, 0), "percentile": (100, 100)},
        0,
        "0",
    ),
)


def to_rank(method, tier_id, entry, keep, grace_days):
    """Thresholds of a tier as standings, where higher is better.

    :param str method: of the policy that the thresholds are of
    """
    by_share = method != "score"
    return tiering.Rank(
        id=tier_id,
        entry=_turned(entry) if by_share else entry,
        keep=_turned(keep) if by_share else keep,
        grace_days=grace_days,
        # The best 5 % of twenty customers are one: the second has 5 % above him.
        is_exclusive=by_share,
    )


class CrmValueTier(models.Model):
    """A rank, with what it takes to get and keep it and what it brings."""

    _name = "crm.value.tier"
    _description = "Value tier"
    _inherit = ["mail.thread", "crm.customer.default.name"]
    _order = "policy_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(
        default=True,
        help="An archived tier is granted no more: at the next valuation its customers "
        "get the tier that their figures earn. Its history stays.",
    )
    policy_id = fields.Many2one(
        "crm.value.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="policy_id.company_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    tier_method = fields.Selection(related="policy_id.tier_method")
    sequence = fields.Integer(
        default=10, help="The best tier comes first, the one for everybody else last."
    )
    color = fields.Integer()
    entry = fields.Float(
        required=True,
        tracking=True,
        help="To get in. By cumulative profit: among those who bring the first so many "
        "percent of the profit. By percentile: among the best so many percent of "
        "customers. By score: at least so many points.",
    )
    keep = fields.Float(
        required=True,
        tracking=True,
        help="To stay. Easier to reach than the entry, so that nobody goes up and down "
        "with every order.",
    )
    grace_days = fields.Integer(
        string="Grace (days)",
        default=60,
        tracking=True,
        help="How long a customer may be below what it takes to stay before falling, "
        "one tier at a time.",
    )
    is_base = fields.Boolean(
        string="Last tier",
        compute="_compute_is_base",
        help="The last tier, which takes everybody else.",
    )
    profile_ids = fields.One2many("crm.value.profile", "tier_id")
    customer_count = fields.Integer(
        string="Customers", compute="_compute_customer_count"
    )

    # Benefits: resolved at use, never copied onto the customer.
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        tracking=True,
        help="Applies to customers of this tier who have no pricelist of their own.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term", check_company=True, tracking=True
    )
    max_discount_percent = fields.Float(string="Maximum discount (%)", tracking=True)
    goodwill_limit_amount = fields.Monetary(
        string="Goodwill limit",
        tracking=True,
        help="Up to this amount a complaint of such a customer may be made good "
        "without asking a manager.",
    )
    delivery_priority = fields.Selection(
        [("0", "Normal"), ("1", "Raised"), ("2", "High"), ("3", "First")],
        string="Delivery priority",
        default="0",
        required=True,
        tracking=True,
    )
    contact_cadence_days = fields.Integer(
        string="Contact at least every (days)",
        help="0: no frequency is promised to this tier.",
    )

    _grace_positive = models.Constraint(
        "CHECK(grace_days BETWEEN 0 AND 3650)",
        "Grace must be between 0 and 3650 days.",
    )
    _discount_percent_range = models.Constraint(
        "CHECK(max_discount_percent BETWEEN 0 AND 100)",
        "The maximum discount must be between 0 and 100 %.",
    )

    @api.depends("policy_id.tier_ids.sequence")
    def _compute_is_base(self):
        for tier in self:
            tier.is_base = (
                tier
                == tier.policy_id.tier_ids.sorted(
                    lambda t: (t.sequence, t.id or t._origin.id or 0)
                )[-1:]
            )

    def _compute_customer_count(self):
        counts = dict(
            self.env["crm.value.profile"]._read_group(
                [("tier_id", "in", self.ids)], ["tier_id"], ["__count"]
            )
        )
        for tier in self:
            tier.customer_count = counts.get(tier._origin, 0)

    @api.constrains("entry", "keep", "grace_days", "sequence", "policy_id")
    def _check_thresholds(self):
        for tier in self:
            tier._check_own_thresholds()
        self.policy_id._check_ladder_later()

    def _check_ladder(self):
        """Refuse thresholds that no customer, or the wrong one, could meet."""
        above = None
        for tier in self.sorted(lambda t: (t.sequence, t._origin.id)):
            tier._check_own_thresholds()
            if above and tier._get_rank().entry > above._get_rank().entry:
                raise ValidationError(
                    self.env._(
                        "Tier %(lower)s (entry %(low)g) is harder to enter than "
                        "the better tier %(upper)s (entry %(high)g). Change an "
                        "entry or the order.",
                        lower=tier.name,
                        low=tier.entry,
                        upper=above.name,
                        high=above.entry,
                    )
                )
            above = tier

    def _check_own_thresholds(self):
        self.ensure_one()
        if not (0 <= self.entry <= 100 and 0 <= self.keep <= 100):
            raise ValidationError(
                self.env._(
                    "Tier %(tier)s has entry %(entry)g and keep %(keep)g: both must "
                    "lie between 0 and 100.",
                    tier=self.name,
                    entry=self.entry,
                    keep=self.keep,
                )
            )
        rank = self._get_rank()
        if rank.keep > rank.entry:
            raise ValidationError(
                self.env._(
                    "Tier %(tier)s is harder to keep (%(keep)g) than to enter "
                    "(%(entry)g): everybody would fall again. Make keep easier or "
                    "entry harder.",
                    tier=self.name,
                    keep=self.keep,
                    entry=self.entry,
                )
            )
        if not 0 <= self.grace_days <= MAX_GRACE_DAYS:
            raise ValidationError(
                self.env._(
                    "Grace of %(tier)s is %(days)s days: it must lie between 0 and "
                    "%(most)s.",
                    tier=self.name,
                    days=self.grace_days,
                    most=MAX_GRACE_DAYS,
                )
            )

    def _get_rank(self):
        """This tier's thresholds as standings, where higher is better."""
        self.ensure_one()
        return to_rank(
            self.tier_method, self.id, self.entry, self.keep, self.grace_days
        )

    def _get_ranks(self):
        """Ranks of these tiers of one policy, best first."""
        return [tier._get_rank() for tier in self.sorted(lambda t: (t.sequence, t.id))]

    def _get_thresholds(self):
        """Thresholds of these tiers of one policy, best first, as plain JSON."""
        return [
            {
                "tier_id": tier._origin.id,
                "entry": tier.entry,
                "keep": tier.keep,
                "grace_days": tier.grace_days,
            }
            for tier in self.sorted(lambda t: (t.sequence, t._origin.id))
        ]

    @api.model
    def _get_places(self, policy):
        """Place of every tier of ``policy``, 0 is the best, archived ones included.

        :return: tier id -> place
        :rtype: dict
        """
        tiers = self.with_context(active_test=False).search(
            [("policy_id", "=", policy.id)], order="sequence, id"
        )
        return {tier_id: place for place, tier_id in enumerate(tiers.ids)}

    @api.model
    def _create_defaults(self, policies):
        """The four tiers every policy starts with, in every installed language."""
        self.create(
            [
                {
                    "policy_id": policy.id,
                    "name": default.name._source,
                    "sequence": 10 * position,
                    "color": default.color,
                    "entry": default.thresholds[policy.tier_method][0],
                    "keep": default.thresholds[policy.tier_method][1],
                    "contact_cadence_days": default.cadence_days,
                    "delivery_priority": default.priority,
                }
                for policy in policies
                for position, default in enumerate(DEFAULT_TIERS, 1)
            ]
        )
        self._translate_defaults()

    @api.model
    def _get_default_names(self):
        return [default.name for default in DEFAULT_TIERS]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_granted(self):
        # Whoever may change tiers need not see every company's customers.
        moves_sudo = self.env["crm.value.tier.move"].sudo()
        moves_sudo = moves_sudo.search(
            [
                "|",
                ("from_tier_id", "in", self.ids),
                ("to_tier_id", "in", self.ids),
            ],
            limit=1,
        )
        tier = moves_sudo.to_tier_id & self or moves_sudo.from_tier_id
        if tier:
            raise UserError(
                self.env._(
                    "Tier %s was granted to customers, and their history names it. "
                    "Archive it instead.",
                    tier.name,
                )
            )

    def unlink(self):
        self.policy_id._check_ladder_later()
        return super().unlink()

    def write(self, vals):
        if "active" in vals:
            self.policy_id._check_ladder_later()
        return super().write(vals)

    def action_open_customers(self):
        check_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value.action_value_profile"
        )
        action["domain"] = [("tier_id", "=", self.id)]
        action["context"] = {}
        return action


def _turned(percent):
    """A share counted from the best as a standing, without the noise of floats."""
    return round(100.0 - percent, 6)
