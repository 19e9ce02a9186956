from odoo.tools import SQL


def customer_tiers(partner_ids, company_id):
    """The tier of the customer of each of these contacts in a company.

    :param list partner_ids: contacts or customers

    Columns: ``partner_id`` (as asked for), ``tier_id``.

    Left out: whose customer has no profile in the company, or no tier. Leans on the
    index of profiles on partner and company; its cost is that of the contacts asked
    for.
    """
    return SQL(
        """
        SELECT c.id AS partner_id, v.tier_id
          FROM res_partner c
          JOIN crm_value_profile v
            ON v.partner_id = c.commercial_partner_id AND v.company_id = %s
         WHERE c.id = ANY(%s) AND v.tier_id IS NOT NULL
        """,
        company_id,
        partner_ids,
    )
