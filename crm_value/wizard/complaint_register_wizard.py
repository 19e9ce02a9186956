from odoo import fields, models
from odoo.exceptions import UserError

from ..models.arguments import check_one


class CrmComplaintRegisterWizard(models.TransientModel):
    """Ask for a period, then print the register of what was received in it."""

    _name = "crm.complaint.register.wizard"
    _description = "Print the complaint register"

    start_date = fields.Date(
        string="Received from",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(month=1, day=1),
    )
    stop_date = fields.Date(
        string="until", required=True, default=fields.Date.context_today
    )

    def action_print(self):
        check_one(self)
        if self.stop_date < self.start_date:
            raise UserError(
                self.env._("The period ends before it starts. Swap the dates.")
            )
        report = self.env.ref("crm_value.complaint_register_report")
        return report.report_action(
            None,
            data={"start": str(self.start_date), "stop": str(self.stop_date)},
            config=False,
        )
