from odoo import models

from ...queries.prepaid import Prepaid


class CrmValuePolicy(models.Model):
    _inherit = "crm.value.policy"

    def _get_prepaid(self):
        """Gift cards and eWallets of the company, those out of use included.

        A product loads a card if at least what is paid for it goes onto the card. Where
        only a part does, or a sum that does not depend on the price, the product is
        bought, and what goes onto the card is a reward to come.
        """
        self.ensure_one()
        # Who values customers need not be allowed to read loyalty programs; nothing but
        # ids is taken from them.
        programs_sudo = (
            self.env["loyalty.program"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "in", [False, *self.company_id.parent_ids.ids])])
            .filtered("is_payment_program")
        )
        loading = programs_sudo.rule_ids.filtered(
            lambda rule: (
                rule.reward_point_mode == "money" and rule.reward_point_amount >= 1
            )
        )
        paying = programs_sudo.reward_ids.filtered(
            lambda reward: reward.reward_type == "discount"
        )
        products = loading.product_ids | paying.discount_line_product_id
        return Prepaid(paying.ids, products.ids)
