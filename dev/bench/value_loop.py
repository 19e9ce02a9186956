"""B3: a full run beside the loop over customers that one would write first."""

from itertools import pairwise
from statistics import median

from dateutil.relativedelta import relativedelta

from ._base import at_least, cost, environment
from ._value import CUSTOMERS, big_database, company_of, flush_all
from .value_runs import revaluation

FIGURES = (
    "first_purchase_date",
    "last_purchase_date",
    "purchase_count",
    "cycle_days",
    "revenue_amount",
    "margin_amount",
    "known_cost_share",
    "full_price_share",
)


class Loop:
    """Customers one by one through the ORM, each with a tracked write.

    It works out the history that the run does, from the same lines: no scores,
    predictions or tiers.
    """

    def __init__(self, env):
        self.env = env
        self.company = company_of(env)
        policy = env["crm.value.policy"]._of_company(self.company)
        [run] = env["crm.value.run"]._last_full(self.company)
        self.start = run.anchor_date - relativedelta(months=policy.window_months)

    def orders(self, partner):
        return self.env["sale.order"].search(
            [
                ("partner_id.commercial_partner_id", "=", partner.id),
                ("company_id", "=", self.company.id),
                ("state", "=", "sale"),
            ]
        )

    def value(self, partner):
        """The ``FIGURES`` of a customer, written to him."""
        orders = self.orders(partner)
        sold = orders.order_line.filtered(lambda line: not line.is_reward_line)
        days = sorted({line.order_id.date_order.date() for line in sold})
        gaps = [(later - earlier).days for earlier, later in pairwise(days)]
        sold = sold.filtered(lambda line: line.order_id.date_order.date() >= self.start)
        known = sold.filtered("purchase_price")
        revenue = sum(sold.mapped("price_subtotal"))
        full_price = sold.filtered(lambda line: not line.discount)
        figures = (
            days[0],
            days[-1],
            len(days),
            median(gaps) if len(days) >= 3 else None,
            revenue,
            sum(known.mapped("margin")),
            sum(known.mapped("price_subtotal")) / revenue if revenue else None,
            sum(full_price.mapped("price_subtotal")) / revenue if revenue else None,
        )
        self.write(partner, str(figures))
        return figures

    def count(self, partner):
        """What orders tell without their lines: how many, and the sum of margins."""
        orders = self.orders(partner)
        self.write(partner, f"{len(orders)} {sum(orders.mapped('margin'))}")

    def write(self, partner, comment):
        partner.write({"comment": comment, "email": f"{partner.id}@example.com"})
        flush_all(self.env)


def b3_against_loop(sample=300):
    """A full run against what the loop would take for all, by a sample of them.

    Nothing is compared unless both say the same.
    """
    costs, _counts = revaluation()
    with environment(big_database()) as env:
        # Every n-th: the first ones would be the best buyers.
        profiles = env["crm.value.profile"].search([], order="id")
        profiles = profiles[:: len(profiles) // sample]
        loop = Loop(env)

        def time(work):
            """CPU seconds a customer, and what ``work`` said of each."""
            results = []
            env.invalidate_all()
            seconds = cost(
                env.cr, lambda: results.extend(map(work, profiles.partner_id))
            )
            return seconds / len(profiles), results

        counting, _nothing = time(loop.count)
        valuing, results = time(loop.value)
        _check(profiles, results)
        env.cr.rollback()
    yield at_least(
        "B3 loop over customers / full revaluation",
        valuing * CUSTOMERS / costs["full"],
        100,
        # A loop that does not look at the lines, and so knows less.
        by_count_of_orders=counting * CUSTOMERS / costs["full"],
    )


def _check(profiles, results):
    """Fail unless the loop has found what the run did.

    Half a cent an order may differ: made-up lines are not rounded as their totals are.
    """
    for profile, figures in zip(profiles, results, strict=True):
        for name, figure in zip(FIGURES, figures, strict=True):
            said = profile[name] or 0
            if name.endswith("_amount"):
                is_same = abs(said - figure) <= 0.005 * (profile.purchase_count + 1)
            elif name.endswith("_share"):
                is_same = abs(said - (figure or 0)) <= 0.001
            else:
                is_same = said == (figure or 0)
            if not is_same:
                raise AssertionError(f"{profile} {name}: {said} by run, {figure}")


ROWS = (b3_against_loop,)
