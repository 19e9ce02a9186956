from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged, users
from odoo.tools import mute_logger


class PurchaseCase(TransactionCase):
    """Two customers and a manager who imports what they bought before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Purchase = cls.env["crm.value.purchase"]
        cls.company = cls.env.company
        cls.lotus, cls.harbour = cls.env["res.partner"].create(
            [{"name": "Lotus Prints"}, {"name": "Harbour Books"}]
        )
        cls.manager = new_test_user(
            cls.env, "purchase_manager", "crm_value.group_manager"
        )
        new_test_user(cls.env, "purchase_user", "crm_value.group_user")
        new_test_user(cls.env, "purchase_outsider", "base.group_user")
        new_test_user(cls.env, "purchase_portal", "base.group_portal")
        cls.foreign = cls.env["res.currency"].create({"name": "XTS", "symbol": "X"})

    def purchase(self, reference="R-1", **values):
        return self.Purchase.create(
            {
                "reference": reference,
                "partner_id": self.lotus.id,
                "date": "2025-03-31",
                "amount": 100.0,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestPurchase(PurchaseCase):
    def test_unknown_figures_are_not_zero(self):
        """A margin of 0 is an answer, no margin is none."""
        unknown = self.purchase()
        zero = self.purchase("R-2", margin=0.0, quantity=0.0, price_unit=0.0)
        self.env.invalidate_all()
        for name in ("margin", "quantity", "price_unit"):
            self.assertIs(unknown[name], False, name)
            self.assertEqual(zero[name], 0.0, name)
            self.assertIsNot(zero[name], False, name)
        found = self.Purchase.search([("margin", "=", False)])
        self.assertIn(unknown, found)
        self.assertNotIn(zero, found)

    def test_returns_and_gifts_are_purchases(self):
        """Negative is what came back, 0 what was given away."""
        self.assertEqual(self.purchase(amount=-20.0).amount, -20.0)
        self.assertEqual(self.purchase("R-2", amount=0.0).amount, 0.0)

    def test_category_follows_product_unless_given(self):
        """On creation and when the product changes."""
        paper, ink = self.env["product.category"].create(
            [{"name": "Paper"}, {"name": "Ink"}]
        )
        product = self.env["product.product"].create(
            {"name": "Flyer", "categ_id": paper.id}
        )
        followed = self.purchase(product_id=product.id)
        given = self.purchase("R-2", product_id=product.id, product_category_id=ink.id)
        text = self.purchase("R-3", product_name="Flyer", product_category_id=ink.id)
        categories = (followed + given + text).mapped("product_category_id.name")
        self.assertEqual(
            [p.product_category_id for p in followed + given + text],
            [paper, ink, ink],
            categories,
        )
        text.product_id = product
        self.assertEqual(text.product_category_id, paper)

    def test_currency_is_that_of_the_purchases_company(self):
        """Not that of the company the user happens to work in."""
        self.foreign.rate_ids = [(0, 0, {"name": "2020-01-01", "rate": 2.0})]
        abroad = self.env["res.company"].create(
            {"name": "Abroad", "currency_id": self.foreign.id}
        )
        self.assertEqual(self.purchase().currency_id, self.company.currency_id)
        self.assertEqual(self.purchase(company_id=abroad.id).currency_id, self.foreign)
        given = self.purchase("R-2", currency_id=self.foreign.id)
        self.assertEqual(given.currency_id, self.foreign)

    def test_same_reference_in_another_company(self):
        """A reference is unique within its company only."""
        elsewhere = self.env["res.company"].create({"name": "Branch Office"})
        self.purchase()
        self.assertTrue(self.purchase(company_id=elsewhere.id))

    def test_customer_with_purchases_cannot_be_deleted(self):
        """His history would be lost."""
        self.purchase()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            self.lotus.unlink()

    def test_merged_customer_keeps_purchases(self):
        """The history is that of both."""
        purchases = self.purchase() + self.purchase("R-2", partner_id=self.harbour.id)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.lotus + self.harbour).ids, self.harbour)
        self.assertEqual(purchases.partner_id, self.harbour)


@tagged("post_install", "-at_install")
class TestPurchaseFaults(PurchaseCase):
    def assertRefused(self, *parts, **values):
        """Creation is refused with a message that contains all ``parts``."""
        with self.assertRaises(ValidationError) as refusal:
            self.purchase(**values)
        for part in parts:
            self.assertIn(part, str(refusal.exception))

    def test_figures_that_are_none(self):
        """The message names the purchase, the field and the value."""
        for name, label in (("amount", "Amount"), ("margin", "Margin")):
            for value in (float("nan"), float("inf"), -float("inf"), 1e15, "x"):
                with self.subTest(name, value=value):
                    self.assertRefused("R-1", label, str(value), **{name: value})
        purchase = self.purchase()
        with self.assertRaisesRegex(ValidationError, "R-1.*nan"):
            purchase.amount = float("nan")

    @freeze_time("2026-03-10 22:30:00")
    def test_date_in_the_future_by_the_days_of_the_company(self):
        """Half past eleven at night in Berlin is tomorrow already in Singapore."""
        policy = self.env["crm.value.policy"]._of_company(self.company)
        policy.timezone = "Europe/Berlin"
        self.assertRefused(
            "R-1", "2026-03-11", "today is 2026-03-10", date="2026-03-11"
        )
        policy.timezone = "Asia/Singapore"
        self.assertTrue(self.purchase(date="2026-03-11"))

    def test_date_that_is_none(self):
        """A wrong format is told, not a crash."""
        self.assertRefused("R-1", "31.03.25", "year-month-day", date="31.03.25")

    def test_missing_customer_and_amount(self):
        """Empty is not 0 and not nobody."""
        self.assertRefused("R-1", "Customer", partner_id=False)
        self.assertRefused("R-1", "Amount", amount=False)
        self.assertRefused("Reference", reference="")

    def test_currency_without_rate(self):
        """Core would count it one to one."""
        self.assertRefused("R-1", "XTS", self.company.name, currency_id=self.foreign.id)
        self.foreign.rate_ids = [(0, 0, {"name": "2025-06-01", "rate": 2.0})]
        purchase = self.purchase(currency_id=self.foreign.id)
        self.foreign.rate_ids.unlink()
        with self.assertRaisesRegex(ValidationError, "XTS"):
            purchase.date = "2025-04-01"

    def test_duplicates_name_reference_and_what_is_stored(self):
        """Stored before, or twice in one batch."""
        self.purchase()
        self.assertRefused("R-1", "2025-03-31", "100.00", "stored already", amount=7.0)
        values = {"partner_id": self.lotus.id, "date": "2025-03-31", "amount": 1.0}
        with self.assertRaisesRegex(ValidationError, "R-2 occurs more than once"):
            self.Purchase.create([{"reference": "R-2", **values}] * 2)

    def test_writing_checks_too_and_leaves_itself_alone(self):
        """A purchase is no duplicate of itself, but of others."""
        purchase = self.purchase()
        self.purchase("R-2")
        purchase.write({"reference": "R-1", "amount": 90.0})
        self.assertEqual(purchase.amount, 90.0)
        with self.assertRaisesRegex(ValidationError, "R-2 is stored already"):
            purchase.reference = "R-2"

    def test_faster_transaction_is_named_by_the_constraint(self):
        """What the check cannot see yet, the database refuses in the same words."""
        self.purchase()
        finder = "odoo.addons.crm_value.models.value.purchase.FaultFinder"
        with (
            patch(f"{finder}.find", lambda finder, vals: None),
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation) as refusal,
            self.cr.savepoint(),
        ):
            self.purchase()
        message = self.Purchase._sql_error_to_message(refusal.exception)
        self.assertIn("reference R-1 is stored already", message)


@tagged("post_install", "-at_install")
class TestPurchaseTouch(PurchaseCase):
    def setUp(self):
        super().setUp()
        self.purchases = self.purchase() + self.purchase(
            "R-2", partner_id=self.harbour.id
        )
        self.touches = []

        def touch(model, partners, company):
            self.touches.append((partners, company))

        self.patch(self.registry["crm.value.touch"], "_touch", touch)

    def test_batch_touches_its_customers_once(self):
        """One call a company, whatever the number of purchases."""
        self.Purchase.create(
            [
                {
                    "reference": f"B-{number}",
                    "partner_id": partner.id,
                    "date": "2025-03-31",
                    "amount": 1.0,
                }
                for number, partner in enumerate([self.lotus, self.harbour, self.lotus])
            ]
        )
        self.assertEqual(self.touches, [(self.lotus + self.harbour, self.company)])

    def test_purchase_moved_to_another_customer_touches_both(self):
        """One lost it, the other won it."""
        self.purchases[0].partner_id = self.harbour
        self.assertEqual(self.touches, [(self.lotus + self.harbour, self.company)])

    def test_deletion_touches(self):
        """What was not bought counts no more."""
        self.purchases.unlink()
        self.assertEqual(self.touches, [(self.lotus + self.harbour, self.company)])

    def test_words_touch_nobody(self):
        """The value hangs on figures."""
        self.purchases.write({"product_name": "Flyer", "channel": "web"})
        self.assertEqual(self.touches, [])


@tagged("post_install", "-at_install")
class TestPurchaseAccess(PurchaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        elsewhere = cls.env["res.company"].create({"name": "Branch Office"})
        values = {"partner_id": cls.lotus.id, "date": "2025-03-31", "amount": 1.0}
        cls.here, cls.elsewhere = cls.Purchase.create(
            [
                {"reference": "H", "company_id": cls.company.id, **values},
                {"reference": "E", "company_id": elsewhere.id, **values},
            ]
        )

    def assertRights(self, **expected):
        rights = self.here.with_env(self.env)
        self.assertEqual({name: rights.has_access(name) for name in expected}, expected)

    @users("purchase_manager")
    def test_manager_imports_and_corrects(self):
        """In his companies."""
        self.assertRights(read=True, create=True, write=True, unlink=True)
        self.assertFalse(self.elsewhere.with_env(self.env).has_access("read"))
        with mute_logger("odoo.addons.base.models.ir_rule"):
            with self.assertRaises(AccessError):
                self.here.with_env(self.env).company_id = self.elsewhere.company_id.id

    @users("purchase_user")
    def test_user_reads(self):
        """And changes nothing."""
        self.assertRights(read=True, create=False, write=False, unlink=False)
        with self.assertRaises(AccessError):
            self.here.with_env(self.env).amount = 2.0

    @users("purchase_outsider", "purchase_portal")
    def test_others_see_nothing(self):
        """Neither employees without the group nor customers."""
        self.assertRights(read=False, create=False, write=False, unlink=False)
