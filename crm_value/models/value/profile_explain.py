from datetime import date, timedelta

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ...formulas import rfm, tiering
from ..arguments import check_ids

EPOCH = date(1970, 1, 1)
# Component of the score -> field of the profile with its measure, and with its score.
COMPONENTS = {
    "recency": ("last_purchase_date", "recency_score"),
    "frequency": ("repeat_count", "frequency_score"),
    "monetary": ("monetary_amount", "monetary_score"),
    "clv": ("clv_amount", "clv_score"),
    "potential": ("potential_amount", "potential_score"),
}


class CrmValueProfile(models.Model):
    _inherit = "crm.value.profile"

    def explain(self):
        """Why these customers have their score and tier.

        :return: one dict a profile, in order:

            - ``profile_id``, ``partner_id``, ``customer``, ``company``
            - ``valued_on`` (ISO date of the last valuation), ``run_id``
            - ``score`` (0-100 or None), ``base`` (50) and ``parts``: ``component``,
              ``label``, ``value`` (as shown), ``quintile`` (1-5 or None), ``weight``
              (share of all weights, 0-1), ``points`` (signed; base + points = score),
              ``cut_points`` (as shown)
            - ``tier``: ``id``, ``name``, ``color``, ``since``, ``by_potential``,
              ``override`` (``reason``, ``until``) or None
            - ``lifecycle``: ``stage``, ``since`` (ISO date), ``reason`` (code),
              ``figures`` behind it and ``words`` (text), or None before the first
              valuation
            - ``method``, ``standing`` (0-100), ``next_tier`` (``name``, ``missing``:
              text) or None, ``safe_until`` (ISO date, the last on which the tier is
              safe, or None), ``is_in_grace``, ``sentences`` (texts)
            - ``documents``: the latest purchases behind the figures, as far as the user
              may read them: ``model``, ``id``, ``name``, ``date``, ``amount`` (shown)
            - ``potential``: ``amount`` and its parts ``open`` (opportunities),
              ``growth``, ``categories`` (as shown), ``missing``: categories that
              similar customers buy, best first: ``category_id``, ``category``,
              ``amount`` and ``margin`` of those who buy it (as shown), ``peer_count``
              of ``similar_count``, ``expected`` (as shown)
            - ``convertible``: what would lift an unprofitable customer: ``text``,
              ``deficit`` (what is missing, as shown), ``needed``: for how much of the
              category (as shown; None if more than similar customers buy, or unknown),
              and of the category what ``missing`` says; None where none is known
        :rtype: list
        :raises AccessError: if the user may not read the profiles
        """
        check_ids(self)
        self.check_access("read")
        return [profile._explain() for profile in self]

    def _explain(self):
        self.ensure_one()
        # A user explains with what the run learned; runs are readable to him anyway.
        run = self._get_explaining_run()
        parts = self._explain_parts(run)
        return {
            "profile_id": self.id,
            "partner_id": self.partner_id.id,
            "customer": self.partner_id.display_name,
            "company": self.company_id.name,
            "valued_on": fields.Date.to_string(run.as_of_date),
            "run_id": run.id,
            "score": _or_none(self.score),
            "base": 50.0,
            "parts": parts,
            **self._explain_tier(),
            "lifecycle": self._explain_lifecycle(run),
            "sentences": self._explain_sentences(run),
            "documents": self._explain_documents(),
            "potential": self._explain_potential(run),
            "convertible": self._explain_convertible(run),
        }

    def _get_explaining_run(self):
        """The last full run: its cut points and parameters hold for everybody."""
        run = self.env["crm.value.run"]._last_full(self.company_id) or self.run_id
        return run._get_basis()

    # -- The score --------------------------------------------------------------------

    def _explain_parts(self, run):
        if self.score is False:
            return []
        policy = (run.parameters or {}).get("policy") or {}
        weights = {name: policy.get(f"weight_{name}", 0.0) for name in COMPONENTS}
        quintiles = {
            name: _or_none(self[score])
            for name, (_measure, score) in COMPONENTS.items()
        }
        points = rfm.parts(quintiles, weights)
        total = sum(weights.values())
        labels = self._get_component_labels()
        return [
            {
                "component": name,
                "label": labels[name],
                "value": self._show_measure(name),
                "quintile": quintiles[name],
                "weight": weights[name] / total,
                "points": points[name],
                "cut_points": [
                    self._show_cut(name, cut)
                    for cut in (run.cut_points or {}).get(name, [])
                    if cut is not None
                ],
            }
            for name in COMPONENTS
            if weights[name]
        ]

    @api.model
    def _get_component_labels(self):
        return {
            "recency": self.env._("Last purchase"),
            "frequency": self.env._("Repeat purchases"),
            "monetary": self.env._("Mean purchase"),
            "clv": self.env._("Lifetime value"),
            "potential": self.env._("Potential"),
        }

    def _show_measure(self, component):
        return self._show(component, self[COMPONENTS[component][0]])

    def _show_cut(self, component, cut):
        if component == "recency":
            cut = EPOCH + timedelta(days=int(cut))
        return self._show(component, cut)

    def _show(self, component, value):
        if value is False or value is None:
            return self.env._("unknown")
        if component == "recency":
            return format_date(self.env, value)
        if component == "frequency":
            return f"{value:g}"
        return format_amount(self.env, value, self.currency_id)

    # -- The tier ---------------------------------------------------------------------

    def _explain_tier(self):
        tiers = self._get_tiers()
        ranks = tiers._get_ranks()
        current = self.tier_id.id or None
        ahead = tiering.missing(_or_none(self.standing), current, ranks)
        safe_until = self._get_safe_until(ranks)
        return {
            "tier": self._explain_present_tier(),
            "method": self._get_policy().tier_method,
            "standing": _or_none(self.standing),
            "next_tier": ahead and self._explain_next(tiers.browse(ahead[0].id)),
            "safe_until": safe_until and fields.Date.to_string(safe_until),
            "is_in_grace": bool(self.below_keep_date),
        }

    def _get_safe_until(self, ranks):
        """Last day on which the tier is safe; None if there is none, or none foreseen.

        Who is above what his tier takes has his days of grace still before him.
        """
        if self.override_tier_id:
            return self.override_until_date or None
        if not self.tier_id.grace_days:
            return None
        since = self.below_keep_date or self._get_valued_date()
        return tiering.safe_until(self.tier_id.id, since, ranks)

    def _get_valued_date(self):
        return max(
            self.run_id.as_of_date or date.min,
            self._get_explaining_run().as_of_date or date.min,
        )

    def _explain_present_tier(self):
        if not self.tier_id:
            return None
        return {
            "id": self.tier_id.id,
            "name": self.tier_id.name,
            "color": self.tier_id.color,
            "since": fields.Date.to_string(self.tier_since_date),
            "by_potential": self.is_tier_by_potential,
            "override": {
                "reason": self.override_reason,
                "until": fields.Date.to_string(self.override_until_date) or None,
            }
            if self.override_tier_id
            else None,
        }

    def _explain_next(self, tier):
        """The tier above and what is missing for it, in words."""
        if tiering.is_reached(_or_none(self.standing), tier._get_rank()):
            text = self.env._(
                "The figures already reach %s; the present tier was set by hand.",
                tier.name,
            )
        elif tier.tier_method == "score":
            text = self.env._(
                "%(missing)s points more for %(tier)s (from %(entry)s).",
                missing=f"{tier.entry - (self.standing or 0):.1f}",
                tier=tier.name,
                entry=f"{tier.entry:g}",
            )
        else:
            text = self._explain_missing_amount(tier)
        return {"id": tier.id, "name": tier.name, "missing": text}

    def _explain_missing_amount(self, tier):
        """What the poorest customer who earned ``tier`` brings more than this one."""
        rank = tier._get_rank()
        poorest = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("base_standing", ">" if rank.is_exclusive else ">=", rank.entry),
                ("ranking_amount", "!=", False),
            ],
            order="ranking_amount",
            limit=1,
        )
        if not poorest:
            return self.env._("Nobody has earned %s yet.", tier.name)
        gap = poorest.ranking_amount - (self.ranking_amount or 0)
        return self.env._(
            "%(missing)s more within the window for %(tier)s.",
            missing=format_amount(self.env, max(gap, 0), self.currency_id),
            tier=tier.name,
        )

    def _get_policy(self):
        return self.env["crm.value.policy"]._of_company(self.company_id)

    def _get_tiers(self):
        return self._get_policy().tier_ids.sorted(lambda t: (t.sequence, t.id))


def _or_none(value):
    return None if value is False else value
