from odoo import api, fields, models
from odoo.fields import Domain

KINDS = [
    ("material", "Material late or sold out"),
    ("color", "Color off"),
    ("file", "Wrong or faulty file"),
    ("defect", "Defect found before delivery"),
    ("capacity", "Machine down or no capacity"),
    ("transport", "Transport late"),
    ("price", "Wrong price or quantity"),
    ("other", "Something else"),
]
STATES = [
    ("draft", "To be told"),
    ("told", "Customer told"),
    ("chosen", "Customer has chosen"),
    ("resolved", "Resolved"),
    ("cancelled", "Cancelled"),
]
TOLD_BY = [("mail", "E-mail"), ("phone", "Phone")]
# Only the page that the customer opens himself may say so.
PORTAL = "portal"
CHOSEN_BY = [(PORTAL, "Portal link"), ("phone", "Phone"), ("email", "E-mail")]


class CrmComplaintNotice(models.Model):
    """A problem that we found with an order, before the customer did.

    The customer is told, with options, and chooses one: through the link of the letter
    or on the phone. A choice is final; of two at once one wins, as both write this
    row. After ``answer_until`` the owner is warned, once, and a choice still counts
    until the problem is resolved or cancelled: refusing what a customer is willing to
    do would make a complaint of it.

    What was agreed reaches the order by hand: ``apply_to_order`` writes the delivery
    date of the chosen option and leaves a note; a price is only noted, as nobody but
    the salesperson knows which lines have to change, and with which taxes.

    Resolved, it counts as *prevented*, unless the customer complains about it after
    all: a complaint about the same order links to the notice and takes it out of the
    count. A confidential complaint does not, as the count would tell of it.
    """

    _name = "crm.complaint.notice"
    _description = "Order problem"
    _inherit = [
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "crm.customer.letter",
    ]
    _order = "found_at desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["order_id", "description"]

    order_id = fields.Many2one(
        "sale.order",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('state', '=', 'sale')]",
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="order_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Who is told: of the customer of the order.",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer"
    )
    team_id = fields.Many2one(
        "crm.complaint.team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        help="The time to choose counts in its working hours.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        tracking=True,
        domain="[('share', '=', False)]",
        help="Is warned when the customer does not answer.",
    )
    kind = fields.Selection(
        KINDS, string="What happened", required=True, default="material", tracking=True
    )
    description = fields.Text(
        string="In words for the customer",
        required=True,
        help="Written to the customer as it stands here.",
    )
    found_at = fields.Datetime(
        string="Found", required=True, copy=False, default=fields.Datetime.now
    )
    option_ids = fields.One2many(
        "crm.complaint.notice.option", "notice_id", string="Options", copy=True
    )
    answer_until = fields.Datetime(
        string="Choice until",
        copy=False,
        tracking=True,
        help="The customer's own deadline. Empty: what the team gives, in its working "
        "hours, from the moment the customer is told.",
    )

    # Where it stands
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="draft",
        tracking=True,
        group_expand=True,
    )
    is_unanswered = fields.Boolean(
        string="Unanswered",
        compute="_compute_is_unanswered",
        search="_search_is_unanswered",
    )
    told_at = fields.Datetime(string="Told on", readonly=True, copy=False)
    told_by = fields.Selection(
        TOLD_BY, string="Told through", readonly=True, copy=False
    )
    chosen_option_id = fields.Many2one(
        "crm.complaint.notice.option",
        string="Chosen option",
        readonly=True,
        copy=False,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    chosen_at = fields.Datetime(string="Chosen on", readonly=True, copy=False)
    chosen_how = fields.Selection(
        CHOSEN_BY, string="Chosen through", readonly=True, copy=False
    )
    chosen_by_id = fields.Many2one(
        "res.partner",
        string="Chosen by",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    chosen_user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="base.group_user",
        help="Who wrote down what the customer said on the phone.",
    )
    choice_note = fields.Text(string="What the customer said", copy=False)
    is_chosen_late = fields.Boolean(
        string="Chosen late", compute="_compute_is_chosen_late"
    )
    applied_at = fields.Datetime(
        string="Applied to the order",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    resolved_at = fields.Datetime(string="Resolved on", readonly=True, copy=False)
    note = fields.Text(
        string="How it was settled", copy=False, groups="base.group_user"
    )
    warned_at = fields.Datetime(
        string="Owner warned", readonly=True, copy=False, groups="base.group_user"
    )
    may_handle = fields.Boolean(compute="_compute_may_handle")

    _unanswered_idx = models.Index(
        "(answer_until) WHERE state = 'told' AND warned_at IS NULL"
    )
    _choice_whole = models.Constraint(
        "CHECK((chosen_option_id IS NULL) = (chosen_at IS NULL))",
        "A choice has an option and a time.",
    )

    @api.depends("order_id")
    def _compute_partner_id(self):
        for notice in self:
            notice.partner_id = notice.order_id.partner_id

    @api.depends("order_id")
    def _compute_team_id(self):
        teams = self.env["crm.complaint.team"]
        for notice in self:
            company = notice.order_id.company_id
            if company and notice.team_id.company_id != company:
                notice.team_id = teams._of_company(company)

    @api.depends("order_id", "team_id")
    def _compute_user_id(self):
        for notice in self:
            likely = (
                notice.user_id,
                notice.order_id.user_id,
                self.env.user,
                notice.team_id.user_id,
            )
            notice.user_id = next(
                (user for user in likely if notice._is_handler(user)), False
            )

    @api.depends("state", "answer_until")
    def _compute_is_unanswered(self):
        now = fields.Datetime.now()
        for notice in self:
            notice.is_unanswered = bool(
                notice.state == "told"
                and notice.answer_until
                and notice.answer_until < now
            )

    @api.model
    def _search_is_unanswered(self, operator, value):
        if operator != "in":
            return NotImplemented
        unanswered = Domain("state", "=", "told") & Domain("answer_until", "<", "now")
        matching = Domain.FALSE
        if True in value:
            matching |= unanswered
        if False in value:
            matching |= ~unanswered
        return matching

    @api.depends("chosen_at", "answer_until")
    def _compute_is_chosen_late(self):
        for notice in self:
            notice.is_chosen_late = bool(
                notice.chosen_at
                and notice.answer_until
                and notice.chosen_at > notice.answer_until
            )

    @api.depends("order_id")
    @api.depends_context("uid")
    def _compute_may_handle(self):
        for notice in self:
            notice.may_handle = notice._is_handler(self.env.user)

    @api.depends("order_id.name", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for notice in self:
            # The number of an order is no secret to who reads its problem.
            notice.display_name = " · ".join(
                filter(None, (notice.sudo().order_id.name, labels.get(notice.kind)))
            )

    def _compute_access_url(self):
        for notice in self:
            notice.access_url = f"/my/order-problems/{notice.id}"

    def _is_handler(self, user):
        """Whether ``user`` may go on with it: care agents, and the order's salesperson.

        An order that somebody else sells is nobody else's affair.
        """
        if not user or not user.active:
            return False
        if user.has_group("crm_value.group_care_agent"):
            return True
        # Asked for users who need not be allowed to read the order.
        salesperson = self.sudo().order_id.user_id
        return user == salesperson and user.has_group("crm_value.group_user")

    @api.model
    def _get_choosable(self):
        """The problems about which the customer can still choose, in time or late."""
        # Whoever reads the problem need not be allowed to read the order.
        return Domain("state", "=", "told") & Domain(
            "order_id", "any!", Domain("state", "!=", "cancel")
        )

    def _is_choosable(self):
        # As above.
        return bool(self.sudo().filtered_domain(self._get_choosable()))

    def _format_moment(self, moment):
        """A moment as the customer reads it, in the team's time zone."""
        lang = self.env.context.get("lang") or self._get_letter_lang()
        return self.team_id._format_moment(moment, lang)
