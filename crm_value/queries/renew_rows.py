"""Staging rows that lay between two transactions, brought up to date."""

from odoo.tools import SQL


def renew_profiles(run_id, company_id):
    """Point each staging row to the profile that its customer has now.

    Between reading purchases and scoring others may create, merge and delete profiles.
    """
    return SQL(
        """
        UPDATE crm_value_run_row r
           SET profile_id = n.profile_id
          FROM (
                SELECT r.id, p.id AS profile_id
                  FROM crm_value_run_row r
             LEFT JOIN crm_value_profile p
                    ON p.company_id = %(company)s AND p.partner_id = r.customer_id
                 WHERE r.run_id = %(run)s
               ) n
         WHERE r.id = n.id AND r.profile_id IS DISTINCT FROM n.profile_id
        """,
        company=company_id,
        run=run_id,
    )


def drop_rows_of_the_gone(run_id):
    """Forget staging rows of contacts that were deleted or merged since."""
    return SQL(
        """
        DELETE FROM crm_value_run_row r
         WHERE r.run_id = %s
           AND NOT EXISTS (SELECT FROM res_partner p WHERE p.id = r.customer_id)
        """,
        run_id,
    )
