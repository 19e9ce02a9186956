from odoo import api, fields, models
from odoo.fields import Domain

from ..nullable import NullableMonetary
from .escalation import KIND_LABELS
from .sla import SEVERITIES

KINDS = [
    ("complaint", "Complaint"),
    ("question", "Question"),
    ("service", "Service request"),
]
CHANNELS = [
    ("phone", "Phone"),
    ("counter", "Counter"),
    ("email", "E-mail"),
    ("portal", "Portal"),
    ("qr", "QR code"),
    ("salesperson", "Salesperson"),
    ("api", "API"),
    ("other", "Other"),
]
REMEDIES = [
    ("refund", "Refund"),
    ("credit", "Credit"),
    ("replacement", "Replacement"),
    ("discount", "Discount"),
    ("coupon", "Coupon"),
    ("points", "Club points"),
    ("apology", "Apology"),
]
WISHES = [*REMEDIES, ("repair", "Correction of the work"), ("answer", "An explanation")]
DECISIONS = [
    ("upheld", "Upheld"),
    ("partly", "Partly upheld"),
    ("rejected", "Rejected"),
]
OUTCOMES = [
    ("kept", "Customer kept"),
    ("reduced", "Buys less"),
    ("lost", "Customer lost"),
]


class CrmComplaint(models.Model):
    """A customer's dissatisfaction that expects an answer.

    Questions and service requests come in the same way and are handled in the same
    place; ``kind`` keeps them out of the complaint figures.
    """

    _name = "crm.complaint"
    _description = "Complaint"
    _inherit = [
        "portal.mixin",
        "mail.thread.cc",
        "mail.activity.mixin",
        "crm.value.tier.shown",
        "crm.customer.letter",
    ]
    _order = "severity DESC, next_due_at, id DESC"
    _primary_email = "email_from"
    _mail_post_access = "read"
    _tier_partner_field = "commercial_partner_id"
    _often_read_fields = (
        "customer_tier_id",
        "severity",
        "is_confidential",
        "next_due_at",
        "next_due_kind",
        "activity_ids",
        "color",
    )
    _check_company_auto = True
    _rec_names_search = ["name", "subject", "partner_id"]

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, string="Type", required=True, default="complaint")
    is_relabelled = fields.Boolean(
        string="Was a complaint",
        readonly=True,
        copy=False,
        help="It came in as a complaint and was relabelled: the register shows and "
        "counts it.",
        groups="base.group_user",
    )
    subject = fields.Char(required=True)
    description = fields.Text(string="In the customer's words")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one(
        "crm.complaint.team",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users", string="Owner", index=True, tracking=True, check_company=True
    )
    color = fields.Integer(groups="base.group_user")

    # Who complains
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact person",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    commercial_partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        related="partner_id.commercial_partner_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_name = fields.Char(
        string="Contact name", help="Of somebody who is no contact yet."
    )
    email_from = fields.Char(string="E-mail")
    phone = fields.Char()

    # What it is about
    channel = fields.Selection(CHANNELS, required=True, default="phone")
    severity = fields.Selection(
        SEVERITIES,
        required=True,
        default="1",
        tracking=True,
        help="The harm: it comes before the customer's tier. Safety means danger for "
        "people.",
        groups="base.group_user",
    )
    category_id = fields.Many2one(
        "crm.complaint.category", ondelete="restrict", index="btree_not_null"
    )
    cause_id = fields.Many2one(
        "crm.complaint.cause",
        ondelete="restrict",
        index="btree_not_null",
        help="What the investigation found, whatever the customer called it.",
        groups="base.group_user",
    )
    is_justified = fields.Selection(
        [("yes", "Justified"), ("no", "Not justified")],
        string="Is it justified?",
        groups="base.group_user",
    )
    wish = fields.Selection(WISHES, string="The customer asks for")
    order_id = fields.Many2one("sale.order", index="btree_not_null", check_company=True)
    invoice_id = fields.Many2one(
        "account.move",
        index="btree_not_null",
        check_company=True,
        domain="[('move_type', 'in', ('out_invoice', 'out_refund'))]",
    )
    delivery_reference = fields.Char(string="Delivery note")
    product_id = fields.Many2one("product.product", index="btree_not_null")
    lot_name = fields.Char(string="Lot or batch")
    is_confidential = fields.Boolean(
        help="Only the team, its leader and the owner see it.",
        groups="base.group_user",
    )

    # Where it stands
    stage_id = fields.Many2one(
        "crm.complaint.stage",
        required=True,
        index=True,
        tracking=True,
        copy=False,
        ondelete="restrict",
        group_expand="_read_group_expand_full",
        default=lambda self: self.env["crm.complaint.stage"]._of_kind("received"),
    )
    stage_kind = fields.Selection(
        string="Meaning of the stage",
        related="stage_id.kind",
        store=True,
        precompute=True,
    )
    received_at = fields.Datetime(
        string="Received on",
        required=True,
        copy=False,
        default=fields.Datetime.now,
        help="When the customer told us, which may be before it was entered.",
    )
    acknowledged_at = fields.Datetime(string="Acknowledged on", copy=False)
    answered_at = fields.Datetime(
        string="First answer",
        copy=False,
        help="The first message to the customer by a person.",
    )
    decided_at = fields.Datetime(string="Decision communicated", copy=False)
    closed_at = fields.Datetime(string="Closed on", copy=False)
    open_hours = fields.Float(
        string="Hours open",
        copy=False,
        aggregator="avg",
        help="Hours of the clock from receipt to closing.",
        groups="base.group_user",
    )
    reopen_count = fields.Integer(
        string="Times reopened", copy=False, groups="base.group_user"
    )
    decision = fields.Selection(DECISIONS, copy=False, tracking=True)
    decision_text = fields.Text(string="Decision for the customer", copy=False)
    recourse_text = fields.Text(
        string="Recourse",
        copy=False,
        help="Where the customer can turn who does not agree; needed with a rejection.",
    )
    verdict = fields.Selection(
        [("accepted", "Accepted"), ("contested", "Contested")],
        string="Customer's reply to the decision",
        copy=False,
        tracking=True,
    )
    deadline_ids = fields.One2many(
        "crm.complaint.deadline",
        "complaint_id",
        string="Deadlines",
        groups="base.group_user",
    )
    next_due_at = fields.Datetime(
        string="Next deadline", copy=False, groups="base.group_user"
    )
    next_due_kind = fields.Selection(
        KIND_LABELS, string="Next promise", copy=False, groups="base.group_user"
    )
    is_overdue = fields.Boolean(
        string="Overdue",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        groups="base.group_user",
    )
    log_ids = fields.One2many(
        "crm.complaint.log", "complaint_id", groups="base.group_user"
    )
    idempotency_key = fields.Char(readonly=True, copy=False, groups="base.group_user")

    # What is at stake
    value_at_risk_amount = NullableMonetary(
        string="Value at risk",
        readonly=True,
        copy=False,
        help="The customer's lifetime value at receipt.",
        groups="base.group_user",
    )
    outcome = fields.Selection(
        OUTCOMES, readonly=True, copy=False, groups="base.group_user"
    )

    # Others about the same
    duplicate_of_id = fields.Many2one(
        "crm.complaint",
        string="May be the same as",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )
    merged_into_id = fields.Many2one(
        "crm.complaint",
        string="Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
    )
    follows_id = fields.Many2one(
        "crm.complaint",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The closed complaint that the customer comes back to.",
        groups="base.group_user",
    )
    follow_ids = fields.One2many(
        "crm.complaint", "follows_id", string="Followed by", groups="base.group_user"
    )

    _name_uniq = models.UniqueIndex("(company_id, name)")
    _idempotency_uniq = models.UniqueIndex(
        "(company_id, idempotency_key) WHERE idempotency_key IS NOT NULL"
    )
    _work_idx = models.Index(
        "(company_id, severity DESC, next_due_at, id DESC) WHERE closed_at IS NULL"
    )
    _received_idx = models.Index("(company_id, received_at)")
    _email_idx = models.Index("(email_from, received_at) WHERE partner_id IS NULL")
    _closed_after_receipt = models.Constraint(
        "CHECK(closed_at >= received_at)",
        "A complaint cannot be closed before it was received.",
    )
    _received_bounds = models.Constraint(
        "CHECK(received_at BETWEEN '1990-01-01' AND '2199-12-31')",
        "A complaint was received between 1990 and 2199.",
    )
    _open_hours_positive = models.Constraint(
        "CHECK(open_hours >= 0)", "A complaint cannot be open for less than no time."
    )

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for complaint in self:
            complaint.display_name = " ".join(
                filter(None, (complaint.name, complaint.subject))
            )

    def _compute_access_url(self):
        for complaint in self:
            complaint.access_url = f"/my/complaints/{complaint.id}"

    @api.depends("next_due_at", "closed_at")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for complaint in self:
            due_at = complaint.next_due_at
            complaint.is_overdue = bool(due_at and due_at < now)

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("next_due_at", "<", "now")
        matching = Domain.FALSE
        if True in value:
            matching |= late
        if False in value:
            matching |= ~late
        return matching

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        self.email_from = self.partner_id.email or self.email_from
        self.phone = self.partner_id.phone or self.phone

    @api.onchange("order_id")
    def _onchange_order_id(self):
        if self.order_id and not self.partner_id:
            self.partner_id = self.order_id.partner_id

    @api.onchange("company_id")
    def _onchange_company_id(self):
        if self.team_id.company_id != self.company_id:
            self.team_id = self.env["crm.complaint.team"]._of_company(self.company_id)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "team_id" in fields and "team_id" not in values:
            company = self.env["res.company"].browse(values.get("company_id"))
            teams = self.env["crm.complaint.team"]
            values["team_id"] = teams._of_company(company or self.env.company).id
        return values
