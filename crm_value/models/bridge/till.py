"""Meets the point of sale where that app is installed: its orders are purchases.

Till orders come in by sessions of hundreds; they are valued by the nightly run.
"""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...queries.till_purchases import till_purchases
from ..value.profile_documents import DocumentSource

# Lines that were not bought at the till -> field that tells them.
FOREIGN_LINES = {
    "sale_order_origin_id": SQL("l.sale_order_origin_id IS NULL"),
    "is_reward_line": SQL("l.is_reward_line IS NOT TRUE"),
}


class CrmValuePolicy(models.Model):
    _inherit = "crm.value.policy"

    def _get_loose_credit_filter(self):
        condition = super()._get_loose_credit_filter()
        if "pos.order" not in self.env:
            return condition
        # What was returned at the till counts there, with or without a credit note.
        return SQL(
            "%s AND NOT EXISTS (SELECT FROM pos_order WHERE account_move = m.id)",
            condition,
        )

    def _get_purchase_sources(self, scope):
        sources = super()._get_purchase_sources(scope)
        if "pos.order" not in self.env:
            return sources
        known = self.env["pos.order.line"]._fields
        loads_card = self._get_prepaid().is_product(SQL("l.product_id"))
        conditions = [SQL("NOT %s", loads_card)] + [
            condition for name, condition in FOREIGN_LINES.items() if name in known
        ]
        return [
            *sources,
            till_purchases(
                scope,
                with_invoiced=self.source == "orders",
                line_filter=SQL(" AND ").join(conditions),
            ),
        ]


class CrmValueProfile(models.Model):
    _inherit = "crm.value.profile"

    def _get_document_sources(self):
        sources = super()._get_document_sources()
        if "pos.order" not in self.env:
            return sources
        return [*sources, self._get_till_source()]

    def _get_till_source(self):
        policy = self._get_policy()
        domain = self._get_document_domain() & Domain(
            "state", "in", ("paid", "done", "invoiced")
        )
        if policy.source == "invoices":
            domain &= Domain("account_move", "=", False)
        is_sold = Domain("product_id", "not in", policy._get_prepaid().product_ids)
        for name in FOREIGN_LINES.keys() & self.env["pos.order.line"]._fields:
            is_sold &= Domain(name, "=", False)

        def worth(order):
            lines = order.lines.filtered_domain(is_sold)
            return sum(lines.mapped("price_subtotal")), order.currency_id

        return DocumentSource(
            "pos.order",
            domain & Domain("lines", "any!", is_sold),
            "date_order",
            worth,
        )

    def _get_credit_source(self):
        source = super()._get_credit_source()
        if "pos.order" not in self.env:
            return source
        # As in valuation: what was returned at the till is listed there.
        at_till = Domain("pos_order_ids", "any!", Domain.TRUE)
        return source._replace(domain=source.domain & ~at_till)
