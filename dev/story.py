"""What `make run` shows in the terminal: a print works of today, and CDNOW's customers.

Runs in `dev/odoo shell -d crm_value`, which gives it `env`. What is there already is
left alone, and what was cut short goes on where it stopped.
"""

import sys
from datetime import timedelta
from pathlib import Path
from time import monotonic

from odoo import fields

from odoo.addons import crm_value
from odoo.addons.crm_value.models.value.presets import PRESETS

sys.path.insert(0, str(Path(crm_value.__file__).resolve().parents[1]))
from dev import cdnow  # noqa: E402

BATCH = 1000
PUBLISHED = {
    "bg_nbd": ("BG/NBD", (0.243, 4.414, 0.793, 2.426), -9582.4),
    "mbg_nbd": ("MBG/NBD", (0.5248, 6.1831, 0.8914, 1.6140), None),
    "gamma_gamma": ("Gamma-Gamma", (6.25, 3.74, 15.44), -4055.9),
}
SYMBOLS = {
    "bg_nbd": ("r", "alpha", "a", "b"),
    "mbg_nbd": ("r", "alpha", "a", "b"),
    "gamma_gamma": ("p", "q", "gamma"),
}
CALIBRATION = str(cdnow.CALIBRATION_END)


def tell(env):
    """Bring both companies up to date and print what they are worth."""
    print_works = env.ref("crm_value.demo_company_print", raise_if_not_found=False)
    try:
        purchases = cdnow.read()
    except cdnow.Missing as missing:
        purchases = None
        print(f"\nWithout CDNOW: {missing}")
    if purchases:
        company = prepare_cdnow(env, print_works)
        load_cdnow(company, purchases)
        run = value(company, cdnow.LAST_DAY)
        print_tiers(run)
        print_models(run)
        print_calibration(company)
    if print_works:
        print_tiers(value(print_works))
        half_a_year_ago = fields.Date.today() - timedelta(days=182)
        print_back_test(try_as_of(print_works, str(half_a_year_ago)))
    env.cr.commit()


# -- CDNOW ----------------------------------------------------------------------------


def prepare_cdnow(env, print_works):
    """The company, made once: the policy of a shop, open to the administrator."""
    company = env["res.company"].search([("name", "=", "CDNOW")], limit=1)
    if company:
        return company
    company = env["res.company"].create(
        {"name": "CDNOW", "currency_id": env.ref("base.USD").id}
    )
    policy = env["crm.value.policy"]._of_company(company)
    # Eighteen months of history are all there is: look at all of them.
    policy.write(
        {
            "preset": "retail",
            **PRESETS["retail"].values,
            "window_months": 18,
            # As of today all of them would be lost.
            "is_valued_nightly": False,
        }
    )
    admin = env.ref("base.user_admin")
    admin.company_ids |= company | (print_works or company)
    admin.company_id = print_works or company
    env.cr.commit()
    return company


def load_cdnow(company, purchases):
    """Import what is not there yet, through the door of the import screen."""
    env = company.with_company(company).env
    stored = env["crm.value.purchase"].search([("company_id", "=", company.id)])
    known = set(stored.mapped("reference"))
    rows = [
        (number, purchase)
        for number, purchase in enumerate(purchases, 1)
        if reference(number) not in known
    ]
    if not rows:
        return
    begin = monotonic()
    load_customers(env, {purchase.customer for _number, purchase in rows})
    for done in range(0, len(rows), BATCH):
        load_purchases(env, rows[done : done + BATCH])
        env.cr.commit()
        progress("purchases", done + BATCH, len(rows))
    seconds = monotonic() - begin
    print(f"CDNOW: imported {len(rows):,} purchases in {seconds:.0f} s")


def load_customers(env, numbers):
    """Contacts of the company, each with an external id to refer to."""
    numbers = sorted(numbers)
    for done in range(0, len(numbers), BATCH):
        load(
            env["res.partner"],
            ["id", "name", "company_id"],
            [
                [customer_id(number), f"CDNOW customer {number}", "CDNOW"]
                for number in numbers[done : done + BATCH]
            ],
        )
        env.cr.commit()
        progress("customers", done + BATCH, len(numbers))


def load_purchases(env, rows):
    load(
        env["crm.value.purchase"],
        [
            "reference",
            "partner_id/id",
            "date",
            "amount",
            "quantity",
            "product_name",
            "channel",
        ],
        [
            [
                reference(number),
                customer_id(purchase.customer),
                str(purchase.day),
                str(purchase.amount),
                str(purchase.quantity),
                "CDs",
                "web",
            ]
            for number, purchase in rows
        ],
    )


def load(model, columns, rows):
    """Import ``rows`` or stop with what is wrong with them."""
    result = model.load(columns, rows)
    if not result["ids"]:
        first = result["messages"][0]
        raise SystemExit(f"CDNOW cannot be imported: {first['message']}")


def customer_id(number):
    return f"crm_value_cdnow.customer_{number}"


def reference(number):
    return f"CDNOW-{number:04d}"


def progress(what, done, total):
    if sys.stdout.isatty():
        print(f"\rCDNOW: {min(done, total):,} of {total:,} {what}", end="", flush=True)
        if done >= total:
            print(end="\r\033[K")


# -- Valuing --------------------------------------------------------------------------


def value(company, as_of=None):
    """The company's valuation of that day, made now unless it was the last one."""
    runs = company.env["crm.value.run"]
    last = runs._last_full(company)
    if last.as_of_date != (as_of or runs._today(company)):
        last = runs.browse(runs.start(company.id, as_of=as_of and str(as_of)))
    return last


def try_as_of(company, day):
    """A trial as of that day, which changes no customer: the last that looked back."""
    runs = company.env["crm.value.run"]
    tried = runs.search(
        [
            ("company_id", "=", company.id),
            ("as_of_date", "=", day),
            ("is_applied", "=", False),
            ("state", "=", "done"),
        ]
    ).filtered(lambda run: "forecast" in run.result)
    return tried[:1] or runs.browse(runs.start(company.id, as_of=day, apply=False))


# -- Telling --------------------------------------------------------------------------


def print_tiers(run):
    """Customers, revenue and profit by tier."""
    company, parameters = run.company_id, run.parameters
    name = company.name.encode("ascii", "ignore").decode().strip()
    groups = {
        tier: figures
        for tier, *figures in run.env["crm.value.profile"]._read_group(
            [("company_id", "=", company.id)],
            ["tier_id"],
            ["__count", "revenue_amount:sum", "net_margin_amount:sum"],
        )
    }
    totals = [sum(column) for column in zip(*groups.values(), strict=True)]
    months = parameters["policy"]["window_months"]
    print(
        f"\n{name}: {totals[0]:,} customers, as of {run.as_of_date}, "
        f"{months} months, {company.currency_id.name}"
        f"\n  {'tier':<10}{'customers':>11}{'share':>8}{'revenue':>14}{'share':>8}"
        f"{'profit':>13}{'share':>8}"
    )
    # Where the cost is unknown there is no profit to speak of.
    knows_cost = bool(parameters["by_margin"])
    for tier in sorted(groups, key=lambda tier: tier.sequence):
        count, revenue, profit = groups[tier]
        print(
            f"  {tier.name:<10}{count:>11,}{share(count, totals[0])}"
            f"{revenue:>14,.0f}{share(revenue, totals[1])}"
            + (f"{profit:>13,.0f}{share(profit, totals[2])}" if knows_cost else "")
        )
    if not knows_cost:
        print("  The cost is unknown: customers are ranked by revenue.")


def print_models(run):
    """What the models of the applied valuation found."""
    if "mbg_nbd" not in run.parameters:
        return
    print(f"  fitted on {run.parameters['buyer_count']:,} buyers, in weeks:")
    for model, (name, _figures, _likelihood) in PUBLISHED.items():
        found = run.parameters[model]
        likelihood = found["log_likelihood"]
        print(f"  {name:<12} {show(model, found)}  log-likelihood {likelihood:.1f}")


def print_calibration(company):
    """Against what was published, and against what customers did later."""
    run = try_as_of(company, CALIBRATION)
    print(f"\nCDNOW calibrated to {CALIBRATION}, against the published figures:")
    for model, (name, figures, likelihood) in PUBLISHED.items():
        found = run.parameters[model]
        print(
            f"  {name:<12} {show(model, found)}  "
            f"log-likelihood {found['log_likelihood']:.1f}"
        )
        published = dict(zip(SYMBOLS[model], figures, strict=True))
        tail = f"  log-likelihood {likelihood}" if likelihood else ""
        print(f"  {'  published':<12} {show(model, published)}{tail}")
    print_forecast(run)
    print_back_test(run)


def print_forecast(run):
    """What the run itself says of the weeks since."""
    found = run.result["forecast"]
    made = found["purchases"]
    told = [
        f"{PUBLISHED[model][0]} expected {expected:,.0f} ({expected / made - 1:+.1%})"
        for model, expected in found["expected"].items()
    ]
    print(f"  {made:,} repeat purchases until {found['until']}; {', '.join(told)}")


def print_back_test(run):
    found = (run.result or {}).get("back_test")
    if found:
        print(
            f"  the best {found['best_share']:.0%} by score brought "
            f"{found['by_score']:.0%} of the revenue since; "
            f"by past revenue alone {found['by_past']:.0%}"
        )


def show(model, figures):
    """``r 0.243  alpha 4.414 ...``, in columns."""
    return "  ".join(
        f"{symbol} {figures[symbol]:<7.4g}" for symbol in SYMBOLS[model]
    ).ljust(52)


def share(part, whole):
    return f"{part / whole:>8.1%}" if whole else f"{'':>8}"


tell(env)  # noqa: F821  # the shell's
