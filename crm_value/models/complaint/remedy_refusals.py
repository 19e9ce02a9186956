from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..arguments import name_fields
from .remedy import OPEN

# What the remedy is worth, and so what is decided by the limit.
TERMS = frozenset({"kind", "amount", "currency_id", "program_id"})
# Written by what happens, never by hand: neither by import nor over the API.
SYSTEM_FIELDS = {
    "company_id": None,
    "company_amount": 0,
    "cost_amount": 0,
    "state": "to_approve",
    "has_open_value": False,
    "asked_by_id": False,
    "asked_at": False,
    "approved_by_id": False,
    "approved_at": False,
    "approved_amount": 0,
    "given_by_id": False,
    "given_at": False,
    "is_by_document": False,
    "credit_note_ids": None,
    "replacement_id": False,
    "order_line_ids": None,
    "card_id": False,
}


class CrmComplaintRemedy(models.Model):
    """What nobody may write, and what makes no sense."""

    _inherit = "crm.complaint.remedy"

    @api.model
    def _get_term_fields(self):
        return TERMS

    @api.model
    def _prepare_system_values(self):
        """Given with every new remedy, so that no default of a context gets in."""
        values = {
            name: value for name, value in SYSTEM_FIELDS.items() if value is not None
        }
        return {
            **values,
            "asked_by_id": self.env.uid,
            "asked_at": fields.Datetime.now(),
        }

    @api.model
    def _check_values(self, vals):
        """Refuse system fields to everybody but our own methods, and no amounts."""
        refused = SYSTEM_FIELDS.keys() & vals.keys()
        if refused and not self.env.su:
            raise UserError(
                self.env._(
                    "%s follow from what is done with a remedy and cannot be written.",
                    name_fields(self, refused),
                )
            )
        amount = vals.get("amount") or 0
        is_number = isinstance(amount, int | float) and isfinite(amount)
        if not is_number or amount < 0:
            raise UserError(
                self.env._("amount is %s: give a finite number, 0 or more.", amount)
            )

    def _check_write(self, vals):
        self._check_values(vals)
        if "complaint_id" in vals and not self.env.su:
            raise UserError(
                self.env._(
                    "A remedy stays with its complaint; it moves only when that is "
                    "merged into another one."
                )
            )
        if not self.env.su:
            # Whoever may not handle the complaint may not change what is given for it.
            self.complaint_id._check_may_handle()
        if TERMS & vals.keys():
            for remedy in self:
                remedy._check_terms_may_change()

    def _check_terms_may_change(self):
        if self.state not in OPEN:
            raise UserError(
                self.env._(
                    "%(remedy)s is “%(state)s”: what it is worth cannot change any "
                    "more. Propose another one.",
                    remedy=self.display_name,
                    state=self._get_state_label(),
                )
            )
        documents = self.sudo()._get_documents()
        if documents:
            raise UserError(
                self.env._(
                    "%(remedy)s is on its way by %(document)s. Cancel that one before "
                    "you change what it is worth.",
                    remedy=self.display_name,
                    document=documents[0].display_name,
                )
            )

    @api.constrains("kind", "amount", "note", "program_id")
    def _check_sense(self):
        for remedy in self:
            if remedy.kind == "points":
                remedy._check_points_bookable()
            elif remedy.kind == "apology":
                remedy._check_apology()
            elif remedy.kind == "coupon":
                remedy._check_program()
            if remedy.kind != "apology" and remedy.amount <= 0:
                raise ValidationError(
                    self.env._(
                        "%s has no amount: say what the customer gets.",
                        remedy.display_name,
                    )
                )

    def _check_points_bookable(self):
        """Refuse points as long as nothing books them; a club does."""
        raise ValidationError(
            self.env._(
                "Points cannot be given: no loyalty club books them for this company. "
                "Give a coupon or a credit instead."
            )
        )

    def _check_apology(self):
        if self.amount:
            raise ValidationError(
                self.env._(
                    "An apology costs nothing: leave its amount at 0, and add another "
                    "remedy for what else the customer gets."
                )
            )
        if not (self.note or "").strip():
            raise ValidationError(
                self.env._("Write into the note how we apologised to the customer.")
            )

    def _check_program(self):
        # Who handles complaints need not be allowed to read loyalty programs.
        program_sudo = self.program_id.sudo()
        if program_sudo.program_type != "coupons" or not program_sudo.active:
            raise ValidationError(
                self.env._(
                    "%s has no coupon program: choose an active one whose type is "
                    "“Coupons”.",
                    self.display_name,
                )
            )

    @api.constrains("currency_id", "complaint_id")
    def _check_rate(self):
        """A currency without a rate would be worth one to one."""
        for remedy in self:
            company = remedy.company_id
            if remedy.currency_id == company.currency_id:
                continue
            # Rates are no secret; only their existence is asked for.
            rates_sudo = self.env["res.currency.rate"].sudo()
            if not rates_sudo.search_count(
                [
                    ("currency_id", "=", remedy.currency_id.id),
                    ("company_id", "in", (False, company.root_id.id)),
                ],
                limit=1,
            ):
                raise ValidationError(
                    self.env._(
                        "%(currency)s has no rate, so that nobody can tell what the "
                        "remedy is worth. Use %(own)s, or enter a rate first.",
                        currency=remedy.currency_id.name,
                        own=company.currency_id.name,
                    )
                )

    def _get_state_label(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]
