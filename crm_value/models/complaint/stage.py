from odoo import api, fields, models, tools
from odoo.exceptions import UserError

# Steps of ISO 10002, and waiting for somebody else.
STAGE_KINDS = [
    ("received", "Received"),
    ("acknowledged", "Acknowledged"),
    ("assessed", "Assessed"),
    ("investigating", "Investigating"),
    ("waiting_customer", "Waiting for the customer"),
    ("waiting_third_party", "Waiting for a third party"),
    ("answered", "Answered"),
    ("closed", "Closed"),
]
WAITING = ("waiting_customer", "waiting_third_party")


class CrmComplaintStage(models.Model):
    """A step in the handling of complaints; ``kind`` says what it means."""

    _name = "crm.complaint.stage"
    _description = "Complaint stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        STAGE_KINDS,
        string="Meaning",
        required=True,
        help="What the step means, whatever its name: deadlines pause while waiting, "
        "and only an answered complaint can be closed.",
    )
    sequence = fields.Integer(default=10)
    fold = fields.Boolean(string="Folded in Kanban")

    @api.model
    def _of_kind(self, kind):
        """The first stage with this meaning; every meaning keeps one."""
        return self.browse(self._get_ids_by_kind()[kind])

    @api.model
    @tools.ormcache()
    def _get_ids_by_kind(self):
        # The shipped stages cannot be deleted, so that every kind has one.
        found = {}
        for stage_sudo in self.sudo().search_fetch([], ["kind"]):
            found.setdefault(stage_sudo.kind, stage_sudo.id)
        return found

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_last_of_kind(self):
        kept = set((self.search([]) - self).mapped("kind"))
        for stage in self:
            if stage.kind not in kept:
                raise UserError(
                    self.env._(
                        "Stage %(stage)s is the only one that means “%(kind)s”. Rename "
                        "it, or create another one with that meaning first.",
                        stage=stage.name,
                        kind=dict(
                            self._fields["kind"]._description_selection(self.env)
                        )[stage.kind],
                    )
                )

    def write(self, vals):
        if "kind" in vals and any(stage.kind != vals["kind"] for stage in self):
            raise UserError(
                self.env._(
                    "The meaning of a stage cannot change: complaints are in it. "
                    "Create another stage instead."
                )
            )
        self.env.registry.clear_cache()
        return super().write(vals)
