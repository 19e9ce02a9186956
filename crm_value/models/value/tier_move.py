from odoo import api, fields, models

REASONS = [
    ("initial", "First valuation"),
    ("tier_archived", "Former tier archived"),
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
    # The move says itself when and by whom: see decision 7 for what a column costs.
    _log_access = False

    profile_id = fields.Many2one(
        "crm.value.profile", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="profile_id.partner_id")
    company_id = fields.Many2one(related="profile_id.company_id")
    # Not indexed: there are a handful of tiers, and all moves are of one of them.
    from_tier_id = fields.Many2one("crm.value.tier", string="From", ondelete="restrict")
    to_tier_id = fields.Many2one("crm.value.tier", string="To", ondelete="restrict")
    reason = fields.Selection(REASONS, required=True)
    note = fields.Char(help="Why the tier was set by hand.")
    run_id = fields.Many2one(
        "crm.value.run", string="Valuation", ondelete="set null", index="btree_not_null"
    )
    user_id = fields.Many2one("res.users", string="By", ondelete="set null")
    at = fields.Datetime(string="When", required=True, default=fields.Datetime.now)

    _latest_idx = models.Index("(at DESC, id DESC)")

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
