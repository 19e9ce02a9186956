from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import pytz

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_amount

DOCUMENT_LIMIT = 20


class DocumentSource(NamedTuple):
    """Documents of one model that count as purchases of a customer.

    :param str model: its name
    :param Domain domain: which of them count
    :param str day: the field of the day, a date or a moment
    :param worth: of a document, its amount and the currency of it
    """

    model: str
    domain: Domain
    day: str
    worth: Callable


class CrmValueProfile(models.Model):
    """The documents behind the figures of a customer."""

    _inherit = "crm.value.profile"

    def _explain_documents(self):
        """The latest purchases that count, as far as the user may read them."""
        found = []
        for source in self._get_document_sources():
            model = self.env[source.model]
            if model.has_access("read"):
                found += [
                    self._show_document(document, source)
                    for document in model.search(
                        source.domain,
                        order=f"{source.day} desc, id desc",
                        limit=DOCUMENT_LIMIT,
                    )
                ]
        found.sort(key=lambda document: document["date"], reverse=True)
        return found[:DOCUMENT_LIMIT]

    def _show_document(self, document, source):
        # Who may read a document is told what it is worth, its lines included.
        amount, currency = source.worth(document.sudo())
        return {
            "model": source.model,
            "id": document.id,
            "name": document.display_name,
            "date": fields.Date.to_string(self._get_local_day(document[source.day])),
            "amount": format_amount(self.env, amount, currency),
        }

    def _get_local_day(self, moment):
        """The day on which a purchase counts."""
        if not isinstance(moment, datetime):
            return moment
        timezone = pytz.timezone(self._get_policy()._get_timezone())
        return pytz.utc.localize(moment).astimezone(timezone).date()

    def _get_document_sources(self):
        """A :class:`DocumentSource` for each kind of purchase."""
        imported = DocumentSource(
            "crm.value.purchase",
            self._get_document_domain(),
            "date",
            lambda purchase: (purchase.amount, purchase.currency_id),
        )
        if self._get_policy().source == "invoices":
            return [self._get_invoice_source(), imported]
        return [self._get_order_source(), self._get_credit_source(), imported]

    def _get_document_domain(self):
        """What documents of this customer in this company have in common."""
        return Domain(
            [
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ]
        )

    def _get_order_source(self):
        prepaid = self._get_policy()._get_prepaid()
        is_sold = Domain(
            [
                ("display_type", "=", False),
                ("reward_id", "not in", prepaid.reward_ids),
                ("product_id", "not in", prepaid.product_ids),
            ]
        )

        def worth(order):
            apart = order.order_line.filtered_domain(~is_sold)
            amount = order.amount_untaxed - sum(apart.mapped("price_subtotal"))
            return amount, order.currency_id

        return DocumentSource(
            "sale.order",
            self._get_document_domain()
            & Domain("state", "=", "sale")
            & Domain("order_line", "any!", is_sold),
            "date_order",
            worth,
        )

    def _get_invoice_source(self):
        types = ("out_invoice", "out_refund", "out_receipt")
        return DocumentSource(
            "account.move",
            self._get_document_domain()
            & Domain("move_type", "in", types)
            & Domain("state", "=", "posted"),
            "invoice_date",
            lambda move: (move.amount_untaxed_signed, move.company_currency_id),
        )

    def _get_credit_source(self):
        """Credit notes, as far as they belong to no order."""
        is_loose = Domain(
            [
                ("display_type", "=", "product"),
                ("is_downpayment", "=", False),
                ("sale_line_ids", "=", False),
            ]
        )

        def worth(note):
            lines = note.invoice_line_ids.filtered_domain(is_loose)
            return -sum(lines.mapped("balance")), note.company_currency_id

        return DocumentSource(
            "account.move",
            self._get_document_domain()
            & Domain("move_type", "=", "out_refund")
            & Domain("state", "=", "posted")
            & Domain("line_ids", "any!", is_loose),
            "invoice_date",
            worth,
        )
