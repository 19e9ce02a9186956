"""B12 and B13: taking in a complaint, the tick of deadlines."""

from datetime import timedelta
from functools import cache

from odoo import fields

from . import _data as data
from ._base import ROUNDS, at_most, configure, cost, cursor, environment, medians

FEW, MANY = 100, 160_000
DESK, DESK_OPEN, DUE = 50_000, 10_000, 100
CREATIONS = 40
MAX_QUERIES = 20

# Complaints of the first company over two years, each with the three promises that
# every complaint starts with; the last so many are open, all due in a week.
FILL = """
SELECT setseed(0.42);

INSERT INTO res_partner (name, complete_name, is_company, active, type, autopost_bills,
                         create_date, write_date)
SELECT 'Complainer ' || n, 'Complainer ' || n, TRUE, TRUE, 'contact', 'ask',
       NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC'
  FROM generate_series(1, 2000) n;
UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL;

INSERT INTO crm_complaint (name, company_id, team_id, kind, subject, description,
    partner_id, commercial_partner_id, channel, severity, category_id, stage_id,
    stage_kind, received_at, acknowledged_at, closed_at, active, next_due_at,
    next_due_kind, user_id, create_uid, write_uid, create_date, write_date)
SELECT 'BENCH' || n, team.company_id, team.id, 'complaint', 'Complaint number ' || n,
       'What the customer said, in some more words, number ' || n, customer.id,
       customer.id, 'phone', (RANDOM() * 3)::int::text, category.id, stage.id,
       stage.kind, at, at, CASE WHEN NOT is_open THEN at + INTERVAL '1 day' END, TRUE,
       CASE WHEN is_open THEN NOW() AT TIME ZONE 'UTC' + INTERVAL '7 days' END,
       CASE WHEN is_open THEN 'resolve' END, 2, 2, 2, at, at
  FROM (
        SELECT n, n > {count} - {open} AS is_open, NOW() AT TIME ZONE 'UTC'
               - INTERVAL '1 day' * (730.0 * ({count} - n) / {count}) AS at
          FROM generate_series(1, {count}) n
       ) c
 CROSS JOIN (SELECT id, company_id FROM crm_complaint_team ORDER BY id LIMIT 1) team
  JOIN (
        SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS place FROM res_partner
         WHERE name LIKE 'Complainer %'
       ) customer ON customer.place = n % 2000
  JOIN (
        SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS place,
               COUNT(*) OVER () AS total
          FROM crm_complaint_category
       ) category ON category.place = n % category.total
  JOIN (
        SELECT id, kind, ROW_NUMBER() OVER (ORDER BY sequence) - 1 AS place
          FROM crm_complaint_stage
       ) stage ON stage.place = CASE WHEN is_open THEN n % 6 ELSE 7 END;

INSERT INTO crm_complaint_deadline (complaint_id, company_id, kind, target_minutes,
    started_at, counted_from, remaining_minutes, due_at, met_at, is_breached,
    next_alarm_at)
SELECT c.id, c.company_id, promise, 480, c.received_at, c.received_at, 480,
       COALESCE(c.next_due_at, c.received_at), c.closed_at, FALSE, c.next_due_at
  FROM crm_complaint c
 CROSS JOIN UNNEST(ARRAY['acknowledge', 'answer', 'resolve']) promise;
"""


def desk(name, count, open_count):
    """A database with so many complaints."""
    configure()
    data.new_database(name)
    with cursor(name) as cr:
        cr.execute(FILL.format(count=count, open=open_count))
    data.vacuum(name)
    return name


@cache
def big_desk():
    return desk("bench_desk", DESK, DESK_OPEN)


def flush_all(env):
    env.flush_all()
    env.cr.flush()


def prepare(env):
    team = env["crm.complaint.team"].search([], order="id", limit=1)
    customer = env["res.partner"].search([("name", "=", "Complainer 7")])
    return {"subject": "Colour", "team_id": team.id, "partner_id": customer.id}


def create(env, values, number):
    """Queries of creating one complaint with its promises, up to the commit."""
    before = env.cr.sql_log_count
    env["crm.complaint"].create([{**values, "subject": f"Colour {number}"}])
    flush_all(env)
    return env.cr.sql_log_count - before


def creation_cost(name):
    """CPU seconds of creating complaints one by one, and the queries of the last."""
    with environment(name) as root:
        env = root(user=root.ref("base.user_admin"))
        values = prepare(env)
        create(env, values, 0)
        queries = 0

        def work():
            nonlocal queries
            for number in range(1, CREATIONS + 1):
                queries = create(env, values, number)

        seconds = cost(env.cr, work)
        env.cr.rollback()
        return seconds, queries


def b12_intake():
    names = {
        "few": desk("bench_desk_few", FEW, FEW // 2),
        "many": desk("bench_desk_many", MANY, DESK_OPEN),
    }
    queries = {}

    def one_round():
        costs = {}
        for key, name in names.items():
            costs[key], queries[key] = creation_cost(name)
        return costs

    costs = medians(one_round() for _round in range(ROUNDS))
    yield at_most(
        f"B12 complaint created with {MANY} / {FEW} existing",
        costs["many"] / costs["few"],
        1.1,
        milliseconds=costs["many"] / CREATIONS * 1000,
    )
    yield at_most("B12 queries of it, with its deadlines", queries["many"], MAX_QUERIES)


def tick(env):
    """Queries of one tick in this transaction, without committing."""
    deadlines = env["crm.complaint.deadline"]
    now = fields.Datetime.now()
    before = env.cr.sql_log_count
    due = deadlines.search(
        [("next_alarm_at", "<=", now)], limit=DUE, order="next_alarm_at, id"
    )
    if len(due) != DUE:
        raise LookupError(f"{len(due)} deadlines are due, not {DUE}.")
    due.try_lock_for_update()._tell(now)
    flush_all(env)
    return env.cr.sql_log_count - before


def make_due(env):
    past = fields.Datetime.now() - timedelta(minutes=1)
    env.cr.execute(
        """
        UPDATE crm_complaint_deadline SET next_alarm_at = %s, due_at = %s
         WHERE id IN (SELECT id FROM crm_complaint_deadline
                       WHERE met_at IS NULL AND kind = 'answer' ORDER BY id LIMIT %s)
        """,
        [past, past, DUE],
    )


def b13_tick():
    queries = {}
    with environment(big_desk()) as env:
        # Once before, so that the registry's caches are warm both times.
        make_due(env)
        tick(env)
        env.cr.rollback()
        for key, kept in (("many", DESK_OPEN), ("few", DUE)):
            env.cr.execute(
                """
                UPDATE crm_complaint_deadline SET met_at = due_at, next_alarm_at = NULL
                 WHERE met_at IS NULL AND complaint_id NOT IN (
                       SELECT id FROM crm_complaint WHERE closed_at IS NULL
                        ORDER BY id LIMIT %s)
                """,
                [kept],
            )
            make_due(env)
            env.invalidate_all()
            queries[key] = tick(env)
            env.cr.rollback()
    yield at_most(
        f"B13 queries that a tick of {DUE} due takes more with {DESK_OPEN} open",
        queries["many"] - queries["few"],
        0,
        queries=queries["many"],
    )
    with environment(big_desk()) as env:
        env.cr.execute(
            """
            EXPLAIN SELECT id FROM crm_complaint_deadline
             WHERE met_at IS NULL AND cancelled_at IS NULL
               AND next_alarm_at <= NOW() AT TIME ZONE 'UTC'
             ORDER BY next_alarm_at, id LIMIT 100
            """
        )
        plan = "\n".join(line for [line] in env.cr.fetchall())
    yield at_most("B13 sequential scans of finding them", plan.count("Seq Scan"), 0)


ROWS = (b12_intake, b13_tick)
