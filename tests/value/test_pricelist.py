"""Which price list a customer gets: his own, his tier's, his country's, the default."""

from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ValueCase, days_before


class PricelistCase(ValueCase):
    """A platinum and a standard customer, and a list for each step of the order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user")._apply_group(
            cls.env.ref("product.group_product_pricelist")
        )
        cls.make_users()
        cls.japan = cls.env.ref("base.jp")
        group = cls.env["res.country.group"].create(
            {"name": "Far East", "country_ids": [(6, 0, cls.japan.ids)]}
        )
        # Lists of other companies and of nobody would stand in the way.
        cls.env["product.pricelist"].search([]).action_archive()
        cls.default, cls.friends, cls.own = cls.lists(
            {"name": "Default", "sequence": 1},
            {"name": "Friends", "sequence": 2},
            {"name": "Own", "sequence": 3},
        )
        cls.country = cls.lists(
            {"name": "Country", "sequence": 0, "country_group_ids": [(6, 0, group.ids)]}
        )
        cls.platinum.pricelist_id = cls.friends
        cls.best = cls.customer("Lotus Prints", is_company=True)
        cls.small = cls.customer("Harbour Books", is_company=True)
        cls.purchases(
            [
                (cls.best, days_before(30), 9000.0, 4000.0),
                (cls.small, days_before(30), 10.0, 1.0),
            ]
        )
        with freeze_time(NOON):
            cls.start()
        cls.best_profile = cls.profile(cls.best)

    @classmethod
    def lists(cls, *vals_list):
        company = {"company_id": cls.company.id}
        return cls.env["product.pricelist"].create(
            [{**company, **vals} for vals in vals_list]
        )

    def resolved(self, partner):
        """The list that the next document of ``partner`` gets."""
        self.env.flush_all()
        self.env.invalidate_all()
        return partner.property_product_pricelist

    def own_list(self, partner):
        self.env.flush_all()
        self.env.invalidate_all()
        return partner.specific_property_product_pricelist


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestResolution(PricelistCase):
    def test_order_is_own_tier_country_default(self):
        """Each step counts where the one before has nothing to say."""
        self.assertEqual(self.resolved(self.small), self.default)
        self.small.country_id = self.japan
        self.assertEqual(self.resolved(self.small), self.country)
        self.best.country_id = self.japan
        self.assertEqual(self.resolved(self.best), self.friends)
        self.best.specific_property_product_pricelist = self.own
        self.assertEqual(self.resolved(self.best), self.own)

    def test_contacts_get_the_list_of_their_company(self):
        """Whoever orders for the customer."""
        contact = self.customer("Ann", parent_id=self.best.id)
        address = self.customer("Depot", parent_id=self.best.id, type="delivery")
        for partner in contact + address:
            self.assertEqual(self.resolved(partner), self.friends, partner.name)

    def test_many_partners_are_resolved_in_a_fixed_number_of_queries(self):
        """The tiers of a page of customers are one query."""
        partners = self.customer("Crowd", is_company=True)
        for number in range(9):
            partners += self.customer(f"Crowd {number}", is_company=True)

        def queries(some):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["product.pricelist"]._get_partner_pricelist_multi(some.ids)
            return self.cr.sql_log_count - before

        queries(partners)
        self.assertEqual(queries(partners), queries(partners[:1]))

    def test_archived_list_of_the_tier_is_ignored(self):
        """As core ignores an archived list of a customer's own."""
        self.friends.action_archive()
        self.assertEqual(self.resolved(self.best), self.default)
        self.best.specific_property_product_pricelist = self.own
        self.own.action_archive()
        self.friends.action_unarchive()
        self.assertEqual(self.resolved(self.best), self.friends)

    def test_tier_of_another_company_brings_no_list(self):
        """Neither does its tier count here, nor may its list be put on our tier."""
        other = self.make_company("Other Works", "EUR")
        theirs = self.env["crm.value.policy"]._of_company(other).tier_ids
        foreign = self.env["product.pricelist"].create(
            {"name": "Foreign", "company_id": other.id}
        )
        theirs.pricelist_id = foreign
        self.Profile.create(
            self.best_profile.copy_data()[0]
            | {"company_id": other.id, "tier_id": theirs[0].id}
        )
        self.assertEqual(self.resolved(self.best), self.friends)
        elsewhere = self.best.with_company(other)
        self.assertEqual(self.resolved(elsewhere), foreign)
        with self.assertRaisesRegex(Exception, "compan"):
            self.platinum.pricelist_id = foreign

    def test_price_is_right_whoever_asks(self):
        """As core does for portal users, who may read no list themselves."""
        visitor = self.users["portal"].partner_id
        visitor.parent_id = self.best
        for kind in ("portal", "public", "insider", "salesperson"):
            with self.subTest(kind=kind):
                lists = self.env["product.pricelist"].with_user(self.users[kind]).sudo()
                lists = lists.with_context(allowed_company_ids=self.company.ids)
                resolved = lists._get_partner_pricelist_multi(visitor.ids)
                self.assertEqual(resolved[visitor.id], self.friends)
        insider = visitor.with_user(self.users["insider"]).with_company(self.company)
        self.assertEqual(insider.property_product_pricelist.id, self.friends.id)

    def test_list_follows_the_tier_within_the_transaction(self):
        """Price and tier are never of two minds."""
        self.assertEqual(self.best.property_product_pricelist, self.friends)
        self.best_profile.override_tier(self.standard.id, "Unpaid invoices")
        self.assertEqual(self.best.property_product_pricelist, self.default)
        self.best_profile.end_override()
        self.assertEqual(self.best.property_product_pricelist, self.friends)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOwnList(PricelistCase):
    """What is stored as a customer's own when a person saves his form."""

    def test_customer_created_in_the_form_has_no_own_list(self):
        """The form shows a list and saves it; it is not his."""
        with Form(self.env["res.partner"]) as form:
            form.name = "New"
        self.assertFalse(self.own_list(form.record))

    def test_contact_created_in_the_form_does_not_freeze_the_tiers_list(self):
        """Neither for himself nor, over the shared fields, for his company."""
        with Form(self.env["res.partner"]) as form:
            form.name = "Ann"
            form.parent_id = self.best
            self.assertEqual(form.property_product_pricelist, self.friends)
        self.assertFalse(self.own_list(form.record))
        self.assertFalse(self.own_list(self.best))
        self.assertEqual(self.resolved(form.record), self.friends)

    def test_contact_created_under_its_company_does_not_freeze_it_either(self):
        """As the button on the company's form does."""
        contacts = self.env["res.partner"].with_context(default_parent_id=self.best.id)
        with Form(contacts) as form:
            form.name = "Bob"
        self.assertFalse(self.own_list(form.record))
        self.assertFalse(self.own_list(self.best))

    def test_saving_the_form_untouched_stores_nothing(self):
        """Nor does changing something else."""
        with Form(self.best) as form:
            form.comment = "Called"
        self.assertFalse(self.own_list(self.best))

    def test_own_list_is_stored_and_taken_back(self):
        """Choosing what he would get anyway makes him follow his tier again."""
        with Form(self.best) as form:
            form.property_product_pricelist = self.own
        self.assertEqual(self.own_list(self.best), self.own)
        with Form(self.best) as form:
            form.property_product_pricelist = self.friends
        self.assertFalse(self.own_list(self.best))

    def test_default_list_chosen_for_a_platinum_customer_is_his_own(self):
        """It differs from what his tier would bring."""
        with Form(self.best) as form:
            form.property_product_pricelist = self.default
        self.assertEqual(self.own_list(self.best), self.default)
        self.assertEqual(self.resolved(self.best), self.default)

    def test_changed_country_stores_nothing(self):
        """Neither with a tier's list nor with the country's."""
        for partner in self.best + self.small:
            for country in (self.japan, self.env.ref("base.fr")):
                with Form(partner) as form:
                    form.country_id = country
                self.assertFalse(self.own_list(partner), partner.name)
        self.assertEqual(self.resolved(self.best), self.friends)

    def test_own_list_survives_a_changed_country(self):
        """What was chosen on purpose stays."""
        self.best.specific_property_product_pricelist = self.own
        with Form(self.best) as form:
            form.country_id = self.japan
        self.assertEqual(self.own_list(self.best), self.own)
