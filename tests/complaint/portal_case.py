"""Customers with and without a log-in, and what they reach over HTTP."""

from contextlib import contextmanager
from datetime import datetime

from odoo import http
from odoo.tests import HttpCase

from .common import ComplaintCase

# Written by core at every visit of somebody logged in, whatever the page.
NOTED_BY_CORE = {"res_device_log"}
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06"
    b"\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00"
    b"\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)


class PortalCase(ComplaintCase, HttpCase):
    """Lotus Prints has two contacts with a log-in, Rival one; none is of the house."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lotus.is_company = True
        cls.rival = cls.customer("Rival Prints", is_company=True)
        cls.owner = cls.make_portal("owner", cls.lotus)
        cls.sibling = cls.make_portal("sibling", cls.lotus)
        cls.stranger = cls.make_portal("stranger", cls.rival)
        cls.insider = cls.make_user("insider", "base.group_user")
        other = cls.make_company("Elsewhere")
        cls.foreigner = cls.make_user("foreigner", "crm_value.group_manager")
        cls.foreigner.write(
            {"company_ids": [(6, 0, other.ids)], "company_id": other.id}
        )
        cls.roles = {
            "public": None,
            "owner": cls.owner,
            "sibling": cls.sibling,
            "stranger": cls.stranger,
            "insider": cls.insider,
            "seller": cls.seller,
            "agent": cls.agent,
            "foreigner": cls.foreigner,
        }

    @classmethod
    def make_portal(cls, name, customer):
        user = cls.make_user(name, "base.group_portal")
        user.partner_id.parent_id = customer
        return user

    @classmethod
    def complain(cls, words="The colour is off", **values):
        """A complaint of the owner, with a link as in the mail he got."""
        complaint = cls.submit(
            words, partner_id=cls.owner.partner_id.id, **values
        ).with_user(cls.env.user)
        complaint._portal_ensure_token()
        cls.env.flush_all()
        return complaint

    @classmethod
    def decided(cls, **values):
        complaint = cls.complain(**values)
        complaint.with_user(cls.agent).decide(
            "rejected", "The proof was signed.", "Ask our management."
        )
        cls.env.flush_all()
        return complaint

    def log_in(self, role):
        user = self.roles[role]
        login = user.login if user else None
        self.authenticate(login, login)

    def get(self, path, **options):
        self.env.flush_all()
        answer = self.url_open(path, **options)
        self.env.invalidate_all()
        return answer

    def post(self, path, data=None, files=None, csrf=True, **options):
        """Send a form as a browser does."""
        data = dict(data or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        self.env.flush_all()
        answer = self.url_open(path, data=data, files=files, **options)
        self.env.invalidate_all()
        return answer

    def rpc(self, path, **params):
        """Result of a JSON-RPC route, or the name of what it raised."""
        self.env.flush_all()
        answer = self.url_open(path, json={"params": params}).json()
        self.env.invalidate_all()
        if "error" in answer:
            return answer["error"]["data"]["name"]
        return answer["result"]

    @contextmanager
    def assertNothingWritten(self):
        """No row of any table was inserted, changed or deleted in this block."""
        # With what waits for the end of the transaction.
        self.env.cr.flush()
        before = self._count_writes()
        yield
        after = self._count_writes()
        changed = {
            table
            for table, count in after.items()
            if count != before.get(table, 0) and table not in NOTED_BY_CORE
        }
        self.assertFalse(changed)

    def _count_writes(self):
        self.env.cr.execute(
            """
            SELECT relname, n_tup_ins + n_tup_upd + n_tup_del
              FROM pg_stat_xact_user_tables
             WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
            """
        )
        return dict(self.env.cr.fetchall())

    def notes_of(self, complaint):
        """What the customer may read of the conversation, and what he may not."""
        complaint.with_user(self.agent).message_post(body="INTERNAL NOTE")
        self.say(complaint, "We look into it at once.")
        self.env.flush_all()


def at(day, hour=10):
    return datetime(2026, 6, day, hour)
