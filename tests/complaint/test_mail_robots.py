import base64

from odoo.tests import tagged

from .mail_case import JANE, TEAM, MailCase, make_mail

REPORT = """\
This is a MIME-encapsulated message.

--B
Content-Type: text/plain

I could not deliver your message.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example.org

Final-Recipient: rfc822; {address}
Action: {action}
Status: 5.1.1

--B
Content-Type: text/rfc822-headers

Message-Id: {message_id}
Subject: We have received your message

--B--
"""


@tagged("post_install", "-at_install")
class TestMailRobots(MailCase):
    """Machines open nothing and get no letter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls.deliver(cls, make_mail()).complaint_id
        cls.letter = cls.complaint.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        )

    def bounce(self, action="failed", to="bounce@paper.example.com", **headers):
        body = REPORT.format(
            address=JANE, action=action, message_id=self.letter.message_id
        )
        return self.deliver(
            make_mail(
                body.replace("\n", "\r\n"),
                **{
                    "from": "MAILER-DAEMON@mx.customer.example.org",
                    "to": to,
                    "subject": "Undelivered Mail",
                    "message_id": "<b@mx.org>",
                    "content_type": "multipart/report; boundary=B; "
                    "report-type=delivery-status",
                    **headers,
                },
            )
        )

    def test_automatic_mail_opens_no_complaint(self):
        for place, headers in enumerate(
            (
                {"auto_submitted": "auto-replied"},
                {"auto_submitted": "auto-generated; x=y"},
                {"precedence": "bulk"},
                {"precedence": "Junk"},
                {"x_autoreply": "yes"},
                {"x_autorespond": "x"},
                {"return_path": "<>"},
                {"subject": "Automatische Antwort: Wrong colour"},
                {"subject": "=?utf-8?b?6Ieq5Yqo5Zue5aSNOiDlpb0=?="},
                {"subject": "Out of Office: Wrong colour"},
            )
        ):
            with self.subTest(headers=headers):
                row = self.deliver(make_mail(message_id=f"<{place}@r.org>", **headers))
                self.assertEqual(row.state, "automatic")
                self.assertFalse(row.complaint_id)
        self.assertEqual(len(self.letters()), 1)

    def test_person_is_not_taken_for_a_machine(self):
        for place, headers in enumerate(
            (
                {"auto_submitted": "no"},
                {"subject": "Automatic replies are no answer"},
                {"subject": "Delivery failure: our brochures never came"},
                {"subject": "Could not be delivered"},
                {"return_path": f"<{JANE}>"},
            )
        ):
            with self.subTest(headers=headers):
                row = self.deliver(make_mail(message_id=f"<{place}@p.org>", **headers))
                self.assertEqual(row.state, "complaint")

    def test_nobody_behind_the_address_gets_no_letter(self):
        for place, headers in enumerate(
            (
                {"from": "no-reply@shop.example"},
                {"from": "joe@shop.example", "x_auto_response_suppress": "All"},
                {"from": "joe@shop.example", "list_id": "<news.shop.example>"},
                {"from": TEAM},
            )
        ):
            with self.subTest(headers=headers):
                complaint = self.take(
                    make_mail(message_id=f"<{place}@n.org>", **headers)
                )
                self.assertFalse(self.letters(complaint, ""))

    def test_automatic_answer_is_a_note_and_reopens_nothing(self):
        waiting = self.env["crm.complaint.stage"]._of_kind("waiting_customer")
        self.complaint.with_user(self.agent).stage_id = waiting
        mails = self.env["mail.mail"].search_count([])
        row = self.answer(
            self.complaint, body="I am away.", auto_submitted="auto-replied"
        )
        self.assertEqual((row.state, row.complaint_id), ("automatic", self.complaint))
        note = self.complaint.message_ids[0]
        self.assertIn("I am away.", note.body)
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        self.assertEqual(self.complaint.stage_kind, "waiting_customer")
        self.assertFalse(self.complaint.answered_at)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_machine_leaves_only_so_many_notes(self):
        count = len(self.complaint.message_ids)
        for place in range(30):
            self.answer(
                self.complaint, message_id=f"<{place}@m.org>", precedence="bulk"
            )
        self.assertLess(len(self.complaint.message_ids), count + 25)

    def test_bounce_is_noted_and_the_owner_is_asked_to_act(self):
        row = self.bounce()
        self.assertEqual((row.state, row.complaint_id), ("bounce", self.complaint))
        self.assertIn(JANE, self.complaint.message_ids[0].body)
        activity = self.complaint.activity_ids
        self.assertEqual(activity.user_id, self.agent)
        self.bounce(message_id="<b2@mx.org>")
        self.assertEqual(len(self.complaint.activity_ids), 1)

    def test_bounce_to_the_teams_address(self):
        row = self.bounce(to=TEAM)
        self.assertEqual((row.state, row.complaint_id), ("bounce", self.complaint))

    def test_delay_is_no_bounce(self):
        row = self.bounce(action="delayed")
        self.assertEqual(row.state, "automatic")
        self.assertFalse(self.complaint.activity_ids)

    def test_read_receipt_is_no_bounce(self):
        """Core takes it for one."""
        content_type = "multipart/report; boundary=B; report-type="
        row = self.bounce(content_type=f"{content_type}disposition-notification")
        self.assertEqual(row.state, "automatic")
        self.assertFalse(self.complaint.activity_ids)

    def test_bounce_in_words_is_recognised(self):
        """No report, but the words of a mail server (flufl.bounce)."""
        row = self.deliver(
            make_mail(
                "Hi. This is the qmail-send program at example.com.\r\n"
                "I'm afraid I wasn't able to deliver your message.\r\n\r\n"
                f"<{JANE}>:\r\nSorry, no mailbox here by that name.\r\n",
                **{
                    "from": "postmaster@customer.example.org",
                    "subject": "failure notice",
                    "message_id": "<q@mx.org>",
                },
            )
        )
        self.assertEqual((row.state, row.complaint_id), ("bounce", self.complaint))

    def test_letters_to_one_address_end_after_five_a_day(self):
        rows = self.Intake
        for place in range(6):
            rows |= self.deliver(make_mail(message_id=f"<{place}@five.org>"))
        self.assertEqual(set(rows.mapped("state")), {"complaint"})
        self.assertEqual(len(self.letters()), 5)

    def test_loop_is_held_back_and_not_lost(self):
        """Core drops the mail after twenty within two hours."""
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 3)
        for place in range(2):
            self.take(make_mail(message_id=f"<{place}@l.org>"))
        row = self.deliver(make_mail(message_id="<9@l.org>"))
        self.assertEqual(row.state, "quarantined")
        self.assertEqual(base64.b64decode(row.raw), make_mail(message_id="<9@l.org>"))
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 20)
        row.with_user(self.manager).action_retry()
        self.assertEqual(row.state, "complaint")
