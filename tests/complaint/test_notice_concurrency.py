"""Two choices at once, both in transactions that are really open."""

from concurrent.futures import ThreadPoolExecutor

from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..value.committed_case import CommittedCase


@tagged("post_install", "-at_install")
class TestNoticeConcurrency(CommittedCase):
    def setUp(self):
        # Without the valuations that the class is made for.
        self.addCleanup(self.remove_facts)
        with self.environment() as env:
            company = self.company(env)
            order = env["sale.order"].create(
                {
                    "partner_id": self.partner_ids[0],
                    "company_id": company.id,
                    "state": "sale",
                }
            )
            notice = env["crm.complaint.notice"].create(
                {
                    "order_id": order.id,
                    "description": "The paper arrives late.",
                    "option_ids": [(0, 0, {"name": "Wait"}), (0, 0, {"name": "Pay"})],
                }
            )
            notice.tell("phone")
            self.order_id, self.notice_id = order.id, notice.id
            self.option_ids = notice.option_ids.ids
        self.addCleanup(self.remove_order)
        self.tries = 0

    def remove_order(self):
        with self.environment() as env:
            notice = self.notice(env)
            notice._write(
                {"told_at": None, "chosen_option_id": None, "chosen_at": None}
            )
            env.invalidate_all()
            notice.unlink()
            order = env["sale.order"].browse(self.order_id)
            order._write({"state": "draft"})
            env.invalidate_all()
            order.unlink()

    def notice(self, env):
        return env["crm.complaint.notice"].browse(self.notice_id)

    def by_phone(self, env, place=0):
        return self.notice(env).choose(self.option_ids[place])

    def by_link(self, env):
        """As the page does: on the superuser's record."""
        self.tries += 1
        notice = self.notice(env)
        return notice._choose_in_portal(
            str(self.option_ids[1]), notice.partner_id, None
        )

    def at_once(self, first, second):
        """Commit ``first`` only when ``second``, in another thread, waits for it."""
        with ThreadPoolExecutor(1) as pool, mute_logger("odoo.sql_db"):
            with self.environment(self.user_id) as env:
                found = first(env)
                later = pool.submit(self.elsewhere, second)
                self.wait_until_blocked()
            return found, later.result(60)

    def elsewhere(self, call):
        with self.environment() as env:
            return retrying(lambda: call(env), env)

    def check_first(self):
        with self.environment() as env:
            notice = self.notice(env)
            self.assertEqual(notice.chosen_option_id.id, self.option_ids[0])
            self.assertEqual(notice.chosen_how, "phone")
            posted = env["mail.message"].search(
                [
                    ("model", "=", "crm.complaint.notice"),
                    ("res_id", "=", self.notice_id),
                    ("body", "like", "chose"),
                ]
            )
            self.assertEqual(len(posted), 1)

    def test_customer_and_agent_at_once(self):
        """The customer's click waits, starts over and finds the choice made."""
        found = self.at_once(self.by_phone, self.by_link)
        self.assertEqual(found, (True, "already"))
        self.assertEqual(self.tries, 2)
        self.check_first()

    def test_two_agents_at_once(self):
        def second(env):
            with self.assertRaisesRegex(UserError, "chosen already"):
                try:
                    self.by_phone(env, 1)
                except UserError:
                    self.tries += 1
                    raise

        self.at_once(self.by_phone, second)
        self.assertEqual(self.tries, 1)
        self.check_first()
