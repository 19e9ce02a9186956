from datetime import timedelta

from odoo import models
from odoo.tools import format_amount, format_date


class CrmValueProfile(models.Model):
    """What is worth saying of a customer besides the figures, each a sentence."""

    _inherit = "crm.value.profile"

    def _explain_sentences(self, run):
        """The sentences of :meth:`explain`, those that say something."""
        return [
            sentence
            for sentence in (
                self._say_override(),
                self._say_potential(),
                self._say_potential_parts(),
                self._say_missing(),
                self._say_profitability(),
                self._say_grace(),
                self._say_basis(run),
                self._say_clv(run),
                self._say_lifecycle(),
            )
            if sentence
        ]

    def _say_override(self):
        if not self.override_tier_id:
            return ""
        if not self.override_until_date:
            return self.env._("Set by hand: %s.", self.override_reason)
        return self.env._(
            "Set by hand until %(until)s: %(reason)s.",
            until=format_date(self.env, self.override_until_date),
            reason=self.override_reason,
        )

    def _say_potential(self):
        if not self.is_tier_by_potential:
            return ""
        return self.env._(
            "%(tier)s by potential: profit alone would give a lower tier, potential of "
            "%(potential)s lifts the customer.",
            tier=self.tier_id.name,
            potential=format_amount(self.env, self.potential_amount, self.currency_id),
        )

    def _say_grace(self):
        if not self.below_keep_date or not self.tier_id:
            return self._say_safe()
        return self.env._(
            "Below what %(tier)s takes to keep since %(since)s; grace ends on "
            "%(until)s.",
            tier=self.tier_id.name,
            since=format_date(self.env, self.below_keep_date),
            until=format_date(
                self.env,
                self.below_keep_date + timedelta(days=self.tier_id.grace_days),
            ),
        )

    def _say_safe(self):
        ranks = self._get_tiers()._get_ranks()
        if self.override_tier_id or not self.tier_id.grace_days:
            return ""
        safe_until = self._get_safe_until(ranks)
        if not safe_until:
            return ""
        return self.env._(
            "%(tier)s is kept until %(until)s at least: below what it takes to keep, "
            "%(days)s days of grace begin.",
            tier=self.tier_id.name,
            until=format_date(self.env, safe_until),
            days=self.tier_id.grace_days,
        )

    def _say_basis(self, run):
        parameters = run.parameters or {}
        asked = parameters.get("policy", {}).get("monetary_basis")
        if asked != "margin" or parameters.get("by_margin"):
            return ""
        return self.env._(
            "Ranked by revenue: the cost of only %(known).0f %% of the revenue is "
            "known.",
            known=100 * (parameters.get("known_cost_share") or 0),
        )

    def _say_clv(self, run):
        if self.clv_method != "simple":
            return ""
        return self.env._(
            "Lifetime value is the simple estimate: %s",
            self.env["crm.value.run"]._say_withheld(run.parameters or {}),
        )

    def _say_lifecycle(self):
        if not self.lifecycle_stage or not self.last_purchase_date:
            return ""
        stage = dict(self._fields["lifecycle_stage"]._description_selection(self.env))
        if self.next_purchase_date:
            return self.env._(
                "%(stage)s: last purchase on %(last)s, the next is expected on "
                "%(next)s.",
                stage=stage[self.lifecycle_stage],
                last=format_date(self.env, self.last_purchase_date),
                next=format_date(self.env, self.next_purchase_date),
            )
        return self.env._(
            "%(stage)s: last purchase on %(last)s.",
            stage=stage[self.lifecycle_stage],
            last=format_date(self.env, self.last_purchase_date),
        )
