from odoo import api, fields, models

from ..arguments import check_ids


class CrmValueTier(models.Model):
    """What a person reads of a tier: thresholds in words, benefits in one line."""

    _inherit = "crm.value.tier"

    entry_words = fields.Char(string="To get in", compute="_compute_words")
    keep_words = fields.Char(string="To stay", compute="_compute_words")
    benefit_words = fields.Char(string="Benefits", compute="_compute_benefit_words")
    is_pricelist_ignored = fields.Boolean(
        compute="_compute_is_pricelist_ignored",
        help="The tier has a pricelist, but pricelists are switched off.",
    )

    @api.depends("entry", "keep", "grace_days", "is_base", "tier_method")
    @api.depends_context("lang")
    def _compute_words(self):
        for tier in self:
            if tier.is_base:
                tier.entry_words = self.env._("Everybody else")
                tier.keep_words = self.env._("Nobody falls below this tier")
            else:
                tier.entry_words = tier._say_threshold(tier.entry)
                tier.keep_words = tier._say_keep()

    def _say_threshold(self, threshold):
        self.ensure_one()
        figure = f"{threshold:g}"
        if self.tier_method == "score":
            return self.env._("At least %s points", figure)
        if self.tier_method == "percentile":
            return self.env._("The best %s %% of customers", figure)
        return self.env._("The first %s %% of the profit", figure)

    def _say_keep(self):
        self.ensure_one()
        if not self.grace_days:
            return self.env._(
                "%(threshold)s; below it the customer falls at the next valuation",
                threshold=self._say_threshold(self.keep),
            )
        return self.env._(
            "%(threshold)s; below it the customer has %(days)s days, then falls",
            threshold=self._say_threshold(self.keep),
            days=self.grace_days,
        )

    @api.depends(
        "pricelist_id",
        "payment_term_id",
        "max_discount_percent",
        "goodwill_limit_amount",
        "delivery_priority",
        "contact_cadence_days",
    )
    @api.depends_context("lang")
    def _compute_benefit_words(self):
        priorities = dict(
            self._fields["delivery_priority"]._description_selection(self.env)
        )
        for tier in self:
            figures = [
                tier.pricelist_id.name,
                tier.payment_term_id.name,
                tier.max_discount_percent
                and self.env._("discount up to %g %%", tier.max_discount_percent),
                tier.goodwill_limit_amount
                and self.env._(
                    "goodwill up to %s",
                    tier.currency_id.format(tier.goodwill_limit_amount),
                ),
                tier.delivery_priority not in (False, "0")
                and self.env._(
                    "delivery priority: %s", priorities.get(tier.delivery_priority)
                ),
                tier.contact_cadence_days
                and self.env._("contact every %s days", tier.contact_cadence_days),
            ]
            tier.benefit_words = " · ".join(filter(None, figures))

    @api.depends("pricelist_id")
    def _compute_is_pricelist_ignored(self):
        is_enabled = self.env["res.groups"]._is_feature_enabled(
            "product.group_product_pricelist"
        )
        for tier in self:
            tier.is_pricelist_ignored = bool(tier.pricelist_id) and not is_enabled

    def action_change_thresholds(self):
        """Open the dialog that shows who would move before anything is saved."""
        check_ids(self)
        policy = self.policy_id[:1] or self.env["crm.value.policy"]._of_company(
            self.env.company
        )
        return policy.action_change_thresholds()
