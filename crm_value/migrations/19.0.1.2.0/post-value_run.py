"""Runs of changed customers name the run they were scored by, and keep no copy of it.

What a copy says that no run of all customers says any more stays where it is.
"""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE crm_value_run r
           SET basis_run_id = basis.id, parameters = NULL, cut_points = NULL
          FROM crm_value_run copied
    CROSS JOIN LATERAL (
                SELECT id, parameters, cut_points
                  FROM crm_value_run
                 WHERE company_id = copied.company_id AND kind = 'full'
                   AND state = 'done' AND is_applied AND id < copied.id
              ORDER BY id DESC
                 LIMIT 1
               ) basis
         WHERE r.id = copied.id
           AND copied.kind = 'incremental' AND copied.basis_run_id IS NULL
           AND copied.state IN ('done', 'failed')
           AND copied.parameters = basis.parameters
           AND copied.cut_points = basis.cut_points
        """
    )
