"""Who may not see values finds them neither by reading nor by any detour."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_value.models.value.partner import VALUE_FIELDS

from .common import NOON, ValueCase, days_before

LOOKS = ("value_tier_color", "value_tier_is_base")
PARTNER_FIELDS = (*VALUE_FIELDS, *LOOKS)
ORDER_FIELDS = (
    "customer_tier_id",
    "is_tier_pricelist_ignored",
)
OUTSIDERS = ("public", "portal", "insider")

READING = {
    "attribute": lambda records, name: records[name],
    "read": lambda records, name: records.read([name]),
    "web_read": lambda records, name: records.web_read({name: {}}),
    "search_read": lambda records, name: records.search_read([], [name], limit=1),
    "web_search_read": lambda records, name: records.web_search_read([], {name: {}}),
}
SEARCHING = {
    "search": lambda records, name: records.search([(name, "!=", False)]),
    "negated": lambda records, name: records.search(["!", (name, "=", False)]),
    "count": lambda records, name: records.search_count([(name, "=", 1)]),
    "name_search": lambda records, name: records.name_search("", [(name, "=", 1)]),
    "filtered": lambda records, name: records.filtered_domain([(name, "=", 1)]),
}
SORTING = {
    "search": lambda records, name: records.search([], order=f"{name} desc"),
    "search_read": lambda records, name: records.search_read([], ["id"], order=name),
}
GROUPING = {
    "group": lambda records, name: records._read_group([], [name], ["__count"]),
    "formatted": lambda records, name: records.formatted_read_group([], [name], []),
    "web": lambda records, name: records.web_read_group([], [name]),
    "aggregate": lambda records, name: records._read_group([], [], [f"{name}:count"]),
}


class OutsiderCase(ValueCase):
    """A customer with a portal user and an order, and those who may not see values."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.buyer = cls.users["portal"].partner_id
        cls.other = cls.customer("Harbour Books", parent_id=cls.buyer.id)
        cls.purchase(cls.buyer, days_before(30), 900.0, 400.0)
        with freeze_time(NOON):
            cls.start()
        cls.sale = cls.order(cls.buyer, days_before(10), state="sent")
        cls.sale.message_subscribe(cls.buyer.ids)
        cls.env.flush_all()
        cls.env.invalidate_all()

    def as_user(self, kind, records):
        return records.with_user(self.users[kind]).with_context(
            allowed_company_ids=self.company.ids
        )


@tagged("post_install", "-at_install")
class TestPartnerFieldsAccess(OutsiderCase):
    def assertRefused(self, records, names, probes):
        """Every probe of every field, by everybody without the group, is refused."""
        open_doors = []
        for kind in OUTSIDERS:
            for name in names:
                for label, probe in probes.items():
                    try:
                        probe(self.as_user(kind, records), name)
                    except AccessError:
                        continue
                    open_doors.append((kind, name, label))
        self.assertEqual(open_doors, [])

    def test_outsiders_cannot_read_value_fields(self):
        """Not as an attribute, not as rows."""
        self.assertRefused(self.buyer, PARTNER_FIELDS, READING)

    def test_outsiders_cannot_search_by_value_fields(self):
        """A filter that may be asked often enough tells every figure."""
        self.assertRefused(self.buyer, PARTNER_FIELDS, SEARCHING)

    def test_outsiders_cannot_search_by_the_tier_of_a_related_record(self):
        """Neither over the parent, nor over the order, nor over the user."""
        probes = {
            path: lambda records, path: records.search([(path, "!=", False)])
            for path in (
                "parent_id.value_tier_id",
                "child_ids.value_score",
                "value_profile_id.score",
                "value_tier_id.name",
                "user_ids.value_tier_id",
                "sale_order_ids.customer_tier_id",
            )
        }
        for path, probe in probes.items():
            self.assertRefused(self.buyer, [path], {"search": probe})
        self.assertRefused(
            self.sale, ["partner_id.value_tier_id"], {"search": SEARCHING["search"]}
        )

    def test_outsiders_cannot_sort_by_value_fields(self):
        """The order of a list is the order of the figures."""
        self.assertRefused(self.buyer, PARTNER_FIELDS, SORTING)

    def test_outsiders_cannot_group_by_value_fields(self):
        """Nor aggregate them."""
        self.assertRefused(self.buyer, PARTNER_FIELDS, GROUPING)

    def test_outsiders_cannot_export_value_fields(self):
        """Even who may export contacts."""
        self.users["insider"].group_ids += self.env.ref("base.group_allow_export")
        probes = {
            "export": lambda records, name: records.export_data(["name", name]),
            "path": lambda records, name: records.export_data([f"parent_id/{name}"]),
        }
        insider = self.as_user("insider", self.other)
        for name in PARTNER_FIELDS:
            for label, probe in probes.items():
                with self.subTest(field=name, probe=label):
                    with self.assertRaises(AccessError):
                        probe(insider, name)
        for kind in ("public", "portal"):
            with self.assertRaises(UserError):
                probes["export"](self.as_user(kind, self.buyer), "value_score")

    def test_outsiders_cannot_see_the_tier_on_the_order(self):
        """A portal user reads his order, but not which tier he is in."""
        self.assertEqual(self.as_user("portal", self.sale).name, self.sale.name)
        self.assertRefused(
            self.sale, ORDER_FIELDS, {**READING, **SEARCHING, **SORTING, **GROUPING}
        )

    def test_outsiders_do_not_learn_that_the_fields_exist(self):
        """The client asks for the fields it may read and gets none of ours."""
        for kind in OUTSIDERS:
            with self.subTest(kind=kind):
                partner = self.env["res.partner"].with_user(self.users[kind])
                self.assertFalse(set(PARTNER_FIELDS) & partner.fields_get().keys())
                order = self.env["sale.order"].with_user(self.users[kind])
                self.assertFalse(set(ORDER_FIELDS) & order.fields_get().keys())

    def test_what_a_superuser_cached_is_not_given_away(self):
        """The cache is shared between a user and code that acts for him."""
        self.assertTrue(self.buyer.sudo().value_tier_id)
        self.assertTrue(self.sale.sudo().customer_tier_id)
        for kind in OUTSIDERS:
            for record, name in (
                (self.buyer, "value_tier_id"),
                (self.sale, "customer_tier_id"),
            ):
                with self.subTest(kind=kind, field=name):
                    with self.assertRaises(AccessError):
                        self.as_user(kind, record)[name]

    def test_salesperson_sees_all_of_it(self):
        """The same probes succeed with the group."""
        partner = self.as_user("salesperson", self.buyer)
        self.assertEqual(partner.value_tier_id, self.platinum)
        self.sale.user_id = self.users["salesperson"]
        order = self.as_user("salesperson", self.sale)
        self.assertEqual(order.customer_tier_id, self.platinum)
        found = order.search([("customer_tier_id", "=", self.platinum.id)])
        self.assertEqual(found, order)
        everything = {**READING, **SEARCHING, **SORTING, **GROUPING}
        for record, names in ((partner, VALUE_FIELDS), (order, ORDER_FIELDS[:1])):
            for name in names:
                for label, probe in everything.items():
                    if label == "aggregate" and name == "value_profile_id":
                        continue
                    with self.subTest(field=name, probe=label):
                        probe(record, name)

    def test_tier_of_a_company_that_is_not_the_users_stays_hidden(self):
        """A user of one company learns nothing of the other, whatever he asks for."""
        elsewhere = self.make_company("Other Works", "USD")
        user = self.users["user"]
        partner = self.buyer.with_user(user)
        with (
            mute_logger("odoo.addons.base.models.ir_rule"),
            self.assertRaises(AccessError),
        ):
            partner.with_context(allowed_company_ids=elsewhere.ids).read(
                ["value_tier_id"]
            )
        mine = partner.with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(mine.value_tier_id, self.platinum)
