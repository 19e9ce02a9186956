from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmComplaintCause(models.Model):
    """Why a complaint came about, known after investigation."""

    _name = "crm.complaint.cause"
    _description = "Complaint cause"
    _parent_store = True
    _order = "parent_path, sequence, id"

    name = fields.Char(required=True, translate=True)
    parent_id = fields.Many2one(
        "crm.complaint.cause", string="Part of", index=True, ondelete="restrict"
    )
    child_ids = fields.One2many("crm.complaint.cause", "parent_id")
    display_name = fields.Char(recursive=True)
    parent_path = fields.Char(index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    @api.depends("name", "parent_id.display_name")
    def _compute_display_name(self):
        for cause in self:
            above = cause.parent_id.display_name
            cause.display_name = f"{above} / {cause.name}" if above else cause.name

    @api.constrains("parent_id")
    def _check_parent(self):
        for cause in self:
            if cause._has_cycle():
                raise ValidationError(
                    self.env._(
                        "Cause %(cause)s would be part of itself. Choose another one "
                        "for “Part of”.",
                        cause=cause.name,
                    )
                )
