from odoo import fields, models
from odoo.tools import format_date

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
            - ``figures``: groups ``title``, ``period`` (the days they are of),
              ``reason`` (why nothing of it is known, or empty) and ``rows`` (``name``,
              ``label``, ``value`` as shown or empty, ``note``: days of its own, or
              empty, ``how`` it is computed, ``reason``: why it is unknown, or empty)
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
        return {
            "customer": self.display_name,
            "company": self.company_id.name,
            "currency_id": self.currency_id.id,
            "stage": self._show_selection("lifecycle_stage"),
            "profitability": self._show_selection("profitability_class"),
            "abc": self._show_selection("abc_class"),
            "figures": self._show_figure_groups(),
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
