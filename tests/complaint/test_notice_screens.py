"""The screens of order problems open in a browser without an error."""

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from ..value.common import ValueCase

WAIT = """
    const wait = async (selector) => {
        for (let i = 0; i < 100; i++) {
            const found = document.querySelector(selector);
            if (found) return found;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error(`${selector} is missing`);
    };
"""
# Opens each view by its switch, then the form of the first problem.
LOOK = f"""
(async () => {{
    {WAIT}
    for (const view of ["list", "calendar", "pivot", "graph", "kanban"]) {{
        (await wait(`.o_switch_view.o_${{view}}`)).click();
        await wait(`.o_${{view}}_view`);
    }}
    (await wait(".o_kanban_record:not(.o_kanban_ghost)")).click();
    await wait(".o_form_view button[name=action_resolve]");
    await wait(".o_form_view button[name=action_choose]");
    console.log("test successful");
}})();
"""
ORDER = f"""
(async () => {{
    {WAIT}
    await wait("button[name=action_tell_problem]");
    await wait("button[name=action_open_problems]");
    await wait(".alert-warning [name=complaint_notice_open_id]");
    console.log("test successful");
}})();
"""


@tagged("post_install", "-at_install")
class TestNoticeScreens(ValueCase, HttpCase):
    """By the real clock, which a browser needs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = new_test_user(
            cls.env,
            "notice_screens",
            "crm_value.group_care_agent,sales_team.group_sale_salesman_all_leads",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        lotus = cls.customer("Lotus Prints", email="lotus@example.com")
        cls.sale = cls.order(lotus, fields.Date.today())
        notice = cls.env["crm.complaint.notice"].create(
            {
                "order_id": cls.sale.id,
                "description": "The paper arrives late.",
                "option_ids": [(0, 0, {"name": "Wait", "price_change_amount": -5})],
            }
        )
        notice.tell("phone")

    def test_views_open(self):
        self.browser_js(
            "/odoo/order-problems",
            LOOK,
            "!!document.querySelector('.o_kanban_view')",
            login=self.agent.login,
        )

    def test_order_shows_its_problem(self):
        self.browser_js(
            f"/odoo/sale.order/{self.sale.id}",
            ORDER,
            "!!document.querySelector('.o_form_view')",
            login=self.agent.login,
        )
