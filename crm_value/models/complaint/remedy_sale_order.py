from odoo import fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    complaint_remedy_id = fields.Many2one(
        "crm.complaint.remedy",
        string="Remedy",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="crm_value.group_user",
        help="The remedy of a complaint that is given by this order.",
    )

    def write(self, vals):
        if "complaint_remedy_id" in vals and not self.env.su:
            raise UserError(
                self.env._(
                    "An order becomes a remedy from the complaint: “Replacement order” "
                    "or “Add to quotation”."
                )
            )
        result = super().write(vals)
        if "order_line" in vals:
            # Whoever changes a confirmed order need not be allowed to read remedies.
            self.sudo().filtered(
                lambda order: order.complaint_remedy_id and order.state == "sale"
            )._follow_remedies(is_checked=True)
        return result

    def _action_confirm(self):
        # Whoever confirms need not be allowed to read remedies.
        orders_sudo = self.sudo()
        for order_sudo in orders_sudo.filtered("complaint_remedy_id"):
            order_sudo._check_remedy_worth()
        result = super()._action_confirm()
        orders_sudo._follow_remedies()
        return result

    def _action_cancel(self):
        # As above; cancelling drops the lines that tell of coupons.
        remedies_sudo = self.sudo()._get_remedies()
        result = super()._action_cancel()
        remedies_sudo._follow_documents()
        return result

    def action_draft(self):
        result = super().action_draft()
        # As above.
        self.sudo()._follow_remedies()
        return result

    def _get_replaced_lines(self):
        """Lines of a replacement that cost something."""
        return self.order_line.filtered(
            lambda line: not line.display_type and not line.reward_id
        )

    def _check_remedy_worth(self):
        """Refuse to give more than was granted."""
        remedy = self.complaint_remedy_id
        tolerance = 0.0
        if remedy.kind == "replacement":
            # At what the customer would have paid, whatever was typed over the price.
            worth = sum(
                max(line.price_unit, line.purchase_price) * line.product_uom_qty
                - line.price_subtotal
                for line in self._get_replaced_lines()
            )
        else:
            lines = remedy.order_line_ids
            worth = -sum(lines.mapped("price_total"))
            tolerance = remedy.currency_id.rounding * len(lines)
        day = fields.Date.context_today(self)
        remedy._check_document(worth, self.currency_id, day, tolerance)

    def _follow_remedies(self, is_checked=False):
        """Remedies follow their orders, and coupons what they are used for."""
        if is_checked:
            for order in self:
                order._check_remedy_worth()
        self._get_remedies()._follow_documents()

    def _get_remedies(self):
        remedies = self.complaint_remedy_id
        cards = self.order_line.coupon_id
        if cards:
            remedies |= remedies.search(
                [("card_id", "in", cards.ids), ("state", "in", ("given", "reversed"))]
            )
        return remedies
