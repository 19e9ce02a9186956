from odoo import fields, models


class CrmComplaintAlarm(models.Model):
    """A level of the ladder that was reached: who was told, when. Each once."""

    _name = "crm.complaint.alarm"
    _description = "Complaint alarm"
    _inherit = ["crm.customer.fact"]
    _order = "at desc, id desc"
    _log_access = False

    deadline_id = fields.Many2one(
        "crm.complaint.deadline", required=True, index=True, ondelete="cascade"
    )
    escalation_id = fields.Many2one(
        "crm.complaint.escalation", string="Level", index=True, ondelete="cascade"
    )
    at = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    user_ids = fields.Many2many(
        "res.users", "crm_complaint_alarm_user_rel", string="Told"
    )

    _once = models.Constraint("UNIQUE(deadline_id, escalation_id)")
