"""A mail as Odoo's parser gives it: who wrote it, and what it brings back."""

import re

from odoo.tools import email_normalize

from ...formulas.mail_robots import AUTOMATIC, BOUNCE, robot_kind
from ...formulas.raw_mail import RawMail
from .delivery import COMPLAINT

LONGEST_SUBJECT = 255
# What a report says of a letter that is still on its way or has arrived.
_NOT_FAILED = re.compile(
    r"^action:\s*(delayed|delivered|relayed|expanded)", re.IGNORECASE | re.MULTILINE
)


class MailReceived:
    """Headers, robot or person, and the values that core posts of it."""

    def __init__(self, env, message, message_dict):
        self.env_sudo = env(su=True)
        self.message = message
        self.values = message_dict
        fields = {}
        for name, value in message.raw_items():
            fields.setdefault(name.lower(), []).append(str(value))
        self.headers = {name: found[0] for name, found in fields.items()}
        # Core forgets their order.
        self.recipients = RawMail(b"", fields).recipients()
        self.subject = message_dict.get("subject") or ""
        self.sender = email_normalize(message_dict.get("email_from") or "") or ""
        # Found before core took the mail apart.
        self.failed_addresses = set(env.context.get("crm_value_failures") or ())
        self.kind = self._get_kind()

    def _get_kind(self):
        kind = robot_kind(self.headers, self.subject)
        if kind == BOUNCE and self._is_under_way():
            return AUTOMATIC
        if kind is None and self.failed_addresses and not self._is_known_sender():
            return BOUNCE
        return kind

    def _is_under_way(self):
        reports = [
            str(part)
            for part in self.message.walk()
            if part.get_content_type() == "message/delivery-status"
        ]
        text = "\n".join(reports)
        return bool(_NOT_FAILED.search(text)) and "action: failed" not in text.lower()

    def _is_known_sender(self):
        """A customer who writes “could not be delivered” speaks of our goods."""
        return bool(
            self.sender
            and not self.sender.startswith(("postmaster@", "mailer-daemon@"))
            and self.env_sudo["res.partner"].search_count(
                [("email_normalized", "=", self.sender)], limit=1
            )
        )

    def is_receipt(self):
        """It tells that the letter was read, or when it will be: nothing failed."""
        return self.kind == AUTOMATIC

    def find_bounced_complaint(self):
        """The complaint whose letter comes back, by what the bounce carries, or by
        the address that cannot be reached."""
        complaints = self.env_sudo[COMPLAINT]
        bounced = self.values.get("bounced_message")
        if bounced:
            # What it brings back is known: it is of a complaint, or it is not ours.
            is_own = bounced.model == COMPLAINT
            return complaints.browse(bounced.res_id).exists() if is_own else complaints
        found = complaints._find_by_message_ids(
            complaints._find_own_message_ids(
                self._get_text().encode("utf-8", "replace")
            )
        )
        return found or complaints._find_by_letter_to(self._get_failed_addresses())

    def _get_failed_addresses(self):
        address = email_normalize(self.values.get("bounced_email") or "")
        return self.failed_addresses | ({address} if address else set())

    def _get_text(self):
        parts = (
            str(part.get_payload())
            for part in self.message.walk()
            if part.get_content_maintype() in ("text", "message")
        )
        return "\n".join(parts)

    def prepare_message(self):
        """What core posts: a subject that can be shown."""
        values = dict(self.values)
        if len(self.subject) > LONGEST_SUBJECT:
            values["subject"] = f"{self.subject[: LONGEST_SUBJECT - 1]}…"
        if self.kind:
            # A note for the team; core would write to the author of what it answers.
            values["is_internal"] = True
            values.pop("parent_id", None)
        return values
