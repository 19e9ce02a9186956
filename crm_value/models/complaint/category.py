from odoo import fields, models


class CrmComplaintCategory(models.Model):
    """What a complaint is about, in the customer's words."""

    _name = "crm.complaint.category"
    _description = "Complaint category"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Short name for automations; it stays when the category is renamed.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "There is a complaint category with this code already."
    )
