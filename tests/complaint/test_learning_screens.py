"""Screens of remedies, recovery, improvements and suggestions, as their users."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .remedy_case import TODAY, RemedyCase

ACTIONS = (
    "complaint_remedy_action",
    "complaint_recovery_action",
    "complaint_improvement_action",
    "customer_suggestion_action",
)


class ScreenCase(RemedyCase):
    def as_user(self, user, model):
        return self.env[model].with_user(user)


@tagged("post_install", "-at_install")
class TestLearningScreens(ScreenCase):
    def test_every_view_opens_for_every_user(self):
        """With the columns it asks for, searches and empty states included."""
        self.propose(10.0)
        for name in ACTIONS:
            action = self.env.ref(f"crm_value.{name}")
            self.assertIn("o_view_nocontent_smiling_face", action.help)
            for user in (self.seller, self.agent, self.manager):
                records = self.as_user(user, action.res_model)
                views = [(False, kind) for kind in action.view_mode.split(",")]
                found = records.get_views([*views, (False, "search")])
                for kind, view in found["views"].items():
                    fields = found["models"][action.res_model]["fields"]
                    self.assertIn(view["model"], action.res_model, kind)
                    specification = {field: {} for field in fields}
                    records.web_search_read([], specification, limit=5)

    def test_agent_proposes_from_the_complaint(self):
        """With what the customer asked for; the limit is said at once."""
        complaint = self.complaint.with_user(self.agent)
        complaint.write({"wish": "credit", "wish_amount": 60.0})
        action = complaint.action_add_remedy()
        remedies = self.as_user(self.agent, action["res_model"])
        form = Form(remedies.with_context(**action["context"]))
        self.assertEqual((form.kind, form.amount), ("credit", 60.0))
        self.assertIn("100.00", form.limit_words)
        remedy = form.save()
        self.assertEqual((remedy.state, remedy.complaint_id), ("proposed", complaint))
        with Form(remedy) as form:
            form.amount = 300.0
        self.assertEqual(remedy.state, "to_approve")

    def test_replacement_suggests_the_worth_of_the_order(self):
        self.complaint.order_id = self.order(self.lotus, TODAY, 250.0)
        remedies = self.as_user(self.agent, "crm.complaint.remedy")
        form = Form(remedies.with_context(default_complaint_id=self.complaint.id))
        form.kind = "replacement"
        self.assertEqual(form.amount, 250.0)
        form.kind = "apology"
        form.note = "We called."
        self.assertEqual(form.save().amount, 0.0)

    def test_suggestion_from_the_complaint(self):
        """The words of the customer, linked; hidden with a confidential complaint."""
        self.complaint.description = "You should print the number on the box."
        action = self.complaint.with_user(self.seller).action_note_suggestion()
        suggestions = self.as_user(self.seller, action["res_model"])
        suggestion = Form(suggestions.with_context(**action["context"])).save()
        self.assertEqual(suggestion.partner_id, self.lotus)
        self.assertEqual(suggestion.source, "complaint")
        self.assertEqual(self.complaint.sudo().suggestion_ids, suggestion)
        self.complaint.sudo().is_confidential = True
        self.env.flush_all()
        self.assertFalse(suggestions.search([]))
        self.assertTrue(self.as_user(self.agent, suggestions._name).search([]))
        other = self.submit("Also the colour", order_id=None)
        self.complaint.sudo().merge_into(other.id)
        self.assertEqual(other.sudo().suggestion_ids, suggestion)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_documents_open_for_who_may_read_them(self):
        remedy = self.propose(10.0)
        with self.assertRaisesRegex(UserError, "has no document yet"):
            remedy.action_open_document()
        self.complaint.order_id = self.order(self.lotus, TODAY, 50.0)
        remedy = self.propose(60.0, "replacement")
        remedy.action_create_replacement()
        order = remedy.sudo().replacement_id
        self.assertEqual(remedy.document_name, order.name)
        with self.assertRaises(AccessError):
            remedy.with_user(self.seller).action_open_document()
        self.agent.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.assertEqual(remedy.action_open_document()["res_id"], order.id)

    def test_settings_are_of_the_company(self):
        settings = self.env["res.config.settings"].create(
            {"complaint_goodwill_amount": 25.0, "complaint_told_factor": 12}
        )
        settings.execute()
        self.assertEqual(self.company.complaint_goodwill_amount, 25.0)
        self.assertEqual(self.company.complaint_told_factor, 12)
        elsewhere = self.make_company("Elsewhere")
        self.assertEqual(elsewhere.complaint_goodwill_amount, 0.0)
        self.assertEqual(elsewhere.complaint_told_factor, 20)

    def test_lists_take_as_many_queries_for_ten_as_for_thirty(self):
        counts = []
        # The first turn fills the caches of access and names.
        for number in (2, 10, 20):
            for place in range(number):
                complaint = self.submit(
                    f"Matter {place}", partner_id=self.customer(f"C{place}").id
                )
                self.propose(1.0, complaint=complaint)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.as_user(self.agent, "crm.complaint.remedy").web_search_read(
                [],
                {
                    "complaint_id": {"fields": {"display_name": {}}},
                    "partner_id": {"fields": {"display_name": {}}},
                    "kind": {},
                    "amount": {},
                    "cost_amount": {},
                    "document_name": {},
                    "state": {},
                },
            )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
