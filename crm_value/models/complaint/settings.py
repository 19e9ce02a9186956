from odoo import fields, models

TOLD = 20


class ResCompany(models.Model):
    _inherit = "res.company"

    complaint_goodwill_amount = fields.Monetary(
        string="Goodwill for everybody",
        help="Up to this amount a complaint may be made good without asking a manager, "
        "whatever the customer's tier; a tier may allow more. 0: managers approve "
        "everything that costs something, unless the tier allows it.",
    )
    complaint_told_factor = fields.Integer(
        string="People told by a dissatisfied customer",
        default=TOLD,
        help="How many people hear of it from one dissatisfied customer, on average: "
        "what the exposure is counted with.",
    )

    _complaint_goodwill_positive = models.Constraint(
        "CHECK(complaint_goodwill_amount >= 0)",
        "Goodwill is an amount of zero or more.",
    )
    _complaint_told_positive = models.Constraint(
        "CHECK(complaint_told_factor BETWEEN 0 AND 1000)",
        "A dissatisfied customer tells between 0 and 1000 people.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    complaint_currency_id = fields.Many2one(
        string="Company currency", related="company_id.currency_id"
    )
    complaint_goodwill_amount = fields.Monetary(
        related="company_id.complaint_goodwill_amount",
        readonly=False,
        currency_field="complaint_currency_id",
    )
    complaint_told_factor = fields.Integer(
        related="company_id.complaint_told_factor", readonly=False
    )
