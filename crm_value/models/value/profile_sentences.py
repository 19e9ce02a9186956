from odoo import fields, models
from odoo.tools import format_amount, format_date

from .lifecycle_words import get_reason_figures, say_reason


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
                self._say_lifecycle(run),
                self._say_purchases(),
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
        safe_until = self._get_safe_until(self._get_tiers()._get_ranks())
        if self.override_tier_id or not safe_until:
            return ""
        if self.below_keep_date:
            return self.env._(
                "Below what %(tier)s takes to keep since %(since)s; the last day of "
                "grace is %(until)s.",
                tier=self.tier_id.name,
                since=format_date(self.env, self.below_keep_date),
                until=format_date(self.env, safe_until),
            )
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

    def _explain_lifecycle(self, run):
        """Stage, since when, and why: ``reason`` is a code, ``words`` a text."""
        parameters = run.parameters or {}
        if not self.lifecycle_reason or "policy" not in parameters:
            return None
        last = self.last_purchase_date
        figures = get_reason_figures(
            self.lifecycle_reason,
            parameters["policy"],
            {
                "growth_share": None
                if self.growth_share is False
                else self.growth_share,
                "by_margin": parameters["by_margin"],
                "last_date": last and fields.Date.to_string(last),
                "silent_days": last and max((run.anchor_date - last).days, 0),
                "cycle_days": max(self.cycle_days or parameters["cycle_days"], 1),
            },
        )
        return {
            "stage": self.lifecycle_stage,
            "since": fields.Date.to_string(self.lifecycle_since_date),
            "reason": self.lifecycle_reason,
            "figures": figures,
            "words": say_reason(self.env, self.lifecycle_reason, figures),
        }

    def _say_lifecycle(self, run):
        told = self._explain_lifecycle(run)
        if not told:
            return ""
        stage = dict(self._fields["lifecycle_stage"]._description_selection(self.env))
        return self.env._(
            "%(stage)s since %(since)s: %(reason)s.",
            stage=stage[told["stage"]],
            since=format_date(self.env, told["since"]),
            reason=told["words"],
        )

    def _say_purchases(self):
        if not self.last_purchase_date:
            return ""
        last = format_date(self.env, self.last_purchase_date)
        if not self.next_purchase_date:
            return self.env._("Last purchase on %s.", last)
        return self.env._(
            "Last purchase on %(last)s, the next is expected on %(next)s.",
            last=last,
            next=format_date(self.env, self.next_purchase_date),
        )
