from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.i18n import format_list

from ...formulas import tiering
from ..arguments import check_ids, is_id


class CrmValueProfile(models.Model):
    _inherit = "crm.value.profile"

    def override_tier(self, tier_id, reason, until=None):
        """Set the tier of these customers by hand; it ends by itself.

        :param int tier_id: a tier of the customers' company
        :param str reason: why, shown wherever the tier is explained
        :param until: last day, as date or ISO string; None: until taken back
        :return: True
        :raises AccessError: for anybody but managers
        :raises UserError: for a tier, reason or date that cannot be used
        """
        self._check_may_override()
        tier = self._check_override_tier(tier_id)
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(
                self.env._(
                    "Say why the tier of %(customers)s is set to %(tier)s: reason is "
                    "empty.",
                    customers=format_list(self.env, self.mapped("display_name")),
                    tier=tier.name,
                )
            )
        until = self._check_override_until(until)
        self._apply_tier(
            tier,
            "override",
            note=reason,
            values={
                "override_tier_id": tier.id,
                "override_reason": reason,
                "override_until_date": until,
                "below_keep_date": False,
                "is_tier_by_potential": False,
            },
        )
        return True

    def end_override(self):
        """Give these customers back the tier that their figures earn.

        :return: True
        :raises AccessError: for anybody but managers
        """
        self._check_may_override()
        for profile in self.filtered("override_tier_id"):
            earned = profile._get_earned_tier()
            profile._apply_tier(
                earned,
                "override_end",
                values={
                    "override_tier_id": False,
                    "override_reason": False,
                    "override_until_date": False,
                    "below_keep_date": False,
                },
            )
        return True

    def action_end_override(self):
        self.end_override()

    def _get_earned_tier(self):
        """The best tier whose entry the customer's standing reaches."""
        self.ensure_one()
        tiers = self.env["crm.value.policy"]._of_company(self.company_id).tier_ids
        standing = None if self.standing is False else self.standing
        ranks = tiers._get_ranks()
        return tiers.browse(tiering.decide(standing, None, None, None, ranks).tier)

    def _check_may_override(self):
        check_ids(self)
        self.check_access("read")
        if not self.env.user.has_group("crm_value.group_manager"):
            raise AccessError(
                self.env._(
                    "Only a Customer Value manager may set a tier by hand. Ask one, or "
                    "wait for the next valuation."
                )
            )

    def _check_override_tier(self, tier_id):
        tier = self.env["crm.value.tier"]
        if is_id(tier_id):
            tier = tier.browse(tier_id).exists()
        if not tier:
            raise UserError(
                self.env._("tier_id is %s: give the id of a value tier.", tier_id)
            )
        for profile in self:
            if tier.company_id != profile.company_id:
                raise UserError(
                    self.env._(
                        "Tier %(tier)s belongs to %(company)s, and %(customer)s is "
                        "valued in %(own)s. Choose a tier of that company.",
                        tier=tier.name,
                        company=tier.company_id.name,
                        customer=profile.display_name,
                        own=profile.company_id.name,
                    )
                )
        if not tier.active:
            raise UserError(
                self.env._(
                    "Tier %(tier)s is archived and is granted no more: choose a tier "
                    "that is in use, or restore %(tier)s first.",
                    tier=tier.name,
                )
            )
        return tier

    def _check_override_until(self, until):
        if until is None or until is False:
            return False
        try:
            day = fields.Date.to_date(until)
        except (ValueError, TypeError):
            day = None
        if not day:
            raise UserError(
                self.env._("until is %s: give a date such as 2026-12-31.", until)
            )
        today = fields.Date.context_today(self)
        if day < today:
            raise UserError(
                self.env._(
                    "until is %(day)s, which is past: today is %(today)s.",
                    day=day,
                    today=today,
                )
            )
        return day

    def _apply_tier(self, tier, reason, values, note=None):
        """Write ``values`` and, where the tier changes, the tier with its move."""
        # Figures are the system's; the manager was checked, the move names him.
        profiles_sudo = self.sudo()
        moving = profiles_sudo.filtered(lambda profile: profile.tier_id != tier)
        self.env["crm.value.tier.move"].sudo().create(
            [
                {
                    "profile_id": profile.id,
                    "from_tier_id": profile.tier_id.id,
                    "to_tier_id": tier.id,
                    "reason": reason,
                    "note": note,
                    "user_id": self.env.uid,
                }
                for profile in moving
            ]
        )
        self._emit_tier_change(moving, tier)
        profiles_sudo.write(values)
        moving.write(
            {"tier_id": tier.id, "tier_since_date": fields.Date.context_today(self)}
        )
        self.env["res.partner"]._forget_value_fields()

    @api.model
    def _emit_tier_change(self, profiles, tier):
        places = tier._get_places(tier.policy_id)
        for up, kind in ((True, "tier_up"), (False, "tier_down")):
            self.env["crm.customer.event"]._emit(
                kind,
                profiles.filtered(
                    lambda profile, up=up: (
                        profile.tier_id
                        and (places[tier.id] < places[profile.tier_id.id]) is up
                    )
                ),
                lambda profile: {
                    "from_tier_id": profile.tier_id.id,
                    "to_tier_id": tier.id,
                },
            )

    @api.model
    def _merge_into(self, source, customer):
        """Bring profiles and moves of merged contacts to ``customer``.

        One profile a customer and company can stay: the survivor's own where there is
        one. Moves follow the profile that stays; the next run mends the figures.
        """
        gone = self.search([("partner_id", "in", source.ids)])
        kept = {
            profile.company_id: profile
            for profile in self.search([("partner_id", "=", customer.id)])
        }
        for company, profiles in gone.grouped("company_id").items():
            keeper = kept.get(company) or profiles[0]
            losers = profiles - keeper
            keeper._keep_override(losers)
            self._repoint_moves(losers, keeper)
            losers.unlink()
            keeper.partner_id = customer
            keeper._note_merge()
        self.env["res.partner"]._forget_value_fields()

    def _keep_override(self, losers):
        """Take over a tier that was set by hand for one who is merged into this."""
        overridden = losers.filtered("override_tier_id")[:1]
        if overridden and not self.override_tier_id:
            self.write(
                {
                    "tier_id": overridden.override_tier_id.id,
                    "tier_since_date": overridden.tier_since_date,
                    "below_keep_date": False,
                    "override_tier_id": overridden.override_tier_id.id,
                    "override_reason": overridden.override_reason,
                    "override_until_date": overridden.override_until_date,
                }
            )

    def _note_merge(self):
        """Two histories are one now: it has to end with the tier that stays."""
        moves = self.env["crm.value.tier.move"]
        last = moves.search([("profile_id", "=", self.id)], order="id desc", limit=1)
        if last.to_tier_id != self.tier_id:
            moves.create(
                {
                    "profile_id": self.id,
                    "from_tier_id": last.to_tier_id.id,
                    "to_tier_id": self.tier_id.id,
                    "reason": "merge",
                    "user_id": self.env.uid,
                }
            )

    @api.model
    def _repoint_moves(self, losers, keeper):
        # In SQL, as moves are written once; what happened stays as it was.
        self.env["crm.value.tier.move"].flush_model()
        self.env.cr.execute(
            "UPDATE crm_value_tier_move SET profile_id = %s WHERE profile_id = ANY(%s)",
            (keeper.id, losers.ids),
        )
        self.env["crm.value.tier.move"].invalidate_model()
