from odoo.tools import SQL


def complaint_recovery():
    """What became of customers who complained, a row a complaint.

    Columns, amounts in company currency: ``id`` (of the complaint), ``complaint_id``,
    ``company_id``, ``currency_id``, ``partner_id`` (customer), ``team_id``,
    ``user_id``, ``category_id``, ``cause_id``, ``product_id``, ``tier_id`` (at
    receipt), ``severity``, ``remedy_kind`` (of the given remedy that cost most, the
    first of equals; ``none`` without one), ``received_date``, ``outcome_90``,
    ``outcome_180``; 1 or 0, NULL while the window is open or nothing can be told:
    ``saved_90_share``, ``saved_180_share`` (kept), ``retained_90_share``,
    ``retained_180_share`` (kept or reduced); ``value_at_risk_amount`` (NULL where
    unknown), ``cost_amount`` of remedies, ``lost_amount``: value at risk of the lost.

    Left out: questions, service requests and merged complaints.
    """
    return SQL(
        """
        SELECT c.id, c.id AS complaint_id, c.company_id, o.currency_id,
               c.commercial_partner_id AS partner_id, c.team_id, c.user_id,
               c.category_id, c.cause_id, c.product_id,
               c.received_tier_id AS tier_id, c.severity,
               COALESCE(r.kind, 'none') AS remedy_kind,
               c.received_at::date AS received_date,
               c.outcome_90, c.outcome_180,
               %s,
               c.value_at_risk_amount,
               COALESCE(c.remedy_cost_amount, 0) AS cost_amount,
               CASE WHEN c.outcome = 'lost' THEN c.value_at_risk_amount END
                   AS lost_amount
          FROM crm_complaint c
          JOIN res_company o ON o.id = c.company_id
     LEFT JOIN LATERAL (
                SELECT kind FROM crm_complaint_remedy
                 WHERE complaint_id = c.id AND state = 'given'
              ORDER BY cost_amount DESC, id LIMIT 1
               ) r ON TRUE
         WHERE c.kind = 'complaint' AND c.merged_into_id IS NULL
        """,
        SQL(", ").join(
            SQL(
                "(c.%s IN %s)::int::float8 AS %s",
                SQL.identifier(f"outcome_{days}"),
                outcomes,
                SQL.identifier(f"{name}_{days}_share"),
            )
            for days in (90, 180)
            for name, outcomes in (
                ("saved", ("kept",)),
                ("retained", ("kept", "reduced")),
            )
        ),
    )
