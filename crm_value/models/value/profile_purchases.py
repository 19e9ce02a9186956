from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...queries.purchase_history import purchase_days
from ...queries.scope import Scope
from ..arguments import check_one

MOST_MONTHS = 120


class CrmValueProfile(models.Model):
    """What a customer bought month by month."""

    _inherit = "crm.value.profile"

    @api.model
    def _check_months(self, months):
        is_number = isinstance(months, int) and not isinstance(months, bool)
        if not is_number or not 1 <= months <= MOST_MONTHS:
            raise UserError(
                self.env._(
                    "months is %(value)s: give a number from 1 to %(most)s.",
                    value=months,
                    most=MOST_MONTHS,
                )
            )

    def get_purchases_by_month(self, months=24):
        """Purchases of one customer by month, the months without any included.

        :param int months: how many, the present one included, 1 to 120
        :return: rows ``month`` (ISO date of its first day), ``amount`` and ``margin``
            (company currency), ``count`` (days of purchase), oldest first
        :rtype: list
        """
        check_one(self)
        self._check_months(months)
        today = self.env["crm.value.run"]._today(self.company_id)
        first = today.replace(day=1) - relativedelta(months=months - 1)
        policy = self._get_policy()
        scope = Scope(
            company_id=self.company_id.id,
            root_company_id=self.company_id.root_id.id,
            currency_id=self.company_id.currency_id.id,
            decimals=self.company_id.currency_id.decimal_places,
            timezone=policy._get_timezone(),
            as_of=today,
            customer_ids=(self.partner_id.id,),
        )
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m::date, COALESCE(SUM(d.amount), 0)::float8,
                       COALESCE(SUM(d.margin), 0)::float8,
                       COUNT(d.day) FILTER (WHERE d.amount > 0)
                  FROM generate_series(%s::timestamp, %s::timestamp, '1 month') m
             LEFT JOIN (%s) d ON DATE_TRUNC('month', d.day) = m
              GROUP BY m ORDER BY m
                """,
                first,
                today.replace(day=1),
                purchase_days(policy._get_purchase_sources(scope)),
            )
        )
        return [
            {
                "month": fields.Date.to_string(month),
                "amount": amount,
                "margin": margin,
                "count": count,
            }
            for month, amount, margin, count in rows
        ]
