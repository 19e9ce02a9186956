from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..arguments import check_ids
from .remedy import OPEN

MANAGER = "crm_value.group_manager"
APPROVAL = "crm_value.complaint_activity_approval"


class CrmComplaintRemedy(models.Model):
    """The way of a remedy: within the limit or approved, given, taken back."""

    _inherit = "crm.complaint.remedy"

    def _apply_terms(self):
        """Decide anew whether these may be given without asking."""
        # What is decided is the system's; the right to propose was checked.
        for remedy_sudo in self.sudo():
            values = remedy_sudo._prepare_worth()
            remedy_sudo._write_system(
                {
                    **values,
                    "asked_by_id": self.env.uid,
                    "asked_at": fields.Datetime.now(),
                    # Not granted yet, so that it does not count against itself.
                    "state": "to_approve",
                }
            )
            if remedy_sudo._is_covered_by_approval():
                remedy_sudo._enter("approved")
            elif remedy_sudo._fits_limit():
                remedy_sudo._enter("proposed")
            else:
                remedy_sudo._log()
        self.filtered(lambda remedy: remedy.state == "to_approve")._ask_manager()

    def _prepare_worth(self):
        """Amount, and what of it counts, at the rate of today."""
        values = {"has_open_value": False}
        amount, currency = self.amount, self.currency_id
        if self.kind == "coupon":
            worth = self._get_coupon_value(self.program_id)
            values["has_open_value"] = worth is None
            if worth is not None:
                amount, currency = worth, self.program_id.currency_id
                values.update(amount=amount, currency_id=currency.id)
        values["company_amount"] = currency._convert(
            amount,
            self.company_id.currency_id,
            self.company_id,
            fields.Date.context_today(self),
        )
        return values

    def _is_covered_by_approval(self):
        """Whether a manager approved at least as much as it is worth now."""
        return bool(
            self.approved_by_id
            and not self.has_open_value
            and self.company_id.currency_id.compare_amounts(
                self.company_amount, self.approved_amount
            )
            <= 0
        )

    def _fits_limit(self):
        """Whether it may be given without asking, beside all else of the matter.

        From here until the transaction ends nobody else grants this customer anything.
        """
        if self.kind == "apology":
            return True
        complaint = self.complaint_id
        complaint._claim_goodwill()
        if self.has_open_value:
            return False
        total = complaint._get_goodwill_spent(self) + self.company_amount
        return (
            self.company_id.currency_id.compare_amounts(
                total, complaint._get_goodwill_limit()
            )
            <= 0
        )

    def _check_granted(self):
        """Refuse what is neither within the limit nor approved, as of now."""
        self.ensure_one()
        # Whoever posts a document need not be allowed to handle complaints.
        remedy_sudo = self.sudo()
        if self.has_open_value and remedy_sudo.approved_by_id:
            return
        if remedy_sudo.state != "cancelled" and (
            remedy_sudo._is_covered_by_approval()
            or (remedy_sudo.state != "to_approve" and remedy_sudo._fits_limit())
        ):
            return
        raise UserError(
            self.env._(
                "%(remedy)s of %(amount)s needs a manager's approval: the limit is "
                "%(limit)s, and %(spent)s were granted for the same matter.",
                remedy=remedy_sudo.display_name,
                amount=remedy_sudo.currency_id.format(remedy_sudo.amount),
                limit=remedy_sudo.company_currency_id.format(
                    remedy_sudo.complaint_id._get_goodwill_limit()
                ),
                spent=remedy_sudo.company_currency_id.format(
                    remedy_sudo.complaint_id._get_goodwill_spent(remedy_sudo)
                ),
            )
        )

    def _check_may_step(self, states):
        """Refuse users without the right, and remedies that are elsewhere."""
        check_ids(self)
        self.check_access("write")
        self.complaint_id._check_may_handle()
        for remedy in self:
            if remedy.state not in states:
                raise UserError(
                    self.env._(
                        "%(remedy)s is “%(state)s”: this is not possible now.",
                        remedy=remedy.display_name,
                        state=remedy._get_state_label(),
                    )
                )

    # Approving

    def action_request_approval(self):
        """Put what no longer fits the limit before a manager."""
        self._check_may_step(("proposed",))
        self.sudo()._enter("to_approve")
        self._ask_manager()

    def action_approve(self):
        """Approve what is above the limit; not what one proposed oneself, unless there
        is nobody else to ask.

        :raises AccessError: for whoever is no manager
        """
        self._check_may_step(("to_approve",))
        self._check_may_approve()
        # What was decided is the system's; the right to approve was checked.
        for remedy_sudo in self.sudo():
            remedy_sudo.complaint_id._claim_goodwill()
            remedy_sudo._write_system(
                {
                    "approved_by_id": self.env.uid,
                    "approved_at": fields.Datetime.now(),
                    "approved_amount": remedy_sudo.company_amount,
                }
            )
            remedy_sudo._enter("approved")
        return True

    def _check_may_approve(self):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Remedies above the goodwill limit are approved by a manager of "
                    "Customer Value."
                )
            )
        for remedy in self:
            if remedy.asked_by_id == self.env.user and self._get_managers(
                remedy.company_id
            ):
                raise UserError(
                    self.env._(
                        "You proposed %s yourself: another manager approves it.",
                        remedy.display_name,
                    )
                )

    @api.model
    def _get_managers(self, company):
        """Managers of the company but for the present user, who could be asked."""
        # Colleagues of other companies are hidden; that they exist is enough.
        users_sudo = self.env["res.users"].sudo()
        return users_sudo.search(
            Domain("all_group_ids", "in", self.env.ref(MANAGER).ids)
            & Domain("company_ids", "in", company.ids)
            & Domain("share", "=", False)
            & Domain("id", "!=", self.env.uid)
        ).filtered(lambda user: not user._is_superuser())

    def _ask_manager(self):
        """An activity for a manager of the team, so that nobody waits unseen."""
        for remedy in self:
            # Who proposes need not be allowed to give colleagues something to do.
            complaint_sudo = remedy.complaint_id.sudo()
            team = complaint_sudo.team_id
            managers = (team.user_id | team.member_ids).filtered(
                lambda user: user.has_group(MANAGER) and user != self.env.user
            )
            if managers:
                complaint_sudo.with_context(
                    mail_activity_quick_update=True
                ).activity_schedule(
                    APPROVAL,
                    user_id=managers[0].id,
                    summary=self.env._(
                        "Approve %(remedy)s of %(amount)s",
                        remedy=remedy.display_name,
                        amount=remedy.currency_id.format(remedy.amount),
                    ),
                )

    # Giving, taking back, giving up

    def action_give(self):
        """Note as given what no document of Odoo tells: paid in cash, sent along."""
        self._check_may_step(("proposed", "approved"))
        for remedy in self:
            if remedy.kind == "coupon":
                raise UserError(
                    self.env._("%s is given with “Create coupon”.", remedy.display_name)
                )
            remedy._check_no_document()
            remedy._check_granted()
        # Costs are the system's; the right to give was checked.
        for remedy_sudo in self.sudo():
            remedy_sudo._apply_given(
                remedy_sudo._convert_to_company(remedy_sudo.amount), False
            )
        return True

    def _convert_to_company(self, amount):
        """An amount of the remedy in the company's currency, at the rate of today."""
        return self.currency_id._convert(
            amount,
            self.company_id.currency_id,
            self.company_id,
            fields.Date.context_today(self),
        )

    def _apply_given(self, cost, is_by_document):
        """It was given, at this cost; called as superuser."""
        values = {"cost_amount": max(cost, 0), "is_by_document": is_by_document}
        if self.state != "given":
            values.update(given_by_id=self.env.uid, given_at=fields.Datetime.now())
        self._write_system(values)
        self._enter("given")
        self._touch_customers()

    def action_reverse(self):
        """Take back what was given without a document, or a coupon nobody used."""
        self._check_may_step(("given",))
        for remedy in self:
            # Documents and coupons may be hidden from who handles complaints.
            remedy_sudo = remedy.sudo()
            if remedy_sudo.card_id:
                remedy_sudo._revoke_coupon()
            elif remedy_sudo.is_by_document:
                raise UserError(
                    self.env._(
                        "%(remedy)s was given by %(document)s. Cancel or reverse that "
                        "one; the remedy follows.",
                        remedy=remedy.display_name,
                        document=remedy_sudo.document_name,
                    )
                )
            remedy_sudo._write_system({"cost_amount": 0})
            remedy_sudo._enter("reversed")
            remedy_sudo._touch_customers()
        return True

    def action_cancel(self):
        """Give up what has not been given."""
        self._check_may_step(OPEN)
        for remedy in self:
            remedy._check_no_document()
        self.sudo()._enter("cancelled")
        return True

    def _enter(self, state):
        """Write the state and say so in the complaint's log; called as superuser."""
        for remedy in self.filtered(lambda remedy: remedy.state != state):
            was = remedy.state
            remedy._write_system({"state": state})
            remedy._log()
            waiting = remedy.complaint_id.remedy_ids.filtered(
                lambda other: other.state == "to_approve"
            )
            if was == "to_approve" and not waiting:
                remedy.complaint_id.activity_feedback([APPROVAL])

    def _log(self):
        self.complaint_id._write_log(
            remedy.complaint_id._prepare_log(
                "remedy",
                note=" · ".join(
                    (
                        remedy._get_kind_label(),
                        remedy.currency_id.format(remedy.amount),
                        remedy._get_state_label(),
                    )
                ),
            )
            for remedy in self
        )

    def _get_kind_label(self):
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _touch_customers(self):
        """What is given changes what a customer is worth."""
        for company, remedies in self.grouped("company_id").items():
            self.env["crm.value.touch"]._touch(remedies.partner_id, company)


class CrmComplaintLog(models.Model):
    _inherit = "crm.complaint.log"

    kind = fields.Selection(
        selection_add=[("remedy", "Remedy")], ondelete={"remedy": "cascade"}
    )
