import hashlib
from datetime import timedelta

from odoo import api, fields, models, tools

# Complaints that a form takes an hour: from one address, and by one code or log-in.
LIMITS = {"address": 20, "code": 20, "user": 20}
WINDOW = timedelta(hours=1)
KEPT = timedelta(days=1)


class CrmComplaintThrottle(models.Model):
    """A form was used: how often, from where. Names neither persons nor addresses."""

    _name = "crm.complaint.throttle"
    _description = "Complaint form use"
    _log_access = False

    key = fields.Char(required=True, help="Of address, code or log-in, as a hash.")
    at = fields.Datetime(required=True, default=fields.Datetime.now)

    _key_idx = models.Index("(key, at)")

    @api.model
    def _is_exhausted(self, sources):
        """Whether one of these has used the form too often within the hour.

        :param dict sources: by kind (of LIMITS), what tells one from another
        """
        since = fields.Datetime.now() - WINDOW
        return any(
            self.search_count(
                [("key", "=", self._get_key(kind, source)), ("at", ">", since)],
                limit=LIMITS[kind],
            )
            >= LIMITS[kind]
            for kind, source in sources.items()
        )

    @api.model
    def _note(self, sources):
        self.create(
            [{"key": self._get_key(kind, value)} for kind, value in sources.items()]
        )

    @api.model
    def _get_key(self, kind, source):
        return tools.hmac(
            self.env, "crm_complaint_throttle", (kind, source), hashlib.sha256
        )

    @api.autovacuum
    def _gc_old(self):
        self.search([("at", "<", fields.Datetime.now() - KEPT)]).unlink()
