"""Who may do what with complaints: models, every public method."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..access_table import (
    AGENTS,
    CUSTOMERS,
    MANAGERS,
    NOBODY,
    READERS,
    AccessTable,
)
from .common import ComplaintCase

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
    "crm.complaint.goodwill": (NOBODY, NOBODY, NOBODY, NOBODY),
    "crm.complaint.improvement": (READERS, AGENTS, AGENTS, MANAGERS),
    "crm.complaint.intake": (MANAGERS, NOBODY, NOBODY, NOBODY),
    "crm.complaint.log": FACT,
    "crm.complaint.notice": (READERS | CUSTOMERS, READERS, READERS, AGENTS),
    "crm.complaint.notice.option": (READERS | CUSTOMERS, READERS, READERS, READERS),
    "crm.complaint.recovery.report": FACT,
    "crm.complaint.register.wizard": (READERS, READERS, READERS, NOBODY),
    "crm.complaint.remedy": (READERS, AGENTS, AGENTS, NOBODY),
    "crm.complaint.sla": SET_UP,
    "crm.complaint.stage": (READERS | CUSTOMERS, *SET_UP[1:]),
    "crm.complaint.submit.wizard": (READERS, READERS, READERS, NOBODY),
    "crm.complaint.team": SET_UP,
    "crm.complaint.throttle": (NOBODY, NOBODY, NOBODY, NOBODY),
}
# Core's own methods, extended; they keep core's rights, which MODELS holds for ours.
EXTENDED = {
    "action_draft",
    "button_cancel",
    "button_draft",
    "copy_data",
    "create",
    "default_get",
    "message_new",
    "message_parse",
    "message_post",
    "message_process",
    "message_update",
    "read",
    "reverse_moves",
    "unlink",
    "write",
}


def on(name, *arguments, record="complaint"):
    """Call the method of the record that the case keeps under this name."""
    return lambda case, records: getattr(
        case.using(records, getattr(case, record)), name
    )(*arguments)


def steps(model, record, allowed, *names):
    """Lines of buttons and steps without arguments that the same people may take."""
    return {(model, name): (allowed, on(name, record=record)) for name in names}


# (model, method) -> who may call it, and how it is called in a test case. Where a step
# is not possible at present, whoever may take it is told so.
METHODS = {
    **steps("crm.complaint", "complaint", AGENTS, "action_add_remedy"),
    **steps(
        "crm.complaint",
        "complaint",
        READERS,
        "action_note_suggestion",
        "action_open_improvements",
        "get_cause_pareto",
        "get_exposure",
    ),
    **steps(
        "crm.complaint.improvement",
        "improvement",
        AGENTS,
        "action_done",
        "action_reopen",
    ),
    **steps(
        "crm.complaint.improvement", "improvement", READERS, "action_open_complaints"
    ),
    **steps(
        "crm.complaint.intake", "intake", MANAGERS, "action_discard", "action_retry"
    ),
    **steps(
        "crm.complaint.notice",
        "notice",
        AGENTS,
        "action_apply_to_order",
        "action_cancel",
        "action_resolve",
        "action_tell",
        "action_told_by_phone",
        "apply_to_order",
        "cancel",
        "resolve",
        "tell",
    ),
    **steps("crm.complaint.notice", "notice", READERS, "action_open_complaints"),
    ("crm.complaint.notice", "choose"): (AGENTS, on("choose", 1, record="notice")),
    **steps("crm.complaint.notice.option", "option", AGENTS, "action_choose"),
    **steps(
        "crm.complaint.recovery.report", "recovery", READERS, "action_open_complaint"
    ),
    **steps("crm.complaint.register.wizard", "register", READERS, "action_print"),
    **steps(
        "crm.complaint.remedy",
        "remedy",
        AGENTS,
        "action_add_to_quotation",
        "action_cancel",
        "action_create_coupon",
        "action_create_replacement",
        "action_give",
        "action_open_credit_note",
        "action_request_approval",
        "action_reverse",
    ),
    **steps("crm.complaint.remedy", "remedy", MANAGERS, "action_approve"),
    **steps(
        "crm.complaint.remedy",
        "remedy",
        READERS,
        "action_open_document",
        "action_open_replacement",
    ),
    **steps(
        "crm.complaint.submit.wizard",
        "counter",
        READERS,
        "action_submit",
        "action_submit_next",
    ),
    **steps("crm.complaint.team", "team", READERS, "action_open_complaints"),
    # Plain users of the add-on read no orders.
    **steps("sale.order", "sale", READERS - {"user"}, "action_tell_problem"),
    **steps(
        "sale.order", "sale", READERS - {"user"} | CUSTOMERS, "action_open_problems"
    ),
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


@tagged("post_install", "-at_install")
class TestAccess(AccessTable, ComplaintCase):
    """Customers read theirs, agents handle, managers set up; what happened is written
    by nobody."""

    models = MODELS
    methods = METHODS
    extended = EXTENDED
    passed = (UserError,)

    @staticmethod
    def is_mine(name):
        return name == "complaint"

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
        cls.make_details()

    @classmethod
    def make_details(cls):
        """One record of everything that has steps of its own."""
        cls.sale = cls.order(cls.lotus, cls.env.cr.now().date(), user_id=False)
        cls.notice = cls.env["crm.complaint.notice"].create(
            {
                "order_id": cls.sale.id,
                "description": "The paper arrives late.",
                "option_ids": [(0, 0, {"name": "Wait"}), (0, 0, {"name": "Cancel"})],
            }
        )
        cls.option = cls.notice.option_ids[0]
        # Above the limit, as this customer has none.
        cls.remedy = (
            cls.env["crm.complaint.remedy"]
            .with_user(cls.agent)
            .create(
                {"complaint_id": cls.complaint.id, "kind": "refund", "amount": 50.0}
            )
        )
        cls.improvement = cls.env["crm.complaint.improvement"].create(
            {"name": "Look at proofs by daylight", "company_id": cls.company.id}
        )
        cls.intake = cls.env["crm.complaint.intake"].create(
            {
                "message_key": "<access@example.com>",
                "state": "complaint",
                "company_id": cls.company.id,
                "team_id": cls.team.id,
            }
        )
        cls.recovery = cls.env["crm.complaint.recovery.report"].browse(cls.complaint.id)
        cls.env.flush_all()

    def prepare_call(self, kind):
        self.wizard = self.env["crm.complaint.decision.wizard"].create(
            {
                "complaint_id": self.complaint.id,
                "decision": "upheld",
                "decision_text": "You are right.",
            }
        )
        self.register = self.env["crm.complaint.register.wizard"].create({})
        wizards = self.env["crm.complaint.submit.wizard"]
        self.counter = wizards.create({"description": "Pale"})
        for wizard in (self.wizard, self.register, self.counter):
            wizard._write({"create_uid": self.users[kind].id})
