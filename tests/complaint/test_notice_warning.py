"""A customer who does not choose: the owner is warned, once."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .notice_case import TUESDAY, NoticeCase

UNTIL = datetime(2026, 6, 3, 11)


@tagged("post_install", "-at_install")
class TestNoticeWarning(NoticeCase, CronMixinCase):
    def warnings(self, notice):
        return notice.activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id
                == self.env.ref("crm_value.complaint_notice_activity_unanswered")
            )
        )

    def test_job_is_woken_when_the_time_is_over(self):
        with self.capture_triggers("crm_value.cron_complaint_notice") as capture:
            self.told()
        self.assertEqual(capture.records.mapped("call_at"), [UNTIL + timedelta(0, 60)])

    def test_owner_is_warned_once(self):
        notice = self.told()
        self.run_warning()
        self.assertFalse(self.warnings(notice), "There is still time.")
        self.assertFalse(notice.is_unanswered)
        with freeze_time(UNTIL + timedelta(minutes=1)):
            self.run_warning()
            self.run_warning()
            self.assertTrue(notice.is_unanswered)
        self.assertEqual(self.warnings(notice).user_id, self.salesperson)
        self.assertEqual(len(self.warnings(notice)), 1)
        self.assertEqual(notice.warned_at, UNTIL + timedelta(minutes=1))
        self.assertEqual(notice.state, "told", "Nothing is closed by itself.")

    def test_many_are_warned_each_once(self):
        notices = self.told() | self.told() | self.told()
        with freeze_time(UNTIL + timedelta(minutes=1)):
            self.run_warning()
        self.assertEqual([len(self.warnings(n)) for n in notices], [1, 1, 1])

    def test_who_has_chosen_is_not_waited_for(self):
        notice = self.told()
        notice.choose(self.wait(notice).id)
        with freeze_time(UNTIL + timedelta(minutes=1)):
            self.run_warning()
        self.assertFalse(self.warnings(notice))

    def test_choice_ends_the_warning(self):
        notice = self.told()
        with freeze_time(UNTIL + timedelta(minutes=1)):
            self.run_warning()
            notice.choose(self.wait(notice).id)
        self.assertFalse(self.warnings(notice))

    def test_another_date_warns_again(self):
        notice = self.told()
        with freeze_time(UNTIL + timedelta(minutes=1)):
            self.run_warning()
            with self.capture_triggers("crm_value.cron_complaint_notice") as capture:
                notice.with_user(self.agent).answer_until = UNTIL + timedelta(hours=5)
            self.assertEqual(len(capture.records), 1)
            self.assertFalse(self.warnings(notice))
            self.run_warning()
        self.assertFalse(self.warnings(notice))
        with freeze_time(UNTIL + timedelta(hours=6)):
            self.run_warning()
        self.assertEqual(len(self.warnings(notice)), 1)

    def test_somebody_is_warned_while_there_is_no_owner(self):
        notice = self.told()
        notice.user_id = False
        self.sale.user_id = False
        with freeze_time(UNTIL + timedelta(minutes=1)):
            self.run_warning()
        self.assertEqual(self.warnings(notice).user_id, self.team.user_id)

    def test_warning_speaks_the_owners_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.salesperson.lang = "fr_FR"
        notice = self.told()
        with freeze_time(UNTIL + timedelta(minutes=1)):
            self.run_warning()
        self.assertIn("03/06/2026", self.warnings(notice).note)

    def test_unanswered_can_be_searched(self):
        notice = self.told()
        chosen = self.told()
        chosen.choose(self.wait(chosen).id)
        late = [("is_unanswered", "=", True), ("order_id", "=", self.sale.id)]
        in_time = [("is_unanswered", "=", False), ("order_id", "=", self.sale.id)]
        self.assertFalse(self.Notice.search(late))
        with freeze_time(UNTIL + timedelta(minutes=1)):
            self.assertEqual(self.Notice.search(late), notice)
            self.assertEqual(self.Notice.search(in_time), chosen)

    def test_time_to_choose_is_the_teams(self):
        self.team.notice_answer_hours = 1
        self.assertEqual(self.told().answer_until, TUESDAY + timedelta(hours=1))
        given = fields.Datetime.to_datetime("2026-06-20 08:00:00")
        self.assertEqual(self.told(answer_until=given).answer_until, given)
