"""The worker of valuations in a process of its own, killed in the middle of a step.

Usage: killed_worker.py CONFIGURATION DATABASE STEP: dies with SIGKILL when the work of
that step (from 1) is done and not committed.
"""

import os
import signal
import sys
from itertools import count

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

SHARD_CUSTOMERS = 2


def die_at(last_step):
    from odoo.addons.crm_value.models.value import run_worker, valuer

    valuer.SHARD_CUSTOMERS = SHARD_CUSTOMERS
    real_step, numbers = run_worker.CrmValueRun._step, count(1)

    def step(self):
        real_step(self)
        self.env.cr.flush()
        if next(numbers) == last_step:
            os.kill(os.getpid(), signal.SIGKILL)

    run_worker.CrmValueRun._step = step


def main(rcfile, database, step):
    config.parse_config(["-c", rcfile, "--no-http", "--max-cron-threads=0"])
    registry = Registry(database)
    die_at(int(step))
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env.ref("crm_value.cron_value_worker").method_direct_trigger()


if __name__ == "__main__":
    main(*sys.argv[1:])
