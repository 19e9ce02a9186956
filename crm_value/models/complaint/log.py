from odoo import api, fields, models


class CrmComplaintLog(models.Model):
    """One step in the life of a complaint: who changed what, when.

    Values are kept as they are stored (a key, an id), so that the log reads in every
    language and follows a category that is renamed.
    """

    _name = "crm.complaint.log"
    _description = "Complaint log"
    _inherit = ["crm.customer.fact"]
    _order = "at desc, id desc"
    _log_access = False

    complaint_id = fields.Many2one(
        "crm.complaint", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    at = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="By", default=lambda self: self.env.uid, ondelete="restrict"
    )
    kind = fields.Selection(
        [
            ("received", "Received"),
            ("changed", "Field changed"),
            ("reopened", "Reopened"),
            ("merged", "Merged"),
            ("promise", "Other promise"),
        ],
        required=True,
    )
    field_name = fields.Char(string="Field", help="Field of the complaint.")
    old_value = fields.Char(help="As stored: a key, an id, a number.")
    new_value = fields.Char(help="As stored: a key, an id, a number.")
    note = fields.Char()
    summary = fields.Char(compute="_compute_summary")

    @api.depends("kind", "field_name", "old_value", "new_value", "note")
    @api.depends_context("lang")
    def _compute_summary(self):
        labels = self.env["crm.complaint"].fields_get(attributes=["string"])
        for log in self:
            parts = []
            if log.field_name:
                words = {
                    "field": labels.get(log.field_name, {}).get(
                        "string", log.field_name
                    ),
                    "before": log._get_label(log.old_value),
                    "after": log._get_label(log.new_value),
                }
                parts.append(
                    self.env._("%(field)s: %(after)s", **words)
                    if log.kind == "received"
                    else self.env._("%(field)s: %(before)s → %(after)s", **words)
                )
            parts.append(log.note)
            log.summary = " · ".join(filter(None, parts))

    def _get_label(self, value):
        """What a stored value means, in the language of the reader."""
        field = self.env["crm.complaint"]._fields.get(self.field_name)
        if field is not None and field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if not value or field is None:
            return value or "–"
        if field.type == "many2one" and value.isdigit():
            # Names of colleagues, stages and causes are no secret to who reads the log.
            record_sudo = self.env[field.comodel_name].sudo().browse(int(value))
            return record_sudo.exists().display_name or f"#{value}"
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        return value


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    def _prepare_log(self, kind, **values):
        return {
            "complaint_id": self.id,
            "company_id": self.company_id.id,
            "kind": kind,
            **values,
        }

    @api.model
    def _write_log(self, entries):
        # The log is the system's; nobody may write his own entries.
        self.env["crm.complaint.log"].sudo().create(list(entries))
