"""An order of Lotus Prints with a problem that we found first."""

from datetime import date, datetime

from .common import TUESDAY, ComplaintCase


class NoticeCase(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = cls.make_user("salesperson", "sales_team.group_sale_salesman")
        cls.sale = cls.order(
            cls.lotus,
            date(2026, 6, 1),
            user_id=cls.salesperson.id,
            commitment_date=datetime(2026, 6, 4, 15, 30),
        )
        cls.Notice = cls.env["crm.complaint.notice"]

    @classmethod
    def notice(cls, user=None, **values):
        """Recorded with two ways out: wait, or pay for another paper."""
        notice = cls.Notice.with_user(user or cls.agent).create(
            {
                "order_id": cls.sale.id,
                "kind": "material",
                "description": "The paper arrives late.",
                "option_ids": [
                    (0, 0, {"name": "Wait", "delivery_date": date(2026, 6, 9)}),
                    (0, 0, {"name": "Other paper", "price_change_amount": 20.0}),
                ],
                **values,
            }
        )
        cls.env.flush_all()
        return notice

    @classmethod
    def told(cls, user=None, **values):
        notice = cls.notice(user, **values)
        notice.tell()
        cls.env.flush_all()
        return notice

    @classmethod
    def wait(cls, notice):
        return notice.option_ids[0]

    @classmethod
    def other_paper(cls, notice):
        return notice.option_ids[1]

    def run_warning(self):
        """What the scheduler does when the time to choose is over."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_value.cron_complaint_notice").method_direct_trigger()
        self.env.invalidate_all()


__all__ = ["TUESDAY", "NoticeCase"]
