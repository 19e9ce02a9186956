from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TUESDAY, ComplaintCase


@tagged("post_install", "-at_install")
class TestHandling(ComplaintCase):
    """From receipt to closing, and back."""

    def stage(self, kind):
        return self.env["crm.complaint.stage"]._of_kind(kind)

    def silent(self, **values):
        """A complaint that nobody has acknowledged yet."""
        return self.Complaint.with_user(self.agent).create(
            {
                "subject": "Two boxes are missing",
                "partner_id": self.lotus.id,
                "team_id": self.team.id,
                **values,
            }
        )

    def test_spoken_complaint_is_acknowledged_at_once(self):
        """Who is on the phone gets his number by word and by mail."""
        complaint = self.submit()
        self.assertEqual(complaint.acknowledged_at, TUESDAY)
        self.assertEqual(complaint.stage_kind, "acknowledged")
        letter = complaint.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        )
        self.assertIn(complaint.name, letter.subject)
        self.assertEqual(letter.partner_ids, self.lotus)
        self.assertFalse(complaint.answered_at, "No person has answered yet.")

    def test_received_cannot_be_left_unacknowledged(self):
        complaint = self.silent()
        with self.assertRaisesRegex(ValidationError, "acknowledged"):
            complaint.stage_id = self.stage("investigating")
        complaint.acknowledge()
        complaint.stage_id = self.stage("investigating")
        self.assertEqual(complaint.stage_kind, "investigating")

    def test_dragging_to_acknowledged_acknowledges(self):
        complaint = self.silent()
        complaint.stage_id = self.stage("acknowledged")
        self.assertEqual(complaint.acknowledged_at, TUESDAY)
        self.assertEqual(self.deadline(complaint, "acknowledge").state, "met")

    def test_cannot_close_without_a_communicated_decision(self):
        """Neither by the button, nor by the stage, nor with a decision nobody told."""
        complaint = self.submit()
        complaint.write({"decision": "upheld", "decision_text": "Yes"})
        for way in (complaint.close, lambda: self.move(complaint, "closed")):
            with self.assertRaisesRegex(ValidationError, "Decide"):
                way()
        complaint.decide("upheld", "You are right.")
        complaint.close()
        self.assertEqual(complaint.stage_kind, "closed")

    def move(self, complaint, kind):
        complaint.stage_id = self.stage(kind)

    def test_decision_reaches_the_customer(self):
        complaint = self.submit()
        complaint.decide("rejected", "The file was <b>yours</b>.", "Ask the board.")
        letter = complaint.message_ids[0]
        self.assertIn("&lt;b&gt;yours", letter.body)
        self.assertIn("Ask the board.", letter.body)
        self.assertEqual(complaint.decided_at, TUESDAY)
        self.assertEqual(complaint.stage_kind, "answered")
        self.assertEqual(complaint.answered_at, TUESDAY)

    def test_what_a_decision_needs(self):
        """Each refusal names the argument."""
        complaint = self.submit()
        for arguments, named in (
            (("maybe", "Text"), "decision"),
            ((None, "Text"), "decision"),
            ((["upheld"], "Text"), "decision"),
            (("upheld", "  "), "text"),
            (("upheld", None), "text"),
            (("upheld", 7), "text"),
            (("rejected", "No."), "recourse"),
            (("rejected", "No.", 7), "recourse"),
        ):
            with self.subTest(arguments), self.assertRaisesRegex(UserError, named):
                complaint.decide(*arguments)
        self.assertFalse(complaint.decided_at)

    def test_told_decision_stays(self):
        """What the customer was told is not rewritten, whatever the way."""
        complaint = self.submit()
        complaint.decide("upheld", "You are right.")
        with self.assertRaisesRegex(UserError, "communicated"):
            complaint.decision_text = "You are wrong."
        complaint.reopen("New facts")
        complaint.decision_text = "Half of it."
        self.assertFalse(complaint.decided_at)

    def test_dates_are_right_and_reset_on_reopening(self):
        complaint = self.submit()
        with freeze_time(TUESDAY + timedelta(hours=30)):
            complaint.decide("upheld", "You are right.")
            complaint.close()
        self.assertEqual(complaint.closed_at, TUESDAY + timedelta(hours=30))
        self.assertEqual(complaint.open_hours, 30)
        complaint.reopen("The second delivery was wrong too")
        self.assertFalse(complaint.closed_at)
        self.assertEqual((complaint.open_hours, complaint.reopen_count), (0, 1))
        with freeze_time(TUESDAY + timedelta(hours=50)):
            complaint.decide("upheld", "Right again.")
            complaint.close()
        self.assertEqual(complaint.open_hours, 50)

    def test_entered_later_than_received(self):
        """Told on the phone yesterday, entered today: yesterday counts."""
        complaint = self.silent(received_at=TUESDAY - timedelta(days=1))
        complaint.acknowledge()
        self.assertEqual(
            self.deadline(complaint, "answer").started_at, TUESDAY - timedelta(days=1)
        )

    def test_answer_within_grace_reopens(self):
        complaint = self.submit()
        complaint.decide("upheld", "You are right.")
        complaint.close()
        with freeze_time(TUESDAY + timedelta(days=14)):
            self.say(complaint, "It is still wrong", self.lotus)
        self.assertEqual(complaint.stage_kind, "investigating")
        self.assertEqual(complaint.reopen_count, 1)

    def test_thanks_do_not_reopen(self):
        complaint = self.submit()
        complaint.decide("upheld", "You are right.")
        complaint.close()
        self.say(complaint, "Thank you very much!", self.lotus)
        self.assertEqual(complaint.stage_kind, "closed")
        self.team.is_thanks_ignored = False
        self.say(complaint, "Thank you very much!", self.lotus)
        self.assertEqual(complaint.stage_kind, "investigating")

    def test_late_answer_opens_a_linked_complaint(self):
        complaint = self.submit()
        complaint.decide("upheld", "You are right.")
        complaint.close()
        with freeze_time(TUESDAY + timedelta(days=15)):
            self.say(complaint, "And now it fades", self.lotus)
        self.assertEqual(complaint.stage_kind, "closed")
        follow_up = complaint.follow_ids
        self.assertEqual(follow_up.description, "And now it fades")
        self.assertEqual(follow_up.partner_id, self.lotus)
        self.assertNotEqual(follow_up.name, complaint.name)

    def test_customer_answers_while_we_wait(self):
        complaint = self.submit()
        complaint.stage_id = self.stage("waiting_customer")
        self.say(complaint, "Here is the picture", self.lotus)
        self.assertEqual(complaint.stage_kind, "investigating")

    def test_notes_are_no_answer(self):
        complaint = self.submit()
        complaint.message_post(body="Ask the printer", subtype_xmlid="mail.mt_note")
        self.assertFalse(complaint.answered_at)
        self.say(complaint)
        self.assertEqual(complaint.answered_at, TUESDAY)

    def test_relabelled_stays_counted(self):
        complaint = self.submit()
        complaint.kind = "question"
        self.assertTrue(complaint.is_relabelled)
        self.assertIn(
            "Complaint → Question", " ".join(complaint.log_ids.mapped("summary"))
        )
        self.say(complaint)
        complaint.close()
        self.assertEqual(
            complaint.stage_kind, "closed", "A question needs no decision."
        )

    def test_a_question_is_no_complaint(self):
        self.submit("When do you open?", kind="question")
        self.assertEqual(self.lotus.complaint_count, 0)
        self.submit()
        self.lotus.invalidate_recordset()
        self.assertEqual(self.lotus.complaint_count, 1)
        self.assertEqual(self.lotus.complaint_open_count, 1)

    def test_log_tells_who_did_what(self):
        complaint = self.submit()
        complaint.severity = "3"
        complaint.user_id = self.agent
        complaint.invalidate_recordset()
        changes = complaint.log_ids.filtered(lambda log: log.kind == "changed")
        last = changes[:2]
        self.assertEqual(last.user_id, self.agent)
        self.assertEqual(sorted(last.mapped("field_name")), ["severity", "user_id"])
        self.assertIn("Medium → Safety", " ".join(last.mapped("summary")))
        with self.assertRaisesRegex(UserError, "written once"):
            last.sudo().write({"note": "Never happened"})
        with self.assertRaisesRegex(UserError, "written once"):
            last.sudo().unlink()

    def test_dates_cannot_be_written(self):
        complaint = self.submit()
        for name, value in (
            ("closed_at", TUESDAY),
            ("acknowledged_at", False),
            ("value_at_risk_amount", 1.0),
            ("reopen_count", 0),
        ):
            with self.subTest(name), self.assertRaises(UserError):
                complaint.write({name: value})

    def test_register_keeps_everything(self):
        complaint = self.submit()
        with self.assertRaises(UserError):
            complaint.copy()
        with self.assertRaises(AccessError), mute_logger("odoo.models.unlink"):
            complaint.with_user(self.manager).unlink()
        with self.assertRaisesRegex(UserError, "register"):
            complaint.sudo().unlink()

    def test_salesperson_files_but_does_not_handle(self):
        complaint = self.submit(user=self.seller)
        self.assertEqual(complaint.create_uid, self.seller)
        for call in (
            complaint.acknowledge,
            complaint.close,
            complaint.reopen,
            complaint.action_assign_to_me,
            lambda: complaint.decide("upheld", "Yes."),
            lambda: complaint.write({"severity": "3"}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_timeline_tells_of_it(self):
        complaint = self.submit()
        complaint.decide("upheld", "You are right.")
        complaint.close()
        kinds = self.events().mapped("kind")
        self.assertIn("complaint_received", kinds)
        self.assertIn("complaint_closed", kinds)

    def test_value_at_risk_is_frozen_at_receipt(self):
        profile = self.set_tier(self.lotus, self.gold)
        profile.clv_amount = 5000
        complaint = self.submit()
        profile.clv_amount = 100
        self.assertEqual(complaint.sudo().value_at_risk_amount, 5000)
        stranger = self.submit(partner_id=False, email_from="x@example.com")
        self.assertIs(stranger.value_at_risk_amount, False, "Unknown is not zero.")
