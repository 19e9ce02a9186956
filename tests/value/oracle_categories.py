"""What customers lack of what similar ones buy, by lists and loops in plain Python."""

from collections import defaultdict


def order_lines(documents):
    """Customer, day, category, amount and margin (None: unknown) of order lines."""
    env = documents.env
    orders = env["sale.order"].search(
        [("company_id", "=", documents.company.id), ("state", "=", "sale")]
    )
    for line in orders.order_line:
        is_sold = not (line.display_type or line.reward_id or line.is_downpayment)
        if is_sold and line.product_id and line.price_unit >= 0:
            rate = line.order_id.currency_rate
            yield (
                line.order_id.partner_id.commercial_partner_id.id,
                documents.local_day(line.order_id.date_order),
                line.product_id.categ_id.id,
                line.price_subtotal / rate,
                line.margin / rate if line.purchase_price else None,
            )


def invoice_lines(documents):
    """The same of invoices, by the cost of the order lines they are for."""
    moves = documents.env["account.move"].search(
        [
            ("company_id", "=", documents.company.id),
            ("state", "=", "posted"),
            ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
            ("invoice_date", "<=", documents.as_of),
        ]
    )
    for line in moves.invoice_line_ids:
        origins = line.sale_line_ids
        is_sold = line.display_type == "product" and not (
            line.is_downpayment or origins.reward_id
        )
        if is_sold and line.product_id and line.price_unit >= 0:
            amount = -line.balance
            costs = [o.purchase_price / o.order_id.currency_rate for o in origins]
            cost = max(costs, default=0)
            sign = -1 if line.move_id.move_type == "out_refund" else 1
            yield (
                line.partner_id.commercial_partner_id.id,
                line.move_id.invoice_date,
                line.product_id.categ_id.id,
                amount,
                amount - sign * cost * line.quantity if cost else None,
            )


def imported_lines(documents):
    currency = documents.company.currency_id
    for row in documents.env["crm.value.purchase"].search(
        [
            ("company_id", "=", documents.company.id),
            ("product_category_id", "!=", False),
        ]
    ):
        if row.date <= documents.as_of:
            factor = currency._get_conversion_rate(
                row.currency_id, currency, documents.company, row.date
            )
            yield (
                row.partner_id.commercial_partner_id.id,
                row.date,
                row.product_category_id.id,
                row.amount * factor,
                None if row.margin is False else row.margin * factor,
            )


class Lacking:
    """Gaps of every customer, from the figures of an oracle that has ranked them.

    :param lines: rows as of :func:`order_lines`
    :param int peers: customers that are compared with each other
    """

    def __init__(self, oracle, lines, peers):
        self.oracle = oracle
        self.share = oracle.policy.category_peer_percent / 100
        self.bought = defaultdict(lambda: defaultdict(list))
        for customer_id, day, category_id, amount, margin in lines:
            if oracle.start <= day <= oracle.as_of:
                self.bought[customer_id][category_id].append((amount, margin))
        self.gaps = {}
        for group in self.group(peers):
            usual = self.learn(group)
            for customer_id in group:
                self.gaps[customer_id] = self.find(customer_id, usual)

    def buys(self, customer_id, category_id):
        parts = self.bought[customer_id].get(category_id, [])
        return sum(amount for amount, _margin in parts) > 1e-7

    def is_active(self, customer_id):
        history = self.oracle.histories[customer_id]
        if not history.window_days():
            return False
        silence = (self.oracle.anchor - history.last).days
        cycle = max(history.cycle or self.oracle.cycle, 1)
        return silence <= self.oracle.policy.lost_cycles * cycle

    def group(self, peers):
        """Active customers of one class, cut where they are many."""
        by_class = defaultdict(list)
        for customer_id, figures in self.oracle.figures.items():
            if figures["abc_class"] and self.is_active(customer_id):
                by_class[figures["abc_class"]].append(customer_id)
        for members in by_class.values():
            parts = max(len(members) // peers, 1)
            groups = defaultdict(list)
            for customer_id in members:
                mine = self.amount(customer_id)
                richer = sum(1 for other in members if self.amount(other) > mine)
                groups[richer * parts // len(members)].append(customer_id)
            yield from groups.values()

    def amount(self, customer_id):
        return self.oracle.figures[customer_id]["ranking_amount"]

    def learn(self, group):
        """Category -> buyers, peers, mean amount, mean margin, what ranks it."""
        buyers = {
            category_id: [who for who in group if self.buys(who, category_id)]
            for category_id in {key for who in group for key in self.bought[who]}
        }
        parts = {
            category_id: sum((self.bought[who][category_id] for who in whose), [])
            for category_id, whose in buyers.items()
        }
        overall = _rate([part for some in parts.values() for part in some])
        usual = {}
        for category_id, whose in buyers.items():
            similar = len(group) - 1
            if len(whose) < 3 or len(whose) < self.share * similar:
                continue
            mean = sum(amount for amount, _margin in parts[category_id]) / len(whose)
            rate = _rate(parts[category_id])
            margin = None if rate is None else self.oracle.paid(mean * rate)
            amount = self.oracle.paid(mean)
            worth = amount
            if self.oracle.by_margin:
                guess = amount * (1 if overall is None else overall)
                worth = guess if margin is None else margin
            usual[category_id] = (len(whose), similar, amount, margin, worth)
        return usual

    def find(self, customer_id, usual):
        lacking = [
            (category_id, *figures)
            for category_id, figures in usual.items()
            if not self.buys(customer_id, category_id)
            # What brings nothing is no gain; an unknown margin may be one.
            and (not self.oracle.by_margin or figures[3] is None or figures[3] > 0)
        ]
        return sorted(lacking, key=lambda gap: (-gap[1] * gap[5], gap[0]))[:3]

    def expected(self, customer_id):
        """What he may be expected to buy of them: the mean of all peers."""
        total = 0
        for _category, buyers, similar, amount, margin, _worth in self.gaps.get(
            customer_id, []
        ):
            mean = (margin or 0) if self.oracle.by_margin else amount
            total += self.oracle.paid(mean * buyers / similar)
        return total


def _rate(parts):
    known = sum(amount for amount, margin in parts if margin is not None)
    if known <= 0:
        return None
    return sum(margin for _amount, margin in parts if margin is not None) / known
