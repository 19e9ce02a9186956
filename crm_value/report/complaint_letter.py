from odoo import api, models
from odoo.exceptions import AccessError


class ReportComplaintLetter(models.AbstractModel):
    """The reply letter, for whoever handles complaints and may see this one."""

    _name = "report.crm_value.report_complaint_letter"
    _description = "Complaint reply letter"

    @api.model
    def _get_report_values(self, docids, data=None):
        if not self.env.su and not self.env.user.has_group("crm_value.group_user"):
            raise AccessError(
                self.env._("Reply letters are printed by whoever handles complaints.")
            )
        complaints = self.env["crm.complaint"].browse(docids)
        complaints.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": "crm.complaint",
            "docs": complaints,
        }
