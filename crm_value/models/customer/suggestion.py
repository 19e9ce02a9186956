from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..arguments import check_choice, check_ids, check_record

STATES = [
    ("new", "Noted"),
    ("considered", "Being considered"),
    ("planned", "Planned"),
    ("adopted", "Adopted"),
    ("declined", "Declined"),
]
SOURCES = [
    ("portal", "Portal"),
    ("complaint", "Complaint"),
    ("survey", "Survey"),
    ("phone", "Phone or counter"),
    ("salesperson", "Salesperson"),
    ("api", "API"),
]
LONGEST = 10_000
TITLE_LENGTH = 80
# A customer's portal takes so many suggestions in a day.
MOST_A_DAY = 20


class CrmCustomerSuggestion(models.Model):
    """An idea of a customer: he sees what becomes of it, and is thanked."""

    _name = "crm.customer.suggestion"
    _description = "Suggestion"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.customer.letter"]
    _order = "create_date DESC, id DESC"
    _check_company_auto = True

    name = fields.Char(
        string="In short", compute="_compute_name", store=True, readonly=False
    )
    text = fields.Text(string="In the customer's words", required=True)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    commercial_partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        related="partner_id.commercial_partner_id",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        tracking=True,
        check_company=True,
        groups="base.group_user",
    )
    source = fields.Selection(SOURCES, required=True, default="phone")
    state = fields.Selection(
        STATES,
        required=True,
        default="new",
        readonly=True,
        tracking=True,
        copy=False,
        group_expand=True,
        help="The customer sees it in the portal.",
    )
    reply = fields.Text(
        string="Reply for the customer",
        tracking=True,
        help="What the customer reads in the portal, and in the mail of thanks.",
    )
    adopted_at = fields.Datetime(string="Adopted on", readonly=True, copy=False)

    @api.depends("text")
    def _compute_name(self):
        for suggestion in self:
            if not suggestion.name:
                line = (suggestion.text or "").strip().split("\n")[0]
                suggestion.name = (
                    line
                    if len(line) <= TITLE_LENGTH
                    else f"{line[: TITLE_LENGTH - 1]}…"
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_state_unwritten(vals)
            if not self.env.su:
                # No default of a context gets in either.
                vals.update(state="new", adopted_at=False)
        return super().create(vals_list)

    def write(self, vals):
        self._check_state_unwritten(vals)
        return super().write(vals)

    @api.model
    def _check_state_unwritten(self, vals):
        if not self.env.su and {"state", "adopted_at"} & vals.keys():
            raise UserError(
                self.env._(
                    "The state of a suggestion follows from its buttons, which tell "
                    "the customer; it cannot be written."
                )
            )

    @api.constrains("text")
    def _check_text(self):
        for suggestion in self:
            if not suggestion.text.strip():
                raise ValidationError(
                    self.env._("The suggestion is empty: write down the idea.")
                )

    @api.model
    def submit(self, values):
        """Take in a suggestion.

        :param dict values: ``text``; ``partner_id`` (a customer in the portal speaks
            for himself), ``company_id``, ``source``
        :return: id of the suggestion
        :rtype: int
        :raises AccessError: for whoever is neither a customer nor allowed to enter one
        :raises UserError: naming the argument that cannot be used
        """
        is_customer = self.env.user._is_portal()
        if not is_customer:
            self.check_access("create")
        values = self._check_submitted(values)
        if is_customer:
            values.update(self._prepare_own())
        # Customers may not write suggestions; this one is checked and their own.
        suggestions = self.sudo() if is_customer else self
        return suggestions.create(values).id

    @api.model
    def _prepare_own(self):
        """Values of a suggestion by a customer in the portal."""
        partner = self.env.user.partner_id
        since = fields.Datetime.now() - timedelta(days=1)
        if (
            self.search_count(
                [
                    ("commercial_partner_id", "=", partner.commercial_partner_id.id),
                    ("source", "=", "portal"),
                    ("create_date", ">=", since),
                ]
            )
            >= MOST_A_DAY
        ):
            raise UserError(
                self.env._(
                    "You have given us %s ideas today. Thank you! Please send the next "
                    "one tomorrow.",
                    MOST_A_DAY,
                )
            )
        return {
            "partner_id": partner.id,
            "company_id": self.env.company.id,
            "source": "portal",
        }

    @api.model
    def _check_submitted(self, values):
        known = {"text", "partner_id", "company_id", "source"}
        if not isinstance(values, dict) or values.keys() - known:
            raise UserError(
                self.env._(
                    "values is %(values)s: give an object with %(known)s.",
                    values=values,
                    known=", ".join(sorted(known)),
                )
            )
        text = values.get("text")
        if not isinstance(text, str) or not text.strip() or "\0" in text:
            raise UserError(self.env._("text is empty: write down the idea."))
        if len(text) > LONGEST:
            raise UserError(
                self.env._(
                    "text has %(length)s characters; %(longest)s fit.",
                    length=len(text),
                    longest=LONGEST,
                )
            )
        checked = {"text": text.strip(), "source": "api"}
        source = values.get("source")
        if source is not None:
            check_choice(self.env, "source", source, dict(SOURCES))
            checked["source"] = source
        for name in ("partner_id", "company_id"):
            if values.get(name) is not None:
                model = self._fields[name].comodel_name
                checked[name] = check_record(self.env, model, name, values[name])
        return checked

    # What becomes of it

    def action_consider(self):
        self._enter("considered", ("new", "planned", "declined"))
        return True

    def action_plan(self):
        self._enter("planned", ("new", "considered", "declined"))
        return True

    def action_adopt(self):
        """Adopt the idea and thank the customer."""
        self._enter("adopted", ("new", "considered", "planned", "declined"))
        self.env["crm.customer.event"]._emit(
            "suggestion_adopted", self.filtered("partner_id")
        )
        self._notify_thanks()
        return True

    def action_decline(self):
        """Decline the idea; the customer reads why."""
        for suggestion in self:
            if not (suggestion.reply or "").strip():
                raise UserError(
                    self.env._(
                        "Write the reply for the customer first: he reads why “%s” "
                        "cannot be done.",
                        suggestion.name,
                    )
                )
        self._enter("declined", ("new", "considered", "planned"))
        return True

    def _enter(self, state, before):
        check_ids(self)
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for suggestion in self:
            if suggestion.state not in before:
                raise UserError(
                    self.env._(
                        "“%(suggestion)s” is “%(state)s”: this is not possible now.",
                        suggestion=suggestion.name,
                        state=labels[suggestion.state],
                    )
                )
        values = {"state": state}
        if state == "adopted":
            values["adopted_at"] = fields.Datetime.now()
        # The state is the system's; the right to write was checked.
        self.sudo().write(values)

    def _notify_thanks(self):
        """A mail of thanks to who had the idea, in his language."""
        # Who handles suggestions need not be allowed to read mail templates.
        template_sudo = self.env.ref("crm_value.customer_suggestion_thanks").sudo()
        for suggestion_sudo in self.sudo().filtered("partner_id.email"):
            suggestion_sudo.message_post_with_source(
                template_sudo,
                message_type="auto_comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=suggestion_sudo.partner_id.ids,
            )


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _merge_customer(self, source, destination):
        self._move_stored_customer("crm.customer.suggestion", source, destination)
        return super()._merge_customer(source, destination)
