"""Two companies never see each other's rows, whoever asks."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOON, ValueCase, days_before

MODELS = (
    "crm.customer.event",
    "crm.value.policy",
    "crm.value.tier",
    "crm.value.profile",
    "crm.value.tier.move",
    "crm.value.run",
    "crm.value.purchase",
)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestCompanyAccess(ValueCase):
    """Both companies value the same customer; the users work in the first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.other = cls.make_company("Other Works", "USD")
        cls.buyer = cls.customer("Lotus Prints", is_company=True)
        with freeze_time(NOON):
            for company in (cls.company, cls.other):
                cls.purchase(
                    cls.buyer,
                    days_before(30),
                    company_id=company.id,
                    reference=company.name,
                    currency_id=company.currency_id.id,
                )
                cls.Run.start(company.id)
        cls.env["crm.customer.event"]._emit_rows(
            "birthday",
            [
                (cls.buyer.id, company.id, NOON, None, None, None)
                for company in (cls.company, cls.other)
            ],
        )
        cls.env.cr.flush()
        cls.both = (cls.company | cls.other).ids

    def rows(self, model, company):
        return self.env[model].sudo().search([("company_id", "=", company.id)])

    def as_user(self, kind, records, company_ids):
        return records.with_user(self.users[kind]).with_context(
            allowed_company_ids=company_ids
        )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_rows_of_another_company_are_neither_found_nor_read(self):
        """Not by users, not by managers."""
        for model in MODELS:
            theirs = self.rows(model, self.other)
            self.assertTrue(theirs, model)
            for kind in ("user", "manager"):
                with self.subTest(model=model, kind=kind):
                    mine = self.as_user(kind, self.env[model], self.company.ids)
                    found = mine.search([])
                    self.assertTrue(found)
                    self.assertEqual(found.company_id, self.company)
                    with self.assertRaises(AccessError):
                        theirs.with_env(mine.env).read(["company_id"])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_naming_another_company_in_the_context_opens_nothing(self):
        """The client fills the context."""
        for model in MODELS:
            theirs = self.rows(model, self.other)
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.as_user("manager", theirs, self.both).read(["company_id"])

    def test_user_of_both_sees_what_he_has_chosen(self):
        """One company, the other, or both."""
        manager = self.users["manager"]
        manager.company_ids |= self.other
        for model in MODELS:
            for chosen in (self.company.ids, self.other.ids, self.both):
                found = self.as_user("manager", self.env[model], chosen).search([])
                self.assertEqual(set(found.company_id.ids), set(chosen), model)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_methods_refuse_the_other_company(self):
        """By its id, its records, its tiers and its customers."""
        manager = self.as_user("manager", self.Run, self.company.ids)
        theirs = self.rows("crm.value.profile", self.other).with_env(manager.env)
        their_tier = self.rows("crm.value.tier", self.other)[0]
        policy = self.rows("crm.value.policy", self.other).with_env(manager.env)
        mine = self.profile(self.buyer).with_env(manager.env)
        calls = {
            "start": lambda: manager.start(self.other.id),
            "curve": lambda: manager.get_pareto_curve(self.other.id),
            "explain": theirs.explain,
            "card": theirs.get_value_card,
            "months": theirs.get_purchases_by_month,
            "override": lambda: theirs.override_tier(their_tier.id, "Contract"),
            "end": theirs.end_override,
            "foreign tier": lambda: mine.override_tier(their_tier.id, "Contract"),
            "preview": lambda: policy.preview_thresholds([]),
            "apply": lambda: policy.apply_thresholds([]),
            "preset": lambda: policy.choose_preset("print"),
            "run now": policy.action_run_now,
        }
        for name, call in calls.items():
            with self.subTest(call=name), self.assertRaises(UserError):
                call()
        with self.assertRaises(AccessError):
            calls["explain"]()

    def test_purchase_of_another_company_cannot_be_created(self):
        """Nor one of ours handed over."""
        purchases = self.as_user(
            "manager", self.env["crm.value.purchase"], self.company.ids
        )
        values = {
            "partner_id": self.buyer.id,
            "reference": "X",
            "date": days_before(3),
            "amount": 5.0,
        }
        with mute_logger("odoo.addons.base.models.ir_rule"):
            with self.assertRaises(AccessError):
                purchases.create({**values, "company_id": self.other.id})
        self.assertEqual(purchases.create(values).company_id, self.company)
