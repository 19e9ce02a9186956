from odoo import fields, models

from ..arguments import check_one


class CrmCustomerSuggestion(models.Model):
    _inherit = "crm.customer.suggestion"

    complaint_id = fields.Many2one(
        "crm.complaint",
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
        help="The complaint in which the customer said it.",
    )


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    suggestion_ids = fields.One2many(
        "crm.customer.suggestion",
        "complaint_id",
        string="Suggestions",
        groups="base.group_user",
    )

    def action_note_suggestion(self):
        """Note what the customer suggests beside complaining."""
        check_one(self)
        self.env["crm.customer.suggestion"].check_access("create")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value.customer_suggestion_action"
        )
        action.update(
            {
                "views": [(False, "form")],
                "view_mode": "form",
                "target": "new",
                "context": {
                    "default_complaint_id": self.id,
                    "default_partner_id": self.partner_id.id,
                    "default_company_id": self.company_id.id,
                    "default_source": "complaint",
                    "default_text": self.description,
                },
            }
        )
        return action

    def _move_details_to(self, survivor):
        self.suggestion_ids.complaint_id = survivor
        return super()._move_details_to(survivor)
