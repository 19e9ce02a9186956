from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..arguments import check_one
from .remedy import OPEN

CREDITED = ("refund", "credit")


class CrmComplaintRemedy(models.Model):
    """The documents by which a remedy is given, and what they say it cost.

    A remedy is given when its document takes effect: a credit note is posted, an order
    confirmed. What the document is worth then may not exceed what was granted, and the
    cost follows it ever after.
    """

    _inherit = "crm.complaint.remedy"

    def _get_documents(self):
        """What stands for this remedy and is alive, drafts included; as superuser."""
        self.ensure_one()
        notes = self.credit_note_ids.filtered(lambda move: move.state != "cancel")
        orders = self.replacement_id
        if self.order_line_ids:
            orders |= self.order_id
        orders = orders.filtered(lambda order: order.state != "cancel")
        return [*notes, *orders, *self.card_id]

    def _check_no_document(self):
        self.ensure_one()
        documents = self.sudo()._get_documents()
        if documents:
            raise UserError(
                self.env._(
                    "%(remedy)s is on its way by %(document)s. Cancel that one first.",
                    remedy=self.display_name,
                    document=documents[0].display_name,
                )
            )

    def _check_may_start(self, kinds):
        """Refuse to start a document for another kind, or without being granted."""
        check_one(self)
        self._check_may_step(("proposed", "approved"))
        if self.kind not in kinds:
            raise UserError(
                self.env._(
                    "%(remedy)s is given as “%(kind)s”, in another way.",
                    remedy=self.display_name,
                    kind=self._get_kind_label(),
                )
            )
        self._check_no_document()
        self._check_granted()

    def action_open_document(self):
        """Open the credit note, order or coupon."""
        check_one(self)
        documents = self.sudo()._get_documents()
        if not documents:
            raise UserError(self.env._("%s has no document yet.", self.display_name))
        document = documents[0].with_env(self.env)
        document.check_access("read")
        return document.get_formview_action()

    # Refund and credit

    def action_open_credit_note(self):
        """Open core's credit-note wizard with the invoice of the complaint."""
        self._check_may_start(CREDITED)
        invoice = self.complaint_id.invoice_id
        if invoice.move_type != "out_invoice" or invoice.state != "posted":
            raise UserError(
                self.env._(
                    "Enter the posted invoice that %s is about into the complaint; the "
                    "credit note refers to it.",
                    self.complaint_id.display_name,
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_view_account_move_reversal"
        )
        action["context"] = {
            "active_model": "account.move",
            "active_ids": invoice.ids,
            "active_id": invoice.id,
            "default_complaint_remedy_id": self.id,
            "default_reason": self.complaint_id.name,
        }
        return action

    # Replacement

    def action_create_replacement(self):
        """A draft order like the complaint's, at no charge."""
        self._check_may_start(("replacement",))
        order = self.complaint_id.order_id
        if not order:
            raise UserError(
                self.env._(
                    "Enter the order that %s is about into the complaint; the "
                    "replacement is a copy of it.",
                    self.complaint_id.display_name,
                )
            )
        order.check_access("read")
        # Who handles complaints need not be allowed to sell; it stays a draft until
        # somebody who is confirms it.
        order_sudo = order.sudo()
        lines = order_sudo.order_line.filtered(
            lambda line: not line.is_downpayment and not line.reward_id
        )
        self.sudo().replacement_id = order_sudo.copy(
            {
                "complaint_remedy_id": self.id,
                "origin": self.complaint_id.name,
                "order_line": [
                    Command.create(values)
                    for values in lines.copy_data({"discount": 100.0})
                ],
            }
        )
        return self.action_open_replacement()

    def action_open_replacement(self):
        check_one(self)
        if not self.replacement_id.has_access("read"):
            # The remedy shows the order's name; a salesperson goes on.
            return True
        return self.replacement_id.get_formview_action()

    # Discount

    def action_add_to_quotation(self):
        """Take the amount off the chosen quotation, with core's discount wizard."""
        self._check_may_start(("discount",))
        order = self.order_id
        customer = self.complaint_id.commercial_partner_id
        if (
            order.state not in ("draft", "sent")
            or order.partner_id.commercial_partner_id != customer
        ):
            raise UserError(
                self.env._(
                    "Choose a quotation of %s that gets the discount.",
                    customer.display_name,
                )
            )
        if order.sudo().complaint_remedy_id:
            raise UserError(
                self.env._(
                    "%s belongs to another remedy already. Choose another quotation.",
                    order.display_name,
                )
            )
        before = order.order_line
        self.env["sale.order.discount"].create(
            {
                "sale_order_id": order.id,
                "discount_type": "amount",
                "discount_amount": self.currency_id._convert(
                    self.amount,
                    order.currency_id,
                    self.company_id,
                    fields.Date.context_today(self),
                ),
            }
        ).action_apply_discount()
        # The link is the system's; the right to write the quotation was checked.
        self.sudo().order_line_ids = order.order_line - before
        order.sudo().complaint_remedy_id = self.id
        return True

    # Coupon

    @api.model
    def _get_coupon_value(self, program):
        """What one coupon of the program is worth at most, in its currency.

        :return: the amount, or None where it depends on what is bought
        """
        # Who handles complaints need not be allowed to read loyalty programs.
        program_sudo = program.sudo()
        points = self._get_coupon_points(program_sudo)
        worth = 0.0
        for reward in program_sudo.reward_ids:
            times = points // reward.required_points if reward.required_points else 1
            if reward.reward_type == "product":
                prices = reward.reward_product_ids.mapped("lst_price")
                value = max(prices, default=0) * reward.reward_product_qty * times
            elif reward.discount_mode == "per_point":
                value = reward.discount * points
            elif reward.discount_mode == "per_order":
                value = reward.discount * times
            elif reward.discount_max_amount:
                value = reward.discount_max_amount
            else:
                return None
            worth = max(worth, value)
        return worth

    @api.model
    def _get_coupon_points(self, program):
        """As many as the dearest reward of the program needs, at least one."""
        return max([1.0, *program.reward_ids.mapped("required_points")])

    def action_create_coupon(self):
        """Create the coupon through core, which sends it where the program says so."""
        self._check_may_start(("coupon",))
        customer = self.complaint_id.partner_id
        # Who handles complaints need not be allowed to create coupons; that this one
        # was granted is checked.
        wizard_sudo = self.env["loyalty.generate.wizard"].sudo()
        cards_sudo = wizard_sudo.create(
            {
                "program_id": self.program_id.id,
                "mode": "selected" if customer else "anonymous",
                "customer_ids": [Command.set(customer.ids)],
                "coupon_qty": 1,
                "points_granted": self._get_coupon_points(self.program_id.sudo()),
                "description": self.complaint_id.name,
            }
        ).generate_coupons()
        remedy_sudo = self.sudo()
        remedy_sudo.card_id = cards_sudo[0]
        remedy_sudo._apply_given(0, True)
        return True

    def _revoke_coupon(self):
        """Archive a coupon that nobody used; called as superuser."""
        if self.card_id.use_count:
            raise UserError(
                self.env._(
                    "The coupon of %s is used in an order. Remove it there first.",
                    self.display_name,
                )
            )
        self.card_id.action_archive()

    # What documents say

    def _check_document(self, worth, currency, day, tolerance=0.0):
        """Refuse a document that gives more than was granted.

        :param float worth: what the customer gets by it, in ``currency``
        :param float tolerance: what rounding may add, in the remedy's currency
        """
        self.ensure_one()
        self._check_granted()
        # Whoever posts or confirms need not be allowed to read remedies.
        remedy_sudo = self.sudo()
        worth = currency._convert(
            worth, remedy_sudo.currency_id, remedy_sudo.company_id, day
        )
        if (
            remedy_sudo.currency_id.compare_amounts(
                worth, remedy_sudo.amount + tolerance
            )
            > 0
        ):
            raise UserError(
                self.env._(
                    "%(remedy)s was granted with %(granted)s, and this gives the "
                    "customer %(worth)s. Reduce it, or have the remedy raised first.",
                    remedy=remedy_sudo.display_name,
                    granted=remedy_sudo.currency_id.format(remedy_sudo.amount),
                    worth=remedy_sudo.currency_id.format(worth),
                )
            )

    def _follow_documents(self):
        """Take over from the documents what was given and what it cost.

        Called as superuser by whatever happens to a document.
        """
        for remedy in self.filtered(lambda remedy: remedy.state != "cancelled"):
            follow = {
                "replacement": remedy._follow_replacement,
                "discount": remedy._follow_discount,
                "coupon": remedy._follow_coupon,
            }.get(remedy.kind, remedy._follow_credit_notes)
            cost, is_alive, is_pending = follow()
            if is_alive:
                remedy._apply_given(cost, True)
            elif remedy.state == "given" and remedy.is_by_document:
                remedy._write_system({"cost_amount": 0, "is_by_document": False})
                remedy._enter(remedy._get_open_state() if is_pending else "reversed")
                remedy._touch_customers()

    def _get_open_state(self):
        return "approved" if self.approved_by_id else "proposed"

    def _follow_credit_notes(self):
        """Cost in company currency; whether one holds; whether one is a draft."""
        notes = self.credit_note_ids
        posted = notes.filtered(lambda move: move.state == "posted")
        cost, kept = 0.0, 0.0
        for note in posted:
            back = note.reversal_move_ids.filtered(lambda move: move.state == "posted")
            total = abs(note.amount_total_signed)
            taken = sum(abs(move.amount_total_signed) for move in back)
            share = max(1 - taken / total, 0) if total else 1
            kept += share
            cost += abs(note.amount_untaxed_signed) * share
        is_draft = any(move.state == "draft" for move in notes)
        return cost, kept > 0, is_draft

    def _follow_replacement(self):
        order = self.replacement_id
        cost = sum(
            (line.purchase_price or line.price_unit) * line.product_uom_qty
            for line in order._get_replaced_lines()
        )
        rate = order.currency_rate or 1
        return cost / rate, order.state == "sale", order.state in ("draft", "sent")

    def _follow_discount(self):
        lines = self.order_line_ids
        order = self.order_id
        cost = -sum(lines.mapped("price_subtotal")) / (order.currency_rate or 1)
        is_pending = bool(lines) and order.state in ("draft", "sent")
        return cost, bool(lines) and order.state == "sale", is_pending

    def _follow_coupon(self):
        lines = self.env["sale.order.line"].search(
            [("coupon_id", "=", self.card_id.id), ("state", "=", "sale")]
        )
        cost = sum(-line.margin / (line.order_id.currency_rate or 1) for line in lines)
        return cost, bool(self.card_id) and self.state in ("given", *OPEN), False
