from odoo.tools import SQL


def improvement_recurrences(complaint_ids=None):
    """Complaints by which the same thing went wrong again.

    :param list complaint_ids: of these complaints only, or None for all

    Columns: ``improvement_id``, ``complaint_id``.

    An action that was done, or found effective, is held against complaints received
    afterwards, within its days of watching since it was done or since it was found
    effective: of the same company, of its cause or one below, and where the action
    names a product, of that one. Left out: questions, merged complaints, archived
    actions. Leans on the index of the complaints' cause.
    """
    return SQL(
        """
        SELECT i.id AS improvement_id, c.id AS complaint_id
          FROM crm_complaint_improvement i
          JOIN crm_complaint_cause t ON t.id = i.cause_id
          JOIN crm_complaint_cause b ON b.parent_path LIKE t.parent_path || '%%'
          JOIN crm_complaint c ON c.cause_id = b.id AND c.company_id = i.company_id
         WHERE i.active AND i.state IN ('done', 'effective')
           AND c.kind = 'complaint' AND c.merged_into_id IS NULL
           AND (i.product_id IS NULL OR i.product_id = c.product_id)
           AND c.received_at > i.done_at
           AND c.received_at <= COALESCE(i.effective_at, i.done_at)
                                + i.check_days * INTERVAL '1 day'
           AND %s
      ORDER BY i.id, c.id
        """,
        SQL("c.id = ANY(%s)", list(complaint_ids))
        if complaint_ids is not None
        else SQL("TRUE"),
    )
