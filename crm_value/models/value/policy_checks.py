from math import isfinite

from odoo import api, models
from odoo.exceptions import ValidationError

from .policy import WEIGHTS

FIGURES = (
    *WEIGHTS,
    "known_cost_percent",
    "discount_rate",
    "dormant_cycles",
    "lost_cycles",
    "growing_ratio",
    "declining_ratio",
    "abc_a_percent",
    "abc_b_percent",
    "category_peer_percent",
    "category_limit_percent",
)
PERCENTAGES = {
    "discount_rate": (0, 1000),
    "known_cost_percent": (0, 100),
    "category_peer_percent": (1, 100),
    "category_limit_percent": (0, 100),
}
UNCHECKED_LADDERS = "crm_value.unchecked_ladders"


class CrmValuePolicy(models.Model):
    """Rules that contradict themselves are refused, with their figures."""

    _inherit = "crm.value.policy"

    @api.constrains(*FIGURES)
    def _check_figures(self):
        for policy in self:
            for name in FIGURES:
                if not isfinite(policy[name]):
                    raise ValidationError(
                        self.env._(
                            "%(name)s is %(value)s: give a number.",
                            name=self._fields[name]._description_string(self.env),
                            value=policy[name],
                        )
                    )

    @api.constrains(*WEIGHTS)
    def _check_weights(self):
        for policy in self:
            weights = [policy[name] for name in WEIGHTS]
            if min(weights) < 0 or sum(weights) <= 0:
                raise ValidationError(
                    self.env._(
                        "The weights of %(company)s are %(weights)s: none may be "
                        "negative and at least one must be above zero.",
                        company=policy.company_id.name,
                        weights=", ".join(f"{weight:g}" for weight in weights),
                    )
                )

    @api.constrains(*PERCENTAGES)
    def _check_percentages(self):
        for policy in self:
            for name, (low, high) in PERCENTAGES.items():
                if not low <= policy[name] <= high:
                    raise ValidationError(
                        self.env._(
                            "%(field)s is %(value)g; it must lie between %(low)g and "
                            "%(high)g.",
                            field=self._fields[name]._description_string(self.env),
                            value=policy[name],
                            low=low,
                            high=high,
                        )
                    )

    @api.constrains("tier_method")
    def _check_tier_method(self):
        self._check_ladder_later()

    @api.constrains("abc_a_percent", "abc_b_percent")
    def _check_abc(self):
        for policy in self:
            if not 0 < policy.abc_a_percent < policy.abc_b_percent <= 100:
                raise ValidationError(
                    self.env._(
                        "Class A ends at %(a)g %% and class B at %(b)g %%: they must "
                        "rise, between 0 and 100.",
                        a=policy.abc_a_percent,
                        b=policy.abc_b_percent,
                    )
                )

    @api.constrains(
        "new_days",
        "default_cycle_days",
        "dormant_cycles",
        "lost_cycles",
        "growing_ratio",
        "declining_ratio",
    )
    def _check_life_cycle(self):
        for policy in self:
            if min(policy.new_days, policy.default_cycle_days) < 1:
                raise ValidationError(
                    self.env._(
                        "“New for” and “Usual purchase cycle” must be at least 1 day; "
                        "they are %(new)s and %(cycle)s.",
                        new=policy.new_days,
                        cycle=policy.default_cycle_days,
                    )
                )
            if not 0 < policy.dormant_cycles < policy.lost_cycles:
                raise ValidationError(
                    self.env._(
                        "A customer is dormant after %(dormant)g cycles and lost after "
                        "%(lost)g: dormant must come first.",
                        dormant=policy.dormant_cycles,
                        lost=policy.lost_cycles,
                    )
                )
            if not 0 < policy.declining_ratio < policy.growing_ratio:
                raise ValidationError(
                    self.env._(
                        "Declining up to %(low)g and growing from %(high)g times last "
                        "year: declining must be the lower.",
                        low=policy.declining_ratio,
                        high=policy.growing_ratio,
                    )
                )

    def _check_ladder_later(self):
        """Check the tiers of these policies together when the transaction ends.

        Tiers are written one after the other, by the form and by the API: in between
        the ladder may be broken.
        """
        precommit = self.env.cr.precommit
        if UNCHECKED_LADDERS not in precommit.data:
            precommit.data[UNCHECKED_LADDERS] = set()
            precommit.add(self.browse()._check_ladders)
        precommit.data[UNCHECKED_LADDERS].update(self.ids)

    @api.model
    def _check_ladders(self):
        policy_ids = self.env.cr.precommit.data.pop(UNCHECKED_LADDERS, ())
        for policy in self.browse(policy_ids).exists():
            if not policy.tier_ids:
                raise ValidationError(
                    self.env._(
                        "%s needs at least one tier: the last one takes everybody.",
                        policy.company_id.name,
                    )
                )
            policy.tier_ids._check_ladder()
