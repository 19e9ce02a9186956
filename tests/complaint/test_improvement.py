"""Actions against causes: done, watched, effective, or back again."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TUESDAY, ComplaintCase


class ImprovementCase(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Improvement = cls.env["crm.complaint.improvement"]
        causes = cls.env["crm.complaint.cause"]
        cls.print_ = causes.create({"name": "Print"})
        cls.colour = causes.create({"name": "Colour", "parent_id": cls.print_.id})
        cls.freight = causes.create({"name": "Freight"})
        cls.poster = cls.env["product.product"].create({"name": "Poster"})

    def improve(self, cause=None, user=None, **values):
        return self.Improvement.with_user(user or self.agent).create(
            {
                "name": "Proof under daylight",
                "cause_id": (cause or self.colour).id,
                **values,
            }
        )

    def done(self, *args, **values):
        improvement = self.improve(*args, **values)
        improvement.action_done()
        return improvement

    def complain_later(self, days=1, cause=None, **values):
        """A complaint received so many days later, and its cause found at once."""
        with freeze_time(TUESDAY + timedelta(days=days)):
            complaint = self.submit(**values)
            if cause is not False:
                complaint.with_user(self.agent).cause_id = cause or self.colour
        self.env.flush_all()
        return complaint

    def check_nightly(self, days):
        with (
            freeze_time(TUESDAY + timedelta(days=days)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref(
                "crm_value.cron_complaint_improvements"
            ).method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestRecurrence(ImprovementCase):
    def test_same_cause_opens_it_again(self):
        """At once; the owner is told, the complaint belongs to it."""
        improvement = self.done(user_id=self.manager.id)
        complaint = self.complain_later()
        self.assertEqual((improvement.state, improvement.reopen_count), ("reopened", 1))
        self.assertEqual(improvement.complaint_ids, complaint)
        activity = improvement.sudo().activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn(complaint.name, activity.summary)
        self.assertIn(complaint.name, improvement.sudo().message_ids[0].body)
        improvement.action_done()
        self.assertFalse(activity.active)

    def test_cause_below_counts_and_above_does_not(self):
        general, special = self.done(self.print_), self.done(self.colour)
        self.complain_later(cause=self.print_)
        self.assertEqual((general.state, special.state), ("reopened", "done"))
        general.action_done()
        self.complain_later(cause=self.colour)
        self.assertEqual((general.state, special.state), ("reopened", "reopened"))

    def test_other_cause_product_company_or_kind_does_not(self):
        improvement = self.done(product_id=self.product.id)
        self.complain_later(cause=self.freight, product_id=self.product.id)
        self.complain_later(product_id=self.poster.id)
        self.complain_later()
        self.complain_later(kind="question", product_id=self.product.id)
        elsewhere = self.make_company("Elsewhere")
        with freeze_time(TUESDAY + timedelta(hours=1)):
            self.Complaint.create(
                {
                    "subject": "Torn",
                    "company_id": elsewhere.id,
                    "cause_id": self.colour.id,
                    "product_id": self.product.id,
                }
            )
        self.assertEqual(improvement.state, "done")
        self.complain_later(product_id=self.product.id)
        self.assertEqual(improvement.state, "reopened")

    def test_product_found_later(self):
        improvement = self.done(product_id=self.product.id)
        complaint = self.complain_later()
        self.assertEqual(improvement.state, "done")
        complaint.product_id = self.product
        self.assertEqual(improvement.state, "reopened")

    def test_what_happened_before_is_no_recurrence(self):
        """Received before it was done, investigated afterwards."""
        complaint = self.complain_later(-1, cause=False)
        improvement = self.done()
        complaint.cause_id = self.colour
        self.assertEqual(improvement.state, "done")

    def test_days_of_watching(self):
        """The last day counts, the day after does not."""
        improvement = self.done(check_days=30)
        self.complain_later(31)
        self.assertEqual(improvement.state, "done")
        self.complain_later(30)
        self.assertEqual(improvement.state, "reopened")

    def test_silence_makes_it_effective_and_it_is_watched_once_more(self):
        improvement = self.done(check_days=30)
        self.check_nightly(30)
        self.assertEqual(improvement.state, "done")
        self.check_nightly(31)
        self.assertEqual(improvement.state, "effective")
        self.check_nightly(32)
        self.complain_later(62)
        self.assertEqual(improvement.state, "effective")
        self.complain_later(60)
        self.assertEqual(improvement.state, "reopened")

    def test_night_finds_what_nobody_wrote(self):
        """A cause that is moved below another one."""
        improvement = self.done(self.print_)
        self.complain_later(cause=self.freight)
        self.freight.parent_id = self.print_
        self.check_nightly(2)
        self.assertEqual(improvement.state, "reopened")

    def test_confidential_complaint_is_not_named(self):
        """Its number and words reach nobody who may not see it."""
        improvement = self.done(user_id=self.seller.id)
        complaint = self.complain_later(cause=False, words="Secret affair")
        complaint.sudo().write({"is_confidential": True, "cause_id": self.colour.id})
        self.assertEqual(improvement.state, "reopened")
        self.env.invalidate_all()
        seen = improvement.with_user(self.seller)
        self.assertFalse(seen.complaint_ids)
        self.assertEqual(seen.complaint_count, 0)
        self.assertNotIn(complaint.name, seen.activity_ids.summary)
        self.assertNotIn(complaint.name, str(seen.message_ids.mapped("body")))
        self.assertFalse(
            self.Improvement.with_user(self.seller).search(
                [("complaint_ids.subject", "ilike", "Secret")]
            )
        )
        self.assertEqual(improvement.with_user(self.agent).complaint_count, 1)

    def test_merged_complaint_brings_its_improvement(self):
        first, second = self.submit("Torn"), self.submit("Also torn")
        improvement = self.improve(complaint_ids=[(6, 0, first.ids)])
        first.merge_into(second.id)
        self.assertIn(improvement, second.sudo().improvement_ids)

    def test_open_improvement_does_not_hold_the_complaint(self):
        complaint = self.submit()
        self.improve(complaint_ids=[(6, 0, complaint.ids)])
        complaint.decide("upheld", "You are right.")
        complaint.close()
        self.assertTrue(complaint.closed_at)


@tagged("post_install", "-at_install")
class TestImprovementRefusals(ImprovementCase):
    def test_without_a_cause_it_cannot_be_watched(self):
        improvement = self.Improvement.with_user(self.agent).create({"name": "Better"})
        with self.assertRaisesRegex(UserError, "Enter the cause"):
            improvement.action_done()

    def test_state_is_nobodys_to_write(self):
        improvement = self.improve()
        for name, value in (
            ("state", "effective"),
            ("done_at", TUESDAY),
            ("effective_at", TUESDAY),
            ("reopen_count", 5),
        ):
            with self.assertRaisesRegex(UserError, "cannot be written"):
                improvement.with_user(self.manager).write({name: value})
            with self.assertRaisesRegex(UserError, "cannot be written"):
                self.improve(**{name: value})
        improvement = (
            self.Improvement.with_user(self.agent)
            .with_context(default_state="effective", default_reopen_count=5)
            .create({"name": "Better"})
        )
        self.assertEqual((improvement.state, improvement.reopen_count), ("open", 0))

    def test_steps_that_do_not_follow(self):
        improvement = self.improve()
        with self.assertRaisesRegex(UserError, "not possible now"):
            improvement.action_reopen()
        improvement.action_done()
        with self.assertRaisesRegex(UserError, "not possible now"):
            improvement.action_done()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_rights(self):
        improvement = self.improve()
        self.assertEqual(improvement.with_user(self.seller).name, improvement.name)
        with self.assertRaises(AccessError):
            self.improve(user=self.seller)
        for call in ("action_done", "action_reopen"):
            with self.assertRaises(AccessError):
                getattr(improvement.with_user(self.seller), call)()
        with self.assertRaises(AccessError):
            improvement.unlink()
        elsewhere = self.make_company("Elsewhere")
        stranger = self.make_user("stranger", "crm_value.group_manager")
        stranger.write(
            {"company_id": elsewhere.id, "company_ids": [(6, 0, elsewhere.ids)]}
        )
        improvements = self.Improvement.with_user(stranger)
        self.assertFalse(improvements.with_context(allowed_company_ids=None).search([]))

    def test_button_of_the_complaint(self):
        """A new one with the complaint's cause; later the one there is."""
        complaint = self.complain_later()
        action = complaint.action_open_improvements()
        self.assertEqual(action["context"]["default_cause_id"], self.colour.id)
        self.assertFalse(action["res_id"])
        improvement = self.improve(complaint_ids=[(6, 0, complaint.ids)])
        self.env.invalidate_all()
        action = complaint.action_open_improvements()
        self.assertEqual(action["res_id"], improvement.id)
        self.assertEqual(complaint.improvement_count, 1)
        domain = improvement.action_open_complaints()["domain"]
        self.assertEqual(self.Complaint.search(domain), complaint.sudo())
