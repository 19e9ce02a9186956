from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .common import CustomerCase


@tagged("post_install", "-at_install")
class TestFact(CustomerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fact = cls.Event.create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.env.company.id,
                "kind": "birthday",
                "at": "2026-03-01 08:00:00",
            }
        )

    def test_superuser_may_not_change_a_fact(self):
        """The message names the record, its model and the field as the user sees it."""
        with self.assertRaises(UserError) as refusal:
            self.fact.write({"kind": "anniversary", "at": "2026-03-02 08:00:00"})
        for part in (self.fact.display_name, "Customer event", "Kind", "When"):
            self.assertIn(part, str(refusal.exception))
        self.assertEqual(self.fact.kind, "birthday")

    def test_assigning_a_field_is_refused_too(self):
        """Assignment is the other way to write."""
        with self.assertRaises(UserError):
            self.fact.partner_id = self.other_customer

    def test_refused_without_the_right_to_write_names_nothing(self):
        """Who may not write learns no more from us than from core."""
        with self.assertRaises(AccessError):
            self.fact.with_user(self.user).write({"kind": "anniversary"})

    def test_superuser_may_not_delete_a_fact(self):
        """Deleting would be the roundabout way of changing."""
        with self.assertRaises(UserError) as refusal:
            self.fact.unlink()
        self.assertIn(self.fact.display_name, str(refusal.exception))
        self.assertTrue(self.fact.exists())

    def test_uninstalling_is_not_blocked(self):
        """The uninstaller deletes records with this flag."""
        self.fact.with_context(**{MODULE_UNINSTALL_FLAG: True}).unlink()
        self.assertFalse(self.fact.exists())

    def test_deleting_the_customer_takes_his_facts_along(self):
        """Foreign keys cascade in the database, past the refusal."""
        self.contact.unlink()
        self.customer.unlink()
        self.assertFalse(self.fact.exists())

    def test_fields_named_as_mutable_may_change(self):
        """Classes of one model add up, each names its own fields."""
        model_class = self.registry["crm.customer.event"]
        extension = next(
            base for base in model_class.mro() if base.__name__ == "CrmCustomerFact"
        )
        with (
            patch.object(model_class, "_fact_mutable_fields", {"data"}),
            patch.object(extension, "_fact_mutable_fields", {"res_model"}),
        ):
            self.fact.write({"data": {"years": 3}, "res_model": "res.partner"})
            with self.assertRaises(UserError):
                self.fact.write({"data": {"years": 4}, "kind": "anniversary"})
        self.assertEqual(self.fact.data, {"years": 3})

    def test_technical_columns_are_left_to_core(self):
        """Core ignores them in write(); loading data must not stumble over them."""
        self.assertTrue(self.fact.write({"id": 1}))
        self.assertTrue(self.fact.browse().write({"kind": "anniversary"}))
