"""Whether customers who complained still buy, against an oracle in plain Python."""

from datetime import datetime, time, timedelta
from random import Random
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..value.common import days_before
from .remedy_case import TODAY, RemedyCase

RECOVERY = "odoo.addons.crm_value.models.complaint.recovery"


def judge(received, days, purchases, ratio):
    """Outcome from purchases (day, amount); independent of the query's way."""
    by_day = {}
    for day, amount in purchases:
        by_day[day] = by_day.get(day, 0.0) + amount
    bought = [day for day, amount in by_day.items() if amount >= 0.005]
    year = received - timedelta(days=365)
    first = min((day for day in bought if day <= received), default=None)
    age = (received - first).days + 1 if first else days
    span = min(max(age, days), 365)
    before = sum(amount for day, amount in by_day.items() if year < day <= received)
    times = sum(year < day <= received for day in bought)
    end = received + timedelta(days=days)
    after = sum(amount for day, amount in by_day.items() if received < day <= end)
    if any(received < day <= end for day in bought):
        return "kept" if after + 1e-9 >= ratio * before * days / span else "reduced"
    return "lost" if times * days / span >= 1 else False


class RecoveryCase(RemedyCase):
    @classmethod
    def complain(cls, customer, days, **values):
        complaint = cls.submit(partner_id=customer.id, **values)
        received_at = datetime.combine(days_before(days, TODAY), time(12))
        # As if it had come in then: what was promised since is not of interest.
        complaint.sudo()._write({"received_at": received_at})
        cls.env.invalidate_all()
        return complaint.sudo()

    def judge_all(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_value.cron_complaint_outcomes").method_direct_trigger()
        self.env.invalidate_all()

    def buys(self, customer, *rows):
        """Purchases from (days after receipt, amount), received 100 days ago."""
        received = days_before(100, TODAY)
        self.purchases(
            [
                (customer, received + timedelta(days=at), amount, 1.0)
                for at, amount in rows
            ]
        )


@tagged("post_install", "-at_install")
class TestOutcome(RecoveryCase):
    def outcome(self, *rows, days=100):
        customer = self.customer("Buyer")
        self.buys(customer, *rows)
        complaint = self.complain(customer, days)
        self.judge_all()
        return complaint.outcome_90

    def test_kept_reduced_lost(self):
        """1200 in the 331 days since the first purchase; four fifths keep the pace."""
        before = [(-30 * month, 100.0) for month in range(12)]
        pace = 1200 * 90 / 331 * 0.8
        self.assertEqual(self.outcome(*before, (40, pace + 0.01)), "kept")
        self.assertEqual(self.outcome(*before, (40, pace - 0.01)), "reduced")
        self.assertEqual(self.outcome(*before), "lost")

    def test_nothing_can_be_told(self):
        """Who buys once a year is not lost after ninety days; nor is a prospect."""
        self.assertFalse(self.outcome((-200, 100.0), (-364, 100.0)))
        self.assertFalse(self.outcome())

    def test_edges_of_the_window(self):
        """The day of receipt is before; the ninetieth day after is in."""
        before = [(-30 * month, 100.0) for month in range(12)]
        self.assertEqual(self.outcome(*before, (0, 900.0)), "lost")
        self.assertEqual(self.outcome(*before, (90, 900.0)), "kept")
        self.assertEqual(self.outcome(*before, (91, 900.0)), "lost")

    def test_returned_purchase_is_none(self):
        before = [(-30 * month, 100.0) for month in range(12)]
        self.assertEqual(self.outcome(*before, (40, 900.0), (40, -900.0)), "lost")

    def test_open_window_is_not_judged(self):
        """On the ninetieth day it is still open, a day later it is over."""
        self.assertFalse(self.outcome((-10, 100.0), (5, 100.0), days=90))
        customer = self.customer("Buyer")
        complaint = self.complain(customer, 90)
        self.judge_all()
        self.assertFalse(complaint.judged_90_date)
        complaint = self.complain(customer, 91)
        self.judge_all()
        self.assertEqual(complaint.judged_90_date, TODAY)
        self.assertFalse(complaint.judged_180_date)

    def test_judged_once(self):
        """What is bought or imported later does not change it, nor does anybody."""
        customer = self.customer("Buyer")
        self.buys(customer, *[(-30 * month, 100.0) for month in range(12)])
        complaint = self.complain(customer, 100)
        self.judge_all()
        self.assertEqual((complaint.outcome_90, complaint.outcome), ("lost", "lost"))
        self.buys(customer, (40, 900.0))
        self.judge_all()
        self.assertEqual(complaint.outcome_90, "lost")
        with self.assertRaisesRegex(UserError, "judged once"):
            complaint.outcome_90 = "kept"
        with self.assertRaisesRegex(UserError, "cannot be written"):
            complaint.with_user(self.manager).outcome_180 = "kept"

    def test_outcome_is_not_brought_along(self):
        """Neither as a value nor by the context."""
        complaints = self.Complaint.with_user(self.agent)
        with self.assertRaisesRegex(UserError, "Outcome"):
            complaints.create({"subject": "Torn", "outcome_180": "kept"})
        complaint = complaints.with_context(
            default_outcome_90="kept", default_judged_90_date=TODAY
        ).create({"subject": "Torn"})
        self.assertFalse(complaint.outcome_90)
        self.assertFalse(complaint.judged_90_date)

    def test_questions_and_merged_ones_are_left_out(self):
        customer = self.customer("Buyer")
        question = self.complain(customer, 100, kind="question")
        merged = self.complain(customer, 100)
        other = self.complain(customer, 100)
        merged.merge_into(other.id)
        self.judge_all()
        self.assertEqual(
            (question | merged | other).mapped("judged_90_date"), [False, False, TODAY]
        )

    def test_killed_in_between_goes_on(self):
        """Batches of two, the worker ends after the first one."""
        complaints = self.Complaint.union(
            *[self.complain(self.customer(f"C{place}"), 100) for place in range(5)]
        )
        with patch(f"{RECOVERY}.BATCH", 2):
            company, scope = (
                self.company,
                self.Complaint._get_outcome_scope(self.company),
            )
            self.assertEqual(self.Complaint._judge(company, scope, 90), 2)
            self.judge_all()
        self.assertEqual(complaints.mapped("judged_90_date"), [TODAY] * 5)
        self.assertEqual(self.Complaint._judge(company, scope, 90), 0)

    def test_queries_do_not_grow_with_complaints(self):
        counts = []
        for number in (2, 30):
            for place in range(number):
                self.complain(self.customer(f"C{place}"), 100)
            self.env.flush_all()
            scope = self.Complaint._get_outcome_scope(self.company)
            before = self.env.cr.sql_log_count
            self.assertEqual(self.Complaint._judge(self.company, scope, 90), number)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_companies_are_judged_by_their_own_purchases(self):
        """The same customer is kept here and lost there."""
        customer = self.customer("Buyer")
        mine = self.complain(customer, 100)
        self.buys(customer, (-30, 100.0), (40, 900.0))
        elsewhere = self.make_company("Elsewhere")
        theirs = self.Complaint.create(
            {
                "subject": "Torn",
                "partner_id": customer.id,
                "company_id": elsewhere.id,
                "received_at": datetime.combine(days_before(100, TODAY), time(12)),
            }
        )
        self.purchase(
            customer, days_before(110, TODAY), company_id=elsewhere.id, amount=5.0
        )
        self.judge_all()
        self.assertEqual((mine.outcome_90, theirs.outcome_90), ("kept", "lost"))

    def test_random_customers_against_the_oracle(self):
        """Sixty customers, two windows, purchases and returns on any day."""
        random = Random(7)
        cases = []
        for place in range(60):
            customer = self.customer(f"Random {place}")
            days = random.choice((95, 181, 200, 300, 500))
            rows = [
                (
                    days_before(random.randrange(1, 1100), TODAY),
                    random.choice((10.0, 50.0, 200.0, -30.0)),
                )
                for _turn in range(random.choice((0, 1, 3, 12, 40)))
            ]
            self.purchases([(customer, day, amount, 1.0) for day, amount in rows])
            cases.append((self.complain(customer, days), days, rows))
        self.judge_all()
        seen = set()
        for complaint, days, rows in cases:
            for window in (90, 180):
                expected = days > window and judge(
                    days_before(days, TODAY), window, rows, 0.8
                )
                found = complaint[f"outcome_{window}"]
                self.assertEqual(found, expected, (days, window, rows))
                seen.add(found)
        self.assertEqual(seen, {False, "kept", "reduced", "lost"})


@tagged("post_install", "-at_install")
class TestRecoveryReport(RecoveryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.complaint_goodwill_amount = 10_000.0
        cls.Report = cls.env["crm.complaint.recovery.report"]
        random = Random(3)
        cls.causes = cls.env["crm.complaint.cause"].search([], limit=3)
        cls.made = []
        for place in range(40):
            customer = cls.customer(f"Customer {place}")
            tier = random.choice((cls.gold, cls.silver, None))
            if tier:
                cls.set_tier(customer, tier)
            complaint = cls.complain(customer, 100)
            outcome = random.choice(("kept", "reduced", "lost", None))
            kind = random.choice(("refund", "credit", None))
            cause = random.choice((*cls.causes, cls.causes.browse()))
            complaint._write(
                {
                    "outcome_90": outcome,
                    "cause_id": cause.id or None,
                    "value_at_risk_amount": 100.0 * place,
                }
            )
            if kind:
                cls.propose(10.0 + place, kind, complaint=complaint).action_give()
            # Dearer, but taken back or never given.
            cls.propose(500.0, "discount", complaint=complaint)
            cls.made.append((tier, cause, kind, outcome, 10.0 + place if kind else 0))
        cls.env.flush_all()
        cls.env.invalidate_all()

    def rates(self, at):
        """Save rate, rate of who still buys, and cost, of every group."""
        groups = {}
        for line in self.made:
            groups.setdefault(at(line), []).append(line)
        return {
            key: (
                self.mean([line[3] == "kept" for line in lines if line[3]]),
                self.mean([line[3] != "lost" for line in lines if line[3]]),
                sum(line[4] for line in lines),
            )
            for key, lines in groups.items()
        }

    @staticmethod
    def mean(values):
        return sum(values) / len(values) if values else False

    def found(self, name, user=None):
        measures = ["saved_90_share:avg", "retained_90_share:avg", "cost_amount:sum"]
        reports = self.Report.with_user(user or self.agent)
        return {
            key: figures
            for key, *figures in reports._read_group(
                [
                    ("company_id", "=", self.company.id),
                    ("partner_id", "!=", self.lotus.id),
                ],
                [name],
                measures,
            )
        }

    def test_rates_by_tier_cause_and_remedy(self):
        """Open windows are left out of every mean, not counted as lost."""
        nothing = self.env["crm.value.tier"]
        for name, at in (
            ("tier_id", lambda line: line[0] or nothing),
            ("cause_id", lambda line: line[1]),
            ("remedy_kind", lambda line: line[2] or "none"),
        ):
            with self.subTest(name):
                expected, found = self.rates(at), self.found(name)
                self.assertEqual(found.keys(), expected.keys())
                for key, figures in expected.items():
                    for figure, actual in zip(figures, found[key], strict=True):
                        self.assertAlmostEqual(figure, actual or 0.0)

    def test_only_open_windows_have_no_rate(self):
        [line] = self.Report.search([("partner_id", "=", self.lotus.id)])
        self.assertIs(line.saved_90_share, False)
        self.assertEqual(line.received_date, TODAY)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_access(self):
        """Confidential ones for their team; nobody without the group."""
        outsider = self.make_user("outsider", "crm_value.group_user")
        total = len(self.Report.with_user(outsider).search([]))
        self.Complaint.search([], limit=1).sudo().is_confidential = True
        self.env.flush_all()
        self.assertEqual(len(self.Report.with_user(outsider).search([])), total - 1)
        self.assertEqual(len(self.Report.with_user(self.agent).search([])), total)
        insider = self.make_user("insider", "base.group_user")
        with self.assertRaises(AccessError):
            self.Report.with_user(insider).search([])
