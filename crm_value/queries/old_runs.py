from odoo.tools import SQL


def delete_old_runs(before, limit):
    """Delete valuations of changed customers that nothing needs any more.

    They ended before that moment, moved nobody to another tier, and neither a profile
    nor a move names them as what wrote it.

    :param datetime before: UTC
    :param int limit: the oldest so many

    Leans on the indexes of ``run_id`` of profiles and moves, of which the foreign keys
    ask for every run that goes.
    """
    return SQL(
        """
        DELETE FROM crm_value_run
         WHERE id IN (
                SELECT r.id
                  FROM crm_value_run r
                 WHERE r.kind = 'incremental' AND r.state IN ('done', 'failed')
                   AND r.finished_at < %s
                   AND COALESCE(r.move_count, 0) = 0
                   AND NOT EXISTS (
                        SELECT FROM crm_value_profile WHERE run_id = r.id)
                   AND NOT EXISTS (
                        SELECT FROM crm_value_tier_move WHERE run_id = r.id)
              ORDER BY r.id
                 LIMIT %s
               )
        """,
        before,
        limit,
    )
