"""Which causes matter, and how many people hear of it; against sums in Python."""

from datetime import datetime
from random import Random

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_improvement import ImprovementCase

UNKNOWN_IDS = (0, -1, True, "one", 2**40, [1])


@tagged("post_install", "-at_install")
class TestCausePareto(ImprovementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        random = Random(5)
        causes = [cls.colour] * 6 + [cls.freight] * 3 + [cls.print_] + [None] * 2
        cls.rows = []
        for place, cause in enumerate(causes * 2):
            complaint = cls.submit(f"Number {place}").sudo()
            cost, risk = random.randrange(100), random.randrange(1000)
            day = random.randrange(1, 29)
            complaint._write(
                {
                    "cause_id": cause and cause.id,
                    "remedy_cost_amount": cost,
                    "value_at_risk_amount": risk,
                    "received_at": datetime(2026, 5, day, 23, 30),
                    # Closed, archived and confidential ones count for who sees them.
                    "active": place % 5 > 0,
                    "is_confidential": place == 0,
                }
            )
            cls.rows.append((cause, {"count": 1, "cost": cost, "risk": risk}, day))
        cls.submit(
            "How late are you open?", kind="question"
        ).sudo().cause_id = cls.colour
        cls.env.flush_all()
        cls.env.invalidate_all()

    def pareto(self, *args, user=None, **values):
        complaints = self.Complaint.with_user(user or self.agent)
        return complaints.get_cause_pareto(*args, **values)

    def expected(self, measure, rows):
        """Cause ids from most to least with value, cumulative share, vital or not."""
        sums = {}
        for cause, figures, _day in rows:
            if cause:
                sums[cause] = sums.get(cause, 0) + figures[measure]
        total, above, lines = sum(sums.values()), 0, []
        for cause in sorted(sums, key=lambda cause: -sums[cause]):
            is_vital = above / total < 0.8
            above += sums[cause]
            lines.append((cause.id, sums[cause], above / total, is_vital))
        return lines

    def found(self, measure, answer):
        return [
            (line["id"], line[measure], line["cumulative"], line["is_vital"])
            for line in answer["causes"]
        ]

    def test_by_every_measure(self):
        for measure in ("count", "cost", "risk"):
            with self.subTest(measure):
                answer = self.pareto(measure)
                expected = self.expected(measure, self.rows)
                self.assertEqual(self.found(measure, answer), expected)
                self.assertEqual(answer["unknown"]["count"], 4)

    def test_by_days_of_receipt(self):
        """Both ends included."""
        rows = [row for row in self.rows if 10 <= row[2] <= 20]
        answer = self.pareto("count", "2026-05-10", "2026-05-20")
        self.assertEqual(
            sorted((line["id"], line["count"]) for line in answer["causes"]),
            sorted(line[:2] for line in self.expected("count", rows)),
        )
        self.assertEqual(self.pareto("count", "2026-06-10")["causes"], [])

    def test_every_bar_opens_its_complaints(self):
        complaints = self.Complaint.with_user(self.agent).with_context(
            active_test=False
        )
        answer = self.pareto("count")
        for line in [*answer["causes"], answer["unknown"]]:
            self.assertEqual(complaints.search_count(line["domain"]), line["count"])

    def test_confidential_ones_are_counted_for_their_team(self):
        outsider = self.make_user("outsider", "crm_value.group_user")
        mine = sum(line["count"] for line in self.pareto()["causes"])
        theirs = sum(line["count"] for line in self.pareto(user=outsider)["causes"])
        self.assertEqual(theirs, mine - 1)

    def test_queries_do_not_grow_with_complaints(self):
        self.pareto()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            self.pareto("cost")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_bad_arguments_and_access(self):
        for measure in ("sum", None, 1, ["count"]):
            with self.assertRaisesRegex(UserError, "measure is"):
                self.pareto(measure)
        for day in ("yesterday", "2026-13-01", 20260101, ["2026-01-01"]):
            with self.assertRaisesRegex(UserError, "date_from is"):
                self.pareto("count", day)
            with self.assertRaisesRegex(UserError, "date_to is"):
                self.pareto("count", None, day)
        for company_id in UNKNOWN_IDS:
            with self.assertRaisesRegex(UserError, "company_id is"):
                self.pareto(company_id=company_id)
            with self.assertRaisesRegex(UserError, "company_id is"):
                self.Complaint.with_user(self.agent).get_exposure(company_id)
        foreign = self.make_company("Elsewhere").id
        with self.assertRaises(AccessError):
            self.pareto(company_id=foreign)
        with self.assertRaises(AccessError):
            self.Complaint.with_user(self.agent).get_exposure(foreign)
        insider = self.make_user("insider", "base.group_user")
        with self.assertRaises(AccessError):
            self.pareto(user=insider)
        with self.assertRaises(AccessError):
            self.Complaint.with_user(insider).get_exposure()


@tagged("post_install", "-at_install")
class TestExposure(ImprovementCase):
    def exposure(self, user=None):
        self.env.flush_all()
        return self.Complaint.with_user(user or self.agent).get_exposure()

    def test_nobody_is_dissatisfied(self):
        answer = self.exposure()
        self.assertEqual((answer["customer_count"], answer["told_count"]), (0, 0))

    def test_customers_and_not_complaints_are_told_from(self):
        """Two of one customer, one of a contact of his, two strangers, one of them
        twice."""
        ann = self.customer("Ann", parent_id=self.lotus.id)
        self.lotus.is_company = True
        self.submit("Torn")
        self.submit("Late")
        self.submit("Wet", partner_id=ann.id)
        for _turn in range(2):
            self.submit("Bad", partner_id=None, email_from="someone@example.com")
        self.submit("Worse", partner_id=None, partner_name="Somebody")
        self.submit("Open on Sunday?", kind="question")
        answer = self.exposure()
        self.assertEqual(answer["complaint_count"], 6)
        self.assertEqual(answer["customer_count"], 3)
        self.assertEqual(answer["told_count"], 60)

    def test_closed_ones_end_it_and_contested_ones_do_not(self):
        complaint = self.submit("Torn")
        complaint.decide("upheld", "You are right.")
        self.assertEqual(self.exposure()["customer_count"], 1)
        complaint.close()
        self.assertEqual(self.exposure()["customer_count"], 0)
        complaint.sudo()._write({"verdict": "contested"})
        self.assertEqual(self.exposure()["customer_count"], 1)

    def test_factor_is_a_setting_of_the_company(self):
        self.submit("Torn")
        elsewhere = self.make_company("Elsewhere")
        elsewhere.complaint_told_factor = 7
        self.assertEqual(self.exposure()["told_count"], 20)
        self.company.complaint_told_factor = 5
        self.assertEqual(self.exposure()["told_count"], 5)

    def test_value_at_risk_counts_a_customer_once(self):
        for amount in (300.0, 500.0):
            self.submit("Torn").sudo()._write({"value_at_risk_amount": amount})
        self.assertEqual(self.exposure()["value_at_risk_amount"], 500.0)

    def test_who_told_you(self):
        """Beside it, for whoever may read enquiries."""
        self.env["crm.lead"].create(
            [
                {"name": f"Enquiry {place}", "heard_from": heard, "company_id": company}
                for place, (heard, company) in enumerate(
                    [
                        ("customer", self.company.id),
                        ("customer", False),
                        ("search", self.company.id),
                        (False, self.company.id),
                        ("event", self.make_company("Elsewhere").id),
                    ]
                )
            ]
        )
        salesperson = self.make_user("lead", "sales_team.group_sale_manager")
        answer = self.exposure(salesperson)
        counts = {line["key"]: line["count"] for line in answer["heard"]}
        self.assertEqual((counts["customer"], counts["search"]), (2, 1))
        self.assertEqual((counts["event"], answer["heard_count"]), (0, 3))
        self.assertEqual(answer["heard"][0]["label"], "A customer of ours")
        leads = self.env["crm.lead"].with_user(salesperson)
        self.assertEqual(leads.search_count(answer["heard_domain"]), 3)
        answer = self.exposure(self.agent)
        self.assertIsNone(answer["heard"])
