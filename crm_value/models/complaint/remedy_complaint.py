from odoo import api, fields, models
from odoo.exceptions import UserError

from ...queries.complaint_costs import complaint_costs
from ..nullable import NullableMonetary

# What says which remedies belong to one matter.
MATTER = ("partner_id", "order_id", "invoice_id", "follows_id", "duplicate_of_id")
GRANTED = ("approved", "proposed", "given")


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    wish_amount = NullableMonetary(string="Amount asked for", groups="base.group_user")
    remedy_ids = fields.One2many(
        "crm.complaint.remedy",
        "complaint_id",
        string="Remedies",
        groups="base.group_user",
    )
    remedy_cost_amount = fields.Monetary(
        string="Cost of remedies",
        compute="_compute_remedy_cost_amount",
        store=True,
        precompute=True,
        groups="base.group_user",
        help="What was given for this complaint, net of what was taken back.",
    )

    @api.depends("remedy_ids.cost_amount")
    def _compute_remedy_cost_amount(self):
        for complaint in self:
            complaint.remedy_cost_amount = sum(
                complaint.remedy_ids.mapped("cost_amount")
            )

    def _check_write(self, vals):
        super()._check_write(vals)
        changed = [name for name in MATTER if name in vals]
        if not changed or self.env.su:
            return
        if self.env.user.has_group("crm_value.group_manager"):
            return
        for complaint in self:
            moved = any(
                complaint[name] and complaint[name].id != vals[name] for name in changed
            )
            # Remedies of colleagues count too.
            remedies_sudo = complaint.sudo().remedy_ids
            if moved and remedies_sudo.filtered(
                lambda remedy: remedy.state in GRANTED and remedy.kind != "apology"
            ):
                raise UserError(
                    self.env._(
                        "Remedies were granted for %s: only a manager may change whose "
                        "complaint it is and what it is about.",
                        complaint.display_name,
                    )
                )

    def _move_details_to(self, survivor):
        self.remedy_ids._write_system({"complaint_id": survivor.id})
        return super()._move_details_to(survivor)

    def action_add_remedy(self):
        """Propose a remedy for this complaint."""
        self._check_may_handle()
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value.complaint_remedy_action"
        )
        wishes = self.env["crm.complaint.remedy"]._fields["kind"].get_values(self.env)
        context = {
            "default_complaint_id": self.id,
            "default_amount": self.wish_amount or 0,
            "default_currency_id": self.currency_id.id,
            "default_program_id": False,
        }
        if self.wish in wishes and self.wish != "points":
            context["default_kind"] = self.wish
        action.update(
            {
                "views": [(False, "form")],
                "view_mode": "form",
                "target": "new",
                "context": context,
            }
        )
        return action


class CrmValuePolicy(models.Model):
    _inherit = "crm.value.policy"

    def _get_cost_sources(self, scope, window):
        return [
            *super()._get_cost_sources(scope, window),
            complaint_costs(scope, window.start, self.source),
        ]
