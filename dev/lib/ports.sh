# shellcheck shell=bash
# The first port from 8069 that nobody on this machine listens on.

free_port() {
    "$VENV/bin/python" - <<'END'
import itertools
import socket

for port in itertools.count(8069):
    with socket.socket() as probe:
        # As Odoo does: a connection that is only fading away takes no port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(port)
        break
END
}
