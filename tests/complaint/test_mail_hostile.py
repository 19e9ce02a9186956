import base64
import time

from odoo.tests import HttpCase, new_test_user, tagged

from .mail_case import JANE, TEAM, MailCase, make_html_mail, make_mail

SCRIPT = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@tagged("post_install", "-at_install")
class TestMailHostile(MailCase):
    """Mails that want to do harm, or are broken."""

    def take_quickly(self, raw, states=("complaint",)):
        begin = time.thread_time()
        row = self.deliver(raw)
        self.assertIn(row.state, states, row.error)
        self.assertLess(time.thread_time() - begin, 60, "Odoo's parser runs away.")
        return row

    def test_ten_thousand_recipients(self):
        crowd = ",\r\n ".join(f"p{place}@crowd.example" for place in range(10_000))
        row = self.take_quickly(make_mail(to=f"{crowd},\r\n {TEAM}", cc=crowd))
        self.assertLess(len(row.complaint_id.email_cc), 10_000)
        self.assertEqual(len(self.letters()), 1)

    def test_subject_of_five_megabytes(self):
        row = self.take_quickly(make_mail(subject="wrong " * 900_000))
        self.assertEqual(len(row.complaint_id.subject), 255)

    def test_body_of_three_megabytes(self):
        row = self.take_quickly(make_mail("wrong colour\r\n" * 200_000))
        self.assertEqual(len(row.complaint_id.description), 100_000)

    def test_zero_bytes(self):
        row = self.take_quickly(
            make_mail(
                "a\0b =?utf-8?q?x=00y?=",
                subject="a\0b =?utf-8?q?x=00y?=",
                **{"from": f"=?utf-8?q?J=00ane?= <{JANE}>"},
            )
        )
        self.assertNotIn("\0", row.complaint_id.description + row.complaint_id.subject)
        encoded = make_mail(
            "a=00b",
            message_id="<z@x.org>",
            content_transfer_encoding="quoted-printable",
        )
        self.take_quickly(encoded)

    def test_broken_encodings(self):
        for place, raw in enumerate(
            (
                make_mail("x", content_type="text/plain; charset=nothing-such"),
                make_mail("=ZZ=9", content_transfer_encoding="quoted-printable"),
                make_mail("!!!", content_transfer_encoding="base64"),
                make_mail(subject="=?utf-8?b?////?= =?x?y?z?="),
                make_mail("x").replace(b"Wrong", b"\xff\xfe\xed\xa0\x80"),
                make_mail("x" * 10).replace(b"xxx", b"\xff\x80\xfe"),
            )
        ):
            raw = raw.replace(b"<1@customer", b"<%d@customer" % place)
            with self.subTest(place):
                self.take_quickly(raw)

    def test_impossible_dates(self):
        for place, date in enumerate(("Day 100", "never", "1 Jan 9999", "32/13/2026")):
            with self.subTest(date):
                self.take_quickly(make_mail(date=date, message_id=f"<{place}@d.org>"))

    def test_deep_nesting(self):
        head = make_mail("", content_type="multipart/mixed; boundary=b0").rstrip()
        parts = b"".join(
            b"\r\n\r\n--b%d\r\nContent-Type: multipart/mixed; boundary=b%d"
            % (place, place + 1)
            for place in range(3_000)
        )
        self.take_quickly(head + parts, ("complaint", "quarantined"))
        self.take_quickly(
            make_html_mail("<div>" * 20_000 + "deep"), ("complaint", "quarantined")
        )

    def test_message_id_that_fits_no_index(self):
        """It is replaced by one made of the content, the same for the same mail."""
        endless = f"<{'x' * 5_000}@x.org>"
        self.take_quickly(make_mail(message_id=endless))
        self.assertFalse(self.deliver(make_mail(message_id=endless)))

    def test_nothing_but_an_address(self):
        for place, raw in enumerate(
            (b"To: " + TEAM.encode(), make_mail("", subject=""))
        ):
            with self.subTest(place):
                self.take_quickly(raw)

    def test_commands_in_texts_are_texts(self):
        sum_ = "7919*7907"
        payload = f"'; DROP TABLE x; -- {{{{ {sum_} }}}} <t t-out='1'/> ${{{sum_}}}"
        complaint = self.take_quickly(
            make_mail(payload, subject=payload, **{"from": f'"{payload}" <x@x.org>'})
        ).complaint_id
        self.assertIn("{{ 7919*7907 }}", complaint.subject)
        self.assertNotIn(str(7919 * 7907), self.letters(complaint, "x@x.org").body_html)
        self.assertNotIn("<t ", self.letters(complaint, "x@x.org").body_html)

    def test_html_is_sanitised(self):
        complaint = self.take_quickly(
            make_html_mail(
                "<p onclick='alert(1)'>wrong</p><script>alert(2)</script>"
                "<a href='javascript:alert(3)'>x</a><iframe src='//e.example'></iframe>"
            )
        ).complaint_id
        message = complaint.message_ids.filtered(lambda m: m.message_type == "email")
        for word in ("alert", "iframe", "onclick"):
            self.assertNotIn(word, message.body)
        self.assertIn("wrong", complaint.description)


@tagged("post_install", "-at_install")
class TestMailAttachments(HttpCase, MailCase):
    """Attachments are kept, and nothing of them runs."""

    def test_attachments_are_served_as_text(self):
        raw = make_html_mail(
            "<p>see</p>",
            attachments=[
                ("evil.html", "application", "octet-stream", SCRIPT),
                ("evil.svg", "image", "svg+xml", SVG),
                ("evil.png", "image", "png", SVG),
                ("evil.xhtml", "application", "xhtml+xml", SCRIPT),
            ],
        )
        complaint = self.take(raw)
        attachments = complaint.message_ids.attachment_ids
        self.assertEqual(len(attachments), 4)
        user = new_test_user(self.env, "intake_jane", "base.group_portal")
        user.partner_id = self.jane
        self.check_inert(attachments, "intake_jane")
        self.check_inert(attachments, "intake_agent")

    def test_held_mail_is_served_as_text(self):
        row = self.Intake.create(
            {
                "message_key": "<k@x.org>",
                "state": "quarantined",
                "company_id": self.company.id,
            }
        )
        row._keep_raw(SCRIPT)
        self.authenticate("intake_manager", "intake_manager")
        response = self.url_open(f"/web/content/crm.complaint.intake/{row.id}/raw")
        self.assertEqual(response.content, SCRIPT)
        self.assertTrue(response.headers["Content-Type"].startswith("text/plain"))
        self.assertEqual(base64.b64decode(row.raw), SCRIPT)

    def check_inert(self, attachments, login):
        self.authenticate(login, login)
        for attachment in attachments:
            with self.subTest(attachment.name, login=login):
                token = attachment.generate_access_token()[0]
                response = self.url_open(
                    f"/web/content/{attachment.id}?access_token={token}"
                )
                self.assertEqual(response.status_code, 200)
                kind = response.headers["Content-Type"]
                self.assertFalse("html" in kind or "svg" in kind or "xml" in kind, kind)
                self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
