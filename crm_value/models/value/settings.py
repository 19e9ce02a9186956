"""The policy as a form of the current company, in the settings and by first steps."""

from odoo import api, fields, models

from ..arguments import check_choice, check_one
from .policy import WEIGHTS
from .presets import PRESETS


class CrmValuePolicy(models.Model):
    _inherit = "crm.value.policy"

    weight_recency_share = fields.Float(
        string="Share of recency", compute="_compute_weight_shares"
    )
    weight_frequency_share = fields.Float(
        string="Share of frequency", compute="_compute_weight_shares"
    )
    weight_monetary_share = fields.Float(
        string="Share of monetary value", compute="_compute_weight_shares"
    )
    weight_clv_share = fields.Float(
        string="Share of lifetime value", compute="_compute_weight_shares"
    )
    weight_potential_share = fields.Float(
        string="Share of potential", compute="_compute_weight_shares"
    )
    is_valuation_outdated = fields.Boolean(
        compute="_compute_is_valuation_outdated",
        help="The last valuation was made by other rules than those below.",
    )
    last_run_id = fields.Many2one(
        "crm.value.run", string="Last valuation", compute="_compute_last_run_id"
    )

    @api.depends(*WEIGHTS)
    def _compute_weight_shares(self):
        for policy in self:
            total = sum(policy[name] for name in WEIGHTS)
            for name in WEIGHTS:
                policy[f"{name}_share"] = policy[name] / total if total > 0 else 0.0

    @api.depends("company_id")
    def _compute_last_run_id(self):
        for policy in self:
            policy.last_run_id = self.env["crm.value.run"]._last_full(policy.company_id)

    def _compute_is_valuation_outdated(self):
        for policy in self:
            parameters = policy.last_run_id.parameters or {}
            policy.is_valuation_outdated = (
                bool(parameters) and parameters.get("policy") != policy._get_snapshot()
            )

    @api.model
    def action_open_current(self):
        """Open the valuation settings of the current company."""
        policy = self._of_company(self.env.company)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_value.value_policy_action"
            ),
            "res_id": policy.id,
            "views": [(False, "form")],
        }

    def action_change_thresholds(self):
        """Open the dialog that shows who would move before anything is saved."""
        check_one(self)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_value.value_threshold_wizard_action"
            ),
            "context": {"default_policy_id": self.id, "dialog_size": "extra-large"},
        }

    def action_open_tiers(self):
        check_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value.value_tier_action"
        )
        action["domain"] = [("policy_id", "=", self.id)]
        action["context"] = {"default_policy_id": self.id}
        return action

    @api.model
    def get_first_steps(self):
        """What is left to do until customers of the current company are valued.

        :return: dict with

            - ``policy_id``, ``is_manager`` (of Customer Value)
            - ``presets``: ``key`` and ``label`` of the trades, ``preset``: the present
            - ``order_count``, ``purchase_count``: confirmed orders or posted invoices,
              and imported purchases, that would count
            - ``source``: orders or invoices
            - ``run``: ``id``, ``state``, ``label``, ``message`` of the last full run,
              or None
            - ``is_valued``: whether a full run is done
        :rtype: dict
        """
        policy = self._of_company(self.env.company)
        run = self.env["crm.value.run"].search(
            [
                ("company_id", "=", policy.company_id.id),
                ("kind", "=", "full"),
                ("is_applied", "=", True),
            ],
            limit=1,
        )
        states = dict(run._fields["state"]._description_selection(self.env))
        return {
            "policy_id": policy.id,
            "is_manager": self.env.user.has_group("crm_value.group_manager"),
            "preset": policy.preset,
            "presets": [
                {"key": key, "label": label}
                for key, label in self._fields["preset"]._description_selection(
                    self.env
                )
            ],
            "source": policy.source,
            **policy._count_purchases(),
            "run": run
            and {
                "id": run.id,
                "state": run.state,
                "label": states[run.state],
                "message": run.message or "",
            }
            or None,
            "is_valued": bool(run._last_full(policy.company_id)),
        }

    def _count_purchases(self):
        """Documents that would count, whoever may read them."""
        self.ensure_one()
        mine = [("company_id", "=", self.company_id.id)]
        if self.source == "invoices":
            # Numbers alone leave here; a salesperson sees his own documents only.
            documents_sudo = self.env["account.move"].sudo()
            domain = [
                *mine,
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_receipt")),
            ]
        else:
            # As above.
            documents_sudo = self.env["sale.order"].sudo()
            domain = [*mine, ("state", "=", "sale")]
        return {
            "order_count": documents_sudo.search_count(domain),
            "purchase_count": self.env["crm.value.purchase"].search_count(mine),
        }

    def choose_preset(self, preset):
        """Take over what is usual in a trade: weights, windows and cycles.

        :param str preset: one of ``presets`` of :meth:`get_first_steps`
        :return: True
        """
        check_one(self)
        check_choice(self.env, "preset", preset, PRESETS)
        self.write({"preset": preset, **PRESETS[preset].values})
        return True


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    value_policy_id = fields.Many2one(
        "crm.value.policy",
        compute="_compute_value_policy_id",
        groups="crm_value.group_manager",
    )
    value_preset = fields.Selection(
        related="value_policy_id.preset", groups="crm_value.group_manager"
    )
    value_source = fields.Selection(
        related="value_policy_id.source",
        readonly=False,
        groups="crm_value.group_manager",
    )
    value_window_months = fields.Integer(
        related="value_policy_id.window_months",
        readonly=False,
        groups="crm_value.group_manager",
    )
    value_tier_method = fields.Selection(
        related="value_policy_id.tier_method", groups="crm_value.group_manager"
    )

    @api.depends("company_id")
    def _compute_value_policy_id(self):
        policies = self.env["crm.value.policy"].search(
            [("company_id", "in", self.company_id.ids)]
        )
        by_company = {policy.company_id: policy for policy in policies}
        for settings in self:
            settings.value_policy_id = by_company.get(settings.company_id)

    def action_open_value_policy(self):
        return self.env["crm.value.policy"].action_open_current()

    def action_open_value_tiers(self):
        return (
            self.env["crm.value.policy"]
            ._of_company(self.env.company)
            .action_open_tiers()
        )
