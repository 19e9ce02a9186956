"""``python -m dev.bench._one_run DATABASE``: a full revaluation in a fresh process.

Works as the cron does, committing every shard. Prints JSON: ``seconds`` of CPU, of the
database and this process; ``peak_megabytes``, the most memory this process ever held.
"""

import json
import sys
from pathlib import Path

from ._base import configure, cost, environment
from ._value import company_of


def main(name):
    configure()
    with environment(name) as env:
        runs = env["crm.value.run"]
        run = runs.create(runs._prepare_run(company_of(env)))
        seconds = cost(env.cr, run._work)
        if run.state != "done":
            sys.exit(f"the run ended as {run.state}: {run.message}")
    return {"seconds": seconds, "peak_megabytes": peak_megabytes()}


def peak_megabytes():
    # Not getrusage: it counts what the parent held when it forked.
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError("This system does not tell the peak of memory.")


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
