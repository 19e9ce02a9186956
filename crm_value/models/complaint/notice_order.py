from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..arguments import check_one
from .notice import STATES

OVER = ("resolved", "cancelled")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    complaint_notice_count = fields.Integer(
        string="Order problems",
        compute="_compute_complaint_notices",
        groups="crm_value.group_user",
    )
    complaint_notice_open_id = fields.Many2one(
        "crm.complaint.notice",
        string="Open order problem",
        compute="_compute_complaint_notices",
        groups="crm_value.group_user",
    )
    complaint_notice_open_state = fields.Selection(
        STATES,
        string="State of the problem",
        compute="_compute_complaint_notices",
        groups="crm_value.group_user",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_complaint_notices(self):
        notices = self.env["crm.complaint.notice"].search_fetch(
            [("order_id", "in", self._origin.ids)], ["order_id", "state"]
        )
        by_order = notices.grouped("order_id")
        for order in self:
            of_order = by_order.get(order._origin, notices.browse())
            order.complaint_notice_count = len(of_order)
            order.complaint_notice_open_id = of_order.filtered(
                lambda notice: notice.state not in OVER
            )[:1]
            order.complaint_notice_open_state = order.complaint_notice_open_id.state

    def _get_problems_to_choose(self):
        """What waits for the customer's choice, of what the user may read."""
        notices = self.env["crm.complaint.notice"]
        if not notices.has_access("read"):
            return notices
        return notices.search(
            Domain("order_id", "=", self.id) & notices._get_choosable()
        )

    def action_tell_problem(self):
        """Open the form in which a problem of this order is recorded and told."""
        check_one(self)
        self.env["crm.complaint.notice"].check_access("create")
        if self.state != "sale":
            raise UserError(
                self.env._(
                    "Order %s is not confirmed. Change the quotation and send it again "
                    "instead.",
                    self.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tell the customer of a problem"),
            "res_model": "crm.complaint.notice",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {"default_order_id": self.id},
        }

    def action_open_problems(self):
        """Open what we found and told about this order."""
        check_one(self)
        self.env["crm.complaint.notice"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value.complaint_notice_action"
        )
        action["domain"] = [("order_id", "=", self.id)]
        action["context"] = {"default_order_id": self.id}
        action["display_name"] = self.env._("Problems of %s", self.name)
        return action
