"""Every route, for everybody, with every link: nothing leaks, nobody is shut out."""

from urllib.parse import urlencode

from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_case import PortalCase

OPEN, SECRET = "Banana yellow", "Bribed by the sales clerk"
READERS = {
    OPEN: {"owner", "sibling", "seller", "agent"},
    SECRET: {"owner", "agent"},
}
CUSTOMERS = {"public", "owner", "sibling", "stranger"}
QUIET = ("odoo.addons.base.models.ir_rule", "odoo.http")


@tagged("post_install", "-at_install")
class TestPortalAccess(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaints = {
            OPEN: cls.complain(OPEN),
            SECRET: cls.complain(SECRET, is_confidential=True),
        }

    def links(self, complaint):
        """Tokens to try: (what it is, token)."""
        other = self.complaints[SECRET if complaint.subject == OPEN else OPEN]
        token = complaint.access_token
        return (
            ("no", None),
            ("own", token),
            ("foreign", other.access_token),
            ("wrong", token[:-1] + ("0" if token[-1] != "0" else "1")),
            ("empty", ""),
            ("letters that are no token", "é"),
        )

    def test_page(self):
        """The page opens for who may read it or holds its link, and for nobody else;
        opening it writes nothing."""
        mistakes = []
        for role in self.roles:
            self.log_in(role)
            for words, complaint in self.complaints.items():
                for link, token in self.links(complaint):
                    query = {} if token is None else {"access_token": token}
                    with self.assertNothingWritten(), mute_logger(*QUIET):
                        page = self.get(
                            f"/my/complaints/{complaint.id}?{urlencode(query)}"
                        )
                    may = role in READERS[words] or link == "own"
                    if page.status_code != 200 or (words in page.text) != may:
                        mistakes.append((role, words, link, page.status_code))
        self.assertEqual(mistakes, [])

    def test_list_and_counters(self):
        """Each sees his company's; a confidential one only who complained."""
        self.complaints[OPEN].sudo()._apply_acknowledgement(self.env.cr.now())
        waiting = self.complaints[SECRET].with_user(self.agent)
        waiting.acknowledge()
        waiting._enter("waiting_customer")
        expected = {"owner": (2, 1), "sibling": (1, 0), "stranger": (0, 0)}
        for role, counts in expected.items():
            self.log_in(role)
            with self.assertNothingWritten(), mute_logger(*QUIET):
                page = self.get("/my/complaints")
                counters = self.rpc(
                    "/my/counters",
                    counters=["complaint_count", "complaint_waiting_count"],
                )
            self.assertEqual(page.status_code, 200)
            self.assertEqual((OPEN in page.text), role != "stranger", role)
            self.assertEqual((SECRET in page.text), role == "owner", role)
            self.assertEqual(
                (counters["complaint_count"], counters["complaint_waiting_count"]),
                counts,
                role,
            )
            with self.assertNothingWritten():
                self.assertEqual(self.get("/my").status_code, 200)

    def test_list_of_who_has_no_complaints(self):
        """Colleagues without rights and visitors get no list, and no fault."""
        for role in ("insider", "seller", "agent", "foreigner"):
            self.log_in(role)
            with self.assertNothingWritten():
                page = self.get("/my/complaints")
            self.assertEqual(page.status_code, 200, role)
            self.assertNotIn(OPEN, page.text)
        self.log_in("public")
        self.assertIn("/web/login", self.get("/my/complaints").url)

    def test_messages(self):
        """The conversation is read by who reads the page; notes of ours by nobody
        outside."""
        mistakes = []
        for complaint in self.complaints.values():
            self.notes_of(complaint)
        for role in self.roles:
            self.log_in(role)
            for words, complaint in self.complaints.items():
                for link, token in self.links(complaint):
                    params = {
                        "thread_model": "crm.complaint",
                        "thread_id": complaint.id,
                        **({"token": token} if token else {}),
                    }
                    with self.assertNothingWritten(), mute_logger(*QUIET):
                        answer = str(self.rpc("/mail/chatter_fetch", **params))
                    may = link == "own" or (not token and role in READERS[words])
                    if token and role in READERS[words] and link != "own":
                        # Core asks for the token only when there is none of a log-in.
                        may = "at once" in answer
                    if ("at once" in answer) != may:
                        mistakes.append((role, words, link, answer[:200]))
                    if role in CUSTOMERS and "INTERNAL NOTE" in answer:
                        mistakes.append((role, words, link, "note"))
        self.assertEqual(mistakes, [])

    def test_answer(self):
        """An answer is taken from who reads the page, as a message of his own."""
        for role in self.roles:
            self.log_in(role)
            for words, complaint in self.complaints.items():
                for link, token in self.links(complaint)[:3]:
                    with mute_logger(*QUIET):
                        answer = self.rpc(
                            "/mail/message/post",
                            thread_model="crm.complaint",
                            thread_id=complaint.id,
                            post_data={
                                "body": f"from {role} by {link}",
                                "message_type": "comment",
                                "subtype_xmlid": "mail.mt_comment",
                            },
                            **({"token": token} if token else {}),
                        )
                    may = role in READERS[words] or link == "own"
                    self.assertEqual(
                        isinstance(answer, dict), may, (role, words, link, answer)
                    )
                    posted = complaint.message_ids.filtered(
                        lambda message, text=f"from {role} by {link}": (
                            text in (message.body or "")
                        )
                    )
                    self.assertEqual(bool(posted), may, (role, words, link))
                    if may and role == "public":
                        self.assertEqual(posted.author_id, self.owner.partner_id)

    def test_reply_to_the_decision(self):
        """Confirming and contesting are for the customer and for who handles it."""
        may_handle = {"owner", "sibling", "agent"}
        for role in self.roles:
            for reply in ("confirm", "contest"):
                for link in (None, "own", "wrong"):
                    complaint = self.decided()
                    token = {None: None, "wrong": "wrong"}.get(
                        link, complaint.access_token
                    )
                    self.log_in(role)
                    with mute_logger(*QUIET):
                        self.post(
                            f"/my/complaints/{complaint.id}/{reply}",
                            {
                                "text": "I signed nothing.",
                                **({"access_token": token} if token else {}),
                            },
                        )
                    may = role in may_handle or link == "own"
                    if role == "seller":
                        # He reads it by his log-in, and may not write it.
                        may = False
                    verdict = {"confirm": "accepted", "contest": "contested"}[reply]
                    self.assertEqual(
                        complaint.verdict,
                        verdict if may else False,
                        (role, reply, link),
                    )

    def test_sibling_and_foreign_link_cannot_reply_to_a_secret(self):
        complaint = self.decided(is_confidential=True)
        for role, token in (
            ("sibling", ""),
            ("public", self.complaints[OPEN].access_token),
            ("stranger", ""),
        ):
            self.log_in(role)
            for reply in ("confirm", "contest"):
                with mute_logger(*QUIET):
                    self.post(
                        f"/my/complaints/{complaint.id}/{reply}",
                        {"text": "No", "access_token": token},
                    )
        self.assertFalse(complaint.verdict)

    def test_posts_need_the_form(self):
        """Without its token a form is refused, whoever sends it."""
        complaint = self.decided()
        code = self.team._get_form_url().rpartition("/")[2]
        for role in ("public", "owner"):
            self.log_in(role)
            for path in (
                f"/my/complaints/{complaint.id}/confirm",
                f"/my/complaints/{complaint.id}/contest",
                f"/complaint/{code}",
                *(["/my/complaints/new"] if role == "owner" else []),
            ):
                with mute_logger(*QUIET):
                    answer = self.post(
                        path,
                        {"text": "x", "access_token": complaint.access_token},
                        csrf=False,
                    )
                self.assertEqual(answer.status_code, 400, (role, path))
        self.assertFalse(complaint.verdict)

    def test_replies_are_no_links(self):
        """A scanner of mails that opens every address decides nothing."""
        complaint = self.decided()
        self.log_in("owner")
        for reply in ("confirm", "contest"):
            with self.assertNothingWritten():
                answer = self.get(
                    f"/my/complaints/{complaint.id}/{reply}"
                    f"?access_token={complaint.access_token}"
                )
            self.assertEqual(answer.status_code, 405)

    def test_new_is_for_customers(self):
        for role in self.roles:
            self.log_in(role)
            with self.assertNothingWritten(), mute_logger(*QUIET):
                page = self.get("/my/complaints/new")
            self.assertEqual(
                "complaint_description" in page.text,
                role in CUSTOMERS - {"public"},
                role,
            )

    def test_who_turned_secret_takes_links_along(self):
        """A colleague's and an older link no longer open it; the next letter's does."""
        complaint = self.complain("Rude at the counter")
        link = complaint.access_token
        complaint.with_user(self.agent).is_confidential = True
        self.log_in("public")
        path = f"/my/complaints/{complaint.id}?access_token="
        self.assertNotIn("Rude", self.get(path + link).text)
        self.assertNotIn("Rude", self.get(path).text)
        letter_link = complaint._portal_ensure_token()
        self.env.flush_all()
        self.assertIn("Rude", self.get(path + letter_link).text)
