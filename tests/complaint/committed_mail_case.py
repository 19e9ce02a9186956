"""Deliveries whose transactions are really open at once and committed."""

from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase
from odoo.tests.common import get_db_name

from ..waiting import Waiting
from .mail_case import DOMAIN, set_up_company

NAME = "Busy complaints Ltd"
# What hangs on complaints without a foreign key.
LOOSE = ("mail_message", "mail_followers", "mail_activity", "ir_attachment")


class CommittedMailCase(Waiting, BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.addClassCleanup(cls.remove_company)
        with cls.environment() as env:
            # One company in the middle of the others.
            company, team = set_up_company(env, NAME)
            # Letters are not what these tests count; they are slow to render.
            team.is_acknowledged_automatically = False
            cls.company_id = company.id

    @classmethod
    def remove_company(cls):
        cls.remove_complaints()
        with cls.environment() as env:
            company = env["res.company"].search([("name", "=", NAME)])
            partner = company.partner_id
            partner.company_id = False
            company.unlink()
            partner.unlink()
            domain = env["mail.alias.domain"].search([("name", "=", DOMAIN)])
            env["mail.alias"].search([("alias_domain_id", "=", domain.id)]).write(
                {"alias_domain_id": False}
            )
            env["res.company"].search([("alias_domain_id", "=", domain.id)]).write(
                {"alias_domain_id": False}
            )
            domain.unlink()

    def setUp(self):
        super().setUp()
        self.addCleanup(self.remove_complaints)

    @classmethod
    def remove_complaints(cls):
        with cls.registry.cursor() as cr:
            cr.execute(
                "SELECT id FROM crm_complaint WHERE company_id = %s", [cls.company_id]
            )
            ids = [row[0] for row in cr.fetchall()]
            for table in LOOSE:
                model = "model" if table == "mail_message" else "res_model"
                cr.execute(
                    f"DELETE FROM {table} WHERE {model} = 'crm.complaint' "
                    "AND res_id = ANY(%s)",
                    [ids],
                )
            cr.execute(
                "DELETE FROM crm_complaint_intake WHERE company_id = %s",
                [cls.company_id],
            )
            cr.execute("DELETE FROM crm_complaint WHERE id = ANY(%s)", [ids])
            cr.execute("DELETE FROM ir_cron_trigger")

    @classmethod
    @contextmanager
    def environment(cls):
        """An environment of its own transaction, committed at the end."""
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})

    def complaints(self, env):
        return env["crm.complaint"].search([("company_id", "=", self.company_id)])

    def intakes(self, env):
        return env["crm.complaint.intake"].search(
            [("company_id", "=", self.company_id)]
        )
