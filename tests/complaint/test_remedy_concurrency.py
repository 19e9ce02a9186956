"""Two people grant something at once; both transactions are committed."""

from concurrent.futures import ThreadPoolExecutor

from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..value.committed_case import CommittedCase


@tagged("post_install", "-at_install")
class TestRemedyConcurrency(CommittedCase):
    """Everybody gets up to 100; each grants 60."""

    def setUp(self):
        # Without the purchases and runs of the class above.
        super(CommittedCase, self).setUp()
        self.addCleanup(self.remove_facts)
        self.addCleanup(self.remove_complaints)
        self.tries = 0
        with self.environment() as env:
            self.company(env).complaint_goodwill_amount = 100.0
            self.order_id = (
                env["sale.order"]
                .create(
                    {"partner_id": self.partner_ids[0], "company_id": self.company_id}
                )
                .id
            )
            self.complaint_id = self.complain(env).id

    def remove_complaints(self):
        with self.environment() as env:
            for table in ("crm_complaint", "crm_complaint_goodwill", "sale_order"):
                env.cr.execute(
                    f"DELETE FROM {table} WHERE company_id = %s", [self.company_id]
                )

    def complain(self, env):
        return env["crm.complaint"].create(
            {
                "subject": "The colour is off",
                "partner_id": self.partner_ids[0],
                "company_id": self.company_id,
                "order_id": self.order_id,
            }
        )

    def propose(self, env, complaint_id=None):
        self.tries += 1
        remedy = env["crm.complaint.remedy"].create(
            {"complaint_id": complaint_id or self.complaint_id, "amount": 60.0}
        )
        return remedy.id

    def complain_and_propose(self, env):
        return self.propose(env, self.complain(env).id)

    def at_once(self, first, second):
        """Commit ``first`` only when ``second``, in another thread, waits for it."""

        def elsewhere():
            with self.environment(self.user_id) as env:
                return retrying(lambda: second(env), env)

        with ThreadPoolExecutor(1) as pool, mute_logger("odoo.sql_db"):
            with self.environment(self.user_id) as env:
                found = first(env)
                env.cr.flush()
                later = pool.submit(elsewhere)
                self.wait_until_blocked()
            return found, later.result(60)

    def check_one_waits(self, ids):
        with self.environment() as env:
            remedies = env["crm.complaint.remedy"].browse(ids)
            self.assertEqual(remedies.mapped("state"), ["proposed", "to_approve"])
        # Once the one, twice the other.
        self.assertEqual(self.tries, 3)

    def test_two_remedies_of_a_complaint(self):
        """Each is below the limit, both together are not."""
        with self.environment(self.user_id) as env:
            # The row that owns the sum exists, as after any remedy before.
            env["crm.complaint"].browse(self.complaint_id)._claim_goodwill()
        self.check_one_waits(self.at_once(self.propose, self.propose))

    def test_first_two_remedies_of_a_customer(self):
        """Not even the row that owns the sum exists."""
        self.check_one_waits(self.at_once(self.propose, self.propose))

    def test_two_new_complaints_about_one_order(self):
        """Neither transaction sees the other's complaint."""
        self.check_one_waits(
            self.at_once(self.complain_and_propose, self.complain_and_propose)
        )

    def test_giving_meets_a_new_remedy(self):
        """What is given is decided anew, after what was granted meanwhile."""
        with self.environment(self.user_id) as env:
            remedy_id = self.propose(env)
        # It was within the limit; as if the limit was lowered and both had room alone.
        with self.environment() as env:
            self.company(env).complaint_goodwill_amount = 60.0

        def give(env):
            return env["crm.complaint.remedy"].browse(remedy_id).action_give()

        _given, other_id = self.at_once(give, self.propose)
        with self.environment() as env:
            remedies = env["crm.complaint.remedy"].browse([remedy_id, other_id])
            self.assertEqual(remedies.mapped("state"), ["given", "to_approve"])

    def test_approval_meets_a_higher_amount(self):
        """Approved is what the manager saw, never what came in between."""
        with self.environment() as env:
            remedy = env["crm.complaint.remedy"].create(
                {"complaint_id": self.complaint_id, "amount": 200.0}
            )

        def approve(env):
            remedies = env["crm.complaint.remedy"].browse(remedy.id)
            return remedies.action_approve()

        def raise_amount(env):
            env["crm.complaint.remedy"].browse(remedy.id).amount = 900.0
            env.flush_all()

        self.at_once(approve, raise_amount)
        with self.environment() as env:
            found = env["crm.complaint.remedy"].browse(remedy.id)
            self.assertEqual((found.state, found.amount), ("to_approve", 900.0))
