from odoo import fields, models
from odoo.tools import format_amount, format_date

from ..arguments import check_one

MOVE_LIMIT = 20
# Figure -> how it is shown; what is not listed is money.
UNITS = {
    "first_purchase_date": "date",
    "last_purchase_date": "date",
    "next_purchase_date": "date",
    "purchase_count": "days",
    "cycle_days": "days",
    "full_price_share": "share",
    "known_cost_share": "share",
    "p_alive": "share",
    "growth_share": "growth",
    "expected_purchases": "count",
}


class CrmValueProfile(models.Model):
    """What the value card of a customer shows besides the explanation."""

    _inherit = "crm.value.profile"

    def get_value_card(self):
        """Figures, purchases by month, Pareto position and tier history of a customer.

        :return: dict with

            - ``customer``, ``company``, ``currency_id``
            - ``stage``, ``profitability``, ``abc``: ``key`` and ``label``, or None
            - ``figures``: groups ``title`` and ``rows`` (``name``, ``label``, ``value``
              as shown, ``note``: what it means, or empty)
            - ``months``: see :meth:`get_purchases_by_month`
            - ``pareto``: ``points`` as of ``crm.value.run.get_pareto_curve``, and this
              customer's ``customers`` and ``profit`` (shares 0-1), ``rank`` of
              ``count`` buyers, counted now; each None where unknown
            - ``moves``: ``at`` (ISO), ``date`` (as shown), ``from``, ``to``,
              ``reason``, ``note``, ``user``; the latest 20, newest first
        :rtype: dict
        :raises AccessError: if the user may not read the profile
        """
        check_one(self)
        run = self._get_explaining_run()
        notes = self._get_figure_notes()
        return {
            "customer": self.display_name,
            "company": self.company_id.name,
            "currency_id": self.currency_id.id,
            "stage": self._show_selection("lifecycle_stage"),
            "profitability": self._show_selection("profitability_class"),
            "abc": self._show_selection("abc_class"),
            "figures": [
                {"title": title, "rows": self._show_figures(names, notes)}
                for title, names in self._get_figure_groups()
            ],
            "months": self.get_purchases_by_month(),
            "pareto": self._get_pareto_place(run),
            "moves": self._show_moves(),
        }

    def _get_pareto_place(self, run):
        buyers = [
            ("company_id", "=", self.company_id.id),
            ("ranking_amount", "!=", False),
        ]
        count = self.search_count(buyers)
        is_ranked = self.ranking_amount is not False
        above = is_ranked and self.search_count(
            [*buyers, ("ranking_amount", ">", self.ranking_amount)]
        )
        return {
            "points": run._get_curve_points(),
            "customers": above / count if is_ranked else None,
            "profit": _or_none(self.margin_share_cumulative),
            "rank": above + 1 if is_ranked else None,
            "count": count,
        }

    def _show_selection(self, field_name):
        key = self[field_name]
        if not key:
            return None
        labels = dict(self._fields[field_name]._description_selection(self.env))
        return {"key": key, "label": labels[key]}

    def _get_figure_groups(self):
        """Titles and names of the figures, in order."""
        months = self._get_policy().window_months
        return [
            (
                self.env._("Purchases"),
                [
                    "first_purchase_date",
                    "last_purchase_date",
                    "purchase_count",
                    "cycle_days",
                    "next_purchase_date",
                    "full_price_share",
                ],
            ),
            (
                self.env._("Money, last %s months", months),
                [
                    "revenue_amount",
                    "margin_amount",
                    "cost_to_serve_amount",
                    "net_margin_amount",
                    "monetary_amount",
                    "known_cost_share",
                ],
            ),
            (
                self.env._("Outlook"),
                [
                    "growth_share",
                    "potential_amount",
                    "p_alive",
                    "expected_purchases",
                    "clv_amount",
                ],
            ),
        ]

    def _get_figure_notes(self):
        """What a figure means beyond its label, by name."""
        horizon = self.env._("next %s months", self._get_policy().horizon_months)
        return {
            "purchase_count": self.env._("of all time"),
            "cycle_days": self.env._("median of the customer"),
            "growth_share": self.env._("against the year before"),
            "expected_purchases": horizon,
            "clv_amount": self._say_horizon(horizon),
        }

    def _say_horizon(self, horizon):
        method = self._show_selection("clv_method")
        if not method:
            return horizon
        return self.env._(
            "%(horizon)s (%(method)s)", horizon=horizon, method=method["label"]
        )

    def _show_figures(self, names, notes):
        return [
            {
                "name": name,
                "label": self._fields[name]._description_string(self.env),
                "value": self._show_figure(self[name], UNITS.get(name, "money")),
                "note": notes.get(name, "") if self[name] is not False else "",
            }
            for name in names
        ]

    def _show_figure(self, value, unit):
        if value is False or value is None:
            return ""
        if unit == "date":
            return format_date(self.env, value)
        if unit == "money":
            return format_amount(self.env, value, self.currency_id)
        if unit == "days":
            return self.env._("%.0f days", value)
        if unit == "share":
            return f"{value:.0%}"
        if unit == "growth":
            return f"{value:+.0%}"
        return f"{value:.1f}"

    def _show_moves(self):
        reasons = dict(
            self.env["crm.value.tier.move"]
            ._fields["reason"]
            ._description_selection(self.env)
        )
        # A colleague of another company is hidden from the user; the name is not.
        moves_sudo = self.move_ids[:MOVE_LIMIT].sudo()
        return [
            {
                "at": fields.Datetime.to_string(move.at),
                "date": format_date(
                    self.env, fields.Datetime.context_timestamp(move, move.at)
                ),
                "from": move.from_tier_id.name or None,
                "to": move.to_tier_id.name or None,
                "reason": reasons[move.reason],
                "note": move.note or "",
                "user": move.user_id.name or "",
            }
            for move in moves_sudo
        ]


def _or_none(value):
    return None if value is False else value
