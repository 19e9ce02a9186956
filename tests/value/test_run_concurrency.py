from concurrent.futures import ThreadPoolExecutor

from odoo.exceptions import AccessError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from .committed_case import MONDAY, CommittedCase


@tagged("post_install", "-at_install")
class TestRunConcurrency(CommittedCase):
    """Two transactions that are really open at once; both are committed."""

    def start(self, env):
        self.tries += 1
        return env["crm.value.run"].start(self.company_id, as_of=str(MONDAY))

    def setUp(self):
        super().setUp()
        self.tries = 0

    def at_once(self, first, second):
        """Commit ``first`` only when ``second``, in another thread, waits for it."""
        with ThreadPoolExecutor(1) as pool, mute_logger("odoo.sql_db"):
            with self.environment(self.user_id) as env:
                found = first(env)
                env.cr.flush()
                later = pool.submit(second)
                self.wait_until_blocked()
            return found, later.result(60)

    def start_elsewhere(self):
        """As the external API does: again where another transaction was faster."""
        with self.environment(self.user_id) as env:
            return retrying(lambda: self.start(env), env)

    def profile(self, env, place=0):
        return env["crm.value.profile"].search(
            [
                ("company_id", "=", self.company_id),
                ("partner_id", "=", self.partner_ids[place]),
            ]
        )

    def override(self, env):
        """The first customer, who is about to move, gets the lowest tier by hand."""
        profile = self.profile(env)
        tiers = env["crm.value.policy"]._of_company(self.company(env)).tier_ids
        profile.override_tier(tiers[3].id, "Does not pay")
        return tiers[3].id

    def check_override(self, env, tier_id):
        profile = self.profile(env)
        self.assertEqual(profile.tier_id.id, tier_id)
        self.assertEqual(profile.override_tier_id.id, tier_id)
        self.assertEqual(profile.override_reason, "Does not pay")
        self.assertGreater(profile.revenue_amount, 500, "His figures are those of now.")

    def check_done(self, run_ids, expected):
        """All are done, and what they left is what one of them would have."""
        with self.environment() as env:
            runs = env["crm.value.run"].browse(run_ids)
            self.assertEqual(set(runs.mapped("state")), {"done"})
            self.assertEqual(self.state(env), expected)
            self.check_replay(env)
            return runs.mapped("changed_count")

    def test_two_valuations_at_once(self):
        """The second one waits, starts over and finds nothing left to write."""
        expected = self.undisturbed()
        run_ids = self.at_once(self.start, self.start_elsewhere)
        # Once the one, twice the other.
        self.assertEqual(self.tries, 3)
        first, second = self.check_done(run_ids, expected)
        self.assertEqual((first, second), (20, 0))

    def test_two_first_valuations_at_once(self):
        """Both create the profiles: the second starts over instead of failing."""
        self.remove_facts()
        with self.environment() as env:
            self.buy(env, MONDAY, range(20), 100)
        expected = self.undisturbed()
        run_ids = self.at_once(self.start, self.start_elsewhere)
        self.assertEqual(self.tries, 3)
        self.assertEqual(self.check_done(run_ids, expected), [20, 0])

    def test_worker_meets_a_valuation_that_a_manager_waits_for(self):
        """Its step is done again, at once and not an hour later."""
        expected = self.undisturbed()
        with self.environment() as env:
            queued_id = self.run_of(env).id
        started_id, _result = self.at_once(self.start, self.work)
        self.check_done([queued_id, started_id], expected)

    def test_valuation_between_the_steps_of_the_worker(self):
        """New customers that both have read are written once."""
        with self.environment() as env:
            run = self.run_of(env)
            new = env["res.partner"].create({"name": "Busy newcomer"})
            self.addCleanup(self.remove_partner, new.id)
            self.partner_ids.append(new.id)
            self.buy(env, MONDAY, [20], 50)
            run._step()
            run._step()
        expected = self.undisturbed()
        with self.environment(self.user_id) as env:
            started_id = self.start(env)
        self.work()
        self.check_done([run.id, started_id], expected)
        with self.environment() as env:
            self.assertEqual(len(self.profile(env, 20)), 1)

    def remove_partner(self, partner_id):
        self.remove_facts()
        self.partner_ids.remove(partner_id)
        with self.environment() as env:
            env["res.partner"].browse(partner_id).unlink()

    def test_override_between_the_steps_of_the_worker(self):
        """It was read before and is written after: the override stands."""
        with self.environment() as env:
            run = self.run_of(env)
            run._step()
            run._step()
        with self.environment(self.user_id) as env:
            tier_id = self.override(env)
        self.work()
        with self.environment() as env:
            self.assertEqual(env["crm.value.run"].browse(run.id).state, "done")
            self.check_override(env, tier_id)
            self.check_replay(env)

    def test_override_committed_while_the_worker_writes(self):
        """The worker waits for the manager, then decides anew."""
        with self.environment() as env:
            self.run_of(env)
        tier_id, _result = self.at_once(self.override, self.work)
        with self.environment() as env:
            self.check_override(env, tier_id)
            self.check_replay(env)
            self.assertFalse(env["crm.value.run"].search([("state", "=", "running")]))

    def test_revoked_manager_starts_nothing_and_his_run_ends(self):
        """What he queued is the system's; what he asks for from now on is refused."""
        with self.environment(self.user_id) as env:
            policy = env["crm.value.policy"]._of_company(self.company(env))
            run_id = policy.action_run_now()["res_id"]
        with self.environment() as env:
            run = env["crm.value.run"].browse(run_id)
            self.assertEqual(run.user_id.id, self.user_id)
            run._step()
            self.regroup(env, "crm_value.group_user")
        self.addCleanup(self.regroup_committed)
        with self.environment(self.user_id) as env:
            policy = env["crm.value.policy"]._of_company(self.company(env))
            with self.assertRaises(AccessError):
                env["crm.value.run"].start(self.company_id)
            with self.assertRaises(AccessError):
                policy.action_run_now()
            with self.assertRaises(AccessError):
                self.override(env)
        self.work()
        with self.environment() as env:
            run = env["crm.value.run"].browse(run_id)
            self.assertEqual((run.state, run.customer_count), ("done", 20))
            self.check_replay(env)

    def regroup(self, env, group):
        user = env["res.users"].browse(self.user_id)
        user.group_ids = [(6, 0, env.ref(group).ids)]

    def regroup_committed(self):
        with self.environment() as env:
            self.regroup(env, "crm_value.group_manager")
