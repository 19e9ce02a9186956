import logging
import re
import xmlrpc.client

import psycopg2

from odoo import api, models
from odoo.exceptions import ConcurrencyError, LockError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .delivery import COMPLAINT, Delivery
from .mail_received import MailReceived

_logger = logging.getLogger(__name__)

_PLAUSIBLE_DATE = re.compile(r"(19[7-9]|20)\d")
RETRIED = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError, LockError)
# The database is gone, or stopped us: nothing can be kept in this transaction.
GONE_CODES = ("08", "57")


class MailThread(models.AbstractModel):
    """Mail to complaint teams is taken in once, and never lost."""

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        options = {
            "custom_values": custom_values,
            "save_original": save_original,
            "strip_attachments": strip_attachments,
            "thread_id": thread_id,
        }
        raw = self._get_raw_message(message)
        delivery = raw is not None and Delivery(self.env, raw, model)
        if not delivery or not delivery.is_ours:
            return super().message_process(model, message, **options)
        return self._take_in(delivery, options)

    @api.model
    def _get_raw_message(self, message):
        """The bytes of what core accepts as a message, or None."""
        if isinstance(message, xmlrpc.client.Binary):
            return bytes(message.data)
        if isinstance(message, str):
            return message.encode("utf-8", "surrogateescape")
        return message if isinstance(message, bytes) else None

    @api.model
    def _take_in(self, delivery, options):
        """Let core handle it; what it fails on is kept instead of being lost.

        fetchmail marks a mail it failed on as handled, and core answers a failure with
        a bounce to the customer.
        """
        # Whoever fetches mail need not be allowed to read what was fetched.
        intakes_sudo = self.env["crm.complaint.intake"].sudo()
        # Core may read a broken Message-Id in another way.
        gateway = self.with_context(
            crm_value_intake=delivery.mail.message_id(),
            crm_value_failures=delivery.failed_addresses(),
        )
        core = super(MailThread, gateway)
        try:
            with self.env.cr.savepoint():
                result = core.message_process(
                    delivery.fallback_model, delivery.tamed(), **options
                )
                intakes_sudo._complete(delivery)
            return result
        except RETRIED as error:
            if not self._is_fetching():
                raise
            # fetchmail does not try again; the scheduler does.
            intakes_sudo._hold(delivery, str(error), is_retry_due=True)
        except psycopg2.InterfaceError:
            raise
        except Exception as error:  # noqa: BLE001 whatever it is, the mail is kept
            if self._is_database_gone(error):
                raise
            _logger.info("Mail %s is held back.", delivery.mail.get("message-id"))
            intakes_sudo._hold(delivery, f"{type(error).__name__}: {error}"[:2000])
        return False

    @api.model
    def _is_database_gone(self, error):
        return isinstance(error, psycopg2.OperationalError) and (
            not error.pgcode or error.pgcode.startswith(GONE_CODES)
        )

    @api.model
    def _is_fetching(self):
        return bool(
            self.env.context.get("default_fetchmail_server_id")
            or self.env.context.get("crm_value_intake_retry_id")
        )

    @api.model
    def message_parse(self, message, save_original=False):
        values = super().message_parse(message, save_original=save_original)
        if self.env.context.get("crm_value_intake"):
            for name, value in values.items():
                if isinstance(value, str):
                    # What no database text holds: zero bytes and half characters.
                    text = value.replace("\0", "").encode("utf-8", "replace").decode()
                    values[name] = type(value)(text)
            if not _PLAUSIBLE_DATE.match(values.get("date", "2000")):
                # “Day 100” is the year 100 to core, which fails on it.
                values.pop("date")
            values["attachments"] = [
                attachment._replace(fname=self._get_safe_name(attachment.fname))
                for attachment in values.get("attachments", ())
            ]
        return values

    @api.model
    def _get_safe_name(self, name):
        name = str(name or "attachment").replace("\0", "")
        return name.encode("utf-8", "replace").decode()[:200]

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        ours = any(route[0] == COMPLAINT for route in routes or ())
        if ours and MailReceived(self.env, message, message_dict).kind:
            # It opens nothing, so that there is nothing to loop; no answer to it.
            return False
        is_loop = super()._detect_loop_sender(message, message_dict, routes)
        if is_loop and ours:
            # Kept with its raw message once core has returned.
            intakes_sudo = self.env["crm.complaint.intake"].sudo()
            received = MailReceived(self.env, message, message_dict)
            for route in intakes_sudo._choose_routes(routes, received):
                intakes_sudo._claim_route(
                    route, received, "quarantined"
                ).error = self.env._(
                    "Too many mails from this address within two hours."
                )
        return is_loop

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        bounced = message_dict.get("bounced_message")
        is_own = bounced and bounced.model == COMPLAINT
        if is_own or self.env.context.get("crm_value_intake"):
            received = MailReceived(self.env, email_message, message_dict)
            complaint = received.find_bounced_complaint()
            # Whoever fetches mail need not be allowed to write complaints.
            intakes_sudo = self.env["crm.complaint.intake"].sudo()
            if not intakes_sudo._take_in_bounce(received, complaint):
                return None
        return super()._routing_handle_bounce(email_message, message_dict)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        ours = [route for route in routes or () if route[0] == COMPLAINT]
        if not ours:
            return super()._message_route_process(message, message_dict, routes)
        thread_id = False
        others = [route for route in routes if route[0] != COMPLAINT]
        if others:
            thread_id = super()._message_route_process(
                message, dict(message_dict), others
            )
        # Whoever fetches mail need not be allowed to read what was fetched.
        intakes_sudo = self.env["crm.complaint.intake"].sudo()
        received = MailReceived(self.env, message, message_dict)
        for route in intakes_sudo._choose_routes(ours, received):
            intake = intakes_sudo._claim_route(route, received, "complaint")
            route = intake and intake._follow_route(route, received)
            if route:
                thread_id = super()._message_route_process(
                    message, received.prepare_message(), [route]
                )
                intake._note_taken_in(thread_id, route, received)
        return thread_id
