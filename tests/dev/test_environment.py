"""What the scripts promise to those who build on them."""

import os
import shlex
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = {"ODOO_SOURCE", "VENV", "PGHOST", "PGPORT", "PGUSER", "ODOO_RC"}


def run(*command, **variables):
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def shell(commands):
    """Run commands that use the functions of dev/lib."""
    libraries = "for name in environment database ports; do . dev/lib/$name.sh; done"
    return run("bash", "-c", f"{libraries}\n{commands}")


@pytest.fixture(scope="module")
def environment():
    """The environment as a user whose shell is set up for other things gets it."""
    answer = run(
        "dev/env",
        PGDATABASE="production",
        PGOPTIONS="-c nonsense=1",
        ODOO_RC="/nonexistent",
        LC_ALL="tr_TR.UTF-8",
    )
    return read_assignments(answer)


def read_assignments(answer):
    """What a shell that evaluates the answer sets."""
    assert answer.returncode == 0, answer.stderr
    words = [shlex.split(line) for line in answer.stdout.splitlines()]
    assert all(len(pair) == 2 and pair[0] == "export" for pair in words)
    return dict(pair[1].split("=", 1) for pair in words)


def test_environment_is_shell_assignments(environment):
    """Every line can be evaluated, whatever is in the clone's path."""
    assert set(environment) == NAMES
    assert Path(environment["VENV"], "bin", "python").exists()
    assert Path(environment["ODOO_SOURCE"], "odoo", "release.py").exists()
    assert Path(environment["ODOO_RC"]).is_file()


def test_printed_environment_reaches_the_database(environment):
    """Evaluated in another shell it needs no further setting."""
    answer = run("psql", "-d", "postgres", "-qtAc", "SELECT 1", **environment)
    assert answer.stdout.strip() == "1"


def test_evaluated_environment_is_taken_as_it_is(environment):
    """A script called from such a shell sees the same environment."""
    assert read_assignments(run("dev/env", **environment)) == environment


@pytest.mark.parametrize("name", ["", "Upper", "a-b", "1a", "a;b", "a b"])
def test_unfit_database_name_is_refused(name):
    """Names go into SQL and into folders."""
    answer = run("dev/newdb", name)
    assert answer.returncode == 1
    assert "usage: dev/newdb" in answer.stderr


def test_foreign_database_is_not_dropped():
    """On a server that the user lends, only databases with our mark are ours."""
    answer = shell("provision 2>/dev/null; drop_database postgres")
    assert answer.returncode == 1
    assert "was not made by these scripts" in answer.stderr


def test_wrong_source_is_refused(tmp_path):
    """ODOO_SOURCE has to be a checkout of the right series."""
    answer = run("dev/env", ODOO_SOURCE=str(tmp_path))
    assert answer.returncode == 1
    assert "is not a checkout of Odoo 19.0" in answer.stderr


def test_little_disk_is_said_with_figures():
    """Before the download, not in the middle of it."""
    missing = "PGHOST=$SOCKET_DIR; STATE=$STATE/other"
    answer = shell(f"{missing}; CLUSTER_MEGABYTES=999999999; check_disk")
    assert answer.returncode == 1
    assert "needs 999999999 MB" in answer.stderr
    assert "MB free" in answer.stderr


def test_taken_port_is_passed_over():
    """The next free one is served on."""
    provide_port = "provision_code 2>/dev/null; free_port"
    first = int(shell(provide_port).stdout)
    with socket.create_server(("127.0.0.1", first)):
        second = int(shell(provide_port).stdout)
    assert second > first
