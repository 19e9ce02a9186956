from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        """Tell the page which report it is: the layout is shared by all of them."""
        values = super()._get_rendering_context(report, docids, data)
        values.setdefault("crm_value_report", report.report_name)
        return values
