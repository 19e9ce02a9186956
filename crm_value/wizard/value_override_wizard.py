from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.i18n import format_list

from ..models.arguments import check_one

USUAL_MONTHS = 6


class CrmValueOverrideWizard(models.TransientModel):
    """Ask for tier, reason and last day, then set the tier of customers by hand."""

    _name = "crm.value.override.wizard"
    _description = "Set tier by hand"

    profile_ids = fields.Many2many(
        "crm.value.profile", string="Profiles", required=True
    )
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    customer_words = fields.Char(string="Customers", compute="_compute_customer_words")
    tier_id = fields.Many2one(
        "crm.value.tier",
        required=True,
        domain="[('company_id', '=', company_id)]",
    )
    reason = fields.Char(
        required=True, help="Shown wherever the tier is explained, and in its history."
    )
    until_date = fields.Date(
        string="Until",
        default=lambda self: (
            fields.Date.context_today(self) + relativedelta(months=USUAL_MONTHS)
        ),
        help="Last day. After it the customer gets the tier that the figures earn. "
        "Empty: until somebody takes it back.",
    )

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        if (
            "profile_ids" in fields_list
            and not defaults.get("profile_ids")
            and self.env.context.get("active_model") == "crm.value.profile"
        ):
            defaults["profile_ids"] = self.env.context.get("active_ids", [])
        return defaults

    @api.depends("profile_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.profile_ids.company_id[:1]

    @api.depends("profile_ids")
    @api.depends_context("lang")
    def _compute_customer_words(self):
        for wizard in self:
            names = [
                self.env._(
                    "%(customer)s (%(tier)s)",
                    customer=profile.display_name,
                    tier=profile.tier_id.name or self.env._("no tier"),
                )
                for profile in wizard.profile_ids[:5]
            ]
            more = len(wizard.profile_ids) - len(names)
            if more > 0:
                names.append(self.env._("and %s more", more))
            wizard.customer_words = format_list(self.env, names)

    def action_apply(self):
        check_one(self)
        if len(self.profile_ids.company_id) > 1:
            raise UserError(
                self.env._(
                    "These customers are valued in %(companies)s. Choose those of one "
                    "company.",
                    companies=format_list(
                        self.env, self.profile_ids.company_id.mapped("name")
                    ),
                )
            )
        self.profile_ids.override_tier(self.tier_id.id, self.reason, self.until_date)
        return {"type": "ir.actions.act_window_close"}
