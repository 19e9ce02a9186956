from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..arguments import check_choice, is_id

VITAL_SHARE = 0.8
MEASURES = {
    "count": "__count",
    "cost": "remedy_cost_amount:sum",
    "risk": "value_at_risk_amount:sum",
}


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    @api.model
    def get_cause_pareto(
        self, measure="count", date_from=None, date_to=None, company_id=None
    ):
        """Which few causes are behind most of the complaints.

        :param str measure: ``count``, ``cost`` (of remedies) or ``risk`` (value at
            risk): what causes are ordered by, most first
        :param date_from: ISO date of the first day of receipt, or None
        :param date_to: ISO date of the last day of receipt, or None
        :param int company_id: a company of the user; default: the present one
        :return: dict with

            - ``company``, ``currency_id``, ``measure``, ``limit`` (share, 0.8)
            - ``causes``: ``id``, ``name``, ``count``, ``cost``, ``risk``, ``share`` and
              ``cumulative`` (0-1, of the measure), ``is_vital`` (it belongs to the few
              that reach the limit together), ``domain`` of its complaints
            - ``unknown``: ``count``, ``cost``, ``risk``, ``domain`` of complaints whose
              cause was not found yet; they have no share
        :rtype: dict
        :raises AccessError: for whoever may not read complaints
        :raises UserError: naming the argument that cannot be used
        """
        self.browse().check_access("read")
        check_choice(self.env, "measure", measure, MEASURES)
        company = self._get_company_argument(company_id)
        domain = Domain("company_id", "=", company.id) & Domain(
            "kind", "=", "complaint"
        )
        domain &= Domain("merged_into_id", "=", False)
        for name, operator, text in (
            ("date_from", ">=", date_from),
            ("date_to", "<=", date_to),
        ):
            domain &= self._get_day_condition(name, operator, text)
        lines = [
            {
                "id": cause.id,
                "name": cause.display_name or "",
                "count": count,
                "cost": cost or 0,
                "risk": risk or 0,
                "domain": list(domain & Domain("cause_id", "=", cause.id)),
            }
            for cause, count, cost, risk in self.with_context(
                active_test=False, allowed_company_ids=company.ids
            )._read_group(domain, ["cause_id"], list(MEASURES.values()))
        ]
        unknown = [line for line in lines if not line["id"]]
        nothing = {
            "count": 0,
            "cost": 0,
            "risk": 0,
            "domain": list(domain & Domain("cause_id", "=", False)),
        }
        return {
            "company": company.name,
            "currency_id": company.currency_id.id,
            "measure": measure,
            "limit": VITAL_SHARE,
            "causes": self._order_causes(
                [line for line in lines if line["id"]], measure
            ),
            "unknown": unknown[0] if unknown else nothing,
        }

    @api.model
    def _order_causes(self, lines, measure):
        """Most first, with their shares of the whole."""
        lines.sort(key=lambda line: (-line[measure], line["name"], line["id"]))
        total = sum(line[measure] for line in lines)
        above = 0
        for line in lines:
            line["is_vital"] = bool(line[measure]) and above < VITAL_SHARE * total
            above += line[measure]
            line["share"] = line[measure] / total if total else 0.0
            line["cumulative"] = above / total if total else 0.0
        return lines

    @api.model
    def _get_company_argument(self, company_id):
        if company_id is None:
            return self.env.company
        company = self.env["res.company"]
        if is_id(company_id):
            company = company.browse(company_id).exists()
        if not company:
            raise UserError(
                self.env._("company_id is %s: give the id of a company.", company_id)
            )
        if company not in self.env.user.company_ids:
            raise AccessError(
                self.env._("You may not see the complaints of company %s.", company_id)
            )
        return company

    @api.model
    def _get_day_condition(self, name, operator, text):
        """Condition on the day of receipt from an ISO date, or none."""
        if text is None or text is False:
            return Domain.TRUE
        day = text if type(text) is date else None
        if isinstance(text, str):
            try:
                day = date.fromisoformat(text)
            except ValueError:
                day = None
        if day is None:
            raise UserError(
                self.env._(
                    "%(name)s is %(value)s: give a date as YYYY-MM-DD.",
                    name=name,
                    value=text,
                )
            )
        if operator == "<=":
            day, operator = fields.Date.add(day, days=1), "<"
        return Domain("received_at", operator, fields.Date.to_string(day))
