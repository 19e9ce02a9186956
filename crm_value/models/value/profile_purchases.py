from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from ...queries.purchase_history import purchase_days
from ...queries.scope import Scope
from ..arguments import check_one

DOCUMENT_LIMIT = 20
MOST_MONTHS = 120


class CrmValueProfile(models.Model):
    """What a customer bought: documents and months."""

    _inherit = "crm.value.profile"

    def _explain_documents(self):
        """The latest purchases that count, as far as the user may read them."""
        found = []
        for model_name, domain, day, amount in self._get_document_sources():
            model = self.env[model_name]
            if model.has_access("read"):
                found += [
                    {
                        "model": model_name,
                        "id": document.id,
                        "name": document.display_name,
                        "date": fields.Date.to_string(
                            fields.Date.to_date(document[day])
                        ),
                        "amount": format_amount(
                            self.env, document[amount], document.currency_id
                        ),
                    }
                    for document in model.search(
                        domain, order=f"{day} desc, id desc", limit=DOCUMENT_LIMIT
                    )
                ]
        found.sort(key=lambda document: document["date"], reverse=True)
        return found[:DOCUMENT_LIMIT]

    def _get_document_sources(self):
        """Models of purchases: name, domain, field of the day and of the amount."""
        mine = [
            ("partner_id.commercial_partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        if self._get_policy().source == "orders":
            documents = (
                "sale.order",
                [*mine, ("state", "=", "sale")],
                "date_order",
                "amount_untaxed",
            )
        else:
            documents = (
                "account.move",
                [
                    ("commercial_partner_id", "=", self.partner_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
                    ("state", "=", "posted"),
                ],
                "invoice_date",
                "amount_untaxed_signed",
            )
        return [documents, ("crm.value.purchase", mine, "date", "amount")]

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
