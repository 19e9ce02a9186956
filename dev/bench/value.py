"""Rows of the value slice: valuation beside what a plain query or loop would cost."""

from functools import cache
from statistics import median

from . import _base as base
from ._base import at_least, at_most, configure, cost, environment

CUSTOMERS, ORDERS = 100_000, 1_000_000
ROUNDS = 5


@cache
def big_database():
    """The database that most rows share: 100 k customers, 1 M orders, valued once."""
    configure()
    base.filled_database("bench_value", CUSTOMERS, ORDERS)
    with environment("bench_value") as env:
        full_run(env, company_of(env))
        env.cr.commit()
    return "bench_value"


def company_of(env):
    return env["res.company"].search([], order="id", limit=1)


def aggregate(env, company):
    env.cr.execute(base.BARE_AGGREGATE, [company.id])
    return env.cr.fetchall()


def full_run(env, company):
    runs = env["crm.value.run"]
    run = runs.create(runs._prepare_run(company))
    run._finish_all_steps()
    env.flush_all()
    return run


def forget_profiles(env):
    """Make every profile and move be written anew; parameters stay fitted."""
    env.flush_all()
    env.cr.execute("DELETE FROM crm_value_tier_move")
    env.cr.execute("DELETE FROM crm_value_profile")
    env.invalidate_all()


@cache
def revaluation_costs(name):
    """Median CPU of the aggregate, of a run that writes all and of one that finds
    nothing changed; rows that the latter wrote."""
    costs = {"aggregate": [], "changed": [], "unchanged": []}
    written = 0
    with environment(name) as env:
        company = company_of(env)
        runs = []
        for _round in range(ROUNDS):
            forget_profiles(env)
            for key, work in (
                ("aggregate", lambda: aggregate(env, company)),
                ("changed", lambda: runs.append(full_run(env, company))),
                ("unchanged", lambda: runs.append(full_run(env, company))),
            ):
                costs[key].append(cost(env.cr, work))
            written += runs[-1].changed_count + runs[-1].move_count
        env.cr.rollback()
    return {key: median(values) for key, values in costs.items()}, written


def b1_full_revaluation():
    costs, _written = revaluation_costs(big_database())
    yield at_most(
        "B1 full revaluation / bare aggregate",
        costs["changed"] / costs["aggregate"],
        3.0,
        seconds=costs["changed"],
    )


def b2_nothing_changed():
    costs, written = revaluation_costs(big_database())
    yield at_most(
        "B2 run without changes / full revaluation",
        costs["unchanged"] / costs["changed"],
        0.7,
    )
    yield at_most("B2 rows written by a run without changes", written, 0)


def b3_against_loop(sample=300):
    """A full run against what a loop over partners with tracked writes would take."""
    costs, _written = revaluation_costs(big_database())
    with environment(big_database()) as env:
        company = company_of(env)
        partners = env["crm.value.profile"].search([], limit=sample).partner_id

        def loop():
            for partner in partners:
                orders = env["sale.order"].search(
                    [
                        ("partner_id.commercial_partner_id", "=", partner.id),
                        ("company_id", "=", company.id),
                        ("state", "=", "sale"),
                    ]
                )
                partner.write(
                    {
                        "comment": f"{len(orders)} {sum(orders.mapped('margin'))}",
                        "email": f"{partner.id}@example.com",
                    }
                )
                env.flush_all()
                env.cr.flush()

        per_customer = cost(env.cr, loop) / len(partners)
        env.cr.rollback()
    yield at_least(
        "B3 loop over customers / full revaluation",
        per_customer * CUSTOMERS / costs["changed"],
        100,
    )


def b4_incremental():
    """One customer in a hundred touched, beside a full revaluation."""
    costs, _written = revaluation_costs(big_database())
    with environment(big_database()) as env:
        company = company_of(env)
        profiles = env["crm.value.profile"].search([], limit=CUSTOMERS // 100)
        customers = sorted(profiles.partner_id.ids)
        env.cr.execute(
            "UPDATE sale_order SET amount_untaxed = amount_untaxed + 1"
            " WHERE partner_id = ANY(%s)",
            [customers],
        )
        runs = env["crm.value.run"]
        values = {"kind": "incremental", "partner_filter": customers}
        scans_before = sequential_scans(env)

        def incremental():
            run = runs.create(runs._prepare_run(company, **values))
            run._finish_all_steps()
            env.flush_all()

        taken = median(cost(env.cr, incremental) for _round in range(ROUNDS))
        scans = sequential_scans(env) - scans_before
        env.cr.rollback()
    yield at_most(
        "B4 incremental, 1 % touched / full revaluation", taken / costs["changed"], 0.03
    )
    yield at_most("B4 sequential scans of orders", scans, 0)


def sequential_scans(env):
    """Sequential scans of orders that this transaction has made."""
    env.cr.execute(
        "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'sale_order'"
    )
    return env.cr.fetchone()[0]


ROWS = (
    b1_full_revaluation,
    b2_nothing_changed,
    b3_against_loop,
    b4_incremental,
)
