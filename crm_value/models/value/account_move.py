from odoo import models

CUSTOMER_TYPES = ("out_invoice", "out_refund", "out_receipt")


class AccountMove(models.Model):
    _inherit = "account.move"

    _crm_value_idx = models.Index(
        "(company_id, partner_id) WHERE state = 'posted' "
        "AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
    )
    _crm_value_refund_idx = models.Index(
        "(company_id, partner_id) WHERE state = 'posted' AND move_type = 'out_refund'"
    )

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        documents = posted._touch_customers()
        documents._emit_purchases("out_invoice", "purchase")
        documents._emit_purchases("out_refund", "purchase_cancelled")
        return posted

    def button_draft(self):
        posted = self.filtered(lambda move: move.state == "posted")
        result = super().button_draft()
        posted._touch_customers()
        return result

    def _touch_customers(self):
        """Have the customers of these sales documents valued again; return those."""
        documents = self.filtered(lambda move: move.move_type in CUSTOMER_TYPES)
        for company, moves in documents.grouped("company_id").items():
            credits = moves.filtered(lambda move: move.move_type == "out_refund")
            # What is credited is taken off the order, whoever the invoice went to; an
            # accountant need not be allowed to read orders.
            orders_sudo = credits.sudo().line_ids.sale_line_ids.order_id
            self.env["crm.value.touch"]._touch(
                moves.partner_id | orders_sudo.partner_id, company
            )
        return documents

    def _emit_purchases(self, move_type, kind):
        """Note a purchase where the company counts invoices as purchases."""
        get_source = self.env["crm.value.policy"]._get_source
        by_invoices = self.filtered(
            lambda move: (
                move.move_type == move_type
                and get_source(move.company_id.id) == "invoices"
            )
        )
        self.env["crm.customer.event"]._emit(
            kind,
            by_invoices,
            lambda move: {
                "amount": move.amount_untaxed,
                "currency_id": move.currency_id.id,
            },
        )
