from odoo import fields, models


class CrmCustomerEvent(models.Model):
    _inherit = "crm.customer.event"

    kind = fields.Selection(
        selection_add=[
            ("complaint_received", "Complaint received"),
            ("complaint_closed", "Complaint closed"),
            ("complaint_breached", "Complaint overdue"),
        ],
        ondelete=dict.fromkeys(
            ("complaint_received", "complaint_closed", "complaint_breached"), "cascade"
        ),
    )
