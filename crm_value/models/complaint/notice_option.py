from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ..arguments import check_one


class CrmComplaintNoticeOption(models.Model):
    """One way out of an order problem, as it is offered to the customer."""

    _name = "crm.complaint.notice.option"
    _description = "Option of an order problem"
    _order = "notice_id, sequence, id"

    notice_id = fields.Many2one(
        "crm.complaint.notice", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(
        string="Option",
        required=True,
        size=500,
        help="Written to the customer as it stands here.",
    )
    price_change_amount = fields.Monetary(
        string="Price change",
        help="What the order costs more, or less with a minus. Empty: the same price.",
    )
    currency_id = fields.Many2one(related="notice_id.currency_id")
    delivery_date = fields.Date(
        string="New delivery date", help="Empty: as promised before."
    )
    is_chosen = fields.Boolean(string="Chosen", compute="_compute_is_chosen")
    may_be_chosen = fields.Boolean(compute="_compute_may_be_chosen")

    @api.depends("notice_id.chosen_option_id")
    def _compute_is_chosen(self):
        for option in self:
            option.is_chosen = option == option.notice_id.chosen_option_id

    @api.depends("notice_id.state", "notice_id.may_handle")
    @api.depends_context("uid")
    def _compute_may_be_chosen(self):
        for option in self:
            notice = option.notice_id
            option.may_be_chosen = notice.state == "told" and notice.may_handle

    @api.model_create_multi
    def create(self, vals_list):
        options = super().create(vals_list)
        options._check_not_told()
        return options

    def write(self, vals):
        self._check_not_told()
        result = super().write(vals)
        # Nor moved to a problem that the customer knows.
        self._check_not_told()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_told(self):
        self._check_not_told()

    def _check_not_told(self):
        told = self.notice_id.filtered(lambda notice: notice.state != "draft")
        if told and not self.env.su:
            raise UserError(
                self.env._(
                    "The customer was told the options of %s. Cancel it and tell "
                    "another one.",
                    told[0].display_name,
                )
            )

    def _get_conditions(self):
        """What the option changes, in the language of the reader; may be empty."""
        parts = []
        if self.delivery_date:
            parts.append(
                self.env._("delivery on %s", format_date(self.env, self.delivery_date))
            )
        amount = self.price_change_amount
        if amount:
            money = formatLang(self.env, abs(amount), currency_obj=self.currency_id)
            parts.append(
                self.env._("%s more", money)
                if amount > 0
                else self.env._("%s less", money)
            )
        return " · ".join(parts)

    def action_choose(self):
        """Write down that the customer chose this option on the phone."""
        check_one(self)
        self.notice_id.choose(self.id, "phone")
