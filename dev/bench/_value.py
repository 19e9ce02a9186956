"""The database that most rows of the value slice share, and the steps they time."""

from functools import cache

from . import _data as data
from ._base import configure, environment

CUSTOMERS, ORDERS = 100_000, 1_000_000

# What the add-on's work is compared with: the plain aggregate a controller would write.
BARE_AGGREGATE = """
SELECT partner_id, MAX(date_order), COUNT(*), SUM(amount_untaxed), SUM(margin)
  FROM sale_order WHERE state = 'sale' AND company_id = %s GROUP BY partner_id
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


def aggregate(env, company):
    env.cr.execute(BARE_AGGREGATE, [company.id])
    return env.cr.fetchall()


def unaided_aggregate(env, company):
    """The aggregate as it was before the add-on brought an index that helps it too."""
    with env.cr.savepoint() as savepoint:
        env.cr.execute("DROP INDEX sale_order_crm_value_idx")
        aggregate(env, company)
        savepoint.rollback()


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
    env.cr.execute("DELETE FROM crm_value_tier_move")
    env.cr.execute("DELETE FROM crm_value_profile")
    env.invalidate_all()
