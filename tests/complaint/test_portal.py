"""What customers do in the portal, with a log-in or by the link of a mail."""

import base64
import re

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .portal_case import PNG, PortalCase, at

QUIET = ("odoo.addons.base.models.ir_rule", "odoo.http")


@tagged("post_install", "-at_install")
class TestPortal(PortalCase):
    def test_page_says_where_it_stands_and_by_when(self):
        """Stage in the customer's words, dates in his time zone, nothing of ours."""
        self.owner.tz = "Asia/Shanghai"
        complaint = self.complain()
        due_at = self.deadline(complaint, "resolve").due_at
        self.log_in("owner")
        page = self.get(f"/my/complaints/{complaint.id}").text
        self.assertIn("We look into it", page)
        self.assertIn("You have our decision by", page)
        shown = re.search(r"our decision by.*?<strong[^>]*>(.*?)</strong>", page, re.S)
        shanghai = (due_at.hour + 8) % 24
        self.assertIn(f"{shanghai % 12 or 12}:{due_at.minute:02}", shown.group(1))
        for internal in ("SLA", "Base promise", "severity", "Normal"):
            self.assertNotIn(internal, page)

    def test_late_promise_is_admitted(self):
        complaint = self.complain()
        with freeze_time(at(10)):
            self.log_in("owner")
            page = self.get(f"/my/complaints/{complaint.id}").text
        self.assertIn("We are late with this", page)

    def test_paused_promise_has_no_date(self):
        complaint = self.complain()
        complaint._enter("waiting_customer")
        self.log_in("owner")
        page = self.get(f"/my/complaints/{complaint.id}").text
        self.assertIn("We need your answer", page)
        self.assertNotIn("You have our decision by", page)

    def test_answer_takes_it_out_of_waiting(self):
        complaint = self.complain()
        complaint._enter("waiting_customer")
        self.log_in("owner")
        self.rpc(
            "/mail/message/post",
            thread_model="crm.complaint",
            thread_id=complaint.id,
            post_data={"body": "The red one.", "subtype_xmlid": "mail.mt_comment"},
        )
        self.assertEqual(complaint.stage_kind, "investigating")

    def test_confirmed_decision_closes(self):
        """Twice confirmed is confirmed once."""
        complaint = self.decided()
        self.log_in("owner")
        for _turn in range(2):
            page = self.post(f"/my/complaints/{complaint.id}/confirm")
            self.assertIn("this settles it", page.text)
            self.assertEqual(complaint.verdict, "accepted")
            self.assertEqual(complaint.stage_kind, "closed")
        self.assertEqual(complaint.reopen_count, 0)

    def test_contested_decision_is_looked_into_again(self):
        """By the link of the mail, in the words of who complained."""
        complaint = self.decided()
        self.log_in("public")
        page = self.post(
            f"/my/complaints/{complaint.id}/contest",
            {"text": "Thanks", "access_token": complaint.access_token},
        )
        self.assertIn("We look into it again", page.text)
        self.assertEqual(complaint.verdict, "contested")
        self.assertEqual(complaint.stage_kind, "investigating")
        self.assertEqual(complaint.reopen_count, 1)
        self.assertFalse(complaint.decided_at)
        self.assertTrue(self.deadline(complaint, "resolve")._is_open())
        said = complaint.message_ids.filtered(
            lambda message: "Thanks" in (message.body or "")
        )
        self.assertEqual(said.author_id, self.owner.partner_id)

    def test_contested_after_acceptance_and_after_grace(self):
        """Within the grace period also what was accepted; later a message opens
        another complaint, and the page does not offer it."""
        complaint = self.decided()
        complaint.with_user(self.owner).confirm_decision()
        self.env.flush_all()
        with freeze_time(at(28)):
            self.log_in("owner")
            page = self.post(f"/my/complaints/{complaint.id}/contest", {"text": "No"})
            self.assertEqual(page.status_code, 422)
            self.assertIn("Write a message instead", page.text)
            self.assertEqual(complaint.verdict, "accepted")
        complaint.with_user(self.owner).contest_decision("No, look again.")
        self.assertEqual(complaint.verdict, "contested")

    def test_contest_needs_words(self):
        complaint = self.decided()
        self.log_in("owner")
        for text in ("", "  ", "x" * 20_001, "a\0b"):
            page = self.post(f"/my/complaints/{complaint.id}/contest", {"text": text})
            self.assertEqual(page.status_code, 422)
            self.assertIn('role="alert"', page.text)
        self.assertFalse(complaint.verdict)

    def test_without_decision_there_is_nothing_to_confirm(self):
        complaint = self.complain()
        self.log_in("owner")
        for reply in ("confirm", "contest"):
            page = self.post(f"/my/complaints/{complaint.id}/{reply}", {"text": "No"})
            self.assertEqual(page.status_code, 422)
            self.assertIn("no decision", page.text)

    def test_merged_one_leads_to_the_survivor(self):
        """With a log-in and with the link of the mail."""
        survivor, repeated = self.complain("Red is pink"), self.complain("Red is pink!")
        token = repeated.access_token
        survivor.access_token = False
        repeated.with_user(self.agent).merge_into(survivor.id)
        self.env.flush_all()
        self.log_in("owner")
        with self.assertNothingWritten():
            page = self.get(f"/my/complaints/{repeated.id}")
        self.assertTrue(page.url.endswith(f"/my/complaints/{survivor.id}"))
        self.log_in("public")
        with self.assertNothingWritten():
            page = self.get(f"/my/complaints/{repeated.id}?access_token={token}")
        self.assertIn(f"/my/complaints/{survivor.id}?", page.url)
        self.assertIn("Red is pink", page.text)

    def test_merged_with_somebody_elses_stays_where_it_is(self):
        """Who has no name with us is not led to what a customer wrote."""
        survivor = self.complain("Pay rise of the clerk")
        unknown = self.submit(
            "Wrong red", partner_id=None, email_from="nobody@example.com"
        ).with_user(self.env.user)
        token = unknown._portal_ensure_token()
        unknown.with_user(self.agent).merge_into(survivor.id)
        self.env.flush_all()
        self.log_in("public")
        page = self.get(f"/my/complaints/{unknown.id}?access_token={token}")
        self.assertIn("joined with another one", page.text)
        self.assertNotIn("Pay rise", page.text)

    def test_list_searches_sorts_and_filters(self):
        """Unknown orders and filters fall back; what matches nothing says so."""
        first, second = self.complain("Zebra pale"), self.complain("Apple dark")
        second._enter("waiting_customer")
        self.log_in("owner")

        def shown(query):
            page = self.get(f"/my/complaints?{query}")
            self.assertEqual(page.status_code, 200, query)
            return re.findall(r"Zebra pale|Apple dark", page.text)

        self.assertEqual(shown(""), ["Apple dark", "Zebra pale"])
        self.assertEqual(shown("sortby=oldest"), ["Zebra pale", "Apple dark"])
        self.assertEqual(shown("sortby=subject"), ["Apple dark", "Zebra pale"])
        self.assertEqual(shown("filterby=waiting"), ["Apple dark"])
        self.assertEqual(shown("filterby=closed"), [])
        self.assertEqual(shown("search=zebra"), ["Zebra pale"])
        self.assertEqual(shown(f"search={first.name}"), ["Zebra pale"])
        self.assertEqual(len(shown("sortby=severity;drop&filterby[]=x")), 2)
        self.assertEqual(shown("search=%00"), ["Apple dark", "Zebra pale"])
        self.assertEqual(shown("search=%25_%27%22)--"), [])

    def test_pages_of_the_list(self):
        self.patch(
            type(self.env["crm.complaint"]), "_order", "received_at DESC, id DESC"
        )
        self.complain("Only one")
        self.log_in("owner")
        for page in ("0", "1", "2", "99999999999999999999"):
            answer = self.get(f"/my/complaints/page/{page}")
            self.assertEqual(answer.status_code, 200, page)
            self.assertIn("Only one", answer.text)

    def test_filed_with_photo_about_an_order(self):
        """Number at once, acknowledged, the photo in the conversation; sent twice it
        is one complaint."""
        order = self.order(self.lotus, at(1).date())
        category = self.env.ref("crm_value.complaint_category_colour")
        self.log_in("owner")
        form = {
            "description": "Too pale\nsecond line",
            "kind": "complaint",
            "about": f"order-{order.id}",
            "category_id": str(category.id),
            "wish": "replacement",
            "key": "k1",
        }
        for _turn in range(2):
            page = self.post(
                "/my/complaints/new", form, [("files", ("a.png", PNG, "image/png"))]
            )
            self.assertIn("Thank you for telling us", page.text)
        complaint = self.Complaint.search([("order_id", "=", order.id)])
        self.assertEqual(len(complaint), 1)
        self.assertEqual(complaint.subject, "Too pale")
        self.assertEqual(complaint.channel, "portal")
        self.assertEqual(complaint.partner_id, self.owner.partner_id)
        self.assertEqual(complaint.category_id, category)
        self.assertEqual(complaint.company_id, self.company)
        self.assertTrue(complaint.acknowledged_at)
        self.assertEqual(complaint.stage_kind, "acknowledged")
        self.assertEqual(complaint.message_ids.attachment_ids.mapped("name"), ["a.png"])
        attachment = complaint.message_ids.attachment_ids
        self.assertEqual(attachment.res_id, complaint.id)
        self.assertEqual(base64.b64decode(attachment.datas), PNG)

    def test_own_documents_are_offered_and_others_refused(self):
        own = self.order(self.lotus, at(1).date())
        others = self.order(self.rival, at(1).date())
        self.log_in("owner")
        page = self.get("/my/complaints/new").text
        self.assertIn(f"order-{own.id}", page)
        self.assertNotIn(f"order-{others.id}", page)
        with mute_logger(*QUIET):
            answer = self.post(
                "/my/complaints/new",
                {"description": "Wrong", "about": f"order-{others.id}"},
            )
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.Complaint.search([("order_id", "=", others.id)]))

    def test_malformed_forms_come_back(self):
        """Whatever is sent: the form with a message, never a fault."""
        self.log_in("owner")
        for form in (
            {},
            {"description": "   "},
            {"description": "x" * 100_001},
            {"description": "a\0b"},
            {"description": "x", "category_id": "abc"},
            {"description": "x", "category_id": "99999999999999999999"},
            {"description": "x", "category_id": "-1"},
            {"description": "x", "category_id": "²"},
            {"description": "x", "kind": "rumour"},
            {"description": "x", "wish": "a castle"},
            {"description": "x", "wish": ["refund", "castle"], "kind": ["", "x"]},
            {"description": "x", "about": "order-abc"},
            {"description": "x", "about": "order-2147483648"},
            {"description": "x", "key": "a\0b"},
        ):
            with mute_logger(*QUIET):
                answer = self.post("/my/complaints/new", form)
            if form.get("wish") == ["refund", "castle"]:
                # A browser sends one; of several the first counts.
                self.assertIn(answer.status_code, (200, 422), form)
                continue
            self.assertEqual(answer.status_code, 422, form)
            self.assertIn('role="alert"', answer.text)
        answer = self.post("/my/complaints/new", files={"description": ("a", b"x")})
        self.assertEqual(answer.status_code, 422)
        answer = self.post(
            "/my/complaints/new",
            {"description": "Fine", "severity": "3", "team_id": "1", "foo[]": "1"},
        )
        self.assertEqual(answer.status_code, 200)
        complaint = self.Complaint.search([("subject", "=", "Fine")])
        self.assertEqual(complaint.severity, "1")

    def test_files_that_run_or_are_too_many_are_refused(self):
        self.log_in("owner")
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        for files in (
            [("files", ("a.svg", svg, "image/svg+xml"))],
            [("files", ("a.png", svg, "image/png"))],
            [("files", ("a.html", b"<html><script>1</script>", "text/plain"))],
            [("files", ("a.txt", b"<html><script>1</script></html>", "text/plain"))],
            [("files", ("noend", PNG, "image/png"))],
            [("files", ("a.pdf", PNG, "application/pdf"))],
            [("files", (f"{place}.png", PNG, "image/png")) for place in range(6)],
            [("files", ("a.png", PNG + b"\0" * (10 * 2**20), "image/png"))],
        ):
            answer = self.post("/my/complaints/new", {"description": "x"}, files)
            self.assertEqual(answer.status_code, 422, files[0][1][0])
        answer = self.post(
            "/my/complaints/new",
            {"description": "Traversal"},
            [("files", ("..\\..\\<b>x</b>/evil.png", PNG, "image/png"))],
        )
        complaint = self.Complaint.search([("subject", "=", "Traversal")])
        self.assertEqual(complaint.message_ids.attachment_ids.name, "evil.png")

    def test_scripts_do_not_run(self):
        """In subject, words, name and decision they are text."""
        payload = "<script>alert('x')</script><img src=x onerror=alert(1)>"
        self.owner.partner_id.name = payload
        complaint = self.complain(f"{payload}\n{payload}")
        complaint.with_user(self.agent).decide("rejected", payload, payload)
        self.env.flush_all()
        self.log_in("owner")
        for path in (
            "/my/complaints",
            f"/my/complaints/{complaint.id}",
            f"/my/complaints?search={payload}",
        ):
            page = self.get(path).text
            self.assertNotIn("<script>alert", page)
            self.assertNotIn("onerror=alert(1)>", page.replace("&gt;", ""))
        answer = self.post("/my/complaints/new", {"description": "", "about": payload})
        self.assertNotIn("<script>alert", answer.text)

    def test_who_sends_too_much_is_told_the_way_out(self):
        self.company.phone = "+33 1 00 00 00 01"
        self.log_in("owner")
        throttle = self.env["crm.complaint.throttle"]
        for _turn in range(20):
            throttle._note({"user": self.owner.id})
        answer = self.post("/my/complaints/new", {"description": "One more"})
        self.assertEqual(answer.status_code, 429)
        self.assertIn("have all arrived", answer.text)
        self.assertIn("+33 1 00 00 00 01", answer.text)
        with freeze_time(at(2, 12)):
            answer = self.post("/my/complaints/new", {"description": "One more"})
            self.assertEqual(answer.status_code, 200)

    def test_ids_beyond_the_database(self):
        self.log_in("owner")
        for number in (2147483648, 99999999999999999999):
            answer = self.get(f"/my/complaints/{number}")
            self.assertEqual(answer.status_code, 404)
        with mute_logger(*QUIET):
            self.assertEqual(self.get("/my/complaints/2147483647").status_code, 200)

    def test_mail_opens_the_page_without_log_in(self):
        """The letter's link is the whole key, and is not for the list."""
        complaint = self.decided()
        letter = complaint.message_ids.filtered(
            lambda message: "tell us what you do not agree" in (message.body or "")
        )
        link = re.search(r'href="([^"]*/my/complaints/[^"]*)"', letter.body).group(1)
        self.log_in("public")
        path = "/" + link.split("//", 1)[1].partition("/")[2]
        page = self.get(path)
        self.assertIn("Does this settle it for you?", page.text)
        self.assertIn("The proof was signed.", page.text)
