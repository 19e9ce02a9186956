"""B5: ten times the customers and orders, in time and memory."""

import json
import subprocess
import sys

from . import _data as data
from ._base import ROUNDS, at_most, configure, cursor, medians
from ._value import CUSTOMERS, ORDERS

TIMES = 10
MEGABYTES = 500
NAMES = {1: "bench_scale_1", TIMES: "bench_scale_10"}


def value_anew(name):
    """A revaluation that writes every profile, by the parameters known already."""
    with cursor(name) as cr:
        # With the tier moves and whatever else refers to profiles.
        cr.execute("TRUNCATE crm_value_profile CASCADE")
        cr.commit()
    data.vacuum(name)
    return run_in_a_process(name)


def run_in_a_process(name):
    data.forget_connections(name)
    done = subprocess.run(
        [sys.executable, "-m", "dev.bench._one_run", name],
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(done.stdout)


def b5_growth():
    configure()
    for times, name in NAMES.items():
        data.filled_database(name, times * CUSTOMERS, times * ORDERS)
    # The first run of all also fits the models.
    peaks = [run_in_a_process(NAMES[TIMES])["peak_megabytes"]]
    run_in_a_process(NAMES[1])
    rounds = []
    for _round in range(ROUNDS):
        runs = {times: value_anew(name) for times, name in NAMES.items()}
        peaks.append(runs[TIMES]["peak_megabytes"])
        rounds.append({times: run["seconds"] for times, run in runs.items()})
    for name in NAMES.values():
        data.drop_database(name)
    costs = medians(rounds)
    yield at_most(
        f"B5 full revaluation of {TIMES} times the customers and orders",
        costs[TIMES] / costs[1],
        12,
        seconds=costs[TIMES],
    )
    yield at_most(
        f"B5 peak memory in megabytes, {TIMES * CUSTOMERS} customers",
        max(peaks),
        MEGABYTES,
        first_run=peaks[0],
    )


ROWS = (b5_growth,)
