from odoo import fields, models


class CrmComplaintTeam(models.Model):
    _inherit = "crm.complaint.team"

    notice_answer_hours = fields.Float(
        string="Time to choose (working hours)",
        default=8.0,
        required=True,
        help="How long a customer who is told of an order problem has to choose an "
        "option, unless another date is given.",
    )

    _notice_answer_hours_positive = models.Constraint(
        "CHECK(notice_answer_hours > 0 AND notice_answer_hours <= 2000)",
        "A customer has more than 0 and at most 2000 working hours to choose.",
    )
