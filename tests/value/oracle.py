"""What every profile ought to say, from records read one by one, in plain Python.

Written from the architecture, not from ``queries``: lists and dictionaries instead of
sets, line by line instead of order totals, floats instead of SQL's numerics.
"""

from bisect import bisect_right
from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from odoo.addons.crm_value.formulas import (
    clv,
    gamma_gamma,
    lifecycle,
    mbg_nbd,
    profitability,
)

from .oracle_categories import Lacking, imported_lines, invoice_lines, order_lines

CENT = 0.005
NOT_BOUGHT = dict.fromkeys("amount margin known full_price reward".split(), 0.0) | {
    "is_free": False
}


class Bought(NamedTuple):
    """One document's part of a customer's history, in company currency."""

    customer_id: int
    day: object
    amount: float
    margin: float
    known: float
    full_price: float
    reward: float
    is_free: bool = False


class Documents:
    """Reads what a company sold until the end of a day."""

    def __init__(self, policy, as_of):
        self.env = policy.env
        self.company = policy.company_id
        self.zone = ZoneInfo(policy._get_timezone())
        self.as_of = as_of
        self.customers = dict(
            (row["id"], row["commercial_partner_id"][0])
            for row in self.env["res.partner"]
            .with_context(active_test=False)
            .search_read([], ["commercial_partner_id"])
            if row["commercial_partner_id"]
        )
        programs = self.env["loyalty.program"].with_context(active_test=False)
        self.prepaid = programs.search([]).filtered("is_payment_program")
        self.cards = self.prepaid.trigger_product_ids.ids
        self.payments = self.prepaid.reward_ids.discount_line_product_id.ids

    def read(self, model, domain, fields):
        rows = self.env[model].search_read(domain, fields, load=None)
        return {row["id"]: row for row in rows}

    def local_day(self, moment):
        return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(self.zone).date()

    # -- Orders -----------------------------------------------------------------------

    def by_orders(self):
        orders = self.read(
            "sale.order",
            [("company_id", "=", self.company.id), ("state", "=", "sale")],
            ["partner_id", "date_order", "currency_rate", "currency_id",
             "amount_untaxed", "margin"],
        )  # fmt: skip
        left = {
            id_: (order["amount_untaxed"], order["margin"])
            for id_, order in orders.items()
        }
        credits = self.credits_by_order_line()
        lines = self.order_lines(orders)
        rebates = defaultdict(float)
        for line in lines.values():
            if self.is_rebate(line):
                rebates[line["order_id"]] += line["price_subtotal"]
        for id_, order in orders.items():
            order["is_reduced"] = rebates[id_] < 0
        for line in lines.values():
            order = orders[line["order_id"]]
            amount, margin = left[line["order_id"]]
            left[line["order_id"]] = (
                amount - line["price_subtotal"],
                margin - line["margin"],
            )
            yield Bought(
                self.customers[order["partner_id"]],
                self.local_day(order["date_order"]),
                **self.of_order_line(line, order, credits[line["id"]]),
            )
        for id_, (amount, margin) in left.items():
            # The total of an order is rounded once, not line by line.
            order = orders[id_]
            amount /= order["currency_rate"]
            margin /= order["currency_rate"]
            yield Bought(
                self.customers[order["partner_id"]],
                self.local_day(order["date_order"]),
                amount, margin, amount, 0.0 if order["is_reduced"] else amount, 0.0,
            )  # fmt: skip
        yield from self.loose_credits()

    def order_lines(self, orders):
        return self.read(
            "sale.order.line",
            [("order_id", "in", list(orders)), ("display_type", "=", False)],
            [
                "order_id", "price_subtotal", "purchase_price", "product_uom_qty",
                "discount", "reward_id", "is_downpayment", "margin", "product_id",
                "price_unit",
            ],
        )  # fmt: skip

    def is_prepaid(self, line):
        """Whether the order line sells a card or pays with one."""
        if line["reward_id"]:
            return line["reward_id"] in self.prepaid.reward_ids.ids
        return line["product_id"] in self.cards

    def is_rebate(self, line):
        return (
            line["price_unit"] < 0
            and not line["purchase_price"]
            and not line["reward_id"]
            and not self.is_prepaid(line)
        )

    def of_order_line(self, line, order, credited):
        """What is left of a line once its credit notes are taken off it."""
        rate = order["currency_rate"]
        sold = line["price_subtotal"]
        cost = line["purchase_price"] * line["product_uom_qty"]
        back = sum(
            amount if currency_id == order["currency_id"] else balance * rate
            for balance, amount, currency_id in credited
        )
        if line["is_downpayment"] or self.is_prepaid(line):
            return NOT_BOUGHT
        if line["reward_id"]:
            given = (cost - sold + back) / rate
            return NOT_BOUGHT | {"reward": given}
        amount = (sold - back) / rate
        kept = (sold - back) / sold if sold else 1.0
        is_known = line["purchase_price"] != 0 or self.is_rebate(line)
        is_full_price = not line["discount"] and not order["is_reduced"]
        return {
            "amount": amount,
            "margin": (sold - cost) * kept / rate if is_known else 0.0,
            "known": amount if is_known else 0.0,
            "full_price": amount if is_full_price else 0.0,
            "reward": 0.0,
            "is_free": False,
        }

    def credits_by_order_line(self):
        """(company amount, amount, its currency) credited, by order line."""
        credited = defaultdict(list)
        for line, move in self.document_lines(("out_refund",)):
            for order_line_id in line["sale_line_ids"]:
                credited[order_line_id].append(
                    (line["balance"], line["amount_currency"], move["currency_id"])
                )
        return credited

    def loose_credits(self):
        for line, move in self.document_lines(("out_refund",)):
            if not line["sale_line_ids"] and not line["is_downpayment"]:
                back = -line["balance"]
                yield Bought(
                    self.customers[move["partner_id"]],
                    move["invoice_date"], back, back, back, back, 0.0,
                )  # fmt: skip

    # -- Invoices ---------------------------------------------------------------------

    def document_lines(self, types):
        """Product lines of posted documents that are not of the future."""
        moves = self.read(
            "account.move",
            [
                ("company_id", "=", self.company.id),
                ("state", "=", "posted"),
                ("move_type", "in", types),
                ("invoice_date", "<=", self.as_of),
            ],
            ["partner_id", "invoice_date", "reversed_entry_id", "currency_id",
             "move_type"],
        )  # fmt: skip
        lines = self.read(
            "account.move.line",
            [("move_id", "in", list(moves)), ("display_type", "=", "product")],
            ["move_id", "balance", "amount_currency", "quantity", "discount",
             "sale_line_ids", "is_downpayment", "product_id", "price_unit"],
        )  # fmt: skip
        return [(line, moves[line["move_id"]]) for line in lines.values()]

    def by_invoices(self):
        found = self.document_lines(("out_invoice", "out_refund", "out_receipt"))
        days = {move["id"]: move["invoice_date"] for _line, move in found}
        order_line_ids = {id_ for line, _move in found for id_ in line["sale_line_ids"]}
        order_lines = self.env["sale.order.line"].browse(order_line_ids)
        by_id = {line.id: line for line in order_lines}
        parts = []
        for line, move in found:
            origins = [by_id[id_] for id_ in line["sale_line_ids"]]
            if line["is_downpayment"] or self.is_prepaid_invoiced(line, origins):
                continue
            is_refund = move["move_type"] == "out_refund"
            origin = is_refund and move["reversed_entry_id"]
            parts.append((line, origins, move, origin or move["id"]))
        reduced = {
            document_id
            for line, origins, _move, document_id in parts
            if self.is_rebate_invoiced(line, origins)
        }
        for line, origins, move, document_id in parts:
            yield Bought(
                self.customers[move["partner_id"]],
                days.get(document_id) or move["invoice_date"],
                **self.of_invoice_line(
                    line,
                    origins,
                    move["move_type"] == "out_refund",
                    document_id in reduced,
                ),
            )

    def is_prepaid_invoiced(self, line, origins):
        if not origins:
            return line["product_id"] in self.cards + self.payments
        return any(
            origin.reward_id.program_id.is_payment_program
            if origin.reward_id
            else origin.product_id.id in self.cards
            for origin in origins
        )

    def is_rebate_invoiced(self, line, origins):
        return line["price_unit"] < 0 and not any(
            origin.purchase_price or origin.reward_id for origin in origins
        )

    def of_invoice_line(self, line, origins, is_refund, is_reduced):
        amount = -line["balance"]
        unit_cost = max(
            (
                origin.purchase_price / (origin.order_id.currency_rate or 1.0)
                for origin in origins
            ),
            default=0.0,
        )
        cost = unit_cost * line["quantity"] * (-1 if is_refund else 1)
        if any(origin.reward_id for origin in origins):
            return NOT_BOUGHT | {"reward": cost - amount}
        is_known = unit_cost != 0 or self.is_rebate_invoiced(line, origins)
        return {
            "amount": amount,
            "margin": amount - cost if is_known else 0.0,
            "known": amount if is_known else 0.0,
            "full_price": 0.0 if line["discount"] > 0 or is_reduced else amount,
            "reward": 0.0,
            "is_free": False,
        }

    # -- Imported ---------------------------------------------------------------------

    def imported(self):
        currencies = self.env["res.currency"]
        for row in self.read(
            "crm.value.purchase",
            [("company_id", "=", self.company.id), ("date", "<=", self.as_of)],
            ["partner_id", "date", "amount", "margin", "currency_id"],
        ).values():
            factor = currencies._get_conversion_rate(
                currencies.browse(row["currency_id"]),
                self.company.currency_id,
                self.company,
                row["date"],
            )
            amount = row["amount"] * factor
            is_known = row["margin"] is not False
            yield Bought(
                self.customers[row["partner_id"]],
                row["date"],
                amount,
                row["margin"] * factor if is_known else 0.0,
                amount if is_known else 0.0,
                amount,
                0.0,
                not row["amount"],
            )


class History:
    """Days of one customer, merged, and all that follows from them alone."""

    def __init__(self, bought, anchor, window_start):
        days = defaultdict(list)
        for part in bought:
            days[part.day].append(part)
        self.bought = bought
        self.anchor = anchor
        self.window_start = window_start
        self.totals = {
            day: sum(part.amount for part in parts) for day, parts in days.items()
        }
        self.days = sorted(
            day
            for day, total in self.totals.items()
            if total >= CENT
            or (abs(total) < CENT and any(part.is_free for part in days[day]))
        )
        self.gaps = [
            (late - early).days
            for early, late in zip(self.days, self.days[1:], strict=False)
        ]
        self.first = self.days[0] if self.days else None
        self.last = self.days[-1] if self.days else None
        self.count = len(self.days)
        self.cycle = median(self.gaps) if self.count >= 3 else None

    def total(self, name, since, until=None):
        """Sum over the days after ``since`` and not after ``until``."""
        return sum(
            getattr(part, name)
            for part in self.bought
            if part.day > since and (until is None or part.day <= until)
        )

    def window(self, name):
        return self.total(name, self.window_start - timedelta(days=1))

    def year(self, name, years_ago):
        until = self.anchor - timedelta(days=365 * years_ago)
        return self.total(
            name, until - timedelta(days=365), until if years_ago else None
        )

    def repeat_total(self, name):
        days = set(self.days[1:])
        return sum(getattr(part, name) for part in self.bought if part.day in days)

    def paid_repeats(self):
        return sum(1 for day in self.days[1:] if self.totals[day] >= CENT)

    def window_days(self):
        return sum(1 for day in self.days if day >= self.window_start)

    def won_back_date(self, lost_days):
        """The purchase that ended the longest pause of a lost customer, this year."""
        year_ago = self.anchor - timedelta(days=365)
        pauses = [
            (gap, day)
            for gap, day in zip(self.gaps, self.days[1:], strict=False)
            if day > year_ago and gap > lost_days
        ]
        return max(pauses)[1] if pauses else None


class Oracle:
    """Every figure of every customer of one company on one day.

    :param policy: of the company
    :param parameters: what the run learned; only fitted models are taken from it
    :param peers: customers that are compared for what they buy
    """

    def __init__(self, policy, as_of, anchor=None, parameters=None, peers=200):
        self.policy = policy
        self.as_of = as_of
        self.anchor = anchor or as_of
        self.start = self.anchor - relativedelta(months=policy.window_months)
        self.fitted = parameters or {}
        self.digits = policy.company_id.currency_id.decimal_places
        documents = Documents(policy, as_of)
        sources = [
            documents.by_orders()
            if policy.source == "orders"
            else documents.by_invoices(),
            documents.imported(),
        ]
        bought = defaultdict(list)
        for source in sources:
            for part in source:
                if part.day <= as_of:
                    bought[part.customer_id].append(part)
        self.pipeline = self.read_pipeline(documents.customers)
        self.histories = {
            customer_id: History(bought.get(customer_id, []), self.anchor, self.start)
            for customer_id in bought.keys() | self.pipeline.keys()
        }
        self.learn()
        self.figures = {
            customer_id: self.measure(customer_id, history)
            for customer_id, history in self.histories.items()
        }
        self.rank()
        self.lack(documents, peers)
        self.value()
        self.score()
        self.place()

    def read_pipeline(self, customers):
        leads = (
            self.policy.env["crm.lead"]
            .with_context(active_test=True)
            .search_read(
                [
                    ("company_id", "in", (self.policy.company_id.id, False)),
                    ("type", "=", "opportunity"),
                    ("won_status", "=", "pending"),
                    ("partner_id", "!=", False),
                ],
                ["partner_id", "expected_revenue", "probability"],
            )
        )
        amounts = defaultdict(float)
        for lead in leads:
            amounts[customers[lead["partner_id"][0]]] += (
                lead["expected_revenue"] * lead["probability"] / 100
            )
        return amounts

    # -- The company as a whole -------------------------------------------------------

    def learn(self):
        histories = self.histories.values()
        revenue = sum(self.paid(h.window("amount")) for h in histories)
        margin = sum(self.paid(h.window("margin")) for h in histories)
        known = sum(self.paid(h.window("known")) for h in histories)
        needed = self.policy.known_cost_percent / 100
        self.revenue, self.known = revenue, known
        self.by_margin = (
            self.policy.monetary_basis == "margin"
            and known > 0
            and known >= needed * revenue
        )
        self.base = "margin" if self.by_margin else "amount"
        self.margin_rate = max(margin / known, 0) if known else 0
        self.buyer_count = sum(1 for h in histories if h.first)
        cycles = [h.cycle for h in histories if h.cycle is not None]
        self.cycle = (
            median(cycles) if len(cycles) >= 3 else self.policy.default_cycle_days
        )

    # -- One customer -----------------------------------------------------------------

    def paid(self, total):
        """A sum of documents as the currency has it, halves away from zero.

        What floats leave beyond a millionth is noise: it must not tip a half.
        """
        exact = Decimal(repr(round(total, 6)))
        step = Decimal(1).scaleb(-self.digits)
        return float(exact.quantize(step, ROUND_HALF_UP))

    def year(self, history, name, years_ago):
        return self.paid(history.year(name, years_ago))

    def measure(self, customer_id, history):
        digits = self.digits
        revenue = self.paid(history.window("amount"))
        margin = self.paid(history.window("margin"))
        cost_to_serve = self.paid(history.window("reward"))
        known = self.paid(history.window("known"))
        full = self.paid(history.window("full_price"))
        last = self.year(history, self.base, 0)
        previous = self.year(history, self.base, 1)
        bought_before = self.year(history, "amount", 1) > 0
        growth = max(last - previous, 0) if bought_before else 0
        open_amount = self.pipeline.get(customer_id, 0)
        open_amount *= self.margin_rate if self.by_margin else 1
        bought = history.first is not None
        ranking = (margin if self.by_margin else revenue) - cost_to_serve
        return {
            "first_purchase_date": history.first or False,
            "last_purchase_date": history.last or False,
            "purchase_count": history.count,
            "repeat_count": max(history.count - 1, 0),
            "revenue_amount": revenue,
            "margin_amount": margin,
            "cost_to_serve_amount": cost_to_serve,
            "net_margin_amount": round(margin - cost_to_serve, digits),
            "known_cost_share": _share(known, revenue),
            "full_price_share": _share(full, revenue),
            "ranking_amount": round(ranking, digits) if bought else False,
            "monetary_amount": self.monetary(history, ranking + cost_to_serve),
            "open_amount": self.paid(open_amount),
            "growth_amount": self.paid(growth),
            "growth_share": last / previous - 1 if previous > 0 else False,
            "cycle_days": history.cycle if history.cycle is not None else False,
            **self.stand(history, last, previous, self.paid(growth + open_amount) > 0),
            "known": known,
        }

    def lack(self, documents, peers):
        """Potential and class by what similar customers buy and this one does not."""
        read = order_lines if self.policy.source == "orders" else invoice_lines
        lines = [*read(documents), *imported_lines(documents)]
        self.lacking = Lacking(self, lines, peers)
        limit = self.policy.category_limit_percent / 100
        for customer_id, figures in self.figures.items():
            whole = self.lacking.expected(customer_id)
            brought = figures["ranking_amount"] + figures["cost_to_serve_amount"]
            counted = self.paid(min(whole, limit * max(brought, 0)))
            other = figures["open_amount"] + figures["growth_amount"]
            figures["category_amount"] = counted
            figures["potential_amount"] = self.paid(other + counted)
            figures["profitability_class"] = self.classify(
                figures["net_margin_amount"],
                other + whole,
                figures["known"],
                figures["revenue_amount"],
            )

    def monetary(self, history, amount):
        if history.first is None:
            return False
        days = history.window_days()
        return self.paid(amount / days) if days else 0.0

    def classify(self, net_margin, potential, known, revenue):
        if known <= 0:
            return False
        return (
            profitability.profitability_class(
                net_margin,
                potential,
                min(max(known / revenue, 0), 1) if revenue else 1.0,
                self.policy.known_cost_percent / 100,
            )
            or False
        )

    def stand(self, history, last, previous, has_pipeline):
        """Stage, why and since when, and when the next purchase is due."""
        policy = self.policy
        thresholds = lifecycle.Thresholds(
            new_days=policy.new_days,
            growth_ratio=policy.growing_ratio,
            decline_ratio=policy.declining_ratio,
            dormant_cycles=policy.dormant_cycles,
            lost_cycles=policy.lost_cycles,
        )
        cycle = max(history.cycle or self.cycle, 1)
        stage = lifecycle.stage(
            first_date=history.first and min(history.first, self.anchor),
            last_date=history.last and min(history.last, self.anchor),
            purchase_count=history.count,
            cycle_days=history.cycle and max(history.cycle, 1),
            company_cycle_days=self.cycle,
            last_year_amount=last,
            previous_year_amount=previous,
            won_back_date=history.won_back_date(policy.lost_cycles * cycle),
            has_pipeline=has_pipeline,
            as_of=self.anchor,
            thresholds=thresholds,
        )
        since = history.first if stage.stage == "new" else stage.since
        days = -int(-cycle // 1)
        return {
            "lifecycle_stage": stage.stage,
            # Everybody is valued for the first time.
            "lifecycle_since_date": since or self.as_of,
            "lifecycle_reason": stage.reason,
            "next_purchase_date": history.last + timedelta(days=days)
            if stage.stage not in ("prospect", "lost")
            else False,
        }

    # -- Among each other -------------------------------------------------------------

    def buyers(self):
        return [f for f in self.figures.values() if f["first_purchase_date"]]

    def rank(self):
        """Shares of profit and customers above, and the ABC class."""
        amounts = sorted((f["ranking_amount"] for f in self.buyers()), reverse=True)
        self.amounts = amounts
        self.total = sum(amount for amount in amounts if amount > 0)
        policy = self.policy
        for figures in self.figures.values():
            amount = figures["ranking_amount"]
            if amount is False or not self.total:
                above = upto = None
            else:
                above = self.share_above(amount)
                upto = sum(a for a in amounts if a >= amount and a > 0) / self.total
            figures["margin_share_above"] = False if above is None else above
            figures["margin_share_cumulative"] = False if upto is None else upto
            figures["abc_class"] = (
                False
                if above is None
                else "a"
                if above < policy.abc_a_percent / 100
                else "b"
                if above < policy.abc_b_percent / 100
                else "c"
            )

    def share_above(self, amount):
        return sum(a for a in self.amounts if a > max(amount, 0)) / self.total

    def customers_above(self, amount):
        return sum(1 for a in self.amounts if a > amount) / len(self.amounts)

    # -- Lifetime value ---------------------------------------------------------------

    def value(self):
        model = not self.fitted.get("withheld") and self.fitted.get("mbg_nbd")
        self.retention = {key: self.retain(key) for key in "abc"}
        for customer_id, figures in self.figures.items():
            history = self.histories[customer_id]
            if history.first is None:
                found = (False, False, False, False)
            elif model:
                found = self.value_by_model(history)
            else:
                found = (False, False, self.value_simply(history, figures), "simple")
            names = ("p_alive", "expected_purchases", "clv_amount", "clv_method")
            figures.update(zip(names, found, strict=True))

    def retain(self, key):
        """Share of a class that bought in the year before and again in the last."""
        year_ago = self.anchor - timedelta(days=365)
        before = [
            history
            for customer_id, history in self.histories.items()
            if self.figures[customer_id]["abc_class"] == key
            and self.year(history, self.base, 1) > 0
        ]
        stayed = [
            history for history in before if history.last and history.last > year_ago
        ]
        return clv.smoothed_retention(len(stayed), len(before))

    def value_simply(self, history, figures):
        if figures["lifecycle_stage"] == "lost":
            return 0.0
        days = min(
            (self.anchor - self.start).days,
            max((self.anchor - history.first).days, 365),
        )
        return clv.simple_clv(
            max(figures["ranking_amount"], 0) * 365 / days,
            self.retention[figures["abc_class"] or "c"],
            self.policy.horizon_months / 12,
            self.policy.discount_rate / 100,
        )

    def value_by_model(self, history):
        counts = mbg_nbd.MbgNbd(
            *(self.fitted["mbg_nbd"][k] for k in ("r", "alpha", "a", "b"))
        )
        amounts = gamma_gamma.GammaGamma(
            *(self.fitted["gamma_gamma"][k] for k in ("p", "q", "gamma"))
        )
        x = history.count - 1
        age_days = (max(self.anchor, history.last) - history.first).days
        alive = mbg_nbd.p_alive(
            counts, (x, (history.last - history.first).days / 7, age_days / 7)
        )
        weeks = self.policy.horizon_months * 365.25 / 12 / 7
        ahead = (counts, x, age_days // 7, weeks)
        rate = clv.weekly_rate(self.policy.discount_rate / 100)
        paid = history.paid_repeats()
        mean = history.repeat_total(self.base) / paid if paid else 0
        if mean <= 0:
            paid = mean = 0
        return (
            alive,
            alive * mbg_nbd.expected_purchases_if_alive(*ahead),
            clv.model_clv(
                alive,
                mbg_nbd.discounted_purchases_if_alive(*ahead, rate),
                amounts.p
                * (amounts.gamma + paid * mean)
                / (amounts.p * paid + amounts.q - 1),
            ),
            "model",
        )

    # -- Score and tier ---------------------------------------------------------------

    def score(self):
        measures = {
            "recency": "last_purchase_date",
            "frequency": "repeat_count",
            "monetary": "monetary_amount",
            "clv": "clv_amount",
            "potential": "potential_amount",
        }
        weights = {name: self.policy[f"weight_{name}"] for name in measures}
        for component, name in measures.items():
            values = [_rounded(f[name], self.digits) for f in self.buyers()]
            if component == "potential":
                values = [value for value in values if value > 0]
            for figures in self.figures.values():
                value = _rounded(figures[name], self.digits)
                figures[f"{component}_score"] = (
                    (_quintile(value, values) if value > 0 else 1)
                    if component == "potential"
                    else _quintile(value, values)
                    if figures["first_purchase_date"]
                    else False
                )
        for figures in self.figures.values():
            figures["score"] = self.blend(figures, weights)
            figures["base_score"] = self.blend(figures, weights | {"potential": 0})

    def blend(self, figures, weights):
        if not figures["first_purchase_date"]:
            return False
        total = sum(weights.values())
        if not total:
            return 50.0
        return 50 + 25 / total * sum(
            weight * (figures[f"{component}_score"] - 3)
            for component, weight in weights.items()
        )

    def place(self):
        order = [*self.policy.tier_ids.ids]
        for figures in self.figures.values():
            base, standing = self.standings(figures)
            figures["base_standing"], figures["standing"] = base, standing
            with_potential, without = self.grant(standing), self.grant(base)
            figures["tier_id"] = with_potential
            figures["is_tier_by_potential"] = order.index(with_potential) < order.index(
                without
            )

    def grant(self, standing):
        """The best tier by the words of the policy screen, for who has none yet.

        "At least 80 points", "the best 5 % of customers", "the first 50 % of the
        profit": the best are over where so many percent lie above somebody.
        """
        above = round(100 - standing, 4)
        for tier in self.policy.tier_ids[:-1]:
            if self.policy.tier_method == "score":
                is_granted = standing >= tier.entry
            else:
                is_granted = above < tier.entry
            if is_granted:
                return tier.id
        return self.policy.tier_ids[-1].id

    def standings(self, figures):
        """Standing without and with potential."""
        method = self.policy.tier_method
        bought = bool(figures["first_purchase_date"])
        if method == "score":
            if not bought:
                return 0.0, 0.0
            return figures["base_score"], figures["score"]
        amount = figures["ranking_amount"]
        if method == "cumulative":
            look_up = self.share_above
        else:
            look_up = self.customers_above
        base = 100 * (1 - look_up(amount)) if bought else 0.0
        if not self.policy.is_potential_counted or figures["potential_amount"] <= 0:
            return base, base
        lifted = self.paid(max(amount or 0, 0) + figures["potential_amount"])
        return base, max(base, 100 * (1 - look_up(lifted)))


def _share(part, whole):
    return min(max(part / whole, 0), 1) if whole else False


def _rounded(value, digits):
    return round(value, digits) if isinstance(value, float) else value


def _quintile(value, values):
    """One more than the fifths of the values that lie wholly below this one."""
    ordered = sorted(values)
    at_most = [bisect_right(ordered, other) for other in ordered]
    found = 1
    for fifth in range(1, 5):
        below = [
            other
            for other, reached in zip(ordered, at_most, strict=True)
            if reached * 5 <= fifth * len(ordered)
        ]
        found += not below or value > below[-1]
    return found
