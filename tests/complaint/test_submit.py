from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestSubmit(ComplaintCase):
    """What the API, the counter and the portal take in."""

    def test_number_and_words_suffice(self):
        """The customer is found by number, however it is written."""
        complaint = self.submit("Wrong red", partner_id=None, phone="0033123456789")
        self.assertEqual(complaint.partner_id, self.lotus)
        self.assertEqual(complaint.subject, "Wrong red")
        self.assertEqual(complaint.email_from, self.lotus.email)

    def test_found_by_address_and_by_order(self):
        by_mail = self.submit(partner_id=None, email_from="LOTUS@example.com")
        self.assertEqual(by_mail.partner_id, self.lotus)
        order = self.order(self.lotus, self.env.cr.now().date())
        by_order = self.submit("Short", partner_id=None, order_id=order.id)
        self.assertEqual(by_order.partner_id, self.lotus)

    def test_unknown_sender_is_taken_in(self):
        complaint = self.submit(
            partner_id=None, email_from="nobody@example.com", partner_name="Nobody"
        )
        self.assertFalse(complaint.partner_id)
        self.assertTrue(complaint.acknowledged_at)
        letter = complaint.message_ids.filtered("outgoing_email_to")
        self.assertEqual(letter.outgoing_email_to, "nobody@example.com")

    def test_same_key_is_same_complaint(self):
        first = self.submit(idempotency_key="k-1")
        self.assertEqual(self.submit("Other words", idempotency_key="k-1"), first)
        self.assertNotEqual(self.submit("Again", idempotency_key="k-2"), first)

    def test_numbers_run_per_company(self):
        other = self.make_company("Elsewhere")
        self.env.user.company_ids += other
        self.agent.company_ids += other
        here = self.submit()
        self.Complaint = self.Complaint.with_context(
            allowed_company_ids=(self.company | other).ids
        )
        there = self.Complaint.with_user(self.agent).browse(
            self.Complaint.with_user(self.agent).submit(
                {"description": "Wrong", "company_id": other.id}
            )
        )
        self.assertEqual(there.company_id, other)
        self.assertEqual(there.name, "C2026-00001")
        self.assertEqual(here.company_id, self.company)
        self.assertEqual(there.team_id.company_id, other)

    def test_bad_values_are_named(self):
        for values, named in (
            ({}, "description"),
            ({"description": "  "}, "description"),
            ({"description": "x", "colour": "red"}, "colour"),
            ({"description": 7}, "description"),
            ({"description": "x", "partner_id": "7"}, "partner_id"),
            ({"description": "x", "partner_id": 2**40}, "partner_id"),
            ({"description": "x", "partner_id": True}, "partner_id"),
            ({"description": "x", "severity": 3}, "severity"),
            ({"description": "x", "severity": "9"}, "severity"),
            ({"description": "x", "kind": ["complaint"]}, "kind"),
            ({"description": "x", "category": "nonsense"}, "category"),
            ({"description": "x", "category": 7}, "category"),
            ({"description": "x", "is_confidential": "yes"}, "is_confidential"),
            ({"description": "x\0y"}, "description"),
            ({"description": "x" * 100_001}, "description"),
            ({"description": "x", "phone": {"a": 1}}, "phone"),
            ([], "values"),
            ("text", "values"),
            (None, "values"),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, named):
                self.Complaint.with_user(self.agent).submit(values)

    def test_long_subject_is_cut_and_kept(self):
        complaint = self.submit("Words", subject="long " * 100)
        self.assertEqual(len(complaint.subject), 255)
        self.assertIn("long " * 99, complaint.description)
        self.assertIn("Words", complaint.description)

    def test_who_may_not(self):
        """Employees without the right and portal users cannot use the API."""
        for group in ("base.group_user", "base.group_portal"):
            user = self.make_user(group.split("_")[1], group)
            with self.subTest(group), self.assertRaises(AccessError):
                self.Complaint.with_user(user).submit({"description": "x"})

    def test_other_company_is_refused(self):
        other = self.make_company("Elsewhere")
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "company_id"):
            self.submit(company_id=other.id)
