"""Who has nothing to do with values works as he did before the add-on."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, freeze_time, new_test_user, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .common import NOON, ValueCase, days_before

# A picture of one pixel.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


class BystanderCase(ValueCase):
    """A valued customer with an order and an invoice, in a company with accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.make_users()
        home = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.accountant = new_test_user(
            cls.env, "value_accountant", "account.group_account_invoice", **home
        )
        cls.clerk = new_test_user(
            cls.env,
            "value_clerk",
            "base.group_user,base.group_partner_manager",
            **home,
        )
        cls.buyer = cls.users["portal"].partner_id
        cls.purchase(cls.buyer, days_before(30), 900.0, 400.0)
        with freeze_time(NOON):
            cls.start()
        cls.confirmed = cls.order(cls.buyer, days_before(10))
        cls.invoice = cls.confirmed._create_invoices()
        cls.invoice.action_post()
        cls.env.flush_all()
        cls.env.invalidate_all()

    def as_user(self, user, records):
        return records.with_user(user).with_context(
            allowed_company_ids=self.company.ids
        )

    def open_view(self, records, view_type):
        """Read what the web client reads to show the records in a view."""
        arch = etree.fromstring(records.get_view(view_type=view_type)["arch"])
        nodes = arch.xpath("//field[not(ancestor::field)]")
        names = {node.get("name") for node in nodes}
        specification = {name: {} for name in names}
        if view_type == "form":
            return names, records.web_read(specification)
        domain = [("id", "in", records.ids)]
        return names, records.web_search_read(domain, specification)["records"]


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestBystanders(BystanderCase):
    def test_insider_opens_contacts(self):
        """Form, list and kanban come without our fields and with all others."""
        partner = self.as_user(self.users["insider"], self.buyer)
        for view_type in ("form", "list", "kanban"):
            with self.subTest(view_type=view_type):
                names, [values] = self.open_view(partner, view_type)
                self.assertEqual(values["id"], partner.id)
                self.assertFalse([name for name in names if "value_" in name])
        Form(partner)

    def test_clerk_creates_moves_and_archives_contacts(self):
        """Moving a contact touches his value, which is no right of the clerk."""
        partners = self.as_user(self.clerk, self.env["res.partner"])
        with Form(partners) as form:
            form.name = "Lotus Prints"
        contact = form.record
        contact.parent_id = self.buyer
        contact.parent_id = False
        contact.is_company = True
        contact.action_archive()
        self.env.cr.flush()
        self.assertIn(contact, self.touched())

    def test_accountant_reads_orders_and_invoices(self):
        """What the lists and the form show him holds nothing of ours."""
        order = self.as_user(self.accountant, self.confirmed)
        with self.assertRaises(AccessError):
            order.partner_id.mapped("value_tier_id")
        invoice = self.as_user(self.accountant, self.invoice)
        # Core's own order form counts gift cards, which an accountant may not see.
        for document, view_type in (
            (order, "list"),
            (invoice, "list"),
            (invoice, "form"),
        ):
            with self.subTest(document=document, view_type=view_type):
                names, [values] = self.open_view(document, view_type)
                self.assertEqual(values["id"], document.id)
                self.assertNotIn("customer_tier_id", names)

    def test_accountant_posts_credits_and_resets(self):
        """The customer of the order is valued again, unseen by the accountant."""
        self.Touch.search([]).unlink()
        self.env.cr.flush()
        invoice = self.as_user(self.accountant, self.invoice)
        credit = invoice._reverse_moves(
            [{"invoice_date": days_before(1)}], cancel=False
        )
        credit.action_post()
        credit.button_draft()
        credit.action_post()
        self.assertEqual(self.touched(), self.buyer)

    def test_salesperson_without_our_group_sells(self):
        """An administrator may take the group away from salespeople."""
        seller = self.users["salesperson"]
        self.env.ref("sales_team.group_sale_salesman").implied_ids -= self.env.ref(
            "crm_value.group_user"
        )
        self.assertFalse(seller.has_group("crm_value.group_user"))
        self.platinum.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Friends", "company_id": self.company.id}
        )
        self.env.ref("base.group_user")._apply_group(
            self.env.ref("product.group_product_pricelist")
        )
        orders = self.as_user(seller, self.env["sale.order"])
        with Form(orders) as form:
            form.partner_id = self.as_user(seller, self.buyer)
        order = form.record
        self.assertEqual(order.sudo().pricelist_id, self.platinum.pricelist_id)
        order.action_confirm()
        names, _values = self.open_view(order, "form")
        self.assertNotIn("customer_tier_id", names)
        order._action_cancel()
        self.env.cr.flush()

    def test_salesperson_works_as_ever(self):
        """From quotation to invoice, with the tier before his eyes."""
        orders = self.as_user(self.users["salesperson"], self.env["sale.order"])
        with Form(orders) as form:
            form.partner_id = self.as_user(self.users["salesperson"], self.buyer)
            with form.order_line.new() as line:
                line.product_id = self.product
        order = form.record
        self.assertEqual(order.customer_tier_id, self.platinum)
        names, _values = self.open_view(order, "form")
        self.assertIn("customer_tier_id", names)
        order.action_confirm()
        order._create_invoices()
        self.env.cr.flush()


@tagged("post_install", "-at_install")
class TestPortalBystander(BystanderCase, HttpCase):
    def test_portal_user_opens_and_signs_his_quotation(self):
        """The page shows no tier; signing values him again."""
        quotation = self.order(
            self.buyer, days_before(1), state="sent", require_signature=True
        )
        quotation.require_payment = False
        self.env.flush_all()
        self.authenticate("value_portal", "value_portal")
        page = self.url_open(f"/my/orders/{quotation.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(quotation.name, page.text)
        self.assertNotIn("Platinum", page.text)
        for path in ("/my/orders", "/my/quotes", "/my/invoices", "/my/account"):
            self.assertEqual(self.url_open(path).status_code, 200, path)
        answer = self.make_jsonrpc_request(
            f"/my/orders/{quotation.id}/accept",
            {"name": "Buyer", "signature": SIGNATURE},
        )
        self.assertTrue(answer.get("force_refresh"), answer)
        self.assertEqual(quotation.state, "sale")
        self.assertIn(self.buyer, self.touched())
        events = self.events("purchase").filtered(
            lambda event: event.res_id == quotation.id
        )
        self.assertEqual(events.partner_id, self.buyer)

    def test_visitor_with_the_link_opens_the_quotation(self):
        """Also without an account."""
        quotation = self.order(self.buyer, days_before(1), state="sent")
        self.env.flush_all()
        page = self.url_open(quotation.get_portal_url())
        self.assertEqual(page.status_code, 200)
        self.assertIn(quotation.name, page.text)

    def test_portal_user_sees_nothing_of_ours_by_rpc(self):
        """His session is good for the public methods of contacts, not for values."""
        self.authenticate("value_portal", "value_portal")
        for model, method, args in (
            ("crm.value.profile", "search_read", [[]]),
            ("crm.value.profile", "explain", [self.profile(self.buyer).ids]),
            ("res.partner", "read", [self.buyer.ids, ["value_tier_id"]]),
            ("res.partner", "action_open_value", [self.buyer.ids]),
        ):
            params = {"model": model, "method": method, "args": args, "kwargs": {}}
            with (
                self.subTest(model=model, method=method),
                mute_logger("odoo.http"),
                self.assertRaisesRegex(JsonRpcException, "AccessError"),
            ):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/{model}/{method}", params
                )
