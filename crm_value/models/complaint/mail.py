import logging
import re
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.mail import email_normalize, parse_contact_from_email

from ...formulas.mail_robots import is_reachable

_logger = logging.getLogger(__name__)

# A complaint's own words; the whole mail stays in the messages.
LONGEST_DESCRIPTION = 100_000
MOST_ACKNOWLEDGEMENTS = 5
BOUNCE_DAYS = 14
_OWN_MESSAGE_ID = re.compile(rb"<[^<>\s]{1,200}-crm\.complaint@[^<>\s]{1,200}>")


class CrmComplaint(models.Model):
    """What the mail gateway asks of a complaint."""

    _inherit = "crm.complaint"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail to a team becomes a complaint of its company, whoever fetches it."""
        values = dict(custom_values or {})
        email = msg_dict.get("email_from") or ""
        company = (
            self.env["crm.complaint.team"].browse(values.get("team_id")).company_id
        )
        customer = self._find_mail_customer(msg_dict, company)
        values.update(
            {
                "channel": "email",
                "subject": values.get("subject")
                or msg_dict.get("subject")
                or self.env._("(no subject)"),
                "description": self._get_own_words(msg_dict.get("body"))[
                    :LONGEST_DESCRIPTION
                ],
                "email_from": email[:320],
                "partner_id": customer.id,
                "user_id": values.get("user_id", False),
            }
        )
        if not customer:
            values["partner_name"] = parse_contact_from_email(email[:320])[0]
        return super().message_new(msg_dict, values)

    @api.model
    def _find_mail_customer(self, msg_dict, company):
        """The contact who wrote, unless it is one of us or of another company."""

        def is_customer(partner):
            return partner.company_id in (company, partner.browse().company_id) and (
                partner.partner_share
            )

        author = self.env["res.partner"].browse(msg_dict.get("author_id") or [])
        if author and is_customer(author):
            return author
        address = email_normalize(msg_dict.get("email_from") or "")
        found = self.env["res.partner"]
        if address:
            found = found.search([("email_normalized", "=", address)], order="id")
        return found.filtered(is_customer)[:1]

    # Where a mail belongs

    def _get_mail_target(self):
        """Where a message on this complaint belongs today: what it was merged into,
        or what the customer came back with after it was closed for good."""
        complaint = self.merged_into_id or self
        if complaint and complaint._is_settled() and not complaint._is_in_grace():
            complaint = complaint._get_running_follow_up() or complaint
        return complaint

    def _get_running_follow_up(self):
        running = self.follow_ids.filtered(lambda follow_up: follow_up._is_running())
        return running.sorted("id", reverse=True)[:1]

    @api.model
    def _find_own_message_ids(self, raw):
        """Message-Ids of ours anywhere in a mail."""
        found = (own.decode("ascii", "replace") for own in _OWN_MESSAGE_ID.findall(raw))
        return list(dict.fromkeys(found))[:32]

    @api.model
    def _find_by_message_ids(self, message_ids):
        """The complaint on which the latest of these messages lies."""
        if not message_ids:
            return self.browse()
        message = self.env["mail.message"].search(
            [("message_id", "in", message_ids)], order="id DESC", limit=1
        )
        if message.model != self._name:
            return self.browse()
        return self.browse(message.res_id).exists()

    @api.model
    def _find_by_letter_to(self, addresses):
        """The complaint whose last letter within two weeks went to such an address."""
        if not addresses:
            return self.browse()
        since = fields.Datetime.now() - timedelta(days=BOUNCE_DAYS)
        mails = self.env["mail.message"].search(
            Domain("model", "=", self._name)
            & Domain("create_date", ">=", since)
            & Domain.OR(
                Domain("outgoing_email_to", "ilike", address)
                | Domain("partner_ids.email_normalized", "=", address)
                for address in sorted(addresses)[:5]
            ),
            order="id DESC",
            limit=1,
        )
        return self.browse(mails.res_id).exists()

    # What comes back

    def _note_bounce(self, addresses):
        """Show on the complaint that the customer did not get the letter."""
        complaint = self._get_mail_target()
        address = ", ".join(sorted(addresses)) or complaint.email_from or ""
        complaint.message_post(
            body=self.env._(
                "A letter came back: %s could not be reached. Tell the customer "
                "another way, and correct the address.",
                address,
            ),
            author_id=self.env.ref("base.partner_root").id,
            subtype_xmlid="mail.mt_note",
        )
        owner = complaint.user_id or complaint.team_id.user_id
        summary = self.env._("The customer did not get our letter")
        if owner and not complaint.activity_ids.filtered(
            lambda activity: activity.summary == summary and activity.user_id == owner
        ):
            complaint.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo", summary=summary, user_id=owner.id
            )

    # Acknowledging

    def _acknowledge_mail(self, intake, received):
        """Tell the customer at once, unless a machine wrote or he was told enough.

        A template that does not work keeps nobody's complaint out.
        """
        if not self._may_acknowledge_mail(intake, received):
            return
        try:
            with self.env.cr.savepoint():
                self._notify_received()
        except psycopg2.Error:
            raise
        except Exception as error:  # noqa: BLE001 whatever a template may raise
            _logger.info("%s is not acknowledged.", self.name, exc_info=True)
            self.message_post(
                body=self.env._("The acknowledgement could not be sent: %s", error),
                author_id=self.env.ref("base.partner_root").id,
                subtype_xmlid="mail.mt_note",
            )
        else:
            intake.is_acknowledged = bool(self.acknowledged_at)

    def _may_acknowledge_mail(self, intake, received):
        address = received.sender
        return (
            bool(address)
            and is_reachable(received.headers, address)
            and not self._is_own_address(address)
            and intake._count_acknowledged(address) < MOST_ACKNOWLEDGEMENTS
        )

    @api.model
    def _is_own_address(self, address):
        """An address that Odoo itself receives: a letter to it would come back."""
        domains = self.env["mail.alias.domain"]
        return bool(domains._find_aliases([address]))
