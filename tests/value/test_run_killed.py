import os
import signal
import subprocess
import sys
from pathlib import Path

from odoo.tests import tagged
from odoo.tests.common import get_db_name
from odoo.tools import config

from .committed_case import CommittedCase

IS_STRESS = bool(os.environ.get("CRM_VALUE_STRESS"))
WORKER = Path(__file__).with_name("killed_worker.py")


@tagged("post_install", "-at_install")
class TestRunKilled(CommittedCase):
    def kill_worker_at(self, step):
        """Let a worker of its own begin, and die before it commits that step."""
        ended = subprocess.run(
            [sys.executable, WORKER, config["config"], get_db_name(), str(step)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.assertEqual(ended.returncode, -signal.SIGKILL, ended.stderr)

    def test_killed_run_goes_on_where_it_stood(self):
        """Stages, learns, scores one shard, dies in the second; the rest as ever."""
        expected = self.undisturbed()
        with self.environment() as env:
            run_id = self.run_of(env).id
        self.kill_worker_at(4)
        with self.environment() as env:
            run = env["crm.value.run"].browse(run_id)
            self.assertEqual((run.state, run.phase), ("running", "score"))
            # The first shard is the first two customers.
            self.assertEqual(run.bookmark_id, sorted(self.partner_ids)[1])
        self.check_ends_as(expected, run_id)

    def check_ends_as(self, expected, run_id):
        """Every effect once, and nothing left to do."""
        self.work()
        with self.environment() as env:
            run = env["crm.value.run"].browse(run_id)
            self.assertEqual(run.state, "done")
            self.assertEqual(self.state(env), expected)
            written = env["crm.value.tier.move"].search([("run_id", "=", run_id)])
            self.assertEqual(len(written), run.move_count)
            self.assertEqual({"up", "down"}, set(written.mapped("reason")))
            self.check_replay(env)
            again = self.run_of(env)
            again._finish_all_steps()
            self.assertEqual((again.changed_count, again.move_count), (0, 0))
            env.cr.rollback()

    if IS_STRESS:

        def test_run_killed_ten_times(self):
            """In every step but the first, after it has done one more."""
            expected = self.undisturbed()
            with self.environment() as env:
                run_id = self.run_of(env).id
            # Reading, learning, ten shards and the end are thirteen steps.
            for _kill in range(10):
                self.kill_worker_at(2)
            self.check_ends_as(expected, run_id)
