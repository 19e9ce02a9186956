from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import format_amount, format_date

from ..nullable import NullableInteger

# Figure -> how it is shown; what is not listed is money.
UNITS = {
    "first_purchase_date": "date",
    "last_purchase_date": "date",
    "next_purchase_date": "date",
    "tenure_months": "months",
    "purchase_count": "days",
    "cycle_days": "days",
    "full_price_share": "share",
    "known_cost_share": "share",
    "p_alive": "share",
    "growth_share": "growth",
    "expected_purchases": "count",
}
# Figures that say nothing while no cost is known, though they are stored as 0.
BY_MARGIN = ("margin_amount", "net_margin_amount")


class CrmValueProfile(models.Model):
    """The figures of a customer as a salesperson reads them.

    What a figure means and how it is computed is its field's help; this adds the days
    it is of, and why it is empty.
    """

    _inherit = "crm.value.profile"

    tenure_months = NullableInteger(
        string="Customer for",
        compute="_compute_tenure_months",
        help="From the first purchase to the day of valuation, in full months.",
    )

    @api.depends("first_purchase_date", "run_id")
    def _compute_tenure_months(self):
        last_by_company = {
            company: self.env["crm.value.run"]._last_full(company)
            for company in self.company_id
        }
        for profile in self:
            first = profile.first_purchase_date
            runs = last_by_company[profile.company_id] | profile.run_id
            days = [day for day in runs.mapped("as_of_date") if first and day >= first]
            if days:
                passed = relativedelta(max(days), first)
                profile.tenure_months = 12 * passed.years + passed.months
            else:
                profile.tenure_months = False

    def _show_figure_groups(self):
        """The figures in groups, each with how it comes about: see get_value_card."""
        self.ensure_one()
        run = self._get_explaining_run()
        shown = [
            {
                "title": title,
                "period": period,
                "rows": [self._show_figure_row(name, run) for name in names],
            }
            for title, period, names in self._get_figure_groups(run)
        ]
        for group in shown:
            reasons = [row["reason"] for row in group["rows"] if row["reason"]]
            # What several are unknown for is said once.
            is_common = len(reasons) > 1 and len(set(reasons)) == 1
            group["reason"] = reasons[0] if is_common else ""
        return shown

    def _get_figure_groups(self, run):
        """Title, days and names of the figures, in order."""
        policy = self._get_policy()
        until = format_date(self.env, self._get_valued_date())
        start = run.anchor_date - relativedelta(months=policy.window_months)
        return [
            (
                self.env._("Purchases"),
                self.env._("Until %s", until),
                [
                    "first_purchase_date",
                    "last_purchase_date",
                    "tenure_months",
                    "purchase_count",
                    "cycle_days",
                    "next_purchase_date",
                ],
            ),
            (
                self.env._("Money, last %s months", policy.window_months),
                self.env._(
                    "%(start)s to %(end)s",
                    start=format_date(self.env, start),
                    end=until,
                ),
                [
                    "revenue_amount",
                    "margin_amount",
                    "cost_to_serve_amount",
                    "net_margin_amount",
                    "monetary_amount",
                    "full_price_share",
                    "known_cost_share",
                ],
            ),
            (
                self.env._("Outlook"),
                self.env._("From %s on", until),
                [
                    "growth_share",
                    "potential_amount",
                    "p_alive",
                    "expected_purchases",
                    "clv_amount",
                ],
            ),
        ]

    def _show_figure_row(self, name, run):
        field = self._fields[name]
        reason = self._say_why_unknown(name, run)
        return {
            "name": name,
            "label": field._description_string(self.env),
            "value": "" if reason else self._show_figure(name),
            "note": "" if reason else self._say_figure_note(name, run),
            "how": field._description_help(self.env),
            "reason": reason,
        }

    # -- Values -----------------------------------------------------------------------

    def _show_figure(self, name):
        value, unit = self[name], UNITS.get(name, "money")
        if unit == "date":
            return format_date(self.env, value)
        if unit == "money":
            return format_amount(self.env, value, self.currency_id)
        if unit == "days":
            return self.env._("%.0f days", value)
        if unit == "months":
            return self._show_months(value)
        if unit == "share":
            return f"{value:.0%}"
        if unit == "growth":
            return f"{value:+.0%}"
        return f"{value:.1f}"

    def _show_months(self, months):
        if months < 24:
            return self.env._("%s months", months)
        return self.env._(
            "%(years)s years %(months)s months", years=months // 12, months=months % 12
        )

    def _say_figure_note(self, name, run):
        """The days of a figure where they are not those of its group, and the like."""
        horizon = self.env._("next %s months", self._get_policy().horizon_months)
        if name == "growth_share":
            return self._say_growth_days(run)
        if name == "expected_purchases":
            return horizon
        if name == "clv_amount":
            return self._say_horizon(horizon)
        return ""

    def _say_growth_days(self, run):
        """The first days of the two years that growth compares."""
        last, before = (
            format_date(self.env, run.anchor_date - relativedelta(days=days - 1))
            for days in (365, 730)
        )
        return self.env._(
            "since %(last)s, against the year from %(before)s",
            last=last,
            before=before,
        )

    def _say_horizon(self, horizon):
        method = self._show_selection("clv_method")
        if not method:
            return horizon
        return self.env._(
            "%(horizon)s (%(method)s)", horizon=horizon, method=method["label"]
        )

    # -- Unknown ones -----------------------------------------------------------------

    def _say_why_unknown(self, name, run):
        """Why a figure is empty, or nothing where it is known."""
        if name in BY_MARGIN and self.revenue_amount and not self.known_cost_share:
            return self.env._("No cost of what was bought is known.")
        if self[name] is not False:
            return ""
        if not self.first_purchase_date:
            return self.env._("Nothing was bought yet.")
        return self._say_why_unknown_of_buyer(name, run)

    def _say_why_unknown_of_buyer(self, name, run):
        if name == "cycle_days":
            return self.env._("Known from three purchases on.")
        if name == "next_purchase_date":
            return self.env._("None is expected of a lost customer.")
        if name in ("full_price_share", "known_cost_share"):
            return self.env._("Nothing was bought within the window.")
        if name == "growth_share":
            return self.env._("Nothing was earned in the year before.")
        return self.env["crm.value.run"]._say_withheld(
            run.parameters or {}
        ) or self.env._("Not known yet.")
