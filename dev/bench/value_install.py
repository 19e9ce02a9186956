"""B9: installing on a big database, beside an add-on with nothing in it."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from odoo.tools import config

from . import _data as data
from ._base import ROUNDS, at_most, configure, cursor, ended_backend_seconds, medians
from ._value import CUSTOMERS, ORDERS

MORE_SECONDS = 10
EMPTY = "bench_empty_addon"
MANIFEST = '{"name": "Empty", "license": "LGPL-3", "depends": ["base"]}\n'
# What Odoo logs when it fills a new column row by row.
SLOW_WORDS = "Storing computed values of res.partner"


def install(module, addons):
    """Install ``module`` on a fresh copy of the big database.

    :return: CPU seconds of Odoo and of the database server, wall seconds, the log
    :rtype: tuple
    """
    name = data.copied_database("bench_bare", "bench_install")
    with cursor(name) as cr:
        # Its first look at a fresh copy is not what we measure.
        cr.execute("SELECT COUNT(*) FROM sale_order_line")
    before = spent(name)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "odoo", "-c", os.environ["ODOO_RC"], "-d", name]
        + ["--addons-path", ",".join([*config["addons_path"], str(addons)])]
        + ["-i", module, "--stop-after-init", "--no-http", "--max-cron-threads=0"],
        check=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    wall = time.monotonic() - began
    seconds = spent(name) - before
    if f"Module {module} loaded" not in done.stderr:
        raise LookupError(f"{module} was not installed:\n{done.stderr}")
    return seconds, wall, done.stderr


def spent(name):
    """CPU seconds of all programs called so far and of all database backends."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with cursor(name) as cr:
        backends = ended_backend_seconds(cr)
    data.forget_connections(name)
    return used.ru_utime + used.ru_stime + backends


def write_empty_addon(folder):
    addon = folder / EMPTY
    addon.mkdir()
    (addon / "__init__.py").touch()
    (addon / "__manifest__.py").write_text(MANIFEST)


def b9_installing():
    configure()
    data.filled_bare_database(CUSTOMERS, ORDERS)
    slow, rounds = 0, []
    with tempfile.TemporaryDirectory() as folder:
        write_empty_addon(Path(folder))
        for _round in range(ROUNDS):
            costs = {}
            for module in (EMPTY, "crm_value"):
                seconds, wall, log = install(module, folder)
                costs[module] = seconds
                costs[f"{module} wall"] = wall
                slow += log.count(SLOW_WORDS)
            rounds.append(costs)
    data.drop_database("bench_install")
    costs = medians(rounds)
    yield at_most(
        "B9 more seconds to install than an empty add-on",
        costs["crm_value"] - costs[EMPTY],
        MORE_SECONDS,
        seconds=costs["crm_value"],
        more_wall_seconds=costs["crm_value wall"] - costs[f"{EMPTY} wall"],
    )
    yield at_most(f"B9 log lines “{SLOW_WORDS}”", slow, 0)


ROWS = (b9_installing,)
