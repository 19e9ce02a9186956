from odoo.tools import SQL


def complaint_counters(complaints, now, waiting):
    """How many open complaints each team has, and of what sort.

    :param SQL complaints: subselect of the ids of the open complaints to count
    :param datetime now: UTC
    :param tuple waiting: kinds of stage in which somebody else has to act

    Columns: ``team_id``, ``open_count``, ``unassigned_count`` (without owner),
    ``overdue_count``, ``waiting_count``, ``contested_count`` (decision not accepted).

    Left out: teams without open complaints. Leans on what the subselect leans on.
    """
    return SQL(
        """
        SELECT team_id,
               COUNT(*) AS open_count,
               COUNT(*) FILTER (WHERE user_id IS NULL) AS unassigned_count,
               COUNT(*) FILTER (WHERE next_due_at < %(now)s) AS overdue_count,
               COUNT(*) FILTER (WHERE stage_kind IN %(waiting)s) AS waiting_count,
               COUNT(*) FILTER (WHERE verdict = 'contested') AS contested_count
          FROM crm_complaint
         WHERE id IN %(complaints)s
         GROUP BY team_id
        """,
        now=now,
        waiting=waiting,
        complaints=complaints,
    )
