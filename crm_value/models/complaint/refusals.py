from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from ..arguments import check_choice, check_ids, is_id, name_fields
from .complaint import DECISIONS

# Written by what happens, never by hand: over the API neither.
SYSTEM_FIELDS = {
    "name",
    "company_id",
    "is_relabelled",
    "acknowledged_at",
    "answered_at",
    "decided_at",
    "closed_at",
    "open_hours",
    "reopen_count",
    "verdict",
    "stage_kind",
    "next_due_at",
    "next_due_kind",
    "value_at_risk_amount",
    "outcome",
    "outcome_90",
    "outcome_180",
    "judged_90_date",
    "judged_180_date",
    "received_tier_id",
    "remedy_cost_amount",
    "merged_into_id",
    "idempotency_key",
    "access_token",
}
DECISION_FIELDS = {"decision", "decision_text", "recourse_text"}
# Of those, what whoever files a complaint may say; core's mail gateway gives a name,
# which the number replaces.
TOLD_AT_CREATION = {"name", "company_id", "idempotency_key"}
UNSEEN_AT_CREATION = SYSTEM_FIELDS - TOLD_AT_CREATION
# What a client's context must not fill in: a column of the board names its stage.
NO_DEFAULTS = {f"default_{name}" for name in (*UNSEEN_AT_CREATION, "stage_id")}


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_create(vals_list)
        return super().create(vals_list)

    @api.model
    def default_get(self, fields):
        refused = NO_DEFAULTS & self.env.context.keys()
        if self.env.su or not refused:
            return super().default_get(fields)
        context = {
            key: value for key, value in self.env.context.items() if key not in refused
        }
        complaints = self.with_env(self.env(context=context))
        return super(CrmComplaint, complaints).default_get(fields)

    @api.model
    def _check_create(self, vals_list):
        """Refuse what only happens; every complaint begins as received."""
        if self.env.su:
            return
        for vals in vals_list:
            self._refuse_fields(UNSEEN_AT_CREATION & vals.keys())
            stage_id = vals.get("stage_id")
            stage = self.env["crm.complaint.stage"].browse(
                is_id(stage_id) and [stage_id]
            )
            if stage.exists() and stage.kind != "received":
                raise ValidationError(
                    self.env._(
                        "A complaint begins in a stage that means “received”, not in "
                        "%s. Create it, then take it on.",
                        stage.name,
                    )
                )

    def _refuse_fields(self, refused):
        if refused:
            raise UserError(
                self.env._(
                    "%s follow from what is done with a complaint and cannot be "
                    "written.",
                    name_fields(self, refused),
                )
            )

    def _check_may_handle(self):
        check_ids(self)
        self.check_access("write")
        merged = self.filtered("merged_into_id")
        if merged:
            raise UserError(
                self.env._(
                    "%(complaint)s was merged into %(other)s. Go on there.",
                    complaint=merged[0].display_name,
                    other=merged[0].merged_into_id.display_name,
                )
            )

    def _check_decision(self, decision, text, recourse):
        check_choice(self.env, "decision", decision, dict(DECISIONS))
        text = text.strip() if isinstance(text, str) else ""
        recourse = recourse.strip() if isinstance(recourse, str) else ""
        if not text:
            raise UserError(
                self.env._(
                    "text is empty: say the decision and its reasons as the customer "
                    "will read them."
                )
            )
        if decision == "rejected" and not recourse:
            raise UserError(
                self.env._(
                    "recourse is empty: a rejection says where the customer can turn, "
                    "for example an ombudsman or your management."
                )
            )
        for complaint in self:
            if complaint.kind != "complaint":
                raise UserError(
                    self.env._(
                        "%s is no complaint: answer it and close it, without a "
                        "decision.",
                        complaint.display_name,
                    )
                )
            if complaint.closed_at:
                raise UserError(
                    self.env._(
                        "%s is closed. Reopen it to decide anew.",
                        complaint.display_name,
                    )
                )
        return text, recourse

    def _check_write(self, vals):
        """Refuse what only happens, and steps that leave one out."""
        if not self.env.su:
            self._refuse_fields(SYSTEM_FIELDS & vals.keys())
        if DECISION_FIELDS & vals.keys():
            self._check_decision_kept(vals)
        if vals.get("stage_id"):
            stage = self.env["crm.complaint.stage"].browse(vals["stage_id"])
            for complaint in self:
                complaint._check_step(stage)

    def _check_decision_kept(self, vals):
        told = self.filtered(
            lambda complaint: (
                complaint.decided_at
                and any(
                    (complaint[name] or False) != (vals[name] or False)
                    for name in DECISION_FIELDS & vals.keys()
                )
                and not complaint.env.su
            )
        )
        if told:
            raise UserError(
                self.env._(
                    "The decision of %s was communicated to the customer. Reopen the "
                    "complaint to decide anew.",
                    told[0].display_name,
                )
            )

    def _check_step(self, stage):
        """Refuse a stage that cannot follow on the present one."""
        before, after = self.stage_kind, stage.kind
        if before == after:
            return
        if (
            before == "received"
            and not self.acknowledged_at
            and after not in ("received", "acknowledged")
        ):
            raise ValidationError(
                self.env._(
                    "%s has not been acknowledged: tell the customer that you know, "
                    "then go on.",
                    self.display_name,
                )
            )
        if after == "received":
            raise ValidationError(
                self.env._(
                    "%s was received once; it cannot be received again.",
                    self.display_name,
                )
            )
        if self.kind != "complaint" or after not in ("answered", "closed"):
            return
        if not self.decided_at:
            raise ValidationError(
                self.env._(
                    "%s has no decision that was communicated. Use “Decide” and tell "
                    "the customer, then close it.",
                    self.display_name,
                )
            )
