"""Gift cards and eWallets: money paid in first, and goods paid from it later."""

from typing import NamedTuple

from odoo.tools import SQL


class Prepaid(NamedTuple):
    """What tells lines about prepaid money from lines about goods.

    :param list reward_ids: rewards that pay from a card; their lines are payments
    :param list product_ids: products that load a card, and those of payments
    """

    reward_ids: list = []
    product_ids: list = []

    def is_line(self, line):
        """Condition that the order line of this alias loads a card or pays from one."""
        return SQL(
            "CASE WHEN %(reward)s IS NULL THEN %(product)s"
            " ELSE %(reward)s = ANY(%(rewards)s::int[]) END",
            reward=SQL.identifier(line, "reward_id"),
            product=self.is_product(SQL.identifier(line, "product_id")),
            rewards=self.reward_ids,
        )

    def is_product(self, product):
        """Condition that the product of this column stands for prepaid money."""
        return SQL("(%s = ANY(%s::int[])) IS TRUE", product, self.product_ids)
