"""B6: confirming orders with the add-on beside the same without it."""

import gc
from functools import cache

from odoo.fields import Command

from . import _data as data
from ._base import ROUNDS, at_most, configure, cost, environment, medians

NAMES = {"without": "bench_confirm_bare", "with": "bench_confirm"}
# Orders and lines confirmed in one transaction.
SHAPES = ((1, 1), (1, 20), (20, 1), (20, 20))
# Transactions of one order each that a round times.
TRANSACTIONS = 150
ALLOWED_QUERIES = 4


@cache
def databases():
    configure()
    data.new_database(NAMES["without"], "--bare")
    data.new_database(NAMES["with"])
    for name in NAMES.values():
        with environment(name) as env:
            env["product.product"].create(
                {"name": "Benched", "list_price": 10, "standard_price": 4}
            )
            env["res.partner"].create(
                [{"name": f"Benched {n}", "is_company": True} for n in range(40)]
            )
            env.cr.commit()
        data.vacuum(name)
        # Caches of the registry are warm after this.
        confirm(name, 1, 1)
    return NAMES


def make_quotations(name, orders, lines):
    """So many quotations of different customers, committed; their ids."""
    with environment(name) as env:
        product = env["product.product"].search([("name", "=", "Benched")])
        customers = env["res.partner"].search([("name", "like", "Benched")])
        quotations = env["sale.order"].create(
            [
                {
                    "partner_id": customers[n % len(customers)].id,
                    "order_line": [
                        Command.create({"product_id": product.id}) for _ in range(lines)
                    ],
                }
                for n in range(orders)
            ]
        )
        env.cr.commit()
        return quotations.ids


def confirm(name, orders, lines):
    """Queries of one transaction that confirms so many orders, commit included."""
    return confirm_quotations(name, make_quotations(name, orders, lines))


def confirm_quotations(name, quotation_ids):
    with environment(name) as env:
        admin = env.ref("base.user_admin")
        before = env.cr.sql_log_count
        env(user=admin)["sale.order"].browse(quotation_ids).action_confirm()
        env.cr.commit()
        return env.cr.sql_log_count - before


def one_round():
    """CPU seconds of confirming orders one by one, in each database."""
    quotations = {
        key: make_quotations(name, TRANSACTIONS, 5) for key, name in databases().items()
    }
    costs = dict.fromkeys(quotations, 0.0)
    # What lives as long as the process is not looked through for garbage, in whose
    # ever turn that would fall.
    gc.collect()
    gc.freeze()
    for place, pair in enumerate(zip(*quotations.values(), strict=True)):
        turns = list(zip(quotations, pair, strict=True))
        # Each comes first as often: the second finds the caches as the first left them.
        for key, quotation_id in turns if place % 2 else reversed(turns):
            costs[key] += confirmation_cost(NAMES[key], quotation_id)
    return costs


def confirmation_cost(name, quotation_id):
    with environment(name) as env:
        quotation = env(user=env.ref("base.user_admin"))["sale.order"].browse(
            quotation_id
        )

        def work():
            quotation.action_confirm()
            env.cr.commit()

        return cost(env.cr, work)


def b6_confirming():
    databases()
    costs = medians(one_round() for _round in range(ROUNDS))
    yield at_most(
        "B6 confirming an order / the same without the add-on",
        costs["with"] / costs["without"],
        1.05,
        milliseconds=costs["with"] / TRANSACTIONS * 1000,
    )
    more = {
        shape: confirm(NAMES["with"], *shape) - confirm(NAMES["without"], *shape)
        for shape in SHAPES
    }
    yield at_most("B6 more queries a transaction", max(more.values()), ALLOWED_QUERIES)
    yield at_most(
        "B6 more queries for 20 orders of 20 lines than for one of one",
        more[20, 20] - more[1, 1],
        0,
        by_shape={f"{orders} x {lines}": n for (orders, lines), n in more.items()},
    )


ROWS = (b6_confirming,)
