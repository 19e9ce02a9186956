from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .mail_case import TEAM, MailCase, make_mail


@tagged("post_install", "-at_install")
class TestMailReplies(MailCase):
    """What the customer's answers do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.row = cls.deliver(cls, make_mail())
        cls.complaint = cls.row.complaint_id

    def settle(self, days_ago=1):
        """Decided and closed."""
        complaint = self.complaint.with_user(self.agent)
        complaint.decide("upheld", "We print it again.", False)
        complaint.stage_id = self.env["crm.complaint.stage"]._of_kind("closed")
        self.complaint.closed_at = fields.Datetime.now() - timedelta(days=days_ago)
        self.complaint.received_at = self.complaint.closed_at - timedelta(days=1)
        self.complaint.flush_recordset()

    def test_answer_is_threaded(self):
        row = self.answer(self.complaint)
        self.assertEqual((row.state, row.complaint_id), ("reply", self.complaint))
        message = self.complaint.message_ids.filtered(
            lambda message: message.message_id == "<2@x.org>"
        )
        self.assertIn("still wrong", message.body)
        self.assertEqual(message.author_id, self.jane)
        self.assertEqual(len(self.letters()), 1, "An answer is not acknowledged.")

    def test_answer_to_the_customers_own_mail_is_threaded(self):
        row = self.answer(self.complaint, in_reply_to="<1@customer.example.org>")
        self.assertEqual((row.state, row.complaint_id), ("reply", self.complaint))

    def test_answer_in_grace_reopens_and_counts(self):
        self.settle()
        self.answer(self.complaint)
        self.assertFalse(self.complaint.closed_at)
        self.assertEqual(self.complaint.reopen_count, 1)
        self.assertEqual(self.complaint.stage_kind, "investigating")

    def test_thanks_do_not_reopen(self):
        self.settle()
        self.answer(self.complaint, body="Thank you very much!")
        self.assertTrue(self.complaint.closed_at)
        self.team.is_thanks_ignored = False
        self.answer(self.complaint, body="Thank you very much!", message_id="<3@x.org>")
        self.assertFalse(self.complaint.closed_at)

    def test_late_answer_opens_a_linked_complaint(self):
        self.settle(days_ago=40)
        row = self.answer(self.complaint)
        follow_up = row.complaint_id
        self.assertEqual(follow_up.follows_id, self.complaint)
        self.assertEqual(follow_up.partner_id, self.jane)
        self.assertEqual(follow_up.description, "It is still wrong.")
        self.assertTrue(self.complaint.closed_at)
        self.assertEqual(len(self.letters(follow_up)), 1)
        # The next one belongs to what is open now.
        row = self.answer(self.complaint, message_id="<3@x.org>")
        self.assertEqual(row.complaint_id, follow_up)
        self.assertEqual(self.complaint.follow_ids, follow_up)

    def test_answer_we_waited_for_moves_on(self):
        waiting = self.env["crm.complaint.stage"]._of_kind("waiting_customer")
        self.complaint.with_user(self.agent).stage_id = waiting
        self.answer(self.complaint)
        self.assertEqual(self.complaint.stage_kind, "investigating")

    def test_carrier_who_joins_in_is_not_the_customer(self):
        waiting = self.env["crm.complaint.stage"]._of_kind("waiting_customer")
        self.complaint.with_user(self.agent).stage_id = waiting
        self.env["res.partner"].create(
            {"name": "Carrier", "email": "c@carrier.example"}
        )
        row = self.answer(self.complaint, **{"from": "c@carrier.example"})
        self.assertEqual(row.state, "reply")
        self.assertEqual(self.complaint.stage_kind, "waiting_customer")
        self.assertFalse(self.complaint.answered_at)

    def test_colleague_answers_from_his_mail_program(self):
        self.answer(self.complaint, **{"from": self.agent.email})
        self.assertTrue(self.complaint.answered_at)

    def test_answer_to_a_merged_complaint_reaches_the_survivor(self):
        letter = self.complaint.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        )
        survivor = self.take(message_id="<s@x.org>", subject="Flyers: colour")
        self.complaint.with_user(self.agent).merge_into(survivor.id)
        row = self.answer(self.complaint, in_reply_to=letter.message_id)
        self.assertEqual((row.state, row.complaint_id), ("reply", survivor))
        # Also where a message was left behind.
        letter.res_id = self.complaint.id
        row = self.answer(
            self.complaint, in_reply_to=letter.message_id, message_id="<3@x.org>"
        )
        self.assertEqual(row.complaint_id, survivor)

    def test_our_letters_are_answered_to_the_team(self):
        message = self.complaint.with_user(self.agent).message_post(
            body="We look into it.",
            partner_ids=self.jane.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertIn(TEAM, message.reply_to)
        self.assertTrue(self.complaint.answered_at)

    def test_unknown_customer_gets_the_letter_too(self):
        complaint = self.take(message_id="<u@x.org>", **{"from": "u@nowhere.example"})
        complaint._notify_customer("crm_value.complaint_mail_decision")
        mails = self.env["mail.mail"].search(
            [("res_id", "=", complaint.id), ("model", "=", "crm.complaint")]
        )
        self.assertEqual(len(mails), 2)
        self.assertEqual(set(mails.mapped("email_to")), {"u@nowhere.example"})
        # Other machines would not show a decision that calls itself automatic.
        automatic = mails.filtered(lambda mail: "auto-replied" in (mail.headers or ""))
        self.assertEqual(automatic, self.letters(complaint, "u@nowhere.example"))
