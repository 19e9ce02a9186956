from odoo import fields, models
from odoo.tools import float_round, format_amount
from odoo.tools.i18n import format_list


class CrmValueProfile(models.Model):
    """What may still be won of a customer, part by part, and what would lift him."""

    _inherit = "crm.value.profile"

    gap_ids = fields.Many2many(
        "crm.value.category.gap",
        string="Similar customers also buy",
        compute="_compute_gap_ids",
        help="Product categories that similar customers buy and this one does not.",
    )

    def _compute_gap_ids(self):
        gaps = self.env["crm.value.category.gap"]
        for company, profiles in self.grouped("company_id").items():
            run = self.env["crm.value.run"]._last_full(company)
            found = gaps.search(
                [
                    ("run_id", "=", (run.parameters or {}).get("gap_run_id", False)),
                    ("partner_id", "in", profiles.partner_id.ids),
                ]
            ).grouped("partner_id")
            for profile in profiles:
                profile.gap_ids = found.get(profile.partner_id, gaps)

    def _explain_potential(self, run):
        return {
            "amount": self._show_money(self.potential_amount),
            "open": self._show_money(self.open_amount),
            "growth": self._show_money(self._get_growth_amount()),
            "categories": self._show_money(self.category_amount),
            "missing": [self._explain_gap(gap, run) for gap in self.gap_ids],
        }

    def _get_growth_amount(self):
        """What the last year brought more than the one before, as it counts."""
        return self.potential_amount - self.open_amount - self.category_amount

    def _explain_gap(self, gap, run):
        by_margin = (run.parameters or {}).get("by_margin")
        mean = gap.margin if by_margin else gap.amount
        return {
            "category_id": gap.category_id.id,
            "category": gap.category_id.display_name,
            "amount": self._show_money(gap.amount),
            "margin": self._show("monetary", gap.margin),
            "peer_count": gap.peer_count,
            "similar_count": gap.similar_count,
            "expected": self._show(
                "monetary",
                False if mean is False else mean * gap.peer_count / gap.similar_count,
            ),
        }

    def _show_money(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    # -- What would lift an unprofitable customer -------------------------------------

    def _get_deficit(self):
        """What is missing after cost to serve."""
        return max(-self.net_margin_amount, 0)

    def _is_unprofitable(self):
        return self.profitability_class in ("convertible", "never_profitable")

    def _explain_convertible(self, run):
        """Category, and how much of it, that would lift an unprofitable customer."""
        if not self.gap_ids or not self._is_unprofitable():
            return None
        needed_by_gap = {gap: self._get_needed(gap) for gap in self.gap_ids}
        # The first that is enough, else the one that would bring the most.
        gap = max(self.gap_ids, key=lambda g: (bool(needed_by_gap[g]), g.margin or 0))
        needed = needed_by_gap[gap]
        told = self._explain_gap(gap, run) | {
            "deficit": self._show_money(self._get_deficit()),
            "needed": needed and self._show_money(needed),
        }
        is_known = gap.margin is not False
        return told | {"text": self._say_convertible(told, is_known)}

    def _get_needed(self, gap):
        """How much of a category covers what is missing, if similar customers buy it.

        At its margin; None where that is unknown or they buy less.
        """
        missing = max(self._get_deficit(), self.currency_id.rounding)
        if gap.margin is False or gap.margin < missing:
            return None
        return float_round(
            missing * gap.amount / gap.margin,
            precision_rounding=self.currency_id.rounding,
            rounding_method="UP",
        )

    def _say_convertible(self, told, is_known):
        """:param dict told: the figures, as shown"""
        if told["needed"]:
            return self.env._(
                "%(category)s for about %(needed)s would cover the %(deficit)s that is "
                "missing. Similar customers who buy it do so for %(amount)s.",
                **told,
            )
        if not is_known:
            return self.env._(
                "Similar customers buy %(category)s for about %(amount)s. Whether that "
                "covers the %(deficit)s that is missing nobody knows: its cost is "
                "unknown.",
                **told,
            )
        return self.env._(
            "%(category)s as similar customers buy it, for %(amount)s, would bring "
            "%(margin)s of the %(deficit)s that is missing.",
            **told,
        )

    # -- Sentences --------------------------------------------------------------------

    def _say_potential_parts(self):
        if not self.potential_amount:
            return ""
        return self.env._(
            "Potential %(amount)s: open opportunities %(open)s, growth %(growth)s, "
            "missing categories %(categories)s.",
            amount=self._show_money(self.potential_amount),
            open=self._show_money(self.open_amount),
            growth=self._show_money(self._get_growth_amount()),
            categories=self._show_money(self.category_amount),
        )

    def _say_missing(self):
        if not self.gap_ids:
            return ""
        return self.env._(
            "Similar customers buy what this one does not: %s.",
            format_list(
                self.env,
                [
                    self.env._(
                        "%(category)s (%(count)s of %(similar)s, for about %(amount)s)",
                        category=gap.category_id.display_name,
                        count=gap.peer_count,
                        similar=gap.similar_count,
                        amount=self._show_money(gap.amount),
                    )
                    for gap in self.gap_ids
                ],
            ),
        )

    def _say_profitability(self):
        if not self._is_unprofitable():
            return ""
        deficit = self._show_money(self._get_deficit())
        if self.profitability_class == "convertible":
            return self.env._(
                "Not profitable: after cost to serve %s is missing; what may still be "
                "won would cover it.",
                deficit,
            )
        return self.env._(
            "Not profitable: after cost to serve %s is missing; not even what may "
            "still be won would cover it.",
            deficit,
        )
