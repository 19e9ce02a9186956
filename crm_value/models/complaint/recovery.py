from odoo import api, fields, models
from odoo.exceptions import UserError

from ...queries.complaint_outcomes import complaint_outcomes, due_complaints
from ...queries.scope import Scope
from .complaint import OUTCOMES

# Days after receipt on which it is looked at whether the customer still buys.
HORIZONS = (90, 180)
BATCH = 5000
JUDGED = ("outcome_90", "outcome_180", "judged_90_date", "judged_180_date")


class CrmComplaint(models.Model):
    """Whether the customer was won back: judged from what he buys afterwards.

    The windows begin with the receipt, not with the closing: that is when the customer
    was disappointed, it never moves when a complaint is reopened, and one that is
    dragged on for months is judged all the same.
    """

    _inherit = "crm.complaint"

    received_tier_id = fields.Many2one(
        "crm.value.tier",
        string="Tier at receipt",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="base.group_user",
    )
    outcome_90 = fields.Selection(
        OUTCOMES,
        string="Outcome after 90 days",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Kept: the customer buys at his pace of before. Reduced: he buys less. "
        "Lost: he should have bought again and has not.",
    )
    outcome_180 = fields.Selection(
        OUTCOMES,
        string="Outcome after 180 days",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    judged_90_date = fields.Date(
        string="Judged after 90 days",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    judged_180_date = fields.Date(
        string="Judged after 180 days",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )

    @api.model
    def _complete_values(self, vals):
        # No default of a context gets in either.
        vals.update(dict.fromkeys((*JUDGED, "outcome", "received_tier_id"), False))
        return super()._complete_values(vals)

    def _note_values(self, customers):
        # Who complains may not know his tier.
        for complaint_sudo in self.sudo():
            tier_id, _clv_amount = customers[complaint_sudo.id]
            if tier_id:
                complaint_sudo.received_tier_id = tier_id
        return super()._note_values(customers)

    def _check_write(self, vals):
        names = [name for name in JUDGED if name in vals]
        if any(complaint[name] for complaint in self for name in names):
            raise UserError(
                self.env._(
                    "What became of the customer is judged once, from his purchases, "
                    "and cannot be written again."
                )
            )
        return super()._check_write(vals)

    @api.model
    def _cron_judge_outcomes(self):
        """Judge every complaint whose window is over, set by set.

        A complaint is judged in one statement and never again, so that a worker that is
        killed leaves nothing half done; each batch is committed.
        """
        cron = self.env["ir.cron"]
        self.env.flush_all()
        scopes = [
            (company, self._get_outcome_scope(company))
            for company in self.env["res.company"].search([])
        ]
        jobs = [
            (company, scope, days) for company, scope in scopes for days in HORIZONS
        ]
        left = sum(
            len(self.env.execute_query(due_complaints(scope, days)))
            for _company, scope, days in jobs
        )
        cron._commit_progress(remaining=left)
        for company, scope, days in jobs:
            while done := self._judge(company, scope, days):
                if not cron._commit_progress(done):
                    return

    @api.model
    def _get_outcome_scope(self, company):
        policy = self.env["crm.value.policy"]._of_company(company)
        return Scope(
            company_id=company.id,
            root_company_id=company.root_id.id,
            currency_id=company.currency_id.id,
            decimals=company.currency_id.decimal_places,
            timezone=policy._get_timezone(),
            as_of=self.env["crm.value.run"]._today(company),
        )

    @api.model
    def _judge(self, company, scope, days):
        """Judge one batch of a company; give how many that was."""
        due = self.env.execute_query(due_complaints(scope, days, BATCH))
        if not due:
            return 0
        policy = self.env["crm.value.policy"]._of_company(company)
        scope = scope._replace(customer_ids=tuple({customer for _id, customer in due}))
        self.env.cr.execute(
            complaint_outcomes(
                scope,
                policy._get_purchase_sources(scope),
                [complaint_id for complaint_id, _customer in due],
                days,
                policy.declining_ratio,
            )
        )
        self.invalidate_model(["outcome", *JUDGED])
        return len(due)
