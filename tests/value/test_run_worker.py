from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_value.models.value import valuer

from .common import NOON, TODAY
from .run_case import RunCase

WORKER_LOG = "odoo.addons.crm_value.models.value.run_worker"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestRunWorker(RunCase):
    """What is queued is worked off by one cron, in committed steps."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls.env.ref("crm_value.cron_value_worker")
        # What waits in this database so far is not what a test is about.
        cls.env.cr.flush()
        cls.Touch.search([]).unlink()

    def work(self):
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            result = self.worker.method_direct_trigger()
        self.env.invalidate_all()
        self.assertIs(result, True)

    def request(self):
        return self.Run._request_full(self.company)

    def runs(self, kind):
        return self.Run.search(
            [("company_id", "=", self.company.id), ("kind", "=", kind)], order="id"
        )

    def test_queued_run_is_worked_off(self):
        """In shards, with the result of one that is started and waited for."""
        run = self.request()
        self.assertEqual((run.state, run.phase), ("pending", "stage"))
        with patch.object(valuer, "SHARD_CUSTOMERS", 7):
            self.work()
        self.assertEqual((run.state, run.customer_count), ("done", 30))
        self.assertEqual((run.changed_count, run.move_count), (30, 30))
        self.assertEqual(run.bookmark_id, max(self.customers.ids))
        sharded = self.figures()
        self.Profile.search([("company_id", "=", self.company.id)]).unlink()
        run = self.start(as_of=None)
        self.assertEqual(self.figures(), sharded)

    def test_asking_twice_queues_once(self):
        """Until the run has begun; what is asked for later runs later."""
        first = self.request()
        self.assertEqual(self.request(), first)
        first._step()
        second = self.request()
        self.assertNotEqual(second, first)
        self.work()
        self.assertEqual((first + second).mapped("state"), ["done", "done"])
        self.assertEqual(second.changed_count, 0)

    def test_run_asked_for_at_half_time_sees_the_new_rules(self):
        """A policy changed after the first shard counts for everybody in the end."""
        first = self.request()
        with patch.object(valuer, "SHARD_CUSTOMERS", 7):
            for _step in range(3):
                first._step()
            self.policy.write({"weight_monetary": 0, "weight_recency": 90})
            second = self.request()
            self.work()
        self.assertEqual(second.parameters["policy"]["weight_recency"], 90)
        after = self.figures()
        self.assertEqual(self.start(as_of=None).changed_count, 0)
        self.assertEqual(self.figures(), after)

    def test_thresholds_changed_at_half_time_are_kept(self):
        """Whoever changed them has moved everybody: nobody is moved back."""
        self.start(as_of=None)
        run = self.request()
        with patch.object(valuer, "SHARD_CUSTOMERS", 7):
            for _step in range(3):
                run._step()
            moved = self.policy.apply_thresholds(
                [{"tier_id": self.gold.id, "entry": 93, "keep": 94}]
            )
            self.assertGreater(moved["move_count"], 0)
            after = self.figures()
            self.work()
        self.assertEqual((run.state, run.move_count), ("done", 0))
        self.assertEqual(self.figures(), after)
        told = {line["tier_id"]: line for line in run.parameters["thresholds"]}
        self.assertEqual(told[self.gold.id]["entry"], 93)

    def test_night_queues_every_company_with_a_policy(self):
        """And the worker values them all."""
        other = self.make_company("Other Works")
        self.purchase(self.customers[0], TODAY, 50.0, 20.0, company_id=other.id)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_value.cron_value_nightly").method_direct_trigger()
        policies = self.env["crm.value.policy"].search([])
        pending = self.Run.search([("state", "=", "pending")])
        self.assertEqual(pending.company_id, policies.company_id)
        self.work()
        self.assertEqual(set(pending.mapped("state")), {"done"})
        self.assertTrue(self.profile(self.customers[0], other))

    def test_touched_customers_are_valued_and_forgotten(self):
        """Only they, by an incremental run that names them."""
        self.start(as_of=None)
        one = self.customers[3]
        self.purchase(one, TODAY, 800.0, 350.0)
        self.assertEqual(self.touched(), one)
        self.work()
        run = self.runs("incremental")
        self.assertEqual((run.state, run.partner_filter), ("done", one.ids))
        self.assertEqual(self.profile(one).last_purchase_date, TODAY)
        self.assertFalse(self.touched())
        self.work()
        self.assertEqual(self.runs("incremental"), run)

    def test_first_touch_of_a_company_values_everybody(self):
        """Nothing is frozen yet that some could be scored by."""
        self.Touch._touch(self.customers[:3], self.company)
        self.work()
        self.assertEqual(len(self.profiles()), 30)
        self.assertFalse(self.runs("incremental"))
        self.assertFalse(self.touched())

    def test_failed_run_says_why_and_blocks_nobody(self):
        """It is marked, its rows are dropped, and the next run is done."""
        failing = self.request()
        other = self.make_company("Other Works")
        healthy = self.Run._request_full(other)
        real = valuer.Valuer.learn

        def learn(self):
            if self.run == failing:
                raise UserError("Somebody deleted the cost.")
            real(self)

        with mute_logger(WORKER_LOG), patch.object(valuer.Valuer, "learn", learn):
            self.work()
        self.assertEqual((failing.state, healthy.state), ("failed", "done"))
        self.assertEqual(failing.message, "Somebody deleted the cost.")
        self.assertTrue(failing.finished_at)
        self.assertFalse(self.env["crm.value.run.row"].search([]))
        self.assertFalse(self.profiles())
        again = self.request()
        self.work()
        self.assertEqual(again.state, "done")

    def test_failed_incremental_run_blocks_no_other_company(self):
        """Its customers are held, and valued with the next who is touched."""
        self.start(as_of=None)
        other = self.make_company("Other Works")
        self.Run.start(other.id)
        self.purchase(self.customers[0], TODAY, 50.0, 20.0)
        self.purchase(self.customers[0], TODAY, 50.0, 20.0, company_id=other.id)
        real = valuer.Valuer.stage

        def stage(self_):
            if self_.company == self.company:
                raise UserError("No.")
            real(self_)

        with mute_logger(WORKER_LOG), patch.object(valuer.Valuer, "stage", stage):
            self.work()
        self.assertEqual(self.runs("incremental").state, "failed")
        self.assertTrue(self.profile(self.customers[0], other))
        self.work()
        self.assertEqual(len(self.runs("incremental")), 1, "Nobody tries for ever.")
        self.Touch._touch(self.customers[1], self.company)
        self.work()
        self.assertEqual(
            self.runs("incremental").mapped("partner_filter")[-1],
            sorted(self.customers[:2].ids),
        )
        self.assertEqual(self.profile(self.customers[0]).last_purchase_date, TODAY)
        self.assertFalse(self.touched())

    def test_company_kept_as_it_is_follows_no_change(self):
        """Not even of some customers, until a manager starts a run."""
        self.start(as_of=None)
        self.policy.is_valued_nightly = False
        before = self.figures()
        self.purchase(self.customers[3], TODAY, 800.0, 350.0)
        self.work()
        self.assertEqual(self.figures(), before)
        self.assertFalse(self.touched())
        self.start(as_of=None)
        self.assertEqual(self.profile(self.customers[3]).last_purchase_date, TODAY)

    def test_everybody_is_valued_though_another_was_faster(self):
        """What has to be tried again is still there after its roll-back."""
        self.purchase(self.customers[3], TODAY, 800.0, 350.0)
        real, tries = valuer.Valuer.stage, []

        def stage(self_):
            tries.append(1)
            if len(tries) == 1:
                raise SerializationFailure
            real(self_)

        with patch.object(valuer.Valuer, "stage", stage):
            self.work()
        self.assertEqual(len(tries), 2)
        self.assertEqual(self.runs("full").mapped("state"), ["done"])
        self.assertEqual(len(self.profiles()), 30)

    def test_rows_lost_in_a_crash_are_read_again(self):
        """The staging table is not logged: a crash of the database empties it."""
        run = self.request()
        with patch.object(valuer, "SHARD_CUSTOMERS", 7):
            for _step in range(3):
                run._step()
            self.env["crm.value.run.row"]._drop(run)
            self.work()
        self.assertEqual(run.state, "done")
        self.assertEqual(len(self.profiles()), 30)
        self.assertEqual(self.start(as_of=None).changed_count, 0)

    def test_customers_changed_while_the_run_waits(self):
        """New profiles, merged and deleted customers between reading and scoring."""
        gone = self.customer("Gone")
        self.opportunity_of(gone)
        run = self.request()
        run._step()
        run._step()
        # The queued run read thirty customers without profiles, who have some now.
        self.start(as_of=None)
        gone.opportunity_ids.unlink()
        gone.unlink()
        source, destination = self.customers[:2]
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((source + destination).ids, destination)
        with patch.object(valuer, "SHARD_CUSTOMERS", 1):
            self.work()
        self.assertEqual(run.state, "done")
        self.assertEqual(len(self.profiles()), 29)
        # The merged customer was touched, and has been valued since with all of his.
        merged = self.start(as_of=None, partner_ids=destination.ids)
        self.assertEqual((merged.customer_count, merged.changed_count), (1, 0))

    def opportunity_of(self, partner):
        self.env["crm.lead"].create(
            {
                "name": "Catalogue",
                "type": "opportunity",
                "partner_id": partner.id,
                "company_id": self.company.id,
                "expected_revenue": 100,
                "probability": 50,
            }
        )

    def test_time_is_up(self):
        """The worker stops after a step and goes on when it is called again."""
        run = self.request()
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", return_value=0):
            self.Run._cron_work()
            self.assertEqual((run.state, run.phase), ("running", "learn"))
            self.Run._cron_work()
            self.assertEqual((run.state, run.phase), ("running", "score"))
        with freeze_time(NOON + timedelta(minutes=5)):
            self.work()
        self.assertEqual((run.state, run.duration_seconds), ("done", 300))
