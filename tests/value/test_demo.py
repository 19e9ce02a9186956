"""The demo print works tells its story whatever the day it is installed on."""

import os
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tools.convert import convert_file

from odoo.addons.crm_value.models.value.presets import PRESETS

from dev import make_demo

VALUE_FILES = tuple(
    f"value/{name}"
    for name in (
        "company.xml",
        "res.partner.csv",
        "selling.xml",
        "orders.xml",
        "stories.xml",
    )
)
IS_STRESS = bool(os.environ.get("CRM_VALUE_STRESS"))


class Story(NamedTuple):
    """What a valuation says of a customer."""

    tier: str
    stage: str
    profitability: str | bool = "profitable"


STORIES = {
    "yangtze": Story("Platinum", "mature"),
    "morning_light": Story("Platinum", "growing"),
    "rhone": Story("Platinum", "mature"),
    "harbour": Story("Platinum", "mature"),
    "golden_bridge": Story("Gold", "declining"),
    "east_education": Story("Gold", "mature"),
    "star_games": Story("Gold", "growing"),
    "new_sprout": Story("Gold", "growing"),
    "seagull": Story("Gold", "mature"),
    "blue_whale": Story("Silver", "won_back"),
    "calendar_house": Story("Silver", "mature"),
    "moon_bakery": Story("Silver", "mature"),
    "old_post": Story("Standard", "lost"),
    "quiet_garden": Story("Standard", "dormant"),
    "new_noodle": Story("Standard", "new"),
    "film_week": Story("Standard", "lost"),
    "dealprint": Story("Standard", "declining", "never_profitable"),
    "green_leaf": Story("Standard", "mature", "convertible"),
    "paper_studio": Story("Standard", "mature", False),
    "cloud_museum": Story("Standard", "prospect", False),
}


def test_files_are_what_the_story_gives():
    """Nobody edited the written files by hand, or forgot to write them."""
    for name, text in (
        ("res.partner.csv", make_demo.partners()),
        ("orders.xml", make_demo.orders()),
    ):
        assert (make_demo.DEMO / name).read_text(encoding="utf-8") == text, name


class DemoCase(TransactionCase):
    """The demo data, installed at ``now`` (UTC)."""

    now = None
    files = VALUE_FILES

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.env.ref("crm_value.demo_company_print", raise_if_not_found=False):
            cls.skipTest(cls, "this database was made with demo data")
        cls.startClassPatcher(freeze_time(cls.now))
        cls.mail_count = cls.env["mail.mail"].search_count([])
        idref = {}
        for name in cls.files:
            path = f"demo/{name}"
            convert_file(cls.env, "crm_value", path, idref, "init", noupdate=True)
        cls.company = cls.env.ref("crm_value.demo_company_print")
        # In Shanghai a day begins while it is still yesterday in Greenwich.
        cls.today = (cls.now + timedelta(hours=8)).date()

    def profile(self, key):
        return self.env["crm.value.profile"].search(
            [
                ("company_id", "=", self.company.id),
                ("partner_id", "=", self.env.ref(f"crm_value.demo_partner_{key}").id),
            ]
        )

    def orders(self, **conditions):
        domain = [(name, "=", value) for name, value in conditions.items()]
        return self.env["sale.order"].search(
            [("company_id", "=", self.company.id), *domain]
        )

    def check_stories(self):
        for key, story in STORIES.items():
            profile = self.profile(key)
            with self.subTest(key):
                self.assertEqual(
                    Story(
                        profile.tier_id.name,
                        profile.lifecycle_stage,
                        profile.profitability_class,
                    ),
                    story,
                )


@tagged("post_install", "-at_install")
class TestDemo(DemoCase):
    """Installed on the last day of February of a leap year, a Tuesday."""

    now = datetime.combine(date(2028, 2, 29), time(9))

    def test_every_story_comes_true(self):
        """Tier, stage and profitability of everybody the tour shows."""
        self.check_stories()

    def test_few_customers_bring_most_of_the_profit(self):
        """Four publishers bring half of it, a dozen customers four fifths."""
        by_tier = {
            tier.name: (count, margin)
            for tier, count, margin in self.env["crm.value.profile"]._read_group(
                [("company_id", "=", self.company.id)],
                ["tier_id"],
                ["__count", "net_margin_amount:sum"],
            )
        }
        total = sum(margin for _count, margin in by_tier.values())
        self.assertEqual(by_tier["Platinum"][0], 4)
        self.assertAlmostEqual(by_tier["Platinum"][1] / total, 0.53, delta=0.02)
        top = [by_tier[name][1] for name in ("Platinum", "Gold")]
        self.assertAlmostEqual(sum(top) / total, 0.83, delta=0.03)
        self.assertGreater(sum(count for count, _margin in by_tier.values()), 70)

    def test_gold_by_potential_says_so(self):
        """An open opportunity lifts a small customer, and no other."""
        profile = self.profile("new_sprout")
        self.assertTrue(profile.is_tier_by_potential)
        self.assertLess(profile.base_standing, 20)
        self.assertGreater(profile.potential_amount, 10 * profile.net_margin_amount)

    def test_grace_protects_for_a_while(self):
        """Who fell below what his tier takes keeps it, and reads until when."""
        profile = self.profile("seagull")
        self.assertEqual(profile.below_keep_date, self.today)
        [told] = profile.explain()
        self.assertEqual(told["safe_until"], str(self.today + timedelta(days=59)))

    def test_who_rose_has_a_move(self):
        """Between the two valuations one customer went from Silver to Gold."""
        move = self.profile("star_games").move_ids[:1]
        self.assertEqual(
            (move.from_tier_id.name, move.to_tier_id.name, move.reason),
            ("Silver", "Gold", "up"),
        )

    def test_hand_set_tier_has_reason_and_end(self):
        """Its end lies half a year ahead."""
        profile = self.profile("yu_garden")
        self.assertEqual(profile.override_tier_id.name, "Gold")
        self.assertEqual(profile.override_until_date, date(2028, 8, 29))
        self.assertIn("new customers", profile.override_reason)

    def test_branches_roll_up_and_subsidiaries_do_not(self):
        """A branch orders for its company; a daughter company counts for itself."""
        group = self.profile("east_education")
        buyers = self.orders().partner_id.filtered(
            lambda partner: partner.commercial_partner_id == group.partner_id
        )
        self.assertEqual(len(buyers), 3)
        self.assertEqual(
            self.profile("sunrise_shop").partner_id.parent_id,
            self.env.ref("crm_value.demo_partner_sunrise"),
        )
        self.assertFalse(self.profile("sunrise"))

    def test_credit_note_reduces_what_was_bought(self):
        """Half of the last order of the toy maker was credited."""
        profile = self.profile("jade_rabbit")
        mine = self.orders().filtered(
            lambda order: order.partner_id.commercial_partner_id == profile.partner_id
        )
        ordered = sum(
            order.amount_untaxed
            for order in mine
            if order.date_order.date() > self.today - timedelta(days=730)
        )
        credited = self.env.ref("crm_value.demo_credit_note_jade_rabbit")
        self.assertAlmostEqual(credited.amount_untaxed, mine[0].amount_untaxed / 2)
        self.assertAlmostEqual(
            profile.revenue_amount, ordered - credited.amount_untaxed
        )

    def test_unknown_cost_is_said_to_be_unknown(self):
        """Samples without a cost are no full margin."""
        profile = self.profile("paper_studio")
        self.assertEqual(profile.known_cost_share, 0)
        self.assertEqual(profile.margin_amount, 0)
        self.assertGreater(profile.revenue_amount, 0)

    def test_never_profitable_after_what_was_given_away(self):
        """Its margin is above zero until the vouchers are taken off."""
        profile = self.profile("dealprint")
        self.assertGreater(profile.margin_amount, 0)
        self.assertGreater(profile.cost_to_serve_amount, profile.margin_amount)
        self.assertEqual(profile.full_price_share, 0)

    def test_orders_are_confirmed_and_past(self):
        """Three years of them, none in the future, numbers in the order of dates."""
        orders = self.orders()
        self.assertGreater(len(orders), 500)
        self.assertEqual(set(orders.mapped("state")), {"sale"})
        days = [order.date_order for order in orders.sorted("name")]
        self.assertEqual(days, sorted(days))
        self.assertLess(days[-1], self.now)
        self.assertGreater(days[-1], self.now - timedelta(days=14))
        self.assertLess(days[0], self.now - timedelta(days=3 * 330))

    def test_margins_are_price_less_cost(self):
        """Counted again from the lines, euro included."""
        for order in self.orders():
            expected = sum(
                (line.price_unit * (1 - line.discount / 100) - line.purchase_price)
                * line.product_uom_qty
                for line in order.order_line
            )
            self.assertAlmostEqual(order.margin, expected, delta=0.05, msg=order.name)
        euros = self.orders(currency_id=self.env.ref("base.EUR").id)
        self.assertGreater(len(euros), 20)
        line = euros[0].order_line[0].with_company(self.company)
        self.assertAlmostEqual(
            line.purchase_price * 7.8, line.product_id.standard_price, delta=0.05
        )

    def test_nobody_is_written_to(self):
        """Installing demo data sends no mail and posts nothing on orders."""
        self.assertEqual(self.env["mail.mail"].search_count([]), self.mail_count)
        self.assertFalse(self.orders().message_ids)

    def test_policy_is_that_of_the_trade(self):
        """What the form fills in for a print works is what the demo data wrote."""
        policy = self.env["crm.value.policy"]._of_company(self.company)
        self.assertEqual(policy.preset, "print")
        for name, value in PRESETS["print"].values.items():
            self.assertEqual(policy[name], value, name)

    def test_administrator_may_work_there(self):
        """The user who explores the demo has the company at hand."""
        self.assertIn(self.company, self.env.ref("base.user_admin").company_ids)


if IS_STRESS:

    @tagged("post_install", "-at_install")
    class TestDemoOnSunday(DemoCase):
        """Installed on a Sunday that in Shanghai is Monday and another year."""

        now = datetime.combine(date(2028, 12, 31), time(20))

        def test_every_story_comes_true(self):
            """As on any other day."""
            self.check_stories()

    @tagged("post_install", "-at_install")
    class TestDemoOnYearlyOrder(DemoCase):
        """Installed on the very day of the yearly order of the calendar maker."""

        now = datetime.combine(date(2026, 10, 20), time(1))

        def test_every_story_comes_true(self):
            """As on any other day."""
            self.check_stories()
