from odoo import api, fields, models

from ..models.arguments import check_one
from ..models.complaint.complaint import CHANNELS, KINDS, WISHES
from ..models.complaint.sla import SEVERITIES


class CrmComplaintSubmitWizard(models.TransientModel):
    """Take in what somebody says on the phone or at the counter, in thirty seconds."""

    _name = "crm.complaint.submit.wizard"
    _description = "Take in a complaint"

    number = fields.Char(
        help="Phone number, e-mail address, or the number of an order or invoice: the "
        "customer is found by it.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
    )
    order_id = fields.Many2one(
        "sale.order", compute="_compute_partner_id", store=True, readonly=False
    )
    invoice_id = fields.Many2one(
        "account.move", compute="_compute_partner_id", store=True, readonly=False
    )
    is_unknown = fields.Boolean(compute="_compute_is_unknown")
    partner_name = fields.Char(string="Contact name")
    value_tier_id = fields.Many2one(
        "crm.value.tier",
        string="Tier",
        related="partner_id.value_tier_id",
        groups="crm_value.group_user",
    )
    open_count = fields.Integer(
        string="Open complaints",
        related="partner_id.complaint_open_count",
        groups="crm_value.group_user",
    )
    description = fields.Text(
        string="What the customer says",
        required=True,
    )
    kind = fields.Selection(KINDS, string="Type", required=True, default="complaint")
    severity = fields.Selection(SEVERITIES, required=True, default="1")
    category_id = fields.Many2one("crm.complaint.category", string="About")
    wish = fields.Selection(WISHES, string="Asks for")
    channel = fields.Selection(CHANNELS, required=True, default="phone")

    @api.depends("number")
    def _compute_partner_id(self):
        complaints = self.env["crm.complaint"]
        for wizard in self:
            found = complaints._find_by_number(wizard.number)
            wizard.partner_id = found.get("partner_id") or wizard.partner_id
            wizard.order_id = found.get("order_id")
            wizard.invoice_id = found.get("invoice_id")

    @api.depends("number", "partner_id")
    def _compute_is_unknown(self):
        for wizard in self:
            wizard.is_unknown = bool(wizard.number and not wizard.partner_id)

    def action_submit(self):
        """File the complaint and open it."""
        complaint = self._submit()
        return complaint.get_formview_action()

    def action_submit_next(self):
        """File the complaint and take in the next one."""
        self._submit()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value.complaint_submit_wizard_action"
        )
        action["context"] = {"default_channel": self.channel}
        return action

    def _submit(self):
        check_one(self)
        complaints = self.env["crm.complaint"]
        values = {
            name: self[name]
            for name in (
                "description",
                "partner_name",
                "kind",
                "severity",
                "wish",
                "channel",
            )
        }
        for name in ("partner_id", "order_id", "invoice_id", "category_id"):
            values[name] = self[name].id
        if self.is_unknown:
            is_address = "@" in self.number
            values["email_from" if is_address else "phone"] = self.number
        return complaints.browse(complaints.submit(values))
