import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from odoo.tests import tagged

from .committed_mail_case import CommittedMailCase
from .mail_case import make_mail

IS_STRESS = bool(os.environ.get("CRM_VALUE_STRESS"))
# Mails, and deliveries of each at once.
MAILS = {2: 400, 8: 100} if IS_STRESS else {2: 5, 8: 2}


class Abort(Exception):
    pass


@tagged("post_install", "-at_install")
class TestMailConcurrency(CommittedMailCase):
    """The same mail delivered at once, by processes that know nothing of each other."""

    def deliver(self, raw, meeting=None):
        """One delivery: no retry, as fetchmail."""
        with self.environment() as env:
            # Take the snapshot before the others begin to write.
            env.cr.execute("SELECT FROM crm_complaint_intake LIMIT 1")
            if meeting:
                meeting.wait(30)
            env["mail.thread"].message_process(False, raw)

    def check_at_once(self, times, count, **headers):
        meeting = Barrier(times)
        with ThreadPoolExecutor(times) as pool:
            for place in range(count):
                raw = make_mail(f"Number {place} is off.", **headers)
                raw = raw.replace(b"<1@customer", b"<%d-%d@customer" % (times, place))
                deliveries = [
                    pool.submit(self.deliver, raw, meeting) for _ in range(times)
                ]
                for delivery in deliveries:
                    delivery.result(60)
        with self.environment() as env:
            # Customers who write much are not loops.
            self.assertEqual(len(self.complaints(env)), count)
            self.assertEqual(set(self.intakes(env).mapped("state")), {"complaint"})
            self.assertEqual(self.intakes(env).complaint_id, self.complaints(env))
            mails = self.complaints(env).message_ids.filtered(
                lambda message: message.message_type == "email"
            )
            self.assertEqual(len(mails), count, "One message each.")

    def setUp(self):
        super().setUp()
        with self.environment() as env:
            env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 10_000)
        self.addCleanup(self.reset_threshold)

    def reset_threshold(self):
        with self.environment() as env:
            env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", False)

    def test_twice_at_once(self):
        self.check_at_once(2, MAILS[2])

    def test_eight_times_at_once(self):
        self.check_at_once(8, MAILS[8])

    def test_twice_at_once_without_message_id(self):
        self.check_at_once(2, 3, message_id=None)

    def test_second_delivery_waits_for_the_first(self):
        """It is dropped when the first one commits: no error, no bounce."""
        self.check_waiting(abort=False)

    def test_first_delivery_aborts(self):
        """The one that waited goes through."""
        self.check_waiting(abort=True)

    def check_waiting(self, abort):
        with ThreadPoolExecutor(2) as pool:
            try:
                with self.environment() as env:
                    env["mail.thread"].message_process(False, make_mail())
                    env.cr.flush()
                    waiting = [pool.submit(self.deliver, make_mail()) for _ in "12"]
                    self.wait_until_blocked(2)
                    if abort:
                        raise Abort
            except Abort:
                pass
            for delivery in waiting:
                delivery.result(60)
        with self.environment() as env:
            self.assertEqual(len(self.complaints(env)), 1)
            self.assertEqual(self.intakes(env).complaint_id, self.complaints(env))
            self.assertEqual(self.intakes(env).mapped("state"), ["complaint"])
            team = env["crm.complaint.team"].search(
                [("company_id", "=", self.company_id)]
            )
            self.assertNotEqual(team.alias_status, "invalid")
