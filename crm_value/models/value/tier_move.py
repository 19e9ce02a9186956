from odoo import api, fields, models

REASONS = [
    ("initial", "First valuation"),
    ("up", "Reached a higher tier"),
    ("down", "Below what the tier takes, grace over"),
    ("override", "Set by hand"),
    ("override_end", "Hand-set tier ended"),
    ("merge", "Customers merged"),
]


class CrmValueTierMove(models.Model):
    """A change of tier: once written, never changed."""

    _name = "crm.value.tier.move"
    _description = "Tier move"
    _inherit = ["crm.customer.fact"]
    _order = "at desc, id desc"
    _rec_name = "partner_id"

    profile_id = fields.Many2one(
        "crm.value.profile", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    from_tier_id = fields.Many2one(
        "crm.value.tier", string="From", ondelete="restrict", index="btree_not_null"
    )
    to_tier_id = fields.Many2one(
        "crm.value.tier", string="To", ondelete="restrict", index="btree_not_null"
    )
    reason = fields.Selection(REASONS, required=True)
    note = fields.Char(help="Why the tier was set by hand.")
    run_id = fields.Many2one(
        "crm.value.run", string="Valuation", ondelete="set null", index="btree_not_null"
    )
    user_id = fields.Many2one("res.users", string="By", ondelete="set null")
    at = fields.Datetime(string="When", required=True, default=fields.Datetime.now)

    _company_at_idx = models.Index("(company_id, at)")

    @api.model
    def _replay(self, company):
        """Present tier of every customer of ``company``, from the moves alone.

        :return: profile id -> tier id
        :rtype: dict
        """
        rows = self._read_group(
            [("company_id", "=", company.id)], ["profile_id"], ["id:max"]
        )
        last = self.browse([move_id for _profile, move_id in rows])
        return {move.profile_id.id: move.to_tier_id.id for move in last}
