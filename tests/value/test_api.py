"""The API page is true: its examples run, and give what it says."""

import json
import re
from pathlib import Path
from typing import NamedTuple

from odoo.tests import freeze_time, tagged
from odoo.tools import file_path, mute_logger

from .common import NOON
from .common_api import ApiCase
from .test_access import METHODS

EXAMPLE = re.compile(
    r"```json request (?P<path>\S+)\n(?P<body>.*?)```"
    r"(?:\s+```json answer\n(?P<answer>.*?)```)?",
    re.DOTALL,
)
MANAGERS_ONLY = {
    "crm.value.purchase/create",
    "crm.value.purchase/load",
    "crm.value.run/start",
    "crm.value.run/replay",
    "crm.value.profile/override_tier",
    "crm.value.profile/end_override",
    "crm.value.policy/choose_preset",
    "crm.value.policy/preview_thresholds",
    "crm.value.policy/apply_thresholds",
}


class Example(NamedTuple):
    """A request as printed, and the answer if it is printed."""

    path: str
    body: str
    answer: str | None


def read_examples(path="crm_value/doc/api.md"):
    page = Path(file_path(path)).read_text(encoding="utf-8")
    return [Example(*found.group(*Example._fields)) for found in EXAMPLE.finditer(page)]


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestApiPage(ApiCase):
    """A manager may call everything, a user what does not need one."""

    def least(self, path):
        """Who has just enough rights, and who just too few."""
        if path in MANAGERS_ONLY:
            return "manager", "agent"
        # An employee reads contacts; it is the fields of ours that he may not.
        return "user", "insider"

    def test_examples_run_as_printed_with_least_rights(self):
        """And answer as printed."""
        for example in read_examples():
            kind, _too_little = self.least(example.path)
            with self.subTest(path=example.path), self.env.cr.savepoint() as savepoint:
                response = self.post(kind, example.path, example.body)
                self.assertEqual(response.status_code, 200, response.text[:500])
                if example.answer:
                    self.assertEqual(
                        response.json(), json.loads(example.answer), response.text
                    )
                else:
                    self.assertTrue(response.json())
                savepoint.rollback()

    def test_examples_are_refused_below(self):
        """With 403 and a message, not with data."""
        for example in read_examples():
            _kind, too_little = self.least(example.path)
            with self.subTest(path=example.path), mute_logger("odoo.http"):
                response = self.post(too_little, example.path, example.body)
                self.assertEqual(response.status_code, 403, response.text[:500])
                self.assertTrue(response.json()["message"])

    def test_every_public_method_is_on_the_page(self):
        """But for buttons of the web client."""
        documented = {example.path for example in read_examples()}
        for model, method in METHODS:
            if not method.startswith("action_") and method != "get_import_templates":
                self.assertIn(f"{model}/{method}", documented)

    def test_results_have_the_keys_that_the_page_names(self):
        """Checked on what is read by programs most."""
        [explained] = self.post(
            "user", "crm.value.profile/explain", {"ids": [503]}
        ).json()
        page = Path(file_path("crm_value/doc/api.md")).read_text(encoding="utf-8")
        section = page.split("### `crm.value.profile/explain`")[1].split("```")[0]
        for key in explained:
            self.assertIn(f"`{key}`", section)
        points = sum(part["points"] for part in explained["parts"])
        self.assertAlmostEqual(explained["base"] + points, explained["score"], 1)

    def test_calls_without_a_key_are_refused(self):
        """Whatever is called."""
        for path in ("crm.value.profile/explain", "crm.value.purchase/create"):
            with mute_logger("odoo.http"):
                response = self.post("user", path, {}, Authorization="bearer none")
            self.assertEqual(response.status_code, 401)

    def test_private_methods_cannot_be_called(self):
        """What begins with an underscore is nobody's business."""
        for path in (
            "crm.value.run/_finish_all_steps",
            "crm.value.run/_cron_work",
            "crm.value.profile/_apply_tier",
            "crm.value.profile/invalidate_model",
            "crm.value.touch/_touch",
            "crm.customer.event/_emit",
            "res.partner/_merge_customer",
        ):
            with self.subTest(path=path), mute_logger("odoo.http"):
                response = self.post("manager", path, {})
                self.assertEqual(response.status_code, 403, response.text[:300])

    def test_facts_cannot_be_made_up_or_changed(self):
        """Not even by a manager."""
        for model in (
            "crm.customer.event",
            "crm.value.tier.move",
            "crm.value.run",
            "crm.value.profile",
        ):
            for method, body in (
                ("create", {"vals_list": [{}]}),
                ("write", {"ids": [503], "vals": {"company_id": 1}}),
                ("unlink", {"ids": [503]}),
            ):
                with self.subTest(model=model, method=method), mute_logger("odoo.http"):
                    response = self.post("manager", f"{model}/{method}", body)
                    self.assertEqual(response.status_code, 403, response.text[:300])
