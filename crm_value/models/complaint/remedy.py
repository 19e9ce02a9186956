from odoo import api, fields, models
from odoo.exceptions import UserError

from .complaint import REMEDIES

STATES = [
    ("proposed", "Within the limit"),
    ("to_approve", "To approve"),
    ("approved", "Approved"),
    ("given", "Given"),
    ("reversed", "Taken back"),
    ("cancelled", "Cancelled"),
]
OPEN = ("proposed", "to_approve", "approved")


class CrmComplaintRemedy(models.Model):
    """What a customer gets for a complaint: money, goods, a coupon, an apology.

    ``amount`` is what the customer gets, in the currency of the remedy; it counts
    against the goodwill limit as ``company_amount``, at the rate of the day on which it
    was asked for. ``cost_amount`` is what it costs us, of what was really given and not
    taken back: without the taxes of credit notes, the cost of replaced goods, what
    coupons were used for.
    """

    _name = "crm.complaint.remedy"
    _description = "Remedy"
    _order = "id desc"
    _check_company_auto = True

    complaint_id = fields.Many2one(
        "crm.complaint", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id",
        store=True,
        precompute=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        related="complaint_id.commercial_partner_id", string="Customer"
    )
    kind = fields.Selection(
        REMEDIES,
        string="Remedy",
        required=True,
        default="refund",
        help="Refund: money back by credit note. Credit: a credit note to be set off. "
        "Replacement: a new order at no charge. Discount: off a quotation. Coupon: of "
        "a coupon program.",
    )
    amount = fields.Monetary(
        help="What the customer gets. It counts against the goodwill limit of his "
        "tier, together with all other remedies of the same matter."
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        ondelete="restrict",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    company_amount = fields.Monetary(
        string="Counts against the limit",
        readonly=True,
        copy=False,
        currency_field="company_currency_id",
        help="The amount in the company's currency, at the rate of the day on which "
        "it was asked for.",
    )
    cost_amount = fields.Monetary(
        string="Cost",
        readonly=True,
        copy=False,
        currency_field="company_currency_id",
        help="What it costs us, net of what was taken back: without taxes, goods at "
        "their cost, coupons as far as they were used.",
    )
    note = fields.Text(help="Reason, or the words of an apology.")
    state = fields.Selection(STATES, required=True, readonly=True, default="proposed")
    has_open_value = fields.Boolean(
        string="Worth depends on the order",
        readonly=True,
        help="A percentage without a cap: nobody knows what it will be worth, so that "
        "a manager approves it.",
    )
    asked_by_id = fields.Many2one("res.users", string="Proposed by", readonly=True)
    asked_at = fields.Datetime(string="Proposed", readonly=True)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True)
    approved_at = fields.Datetime(string="Approved on", readonly=True)
    approved_amount = fields.Monetary(
        readonly=True, currency_field="company_currency_id"
    )
    given_by_id = fields.Many2one("res.users", string="Given by", readonly=True)
    given_at = fields.Datetime(string="Given on", readonly=True)
    is_by_document = fields.Boolean(
        string="Given by a document",
        readonly=True,
        help="A credit note, an order or a coupon says what was given; it follows when "
        "that document is cancelled.",
    )

    # Where it is booked
    credit_note_ids = fields.One2many(
        "account.move",
        "complaint_remedy_id",
        string="Credit notes",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    replacement_id = fields.Many2one(
        "sale.order",
        string="Replacement order",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    order_id = fields.Many2one(
        "sale.order",
        string="Quotation",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
        domain="[('state', 'in', ('draft', 'sent')), ('company_id', '=', company_id),"
        " ('partner_id', 'child_of', partner_id)]",
        help="The customer's quotation that gets the discount.",
    )
    order_line_ids = fields.Many2many(
        "sale.order.line",
        "crm_complaint_remedy_order_line_rel",
        string="Discount lines",
        readonly=True,
        groups="crm_value.group_care_agent",
    )
    program_id = fields.Many2one(
        "loyalty.program",
        string="Coupon program",
        check_company=True,
        domain="[('program_type', '=', 'coupons')]",
        ondelete="restrict",
    )
    card_id = fields.Many2one(
        "loyalty.card",
        string="Coupon",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    document_name = fields.Char(
        string="Document", compute="_compute_document_name", compute_sudo=True
    )
    limit_words = fields.Char(string="Goodwill", compute="_compute_limit_words")

    _given_idx = models.Index("(company_id, given_at) WHERE state = 'given'")
    _waiting_idx = models.Index("(company_id) WHERE state = 'to_approve'")
    _amount_positive = models.Constraint(
        "CHECK(amount >= 0 AND company_amount >= 0)",
        "A remedy is an amount of zero or more.",
    )
    _cost_positive = models.Constraint(
        "CHECK(cost_amount >= 0)", "A remedy costs zero or more."
    )

    @api.depends("kind", "complaint_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for remedy in self:
            remedy.display_name = " · ".join(
                filter(None, (labels.get(remedy.kind), remedy.complaint_id.name))
            )

    @api.depends("replacement_id", "order_id", "card_id", "credit_note_ids.name")
    def _compute_document_name(self):
        for remedy in self:
            remedy.document_name = ", ".join(
                document.display_name for document in remedy._get_documents()
            )

    @api.depends("company_amount", "state", "kind", "complaint_id")
    @api.depends_context("lang")
    def _compute_limit_words(self):
        for remedy in self:
            remedy.limit_words = False
            # The sum is no secret to who handles the complaint.
            complaint_sudo = remedy.complaint_id._origin.sudo()
            if complaint_sudo and remedy.state in OPEN and remedy.kind != "apology":
                show = complaint_sudo.currency_id.format
                remedy.limit_words = self.env._(
                    "Limit %(limit)s; other remedies of this matter: %(spent)s.",
                    limit=show(complaint_sudo._get_goodwill_limit()),
                    spent=show(complaint_sudo._get_goodwill_spent(remedy)),
                )

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind == "apology":
            self.amount = 0
        elif self.kind == "replacement" and not self.amount:
            order = self.complaint_id.order_id
            if order:
                self.amount, self.currency_id = order.amount_untaxed, order.currency_id

    @api.onchange("program_id")
    def _onchange_program_id(self):
        value = self.program_id and self._get_coupon_value(self.program_id)
        if value:
            self.amount = value
            self.currency_id = self.program_id.sudo().currency_id

    @api.model_create_multi
    def create(self, vals_list):
        prepared = []
        for vals in vals_list:
            self._check_values(vals)
            prepared.append({**vals, **self._prepare_system_values()})
        complaints = self.env["crm.complaint"].browse(
            {vals.get("complaint_id") for vals in prepared if vals.get("complaint_id")}
        )
        complaints._check_may_handle()
        for vals in prepared:
            complaint = complaints.browse(vals.get("complaint_id"))
            if not vals.get("currency_id"):
                vals["currency_id"] = complaint.company_id.currency_id.id
        remedies = super().create(prepared)
        remedies._apply_terms()
        return remedies

    def write(self, vals):
        self._check_write(vals)
        result = super().write(vals)
        if self._get_term_fields() & vals.keys():
            self._apply_terms()
        return result

    def _write_system(self, vals):
        """Write what follows from what is done, without deciding anew."""
        return models.Model.write(self, vals)

    def copy_data(self, default=None):
        raise UserError(
            self.env._("A remedy cannot be duplicated. Propose another one.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_register(self):
        raise UserError(
            self.env._(
                "%s stays in the register. Cancel it instead.",
                self[:1].display_name,
            )
        )
