from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.crm_value.models.value.lifecycle_words import (
    REASON_FIGURES,
    say_reason,
)
from odoo.addons.crm_value.models.value.profile import LIFECYCLE_REASONS

from .common import TODAY, ValueCase, days_before
from .tier_case import TierCase


def after(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
class TestLifecycle(TierCase):
    """Every change of stage is an event with its reason, and is dated.

    The mover buys every thirty days, last five days ago, for 100 each time.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bought.unlink()
        rows = [(cls.mover, days_before(30 * k + 5), 200, 100) for k in range(24)]
        cls.sold = cls.purchases(rows)

    def sell_last_year(self, margin):
        """What every purchase of the last twelve months brought, 100 those before."""
        self.sold[:12].write({"margin": margin})

    def check_stage(self, stage, since, *sentences):
        self.assertEqual(self.held.lifecycle_stage, stage)
        self.assertEqual(self.held.lifecycle_since_date, since)
        [told] = self.held.explain()
        for sentence in sentences:
            self.assertIn(sentence, told["sentences"])
        return told["lifecycle"]

    def stage_events(self):
        kinds = ("lifecycle_changed", "lost", "won_back", "purchase_overdue")
        events = self.events().filtered(
            lambda event: event.kind in kinds and event.partner_id == self.mover
        )
        return events.sorted("id")

    def test_first_valuation_is_no_change(self):
        """It dates the stage from the day on which it was seen, and emits nothing."""
        self.value()
        self.check_stage(
            "mature",
            TODAY,
            "Mature since 06/03/2026: margin of the last twelve months 1.00 × that of "
            "the year before.",
            "Last purchase on 05/29/2026, the next is expected on 06/28/2026.",
        )
        self.assertFalse(self.stage_events())

    def test_decline_says_by_how_much(self):
        """Seen on the day of the run; a stage that stays keeps its day."""
        self.value()
        self.sell_last_year(71)
        self.value(after(1))
        told = self.check_stage(
            "declining",
            after(1),
            "Declining since 06/04/2026: margin of the last twelve months 0.71 × that "
            "of the year before.",
        )
        self.assertEqual(
            told,
            {
                "stage": "declining",
                "since": "2026-06-04",
                "reason": "margin_fell",
                "figures": {"ratio": 0.71, "by_margin": True},
                "words": "margin of the last twelve months 0.71 × that of the year "
                "before",
            },
        )
        event = self.stage_events()
        self.assertEqual(event.kind, "lifecycle_changed")
        self.assertEqual(
            event.data,
            {
                "stage_from": "mature",
                "stage_to": "declining",
                "reason": "margin_fell",
                "ratio": 0.71,
                "by_margin": True,
            },
        )
        self.assertEqual(
            event.summary,
            "from Mature to Declining: margin of the last twelve months 0.71 × that of "
            "the year before",
        )
        self.value(after(2))
        self.check_stage("declining", after(1))
        self.assertEqual(self.stage_events(), event)

    def test_stage_that_stays_writes_nothing(self):
        """From one day of a week to the next, by either kind of run."""
        with self.noon_of(TODAY):
            self.start(as_of=None)
        with self.noon_of(after(2)):
            for partner_ids in (None, (self.mover | self.rival).ids):
                run = self.start(as_of=None, partner_ids=partner_ids)
                self.assertEqual(run.changed_count, 0)
        self.check_stage("mature", TODAY)

    def test_growth_and_back(self):
        """By an incremental run as well; each change from the stage before."""
        self.value()
        self.sell_last_year(150)
        with self.noon_of(after(1)):
            self.start(as_of=after(1), partner_ids=self.mover.ids)
        self.check_stage("growing", after(1))
        self.sell_last_year(100)
        self.value(after(3))
        self.check_stage("mature", after(3))
        changes = [
            (event.data["stage_from"], event.data["stage_to"], event.data["reason"])
            for event in self.stage_events()
        ]
        self.assertEqual(
            changes,
            [
                ("mature", "growing", "margin_grew"),
                ("growing", "mature", "margin_steady"),
            ],
        )

    def test_growth_out_of_nothing_names_no_ratio(self):
        """Nothing can be divided by what a year without profit brought."""
        self.sold[12:].write({"margin": 0})
        self.value()
        self.check_stage(
            "growing",
            TODAY,
            "Growing since 06/03/2026: profit in the last twelve months, none in the "
            "year before.",
        )

    def test_silence_and_return(self):
        """Dormant from the 46th day of silence on, lost from the 91st, until he buys;
        his own purchases tell these days, whenever they are seen."""
        self.value()
        self.value(after(50))
        told = self.check_stage(
            "dormant",
            after(41),
            "Dormant since 07/14/2026: no purchase since 05/29/2026, for more than "
            "1.5 purchase cycles of 30 days.",
        )
        self.assertEqual(told["figures"]["silent_days"], 55)
        self.value(after(100))
        self.check_stage("lost", after(86))
        self.purchase(self.mover, after(110), 200, 100)
        self.value(after(111))
        self.check_stage(
            "won_back",
            after(110),
            "Won back since 09/21/2026: bought again after more than 3 purchase "
            "cycles of 30 days without a purchase.",
        )
        overdue, lost, back = self.stage_events()
        self.assertEqual(
            [overdue.kind, lost.kind, back.kind],
            ["purchase_overdue", "lost", "won_back"],
        )
        self.assertEqual(
            lost.data,
            {
                "stage_from": "dormant",
                "stage_to": "lost",
                "reason": "silent_for_lost_cycles",
                "last_date": "2026-05-29",
                "silent_days": 105,
                "cycles": 3.0,
                "cycle_days": 30.0,
            },
        )
        self.assertEqual(back.data["pause_days"], 115)

    def test_prospect_becomes_new(self):
        """Since he is known as one, then since his first purchase."""
        self.sold.unlink()
        self.opportunity(100)
        self.value()
        self.check_stage(
            "prospect",
            TODAY,
            "Prospect since 06/03/2026: nothing bought yet, an opportunity is open.",
        )
        self.purchase(self.mover, after(2), 200, 100)
        self.value(after(4))
        self.check_stage(
            "new",
            after(2),
            "New since 06/05/2026: first purchase less than 90 days ago.",
        )
        self.assertEqual(
            self.stage_events().data,
            {
                "stage_from": "prospect",
                "stage_to": "new",
                "reason": "first_purchase_recent",
                "new_days": 90,
            },
        )
        self.value(after(92))
        self.check_stage(
            "mature",
            after(92),
            "Mature since 09/03/2026: customer for less than a year, with no year to "
            "compare with.",
        )

    def test_run_of_an_earlier_day_moves_the_date_back(self):
        """Mature since tomorrow is mature since today, when today is valued later."""
        self.value(after(9))
        self.value(after(5))
        self.check_stage("mature", after(5))


@tagged("post_install", "-at_install")
class TestReasons(ValueCase):
    def test_every_reason_has_words(self):
        """With and without figures that may be missing."""
        self.assertEqual({*dict(LIFECYCLE_REASONS)}, {*REASON_FIGURES})
        figures = {
            "ratio": 1.0,
            "by_margin": False,
            "last_date": "2026-05-29",
            "cycles": 1.5,
            "cycle_days": 20.5,
            "new_days": 90,
        }
        for code in REASON_FIGURES:
            for ratio in (1.0, None):
                words = say_reason(self.env, code, figures | {"ratio": ratio})
                self.assertTrue(words and words[-1] != ".", code)

    def test_event_of_an_earlier_version_says_its_kind_only(self):
        """It was stored without data."""
        lotus = self.customer("Lotus")
        self.env["crm.customer.event"]._emit("lost", lotus)
        self.assertEqual(self.events("lost").summary, "Lotus")
