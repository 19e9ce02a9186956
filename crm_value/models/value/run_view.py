from datetime import date, timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..arguments import check_one

EPOCH = date(1970, 1, 1)
# Fitted model in ``parameters`` -> the figures shown of it.
MODEL_FIGURES = {
    "mbg_nbd": ("r", "alpha", "a", "b"),
    "bg_nbd": ("r", "alpha", "a", "b"),
    "gamma_gamma": ("p", "q", "gamma"),
}


class CrmValueRun(models.Model):
    """What a person reads of a valuation: what it learned, in words."""

    _inherit = "crm.value.run"

    is_working = fields.Boolean(compute="_compute_is_working")
    buyer_count = fields.Integer(string="Buyers", compute="_compute_from_parameters")
    withheld_words = fields.Text(
        string="Why there is no prediction", compute="_compute_from_parameters"
    )
    parameters_html = fields.Html(
        string="What it learned", compute="_compute_parameters_html", sanitize=False
    )
    duration_words = fields.Char(string="Duration", compute="_compute_duration_words")

    @api.depends("state")
    def _compute_is_working(self):
        for run in self:
            run.is_working = run.state in ("pending", "running")

    @api.depends("started_at", "finished_at")
    @api.depends_context("lang")
    def _compute_duration_words(self):
        for run in self:
            seconds = run.duration_seconds
            if not run.finished_at or not run.started_at:
                run.duration_words = ""
            elif seconds < 1:
                run.duration_words = self.env._("less than a second")
            elif seconds < 120:
                run.duration_words = self.env._("%.0f s", seconds)
            else:
                run.duration_words = self.env._("%.0f min", seconds / 60)

    @api.depends("parameters", "basis_run_id")
    @api.depends_context("lang")
    def _compute_from_parameters(self):
        for run in self:
            parameters = run._get_basis().parameters or {}
            run.buyer_count = parameters.get("buyer_count") or 0
            run.withheld_words = self._say_withheld(parameters)

    @api.model
    def _say_withheld(self, parameters):
        """Why a run predicted nothing and lifetime value is the simple estimate.

        :param dict parameters: of a run
        :return: sentences; empty when the models were fitted
        """
        return " ".join(
            self._say_reason(reason) for reason in parameters.get("withheld") or []
        )

    @api.model
    def _say_reason(self, reason):
        actual, required = reason.get("actual"), reason.get("required")
        code = reason.get("code")
        if code == "no_buyers":
            return self.env._("Nobody has bought anything yet.")
        if code == "too_few_buyers":
            return self.env._(
                "%(actual)s customers have bought; the model needs %(required)s.",
                actual=actual,
                required=required,
            )
        if code == "too_short_span":
            return self.env._(
                "The history spans %(actual)s days; the model needs %(required)s.",
                actual=actual,
                required=required,
            )
        if code == "too_few_repeats":
            return self.env._(
                "%(actual)s customers have bought three times; the model needs "
                "%(required)s.",
                actual=actual,
                required=required,
            )
        return self.env._(
            "No parameters of the model fit the purchases (%s).",
            reason.get("detail") or code,
        )

    def action_value_now(self):
        """Queue a full run of the current company, from wherever runs are listed."""
        policy = self.env["crm.value.policy"]._of_company(self.env.company)
        return policy.action_run_now()

    def action_open_moves(self):
        check_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value.value_tier_move_action"
        )
        action["domain"] = [("run_id", "=", self.id)]
        action["context"] = {}
        return action

    # -- What it learned --------------------------------------------------------------

    @api.depends("parameters", "cut_points", "basis_run_id")
    @api.depends_context("lang")
    def _compute_parameters_html(self):
        for run in self:
            learned = run._get_basis()
            run.parameters_html = Markup().join(
                self._html_table(title, rows)
                for title, rows in (
                    (self.env._("What was counted"), learned._get_basis_rows()),
                    (self.env._("Predictions"), learned._get_model_rows()),
                    (self.env._("Simple estimate"), learned._get_retention_rows()),
                    (self.env._("Limits between the scores"), learned._get_cut_rows()),
                    (self.env._("Thresholds"), run._get_threshold_rows()),
                )
                if rows
            )

    @staticmethod
    def _html_table(title, rows, headings=(), sentence=""):
        """A table of ``rows``, the first cell of each its heading.

        :param headings: of the columns, which are figures then but for the first
        :param str sentence: below the title
        """
        head = Markup().join(
            Markup("<th scope='col' class='%s'>%s</th>")
            % ("text-end" if place else "", heading)
            for place, heading in enumerate(headings)
        )
        cell = Markup("<td class='%s'>%%s</td>") % ("text-end" if headings else "")
        body = Markup().join(
            Markup("<tr><th scope='row' class='fw-normal'>%s</th>%s</tr>")
            % (name, Markup().join(cell % figure for figure in figures))
            for name, *figures in rows
        )
        return Markup(
            "<div class='table-responsive'>"
            "<table class='table table-sm o_crm_value_figures'>"
            "<caption class='caption-top text-body'><b>%s</b>%s</caption>"
            "%s<tbody>%s</tbody></table></div>"
        ) % (
            title,
            sentence and Markup("<p class='mb-0'>%s</p>") % sentence,
            head and Markup("<thead><tr>%s</tr></thead>") % head,
            body,
        )

    def _get_basis_rows(self):
        parameters = self.parameters or {}
        if "buyer_count" not in parameters:
            return []
        ranked_by = (
            self.env._("margin after cost to serve")
            if parameters.get("by_margin")
            else self.env._("revenue, as too little of the cost is known")
            if (parameters.get("policy") or {}).get("monetary_basis") == "margin"
            else self.env._("revenue")
        )
        known = parameters.get("known_cost_share")
        left_out = [(self.env._("Left out"), self.message)] if self.message else []
        return [
            *left_out,
            (self.env._("Customers who have bought"), parameters["buyer_count"]),
            (self.env._("Ranked by"), ranked_by),
            (
                self.env._("Share of revenue whose cost is known"),
                self.env._("unknown") if known is None else f"{known:.1%}",
            ),
            (
                self.env._("Margin rate of that revenue"),
                f"{parameters.get('margin_rate') or 0:.1%}",
            ),
            (self.env._("Usual purchase cycle"), self._say_cycle(parameters)),
        ]

    def _say_cycle(self, parameters):
        days = parameters.get("cycle_days") or 0
        if parameters.get("is_cycle_observed"):
            return self.env._("%.0f days, the median of the customers", days)
        return self.env._(
            "%.0f days, from the policy: too few bought three times", days
        )

    def _get_model_rows(self):
        parameters = self.parameters or {}
        names = self._get_model_names()
        rows = [
            (names[model], self._say_model(parameters[model], figures))
            for model, figures in MODEL_FIGURES.items()
            if parameters.get(model)
        ]
        if parameters.get("withheld"):
            rows.append((self.env._("Withheld"), self._say_withheld(parameters)))
        return rows

    def _get_model_names(self):
        return {
            "mbg_nbd": self.env._("MBG/NBD, purchases (used)"),
            "bg_nbd": self.env._("BG/NBD, purchases (for comparison)"),
            "gamma_gamma": self.env._("Gamma-Gamma, amounts (used)"),
        }

    def _say_model(self, fitted, figures):
        values = ", ".join(f"{name} {fitted[name]:.4g}" for name in figures)
        return self.env._(
            "%(values)s; log-likelihood %(likelihood).1f of %(customers)s customers",
            values=values,
            likelihood=fitted.get("log_likelihood") or 0,
            customers=fitted.get("customer_count") or 0,
        )

    def _get_retention_rows(self):
        parameters = self.parameters or {}
        factors = parameters.get("simple_factors") or {}
        return [
            (
                self.env._("Class %s", key.upper()),
                self.env._(
                    "%(share).0f %% stay for another year: lifetime value is "
                    "%(factor).2f times the yearly margin",
                    share=100 * share,
                    factor=factors.get(key) or 0,
                ),
            )
            for key, share in (parameters.get("retention") or {}).items()
        ]

    def _get_cut_rows(self):
        labels = self.env["crm.value.profile"]._get_component_labels()
        return [
            (label, " | ".join(self._show_cut(component, cut) for cut in cuts))
            for component, label in labels.items()
            if (cuts := (self.cut_points or {}).get(component))
        ]

    def _show_cut(self, component, cut):
        if cut is None:
            return "–"
        if component == "recency":
            return format_date(self.env, EPOCH + timedelta(days=int(cut)))
        if component == "frequency":
            return f"{cut:g}"
        return format_amount(self.env, cut, self.company_id.currency_id)

    def _get_threshold_rows(self):
        tiers = self.env["crm.value.tier"]
        rows = []
        for line in (self.parameters or {}).get("thresholds") or []:
            tier = tiers.browse(line["tier_id"]).exists()
            rows.append(
                (
                    tier.name or self.env._("Deleted tier"),
                    self.env._(
                        "entry %(entry)g, keep %(keep)g, grace %(days)s days",
                        entry=line["entry"],
                        keep=line["keep"],
                        days=line["grace_days"],
                    ),
                )
            )
        return rows
