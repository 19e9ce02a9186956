"""Calls over the external API, as users of every kind."""

import json
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, freeze_time, new_test_user

from .common import NOON

GROUPS = {
    "insider": "base.group_user",
    "user": "crm_value.group_user",
    "agent": "crm_value.group_care_agent",
    "manager": "crm_value.group_manager",
}


class ApiCase(HttpCase):
    """The records of the API page, under the ids that it prints."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].browse(1)
        cls.policy = cls.env["crm.value.policy"]._of_company(cls.company)
        # Ids are counted from where the page says; undone with the transaction.
        cls.restart("res_partner", 1007)
        cls.lotus = cls.env["res.partner"].create(
            {"name": "Lotus Prints", "is_company": True}
        )
        with freeze_time(NOON):
            cls.env["crm.value.purchase"].create(
                {
                    "reference": "2026-001",
                    "partner_id": cls.lotus.id,
                    "date": "2026-05-05",
                    "amount": 900.0,
                    "margin": 400.0,
                }
            )
            cls.restart("crm_value_profile", 503)
            cls.restart("crm_value_run", 111)
            cls.env["crm.value.run"].start(cls.company.id)
            tiers = {"from_tier_id": 2, "to_tier_id": 1}
            cls.env["crm.customer.event"]._emit_rows(
                "tier_up",
                [(cls.lotus.id, cls.company.id, NOON, None, None, tiers)],
            )
            cls.restart("crm_value_purchase", 101)
            cls.restart("crm_value_run", 112)
        cls.keys = {kind: cls.make_key(kind, group) for kind, group in GROUPS.items()}
        # Keys expire by the clock of the database, which does not stand still.
        cls.env.cr.execute(
            "UPDATE res_users_apikeys SET expiration_date = now() + interval '1 day'"
        )
        cls.env.cr.flush()

    @classmethod
    def restart(cls, table, number):
        cls.env.cr.execute(f"ALTER SEQUENCE {table}_id_seq RESTART WITH {number}")

    @classmethod
    def make_key(cls, kind, group):
        user = new_test_user(
            cls.env,
            f"api_{kind}",
            group,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        keys = cls.env["res.users.apikeys"].with_user(user)
        return keys._generate(None, "test", fields.Datetime.now() + timedelta(days=1))

    def post(self, kind, path, body, **headers):
        """Answer to a call; ``body`` is text, or what is sent as JSON."""
        return self.url_open(
            f"/json/2/{path}",
            data=body if isinstance(body, str) else json.dumps(body),
            headers={
                "Authorization": f"bearer {self.keys[kind]}",
                "Content-Type": "application/json",
                **headers,
            },
            timeout=60,
        )
