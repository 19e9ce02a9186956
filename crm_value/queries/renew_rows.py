"""Staging rows that lay between two transactions, brought up to date by shards."""

from odoo.tools import SQL


def renew_profiles(run_id, company_id, shard):
    """Point each staging row of a shard to the profile that its customer has now.

    Between reading purchases and scoring others may create, merge and delete profiles.

    :param Shard shard: the customers
    """
    return SQL(
        """
        UPDATE crm_value_run_row r
           SET profile_id = n.profile_id
          FROM (
                SELECT s.id, p.id AS profile_id
                  FROM (
                        SELECT id, customer_id FROM crm_value_run_row
                         WHERE run_id = %(run)s AND %(shard)s
                       ) s
             LEFT JOIN (
                        SELECT id, partner_id FROM crm_value_profile
                         WHERE company_id = %(company)s AND %(profiles)s
                       ) p ON p.partner_id = s.customer_id
               ) n
         WHERE r.id = n.id AND r.run_id = %(run)s AND %(rows)s
           AND r.profile_id IS DISTINCT FROM n.profile_id
        """,
        company=company_id,
        run=run_id,
        shard=shard.holds(SQL("customer_id")),
        # A large company has twenty shards: none looks at the rows of the others.
        profiles=shard.holds(SQL("partner_id")),
        rows=shard.holds(SQL("r.customer_id")),
    )


def drop_rows_of_the_gone(run_id, shard):
    """Forget staging rows of contacts that were deleted or merged since.

    :param Shard shard: the customers
    """
    return SQL(
        """
        DELETE FROM crm_value_run_row
         WHERE run_id = %s AND %s
           AND NOT EXISTS (
                SELECT FROM res_partner p WHERE p.id = customer_id AND %s)
        """,
        run_id,
        shard.holds(SQL("customer_id")),
        shard.holds(SQL("p.id")),
    )
