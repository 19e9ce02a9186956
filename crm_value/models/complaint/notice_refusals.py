from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..arguments import check_choice, check_ids, is_id, name_fields
from .notice import CHOSEN_BY, PORTAL, TOLD_BY

# Written by what happens, never by hand: over the API neither.
SYSTEM_FIELDS = {
    "company_id",
    "state",
    "told_at",
    "told_by",
    "chosen_option_id",
    "chosen_at",
    "chosen_how",
    "chosen_by_id",
    "chosen_user_id",
    "applied_at",
    "resolved_at",
    "warned_at",
    "prevented_count",
    "access_token",
}
# What the customer was told stays as he was told it.
TOLD_FIELDS = {"order_id", "partner_id", "kind", "description", "found_at"}
NOTE_LENGTH = 4_000


class CrmComplaintNotice(models.Model):
    _inherit = "crm.complaint.notice"

    @api.constrains("partner_id", "order_id")
    def _check_partner(self):
        for notice in self:
            # Who reports a problem need not be allowed to read every contact.
            contact = notice.sudo().partner_id
            customer = notice.sudo().order_id.partner_id.commercial_partner_id
            if contact.commercial_partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "%(contact)s does not belong to %(customer)s, the customer of "
                        "order %(order)s. Choose one of its contacts.",
                        contact=contact.display_name,
                        customer=customer.display_name,
                        order=notice.sudo().order_id.name,
                    )
                )

    @api.constrains("order_id")
    def _check_order(self):
        for notice in self:
            # Whether it may be read was checked before.
            order_sudo = notice.sudo().order_id
            if order_sudo.state != "sale":
                raise ValidationError(
                    self.env._(
                        "Order %s is not confirmed. Change the quotation and send it "
                        "again instead.",
                        order_sudo.name,
                    )
                )

    @api.constrains("user_id")
    def _check_owner(self):
        for notice in self:
            if notice.user_id and not notice._is_handler(notice.user_id):
                raise ValidationError(
                    self.env._(
                        "%(user)s can own %(problem)s neither as care agent nor as "
                        "salesperson of the order. Choose one of them.",
                        user=notice.user_id.name,
                        problem=notice.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_system_fields(vals)
        orders = self.env["sale.order"].browse(
            [vals["order_id"] for vals in vals_list if vals.get("order_id")]
        )
        orders.check_access("read")
        return super().create(vals_list)

    def write(self, vals):
        self._check_system_fields(vals)
        if not self.env.su:
            self._check_kept(vals)
        if vals.get("order_id"):
            self.env["sale.order"].browse(vals["order_id"]).check_access("read")
        result = super().write(vals)
        if "answer_until" in vals:
            self._follow_new_deadline()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_told(self):
        told = self.filtered("told_at")
        if told:
            raise UserError(
                self.env._(
                    "%s was told to the customer and is kept. Cancel it instead.",
                    told[0].display_name,
                )
            )

    def _check_system_fields(self, vals):
        refused = SYSTEM_FIELDS & vals.keys()
        if refused and not self.env.su:
            raise UserError(
                self.env._(
                    "%s follow from what is done with an order problem and cannot be "
                    "written.",
                    name_fields(self, refused),
                )
            )

    def _check_kept(self, vals):
        """Refuse to change what the customer was told, or said."""
        for notice in self:
            if notice.state == "draft":
                continue
            if TOLD_FIELDS & vals.keys():
                raise UserError(
                    self.env._(
                        "The customer was told about %s. Cancel it and tell another "
                        "one.",
                        notice.display_name,
                    )
                )
            if notice.state != "told" and {"answer_until", "choice_note"} & vals.keys():
                raise UserError(
                    self.env._(
                        "Nobody waits for a choice about %s any more: date and words "
                        "of the customer stay.",
                        notice.display_name,
                    )
                )
            if "answer_until" in vals and not vals["answer_until"]:
                raise UserError(
                    self.env._(
                        "The customer was given a date for %s: give another one, not "
                        "none.",
                        notice.display_name,
                    )
                )

    def _check_may_handle(self):
        check_ids(self)
        self.check_access("write")
        if self.env.su:
            return
        for notice in self:
            if not notice._is_handler(self.env.user):
                raise AccessError(
                    self.env._(
                        "%s is handled by care agents and by the salesperson of the "
                        "order.",
                        notice.display_name,
                    )
                )

    def _check_tell(self, how):
        check_choice(self.env, "how", how, dict(TOLD_BY))
        for notice in self:
            if notice.state != "draft":
                raise UserError(
                    self.env._("%s was told already, or is over.", notice.display_name)
                )
            if not notice.option_ids:
                raise UserError(
                    self.env._(
                        "%s has no options. Offer the customer at least one way out.",
                        notice.display_name,
                    )
                )
            if how == "mail" and not notice.partner_id.email:
                raise UserError(
                    self.env._(
                        "%(contact)s has no e-mail address. Enter one, or call and "
                        "use “Told by phone”.",
                        contact=notice.partner_id.display_name,
                    )
                )
            if notice.answer_until and notice.answer_until <= fields.Datetime.now():
                raise UserError(
                    self.env._(
                        "The date for the choice about %s has passed. Give a later "
                        "one, or none.",
                        notice.display_name,
                    )
                )

    def _check_choose(self, option_id, how, note):
        """The option, if it can be chosen."""
        ways = [way for way, _label in CHOSEN_BY if way != PORTAL]
        check_choice(self.env, "how", how, ways)
        self._check_text("note", note)
        if not is_id(option_id) or option_id not in self.option_ids.ids:
            raise UserError(
                self.env._(
                    "option_id is %(option)s: give one of %(possible)s, the options "
                    "of %(problem)s.",
                    option=option_id,
                    possible=", ".join(map(str, self.option_ids.ids)) or "–",
                    problem=self.display_name,
                )
            )
        if self.state == "draft":
            raise UserError(
                self.env._(
                    "The customer does not know about %s yet. Tell first.",
                    self.display_name,
                )
            )
        if self.chosen_option_id:
            raise UserError(
                self.env._(
                    "The customer has chosen already: “%(option)s”, on %(date)s. A "
                    "choice is final; if it cannot stand, tell another problem.",
                    option=self.chosen_option_id.name,
                    date=self._format_moment(self.chosen_at),
                )
            )
        if not self._is_choosable():
            raise UserError(
                self.env._("%s is over; nothing is left to choose.", self.display_name)
            )
        return self.env["crm.complaint.notice.option"].browse(option_id)

    def _check_text(self, name, text, is_needed=False):
        if text is not None and text is not False and not isinstance(text, str):
            raise UserError(
                self.env._("%(name)s is %(value)s: give a text.", name=name, value=text)
            )
        if is_needed and not (text or "").strip():
            raise UserError(self.env._("%s is empty: give a text.", name))
        if len(text or "") > NOTE_LENGTH or "\0" in (text or ""):
            raise UserError(
                self.env._(
                    "%(name)s is too long or no text; %(longest)s characters fit.",
                    name=name,
                    longest=NOTE_LENGTH,
                )
            )
