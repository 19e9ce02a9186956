"""The value fields of a contact behave like stored ones, and nothing is stored."""

from odoo import Command
from odoo.fields import Domain
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.crm_value.models.value.partner import SHOWN_FIELDS, VALUE_FIELDS

from .common import NOON, ValueCase, days_before

NUMBERS = ("value_score", "value_clv_amount")
TEXTS = ("value_abc_class", "value_lifecycle_stage", "value_profitability_class")
RECORDS = ("value_profile_id", "value_tier_id", "value_currency_id")


class PartnerFieldCase(ValueCase):
    """Two companies, each valuing another of the same four customers higher."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.other = cls.make_company("Other Works", "USD")
        cls.customers = cls.env["res.partner"].create(
            [
                {"name": name, "is_company": True}
                for name in ("Lotus", "Harbour", "Cinema", "Museum", "Nobody")
            ]
        )
        cls.lotus, cls.harbour, cls.cinema, cls.museum, cls.nobody = cls.customers
        cls.ann, cls.bob = cls.env["res.partner"].create(
            [
                {"name": "Ann", "parent_id": cls.lotus.id},
                {"name": "Bob", "parent_id": cls.nobody.id},
            ]
        )
        cls.all = cls.customers + cls.ann + cls.bob
        amounts = (5000.0, 900.0, 300.0, 20.0)
        cls.buy(cls.company, amounts)
        cls.buy(cls.other, amounts[::-1])
        with freeze_time(NOON):
            cls.start()
            cls.Run.start(cls.other.id)
        # Unknown beside known: what a run leaves empty where the data say nothing.
        cls.museum_profile = cls.profile(cls.museum)
        cls.museum_profile.write(
            {
                "score": 0.0,
                "clv_amount": False,
                "profitability_class": False,
                "is_tier_by_potential": True,
            }
        )
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def buy(cls, company, amounts):
        for customer, amount in zip(cls.customers, amounts, strict=False):
            for turn in range(4):
                cls.purchase(
                    customer,
                    days_before(20 + 30 * turn),
                    amount,
                    amount * 0.4,
                    company_id=company.id,
                    currency_id=company.currency_id.id,
                )

    def search(self, *domain, **options):
        """Those of our partners that the domain finds."""
        mine = Domain("id", "in", self.all.ids)
        return self.env["res.partner"].search(mine & Domain(list(domain)), **options)

    def expected(self, test):
        """Those whose customer's profile passes a test; the slow way."""
        return self.all.filtered(
            lambda partner: test(self.profile(partner.commercial_partner_id))
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestReading(PartnerFieldCase):
    def test_contacts_show_the_figures_of_their_company(self):
        """Every field, on the company and on each contact."""
        for partner in self.all:
            profile = self.profile(partner)
            for name, source in VALUE_FIELDS.items():
                figure = profile if source == "id" else profile[source]
                self.assertEqual(partner[name], figure, (partner.name, name))

    def test_unknown_is_not_zero(self):
        """Neither for who was never valued, nor in a single figure."""
        for name in VALUE_FIELDS:
            self.assertFalse(self.nobody[name], name)
        for name in NUMBERS:
            self.assertIs(self.nobody[name], False)
        self.assertIs(self.museum.value_clv_amount, False)
        self.assertIsNot(self.museum.value_score, False)
        self.assertEqual(self.museum.value_score, 0.0)
        [values] = self.museum.read(["value_clv_amount", "value_score"])
        self.assertIs(values["value_clv_amount"], False)
        [values] = self.nobody.web_read({"value_score": {}, "value_tier_id": {}})
        self.assertIs(values["value_score"], False)
        self.assertEqual(self.nobody.export_data(["value_score"])["datas"], [[""]])

    def test_each_company_sees_its_own_figures(self):
        """The same contact, in one list after the other."""
        elsewhere = self.env(
            context={**self.env.context, "allowed_company_ids": self.other.ids}
        )
        theirs = self.profile(self.lotus, self.other)
        for partner in self.lotus + self.ann:
            here, there = partner, partner.with_env(elsewhere)
            self.assertEqual(here.value_tier_id, self.platinum)
            self.assertEqual(there.value_profile_id.id, theirs.id)
            self.assertEqual(there.value_tier_id.company_id.id, self.other.id)
            self.assertEqual(there.value_currency_id.name, "USD")
            self.assertEqual(here.value_currency_id.name, "EUR")
        found = elsewhere["res.partner"].search(
            [("id", "in", self.all.ids), ("value_tier_id.sequence", "=", 10)]
        )
        self.assertEqual(found.ids, self.museum.ids)
        ranked = elsewhere["res.partner"].search(
            [("id", "in", self.customers[:4].ids)], order="value_clv_amount desc"
        )
        self.assertEqual(ranked[0].id, self.museum.id)

    def test_first_of_two_chosen_companies_counts(self):
        """As everywhere in Odoo."""
        both = (self.other | self.company).ids
        partner = self.lotus.with_context(allowed_company_ids=both[::-1])
        self.assertEqual(partner.value_tier_id.company_id, partner.env.company)

    def test_unsaved_contacts_know_their_customer(self):
        """A contact being typed in shows his company's tier; a new company none."""
        new = self.env["res.partner"].new({"name": "Zoe"})
        self.assertFalse(new.value_tier_id)
        self.assertIs(new.value_score, False)
        new = self.env["res.partner"].new({"name": "Zoe", "parent_id": self.lotus.id})
        self.assertEqual(new.value_tier_id, self.platinum)
        self.assertEqual(self.ann.new(origin=self.ann).value_tier_id, self.platinum)
        with Form(self.ann) as form:
            form.parent_id = self.nobody
        self.assertFalse(self.ann.value_tier_id)

    def test_nothing_is_stored_on_the_partner(self):
        """No column, not even a link; the registry says so as well."""
        self.env.cr.execute(
            """
            SELECT column_name FROM information_schema.columns
             WHERE table_name IN ('res_partner', 'sale_order', 'account_move')
               AND (column_name LIKE '%%value%%' OR column_name LIKE '%%tier%%')
            """
        )
        self.assertEqual(self.env.cr.fetchall(), [])
        models = ("res.partner", "sale.order", "account.move")
        known = self.env["ir.model.fields"].search([("model", "in", models)])
        ours = known.filtered(lambda field: "crm_value" in field.modules.split(", "))
        self.assertLessEqual(set(VALUE_FIELDS), set(ours.mapped("name")))
        stored = ours.filtered("store")
        of_partner = stored.filtered(lambda field: field.model == "res.partner")
        self.assertEqual(set(of_partner.mapped("name")), {"id"})
        # Links on documents are written where they are needed: no default fills rows.
        for field in stored - of_partner:
            definition = self.env[field.model]._fields[field.name]
            self.assertFalse(definition.compute, field)
            self.assertTrue(definition.default is None or field.name == "id", field)

    def test_shown_figures_follow_a_run_and_an_override(self):
        """In the same transaction, without anybody clearing a cache."""
        order = self.env["sale.order"].create({"partner_id": self.harbour.id})
        for model, names in SHOWN_FIELDS.items():
            record = order if model == "sale.order" else self.harbour
            for name in names:
                record.mapped(name)
        score = self.harbour.value_score
        self.profile(self.harbour).override_tier(self.platinum.id, "Contract")
        self.assertEqual(self.harbour.value_tier_id, self.platinum)
        self.assertEqual(order.customer_tier_id, self.platinum)
        self.assertEqual(self.harbour.value_tier_color, self.platinum.color)
        self.purchase(self.harbour, days_before(1), 90000.0, 50000.0)
        self.Run.start(self.company.id)
        self.assertGreater(self.harbour.value_score, score)
        self.profile(self.harbour).end_override()
        self.purchase(self.nobody, days_before(2), 50.0, 20.0)
        self.assertFalse(self.bob.value_tier_id)
        self.Run.start(self.company.id, partner_ids=self.nobody.ids)
        self.assertTrue(self.bob.value_tier_id)

    def test_thresholds_move_what_is_shown(self):
        """Applying them writes profiles in one statement."""
        self.assertEqual(self.harbour.value_tier_id, self.profile(self.harbour).tier_id)
        self.policy.apply_thresholds(
            [
                {"tier_id": self.platinum.id, "entry": 100, "keep": 100},
                {"tier_id": self.gold.id, "entry": 100, "keep": 100},
                {"tier_id": self.silver.id, "entry": 100, "keep": 100},
            ]
        )
        self.assertEqual(self.harbour.value_tier_id, self.platinum)

    def test_merged_and_moved_contacts_show_their_new_customer(self):
        """Within the transaction."""
        self.assertFalse(self.bob.value_tier_id)
        self.bob.parent_id = self.lotus
        self.assertEqual(self.bob.value_tier_id, self.platinum)
        self.lotus.child_ids = [Command.unlink(self.bob.id)]
        self.assertFalse(self.bob.value_tier_id)
