from odoo.tools import SQL


def customer_tiers(customer_ids, company_id):
    """The tier of each of these customers in a company.

    :param list customer_ids: commercial partners

    Columns: ``customer_id``, ``tier_id``.

    Left out: who has no profile in the company, or no tier. Leans on the index on
    company and partner of profiles; its cost is that of the customers asked for.
    """
    return SQL(
        """
        SELECT partner_id AS customer_id, tier_id
          FROM crm_value_profile
         WHERE company_id = %s AND partner_id = ANY(%s) AND tier_id IS NOT NULL
        """,
        company_id,
        customer_ids,
    )
