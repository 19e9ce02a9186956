"""B10: lists of partners and orders with the customer's tier, and without it."""

from functools import partial

from lxml import etree

from ._base import asked_of, at_most, compare, environment
from ._value import big_database

LIMIT = 80
REPEATS = 10
# Model -> action's list view, and the add-on's columns that a list shows by default.
LISTS = {
    "res.partner": (
        "base.view_partner_tree",
        ("value_tier_id", "is_value_by_potential"),
    ),
    "sale.order": (
        "sale.view_quotation_tree_with_onboarding",
        ("customer_tier_id",),
    ),
}
# What the widget of the tier asks for beside its name: see ``relatedFields`` there.
TIER_FIELDS = {"display_name": {}, "color": {}, "name": {}}


def specifications(env, model):
    """What the web client asks for, with and without the columns of the tier."""
    view, tier_columns = LISTS[model]
    arch = env[model].get_view(env.ref(view).id, "list")["arch"]
    columns = {
        node.get("name"): node
        for node in etree.fromstring(arch).iter("field")
        # Columns that the user must first ask for are not read.
        if node.get("optional") != "hide"
    }
    missing = set(tier_columns) - set(columns)
    if missing:
        raise LookupError(f"The list {view} does not show {', '.join(missing)}.")
    specification = asked_of(env, model, columns)
    ours = [name for name in columns if name in tier_columns]
    for name in ours:
        if specification[name]:
            specification[name] = {"fields": TIER_FIELDS}
    return {
        "with": specification,
        "without": {
            name: asked for name, asked in specification.items() if name not in ours
        },
    }


def read(env, model, specification, limit=LIMIT):
    """One page of the list, as opening it reads it; queries that it takes."""
    env.invalidate_all()
    before = env.cr.sql_log_count
    env[model].web_search_read([], specification, limit=limit, count_limit=10_001)
    return env.cr.sql_log_count - before


def b10_lists():
    with environment(big_database()) as root:
        env = root(user=root.ref("base.user_admin"))
        for model in LISTS:
            asked = specifications(env, model)
            works = {
                key: partial(read, env, model, specification)
                for key, specification in asked.items()
            }
            costs = compare(env.cr, works, REPEATS)
            more = [
                read(env, model, asked["with"], limit)
                - read(env, model, asked["without"], limit)
                for limit in (10, LIMIT)
            ]
            yield at_most(
                f"B10 list of {LIMIT} {model} with tier / without",
                costs["with"] / costs["without"],
                1.1,
                milliseconds=costs["with"] / REPEATS * 1000,
                more_queries=more[1],
            )
            # Core itself reads the parents of contacts, where there are any.
            yield at_most(
                f"B10 more queries for the tier of {LIMIT} {model} than of 10",
                more[1] - more[0],
                0,
            )


ROWS = (b10_lists,)
