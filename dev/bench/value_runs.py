"""B1, B2, B4 and B11: valuation beside what plain queries would cost."""

from functools import cache

from . import _data as data
from ._base import ROUNDS, at_most, cost, environment, medians
from ._value import (
    CUSTOMERS,
    aggregate,
    aided_aggregate,
    big_database,
    company_of,
    flush_all,
    forget_profiles,
    full_run,
    written_again,
)


@cache
def revaluation():
    """Median CPU seconds of each step of :func:`one_round`, and what they counted."""
    counts = []

    def measured():
        for _round in range(ROUNDS):
            costs, counted = one_round(big_database())
            counts.append(counted)
            yield costs

    costs = medians(measured())
    return costs, {
        key: [counted[key] for counted in counts]
        if key == "applied"
        # The worst round counts.
        else max(counted[key] for counted in counts)
        for key in counts[0]
    }


def one_round(name):
    """Time all steps once, in a transaction that is rolled back.

    Each finds the tables as they are between two nights, vacuumed and full of profiles;
    the last two find them empty.

    :return: CPU seconds of ``aggregate`` (bare, without the add-on's index), ``aided``
        (the same with it), ``unchanged`` (a run that writes nothing), ``incremental``
        (every hundredth touched), ``latest buyers`` (as many, who buy most),
        ``thresholds`` (of a tier, preview and apply), ``full`` (all profiles and moves
        written), ``written`` (the same rows, copied); and figures they are judged by
    :rtype: tuple
    """
    with environment(name) as env:
        company = company_of(env)
        costs = {
            "aggregate": aggregate(env, company),
            "aided": cost(env.cr, lambda: aided_aggregate(env, company)),
        }
        runs, messages = [], message_count(env)
        costs["unchanged"] = cost(env.cr, lambda: runs.append(full_run(env, company)))
        counts = {
            "rewritten": runs[-1].changed_count + runs[-1].move_count,
            "messages": message_count(env) - messages,
        }
        scans = sequential_scans(env)
        for key, customers in (
            ("incremental", touch_customers(env)),
            ("latest buyers", latest_buyers(env)),
        ):
            values = {"kind": "incremental", "partner_filter": customers}
            costs[key] = cost(
                env.cr, lambda v=values: runs.append(full_run(env, company, **v))
            )
        counts["scans"] = sequential_scans(env) - scans
        counts["revalued"] = runs[1].changed_count
        thresholds = Thresholds(env, company)
        costs["thresholds"] = cost(env.cr, thresholds.change)
        counts["applied"] = thresholds.check()
        forget_profiles(env)
        costs["full"] = cost(env.cr, lambda: full_run(env, company))
        costs["written"] = written_again(env)
        env.cr.rollback()
    data.vacuum(name)
    return costs, counts


def touch_customers(env):
    """Change what every hundredth customer paid; ids of these customers."""
    env.cr.execute(
        """
        SELECT ARRAY_AGG(partner_id) FROM (
            SELECT partner_id, ROW_NUMBER() OVER (ORDER BY partner_id) AS place
              FROM crm_value_profile
        ) p
         WHERE place % 100 = 0
        """
    )
    [customers] = env.cr.fetchone()
    change_orders(env, customers)
    return sorted(customers)


def latest_buyers(env):
    """Those who bought last: as many customers, who buy far more than others."""
    env.cr.execute(
        """
        SELECT ARRAY_AGG(partner_id) FROM (
            SELECT partner_id FROM crm_value_profile
          ORDER BY last_purchase_date DESC NULLS LAST, purchase_count DESC, partner_id
             LIMIT %s
        ) p
        """,
        [CUSTOMERS // 100],
    )
    [customers] = env.cr.fetchone()
    change_orders(env, customers)
    return sorted(customers)


def change_orders(env, customers):
    env.cr.execute(
        "UPDATE sale_order SET amount_untaxed = amount_untaxed + 1"
        " WHERE partner_id = ANY(%s)",
        [customers],
    )


def message_count(env):
    env.cr.execute("SELECT COUNT(*) FROM mail_message")
    return env.cr.fetchone()[0]


def sequential_scans(env):
    """Sequential scans of orders and their lines that this transaction has made."""
    env.cr.execute(
        "SELECT SUM(seq_scan) FROM pg_stat_xact_user_tables"
        " WHERE relname IN ('sale_order', 'sale_order_line')"
    )
    return int(env.cr.fetchone()[0])


class Thresholds:
    """A manager lowers what the second tier takes, after a look at the preview."""

    def __init__(self, env, company):
        self.env = env
        self.policy = (
            env["crm.value.policy"]
            ._of_company(company)
            .with_user(env.ref("base.user_admin"))
        )
        tier = self.policy.tier_ids.sorted("sequence")[1]
        # By cumulative profit, a higher entry lets more in; harder ones spare members.
        self.change_of_tier = [{"tier_id": tier.id, "entry": tier.entry + 4}]
        self.written = self._written()

    def change(self):
        self.preview = self.policy.preview_thresholds(self.change_of_tier)
        self.applied = self.policy.apply_thresholds(self.change_of_tier)
        flush_all(self.env)

    def check(self):
        """Profiles that were to change, that did, and rows the database wrote."""
        return {
            "announced": self.preview["changed_count"],
            "changed": self.applied["changed_count"],
            "moved": self.applied["move_count"],
            "written": self._written() - self.written,
        }

    def _written(self):
        """Profiles that this transaction has written."""
        self.env.cr.execute(
            "SELECT n_tup_upd + n_tup_ins + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE relname = 'crm_value_profile'"
        )
        return self.env.cr.fetchone()[0]


def b1_full_revaluation():
    """All profiles and moves written anew, beside an aggregate written to the tables.

    The aggregate is that of a database without the add-on: last date, count, sums of
    amount and margin of every customer (commercial partner), read from the orders
    without the add-on's covering index, which speeds up the aggregate itself. To write
    it are the same profiles and moves, kept aside: decision 7 tells why.
    """
    costs, _counts = revaluation()
    yield at_most(
        "B1 full revaluation / bare aggregate and bare writing of as many rows",
        costs["full"] / (costs["aggregate"] + costs["written"]),
        3.0,
        seconds=costs["full"],
        aggregate_seconds=costs["aggregate"],
        written_seconds=costs["written"],
        by_bare_aggregate=costs["full"] / costs["aggregate"],
        by_aided_aggregate=costs["full"] / costs["aided"],
    )


def b2_nothing_changed():
    costs, counts = revaluation()
    yield at_most(
        "B2 run without changes / full revaluation",
        costs["unchanged"] / costs["full"],
        0.7,
    )
    yield at_most("B2 rows written by a run without changes", counts["rewritten"], 0)
    yield at_most("B2 messages of a run without changes", counts["messages"], 0)


def b4_incremental():
    """One customer in a hundred touched, beside a full revaluation."""
    costs, counts = revaluation()
    yield at_most(
        "B4 incremental, 1 % touched / full revaluation",
        costs["incremental"] / costs["full"],
        0.03,
        seconds=costs["incremental"],
        changed=counts["revalued"],
        # Those who bought last have a tenth of all orders.
        of_latest_buyers=costs["latest buyers"] / costs["full"],
    )
    yield at_most("B4 sequential scans of orders", counts["scans"], 0)


def b11_thresholds():
    """The entry of one tier lowered, beside a full revaluation."""
    costs, counts = revaluation()
    yield at_most(
        "B11 change of a threshold, preview and apply / full revaluation",
        costs["thresholds"] / costs["full"],
        0.5,
        seconds=costs["thresholds"],
    )
    yield at_most(
        "B11 rows written beyond those announced",
        max(
            abs(applied["written"] - applied["announced"])
            + abs(applied["changed"] - applied["announced"])
            for applied in counts["applied"]
        ),
        0,
        **counts["applied"][0],
    )


ROWS = (
    b1_full_revaluation,
    b2_nothing_changed,
    b4_incremental,
    b11_thresholds,
)
