from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .remedy_documents import CREDITED


class AccountMove(models.Model):
    _inherit = "account.move"

    complaint_remedy_id = fields.Many2one(
        "crm.complaint.remedy",
        string="Remedy",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="crm_value.group_user",
        help="The remedy of a complaint that is given by this credit note.",
    )

    @api.constrains("complaint_remedy_id")
    def _check_complaint_remedy(self):
        for move in self.filtered("complaint_remedy_id"):
            remedy = move.complaint_remedy_id
            if (
                move.move_type != "out_refund"
                or remedy.kind not in CREDITED
                or remedy.company_id != move.company_id
                or remedy.complaint_id.commercial_partner_id
                != move.commercial_partner_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(move)s cannot be the credit note of %(remedy)s: that needs "
                        "a refund or credit, of the same company and customer.",
                        move=move.display_name,
                        remedy=remedy.display_name,
                    )
                )

    def write(self, vals):
        if "complaint_remedy_id" in vals:
            posted = self.filtered(lambda move: move.state == "posted")
            if posted:
                raise UserError(
                    self.env._(
                        "%s is posted: reset it to draft before you change the remedy "
                        "it belongs to.",
                        posted[0].display_name,
                    )
                )
        return super().write(vals)

    def _post(self, soft=True):
        # Whoever posts need not be allowed to read remedies.
        for move_sudo in self.sudo().filtered("complaint_remedy_id"):
            if not soft or not move_sudo._is_posted_later():
                move_sudo._check_remedy_worth()
        posted = super()._post(soft=soft)
        posted._follow_remedies()
        return posted

    def _is_posted_later(self):
        today = fields.Date.context_today(self)
        return self.auto_post != "no" and self.date > today

    def _check_remedy_worth(self):
        """Refuse to give more than was granted, other credit notes included."""
        remedy = self.complaint_remedy_id
        day = self.invoice_date or self.date or fields.Date.context_today(self)
        others = remedy.credit_note_ids.filtered(
            lambda move: move.state == "posted" and move != self
        )
        worth = self.amount_total + sum(
            move.currency_id._convert(
                move.amount_total, self.currency_id, self.company_id, day
            )
            for move in others
        )
        remedy._check_document(worth, self.currency_id, day)

    def button_draft(self):
        result = super().button_draft()
        self._follow_remedies()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._follow_remedies()
        return result

    def _follow_remedies(self):
        """Remedies follow their credit notes, and what reverses those."""
        # Whoever posts need not be allowed to read remedies.
        moves_sudo = self.sudo()
        reversed_moves = moves_sudo.filtered("reversed_entry_id").reversed_entry_id
        (moves_sudo | reversed_moves).complaint_remedy_id._follow_documents()


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    complaint_remedy_id = fields.Many2one(
        "crm.complaint.remedy", groups="crm_value.group_user"
    )

    def reverse_moves(self, is_modify=False):
        # Whoever has no access to complaints gives no remedy.
        for remedy in self.sudo().complaint_remedy_id.with_env(self.env):
            remedy._check_may_start(CREDITED)
            if self.move_ids != remedy.complaint_id.invoice_id or is_modify:
                raise UserError(
                    self.env._(
                        "%s is given by a credit note for the invoice of its "
                        "complaint, and for that one alone.",
                        remedy.display_name,
                    )
                )
        return super().reverse_moves(is_modify=is_modify)

    def _prepare_default_reversal(self, move):
        values = super()._prepare_default_reversal(move)
        remedy_sudo = self.sudo().complaint_remedy_id
        if remedy_sudo:
            values["complaint_remedy_id"] = remedy_sudo.id
        return values
