from odoo import fields, models
from odoo.tools import format_amount, format_date

from ..arguments import check_one

MOVE_LIMIT = 20


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
              ``count`` buyers, each None where unknown
            - ``moves``: ``at`` (ISO), ``date`` (as shown), ``from``, ``to``,
              ``reason``, ``note``, ``user``; the latest 20, newest first
        :rtype: dict
        :raises AccessError: if the user may not read the profile
        """
        check_one(self)
        run = self._get_explaining_run()
        return {
            "customer": self.display_name,
            "company": self.company_id.name,
            "currency_id": self.currency_id.id,
            "stage": self._show_selection("lifecycle_stage"),
            "profitability": self._show_selection("profitability_class"),
            "abc": self._show_selection("abc_class"),
            "figures": [
                {"title": title, "rows": [self._show_row(*row) for row in rows]}
                for title, rows in self._get_figure_groups()
            ],
            "months": self.get_purchases_by_month(),
            "pareto": self._get_pareto_place(run),
            "moves": self._show_moves(),
        }

    def _get_pareto_place(self, run):
        count = (run.parameters or {}).get("buyer_count") or 0
        share = run._get_curve_place(self.ranking_amount)
        return {
            "points": run._get_curve_points(),
            "customers": share,
            "profit": _or_none(self.margin_share_cumulative),
            "rank": None if share is None else min(round(share * count) + 1, count),
            "count": count,
        }

    def _show_selection(self, field_name):
        key = self[field_name]
        if not key:
            return None
        labels = dict(self._fields[field_name]._description_selection(self.env))
        return {"key": key, "label": labels[key]}

    def _get_figure_groups(self):
        """Titles and rows (field, label, unit, note) of the figures, in order."""
        policy = self._get_policy()
        horizon = self.env._("next %s months", policy.horizon_months)
        return [
            (
                self.env._("Purchases"),
                [
                    ("first_purchase_date", self.env._("First purchase"), "date", ""),
                    ("last_purchase_date", self.env._("Last purchase"), "date", ""),
                    ("purchase_count", self.env._("Purchases"), "days", ""),
                    (
                        "cycle_days",
                        self.env._("Purchase cycle"),
                        "span",
                        self.env._("median of the customer"),
                    ),
                    ("next_purchase_date", self.env._("Next expected"), "date", ""),
                    (
                        "full_price_share",
                        self.env._("Bought at full price"),
                        "share",
                        "",
                    ),
                ],
            ),
            (
                self.env._("Money, last %s months", policy.window_months),
                [
                    ("revenue_amount", self.env._("Revenue"), "money", ""),
                    ("margin_amount", self.env._("Margin"), "money", ""),
                    ("cost_to_serve_amount", self.env._("Cost to serve"), "money", ""),
                    ("net_margin_amount", self.env._("Net margin"), "money", ""),
                    ("monetary_amount", self.env._("Mean purchase"), "money", ""),
                    ("known_cost_share", self.env._("Cost known"), "share", ""),
                ],
            ),
            (
                self.env._("Outlook"),
                [
                    (
                        "growth_share",
                        self.env._("Growth"),
                        "growth",
                        self.env._("against the year before"),
                    ),
                    ("potential_amount", self.env._("Potential"), "money", ""),
                    ("p_alive", self.env._("Probability active"), "share", ""),
                    (
                        "expected_purchases",
                        self.env._("Expected purchases"),
                        "count",
                        horizon,
                    ),
                    (
                        "clv_amount",
                        self.env._("Lifetime value"),
                        "money",
                        self._say_horizon(horizon),
                    ),
                ],
            ),
        ]

    def _say_horizon(self, horizon):
        method = self._show_selection("clv_method")
        return f"{horizon}, {method['label']}" if method else horizon

    def _show_row(self, field_name, label, unit, note):
        value = self._show_figure(self[field_name], unit)
        return {"name": field_name, "label": label, "value": value, "note": note}

    def _show_figure(self, value, unit):
        if value is False or value is None:
            return ""
        if unit == "date":
            return format_date(self.env, value)
        if unit == "money":
            return format_amount(self.env, value, self.currency_id)
        if unit == "days":
            return self.env._("%s days with a purchase", value)
        if unit == "span":
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
