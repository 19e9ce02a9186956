"""The page behind the letter: who sees it, who chooses, and what is written."""

from datetime import datetime, timedelta

from odoo import http
from odoo.exceptions import UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .notice_case import NoticeCase

UNTIL = datetime(2026, 6, 3, 11)
WRITES = ("INSERT", "UPDATE", "DELETE")
# Visitor and token -> whether the page is shown.
SEEN = {
    ("public", "right"): True,
    ("public", "wrong"): False,
    ("public", "others"): False,
    ("public", None): False,
    ("customer", "right"): True,
    ("customer", "wrong"): True,
    ("customer", None): True,
    ("colleague", None): True,
    ("stranger", "right"): True,
    ("stranger", "wrong"): False,
    ("stranger", "others"): False,
    ("stranger", None): False,
    ("insider", "right"): True,
    ("insider", None): False,
    ("agent", None): True,
}
# Who of those may choose; everybody inside only looks.
CHOOSING = {"public", "customer", "colleague", "stranger"}


@tagged("post_install", "-at_install")
class TestNoticePortal(NoticeCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = {
            "customer": cls.make_user("customer", "base.group_portal"),
            "colleague": cls.make_user("colleague", "base.group_portal"),
            "stranger": cls.make_user("stranger", "base.group_portal"),
            "insider": cls.make_user("insider", "base.group_user"),
        }
        for who in ("customer", "colleague"):
            people[who].partner_id.parent_id = cls.lotus
        # Reads order problems, and no orders.
        cls.people = {**people, "agent": cls.agent, "user": cls.seller}
        cls.known = cls.told()
        cls.other = cls.told()
        cls.tokens = {
            "right": cls.known.access_token,
            "wrong": "0" * 36,
            "others": cls.other.access_token,
            None: None,
        }

    def log_in(self, who):
        if who == "public":
            self.authenticate(None, None)
        else:
            login = self.people[who].login
            self.authenticate(login, login)

    def page(self, token=None, notice=None, **params):
        notice = notice or self.known
        params = {**params, "access_token": token} if token else params
        query = "&".join(f"{name}={value}" for name, value in params.items())
        return self.url_open(
            f"/my/order-problems/{notice.id}?{query}", allow_redirects=False
        )

    def choose(self, option, token=None, notice=None, csrf=True, **data):
        data["option_id"] = option.id if hasattr(option, "id") else option
        if token:
            data["access_token"] = token
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        self.env.flush_all()
        answer = self.url_open(
            f"/my/order-problems/{(notice or self.known).id}/choose",
            data=data,
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return answer

    def test_who_sees_the_page(self):
        for (who, token), seen in SEEN.items():
            with self.subTest(who=who, token=token):
                self.log_in(who)
                answer = self.page(self.tokens[token])
                self.assertEqual(answer.status_code, 200 if seen else 303)
                self.assertEqual("The paper arrives late." in answer.text, seen)
                shown = seen and who in CHOOSING
                self.assertEqual("This is my choice" in answer.text, shown)

    def test_who_can_choose(self):
        for (who, token), seen in SEEN.items():
            with self.subTest(who=who, token=token):
                self.log_in(who)
                notice = self.told()
                known = self.tokens[token]
                if token == "right":
                    known = notice.access_token
                answer = self.choose(self.wait(notice), known, notice)
                self.assertEqual(answer.status_code, 303)
                may = seen and who in CHOOSING
                self.assertEqual(notice.state, "chosen" if may else "told")

    def test_get_writes_nothing(self):
        for who in ("public", "customer", "agent"):
            self.log_in(who)
            self.page(self.tokens["right"])
            queries = []
            patched = self._patchExecute(queries)
            next(patched)
            answer = self.page(self.tokens["right"], result="thanks")
            next(patched, None)
            self.assertEqual(answer.status_code, 200)
            writing = [
                query
                for query in queries
                if query.lstrip().upper().startswith(WRITES)
                and "res_device" not in query
            ]
            self.assertEqual(writing, [], who)
        self.assertEqual(self.known.state, "told")

    def test_choosing_is_a_post_with_a_token_of_the_session(self):
        token = self.tokens["right"]
        self.log_in("public")
        page = f"/my/order-problems/{self.known.id}/choose"
        option = self.wait(self.known)
        answer = self.url_open(f"{page}?access_token={token}&option_id={option.id}")
        self.assertEqual(answer.status_code, 405)
        with mute_logger("odoo.http"):
            answer = self.choose(option, token, csrf=False)
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.known.state, "told")

    def test_choice_by_link(self):
        self.log_in("public")
        token = self.tokens["right"]
        answer = self.choose(
            self.other_paper(self.known), token, note="<b>Please</b> call"
        )
        self.assertIn("result=thanks", answer.headers["Location"])
        self.assertEqual(self.known.chosen_option_id, self.other_paper(self.known))
        self.assertEqual(self.known.chosen_how, "portal")
        self.assertEqual(self.known.chosen_by_id, self.lotus)
        self.assertFalse(self.known.chosen_user_id)
        self.assertEqual(self.known.choice_note, "<b>Please</b> call")
        last = self.known.message_ids.filtered(lambda m: "chose" in m.body)
        self.assertEqual(last.author_id, self.lotus)
        self.assertIn("&lt;b&gt;Please", last.body)
        self.assertIn(self.salesperson.partner_id, last.notified_partner_ids)
        page = self.page(token, result="thanks").text
        self.assertIn("Thank you", page)
        self.assertIn("Your choice", page)
        self.assertNotIn("This is my choice", page)

    def test_portal_user_is_named(self):
        self.log_in("colleague")
        self.choose(self.wait(self.known))
        self.assertEqual(self.known.chosen_by_id, self.people["colleague"].partner_id)

    def test_second_choice_is_told_so(self):
        self.log_in("public")
        token = self.tokens["right"]
        self.choose(self.wait(self.known), token)
        answer = self.choose(self.other_paper(self.known), token)
        self.assertIn("result=already", answer.headers["Location"])
        self.assertEqual(self.known.chosen_option_id, self.wait(self.known))
        self.assertIn("first choice counts", self.page(token, result="already").text)

    def test_options_of_others_and_nonsense(self):
        self.log_in("public")
        token = self.tokens["right"]
        for option in (self.wait(self.other), "", "abc", "-1", "9" * 30):
            answer = self.choose(option, token)
            self.assertIn("result=unknown", answer.headers["Location"])
        self.assertEqual(self.known.state, "told")
        answer = self.page(token, result="<script>alert(1)</script>")
        self.assertNotIn("alert(1)", answer.text)
        answer = self.choose(self.wait(self.known), token, note="\0x" * 5000)
        self.assertEqual(len(self.known.choice_note), 2000)

    def test_after_the_date_a_choice_still_counts(self):
        token = self.tokens["right"]
        with freeze_time(UNTIL + timedelta(minutes=1)):
            self.log_in("public")
            words = " ".join(self.page(token).text.split())
            self.assertIn("You can still choose", words)
            answer = self.choose(self.wait(self.known), token)
            self.assertIn("result=late", answer.headers["Location"])
        self.assertTrue(self.known.is_chosen_late)

    def test_nothing_left_to_choose(self):
        self.log_in("public")
        token = self.tokens["right"]
        self.known.cancel()
        answer = self.choose(self.wait(self.known), token)
        self.assertIn("result=over", answer.headers["Location"])
        self.assertNotIn("This is my choice", self.page(token).text)

    def test_cancelled_order_leaves_nothing_to_choose(self):
        self.log_in("public")
        self.sale._action_cancel()
        token = self.tokens["right"]
        self.assertNotIn("This is my choice", self.page(token).text)
        answer = self.choose(self.wait(self.known), token)
        self.assertIn("result=over", answer.headers["Location"])
        with self.assertRaisesRegex(UserError, "is over"):
            self.known.choose(self.wait(self.known).id)

    def test_what_was_not_told_is_not_shown(self):
        self.log_in("public")
        draft = self.notice()
        token = draft._portal_ensure_token()
        self.assertEqual(self.page(token, draft).status_code, 303)
        self.choose(self.wait(draft), token, draft)
        self.assertEqual(draft.state, "draft")

    def test_list_of_what_the_customer_was_told(self):
        """What waits comes first; drafts and those of others are not shown."""
        self.choose_by_phone(self.known)
        self.notice(description="Not told yet")
        off = self.notice()
        off.tell("phone")
        off.cancel()
        self.env.flush_all()
        for who in ("customer", "colleague"):
            self.log_in(who)
            page = self.url_open("/my/order-problems").text
            places = [
                page.index(f"/my/order-problems/{notice.id}")
                for notice in (self.other, self.known, off)
            ]
            self.assertEqual(places, sorted(places))
            self.assertEqual(page.count("Waiting for your choice"), 1)
            self.assertEqual(page.count("You have chosen"), 1)
            self.assertNotIn("Not told yet", page)
            self.page(notice=self.other)
        self.env.invalidate_all()
        self.assertFalse(off.access_token, "a page that was looked at wrote something")
        self.log_in("stranger")
        page = self.url_open("/my/order-problems").text
        self.assertIn("We know of no problem", page)
        for who, place in (("public", "/web/login"), ("insider", "/my")):
            self.log_in(who)
            answer = self.url_open("/my/order-problems", allow_redirects=False)
            self.assertEqual(answer.status_code, 303)
            self.assertIn(place, answer.headers["Location"])

    def test_home_counts_what_waits(self):
        counters = {"params": {"counters": ["complaint_notice_waiting_count"]}}
        self.choose_by_phone(self.known)
        for who in ("customer", "stranger", "insider", "user"):
            expected = 1 if who == "customer" else 0
            self.log_in(who)
            answer = self.url_open("/my/counters", json=counters).json()["result"]
            self.assertEqual(
                answer.get("complaint_notice_waiting_count", 0), expected, who
            )

    def test_order_leads_to_its_problem(self):
        link = f"/my/order-problems/{self.other.id}"
        for who in ("customer", "public", "insider", "user"):
            seen = who in ("customer", "user")
            self.log_in(who)
            token = self.sale._portal_ensure_token()
            self.env.flush_all()
            page = self.url_open(f"/my/orders/{self.sale.id}?access_token={token}")
            self.assertEqual(page.status_code, 200)
            self.assertEqual(link in page.text, seen, who)

    def choose_by_phone(self, notice):
        if notice.state == "told":
            notice.with_user(self.agent).choose(self.wait(notice).id)
        self.env.flush_all()

    def test_page_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.lotus.lang = "fr_FR"
        self.env.flush_all()
        self.log_in("public")
        page = self.page(self.tokens["right"]).text
        self.assertIn("09/06/2026", page)

    def test_words_are_no_markup(self):
        notice = self.told(description="<script>alert(1)</script>")
        self.log_in("public")
        page = self.page(notice.access_token, notice).text
        self.assertIn("&lt;script&gt;alert(1)", page)
        self.assertNotIn("<script>alert(1)", page)
