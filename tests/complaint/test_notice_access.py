"""Who may do what with order problems."""

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .notice_case import NoticeCase

WHO = ("portal", "stranger", "insider", "user", "other", "sales", "agent", "manager")
ALL = {"user", "other", "sales", "agent", "manager"}
HANDLERS = {"sales", "agent", "manager"}
# How it is called -> who may.
METHODS = {
    "read": (ALL | {"portal"}, lambda case, told, draft: told.read(["description"])),
    "tell": (HANDLERS, lambda case, told, draft: draft.tell()),
    "tell by phone": (HANDLERS, lambda case, told, draft: draft.action_told_by_phone()),
    "choose": (
        HANDLERS,
        lambda case, told, draft: told.choose(case.wait(case.known).id),
    ),
    "choose on the option": (
        HANDLERS,
        lambda case, told, draft: case.wait(told).action_choose(),
    ),
    "apply": ({"sales"}, lambda case, told, draft: case.applied(told)),
    "resolve": (HANDLERS, lambda case, told, draft: told.resolve("Called")),
    "cancel": (HANDLERS, lambda case, told, draft: told.cancel()),
    "write": (HANDLERS, lambda case, told, draft: told.write({"note": "x"})),
    "options": (
        HANDLERS,
        lambda case, told, draft: draft.option_ids.write({"name": "x"}),
    ),
    "delete": ({"agent", "manager"}, lambda case, told, draft: draft.unlink()),
    "open complaints": (
        ALL,
        lambda case, told, draft: told.action_open_complaints(),
    ),
}


@tagged("post_install", "-at_install")
class TestNoticeAccess(NoticeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            "portal": cls.make_user("portal", "base.group_portal"),
            "stranger": cls.make_user("stranger", "base.group_portal"),
            "insider": cls.make_user("insider", "base.group_user"),
            "user": cls.seller,
            "other": cls.make_user("other", "sales_team.group_sale_salesman_all_leads"),
            "sales": cls.salesperson,
            "agent": cls.agent,
            "manager": cls.manager,
        }
        cls.people["portal"].partner_id.parent_id = cls.lotus
        cls.known = cls.told(cls.env.user)
        cls.draft = cls.notice(cls.env.user)

    def applied(self, told):
        if not self.known.chosen_option_id:
            self.known.sudo().choose(self.wait(self.known).id)
        return told.apply_to_order()

    def test_methods(self):
        """Each is refused to whoever may not, and answers all others."""
        mistakes = []
        for name, (allowed, call) in METHODS.items():
            for who in WHO:
                if self.may(call, who) != (who in allowed):
                    mistakes.append((name, who))
        self.assertEqual(mistakes, [])

    def may(self, call, who):
        class Undo(Exception):
            pass

        user = self.people[who]
        try:
            with (
                mute_logger("odoo.addons.base.models.ir_rule", "odoo.models.unlink"),
                self.env.cr.savepoint(),
            ):
                self.env.invalidate_all()
                call(self, self.known.with_user(user), self.draft.with_user(user))
                raise Undo
        except AccessError:
            return False
        except Undo:
            return True

    def test_portal_does_not_see_what_was_not_told(self):
        portal = self.people["portal"]
        notices = self.Notice.with_user(portal)
        self.assertEqual(notices.search([]), self.known)
        options = self.env["crm.complaint.notice.option"].with_user(portal)
        self.assertEqual(options.search([]), self.known.option_ids)
        for name in ("note", "warned_at", "prevented_count", "complaint_ids"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.known.with_user(portal).read([name])
        with self.assertRaises(AccessError):
            notices.create({"order_id": self.sale.id, "description": "x"})

    def test_stranger_sees_nothing(self):
        stranger = self.people["stranger"]
        for model in ("crm.complaint.notice", "crm.complaint.notice.option"):
            self.assertFalse(self.env[model].with_user(stranger).search([]))

    def test_who_reports_completes_his_draft_and_no_more(self):
        """A colleague who sees all orders, but did not sell this one."""
        notice = self.notice(self.people["other"])
        notice.description = "The paper arrives two days late."
        notice.option_ids[0].name = "Wait two days"
        self.assertFalse(notice.may_handle)
        with self.assertRaisesRegex(AccessError, "handled by care agents"):
            notice.tell()
        notice.with_user(self.agent).tell()
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_rule"),
        ):
            notice.user_id = self.agent

    def test_orders_one_cannot_read_are_refused(self):
        with self.assertRaises(AccessError):
            self.notice(self.seller)
        hidden = self.order(self.lotus, date(2026, 6, 1), user_id=self.manager.id)
        with mute_logger("odoo.addons.base.models.ir_rule"):
            with self.assertRaises(AccessError):
                self.notice(self.salesperson, order_id=hidden.id)
            notice = self.notice(self.salesperson)
            with self.assertRaises(AccessError):
                notice.order_id = hidden

    def test_owner_is_one_who_can_act(self):
        for who in ("user", "other", "portal"):
            with self.subTest(who), self.assertRaisesRegex(ValidationError, "can own"):
                self.draft.user_id = self.people[who]
        self.draft.user_id = self.agent

    def test_other_companies_do_not_exist(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        agent = new_test_user(
            self.env,
            "complaint_elsewhere",
            "crm_value.group_care_agent",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        notices = self.Notice.with_user(agent)
        notices = notices.with_context(allowed_company_ids=other.ids)
        self.assertFalse(notices.search([]))
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_rule"),
        ):
            notices.browse(self.known.id).tell()

    def test_agent_without_sales_rights_cannot_change_the_order(self):
        self.known.choose(self.wait(self.known).id)
        with self.assertRaises(AccessError):
            self.known.with_user(self.agent).apply_to_order()
        self.assertEqual(self.sale.commitment_date.day, 4)

    def test_ids_that_are_none(self):
        for method in ("tell", "apply_to_order", "resolve", "cancel", "action_tell"):
            with self.subTest(method), self.assertRaisesRegex(UserError, "ids holds"):
                getattr(self.Notice.browse(["x"]), method)()
