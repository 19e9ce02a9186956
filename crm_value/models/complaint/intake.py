import base64
import logging
from datetime import timedelta

import psycopg2
from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

STATES = [
    ("complaint", "Complaint opened"),
    ("reply", "Message on a complaint"),
    ("bounce", "Bounce"),
    ("automatic", "Automatic mail"),
    ("refused", "Not accepted"),
    ("quarantined", "Held back"),
    ("discarded", "Discarded"),
]
# Keys need to be known as long as a mail may still come a second time.
KEPT_DAYS = 180
MOST_MANAGERS = 10


class CrmComplaintIntake(models.Model):
    """A mail that was meant for the complaint teams, and what became of it.

    The unique key is what makes one complaint of a mail that is delivered twice: core
    only searches, and two deliveries at once both find nothing.
    """

    _name = "crm.complaint.intake"
    _description = "Incoming mail"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id DESC"
    _rec_name = "subject"

    message_key = fields.Char(
        string="Message-Id",
        required=True,
        readonly=True,
        help="One row a mail and company: made of its content where the mail brings "
        "none that can be used.",
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    team_id = fields.Many2one(
        "crm.complaint.team",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    complaint_id = fields.Many2one(
        "crm.complaint", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    subject = fields.Char(readonly=True)
    email_from = fields.Char(string="Sender", readonly=True)
    sender = fields.Char(
        string="Address", readonly=True, help="In small letters, without the name."
    )
    received_at = fields.Datetime(
        string="Received on", required=True, readonly=True, default=fields.Datetime.now
    )
    is_acknowledged = fields.Boolean(
        string="Acknowledged by mail", readonly=True, help="Sent by itself, at once."
    )
    error = fields.Text(string="What went wrong", readonly=True)
    raw = fields.Binary(
        string="Mail as it came",
        attachment=True,
        readonly=True,
        help="Kept while the mail is held back, so that nothing is lost.",
    )
    raw_name = fields.Char(compute="_compute_raw_name")
    fallback_model = fields.Char(
        readonly=True, help="What the mail server's setting creates of its mail."
    )
    retry_count = fields.Integer(string="Retries", readonly=True)
    is_retry_due = fields.Boolean(
        readonly=True, help="Another transaction was faster; it is taken in at once."
    )

    _key_uniq = models.UniqueIndex("(message_key, COALESCE(company_id, 0))")
    _acknowledged_idx = models.Index("(sender, received_at) WHERE is_acknowledged")
    _retry_idx = models.Index("(id) WHERE is_retry_due")

    def _compute_raw_name(self):
        for row in self:
            row.raw_name = f"mail-{row.id}.eml"

    # Rows are written by the gateway, as superuser

    @api.model
    def _claim(self, vals):
        """A row for this mail and company, or none if another delivery has it.

        A plain INSERT inside a savepoint: it waits for a delivery that is under way.
        If that commits, the mail is taken in already; if it aborts, it is ours. ON
        CONFLICT would end in a serialization failure instead, and be retried.
        """
        known = self._find(vals["message_key"]).filtered(
            lambda row: row.company_id.id in (vals["company_id"], False)
        )
        if known:
            retried = known.filtered(
                lambda row: (
                    row.id == self.env.context.get("crm_value_intake_retry_id")
                    and row.state == "quarantined"
                )
            )
            retried.write(vals)
            return retried
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    SQL(
                        """
                        INSERT INTO crm_complaint_intake
                               (message_key, company_id, state, received_at,
                                create_uid, create_date, write_uid, write_date)
                        VALUES (%(key)s, %(company_id)s, %(state)s, %(now)s,
                                %(uid)s, %(now)s, %(uid)s, %(now)s)
                     RETURNING id
                        """,
                        key=vals["message_key"],
                        company_id=vals["company_id"] or None,
                        state=vals["state"],
                        now=fields.Datetime.now(),
                        uid=self.env.uid,
                    ),
                    # That it is there already is no error to be logged.
                    log_exceptions=False,
                )
                row = self.browse(self.env.cr.fetchone()[0])
        except UniqueViolation:
            _logger.info("Mail %s is taken in already.", vals["message_key"])
            return self.browse()
        row.write(vals)
        return row

    @api.model
    def _find(self, key):
        return self.search([("message_key", "=", key)])

    @api.model
    def _hold(self, delivery, error, is_retry_due=False):
        """Keep a mail that could not be handled, and tell the managers."""
        retry_id = self.env.context.get("crm_value_intake_retry_id")
        row = self.browse(retry_id) or self._claim(
            {**delivery.prepare_row(), "state": "quarantined"}
        )
        if not row:
            return
        row.write({"error": error, "is_retry_due": is_retry_due})
        if not retry_id:
            row._keep_raw(delivery.mail.raw)
        if is_retry_due:
            self.env.ref("crm_value.cron_complaint_intake_retry")._trigger()
        else:
            row._schedule_review()

    def _keep_raw(self, raw):
        # Served as text whatever it says: managers open it.
        self.with_context(attachments_mime_plainxml=True).raw = base64.b64encode(raw)

    def _schedule_review(self):
        """One open activity a manager, however many mails are held back."""
        try:
            with self.env.cr.savepoint():
                for manager in self._get_managers():
                    self._schedule_review_by(manager)
        except psycopg2.Error:
            raise
        except Exception:  # noqa: BLE001 the mail is kept and listed in any case
            _logger.warning("No activity for held mail %s.", self.ids, exc_info=True)

    def _schedule_review_by(self, manager):
        activities = self.env["mail.activity"]
        if not activities.search_count(
            [("res_model", "=", self._name), ("user_id", "=", manager.id)], limit=1
        ):
            self.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Mail to a complaint team is held back"),
                user_id=manager.id,
            )

    def _get_managers(self):
        """Of the company, or all of them where it is not known."""
        manager_group = self.env.ref("crm_value.group_manager")
        domain = [("all_group_ids", "in", manager_group.ids), ("share", "=", False)]
        if self.company_id:
            domain.append(("company_ids", "in", self.company_id.ids))
        return self.env["res.users"].search(domain, limit=MOST_MANAGERS, order="id")

    @api.model
    def _count_acknowledged(self, sender):
        """Acknowledgements that went to this address within a day."""
        return self.search_count(
            [
                ("sender", "=", sender),
                ("is_acknowledged", "=", True),
                ("received_at", ">=", fields.Datetime.now() - timedelta(days=1)),
            ]
        )

    # What managers do

    def action_retry(self):
        """Take in again what was held back, for example once its cause is mended."""
        self.check_access("read")
        # Managers read only; what they may do is this.
        for intake_sudo in self.sudo():
            intake_sudo._check_held()
            intake_sudo._retry()
        return self._get_result_action()

    def action_discard(self):
        """Throw away what was held back and is no customer's."""
        self.check_access("read")
        # Managers read only; what they may do is this.
        for intake_sudo in self.sudo():
            intake_sudo._check_held()
            intake_sudo.write({"state": "discarded", "raw": False})
            intake_sudo.activity_unlink(["mail.mail_activity_data_todo"])

    def _check_held(self):
        if self.state != "quarantined":
            raise UserError(
                self.env._(
                    "“%(subject)s” is not held back any more: %(state)s.",
                    subject=self.subject or self.message_key,
                    state=dict(self._fields["state"]._description_selection(self.env))[
                        self.state
                    ],
                )
            )

    def _retry(self):
        # Two managers at once: the second one waits here, and is told.
        self.write({"retry_count": self.retry_count + 1, "is_retry_due": False})
        self.flush_recordset()
        company = self.company_id or self.env.company
        gateway = self.env["mail.thread"].with_user(SUPERUSER_ID).with_company(company)
        gateway.with_context(crm_value_intake_retry_id=self.id).message_process(
            self.fallback_model, base64.b64decode(self.raw or b"")
        )
        self.invalidate_recordset()
        if self.state != "quarantined":
            self.write({"raw": False, "error": False})
            self.activity_unlink(["mail.mail_activity_data_todo"])

    def _get_result_action(self):
        held = self.filtered(lambda row: row.state == "quarantined")
        if held:
            message = self.env._(
                "%(count)s still held back: %(error)s",
                count=len(held),
                error=held[0].error or "",
            )
        else:
            message = self.env._("Taken in.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if held else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _cron_retry(self, limit=50):
        """Take in what lost against another transaction while fetching mail."""
        domain = [("is_retry_due", "=", True), ("state", "=", "quarantined")]
        crons = self.env["ir.cron"]
        crons._commit_progress(remaining=self.search_count(domain))
        for row in self.search(domain, limit=limit, order="id"):
            row = row.try_lock_for_update().filtered_domain(domain)
            if row:
                row._retry()
                if not crons._commit_progress(1):
                    break

    @api.autovacuum
    def _gc_intake(self):
        old = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search(
            [("received_at", "<", old), ("state", "!=", "quarantined")], limit=10_000
        ).unlink()
