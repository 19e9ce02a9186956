"""Who may do what: models, companies, and every public method."""

from odoo.tests import freeze_time, tagged

from ..access_table import (
    AGENTS,
    CUSTOMERS,
    KINDS,
    MANAGERS,
    NOBODY,
    OWN_TABLES,
    READERS,
    AccessTable,
)
from .common import NOON, ValueCase, days_before

# Model -> who may read, write, create and delete.
MODELS = {
    "crm.customer.event": (READERS, NOBODY, NOBODY, NOBODY),
    "crm.customer.suggestion": (READERS | CUSTOMERS, AGENTS, READERS, MANAGERS),
    "crm.value.policy": (READERS, MANAGERS, NOBODY, NOBODY),
    "crm.value.tier": (READERS, MANAGERS, MANAGERS, MANAGERS),
    "crm.value.profile": (READERS, NOBODY, NOBODY, NOBODY),
    "crm.value.tier.move": (READERS, NOBODY, NOBODY, NOBODY),
    "crm.value.run": (READERS, NOBODY, NOBODY, NOBODY),
    "crm.value.run.row": (NOBODY, NOBODY, NOBODY, NOBODY),
    "crm.value.category.gap": (READERS, NOBODY, NOBODY, NOBODY),
    "crm.value.touch": (NOBODY, NOBODY, NOBODY, NOBODY),
    "crm.value.purchase": (READERS, MANAGERS, MANAGERS, MANAGERS),
    "crm.value.override.wizard": (MANAGERS, MANAGERS, MANAGERS, NOBODY),
    "crm.value.threshold.wizard": (MANAGERS, MANAGERS, MANAGERS, MANAGERS),
    "crm.value.threshold.wizard.line": (MANAGERS, MANAGERS, MANAGERS, MANAGERS),
    "crm.value.trial.wizard": (MANAGERS, MANAGERS, MANAGERS, NOBODY),
}
# Core's own methods, extended; they keep core's rights, which MODELS holds for ours.
EXTENDED = {"create", "write", "unlink", "default_get", "button_draft", "load"}
# (model, method) -> who may call it, and how it is called in a test case.
METHODS = {
    ("crm.customer.event", "action_open_record"): (
        READERS,
        lambda case, records: case.using(records, case.event).action_open_record(),
    ),
    **{
        ("crm.customer.suggestion", name): (
            AGENTS,
            lambda case, records, name=name: getattr(
                case.using(records, case.suggestion), name
            )(),
        )
        for name in (
            "action_adopt",
            "action_consider",
            "action_decline",
            "action_plan",
        )
    },
    ("crm.customer.suggestion", "submit"): (
        READERS | CUSTOMERS,
        lambda case, records: records.submit({"text": "Matt paper"}),
    ),
    ("crm.value.policy", "action_change_thresholds"): (
        READERS,
        lambda case, records: case.using(
            records, case.policy
        ).action_change_thresholds(),
    ),
    ("crm.value.policy", "action_open_current"): (
        READERS,
        lambda case, records: records.action_open_current(),
    ),
    ("crm.value.policy", "action_open_tiers"): (
        READERS,
        lambda case, records: case.using(records, case.policy).action_open_tiers(),
    ),
    ("crm.value.policy", "action_run_now"): (
        MANAGERS,
        lambda case, records: case.using(records, case.policy).action_run_now(),
    ),
    ("crm.value.policy", "apply_thresholds"): (
        MANAGERS,
        lambda case, records: case.using(records, case.policy).apply_thresholds([]),
    ),
    ("crm.value.policy", "choose_preset"): (
        MANAGERS,
        lambda case, records: case.using(records, case.policy).choose_preset("print"),
    ),
    ("crm.value.policy", "get_first_steps"): (
        READERS,
        lambda case, records: records.get_first_steps(),
    ),
    ("crm.value.policy", "preview_thresholds"): (
        MANAGERS,
        lambda case, records: case.using(records, case.policy).preview_thresholds([]),
    ),
    ("crm.value.profile", "action_end_override"): (
        MANAGERS,
        lambda case, records: case.using(records, case.best).action_end_override(),
    ),
    ("crm.value.profile", "action_open_partner"): (
        READERS,
        lambda case, records: case.using(records, case.best).action_open_partner(),
    ),
    ("crm.value.profile", "end_override"): (
        MANAGERS,
        lambda case, records: case.using(records, case.best).end_override(),
    ),
    ("crm.value.profile", "explain"): (
        READERS,
        lambda case, records: case.using(records, case.best).explain(),
    ),
    ("crm.value.profile", "get_purchases_by_month"): (
        READERS,
        lambda case, records: case.using(records, case.best).get_purchases_by_month(),
    ),
    ("crm.value.profile", "get_value_card"): (
        READERS,
        lambda case, records: case.using(records, case.best).get_value_card(),
    ),
    ("crm.value.profile", "override_tier"): (
        MANAGERS,
        lambda case, records: case.using(records, case.best).override_tier(
            case.gold.id, "Contract"
        ),
    ),
    ("crm.value.purchase", "get_import_templates"): (
        set(KINDS),
        lambda case, records: records.get_import_templates(),
    ),
    ("crm.value.run", "action_open_moves"): (
        READERS,
        lambda case, records: case.using(records, case.run_).action_open_moves(),
    ),
    ("crm.value.run", "action_replay"): (
        MANAGERS,
        lambda case, records: case.using(records, case.run_).action_replay(),
    ),
    ("crm.value.run", "replay"): (
        MANAGERS,
        lambda case, records: case.using(records, case.run_).replay(),
    ),
    ("crm.value.run", "action_value_now"): (
        MANAGERS,
        lambda case, records: records.action_value_now(),
    ),
    ("crm.value.run", "get_pareto_curve"): (
        READERS,
        lambda case, records: records.get_pareto_curve(case.company.id),
    ),
    ("crm.value.run", "start"): (
        MANAGERS,
        lambda case, records: records.start(case.company.id),
    ),
    ("crm.value.tier", "action_change_thresholds"): (
        READERS,
        lambda case, records: records.action_change_thresholds(),
    ),
    ("crm.value.tier", "action_open_customers"): (
        READERS,
        lambda case, records: case.using(records, case.gold).action_open_customers(),
    ),
    ("res.config.settings", "action_open_value_policy"): (
        READERS,
        lambda case, records: records.action_open_value_policy(),
    ),
    ("res.config.settings", "action_open_value_tiers"): (
        READERS,
        lambda case, records: records.action_open_value_tiers(),
    ),
    ("res.partner", "action_open_timeline"): (
        READERS,
        lambda case, records: case.using(records, case.buyer).action_open_timeline(),
    ),
    ("res.partner", "action_open_value"): (
        READERS,
        lambda case, records: case.using(records, case.buyer).action_open_value(),
    ),
    ("crm.value.override.wizard", "action_apply"): (
        MANAGERS,
        lambda case, records: case.using(records, case.override).action_apply(),
    ),
    ("crm.value.threshold.wizard", "action_apply"): (
        MANAGERS,
        lambda case, records: case.using(records, case.thresholds).action_apply(),
    ),
    ("crm.value.trial.wizard", "action_try"): (
        MANAGERS,
        lambda case, records: case.using(records, case.trial).action_try(),
    ),
}


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestAccess(AccessTable, ValueCase):
    """Figures are read by users and written by nobody; managers set the rules."""

    models = MODELS
    methods = METHODS
    extended = EXTENDED

    @staticmethod
    def is_mine(name):
        return name not in OWN_TABLES

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.buyer = cls.users["portal"].partner_id
        with freeze_time(NOON):
            cls.purchase(cls.buyer, days_before(30), 900.0, 400.0)
            cls.run_ = cls.start()
        cls.best = cls.profile(cls.buyer)
        cls.env["crm.customer.event"]._emit("birthday", cls.buyer)
        cls.event = cls.events("birthday")[:1]
        suggestions = cls.env["crm.customer.suggestion"]
        cls.suggestion = suggestions.browse(
            suggestions.submit({"text": "Matt paper", "partner_id": cls.buyer.id})
        )
        cls.suggestion.reply = "We cannot."

    def prepare_call(self, kind):
        manager = self.users["manager"]
        self.override = self.env["crm.value.override.wizard"].create(
            {
                "profile_ids": [(6, 0, self.best.ids)],
                "tier_id": self.gold.id,
                "reason": "Contract",
            }
        )
        wizards = self.env["crm.value.threshold.wizard"]
        self.thresholds = wizards.create({"policy_id": self.policy.id})
        self.trial = self.env["crm.value.trial.wizard"].create(
            {"company_id": self.company.id, "as_of_date": days_before(20)}
        )
        for wizard in (self.override, self.thresholds, self.trial):
            wizard._write({"create_uid": manager.id})
