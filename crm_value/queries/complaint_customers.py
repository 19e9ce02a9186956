from odoo.tools import SQL


def complaint_customers(customer_ids, company_id):
    """What decides promises and is at stake, of these customers in a company.

    :param list customer_ids: commercial partners

    Columns: ``customer_id``, ``tier_id`` (or NULL), ``clv_amount`` (company currency,
    or NULL).

    Left out: who has no profile in the company. Leans on the unique index on partner
    and company of profiles.
    """
    return SQL(
        """
        SELECT partner_id AS customer_id, tier_id, clv_amount
          FROM crm_value_profile
         WHERE company_id = %s AND partner_id = ANY(%s)
        """,
        company_id,
        customer_ids,
    )
