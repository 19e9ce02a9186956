from odoo import models


class CrmCustomerLetter(models.AbstractModel):
    """A document about which a customer gets letters: its ``partner_id`` reads them."""

    _name = "crm.customer.letter"
    _description = "Customer letter"

    def _get_letter_lang(self):
        """Language of what the customer gets to read."""
        return self.partner_id.lang or self.company_id.partner_id.lang or "en_US"

    def _prepare_letter(self, template_xmlid):
        """Values of a message: a template in the customer's language, from the company.

        It is no message of a person.
        """
        self.ensure_one()
        # Who handles the document need not be allowed to read mail templates.
        template_sudo = self.env.ref(template_xmlid).sudo()
        subject, body, email_from = (
            template_sudo._render_field(
                name, self.ids, compute_lang=True, options=options
            )[self.id]
            for name, options in (
                ("subject", {}),
                ("body_html", {"post_process": True}),
                ("email_from", {}),
            )
        )
        return {
            "subject": subject,
            "body": body,
            "email_from": email_from or self.company_id.email_formatted,
            "author_id": self.company_id.partner_id.id,
            "message_type": "auto_comment",
            "email_layout_xmlid": "mail.mail_notification_light",
        }
