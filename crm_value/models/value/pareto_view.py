from odoo import api, fields, models


class CrmValueRun(models.Model):
    _inherit = "crm.value.run"

    @api.model
    def get_pareto_curve(self, company_id):
        """How few customers bring how much of the profit.

        :param int company_id: a company of the user
        :return: dict with

            - ``company``, ``currency_id``, ``as_of`` (ISO date or None), ``run_id``,
              ``by_margin`` (False: ranked by revenue)
            - ``points``: ``amount``, ``customers`` and ``profit`` (shares 0-1 of the
              customers worth more than the amount, and of what they bring), richest
              first; empty before the first valuation
            - ``classes``: ``key`` (a, b, c), ``limit`` (share of profit, 0-1),
              ``count``, ``customers`` and ``profit`` (shares, 0-1)
            - ``tiers``: ``id``, ``name``, ``color``, ``count``, ``revenue``,
              ``net_margin``, ``clv`` (amounts), ``profit`` (share, 0-1)
        :rtype: dict
        :raises AccessError: for companies of others
        """
        self.browse().check_access("read")
        company = self._check_company_argument(company_id)
        run = self._last_full(company)
        policy = self.env["crm.value.policy"]._of_company(company)
        return {
            "company": company.name,
            "currency_id": company.currency_id.id,
            "as_of": fields.Date.to_string(run.as_of_date) or None,
            "run_id": run.id or None,
            "by_margin": bool((run.parameters or {}).get("by_margin")),
            "points": run._get_curve_points(),
            "classes": self._get_pareto_classes(company, policy),
            "tiers": self._get_pareto_tiers(company, policy),
        }

    def _get_curve_points(self):
        """The frozen curve of this run, the richest first; empty without a run."""
        curve = (self._get_basis().cut_points or {}).get("curve") or []
        points = [
            {
                "amount": point["amount"],
                "customers": point["customers_above"],
                "profit": point["share_above"],
            }
            for point in curve
        ]
        if points:
            points.append({"amount": None, "customers": 1.0, "profit": 1.0})
        return points

    @api.model
    def _get_pareto_classes(self, company, policy):
        amounts = self._sum_profiles(company, "abc_class")
        limits = {
            "a": policy.abc_a_percent / 100,
            "b": policy.abc_b_percent / 100,
            "c": 1.0,
        }
        count = sum(figures["count"] for figures in amounts.values()) or 1
        profit = sum(figures["profit"] for figures in amounts.values()) or 1
        return [
            {
                "key": key,
                "limit": limit,
                "count": amounts[key]["count"] if key in amounts else 0,
                "customers": amounts[key]["count"] / count if key in amounts else 0,
                "profit": amounts[key]["profit"] / profit if key in amounts else 0,
            }
            for key, limit in limits.items()
        ]

    @api.model
    def _get_pareto_tiers(self, company, policy):
        amounts = self._sum_profiles(company, "tier_id")
        profit = sum(figures["profit"] for figures in amounts.values()) or 1
        nothing = dict.fromkeys(("count", "revenue", "net_margin", "clv", "profit"), 0)
        return [
            {
                "id": tier.id,
                "name": tier.name,
                "color": tier.color,
                **(figures := amounts.get(tier, nothing)),
                "profit": figures["profit"] / profit,
            }
            for tier in policy.tier_ids.sorted(lambda tier: (tier.sequence, tier.id))
        ]

    @api.model
    def _sum_profiles(self, company, field_name):
        """Sums by a field of the profile; profit counts where it is positive."""
        profiles = self.env["crm.value.profile"]
        domain = [("company_id", "=", company.id), (field_name, "!=", False)]
        profit = dict(
            profiles._read_group(
                [*domain, ("ranking_amount", ">", 0)],
                [field_name],
                ["ranking_amount:sum"],
            )
        )
        sums = [
            "__count",
            "revenue_amount:sum",
            "net_margin_amount:sum",
            "clv_amount:sum",
        ]
        return {
            key: {
                "count": count,
                "revenue": revenue or 0,
                "net_margin": net_margin or 0,
                "clv": clv or 0,
                "profit": profit.get(key) or 0,
            }
            for key, count, revenue, net_margin, clv in profiles._read_group(
                domain, [field_name], sums
            )
        }
