from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .common import TUESDAY, ComplaintCase


@tagged("post_install", "-at_install")
class TestTick(ComplaintCase):
    """Who is told when time runs out: each level once, bundled, in time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.slas.unlink()
        cls.env["crm.complaint.sla"].create(
            {"name": "Everybody", "company_id": cls.company.id, "answer_hours": 4}
        )
        cls.levels = cls.env["crm.complaint.escalation"].search(
            [("company_id", "=", cls.company.id)]
        )
        cls.cron = cls.env.ref("crm_value.cron_complaint_tick")

    def tick(self, **delta):
        """Let the cron look at some time after receipt; what it told since."""
        last = self.env["mail.message"].search([], order="id desc", limit=1)
        with freeze_time(TUESDAY + timedelta(**delta)):
            self.run_tick()
        return self.env["mail.message"].search(
            [("id", ">", last.id), ("message_type", "=", "user_notification")]
        )

    def test_woken_at_its_own_moment(self):
        """Triggers lie at the warning (75 %), rounded up to the minute."""
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
        with freeze_time(TUESDAY + timedelta(seconds=20)):
            self.submit()
        new = (
            self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
            - triggers
        )
        # 10:00:20 and three of four hours, with lunch: 14:00:20.
        self.assertEqual(
            new.mapped("call_at"), [TUESDAY + timedelta(hours=4, minutes=1)]
        )

    def test_each_level_once(self):
        complaint = self.submit()
        complaint.user_id = self.agent
        self.assertFalse(self.tick(hours=3))
        warned = self.tick(hours=4)
        self.assertEqual(warned.partner_ids, self.agent.partner_id)
        self.assertIn("Soon due", warned.body)
        self.assertFalse(self.tick(hours=4, minutes=30))
        late = self.tick(hours=5)
        self.assertEqual(
            late.partner_ids, self.agent.partner_id | self.manager.partner_id
        )
        self.assertEqual(len(late), 2)
        self.assertFalse(self.tick(hours=6))
        deadline = self.deadline(complaint, "answer")
        self.assertEqual(len(deadline.alarm_ids), 3)
        self.assertEqual(deadline.breached_at, TUESDAY + timedelta(hours=5))

    def test_one_message_a_person(self):
        for words in ("One", "Two things", "Three are missing", "For me nothing"):
            self.submit(words).user_id = self.agent
        told = self.tick(hours=5)
        self.assertEqual(len(told), 2)
        to_agent = told.filtered(lambda m: m.partner_ids == self.agent.partner_id)
        self.assertEqual(to_agent.body.count("/odoo/complaints/"), 4)

    def test_answered_in_time_tells_nobody(self):
        complaint = self.submit()
        self.say(complaint)
        self.assertFalse(self.tick(hours=10))
        self.assertFalse(self.deadline(complaint, "answer").is_breached)

    def test_breach_is_an_event(self):
        self.submit()
        self.tick(hours=5)
        self.assertEqual(len(self.events("complaint_breached")), 1)
        self.tick(hours=6)
        self.assertEqual(len(self.events("complaint_breached")), 1)

    def test_breach_is_noted_without_a_ladder(self):
        self.levels.unlink()
        complaint = self.submit()
        self.assertFalse(self.tick(hours=5))
        deadline = self.deadline(complaint, "answer")
        self.assertTrue(deadline.is_breached)
        self.assertFalse(deadline.next_alarm_at)

    def test_confidential_tells_members_only(self):
        """The salesperson of the customer is not told of what he may not see."""
        self.lotus.user_id = self.seller
        self.levels.write({"role": "salesperson"})
        self.submit()
        secret = self.submit("A bribe", is_confidential=True)
        told = self.tick(hours=5)
        self.assertEqual(told.partner_ids, self.seller.partner_id)
        self.assertNotIn(secret.name, told.body + told.subject)

    def test_queries_do_not_grow_with_open_complaints(self):
        """Ten more open ones, none of them due, cost the tick nothing (B13)."""
        self.submit("Due")
        self.env.flush_all()
        with freeze_time(TUESDAY + timedelta(hours=4)):
            first = self.count_tick()
        with freeze_time(TUESDAY + timedelta(days=1)):
            for _count in range(10):
                self.submit("Not due")
        self.submit("Due too")
        self.env.flush_all()
        with freeze_time(TUESDAY + timedelta(hours=4)):
            self.assertLessEqual(self.count_tick(), first)

    def count_tick(self):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.run_tick()
        return self.env.cr.sql_log_count - before
