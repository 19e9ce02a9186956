from lxml import html

from odoo import api, fields, models
from odoo.tools.mail import email_normalize, html2plaintext

from ...formulas.thanks import is_thanks

# How whoever files it tells the customer at once, without a letter.
SPOKEN = ("phone", "counter", "salesperson")
ACKNOWLEDGEMENT = "crm_value.complaint_mail_acknowledgement"
# Other machines leave it unanswered. Not on a decision: they would not show it.
AUTOMATIC = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
RECEIVED = "crm_value.complaint_subtype_received"


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    def _notify_received(self):
        """Give the customer the number at once: by mail, or as it was spoken."""
        now = fields.Datetime.now()
        for complaint in self:
            is_told = complaint.channel in SPOKEN
            if complaint.team_id.is_acknowledged_automatically and complaint.email_from:
                complaint._notify_customer(ACKNOWLEDGEMENT)
                is_told = True
            if is_told:
                complaint._apply_acknowledgement(now)

    def _notify_customer(self, template_xmlid):
        """Send a letter to the customer in his language, if he has an address.

        It is no answer of a person: nobody's promise is kept by it.
        """
        # Letters are written with what the customer may know, whoever sends them.
        for complaint_sudo in self.filtered("email_from").sudo():
            partner = complaint_sudo.partner_id.filtered("email")
            # Whoever wrote from another address than the contact's gets it there too.
            is_known = email_normalize(partner.email or "") == email_normalize(
                complaint_sudo.email_from
            )
            complaint_sudo.message_post(
                **complaint_sudo._prepare_letter(template_xmlid),
                subtype_xmlid="crm_value.complaint_subtype_letter",
                partner_ids=partner.ids,
                outgoing_email_to=False if is_known else complaint_sudo.email_from,
                mail_headers=AUTOMATIC if template_xmlid == ACKNOWLEDGEMENT else {},
            )

    def _get_promised(self, kind):
        """When this was promised, in the team's time zone, or an empty text."""
        deadline = self.deadline_ids.filtered(
            lambda deadline: deadline.kind == kind and deadline._is_open()
        )[:1]
        return self.team_id._format_moment(deadline.due_at, self._get_letter_lang())

    def _get_salutation(self):
        name = self.partner_id.name or self.partner_name or self.env._("customer")
        return self.env._("Dear %s,", name)

    def _notify_get_reply_to(self, default=None, author_id=False):
        """Answers come to the team's address."""
        # Who writes a message need not be allowed to read the team.
        aliases = (
            self.sudo()
            .mapped("team_id")
            ._notify_get_reply_to(default=default, author_id=author_id)
        )
        addresses = {
            complaint.id: aliases.get(complaint.sudo().team_id.id) for complaint in self
        }
        missing = self.filtered(lambda complaint: not addresses.get(complaint.id))
        if missing:
            addresses.update(
                super(CrmComplaint, missing)._notify_get_reply_to(
                    default=default, author_id=author_id
                )
            )
        return addresses

    def _creation_subtype(self):
        subtype_id = self.env["ir.model.data"]._xmlid_to_res_id(RECEIVED)
        return self.env["mail.message.subtype"].browse(subtype_id)

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        if message.subtype_id.id == comment:
            if self._is_by_customer(message):
                # Portal users may read neither the team nor what else decides here.
                self.sudo()._note_customer_message(message)
            elif self._is_by_colleague(message):
                self._apply_answer(fields.Datetime.now())
        return result

    def _is_by_customer(self, message):
        """Whether the customer wrote it, known to us or not; a carrier or supplier
        who joins in is somebody else."""
        if message.message_type not in ("comment", "email"):
            return False
        author = message.author_id
        if not author:
            return True
        customer = self.commercial_partner_id
        return author.partner_share and (
            not customer
            or author.commercial_partner_id == customer
            or email_normalize(message.email_from or "")
            == email_normalize(self.email_from or "")
        )

    @api.model
    def _is_by_colleague(self, message):
        # A customer is none, whoever he says he is.
        return (
            message.message_type in ("comment", "email")
            and message.author_id
            and not message.author_id.partner_share
            and not self.env.user.share
        )

    def _note_customer_message(self, message):
        """The customer wrote: open again what he does not accept, go on where we
        waited for him."""
        is_only_thanks = self.team_id.is_thanks_ignored and is_thanks(
            self._get_own_words(message.body)
        )
        if self._is_settled():
            if is_only_thanks:
                return
            if self._is_in_grace():
                self._apply_reopening(self.env._("The customer answered."))
            else:
                self._open_follow_up(message)
        elif self.stage_kind == "waiting_customer":
            # Portal users may not write the complaint; answering it moves it on.
            self.sudo()._enter("investigating")

    def _is_in_grace(self):
        """Whether an answer of the customer still opens this complaint."""
        if not self.closed_at:
            return True
        grace = fields.Datetime.subtract(
            fields.Datetime.now(), days=self.sudo().team_id.reopen_days
        )
        return self.closed_at >= grace

    def _open_follow_up(self, message):
        """A complaint of its own for what comes after the grace period."""
        # Created by what the customer wrote, whoever carries the message in.
        follow_up = self.sudo().create(
            {
                "follows_id": self.id,
                "subject": self.subject,
                "description": self._get_own_words(message.body),
                "kind": self.kind,
                "team_id": self.team_id.id,
                "user_id": self.user_id.id,
                "partner_id": self.partner_id.id,
                "partner_name": self.partner_name,
                "email_from": self.email_from,
                "phone": self.phone,
                "channel": "email" if message.message_type == "email" else "portal",
                "category_id": self.category_id.id,
                "severity": self.severity,
                "order_id": self.order_id.id,
                "invoice_id": self.invoice_id.id,
                "product_id": self.product_id.id,
                "is_confidential": self.is_confidential,
            }
        )
        if message.message_type != "email":
            # The gateway acknowledges mail itself: to persons, and not too often.
            follow_up._notify_received()
        return follow_up

    @api.model
    def _get_own_words(self, body):
        """Plain text of a message without what it quotes."""
        if not body:
            return ""
        tree = html.fromstring(f"<div>{body}</div>")
        for quoted in tree.xpath("//*[@data-o-mail-quote] | //blockquote"):
            if quoted.getparent() is not None:
                quoted.drop_tree()
        return html2plaintext(html.tostring(tree, encoding="unicode")).strip()
