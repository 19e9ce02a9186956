"""A database of its own with an optional app, for what meets that app."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def told_by(story, database, app):
    """What ``story.main(env)`` of this folder prints in a database with the app."""
    environment = {name: os.environ[name] for name in os.environ if name != "ODOO_RC"}
    subprocess.run(["dev/newdb", database], cwd=ROOT, env=environment, check=True)
    _odoo(database, "-i", app, "--stop-after-init")
    code = (
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        f"from tests.bridge import {story} as story\nstory.main(env)\n"
    )
    yield json.loads(_odoo(database, "shell", input=code).splitlines()[-1])
    subprocess.run(["dropdb", "--force", database], check=True)


def _odoo(database, *arguments, **options):
    """Odoo in a process of its own; its log has to stay silent."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "odoo"),
            *arguments,
            *("-d", database, "--no-http", "--log-level=warn"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        **options,
    )
    assert done.returncode == 0, done.stderr
    assert " ERROR " not in done.stderr, done.stderr
    return done.stdout
