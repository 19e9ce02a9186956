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

    # A complaint that becomes confidential takes its events out of the timeline.
    _complaint_idx = models.Index("(res_id) WHERE res_model = 'crm.complaint'")
