from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import TUESDAY, ComplaintCase


@tagged("post_install", "-at_install")
class TestDuplicates(ComplaintCase):
    """Who complains twice is one complaint."""

    def test_similar_words_are_flagged(self):
        first = self.submit("The colour of the flyers is off")
        with freeze_time(TUESDAY + timedelta(days=13)):
            second = self.submit("Colour of the flyers is off!")
        with freeze_time(TUESDAY + timedelta(days=28)):
            third = self.submit("The colour of the flyers is off")
        self.assertEqual(second.duplicate_of_id, first)
        self.assertFalse(third.duplicate_of_id)

    def test_same_order_is_flagged_whatever_the_words(self):
        order = self.order(self.lotus, TUESDAY)
        first = self.submit("Late", order_id=order.id)
        second = self.submit("Nobody answers", order_id=order.id)
        self.assertEqual(second.duplicate_of_id, first)

    def test_other_customer_is_not(self):
        self.submit("The colour of the flyers is off")
        other = self.customer("Other")
        second = self.submit("The colour of the flyers is off", partner_id=other.id)
        self.assertFalse(second.duplicate_of_id)

    def test_merge_moves_everything(self):
        first = self.submit("The colour is off")
        second = self.submit("The colour is off, too")
        message = self.say(second, "See the picture", self.lotus)
        attachment = self.env["ir.attachment"].create(
            {"name": "red.png", "res_model": "crm.complaint", "res_id": second.id}
        )
        activity = second.sudo().activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.agent.id
        )
        second.merge_into(first.id)
        self.assertEqual(message.res_id, first.id)
        self.assertEqual(attachment.res_id, first.id)
        self.assertEqual(activity.res_id, first.id)
        self.assertFalse(second.active)
        self.assertEqual(second.merged_into_id, first)
        self.assertEqual(
            set(second.deadline_ids.mapped("state")) - {"met"}, {"cancelled"}
        )
        self.assertEqual(first.duplicate_count, 1)
        second.invalidate_recordset()
        self.assertIn(first.name, second.log_ids[0].note)
        with self.assertRaisesRegex(UserError, "merged"):
            second.close()

    def test_chain_of_merges_ends_at_the_last(self):
        first, second, third = (self.submit(f"Case {i}") for i in range(3))
        third.merge_into(second.id)
        second.merge_into(first.id)
        self.assertEqual(third.merged_into_id, first)

    def test_what_cannot_be_merged(self):
        first = self.submit()
        other = self.submit("Else", partner_id=self.customer("Other").id)
        for survivor_id, named in (
            (first.id, "itself"),
            (other.id, "two customers"),
            (0, "complaint_id"),
            ("7", "complaint_id"),
            (2**31, "complaint_id"),
        ):
            with self.subTest(survivor_id), self.assertRaisesRegex(UserError, named):
                first.merge_into(survivor_id)
