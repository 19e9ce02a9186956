"""CDNOW's purchases: real data that customer-base models are published on.

A tenth of the customers who bought at CDNOW for the first time in the first quarter of
1997, with what they bought until June 1998. The file comes with the package
``lifetimes`` (MIT), which is never imported here: it is a source of data only.
"""

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

LAST_DAY = date(1998, 6, 30)
CALIBRATION_END = date(1997, 9, 30)
HOLDOUT_WEEKS = 39


class Purchase(NamedTuple):
    """A line of the file: who bought how many CDs, when, for how many dollars."""

    customer: str
    day: date
    quantity: int
    amount: float


class Missing(Exception):
    """The package that brings the file is not there."""


def read():
    """All purchases, in the order of the file.

    :raises Missing: with the way out
    """
    spec = find_spec("lifetimes")
    path = spec and Path(spec.origin).parent / "datasets" / "CDNOW_sample.txt"
    if not path or not path.is_file():
        raise Missing(
            "The CDNOW data come with the Python package lifetimes 0.11.3, which is "
            "not installed beside Odoo. Install it there without what it needs itself "
            "(pip install --no-deps lifetimes==0.11.3) and start again."
        )
    with path.open(newline="") as file:
        lines = csv.reader(file, delimiter=" ", skipinitialspace=True)
        return [
            Purchase(customer, to_date(day), int(quantity), float(amount))
            for _master, customer, day, quantity, amount in filter(None, lines)
        ]


def to_date(text):
    """``19970331`` as a date."""
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def calibration(purchases):
    """What was known on the last day of calibration, and what came afterwards.

    :return: rows (x, t_x, T, customers) in weeks, and repeat purchases in the holdout
    :rtype: tuple
    """
    days = defaultdict(set)
    for purchase in purchases:
        days[purchase.customer].add(purchase.day)
    rows = Counter(_history(bought) for bought in days.values())
    end = CALIBRATION_END + timedelta(weeks=HOLDOUT_WEEKS)
    later = sum(
        CALIBRATION_END < day <= end for bought in days.values() for day in bought
    )
    return [(*key, count) for key, count in rows.items()], later


def _history(days):
    seen = [day for day in days if day <= CALIBRATION_END]
    first, last = min(seen), max(seen)
    return (
        len(seen) - 1,
        (last - first).days / 7,
        (CALIBRATION_END - first).days / 7,
    )
