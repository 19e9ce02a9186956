"""B10 and B14: the board of complaints, with its tiers and beside core's pipeline."""

from functools import cache

from lxml import etree

from . import _data as data
from ._base import asked_of, at_most, compare, cursor, environment
from .complaint_desk import DESK, big_desk

BOARDS = 5
# Cards of a column that the web client reads, unless the board says otherwise.
COLUMN_LIMIT = 80
LEADS = """
INSERT INTO crm_lead (name, type, active, company_id, stage_id, partner_id, user_id,
    priority, expected_revenue, probability, automated_probability, won_status,
    date_last_stage_update, create_uid, write_uid, create_date, write_date)
SELECT 'Lead number ' || n, 'opportunity', TRUE, company.id, stage.id, customer.id, 2,
       '1', 100 + n, 20, 20, 'pending', NOW() AT TIME ZONE 'UTC', 2, 2,
       NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC'
  FROM generate_series(1, {count}) n
 CROSS JOIN (SELECT id FROM res_company ORDER BY id LIMIT 1) company
  JOIN (
        SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS place FROM res_partner
         WHERE name LIKE 'Complainer %'
       ) customer ON customer.place = n % 2000
  JOIN (
        SELECT id, ROW_NUMBER() OVER (ORDER BY sequence) - 1 AS place,
               COUNT(*) OVER () AS total
          FROM crm_stage
       ) stage ON stage.place = n % stage.total;
"""


def board(env, model, view, domain, bar, without=()):
    """Open a board by stages, as the web client does: cards and progress bars."""
    arch = etree.fromstring(env[model].get_view(env.ref(view).id, "kanban")["arch"])
    spec = asked_of(env, model, {node.get("name") for node in arch.iter("field")})
    for name in without:
        del spec[name]
    limit = int(arch.get("limit", COLUMN_LIMIT))

    def work():
        env.invalidate_all()
        env[model].with_context(read_group_expand=True).web_read_group(
            domain,
            ["stage_id"],
            ["__count"],
            auto_unfold=True,
            unfold_read_specification=spec,
            unfold_read_default_limit=limit,
        )
        env[model].read_progress_bar(domain, "stage_id", bar)

    return work


def team_counters(env):
    env["crm.complaint.team"].web_search_read(
        [],
        {
            name: {}
            for name in (
                "open_count",
                "unassigned_count",
                "overdue_count",
                "waiting_count",
                "contested_count",
            )
        },
    )


@cache
def board_database():
    name = big_desk()
    with cursor(name) as cr:
        cr.execute(LEADS.format(count=DESK))
    data.vacuum(name)
    return name


def complaints(env, without=()):
    return board(
        env,
        "crm.complaint",
        "crm_value.complaint_view_kanban",
        [("closed_at", "=", False)],
        {"field": "severity", "colors": {"2": "warning", "3": "danger"}},
        without,
    )


def queries(env, work):
    before = env.cr.sql_log_count
    work()
    return env.cr.sql_log_count - before


def b10_board():
    with environment(board_database()) as root:
        env = root(user=root.ref("base.user_admin"))
        works = {
            "with": complaints(env),
            "without": complaints(env, ["customer_tier_id"]),
        }
        costs = compare(env.cr, works, BOARDS)
        yield at_most(
            "B10 board of complaints with tier / without",
            costs["with"] / costs["without"],
            1.1,
            milliseconds=costs["with"] / BOARDS * 1000,
            more_queries=queries(env, works["with"]) - queries(env, works["without"]),
        )


def b14_board():
    with environment(board_database()) as root:
        env = root(user=root.ref("base.user_admin"))
        of_complaints = complaints(env)

        def complaints_with_counters():
            of_complaints()
            team_counters(env)

        costs = compare(
            env.cr,
            {
                "complaints": complaints_with_counters,
                "leads": board(
                    env,
                    "crm.lead",
                    "crm.crm_case_kanban_view_leads",
                    [("type", "=", "opportunity")],
                    {
                        "field": "activity_state",
                        "colors": {"planned": "success", "overdue": "danger"},
                    },
                ),
            },
            BOARDS,
        )
    yield at_most(
        f"B14 board of {DESK} complaints with team counters / of {DESK} leads",
        costs["complaints"] / costs["leads"],
        1.0,
        milliseconds=costs["complaints"] / BOARDS * 1000,
    )


ROWS = (b10_board, b14_board)
