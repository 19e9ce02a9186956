"""The database that most rows of the value slice share, and the steps they time."""

from functools import cache

from . import _data as data
from ._base import configure, cost, environment

CUSTOMERS, ORDERS = 100_000, 1_000_000

# What the add-on's work is compared with: the plain aggregate a controller would write,
# a row a customer, whose contacts order too.
BARE_AGGREGATE = """
SELECT p.commercial_partner_id, MAX(o.date_order), COUNT(*), SUM(o.amount_untaxed),
       SUM(o.margin)
  FROM sale_order o
  JOIN res_partner p ON p.id = o.partner_id
 WHERE o.state = 'sale' AND o.company_id = %s
 GROUP BY p.commercial_partner_id
"""


@cache
def big_database():
    """100 k customers and 1 M orders, valued once, so that the parameters are known."""
    configure()
    data.filled_database("bench_value", CUSTOMERS, ORDERS)
    with environment("bench_value") as env:
        full_run(env, company_of(env))
        env.cr.commit()
    data.vacuum("bench_value")
    return "bench_value"


def company_of(env):
    return env["res.company"].search([], order="id", limit=1)


def aided_aggregate(env, company):
    """The aggregate in a database with the add-on, whose index helps it too."""
    env.cr.execute(BARE_AGGREGATE, [company.id])
    return env.cr.fetchall()


def aggregate(env, company):
    """The bare aggregate, as a database without the add-on runs it.

    The index is gone for the planner before the statement is timed, and comes back.
    """
    with env.cr.savepoint() as savepoint:
        env.cr.execute("DROP INDEX sale_order_crm_value_idx")
        seconds = cost(env.cr, lambda: aided_aggregate(env, company))
        savepoint.rollback()
    return seconds


def full_run(env, company, **values):
    """A run of all customers in this transaction, or of some by ``values``."""
    runs = env["crm.value.run"]
    run = runs.create(runs._prepare_run(company, **values))
    run._finish_all_steps()
    flush_all(env)
    return run


def flush_all(env):
    """What a commit would still write: the ORM's cache, events and touches."""
    env.flush_all()
    env.cr.flush()


def forget_profiles(env):
    """Make every profile and move be written anew; parameters stay fitted."""
    env.flush_all()
    # With what refers to them: wizards, of which there are none.
    env.cr.execute("TRUNCATE crm_value_profile CASCADE")
    env.invalidate_all()


def written_again(env):
    """CPU seconds that the rows of the last full run take to be written, no more.

    The same profiles and moves, kept aside, into the emptied tables: with their indexes
    and foreign keys, and nothing to compute.
    """
    tables = ("crm_value_profile", "crm_value_tier_move")
    env.flush_all()
    for table in tables:
        env.cr.execute(f"CREATE TEMP TABLE bench_{table} AS SELECT * FROM {table}")
        env.cr.execute(f"ANALYZE bench_{table}")
    forget_profiles(env)

    def write():
        for table in tables:
            env.cr.execute(f"INSERT INTO {table} SELECT * FROM bench_{table}")

    seconds = cost(env.cr, write)
    for table in tables:
        env.cr.execute(f"DROP TABLE bench_{table}")
    return seconds
