"""Who may do what with complaints: models, every public method."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..access_table import own_methods, own_models
from .common import ComplaintCase

KINDS = ("public", "portal", "insider", "user", "salesperson", "agent", "manager")
READERS = {"user", "salesperson", "agent", "manager"}
CUSTOMERS = {"portal"}
AGENTS = {"agent", "manager"}
MANAGERS = {"manager"}
NOBODY = set()
SET_UP = (READERS, MANAGERS, MANAGERS, MANAGERS)
FACT = (READERS, NOBODY, NOBODY, NOBODY)
# Model -> who may read, write, create and delete.
MODELS = {
    "crm.complaint": (READERS | CUSTOMERS, AGENTS, READERS, NOBODY),
    "crm.complaint.alarm": FACT,
    "crm.complaint.category": (READERS | CUSTOMERS, *SET_UP[1:]),
    "crm.complaint.cause": SET_UP,
    "crm.complaint.deadline": FACT,
    "crm.complaint.decision.wizard": (AGENTS, AGENTS, AGENTS, NOBODY),
    "crm.complaint.escalation": SET_UP,
    "crm.complaint.log": FACT,
    "crm.complaint.sla": SET_UP,
    "crm.complaint.stage": (READERS | CUSTOMERS, *SET_UP[1:]),
    "crm.complaint.team": SET_UP,
    "crm.complaint.throttle": (NOBODY, NOBODY, NOBODY, NOBODY),
}
OPERATIONS = ("read", "write", "create", "unlink")
# Core's own methods, extended; they keep core's rights, which MODELS holds for ours.
EXTENDED = {
    "copy_data",
    "create",
    "default_get",
    "message_new",
    "message_post",
    "message_update",
    "read",
    "unlink",
    "write",
}


def on(name, *arguments, record="complaint"):
    """Call the method of the record that the case keeps under this name."""
    return lambda case, records: getattr(
        case.using(records, getattr(case, record)), name
    )(*arguments)


# (model, method) -> who may call it, and how it is called in a test case.
METHODS = {
    ("crm.complaint", "acknowledge"): (AGENTS, on("acknowledge")),
    ("crm.complaint", "action_acknowledge"): (AGENTS, on("action_acknowledge")),
    ("crm.complaint", "action_assign_to_me"): (AGENTS, on("action_assign_to_me")),
    ("crm.complaint", "action_close"): (AGENTS, on("action_close", record="decided")),
    ("crm.complaint", "action_merge_into_original"): (
        AGENTS,
        on("action_merge_into_original", record="repeated"),
    ),
    ("crm.complaint", "action_not_a_duplicate"): (
        AGENTS,
        on("action_not_a_duplicate", record="repeated"),
    ),
    ("crm.complaint", "action_open_customer"): (
        READERS | CUSTOMERS,
        on("action_open_customer"),
    ),
    ("crm.complaint", "action_reopen"): (AGENTS, on("action_reopen", record="decided")),
    ("crm.complaint", "close"): (AGENTS, on("close", record="decided")),
    ("crm.complaint", "confirm_decision"): (
        AGENTS | CUSTOMERS,
        on("confirm_decision", record="decided"),
    ),
    ("crm.complaint", "contest_decision"): (
        AGENTS | CUSTOMERS,
        on("contest_decision", "No", record="decided"),
    ),
    ("crm.complaint", "decide"): (AGENTS, on("decide", "upheld", "You are right")),
    ("crm.complaint", "merge_into"): (
        AGENTS,
        lambda case, records: case.using(records, case.repeated).merge_into(
            case.complaint.id
        ),
    ),
    ("crm.complaint", "reopen"): (AGENTS, on("reopen", "Again", record="decided")),
    ("crm.complaint", "submit"): (
        READERS,
        lambda case, records: records.submit({"description": "Pale"}),
    ),
    ("crm.complaint.decision.wizard", "action_apply"): (
        AGENTS,
        on("action_apply", record="wizard"),
    ),
    ("crm.complaint.team", "action_renew_codes"): (
        MANAGERS,
        on("action_renew_codes", record="team"),
    ),
    ("res.partner", "action_open_complaints"): (
        READERS,
        on("action_open_complaints", record="lotus"),
    ),
}


def is_mine(name):
    return name == "complaint"


@tagged("post_install", "-at_install")
class TestAccess(ComplaintCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.lotus.write({"is_company": True})
        cls.users["portal"].partner_id.parent_id = cls.lotus
        cls.complaint = cls.submit("Zebra")
        cls.decided = cls.submit("Piano out of tune")
        cls.decided.decide("upheld", "You are right.")
        cls.repeated = cls.submit("Zebra")

    def as_kind(self, kind, model):
        return (
            self.env[model]
            .with_user(self.users[kind])
            .with_context(allowed_company_ids=self.company.ids)
        )

    @staticmethod
    def using(records, record):
        """``record`` as the user of ``records`` sees it."""
        return record.with_env(records.env)

    def test_every_model_is_in_the_table(self):
        self.assertEqual(own_models(self.registry, is_mine), set(MODELS))

    def test_rights_on_models(self):
        """Customers read theirs, agents handle, managers set up; what happened is
        written by nobody."""
        for model, allowed in MODELS.items():
            for kind in KINDS:
                records = self.as_kind(kind, model)
                expected = [kind in who for who in allowed]
                actual = [records.has_access(operation) for operation in OPERATIONS]
                self.assertEqual(actual, expected, (model, kind))

    def test_every_public_method_is_in_the_table(self):
        self.assertEqual(own_methods(self.env, is_mine, EXTENDED), set(METHODS))

    def test_public_methods_are_refused_to_who_may_not(self):
        """And answer all others; what a method writes is undone before the next."""
        mistakes = []
        for (model, method), (allowed, call) in METHODS.items():
            for kind in KINDS:
                with mute_logger("odoo.addons.base.models.ir_rule"):
                    may = self._may(call, kind, model)
                if may != (kind in allowed):
                    mistakes.append((model, method, kind, may))
        self.assertEqual(mistakes, [])

    def _may(self, call, kind, model):
        class Undo(Exception):
            pass

        try:
            with self.env.cr.savepoint():
                self.wizard = self.env["crm.complaint.decision.wizard"].create(
                    {
                        "complaint_id": self.complaint.id,
                        "decision": "upheld",
                        "decision_text": "You are right.",
                    }
                )
                self.wizard._write({"create_uid": self.users[kind].id})
                call(self, self.as_kind(kind, model))
                raise Undo
        except AccessError:
            return False
        except Undo:
            return True
