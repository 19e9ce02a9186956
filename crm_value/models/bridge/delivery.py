"""Meets the inventory app where it is installed: delivery slips carry the QR code of
the complaint form, and what comes in by it names the delivery."""

from odoo import api, models

DELIVERY = "d"
REPORT = "stock.report_deliveryslip"
MODEL = "stock.picking"


class CrmComplaintTeam(models.Model):
    _inherit = "crm.complaint.team"

    @api.model
    def _get_form_documents(self):
        return {**super()._get_form_documents(), DELIVERY: MODEL}

    @api.model
    def _get_report_letters(self):
        return {**super()._get_report_letters(), REPORT: DELIVERY}

    @api.model
    def _is_code_wanted(self, letter, document):
        if not super()._is_code_wanted(letter, document):
            return False
        return letter != DELIVERY or document.picking_type_code == "outgoing"


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    @api.model
    def _prepare_from_document(self, letter, document):
        values = super()._prepare_from_document(letter, document)
        if document and letter == DELIVERY:
            values["delivery_reference"] = document.name
            # The sales order is known to pickings only with that app's own bridge.
            if "sale_id" in document._fields and document.sale_id:
                values["order_id"] = document.sale_id.id
        return values
