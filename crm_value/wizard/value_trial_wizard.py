from dateutil.relativedelta import relativedelta

from odoo import fields, models

from ..models.arguments import check_one


class CrmValueTrialWizard(models.TransientModel):
    """Ask for the day, then try the rules of today as of it."""

    _name = "crm.value.trial.wizard"
    _description = "Try a valuation as of a day"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    as_of_date = fields.Date(
        string="As of",
        required=True,
        default=lambda self: self._get_year_ago(),
        help="Purchases after this day are left out, and looked at afterwards to see "
        "what the valuation would have been worth.",
    )

    def _get_year_ago(self):
        return fields.Date.context_today(self) - relativedelta(years=1)

    def action_try(self):
        """Queue the trial and show it, as it is worked off."""
        check_one(self)
        run = self.env["crm.value.run"]._request_trial(self.company_id, self.as_of_date)
        return run.get_formview_action()
