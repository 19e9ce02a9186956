from odoo import api, fields, models
from odoo.fields import Domain

YEAR = 365


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    @api.model
    def get_exposure(self, company_id=None):
        """How many people may hear of what is wrong, and how customers came to us.

        :param int company_id: a company of the user; default: the present one
        :return: dict with

            - ``company``, ``currency_id``, ``factor`` (people told by each)
            - ``customer_count``: customers with a complaint that is open or whose
              decision they contest; ``complaint_count``: those complaints;
              ``told_count``: customers × factor; ``value_at_risk_amount`` of them
            - ``domain`` of those complaints
            - ``heard``: of the enquiries of the last 365 days that say who told them,
              as far as the user may read them:
              ``key``, ``label``, ``count``, most first; ``heard_count``;
              ``heard_domain`` of those enquiries; None for whoever may not read them
        :rtype: dict
        :raises AccessError: for whoever may not read complaints
        """
        self.browse().check_access("read")
        company = self._get_company_argument(company_id)
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("kind", "=", "complaint")
            & Domain("merged_into_id", "=", False)
            & (Domain("closed_at", "=", False) | Domain("verdict", "=", "contested"))
        )
        here = self.with_context(allowed_company_ids=company.ids)
        groups = here._read_group(
            domain,
            ["commercial_partner_id", "email_from"],
            ["__count", "value_at_risk_amount:max"],
        )
        # One customer complains in several voices; strangers are told apart by their
        # address, those without one are one each.
        customers, strangers = {}, 0
        for customer, email, count, at_risk in groups:
            if customer:
                customers[customer] = max(customers.get(customer, 0), at_risk or 0)
            else:
                strangers += 1 if email else count
        customer_count = len(customers) + strangers
        factor = company.complaint_told_factor
        return {
            "company": company.name,
            "currency_id": company.currency_id.id,
            "factor": factor,
            "customer_count": customer_count,
            "complaint_count": sum(count for _c, _e, count, _a in groups),
            "told_count": customer_count * factor,
            "value_at_risk_amount": sum(customers.values()),
            "domain": list(domain),
            **self._get_heard(company),
        }

    @api.model
    def _get_heard(self, company):
        """How the enquiries of the last year heard of us."""
        leads = self.env["crm.lead"].with_context(
            active_test=False, allowed_company_ids=company.ids
        )
        if not leads.has_access("read"):
            return dict.fromkeys(("heard", "heard_count", "heard_domain"))
        since = fields.Datetime.subtract(fields.Datetime.now(), days=YEAR)
        domain = [
            ("heard_from", "!=", False),
            ("create_date", ">=", fields.Datetime.to_string(since)),
            ("company_id", "in", (company.id, False)),
        ]
        counts = dict(leads._read_group(domain, ["heard_from"], ["__count"]))
        labels = leads._fields["heard_from"]._description_selection(self.env)
        heard = [
            {"key": key, "label": label, "count": counts.get(key, 0)}
            for key, label in labels
        ]
        return {
            "heard": sorted(heard, key=lambda line: -line["count"]),
            "heard_count": sum(counts.values()),
            "heard_domain": domain,
        }
