"""The API page of complaints is true: its examples run, and give what it says."""

import json

from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..value.common import NOON
from ..value.common_api import ApiCase
from ..value.test_api import read_examples

PAGE = "crm_value/doc/api_complaint.md"
# What salespeople may call; the rest is for care agents.
USERS = {
    "crm.complaint/submit",
    "crm.complaint/search_read",
    "crm.complaint/get_cause_pareto",
    "crm.complaint/get_exposure",
    "crm.customer.suggestion/submit",
}
# Tables, and the id of the first row that an example makes.
NEXT = {
    "crm_complaint": 2004,
    "crm_complaint_remedy": 601,
    "crm_customer_suggestion": 701,
}


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestComplaintApiPage(ApiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.restart("crm_complaint", 2001)
        with freeze_time(NOON):
            complaints = cls.env["crm.complaint"]
            for values in (
                {"subject": "Wrong red", "severity": "2"},
                {"subject": "Wrong red, again"},
                {"subject": "Two boxes are missing"},
            ):
                cls.last = complaints.browse(
                    complaints.submit(
                        {**values, "partner_id": cls.lotus.id, "channel": "phone"}
                    )
                )
            cls.last.decide("upheld", "You are right.")
            cls.last.cause_id = cls.env.ref("crm_value.complaint_cause_setting")
            cls.tell_problem()
        cls.env.flush_all()

    @classmethod
    def tell_problem(cls):
        product = cls.env["product.product"].create({"name": "Flyers"})
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.lotus.id,
                "order_line": [(0, 0, {"product_id": product.id})],
            }
        )
        order.action_confirm()
        cls.restart("crm_complaint_notice", 301)
        cls.restart("crm_complaint_notice_option", 401)
        cls.env["crm.complaint.notice"].create(
            {
                "order_id": order.id,
                "description": "The paper comes late.",
                "option_ids": [
                    (0, 0, {"name": name}) for name in ("Wait", "Other paper")
                ],
            }
        ).tell("phone")

    def least(self, path):
        """Who has just enough rights, and who just too few."""
        return ("user", "insider") if path in USERS else ("agent", "user")

    def test_examples_run_as_printed_with_least_rights(self):
        for example in read_examples(PAGE):
            kind, _too_little = self.least(example.path)
            with self.subTest(path=example.path), self.env.cr.savepoint() as savepoint:
                for table, number in NEXT.items():
                    self.restart(table, number)
                response = self.post(kind, example.path, example.body)
                self.assertEqual(response.status_code, 200, response.text[:500])
                self.assertEqual(response.json(), json.loads(example.answer))
                savepoint.rollback()

    def test_examples_are_refused_below(self):
        for example in read_examples(PAGE):
            _kind, too_little = self.least(example.path)
            with self.subTest(path=example.path), mute_logger("odoo.http"):
                response = self.post(too_little, example.path, example.body)
                self.assertEqual(response.status_code, 403, response.text[:500])
                self.assertTrue(response.json()["message"])

    def test_bad_calls_are_answered_with_the_argument(self):
        """Never a fault of the server, whatever is sent."""
        for path, body, named in (
            ("submit", {"values": {"description": 7}}, "description"),
            ("submit", {"values": []}, "values"),
            ("submit", {"values": {"wish": "gold"}}, "wish"),
            ("submit", {}, "values"),
            ("decide", {"ids": [2001], "decision": {}, "text": "x"}, "decision"),
            ("decide", {"ids": ["x"], "decision": "upheld", "text": "x"}, "ids"),
            ("decide", {"ids": [2001], "decision": "upheld"}, "text"),
            ("merge_into", {"ids": [2001], "complaint_id": "7"}, "complaint_id"),
            ("reopen", {"ids": [2003], "reason": []}, "reason"),
            ("close", {"ids": [True]}, "ids"),
        ):
            with self.subTest(path=path, body=body), mute_logger("odoo.http"):
                response = self.post("agent", f"crm.complaint/{path}", body)
                self.assertEqual(response.status_code, 422, response.text[:500])
                self.assertIn(named, response.json()["message"])

    def test_private_methods_cannot_be_called(self):
        for path in (
            "crm.complaint/_apply_closing",
            "crm.complaint/_move_to",
            "crm.complaint.deadline/_cron_tick",
            "crm.complaint.deadline/_start",
            "crm.complaint.log/_get_label",
        ):
            with self.subTest(path=path), mute_logger("odoo.http"):
                response = self.post("manager", path, {})
                self.assertEqual(response.status_code, 403, response.text[:300])

    def test_facts_cannot_be_made_up_or_changed(self):
        for model in ("crm.complaint.deadline", "crm.complaint.log"):
            for method, body in (
                ("create", {"vals_list": [{}]}),
                ("write", {"ids": [1], "vals": {"company_id": 1}}),
                ("unlink", {"ids": [1]}),
            ):
                with self.subTest(model=model, method=method), mute_logger("odoo.http"):
                    response = self.post("manager", f"{model}/{method}", body)
                    self.assertEqual(response.status_code, 403, response.text[:300])


@tagged("post_install", "-at_install")
class TestComplaintScreens(TransactionCase):
    """Every action opens by its own address."""

    def test_paths(self):
        for name in (
            "complaint_action",
            "complaint_team_action",
            "complaint_team_dashboard_action",
            "complaint_sla_action",
            "complaint_escalation_action",
            "complaint_category_action",
            "complaint_cause_action",
            "complaint_stage_action",
        ):
            action = self.env.ref(f"crm_value.{name}")
            self.assertTrue(action.path, name)
            self.assertIn("o_view_nocontent", action.help, name)
