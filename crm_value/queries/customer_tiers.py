from odoo.tools import SQL


def customer_tiers(partner_ids, company_id):
    """The tier of the customer that each of these contacts belongs to.

    :param list partner_ids: contacts or customers

    Columns: ``partner_id`` (as asked for), ``tier_id``, ``color`` (of the tier).

    Left out: whose customer has no profile in the company, or no tier. Leans on the
    primary key of partners and the index on company and partner of profiles; its cost
    is that of the partners asked for.
    """
    return SQL(
        """
        SELECT p.id AS partner_id, t.id AS tier_id, COALESCE(t.color, 0) AS color
          FROM res_partner p
          JOIN crm_value_profile v
            ON v.partner_id = p.commercial_partner_id AND v.company_id = %s
          JOIN crm_value_tier t ON t.id = v.tier_id
         WHERE p.id = ANY(%s)
        """,
        company_id,
        partner_ids,
    )
