"""Nothing tracked names the host of a package mirror.

Run as ``python -m dev.checks.hosts``. Where packages come from is the affair of the
machine's own configuration: a name written down here would go round its proxies.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Written with classes, so that this file does not name them either.
MIRROR = re.compile(
    r"[a-z0-9.-]+[.](?:debian|ubuntu)[.](?:org|com|net)"
    r"|(?:test[.]|files[.])?py(?:pi|thonhosted)[.](?:org|io)"
    r"|registry[.](?:npmjs|yarnpkg)[.](?:org|com)",
    re.IGNORECASE,
)


def mirrors_in(text):
    """(line number, host) of every mirror that ``text`` names."""
    for number, line in enumerate(text.splitlines(), 1):
        for match in MIRROR.finditer(line):
            yield number, match.group()


def tracked_files():
    """What is committed, and what would be if everything were added now."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / name for name in listing.stdout.split("\0") if name]


def main():
    status = 0
    for path in tracked_files():
        if not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        for number, host in mirrors_in(text):
            print(f"{path}:{number}: names the mirror {host}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
