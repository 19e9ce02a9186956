"""Measure against the bars: ``python -m dev.bench [ID…]``, by way of ``make bench``.

A module of this folder lists its rows in ``ROWS``: functions named after their id
(``b1_full_revaluation``) that yield ``dict(name=…, value=…, target=…, ok=…)``.
Databases are made by ``dev/newdb``, named ``bench_…``, shared by rows and dropped in
the end. Every result is one line of JSON; the exit status is 1 when a row falls short
or breaks. All rows take an hour and 20 GB of disk; B5 most of both.
"""

import importlib
import json
import pkgutil
import sys
import traceback
from pathlib import Path

from . import _data as data


def find_rows(wanted):
    """The row functions with an id in ``wanted``, or all, in order of their ids."""
    rows = [
        row
        for module in pkgutil.iter_modules([str(Path(__file__).parent)])
        if not module.name.startswith("_")
        for row in getattr(
            importlib.import_module(f"dev.bench.{module.name}"), "ROWS", ()
        )
    ]
    ids = {name.lower() for name in wanted}
    if unknown := ids - {row_id(row) for row in rows}:
        sys.exit(f"no such row: {', '.join(sorted(unknown))}")
    rows.sort(key=lambda row: int(row_id(row)[1:]))
    return [row for row in rows if not ids or row_id(row) in ids]


def row_id(row):
    return row.__name__.partition("_")[0]


def measure(row):
    """Print what the row yields; whether all of it reaches its target."""
    ok = True
    try:
        for result in row():
            print(json.dumps(result, ensure_ascii=False), flush=True)
            ok = ok and result["ok"]
    except Exception:  # noqa: BLE001  # the rows after a broken one still count
        traceback.print_exc()
        print(json.dumps({"name": row.__name__, "ok": False}), flush=True)
        return False
    return ok


def main():
    rows = find_rows(sys.argv[1:])
    try:
        results = [measure(row) for row in rows]
    finally:
        data.drop_all()
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
