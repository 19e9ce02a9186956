from odoo import api, models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    @api.model
    def _get_partner_pricelist_multi(self, partner_ids):
        """Resolve own list, tier, country group, default, in this order."""
        result = super()._get_partner_pricelist_multi(partner_ids)
        if not self.env["res.groups"]._is_feature_enabled(
            "product.group_product_pricelist"
        ):
            return result
        partners = self.env["res.partner"].browse(partner_ids)
        without_own = partners.filtered(
            lambda partner: (
                not (
                    partner.specific_property_product_pricelist._get_partner_pricelist_multi_filter_hook()
                )
            )
        )
        return result | without_own._get_tier_pricelists()


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.depends("commercial_partner_id")
    def _compute_product_pricelist(self):
        return super()._compute_product_pricelist()

    def _get_tier_pricelists(self):
        """Price list of the tier by partner id, where the tier brings one.

        A contact that is still being typed in belongs to the customer he will have
        when he is saved.
        """
        # The price has to be right whoever looks, also in the portal; nothing but the
        # price list leaves here.
        profiles_sudo = self.env["crm.value.profile"].sudo()
        company = self.env.company
        lists = {}
        for customer, tier in profiles_sudo._read_group(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", self.commercial_partner_id._origin.ids),
                ("tier_id.pricelist_id", "!=", False),
            ],
            ["partner_id", "tier_id"],
        ):
            pricelist = tier.pricelist_id.with_env(self.env)
            if pricelist._get_partner_pricelist_multi_filter_hook():
                lists[customer.id] = pricelist
        return {
            partner.id: lists[customer.id]
            for partner in self
            if (customer := partner.commercial_partner_id._origin).id in lists
        }

    def _inverse_product_pricelist(self):
        """Store as the customer's own only what differs from what he gets anyway.

        Core compares with the list of the country alone: creating a contact in the
        form would freeze the tier's list as his own.
        """
        pricelists = self.env["product.pricelist"]
        by_country = pricelists._get_country_pricelist_multi(self.country_id.ids)
        by_tier = self._get_tier_pricelists()
        for partner in self:
            given = by_tier.get(partner.id) or by_country.get(partner.country_id.id)
            chosen = partner.property_product_pricelist
            partner.specific_property_product_pricelist = (
                False if chosen == given else chosen
            )
