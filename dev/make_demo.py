"""Writes the demo customers and their orders: ``python -m dev.make_demo``.

The story is told in ``dev/demo_customers.csv``, a row a customer; the same story gives
the same files. Its columns:

* ``margin``: thousands of yuan that he brings in 24 months. It decides his tier; the
  quantities follow from it.
* ``products``: what he buys; a second one in every other order
* ``every``, ``first``, ``last``: weeks between two orders, and how many weeks ago the
  first and last one lie; or ``weeks``: those of all orders, with their ``sizes``
  against each other; or ``yearly``: month and day of the one order a year
* ``change``: quantities of the last year against the one before
* ``discount``, ``reward``: percent off every line, and given back as a voucher
* ``kind``: ``branch`` orders in the name of its ``parent``; ``holding`` owns customers

Days are not in what is written: the XML counts weeks back from the Monday of the week
of installation, so that every figure comes out the same on any day.
"""

import csv
import io
from collections import defaultdict
from math import fsum
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from zlib import crc32

DEMO = Path(__file__).resolve().parents[1] / "crm_value" / "demo" / "value"
STORY = Path(__file__).with_name("demo_customers.csv")
TEMPLATE = Path(__file__).with_name("demo_orders.xml.in")
EURO_RATE = 7.8  # yuan for a euro, as in company.xml
WINDOW_WEEKS = 104
YEAR_WEEKS = 52
UNKNOWN_MARGIN = 0.35
COUNTRIES = {"Lyon": "fr", "Hong Kong": "hk", "Taipei": "tw"}
PARTNER_FIELDS = [
    "id",
    "name",
    "company_id/id",
    "is_company",
    "type",
    "parent_id/id",
    "function",
    "city",
    "country_id/id",
    "comment",
]


class Product(NamedTuple):
    """What is sold: yuan a piece."""

    price: float
    cost: float

    @property
    def lot(self):
        """Pieces in which it is ordered."""
        return next(
            lot
            for price, lot in ((60, 1), (8, 10), (2, 50), (0, 100))
            if self.price > price
        )


class Customer:
    """A row of the story, with the blanks filled in."""

    def __init__(self, row, branches, products):
        """Read ``row``.

        :param list branches: keys of the branches that order in his name
        """
        self.key = row["key"]
        self.buyers = [self.key, *branches]
        self.has_contact = bool(row["contact"])
        self.products = {name: products[name] for name in row["products"].split()}
        self.margin = float(row["margin"] or 0)
        self.change = float(row["change"] or 1)
        self.discount = int(row["discount"] or 0)
        self.reward = int(row["reward"] or 0)
        self.is_euro = row["currency"] == "EUR"
        self.yearly = row["yearly"]
        self.weeks = self._read_weeks(row) if self.products and not self.yearly else []
        self.sizes = [float(size) for size in row["sizes"].split()]

    def _read_weeks(self, row):
        if row["weeks"]:
            return [int(week) for week in row["weeks"].split()]
        every = int(row["every"])
        last = int(row["last"] or 1 + noise(self.key) % every)
        first = int(row["first"] or 80 + noise(self.key, "first") % 71)
        return list(range(last, first + 1, every))

    def products_at(self, place):
        """One product in every order, the second in every other."""
        return list(self.products)[: 1 + place % 2]

    def size(self, place):
        """How large an order is against the others."""
        if self.sizes:
            return self.sizes[place]
        trend = self.change if self.weeks[place] <= YEAR_WEEKS else 1.0
        return trend * (0.92 + noise(self.key, place) % 17 / 100)

    def scale(self, sizes):
        """What sizes are multiplied with for the margin of the window to come out.

        :param dict sizes: size by place, of the orders in the window
        :return: list price of a line of an order of size 1, in yuan
        """
        earned = fsum(
            size * self._margin(self.products[name])
            for place, size in sizes.items()
            for name in self.products_at(place)
        )
        return 1000 * self.margin / earned

    def _margin(self, product):
        """Net margin of a yuan of list price."""
        price = 1 - self.discount / 100
        cost = product.cost / product.price or price * (1 - UNKNOWN_MARGIN)
        return price - cost - price * self.reward / 100

    def order(self, number, place, value):
        """The part of a row that does not say when: see ``demo_orders.xml.in``."""
        lines = []
        for name in self.products_at(place):
            product = self.products[name]
            lots = max(1, round(value / product.price / product.lot))
            lines.append(
                (name, lots * product.lot, self._price(product), self.discount)
            )
        worth = fsum(
            quantity * price * (1 - discount / 100)
            for _name, quantity, price, discount in lines
        )
        voucher = [round(worth * self.reward / 100, 2)] if self.reward else []
        row = (f"{self.key}_{number}", self._buyer(place), self.is_euro, lines, voucher)
        return repr(row).replace(", ", ",")

    def _buyer(self, place):
        if self.has_contact and place % 4 == 1:
            return f"{self.key}_contact"
        return self.buyers[place % len(self.buyers)]

    def _price(self, product):
        if self.is_euro:
            return round(product.price / EURO_RATE, 3 if product.price < 5 else 2)
        return product.price


def noise(*words):
    """A whole number that looks random and is the same on every machine."""
    return crc32(" ".join(map(str, words)).encode())


def main():
    """Write both files and say how large they are."""
    for name, text in (("res.partner.csv", partners()), ("orders.xml", orders())):
        (DEMO / name).write_text(text, encoding="utf-8")
        print(f"{name}: {len(text.encode()):,} bytes")


def partners():
    """The CSV of customers, their contacts and branches."""
    out = io.StringIO()
    writer = csv.DictWriter(out, PARTNER_FIELDS, restval="", lineterminator="\n")
    writer.writeheader()
    rows = sorted(read_story(), key=lambda row: row["kind"] != "holding")
    for row in rows:
        is_company = row["kind"] != "branch"
        writer.writerow(
            partner(row["key"], row["name"], row["parent"])
            | {
                "is_company": is_company,
                "type": "contact" if is_company else "other",
                "city": row["city"],
                "country_id/id": f"base.{COUNTRIES.get(row['city'], 'cn')}",
                "comment": row["note"],
            }
        )
        if row["contact"]:
            writer.writerow(
                partner(f"{row['key']}_contact", row["contact"], row["key"])
                | {"function": "Achats" if row["city"] == "Lyon" else "采购 Purchasing"}
            )
    return out.getvalue()


def partner(key, name, parent):
    """What rows of companies, branches and contacts have in common."""
    return {
        "id": f"demo_partner_{key}",
        "name": name,
        "company_id/id": "demo_company_print",
        "is_company": False,
        "type": "contact",
        "parent_id/id": parent and f"demo_partner_{parent}",
    }


def orders():
    """The XML of all orders."""
    customers = read_customers()
    weekly = [row for customer in customers for row in weekly_rows(customer)]
    yearly = [row for customer in customers for row in yearly_rows(customer)]
    text = TEMPLATE.read_text(encoding="utf-8")
    return text.replace("@weekly@\n", "".join(weekly)).replace(
        "@yearly@\n", "".join(yearly)
    )


def weekly_rows(customer):
    """Rows of a customer who buys by the week, oldest order first."""
    if not customer.weeks:
        return
    places = range(len(customer.weeks))
    in_window = [place for place in places if customer.weeks[place] <= WINDOW_WEEKS]
    scale = customer.scale({place: customer.size(place) for place in in_window})
    for number, place in enumerate(reversed(places), 1):
        # No later than Wednesday, so that a year and the window end between weeks.
        weekday = noise(customer.key, place, "day") % 3
        order = customer.order(number, place, customer.size(place) * scale)
        yield f"({customer.weeks[place]},{weekday},{order}),\n"


def yearly_rows(customer):
    """Rows of a customer who buys once a year, in the last three years."""
    if not customer.yearly:
        return
    month, day = customer.yearly.split("-")
    scale = customer.scale({0: 1, 1: 1})
    for number, years in enumerate((2, 1, 0), 1):
        yield f"({month},{day},{years},{customer.order(number, years, scale)}),\n"


def read_story():
    """All rows of the story."""
    with STORY.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_customers():
    """The customers of the story that can buy."""
    products, branches = read_products(), defaultdict(list)
    rows = read_story()
    for row in rows:
        if row["kind"] == "branch":
            branches[row["parent"]].append(row["key"])
    return [
        Customer(row, branches[row["key"]], products) for row in rows if not row["kind"]
    ]


def read_products():
    """Products by key, from the demo data that creates them."""
    products = {}
    for record in ElementTree.parse(DEMO / "selling.xml").iter("record"):
        if record.get("model") == "product.product":
            values = {field.get("name"): field.text for field in record.iter("field")}
            products[record.get("id").removeprefix("demo_product_")] = Product(
                float(values["list_price"]), float(values.get("standard_price") or 0)
            )
    return products


if __name__ == "__main__":
    main()
