from odoo.tools import SQL


def pipeline(scope):
    """What is still open with each customer.

    Columns, a row a customer: ``partner_id`` (commercial partner), ``amount`` (sum of
    expected revenue × probability of open opportunities; company currency).

    An opportunity of no company belongs to that of its team, its salesperson, or
    whoever created it. Left out: leads, won, lost and archived opportunities, those
    without a customer.

    Leans on the index of ``crm_lead.company_id`` and ``partner_id``.
    """
    return SQL(
        """
        SELECT p.commercial_partner_id AS partner_id,
               SUM(l.expected_revenue * l.probability::numeric / 100) AS amount
          FROM crm_lead l
          JOIN res_partner p ON p.id = l.partner_id
     LEFT JOIN crm_team t ON t.id = l.team_id
     LEFT JOIN res_users u ON u.id = COALESCE(l.user_id, l.create_uid)
         WHERE l.type = 'opportunity' AND l.active AND l.won_status = 'pending'
           AND COALESCE(l.company_id, t.company_id, u.company_id) = %s AND %s
      GROUP BY p.commercial_partner_id
        """,
        scope.company_id,
        scope.customers(SQL("p.commercial_partner_id")),
    )
