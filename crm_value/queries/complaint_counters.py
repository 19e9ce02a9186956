from odoo.tools import SQL


def complaint_counters(complaints, now, waiting):
    """How many open complaints each team has, and of what sort.

    :param Query complaints: the open complaints to count, in no order
    :param datetime now: UTC
    :param tuple waiting: kinds of stage in which somebody else has to act

    Columns: ``team_id``, ``open_count``, ``unassigned_count`` (without owner),
    ``overdue_count``, ``waiting_count``, ``contested_count`` (decision not accepted).

    Left out: teams without open complaints. Leans on what the query of complaints leans
    on, which is read once.
    """

    def column(name):
        return SQL.identifier(complaints.table, name)

    counts = complaints.select(
        column("team_id"),
        SQL("COUNT(*) AS open_count"),
        SQL(
            "COUNT(*) FILTER (WHERE %s IS NULL) AS unassigned_count", column("user_id")
        ),
        SQL(
            "COUNT(*) FILTER (WHERE %s < %s) AS overdue_count",
            column("next_due_at"),
            now,
        ),
        SQL(
            "COUNT(*) FILTER (WHERE %s IN %s) AS waiting_count",
            column("stage_kind"),
            waiting,
        ),
        SQL(
            "COUNT(*) FILTER (WHERE %s = 'contested') AS contested_count",
            column("verdict"),
        ),
    )
    return SQL("%s GROUP BY %s", counts, column("team_id"))
