"""Data and helpers shared by the tests of the formulas."""

import importlib.util
import random
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

CALIBRATION_END = date(1997, 9, 30)
HOLDOUT_WEEKS = 39


class Cdnow(NamedTuple):
    """Amount by day and customer, the whole eighteen months."""

    customers: list

    def histories(self):
        """Distinct (x, t_x, T, customers) up to the end of calibration."""
        counted = Counter(history(days) for days in self.customers)
        return [(*key, count) for key, count in counted.items()]

    def amounts(self):
        """(x, mean of repeat days, 1), the first day and zero days left out."""
        rows = []
        for days in self.customers:
            seen = sorted(day for day in days if day <= CALIBRATION_END)
            repeats = [days[day] for day in seen[1:] if days[day] > 0]
            if repeats:
                rows.append((len(repeats), sum(repeats) / len(repeats), 1))
        return rows

    def later_repeats(self):
        """Repeat purchase days after calibration, customer by customer."""
        last = date.fromordinal(CALIBRATION_END.toordinal() + 7 * HOLDOUT_WEEKS)
        return [
            sum(CALIBRATION_END < day <= last for day in days)
            for days in self.customers
        ]


def history(days, until=CALIBRATION_END):
    seen = [day for day in days if day <= until]
    first, last = min(seen), max(seen)
    return len(seen) - 1, (last - first).days / 7, (until - first).days / 7


def read_cdnow():
    """CDNOW's 1/10 sample out of the package that ships it, without importing it."""
    spec = importlib.util.find_spec("lifetimes")
    if spec is None:
        pytest.skip("the package lifetimes, which holds the CDNOW data, is missing")
    path = Path(spec.origin).parent / "datasets" / "CDNOW_sample.txt"
    customers = defaultdict(lambda: defaultdict(float))
    for line in path.read_text().splitlines():
        if line.strip():
            _id, number, day, _count, amount = line.split()
            customers[number][datetime.strptime(day, "%Y%m%d").date()] += float(amount)
    return Cdnow([customers[number] for number in sorted(customers)])


def simulate(params, first_chance, size, seed, ages=(20, 104), later_weeks=0):
    """Customers drawn from the model: (x, t_x, T, is alive, later purchases)."""
    draw = random.Random(seed)
    r, alpha, a, b = params
    customers = []
    for _customer in range(size):
        T = draw.uniform(*ages)
        rate, leave = draw.gammavariate(r, 1 / alpha), draw.betavariate(a, b)
        alive = not first_chance or draw.random() >= leave
        x, t_x, now, later, alive_at_end = 0, 0.0, 0.0, 0, None
        while alive:
            now += draw.expovariate(max(rate, 1e-300))
            if now > T and alive_at_end is None:
                alive_at_end = True
            if now > T + later_weeks:
                break
            if now <= T:
                x, t_x = x + 1, now
            else:
                later += 1
            alive = draw.random() >= leave
        customers.append((x, t_x, T, bool(alive_at_end), later))
    return customers


def raises(message, function, *arguments, **options):
    """Assert a ValueError that names the figure."""
    with pytest.raises(ValueError, match=message):
        function(*arguments, **options)
