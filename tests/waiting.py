"""Transactions of a test that wait for each other."""

import time

PATIENCE = 20


class Waiting:
    """For a test case with a ``registry`` whose transactions are committed."""

    def wait_until_blocked(self, count=1):
        """Until so many transactions wait for another one."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with self.registry.cursor() as cr:
                cr.execute(
                    """
                    SELECT FROM pg_locks JOIN pg_stat_activity a USING (pid)
                     WHERE NOT granted AND a.datname = current_database()
                    """
                )
                if cr.rowcount >= count:
                    return
            time.sleep(0.02)
        self.fail("Nobody waits for anybody.")
