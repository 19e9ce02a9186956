from odoo.tools import SQL

PEERS = 200


def category_gap(company_id, customer_id, abc_class, since):
    """What customers like this one buy and this one does not.

    Peers are the customers of the same ABC class, or likewise of none, that lie next to
    him in rank, at most ``PEERS``. Columns, a row a product category that he did not
    buy since ``since`` and at least three peers did, best first: ``category_id``,
    ``peer_count``, ``amount`` (mean revenue of the peers that bought, company
    currency), ``margin`` (likewise, at the rate of what has a known cost; NULL where
    nothing has). An unknown margin is ranked at the rate of all that peers bought.

    Counted are confirmed orders and imported purchases of a known category. Left out:
    reward lines and price reductions; imported purchases in another currency.
    Leans on the index of profiles by rank, of orders and of purchases by customer.
    """
    return SQL(
        """
        WITH me AS (
            SELECT ranking_amount FROM crm_value_profile
             WHERE company_id = %(company)s AND partner_id = %(customer)s
        ),
        peer AS (
            SELECT p.partner_id
              FROM crm_value_profile p, me
             WHERE p.company_id = %(company)s
               AND p.abc_class IS NOT DISTINCT FROM %(abc_class)s
               AND p.partner_id <> %(customer)s
          ORDER BY ABS(COALESCE(p.ranking_amount, 0) - COALESCE(me.ranking_amount, 0))
             LIMIT %(peers)s
        ),
        bought AS (
            SELECT customer_id, categ_id, SUM(amount) AS amount, SUM(margin) AS margin,
                   SUM(amount) FILTER (WHERE margin IS NOT NULL) AS known_amount
              FROM (%(purchases)s) s
          GROUP BY customer_id, categ_id
        ),
        usual AS (
            SELECT COALESCE(%(rate)s, 1) AS rate FROM bought
             WHERE customer_id <> %(customer)s
        ),
        category AS (
            SELECT categ_id, COUNT(*) AS peer_count, AVG(amount) AS amount,
                   AVG(amount) * %(rate)s AS margin
              FROM bought
          GROUP BY categ_id
            HAVING BOOL_AND(customer_id <> %(customer)s) AND COUNT(*) >= 3
        )
        SELECT categ_id AS category_id, peer_count, amount, margin
          FROM category, usual
      ORDER BY peer_count * GREATEST(COALESCE(margin, amount * rate), 0) DESC, categ_id
         LIMIT 3
        """,
        purchases=_purchases(company_id, customer_id, since),
        # What was returned may outweigh what was bought: that tells no rate.
        rate=SQL("SUM(margin) / NULLIF(GREATEST(SUM(known_amount), 0), 0)"),
        company=company_id,
        customer=customer_id,
        abc_class=abc_class,
        peers=PEERS,
    )


def _purchases(company_id, customer_id, since):
    """Order lines and imported purchases of the peers and the customer, by category."""
    return SQL(
        """
        SELECT c.commercial_partner_id AS customer_id, t.categ_id,
               l.price_subtotal / COALESCE(NULLIF(o.currency_rate, 0), 1) AS amount,
               CASE WHEN l.purchase_price <> 0 THEN l.margin END
                   / COALESCE(NULLIF(o.currency_rate, 0), 1) AS margin
          FROM res_partner c
          JOIN sale_order o ON o.partner_id = c.id AND o.company_id = %(company)s
               AND o.state = 'sale' AND o.date_order >= %(since)s
          JOIN sale_order_line l ON l.order_id = o.id AND l.reward_id IS NULL
               AND l.price_unit >= 0
          JOIN product_product p ON p.id = l.product_id
          JOIN product_template t ON t.id = p.product_tmpl_id
         WHERE %(peers)s
     UNION ALL
        SELECT c.commercial_partner_id, u.product_category_id, u.amount, u.margin
          FROM res_partner c
          JOIN crm_value_purchase u ON u.partner_id = c.id
               AND u.company_id = %(company)s AND u.date >= %(since)s
          JOIN res_company f ON f.id = u.company_id AND f.currency_id = u.currency_id
         WHERE u.product_category_id IS NOT NULL AND %(peers)s
        """,
        company=company_id,
        since=since,
        peers=SQL(
            """c.commercial_partner_id IN (
                SELECT partner_id FROM peer UNION ALL SELECT %s)""",
            customer_id,
        ),
    )
