"""What every row needs: Odoo on a database, CPU seconds, results."""

import os
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import odoo
from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

CLOCK_TICK = os.sysconf("SC_CLK_TCK")
# BENCH_ROUNDS=1 for a quick look; results then say so.
ROUNDS = int(os.environ.get("BENCH_ROUNDS", 5))


def configure():
    config.parse_config(
        ["-c", os.environ["ODOO_RC"], "--log-level=error", "--max-cron-threads=0"]
    )


@contextmanager
def cursor(name):
    connection = odoo.sql_db.db_connect(name)
    with connection.cursor() as cr:
        yield cr


@contextmanager
def environment(name, user_id=odoo.SUPERUSER_ID):
    """Odoo's environment on the database ``name``, by default as the superuser."""
    registry = Registry(name)
    with registry.cursor() as cr:
        yield api.Environment(cr, user_id, {})


def forget_connections(name):
    """Let go of the database ``name``, so that it can be copied or dropped."""
    Registry.delete(name)
    odoo.sql_db.close_db(name)


def cpu_seconds(cr):
    """CPU seconds so far of this process and of the database backend behind ``cr``."""
    cr.execute("SELECT pg_backend_pid()")
    [backend] = cr.fetchone()
    return time.process_time() + _process_seconds(backend)


def _process_seconds(pid):
    try:
        # To the nanosecond; the other counter has ticks of ten milliseconds.
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except FileNotFoundError:
        return sum(_ticks(pid)[:2]) / CLOCK_TICK


def _ticks(pid):
    """Clock ticks of a process: user, system, and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return [int(field) for field in fields[11:15]]


def ended_backend_seconds(cr):
    """CPU seconds of all database backends that have ended, parallel workers too."""
    cr.execute("SELECT pg_backend_pid()")
    [backend] = cr.fetchone()
    status = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return sum(_ticks(status[1])[2:]) / CLOCK_TICK


def cost(cr, work):
    """CPU seconds that ``work()`` takes, client and database together."""
    before = cpu_seconds(cr)
    work()
    return cpu_seconds(cr) - before


def medians(rounds):
    """Median of each key over the rounds, dicts with the same keys.

    Every round measures all that is compared, so that a busy minute of the machine
    hits all alike.
    """
    rounds = list(rounds)
    return {key: median(costs[key] for costs in rounds) for key in rounds[0]}


def compare(cr, works, repeats):
    """Median CPU seconds of each of ``works``, done so often a round, in turn.

    One round before, unmeasured, warms the caches of all.
    """

    def one_round():
        costs = dict.fromkeys(works, 0.0)
        for _repeat in range(repeats):
            for key, work in works.items():
                costs[key] += cost(cr, work)
        return costs

    one_round()
    return medians(one_round() for _round in range(ROUNDS))


def asked_of(env, model, names):
    """What the web client asks of these fields, for a list or a card."""
    relational = ("many2one", "many2many", "one2many")
    return {
        name: {"fields": {"display_name": {}}}
        if env[model]._fields[name].type in relational
        else {}
        for name in names
    }


def at_most(name, value, target, **more):
    return _result(name, value, f"<= {target}", value <= target, more)


def at_least(name, value, target, **more):
    return _result(name, value, f">= {target}", value >= target, more)


def _result(name, value, target, ok, more):
    more = {key: rounded(figure) for key, figure in more.items()}
    if ROUNDS != 5:
        more["rounds"] = ROUNDS
    return {"name": name, "value": rounded(value), "target": target, "ok": ok, **more}


def rounded(figure):
    return round(figure, 4) if isinstance(figure, float) else figure
