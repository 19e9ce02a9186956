"""What must not matter to a valuation: the unit of money, the calendar, the numbers."""

import random
from datetime import timedelta

from odoo.tests import tagged

from .common import TODAY, ValueCase, days_before

# What says how much or when; everything else must stay as it is.
AMOUNTS = (
    "revenue_amount",
    "margin_amount",
    "net_margin_amount",
    "ranking_amount",
    "monetary_amount",
    "potential_amount",
    "clv_amount",
)
DATES = (
    "first_purchase_date",
    "last_purchase_date",
    "next_purchase_date",
    "lifecycle_since_date",
    "tier_since_date",
)
SAME = (
    "purchase_count",
    "recency_score",
    "frequency_score",
    "monetary_score",
    "clv_score",
    "potential_score",
    "score",
    "abc_class",
    "lifecycle_stage",
    "profitability_class",
    "margin_share_cumulative",
    "known_cost_share",
    "cycle_days",
    "growth_share",
    "p_alive",
    "expected_purchases",
    "standing",
    "is_tier_by_potential",
)
CUSTOMERS = 60
# 400 days are 57 weeks and a day: a run that names its day looks back from that very
# day, so that weekdays play no part. Twenty-four months have 730 days or 731: purchases
# keep some days from the first of them, and only the yearly margin in the simple
# lifetime value tells one from the other.
SHIFT = timedelta(days=400)
WINDOW_DAYS = 731
SPARED_DAYS = 5
LEAP_DAY = 1 / 730


def histories(seed=11):
    """By customer number (day, amount, margin), no two of one amount.

    Whole amounts, so that seven times as much is rounded alike.
    """
    chance = random.Random(seed)
    found = []
    for _customer in range(CUSTOMERS):
        rows = []
        for _purchase in range(1 + int(chance.expovariate(0.25))):
            ago = 5 + int(1000 * chance.random() ** 1.6)
            if abs(ago - WINDOW_DAYS) <= SPARED_DAYS:
                ago += 2 * SPARED_DAYS + 1
            amount = round(chance.lognormvariate(6, 1)) * 10
            margin = round(amount * chance.uniform(-0.1, 0.6))
            rows.append((days_before(ago), amount, margin))
        found.append(rows)
    return found


class MetamorphicCase(ValueCase):
    """The same histories in two companies, one of them changed."""

    def sell(self, company, rows_by_number, numbers=None):
        """Enter the purchases of customers in the order of ``numbers``."""
        numbers = numbers or range(CUSTOMERS)
        created = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in numbers]
        )
        partners = dict(zip(numbers, created, strict=True))
        values = [
            {
                "partner_id": partners[number].id,
                "company_id": company.id,
                "reference": f"{company.id}-{next(self.references)}",
                "date": day,
                "amount": amount,
                "margin": margin,
            }
            for number in numbers
            for day, amount, margin in rows_by_number[number]
        ]
        if list(numbers) != sorted(numbers):
            values.reverse()
        self.env["crm.value.purchase"].create(values)
        return partners

    def value(self, company, partners, as_of=TODAY):
        """Figures by number of the customer, tiers by their place."""
        run = self.Run.browse(self.Run.start(company.id, as_of=as_of))
        self.env.invalidate_all()
        profiles = self.Profile.search([("company_id", "=", company.id)])
        by_partner = {profile.partner_id: profile for profile in profiles}
        self.assertEqual(len(by_partner), CUSTOMERS)
        return run, {
            number: {
                **{name: by_partner[partner][name] for name in AMOUNTS + DATES + SAME},
                "tier": by_partner[partner].tier_id.name,
            }
            for number, partner in partners.items()
        }

    def twin(self):
        """Another company with the same policy."""
        twin = self.make_company("Twin Works")
        policy = self.env["crm.value.policy"]._of_company(twin)
        names = ["timezone", *self.policy._get_snapshot()]
        policy.write({name: self.policy[name] for name in names})
        return twin

    def compare(self, before, after, factor=1, shift=timedelta()):
        """Every customer's figures, but for the unit of money and the calendar."""
        self.assertEqual(len({figures["tier"] for figures in before.values()}), 4)
        for number, figures in before.items():
            for name, value in figures.items():
                expected = value
                if value is not False and name in DATES:
                    expected = value + shift
                found = after[number][name]
                words = f"customer {number}: {name} {value}, then {found}"
                if name in AMOUNTS:
                    # Each is rounded to the cent, whatever the factor.
                    expected = factor * (value or 0)
                    within = 0.006 * (factor + 1) + 1e-5 * abs(expected)
                    if shift and name == "clv_amount":
                        within += LEAP_DAY * expected
                    self.assertAlmostEqual(found or 0, expected, None, words, within)
                elif isinstance(value, float):
                    self.assertAlmostEqual(found, expected, delta=2e-3, msg=words)
                else:
                    self.assertEqual(found, expected, words)


@tagged("post_install", "-at_install")
class TestMetamorphic(MetamorphicCase):
    def check(self, change, factor=1, shift=timedelta(), numbers=None):
        rows = [
            [(day - shift, amount, margin) for day, amount, margin in own]
            for own in histories()
        ]
        partners = self.sell(self.company, rows)
        before_run, before = self.value(self.company, partners, TODAY - shift)
        twin = self.twin()
        partners = self.sell(twin, [[*map(change, own)] for own in rows], numbers)
        run, after = self.value(twin, partners)
        self.compare(before, after, factor, shift)
        for run_ in (before_run, run):
            self.assertEqual("withheld" in run_.parameters, self.is_simple)
        return before_run.parameters, run.parameters

    is_simple = True

    def test_seven_times_the_money(self):
        """Tiers, scores and classes stay; amounts are seven times as large."""
        self.check(lambda row: (row[0], 7 * row[1], 7 * row[2]), factor=7)

    def test_four_hundred_days_later(self):
        """Everything else stays when all days, that of the valuation too, move."""
        self.check(lambda row: (row[0] + SHIFT, *row[1:]), shift=SHIFT)

    def test_another_order_of_customers_and_purchases(self):
        """Neither ids nor rows have a say."""
        numbers = list(range(CUSTOMERS))
        random.Random(3).shuffle(numbers)
        self.check(tuple, numbers=numbers)

    def test_split_purchases_of_a_day(self):
        """Two receipts of one day are one purchase."""
        rows = histories()
        _run, before = self.value(self.company, self.sell(self.company, rows))
        halves = [
            [(day, *part) for day, *figures in own for part in split(*figures)]
            for own in rows
        ]
        twin = self.twin()
        _run, after = self.value(twin, self.sell(twin, halves))
        self.compare(before, after)


def split(amount, margin):
    return (amount - 4, margin), (4, 0)


@tagged("post_install", "-at_install")
class TestMetamorphicModel(TestMetamorphic):
    """The same with fitted models instead of the simple estimate."""

    is_simple = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"gate_buyer_count": 50})

    def check(self, *arguments, **options):
        before, after = super().check(*arguments, **options)
        for name in ("r", "alpha", "a", "b", "log_likelihood"):
            expected = before["mbg_nbd"][name]
            self.assertAlmostEqual(after["mbg_nbd"][name] / expected, 1, delta=1e-3)
        expected = before["gamma_gamma"]["gamma"] * options.get("factor", 1)
        self.assertAlmostEqual(after["gamma_gamma"]["gamma"] / expected, 1, delta=1e-2)
