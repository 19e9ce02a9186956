"""Whatever is sent over the API is answered with 4xx and the name of the argument."""

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOON
from .common_api import ApiCase
from .test_access import METHODS

HUGE = 10**20
PURCHASE = {"reference": "A", "partner_id": 1007, "date": "2025-01-31", "amount": 5}
ROW = ["A", "Lotus Prints", "2025-01-31", "5"]
COLUMNS = ["reference", "partner_id", "date", "amount"]


def purchase(**values):
    return {"vals_list": [{**PURCHASE, **values}]}


def threshold(**values):
    return {"ids": [1], "thresholds": [{"tier_id": 1, "entry": 40, **values}]}


# Method -> bodies that it must refuse, each with a word that the message must hold.
FAULTS = {
    "crm.value.run/start": [
        ({}, "company_id"),
        ({"company_id": "x"}, "company_id"),
        ({"company_id": None}, "company_id"),
        ({"company_id": True}, "company_id"),
        ({"company_id": [1]}, "company_id"),
        ({"company_id": HUGE}, "company_id"),
        ({"company_id": -1}, "company_id"),
        ({"company_id": 987654}, "company_id"),
        ({"company_id": 1, "when": "now"}, "when"),
        ({"company_id": 1, "ids": [1]}, "ids"),
        ({"company_id": 1, "partner_ids": "all"}, "partner_ids"),
        ({"company_id": 1, "partner_ids": ["x"]}, "partner_ids"),
        ({"company_id": 1, "partner_ids": [HUGE]}, "partner_ids"),
        ({"company_id": 1, "partner_ids": [987654]}, "partner_ids"),
        ({"company_id": 1, "as_of": "soon"}, "as_of"),
        ({"company_id": 1, "as_of": 20250131}, "as_of"),
        ({"company_id": 1, "as_of": "2999-01-01"}, "as_of"),
        ({"company_id": 1, "as_of": "0001-01-01"}, "as_of"),
        ({"company_id": 1, "apply": "no"}, "apply"),
    ],
    "crm.value.run/get_pareto_curve": [
        ({}, "company_id"),
        ({"company_id": "x"}, "company_id"),
        ({"company_id": {}}, "company_id"),
        ({"company_id": HUGE}, "company_id"),
    ],
    "crm.value.profile/override_tier": [
        ({"ids": [503]}, "tier_id"),
        ({"ids": [503], "tier_id": 1}, "reason"),
        ({"ids": [503], "tier_id": "Gold", "reason": "x"}, "tier_id"),
        ({"ids": [503], "tier_id": [1], "reason": "x"}, "tier_id"),
        ({"ids": [503], "tier_id": HUGE, "reason": "x"}, "tier_id"),
        ({"ids": [503], "tier_id": 1, "reason": " "}, "reason"),
        ({"ids": [503], "tier_id": 1, "reason": 5}, "reason"),
        ({"ids": [503], "tier_id": 1, "reason": "x", "until": "soon"}, "until"),
        ({"ids": [503], "tier_id": 1, "reason": "x", "until": 7}, "until"),
        ({"ids": [503], "tier_id": 1, "reason": "x", "until": {}}, "until"),
        ({"ids": [503], "tier_id": 1, "reason": "x", "until": "2020-01-01"}, "until"),
    ],
    "crm.value.profile/get_purchases_by_month": [
        ({"ids": [503], "months": value}, "months")
        for value in ("x", 0, -1, HUGE, 1.5, None, True, [1])
    ],
    "crm.value.policy/choose_preset": [
        ({"ids": [1]}, "preset"),
        ({"ids": [1], "preset": "bakery"}, "preset"),
        ({"ids": [1], "preset": ["print"]}, "preset"),
        ({"ids": [1], "preset": None}, "preset"),
    ],
    "crm.value.policy/preview_thresholds": [
        ({"ids": [1]}, "thresholds"),
        ({"ids": [1], "thresholds": "x"}, "thresholds"),
        ({"ids": [1], "thresholds": [1]}, "thresholds"),
        (threshold(tier_id="x"), "tier_id"),
        (threshold(tier_id=[1]), "tier_id"),
        (threshold(tier_id=987654), "tier_id"),
        (threshold(entry="x"), "entry"),
        (threshold(entry=None), "entry"),
        (threshold(entry=10**400), "entry"),
        (threshold(entry=float("nan")), "entry"),
        (threshold(entry=float("inf")), "entry"),
        (threshold(entry=140), "entry"),
        (threshold(grace_days=1.5), "grace_days"),
        (threshold(grace_days=HUGE), "grace_days"),
        (threshold(color=3), "color"),
    ],
    "crm.value.purchase/create": [
        ({}, "vals_list"),
        ({"vals_list": "x"}, "vals_list"),
        ({"vals_list": [1]}, "vals_list"),
        ({"vals_list": None}, "vals_list"),
        (purchase(colour="red"), "colour"),
        (purchase(reference=""), "Reference"),
        (purchase(reference=5), "reference"),
        (purchase(reference={}), "reference"),
        (purchase(partner_id="Lotus Prints"), "partner_id"),
        (purchase(partner_id=[1007]), "partner_id"),
        (purchase(partner_id=HUGE), "partner_id"),
        (purchase(partner_id=None), "Customer"),
        (purchase(company_id="x"), "company_id"),
        (purchase(company_id=987654), "987654"),
        (purchase(currency_id=987654), "987654"),
        (purchase(date="31.01.2025"), "date"),
        (purchase(date=None), "Date"),
        (purchase(date={}), "date"),
        (purchase(date="2999-01-01"), "date"),
        (purchase(amount="much"), "Amount"),
        (purchase(amount=[]), "Amount"),
        (purchase(amount=HUGE), "Amount"),
        (purchase(amount=float("nan")), "Amount"),
        (purchase(margin={}), "Margin"),
        (purchase(channel="pigeon"), "channel"),
        (purchase(channel=["web"]), "channel"),
        (purchase(product_id="Flyer"), "product_id"),
    ],
    "crm.value.purchase/load": [
        ({}, "fields"),
        ({"fields": COLUMNS}, "data"),
        ({"fields": "reference", "data": []}, "fields"),
        ({"fields": [1], "data": [["A"]]}, "fields"),
        ({"fields": [["reference"]], "data": [["A"]]}, "fields"),
        ({"fields": ["colour"], "data": [["red"]]}, "colour"),
        ({"fields": COLUMNS, "data": "x"}, "data"),
        ({"fields": COLUMNS, "data": [ROW, ["A"]]}, "line 2"),
        ({"fields": COLUMNS, "data": [[{}, *ROW[1:]]]}, "line 1"),
    ],
}


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestApiFaults(ApiCase):
    maxDiff = None

    def statuses(self, calls):
        """What each call is answered with, where that is not a refusal."""
        wrong = []
        for path, body, word in calls:
            with mute_logger("odoo.http", "odoo.sql_db"):
                response = self.post("manager", path, body)
            is_refusal = 400 <= response.status_code < 500
            if not is_refusal or word not in response.json()["message"]:
                wrong.append((path, body, response.status_code, response.text[:200]))
        return wrong

    def test_unfit_arguments_are_refused_by_name(self):
        """Never a fault of the server, never silently something else."""
        calls = [
            (path, body, word)
            for path, bodies in FAULTS.items()
            for body, word in bodies
        ]
        calls += [
            ("crm.value.policy/apply_thresholds", body, word)
            for body, word in FAULTS["crm.value.policy/preview_thresholds"]
        ]
        self.assertEqual(self.statuses(calls), [])

    def test_unfit_ids_are_refused(self):
        """By every method that takes records."""
        arguments = {
            "override_tier": {"tier_id": 2, "reason": "x"},
            "choose_preset": {"preset": "print"},
            "preview_thresholds": {"thresholds": []},
            "apply_thresholds": {"thresholds": []},
        }
        calls = [
            (f"{model}/{method}", {"ids": ids, **arguments.get(method, {})}, "")
            for model, method in METHODS
            if not method.startswith("action_")
            for ids in (["x"], [HUGE], [True], [987654], [-5], [1.5])
        ]
        self.assertEqual(self.statuses(calls), [])

    def test_methods_for_one_record_refuse_none_and_several(self):
        """Buttons too, which everybody may call."""
        names = (
            "crm.value.profile/get_value_card",
            "crm.value.profile/get_purchases_by_month",
            "crm.value.profile/action_open_partner",
            "crm.value.policy/action_run_now",
            "crm.value.policy/action_open_tiers",
            "crm.value.policy/action_change_thresholds",
            "crm.value.run/action_open_moves",
            "crm.value.run/action_replay",
            "crm.value.run/replay",
            "crm.value.tier/action_open_customers",
            "crm.customer.event/action_open_record",
            "res.partner/action_open_value",
            "res.partner/action_open_timeline",
        )
        calls = [(name, {"ids": ids}, "ids") for name in names for ids in ([], [1, 2])]
        self.assertEqual(self.statuses(calls), [])

    def test_broken_bodies_are_refused(self):
        """No JSON, no object, no content type."""
        path = "crm.value.run/start"
        calls = [(path, body, "") for body in ("{", "[1]", "5", '"x"', "null", "")]
        self.assertEqual(self.statuses(calls), [])
        for kind, status in (("text/plain", 415), ("application/xml", 415)):
            with mute_logger("odoo.http"):
                response = self.post("manager", path, "x", **{"Content-Type": kind})
            self.assertEqual(response.status_code, status)

    def test_what_was_refused_left_nothing(self):
        """Neither runs, nor purchases, nor tiers set by hand."""
        models = ("crm.value.run", "crm.value.purchase", "crm.value.tier.move")
        before = [self.env[model].search_count([]) for model in models]
        faulty = {"vals_list": [PURCHASE, {**PURCHASE, "amount": "much"}]}
        calls = [
            ("crm.value.purchase/create", faulty, "Amount"),
            ("crm.value.run/start", {"company_id": 1, "as_of": "soon"}, "as_of"),
        ]
        self.assertEqual(self.statuses(calls), [])
        after = [self.env[model].search_count([]) for model in models]
        self.assertEqual(before, after)
