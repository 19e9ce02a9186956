from datetime import datetime, timedelta

from odoo.tests import freeze_time, tagged

from .common import TUESDAY, ComplaintCase


@tagged("post_install", "-at_install")
class TestDeadlines(ComplaintCase):
    """What is promised, when it is due, and what moves it."""

    def promise(self, **hours):
        """Nothing is promised but these hours, to everybody."""
        self.slas.unlink()
        return self.env["crm.complaint.sla"].create(
            {
                "name": "Everybody",
                "company_id": self.company.id,
                **{f"{kind}_hours": value for kind, value in hours.items()},
            }
        )

    def later(self, complaint, **delta):
        """The same complaint, some time after its receipt."""
        return freeze_time(complaint.received_at + timedelta(**delta))

    def settle(self):
        """What happens when the transaction is committed."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_friday_evening_with_a_holiday_on_monday(self):
        """The issue's example: Friday 16:30, one hour, Monday off: Tuesday 09:30."""
        self.promise(answer=1)
        self.holiday("2026-06-08 00:00:00", "2026-06-08 23:59:59")
        with freeze_time("2026-06-05 16:30:00"):
            complaint = self.submit()
        deadline = self.deadline(complaint, "answer")
        self.assertEqual(deadline.due_at, datetime(2026, 6, 9, 9, 30))
        self.assertEqual(complaint.next_due_at, deadline.due_at)
        self.assertEqual(complaint.next_due_kind, "answer")

    def test_lunch_does_not_count(self):
        """Two hours from 11:00 end at 14:00."""
        self.promise(answer=2)
        with freeze_time("2026-06-02 11:00:00"):
            complaint = self.submit()
        self.assertEqual(
            self.deadline(complaint, "answer").due_at, datetime(2026, 6, 2, 14)
        )

    def test_tier_shortens_the_promise(self):
        """A gold customer is promised what gold customers are promised."""
        self.set_tier(self.lotus, self.gold)
        gold = self.slas.filtered(lambda sla: sla.tier_ids == self.gold)
        complaint = self.submit()
        deadline = self.deadline(complaint, "answer")
        self.assertEqual(deadline.sla_id, gold)
        self.assertEqual(deadline.target_minutes, gold.answer_hours * 60)

    def test_severity_outranks_tier(self):
        """Safety at the lowest tier goes before a trifle at the highest."""
        self.set_tier(self.lotus, self.platinum)
        trifle = self.submit(severity="0")
        other = self.customer("Small One", email="small@example.com")
        danger = self.submit("It burns", partner_id=other.id, severity="3")
        self.assertLess(
            self.deadline(danger, "answer").due_at,
            self.deadline(trifle, "answer").due_at,
        )
        queue = self.Complaint.search([("company_id", "=", self.company.id)])
        self.assertEqual(queue[0], danger)

    def test_no_tier_falls_below_the_base_promise(self):
        """A tier promised less than everybody gets what everybody gets."""
        everybody = self.promise(answer=2)
        self.env["crm.complaint.sla"].create(
            {
                "name": "Gold, badly set",
                "company_id": self.company.id,
                "tier_ids": self.gold.ids,
                "answer_hours": 40,
            }
        )
        self.set_tier(self.lotus, self.gold)
        deadline = self.deadline(self.submit(), "answer")
        self.assertEqual((deadline.sla_id, deadline.reason), (everybody, "base"))

    def test_tier_change_keeps_what_has_passed(self):
        """Two of eight hours are over when the customer becomes platinum: of four
        hours two are left, and the log names both policies."""
        self.promise(answer=8)
        self.env["crm.complaint.sla"].create(
            {
                "name": "Platinum",
                "company_id": self.company.id,
                "tier_ids": self.platinum.ids,
                "answer_hours": 4,
            }
        )
        self.set_tier(self.lotus, self.silver)
        complaint = self.submit()
        with self.later(complaint, hours=2):
            self.set_tier(self.lotus, self.platinum)
            self.settle()
        # Received at 10:00; 10–12 and 13–15 are four hours.
        self.assertEqual(
            self.deadline(complaint, "answer").due_at, datetime(2026, 6, 2, 15)
        )
        note = complaint.log_ids.filtered(lambda log: log.kind == "promise").note
        self.assertIn("Everybody", note)
        self.assertIn("Platinum", note)

    def test_archived_tier_promises_no_more(self):
        """Whoever held it is promised from the next valuation on what he earns."""
        self.promise(answer=8)
        self.env["crm.complaint.sla"].create(
            {
                "name": "Platinum",
                "company_id": self.company.id,
                "tier_ids": self.platinum.ids,
                "answer_hours": 4,
            }
        )
        self.purchase(self.lotus, TUESDAY.date())
        self.start(as_of=None)
        self.assertEqual(self.profile(self.lotus).tier_id, self.platinum)
        deadline = self.deadline(self.submit(), "answer")
        self.assertEqual(deadline.sla_id.name, "Platinum")
        self.platinum.action_archive()
        self.start(as_of=None)
        self.settle()
        self.assertEqual(self.profile(self.lotus).tier_id, self.gold)
        self.assertEqual(
            self.deadline(deadline.complaint_id, "answer").sla_id.name, "Everybody"
        )

    def test_waiting_pauses_in_working_time(self):
        """One working hour passed before waiting; seven are left after a day of it."""
        self.promise(resolve=8)
        complaint = self.submit()
        with self.later(complaint, hours=1):
            complaint.stage_id = self.stage("waiting_customer")
        deadline = self.deadline(complaint, "resolve")
        self.assertEqual(deadline.state, "paused")
        self.assertFalse(complaint.next_due_at)
        with self.later(complaint, days=1):
            complaint.stage_id = self.stage("investigating")
        # Wednesday 10:00 and seven hours: 10–12, 13–17, Thursday 9–10.
        self.assertEqual(deadline.due_at, datetime(2026, 6, 4, 10))
        self.assertEqual(complaint.next_due_at, deadline.due_at)

    def stage(self, kind):
        return self.env["crm.complaint.stage"]._of_kind(kind)

    def test_late_is_counted_in_working_minutes(self):
        """Due Tuesday 17:00, met Wednesday 9:30: thirty minutes late."""
        self.promise(answer=6)
        complaint = self.submit()
        with freeze_time("2026-06-03 09:30:00"):
            self.say(complaint)
        deadline = self.deadline(complaint, "answer")
        self.assertTrue(deadline.is_breached)
        self.assertEqual((deadline.state, deadline.late_minutes), ("late", 30))
        self.assertEqual(deadline.breached_at, datetime(2026, 6, 2, 17))

    def test_breached_stays_breached(self):
        """More time promised afterwards does not undo what was missed."""
        sla = self.promise(answer=1)
        complaint = self.submit()
        deadline = self.deadline(complaint, "answer")
        with self.later(complaint, hours=4):
            self.run_tick()
            self.assertTrue(deadline.is_breached)
            sla.answer_hours = 100
            self.settle()
            self.assertTrue(deadline.is_breached)
            self.say(complaint)
        self.assertEqual(deadline.state, "late")

    def test_changed_holiday_moves_open_ones_only(self):
        """A holiday tomorrow moves what is still open, and writes nothing else."""
        self.promise(answer=8)
        first, second = self.submit("One"), self.submit("Two things")
        self.say(second)
        elsewhere = self.make_calendar()
        other = self.env["crm.complaint.team"].create(
            {
                "name": "Others",
                "company_id": self.company.id,
                "calendar_id": elsewhere.id,
            }
        )
        third = self.submit("Three are missing", team_id=other.id)
        self.env.flush_all()
        before = self.versions()
        self.holiday("2026-06-03 00:00:00", "2026-06-03 23:59:59")
        self.settle()
        deadline = self.deadline(first, "answer")
        self.assertEqual(deadline.due_at, datetime(2026, 6, 4, 11))
        changed = {id_ for id_, row in self.versions().items() if row != before[id_]}
        self.assertEqual(changed, {deadline.id})
        self.assertEqual(
            self.deadline(third, "answer").due_at, datetime(2026, 6, 3, 11)
        )

    def versions(self):
        """Rows of deadlines as they lie in the table."""
        self.env.flush_all()
        self.env.cr.execute("SELECT id, ctid::text, due_at FROM crm_complaint_deadline")
        return {row[0]: row[1:] for row in self.env.cr.fetchall()}

    def test_empty_calendar_gives_a_reason(self):
        """No date, but words that say which hours to fill in; intake goes on."""
        self.team.calendar_id.attendance_ids.unlink()
        self.settle()
        complaint = self.submit()
        deadline = self.deadline(complaint, "answer")
        self.assertFalse(deadline.due_at)
        self.assertIn("Nine to five", deadline.problem)
        self.team.calendar_id = self.make_calendar()
        self.settle()
        self.assertTrue(deadline.due_at)
        self.assertFalse(deadline.problem)

    def test_updates_are_promised_until_the_decision(self):
        """Each message to the customer keeps one promise and makes the next."""
        self.promise(answer=8, update=16)
        complaint = self.submit()
        self.say(complaint)
        with self.later(complaint, days=1):
            self.say(complaint, "Still looking.")
        states = complaint.deadline_ids.filtered(
            lambda deadline: deadline.kind == "update"
        ).mapped("state")
        self.assertEqual(states, ["met", "open"])
        with self.later(complaint, days=1, hours=1):
            complaint.with_user(self.agent).decide("upheld", "You are right.")
        self.assertFalse(complaint.next_due_at)

    def test_reopening_promises_anew(self):
        """A customer who comes back is promised an answer and a decision again."""
        self.promise(answer=8, resolve=16)
        complaint = self.submit()
        complaint.decide("upheld", "You are right.")
        complaint.close()
        with self.later(complaint, days=1):
            self.say(complaint, "It happened again!", self.lotus)
            self.assertEqual(self.deadline(complaint, "resolve").state, "open")
        self.assertEqual(
            self.deadline(complaint, "resolve").started_at, TUESDAY + timedelta(days=1)
        )

    def test_dragging_a_closed_one_back_promises_anew(self):
        """Opened again on the board, it is promised what the button promises."""
        self.promise(answer=8, resolve=16)
        complaint = self.submit()
        complaint.decide("upheld", "You are right.")
        complaint.close()
        with self.later(complaint, days=1):
            complaint.stage_id = self.stage("investigating")
        running = complaint.deadline_ids.filtered(lambda d: d.state == "open")
        self.assertEqual(set(running.mapped("kind")), {"answer", "resolve"})
        self.assertEqual(complaint.reopen_count, 1)
        self.assertEqual(complaint.next_due_kind, "answer")

    def test_promises_cannot_be_rewritten(self):
        """Deadlines are written by what happens, by nobody else."""
        complaint = self.submit()
        deadlines = complaint.deadline_ids.with_user(self.manager)
        for operation in ("write", "create", "unlink"):
            self.assertFalse(deadlines.has_access(operation), operation)

    def test_a_received_complaint_costs_few_queries(self):
        """Creating one with its deadlines takes at most twenty queries (B12)."""
        self.submit("To warm up the caches")
        complaints = self.Complaint.with_user(self.agent)
        values = {
            "subject": "Two boxes are missing",
            "partner_id": self.lotus.id,
            "team_id": self.team.id,
        }
        with self.assertQueryCount(20):
            complaints.create([values])
            self.env.flush_all()
            self.settle()
