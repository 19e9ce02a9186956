import os
import random
import tarfile
from collections import Counter
from pathlib import Path

from odoo.tests import tagged

from odoo.addons.crm_value.formulas.raw_mail import read_mail

from .mail_case import JANE, TEAM, MailCase, make_html_mail, make_mail
from .test_mail_robots import REPORT

IS_STRESS = bool(os.environ.get("CRM_VALUE_STRESS"))
MUTATIONS = 2_000 if IS_STRESS else 50
SAMPLES = Path(__file__).parent / "data" / "flufl_bounce_samples.tar.xz"
OUTCOMES = {"complaint", "reply", "bounce", "automatic", "quarantined"}
JUNK = (
    b"\0",
    b"\xff\xfe",
    b"=?utf-8?b?////?=",
    b"Content-Type: multipart/mixed; boundary=",
    b"Content-Transfer-Encoding: base64",
    b"Content-Type: text/html; charset=x-unknown",
    b"\r\n\r\n",
    b"<![CDATA[",
    b"Date: never",
    b"From: ",
    b"References: " + b"<x@y> " * 100,
)


@tagged("post_install", "-at_install")
class TestMailOutcomes(MailCase):
    """Whatever comes in, its row says what became of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 10_000)
        cls.complaint = cls.deliver(cls, make_mail()).complaint_id

    def setUp(self):
        super().setUp()
        self.outcomes = Counter()

    def take_in(self, raw):
        """Deliver, as a mail server whose setting is to create complaints."""
        gateway = self.env["mail.thread"].with_company(self.company)
        key = read_mail(raw).message_id()
        before = self.Intake.search([("message_key", "=", key)])
        gateway.message_process("crm.complaint", raw)
        self.env.cr.flush()
        rows = self.Intake.search([("message_key", "=", key)])
        self.assertEqual(len(rows), 1, raw[:500])
        if before:
            self.outcomes["taken in before"] += 1
        else:
            self.assertIn(rows.state, OUTCOMES, rows.error)
            self.outcomes[rows.state] += 1
        return rows

    def check_letters(self):
        """One letter a complaint at most, none for anything else."""
        letters = self.letters(address="")
        self.assertEqual(len(letters), len(set(letters.mapped("res_id"))))
        told = self.Intake.search([("is_acknowledged", "=", True)])
        self.assertLessEqual(set(told.mapped("state")), {"complaint", "reply"})
        self.assertLessEqual(set(letters.mapped("res_id")), set(told.complaint_id.ids))

    def test_real_bounces(self):
        """The 117 that flufl.bounce is tested with open next to nothing."""
        unknown = []
        with tarfile.open(SAMPLES) as samples:
            for member in samples:
                if not member.name.endswith(".txt"):
                    continue
                row = self.take_in(samples.extractfile(member).read())
                if row.state not in ("bounce", "automatic"):
                    unknown.append((member.name, row.state))
        self.assertEqual(sum(self.outcomes.values()), 117)
        # A letter between people that got among the samples.
        self.assertEqual(unknown, [("groupwise_03.txt", "complaint")])
        self.check_letters()

    def bases(self):
        letter = self.complaint.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        ).message_id
        report = REPORT.format(address=JANE, action="failed", message_id=letter)
        return (
            make_mail(),
            make_mail("Noch ein Wort.", in_reply_to=letter, subject="Re: Farbe"),
            make_mail(auto_submitted="auto-replied", in_reply_to=letter),
            make_mail(
                report.replace("\n", "\r\n"),
                content_type="multipart/report; boundary=B; "
                "report-type=delivery-status",
                **{"from": "MAILER-DAEMON@mx.example"},
            ),
            make_html_mail(
                "<p>颜色不对</p><img src='cid:1'>",
                subject="Falsche Farbe – grün",
                attachments=[
                    ("a.png", "image", "png", b"\x89PNG\r\n"),
                    ("a.html", "text", "plain", b"<script>"),
                ],
            ),
            make_mail(to=f"{TEAM}, x@y.example", cc="a@b.example, c@d.example"),
        )

    def mutate(self, raw, chance):
        lines = raw.split(b"\r\n")
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(lines))
            match chance.randrange(7):
                case 0:
                    del lines[place]
                    lines = lines or [b""]
                case 1:
                    lines.insert(place, chance.choice(lines))
                case 2:
                    lines.insert(place, chance.choice(JUNK))
                case 3:
                    line = bytearray(lines[place] or b" ")
                    line[chance.randrange(len(line))] = chance.randrange(256)
                    lines[place] = bytes(line)
                case 4:
                    lines[place] = lines[place][: chance.randrange(80)]
                case 5:
                    lines[place] += chance.choice(JUNK)
                case 6:
                    lines = (
                        lines[: max(1, chance.randrange(len(lines)))] + lines[place:]
                    )
        return b"\r\n".join(lines)

    def test_mutations_of_mails(self):
        for seed in range(MUTATIONS):
            chance = random.Random(seed)
            raw = chance.choice(self.bases())
            raw = raw.replace(b"Message-Id: <", b"Message-Id: <m%d-" % seed)
            with self.subTest(seed=seed):
                self.take_in(self.mutate(raw, chance))
        self.assertEqual(sum(self.outcomes.values()), MUTATIONS)
        self.check_letters()
        if IS_STRESS:
            print("mutations:", dict(self.outcomes))
