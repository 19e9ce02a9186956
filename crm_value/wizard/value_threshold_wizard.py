from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..models.arguments import check_one


class CrmValueThresholdWizard(models.TransientModel):
    """Change thresholds with the customers who would move before one's eyes."""

    _name = "crm.value.threshold.wizard"
    _description = "Change thresholds"

    policy_id = fields.Many2one(
        "crm.value.policy",
        required=True,
        default=lambda self: self.env["crm.value.policy"]._of_company(self.env.company),
    )
    tier_method = fields.Selection(related="policy_id.tier_method")
    line_ids = fields.One2many(
        "crm.value.threshold.wizard.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
    )
    preview = fields.Json(compute="_compute_preview")

    @api.depends("policy_id")
    def _compute_line_ids(self):
        for wizard in self:
            tiers = wizard.policy_id.tier_ids.sorted(lambda t: (t.sequence, t.id))
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "tier_id": tier.id,
                            "entry": tier.entry,
                            "keep": tier.keep,
                            "grace_days": tier.grace_days,
                        }
                    )
                    for tier in tiers
                ),
            ]

    @api.depends("line_ids.entry", "line_ids.keep", "line_ids.grace_days")
    def _compute_preview(self):
        for wizard in self:
            try:
                wizard.preview = wizard.policy_id.preview_thresholds(
                    wizard._get_thresholds()
                )
            except (UserError, ValidationError) as error:
                wizard.preview = {"error": str(error)}

    def _get_thresholds(self):
        return [
            {
                "tier_id": line.tier_id.id,
                "entry": line.entry,
                "keep": line.keep,
                "grace_days": line.grace_days,
            }
            for line in self.line_ids
            if not line.is_base
        ]

    def action_apply(self):
        check_one(self)
        counts = self.policy_id.apply_thresholds(self._get_thresholds())
        run = self.env["crm.value.run"].browse(counts["run_id"])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Thresholds changed: %(moved)s customers moved to another tier. "
                    "%%s",
                    moved=counts["move_count"],
                ),
                "links": [
                    {
                        "label": self.env._("See who"),
                        "url": f"/odoo/value-runs/{run.id}",
                    }
                ],
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class CrmValueThresholdWizardLine(models.TransientModel):
    """Proposed thresholds of one tier."""

    _name = "crm.value.threshold.wizard.line"
    _description = "Proposed thresholds of a tier"

    wizard_id = fields.Many2one(
        "crm.value.threshold.wizard", required=True, index=True, ondelete="cascade"
    )
    tier_id = fields.Many2one("crm.value.tier", required=True, readonly=True)
    is_base = fields.Boolean(related="tier_id.is_base")
    entry = fields.Float()
    keep = fields.Float()
    grace_days = fields.Integer(string="Grace (days)")
