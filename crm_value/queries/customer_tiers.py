from odoo.tools import SQL


def customer_tiers(customer_ids, company_id):
    """The tier of each of these customers in a company.

    :param list customer_ids: commercial partners

    Columns: ``customer_id``, ``tier_id``, ``color`` (of the tier).

    Left out: who has no profile in the company, or no tier. Leans on the index on
    company and partner of profiles; its cost is that of the customers asked for.
    """
    return SQL(
        """
        SELECT v.partner_id AS customer_id, t.id AS tier_id,
               COALESCE(t.color, 0) AS color
          FROM crm_value_profile v
          JOIN crm_value_tier t ON t.id = v.tier_id
         WHERE v.company_id = %s AND v.partner_id = ANY(%s)
        """,
        company_id,
        customer_ids,
    )
