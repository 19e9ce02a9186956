from odoo.tools import SQL


def customer_tiers(customer_ids, company_id):
    """The tier of each of these customers in a company.

    Columns: ``partner_id``, ``tier_id``.

    Left out: who has no profile in the company, or no tier. Leans on the index of
    profiles on partner and company.
    """
    return SQL(
        """
        SELECT partner_id, tier_id
          FROM crm_value_profile
         WHERE company_id = %s AND partner_id = ANY(%s) AND tier_id IS NOT NULL
        """,
        company_id,
        customer_ids,
    )
