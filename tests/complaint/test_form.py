"""The form behind a QR code, and the code on documents."""

import re

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger
from odoo.tools.misc import hash_sign

from .portal_case import PNG, PortalCase, at

WORDS = {"description": "Half is missing", "email_from": "Ann@Example.com"}


@tagged("post_install", "-at_install")
class TestForm(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order_ = cls.order(cls.lotus, at(1).date())
        cls.lotus.street = "7 Hidden Lane"

    def path(self, letter=None, document=None):
        url = self.team._get_form_url(letter, document)
        self.env.flush_all()
        return "/complaint/" + url.rpartition("/")[2]

    def last(self):
        return self.Complaint.search([], order="id DESC", limit=1)

    def test_form_shows_the_number_and_nothing_personal(self):
        """Opening it writes nothing."""
        self.log_in("public")
        path = self.path("o", self.order_)
        with self.assertNothingWritten():
            page = self.get(path)
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.company.name, page.text.replace("&amp;", "&"))
        self.assertIn(self.order_.name, page.text)
        for personal in ("Lotus", "lotus@example.com", "+33 1 23", "Hidden Lane"):
            self.assertNotIn(personal, page.text)

    def test_sent_is_taken_in_and_acknowledged(self):
        """For the document's customer, whose address is not asked for."""
        self.log_in("public")
        page = self.post(
            self.path("o", self.order_), {**WORDS, "partner_name": "Ann", "key": "1"}
        )
        complaint = self.last()
        self.assertIn(complaint.name, page.text)
        self.assertEqual(complaint.channel, "qr")
        self.assertEqual(complaint.order_id, self.order_)
        self.assertEqual(complaint.partner_id, self.lotus)
        self.assertEqual(complaint.team_id, self.team)
        self.assertEqual(complaint.partner_name, "Ann")
        self.assertEqual(complaint.stage_kind, "acknowledged")
        letter = complaint.message_ids.filtered("outgoing_email_to")
        self.assertEqual(letter.outgoing_email_to, "Ann@Example.com")
        self.assertIn(self.lotus, letter.partner_ids)
        self.assertNotIn("lotus@example.com", page.text)

    def test_contact_of_the_customer_is_recognised(self):
        self.log_in("public")
        self.post(
            self.path("o", self.order_),
            {"description": "Wrong", "email_from": self.sibling.partner_id.email},
        )
        self.assertEqual(self.last().partner_id, self.sibling.partner_id)

    def test_stranger_with_the_paper_stays_with_the_papers_customer(self):
        """His address does not move the document to his own company."""
        self.log_in("public")
        self.post(
            self.path("o", self.order_),
            {"description": "Wrong", "email_from": self.stranger.partner_id.email},
        )
        self.assertEqual(self.last().commercial_partner_id, self.lotus)

    def test_without_document_and_unknown(self):
        self.log_in("public")
        self.post(
            self.path(),
            {**WORDS, "phone": "12345678"},
            [("files", ("a.png", PNG, "image/png"))],
        )
        complaint = self.last()
        self.assertFalse(complaint.partner_id)
        self.assertEqual(complaint.email_from, "Ann@Example.com")
        self.assertEqual(complaint.message_ids.attachment_ids.mapped("name"), ["a.png"])
        photo = complaint.message_ids.filtered("attachment_ids")
        self.assertNotEqual(photo.author_id, self.env.ref("base.partner_root"))

    def test_sent_twice_is_one_and_another_visitor_gets_his_own(self):
        path = self.path("o", self.order_)
        self.log_in("public")
        numbers = set()
        for _turn in range(2):
            page = self.post(path, {**WORDS, "key": "same"})
            numbers |= set(re.findall(r"C2026-\d+", page.text))
        self.assertEqual(len(numbers), 1)
        self.log_in("public")
        page = self.post(path, {**WORDS, "key": "same"})
        self.assertNotIn(numbers.pop(), page.text)

    def test_malformed_forms_come_back(self):
        self.log_in("public")
        path = self.path("o", self.order_)
        for form in (
            {},
            {"description": "No way to reach me"},
            {**WORDS, "email_from": "not an address"},
            {**WORDS, "partner_name": "x" * 201},
            {**WORDS, "phone": "1" * 65},
            {**WORDS, "category_id": "x"},
            {**WORDS, "wish": "castle"},
            {**WORDS, "description": "a\0b"},
        ):
            answer = self.post(path, form)
            self.assertEqual(answer.status_code, 422, form)
            self.assertIn('role="alert"', answer.text)
        answer = self.post(
            path, {**WORDS, "partner_id": "1", "severity": "3", "channel": "api"}
        )
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.last().partner_id, self.lotus)
        self.assertEqual(self.last().severity, "1")
        self.assertEqual(self.last().channel, "qr")

    def test_forged_codes_open_nothing(self):
        """What is not signed by us, is of another purpose, or was renewed."""
        self.log_in("public")
        good = self.path("o", self.order_)
        forged = hash_sign(self.env(su=True), "another_scope", [self.team.id, 0])
        strange = [
            hash_sign(self.env(su=True), "crm_complaint_form", payload)
            for payload in ("text", 5, [self.team.id], ["a", 0], [None, 0], [0, 0, 1])
        ]
        for code in (
            good[len("/complaint/") : -3],
            forged,
            "x",
            "é",
            "%00",
            "A" * 5000,
            *strange,
        ):
            with mute_logger("odoo.http"):
                answer = self.get(f"/complaint/{code}")
            self.assertEqual(answer.status_code, 404, code)
        self.team.with_user(self.manager).action_renew_codes()
        self.assertEqual(self.get(good).status_code, 404)
        self.assertEqual(self.get(self.path("o", self.order_)).status_code, 200)
        self.team.active = False
        self.assertEqual(self.get(self.path()).status_code, 404)

    def test_vanished_document_leaves_the_form(self):
        quotation = self.order(self.lotus, at(1).date(), state="draft")
        path = self.path("o", quotation)
        quotation.unlink()
        self.log_in("public")
        self.assertEqual(self.get(path).status_code, 200)
        self.post(path, WORDS)
        self.assertFalse(self.last().order_id)

    def test_programs_fill_in_what_people_do_not_see(self):
        self.log_in("public")
        before = self.Complaint.search_count([])
        answer = self.post(self.path(), {**WORDS, "contact_reason": "buy pills"})
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.Complaint.search_count([]), before)

    def test_too_many_from_one_address_or_with_one_code(self):
        """Told in clear words with the way out; an hour later it goes on."""
        self.company.write({"email": "desk@example.com"})
        self.log_in("public")
        for source in (
            {"address": "127.0.0.1"},
            {"code": self.path().rpartition("/")[2]},
        ):
            throttle = self.env["crm.complaint.throttle"]
            throttle.search([]).unlink()
            for _turn in range(20):
                throttle._note(source)
            answer = self.post(self.path(), WORDS)
            self.assertEqual(answer.status_code, 429)
            self.assertIn("desk@example.com", answer.text)
        with freeze_time(at(2, 12)):
            self.assertEqual(self.post(self.path(), WORDS).status_code, 200)

    def test_throttle_keeps_no_address_and_is_cleaned(self):
        throttle = self.env["crm.complaint.throttle"]
        throttle._note({"address": "203.0.113.7"})
        self.assertNotIn("203.0.113.7", throttle.search([]).mapped("key"))
        with freeze_time(at(4)):
            throttle._gc_old()
        self.assertFalse(throttle.search([]))

    # The code on documents

    def printed(self, report, document):
        """The report as HTML."""
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            report, document.ids
        )
        return html.decode()

    def test_documents_carry_the_code_only_when_wanted(self):
        self.assertNotIn("Tell us", self.printed("sale.report_saleorder", self.order_))
        self.team.is_code_on_documents = True
        page = self.printed("sale.report_saleorder", self.order_)
        self.assertIn("Something wrong? Tell us.", page)
        url = re.search(r'alt="[^"]*(/complaint/[\w-]+)"', page).group(1)
        self.log_in("public")
        self.assertIn(self.order_.name, self.get(url).text)

    def test_two_documents_two_codes(self):
        self.team.is_code_on_documents = True
        other = self.order(self.lotus, at(1).date())
        page = self.printed("sale.report_saleorder", self.order_ | other)
        self.assertEqual(len(set(re.findall(r"/complaint/([\w-]+)", page))), 2)

    def test_layout_without_document_is_left_alone(self):
        """Previews and other reports share the layout."""
        self.team.is_code_on_documents = True
        page = self.env["ir.qweb"]._render(
            "web.external_layout", {"res_company": self.company, "o": None}
        )
        self.assertNotIn("Tell us", page)
        team = self.env["crm.complaint.team"]
        for report, document in (
            ("web.preview_externalreport", self.order_),
            ("sale.report_saleorder", self.lotus),
            ("account.report_invoice", self.order_),
            (None, None),
        ):
            self.assertFalse(team._get_code_url(report, document))

    def test_invoice_carries_it_and_a_bill_does_not(self):
        self.env["account.chart.template"].try_loading("generic_coa", self.company)
        self.team.is_code_on_documents = True
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": kind,
                    "partner_id": self.lotus.id,
                    "invoice_date": at(1).date(),
                    "invoice_line_ids": [(0, 0, {"name": "Flyer", "price_unit": 9})],
                }
                for kind in ("out_invoice", "in_invoice")
            ]
        )
        moves[0].action_post()
        page = self.printed("account.report_invoice", moves[0])
        self.assertIn("Something wrong? Tell us.", page)
        self.assertFalse(
            self.env["crm.complaint.team"]._get_code_url(
                "account.report_invoice", moves[1]
            )
        )
        self.log_in("public")
        self.post(self.path("i", moves[0]), WORDS)
        self.assertEqual(self.last().invoice_id, moves[0])
