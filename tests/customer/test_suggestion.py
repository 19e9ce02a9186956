"""Ideas of customers: what becomes of them, who sees that, and thanks."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCommon

IDEA = "Print the article number on the box.\nI search for it each time."


class SuggestionCase(MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Suggestion = cls.env["crm.customer.suggestion"]
        cls.lotus, cls.harbour = cls.env["res.partner"].create(
            [
                {"name": "Lotus Prints", "is_company": True, "email": "l@example.com"},
                {"name": "Harbour Books", "is_company": True},
            ]
        )
        cls.users = {
            kind: new_test_user(cls.env, f"idea_{kind}", group, **values)
            for kind, group, values in (
                ("agent", "crm_value.group_care_agent", {"email": "a@example.com"}),
                ("user", "crm_value.group_user", {}),
                ("insider", "base.group_user", {}),
                ("mei", "base.group_portal", {"email": "mei@example.com"}),
                ("colleague", "base.group_portal", {}),
                ("stranger", "base.group_portal", {}),
            )
        }
        for kind, customer in (
            ("mei", cls.lotus),
            ("colleague", cls.lotus),
            ("stranger", cls.harbour),
        ):
            cls.users[kind].partner_id.parent_id = customer

    def as_user(self, kind):
        return self.Suggestion.with_user(self.users[kind])

    def submit(self, kind="agent", **values):
        suggestions = self.as_user(kind)
        values = {"text": IDEA, **values}
        suggestion = suggestions.browse(suggestions.submit(values))
        self.env.flush_all()
        return suggestion


@tagged("post_install", "-at_install")
class TestSuggestion(SuggestionCase):
    def test_first_line_is_the_title(self):
        suggestion = self.submit(partner_id=self.lotus.id)
        self.assertEqual(suggestion.name, "Print the article number on the box.")
        self.assertEqual((suggestion.state, suggestion.source), ("new", "api"))
        self.assertEqual(len(self.submit(text="x" * 500).name), 80)

    def test_adopted_is_thanked_and_noted(self):
        """One mail to who had the idea, one event for the customer."""
        suggestion = self.submit(partner_id=self.users["mei"].partner_id.id)
        suggestion.reply = "From October on."
        with self.mock_mail_gateway():
            suggestion.action_adopt()
            self.env.cr.flush()
        self.assertEqual(len(self._new_mails), 1)
        self.assertIn("From October on.", self._new_mails.body_html)
        self.assertEqual(self._new_mails.recipient_ids, self.users["mei"].partner_id)
        event = self.env["crm.customer.event"].search(
            [("kind", "=", "suggestion_adopted"), ("partner_id", "=", self.lotus.id)]
        )
        self.assertEqual(
            (event.res_model, event.res_id), (suggestion._name, suggestion.id)
        )
        self.assertTrue(suggestion.adopted_at)
        for step in ("adopt", "consider", "plan", "decline"):
            with self.assertRaisesRegex(UserError, "not possible now"):
                getattr(suggestion, f"action_{step}")()

    def test_every_way(self):
        """An idea that was declined may be adopted after all."""
        suggestion = self.submit()
        with self.assertRaisesRegex(UserError, "Write the reply"):
            suggestion.action_decline()
        suggestion.reply = "Too dear for now."
        for step, state in (
            ("consider", "considered"),
            ("plan", "planned"),
            ("decline", "declined"),
            ("consider", "considered"),
            ("adopt", "adopted"),
        ):
            getattr(suggestion, f"action_{step}")()
            self.assertEqual(suggestion.state, state)

    def test_without_an_address_nobody_is_written_to(self):
        suggestion = self.submit(partner_id=self.harbour.id)
        with self.mock_mail_gateway():
            suggestion.action_adopt()
        self.assertFalse(self._new_mails)

    def test_state_is_nobodys_to_write(self):
        suggestion = self.submit()
        for values in ({"state": "adopted"}, {"adopted_at": "2026-01-01"}):
            with self.assertRaisesRegex(UserError, "cannot be written"):
                suggestion.write(values)
            with self.assertRaisesRegex(UserError, "cannot be written"):
                self.as_user("agent").create({"text": IDEA, **values})
        suggestions = self.as_user("agent").with_context(default_state="adopted")
        self.assertEqual(suggestions.create({"text": IDEA}).state, "new")

    def test_bad_values(self):
        for values, message in (
            ("idea", "values is"),
            ({"text": IDEA, "state": "adopted"}, "values is"),
            ({"text": " "}, "text is empty"),
            ({"text": None}, "text is empty"),
            ({"text": ["x"]}, "text is empty"),
            ({"text": "a\0b"}, "text is empty"),
            ({"text": "x" * 10_001}, "10001 characters"),
            ({"text": IDEA, "source": "rumour"}, "source is"),
            ({"text": IDEA, "source": ["api"]}, "source is"),
            ({"text": IDEA, "partner_id": 2**40}, "partner_id is"),
            ({"text": IDEA, "partner_id": True}, "partner_id is"),
            ({"text": IDEA, "company_id": "one"}, "company_id is"),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, message):
                self.as_user("agent").submit(values)
        with self.assertRaises(ValidationError):
            self.as_user("agent").create({"text": " "})

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_rights(self):
        """Users note ideas, agents answer them, customers see their company's."""
        suggestion = self.submit("user", partner_id=self.lotus.id)
        with self.assertRaises(AccessError):
            self.submit("insider")
        for kind in ("user", "mei"):
            for step in ("adopt", "consider", "plan"):
                with self.assertRaises(AccessError):
                    getattr(suggestion.with_user(self.users[kind]), f"action_{step}")()
            with self.assertRaises(AccessError):
                suggestion.with_user(self.users[kind]).reply = "No"
        for kind, expected in (("mei", 1), ("colleague", 1), ("stranger", 0)):
            found = self.as_user(kind).search([("id", "=", suggestion.id)])
            self.assertEqual(len(found), expected, kind)
        with self.assertRaises(AccessError):
            suggestion.with_user(self.users["stranger"]).read(["text"])
        with self.assertRaises(AccessError):
            self.as_user("mei").create({"text": IDEA})

    def test_customer_speaks_for_himself(self):
        """Whatever the call says."""
        suggestion = self.submit(
            "mei", partner_id=self.users["mei"].partner_id.id, source="survey"
        ).sudo()
        self.assertEqual(suggestion.partner_id, self.users["mei"].partner_id)
        self.assertEqual(suggestion.commercial_partner_id, self.lotus)
        self.assertEqual(suggestion.source, "portal")

    def test_no_flood_from_the_portal(self):
        """Of all contacts of a customer together; others are not held up."""
        for place in range(20):
            self.submit("mei" if place % 2 else "colleague")
        with self.assertRaisesRegex(UserError, "20 ideas today"):
            self.submit("mei")
        self.submit("stranger")

    def test_merged_contact_keeps_its_ideas(self):
        suggestion = self.submit(partner_id=self.harbour.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.lotus | self.harbour).ids, self.lotus)
        self.env.invalidate_all()
        self.assertEqual(suggestion.sudo().commercial_partner_id, self.lotus)


@tagged("post_install", "-at_install")
class TestSuggestionPortal(HttpCase, SuggestionCase):
    def test_visitor_is_asked_to_log_in(self):
        for url in ("/my/suggestions", "/my/suggestions/new"):
            self.assertIn("/web/login", self.url_open(url).url)

    def test_customer_suggests_and_sees_what_becomes_of_it(self):
        self.authenticate("idea_mei", "idea_mei")
        page = self.url_open("/my/suggestions").text
        self.assertIn("You have not suggested anything yet", page)
        answer = self.url_open(
            "/my/suggestions/new",
            data={"text": IDEA, "csrf_token": self.csrf_token()},
        )
        self.assertTrue(answer.url.endswith("/my/suggestions?sent=1"))
        suggestion = self.Suggestion.search([], limit=1)
        self.assertEqual(suggestion.partner_id, self.users["mei"].partner_id)
        suggestion.reply = "An internal draft <b>of a reply</b>"
        self.env.flush_all()
        self.assertNotIn("internal draft", self.url_open("/my/suggestions").text)
        suggestion.action_consider()
        self.env.flush_all()
        page = self.url_open("/my/suggestions").text
        self.assertIn("Being considered", page)
        self.assertIn("&lt;b&gt;of a reply", page)

    def csrf_token(self):
        return Request.csrf_token(self)

    def test_other_customers_see_nothing(self):
        self.submit("mei")
        self.authenticate("idea_stranger", "idea_stranger")
        self.assertNotIn("article number", self.url_open("/my/suggestions").text)
        self.authenticate("idea_colleague", "idea_colleague")
        self.assertIn("article number", self.url_open("/my/suggestions").text)

    @mute_logger("odoo.http")
    def test_writes_by_post_with_a_token_alone(self):
        self.authenticate("idea_mei", "idea_mei")
        before = self.Suggestion.search_count([])
        self.url_open("/my/suggestions/new?text=By+link")
        answer = self.url_open("/my/suggestions/new", data={"text": IDEA})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.Suggestion.search_count([]), before)

    def test_empty_idea_is_said_and_kept(self):
        self.authenticate("idea_mei", "idea_mei")
        answer = self.url_open(
            "/my/suggestions/new",
            data={"text": "x" * 10_001, "csrf_token": self.csrf_token()},
        )
        self.assertEqual(answer.status_code, 200)
        self.assertIn("10001 characters", answer.text)
        self.assertIn("x" * 10_001, answer.text)

    def test_pages_beyond_the_last_and_unknown_arguments(self):
        self.authenticate("idea_mei", "idea_mei")
        for url in ("/my/suggestions/page/99", "/my/suggestions?sortby=x&page=y"):
            self.assertEqual(self.url_open(url).status_code, 200)
        self.assertIn("Your suggestions", self.url_open("/my").text)

    def test_employee_sees_his_portal_too(self):
        self.authenticate("idea_insider", "idea_insider")
        self.assertEqual(self.url_open("/my/suggestions").status_code, 200)
