import base64
from contextlib import contextmanager
from unittest.mock import patch

import psycopg2
from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .mail_case import MailCase, make_mail, set_up_company


@tagged("post_install", "-at_install")
class TestMailQuarantine(MailCase):
    """What cannot be taken in is kept, and can be taken in later."""

    @contextmanager
    def failing(self, error=None, method="create", model="crm.complaint"):
        cls = self.env.registry[model]
        error = error or ValueError("a part is missing")
        with patch.object(cls, method, side_effect=error):
            yield

    def hold(self, **headers):
        with self.failing():
            row = self.deliver(**headers)
        self.assertEqual(row.state, "quarantined")
        return row

    def test_failure_keeps_the_mail_and_asks_the_manager(self):
        row = self.hold()
        self.assertIn("a part is missing", row.error)
        self.assertEqual(base64.b64decode(row.raw), make_mail())
        self.assertEqual((row.company_id, row.team_id), (self.company, self.team))
        self.assertEqual(row.activity_ids.user_id, self.manager)
        self.assertFalse(self.Complaint.search([("company_id", "=", self.company.id)]))

    def test_customer_gets_no_bounce_and_the_address_goes_on(self):
        """Core would answer with a bounce and put the alias out of service."""
        mails = self.env["mail.mail"].search_count([])
        self.hold()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertNotEqual(self.team.alias_status, "invalid")

    def test_manager_is_asked_once_however_many_are_held(self):
        rows = self.hold() | self.hold(message_id="<2@x.org>")
        self.assertEqual(len(rows.activity_ids), 1)

    def test_every_step_that_fails_holds_the_mail(self):
        steps = (
            ("message_parse", "mail.thread"),
            ("message_route", "mail.thread"),
            ("_message_parse_post_process", "mail.thread"),
            ("message_post", "crm.complaint"),
        )
        for place, (method, model) in enumerate(steps):
            with self.subTest(method), self.failing(None, method, model):
                row = self.deliver(message_id=f"<{place}@step.org>")
                self.assertEqual(row.state, "quarantined")
                self.assertTrue(row.raw)
        self.assertFalse(self.Complaint.search([("company_id", "=", self.company.id)]))

    def test_flush_that_fails_holds_the_mail(self):
        """What is only written at the end belongs to the mail, too."""
        with self.failing(None, "_emit", "crm.customer.event"):
            self.assertEqual(self.deliver().state, "quarantined")

    def test_retry_takes_it_in(self):
        row = self.hold()
        row.with_user(self.manager).action_retry()
        self.assertEqual(row.state, "complaint")
        self.assertEqual(row.complaint_id.subject, "Wrong colour")
        self.assertEqual(row.retry_count, 1)
        self.assertFalse(row.raw)
        self.assertFalse(row.activity_ids)
        self.assertEqual(len(self.letters()), 1)
        with self.assertRaisesRegex(UserError, "not held back"):
            row.with_user(self.manager).action_retry()

    def test_retry_that_fails_keeps_it(self):
        row = self.hold()
        with self.failing(ValueError("still missing")):
            row.with_user(self.manager).action_retry()
        self.assertEqual((row.state, row.retry_count), ("quarantined", 1))
        self.assertIn("still missing", row.error)
        self.assertEqual(base64.b64decode(row.raw), make_mail())

    def test_second_delivery_of_a_held_mail_changes_nothing(self):
        row = self.hold()
        self.assertFalse(self.deliver())
        self.assertEqual(row.state, "quarantined")

    def test_discarded_mail_leaves_a_line(self):
        row = self.hold()
        row.with_user(self.manager).action_discard()
        self.assertEqual(row.state, "discarded")
        self.assertFalse(row.raw)
        self.assertFalse(row.activity_ids)

    def test_conflict_is_left_to_who_tries_again(self):
        with self.failing(SerializationFailure("try again")):
            with self.assertRaises(SerializationFailure):
                self.deliver()

    def test_lost_connection_is_no_fault_of_the_mail(self):
        with self.failing(psycopg2.OperationalError("server closed the connection")):
            with self.assertRaises(psycopg2.OperationalError):
                self.deliver()

    def test_conflict_while_fetching_is_tried_again_soon(self):
        """fetchmail marks the mail as handled and does not try again."""
        fetching = self.env["mail.thread"].with_context(default_fetchmail_server_id=1)
        with self.failing(SerializationFailure("try again")):
            fetching.message_process(False, make_mail())
        row = self.Intake.search([("company_id", "=", self.company.id)])
        self.assertEqual((row.state, row.is_retry_due), ("quarantined", True))
        self.assertFalse(row.activity_ids)
        with self.enter_registry_test_mode():
            self.env.ref(
                "crm_value.cron_complaint_intake_retry"
            ).method_direct_trigger()
        row.invalidate_recordset()
        self.assertEqual((row.state, row.is_retry_due), ("complaint", False))

    def test_failing_mail_of_others_fails_as_in_core(self):
        with self.failing(model="crm.lead", method="message_new"):
            with self.assertRaises(ValueError):
                self.deliver(make_mail(to="x@y.example"), model="crm.lead")
        self.assertFalse(self.Intake.search([("company_id", "=", self.company.id)]))


@tagged("post_install", "-at_install")
class TestMailQuarantineAccess(MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.row = cls.Intake.create(
            {
                "message_key": "<k@x.org>",
                "state": "quarantined",
                "subject": "Held",
                "company_id": cls.company.id,
                "raw": base64.b64encode(make_mail()),
            }
        )
        other, _team = set_up_company(cls.env, "Other", "other.example.com")
        cls.stranger = new_test_user(
            cls.env,
            "intake_stranger",
            "crm_value.group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )

    def test_only_managers_read_and_nobody_writes(self):
        groups = (
            "base.group_portal",
            "base.group_public",
            "base.group_user",
            "crm_value.group_user",
            "crm_value.group_care_agent",
        )
        for place, group in enumerate(groups):
            user = new_test_user(self.env, f"intake_{place}", group)
            with self.subTest(group):
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(self.row.with_user(user).has_access(operation))
                for method in ("action_retry", "action_discard"):
                    with (
                        self.assertRaises(AccessError),
                        mute_logger("odoo.addons.base.models.ir_model"),
                    ):
                        getattr(self.row.with_user(user), method)()
        own = self.row.with_user(self.manager)
        self.assertTrue(own.has_access("read"))
        for operation in ("write", "create", "unlink"):
            self.assertFalse(own.has_access(operation))

    def test_manager_of_another_company_sees_nothing(self):
        row = self.row.with_user(self.stranger)
        self.assertFalse(row.has_access("read"))
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_rule"),
        ):
            row.action_retry()
        self.row.company_id = False
        self.assertTrue(row.has_access("read"), "Of no known company.")

    def test_mail_on_a_confidential_complaint_is_seen_by_its_team(self):
        complaint = self.take()
        complaint.is_confidential = True
        row = self.Intake.search([("complaint_id", "=", complaint.id)])
        self.assertFalse(row.with_user(self.manager).has_access("read"))
        self.team.member_ids += self.manager
        self.assertTrue(row.with_user(self.manager).has_access("read"))
