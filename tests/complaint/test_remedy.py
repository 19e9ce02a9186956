"""What may be given without asking, who approves the rest, and that nobody gets by."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..value.common import days_before
from .remedy_case import RemedyCase

INFINITE = float("inf")


@tagged("post_install", "-at_install")
class TestRemedyLimit(RemedyCase):
    def test_within_the_limit_of_the_tier(self):
        """The agent may give it without asking, up to the last cent."""
        self.assertEqual(self.propose(100.0).state, "proposed")

    def test_above_the_limit_waits_for_a_manager(self):
        self.assertEqual(self.propose(100.01).state, "to_approve")

    def test_without_a_tier_the_limit_of_the_company(self):
        """Nothing by default; what the company grants everybody afterwards."""
        complaint = self.submit(partner_id=self.customer("Nobody").id)
        self.assertEqual(self.propose(0.01, complaint=complaint).state, "to_approve")
        self.company.complaint_goodwill_amount = 30.0
        self.assertEqual(self.propose(30.0, complaint=complaint).state, "proposed")
        self.assertEqual(self.propose(0.01, complaint=complaint).state, "to_approve")

    def test_limit_of_the_company_lifts_that_of_a_tier(self):
        self.company.complaint_goodwill_amount = 150.0
        self.assertEqual(self.propose(150.0).state, "proposed")

    def test_splitting_within_a_complaint(self):
        self.assertEqual(self.propose(60.0).state, "proposed")
        self.assertEqual(self.propose(40.0, "credit").state, "proposed")
        self.assertEqual(self.propose(0.01, "discount").state, "to_approve")

    def test_splitting_in_one_call(self):
        """Three of 50 at once: the third is above."""
        values = {"complaint_id": self.complaint.id, "amount": 50.0}
        remedies = self.Remedy.with_user(self.agent).create([values] * 3)
        self.assertEqual(
            remedies.mapped("state"), ["proposed", "proposed", "to_approve"]
        )

    def test_what_waits_or_was_given_up_does_not_count(self):
        self.propose(500.0)
        self.propose(90.0).action_cancel()
        self.assertEqual(self.propose(100.0).state, "proposed")

    def test_linked_complaints_are_one_matter(self):
        """Following on it, flagged as the same, and over two links."""
        for name in ("follows_id", "duplicate_of_id"):
            with self.subTest(name):
                first = self.complaint_about(self.invoiced_order()[0])
                second = self.complaint_about(self.invoiced_order()[0])
                third = self.complaint_about(self.invoiced_order()[0])
                second[name] = first
                third[name] = second
                self.assertEqual(self.propose(60, complaint=first).state, "proposed")
                self.assertEqual(self.propose(60, complaint=third).state, "to_approve")

    def complaint_about(self, order=None, invoice=None, **values):
        complaint = self.submit(
            order_id=order and order.id, invoice_id=invoice and invoice.id, **values
        )
        complaint.sudo().duplicate_of_id = False
        return complaint

    def test_same_document_is_one_matter(self):
        """Same order, same invoice, an order and its invoice, either first."""
        order, invoice = self.invoiced_order()
        first = self.complaint_about(order)
        self.propose(60.0, complaint=first)
        for other in (self.complaint_about(order), self.complaint_about(None, invoice)):
            self.assertEqual(self.propose(60.0, complaint=other).state, "to_approve")
        later, its_invoice = self.invoiced_order()
        self.propose(60.0, complaint=self.complaint_about(None, its_invoice))
        other = self.complaint_about(later)
        self.assertEqual(self.propose(60.0, complaint=other).state, "to_approve")

    def test_other_document_is_another_matter(self):
        self.propose(100.0, complaint=self.complaint_about(self.invoiced_order()[0]))
        other = self.complaint_about(self.invoiced_order()[0])
        self.assertEqual(self.propose(100.0, complaint=other).state, "proposed")

    def test_without_documents_time_tells_matters_apart(self):
        """Within ninety days it is the same; a year later it is not."""
        self.propose(60.0)
        soon = self.submit("Something else entirely: the driver was rude")
        soon.sudo().duplicate_of_id = False
        self.assertEqual(self.propose(60.0, complaint=soon).state, "to_approve")
        soon.sudo().received_at = days_before(200)
        self.complaint.sudo().received_at = days_before(400)
        self.assertEqual(self.propose(60.0, complaint=soon).state, "proposed")

    def test_other_customer_is_another_matter(self):
        self.propose(100.0)
        harbour = self.customer("Harbour Books")
        self.set_tier(harbour, self.gold)
        complaint = self.submit(partner_id=harbour.id)
        self.assertEqual(self.propose(100.0, complaint=complaint).state, "proposed")

    def test_contacts_of_a_company_are_one_customer(self):
        ann = self.customer("Ann", parent_id=self.lotus.id)
        self.lotus.is_company = True
        self.propose(60.0)
        complaint = self.submit(partner_id=ann.id)
        self.assertEqual(self.propose(60.0, complaint=complaint).state, "to_approve")

    def test_merged_complaints_bring_their_remedies(self):
        other = self.complaint_about(self.invoiced_order()[0])
        remedy = self.propose(60.0, complaint=other)
        other.merge_into(self.complaint.id)
        self.assertEqual(remedy.complaint_id, self.complaint)
        self.assertEqual(self.propose(60.0).state, "to_approve")

    def test_raising_the_amount_asks_again(self):
        """Also after a manager approved less; lowering does not."""
        remedy = self.propose(60.0)
        remedy.amount = 101.0
        self.assertEqual(remedy.state, "to_approve")
        remedy.with_user(self.manager).action_approve()
        remedy.amount = 100.5
        self.assertEqual(remedy.state, "approved")
        remedy.amount = 102.0
        self.assertEqual(remedy.state, "to_approve")

    def test_currency_does_not_get_by(self):
        """A hundred pounds are 125 euros."""
        pound = self.set_rates("GBP", {days_before(300): 0.8})
        remedy = self.propose(100.0, currency_id=pound.id)
        self.assertEqual((remedy.company_amount, remedy.state), (125.0, "to_approve"))
        remedy.currency_id = self.company.currency_id
        self.assertEqual((remedy.company_amount, remedy.state), (100.0, "proposed"))

    def test_currency_without_a_rate(self):
        """Core would take it one to one."""
        dinar = self.env["res.currency"].with_context(active_test=False)
        dinar = dinar.search([("name", "=", "KWD")])
        dinar.active = True
        dinar.rate_ids.unlink()
        with self.assertRaisesRegex(ValidationError, "KWD has no rate"):
            self.propose(90.0, currency_id=dinar.id)

    def test_smaller_tier_before_it_is_given(self):
        """It was within the limit when proposed and is not any more."""
        remedy = self.propose(100.0)
        self.set_tier(self.lotus, self.silver)
        with self.assertRaisesRegex(UserError, "needs a manager's approval"):
            remedy.action_give()
        remedy.action_request_approval()
        remedy.with_user(self.manager).action_approve()
        remedy.action_give()
        self.assertEqual(remedy.state, "given")

    def test_matter_of_granted_remedies_stays(self):
        """Else an agent moves the complaint, grants again, and moves it back."""
        complaint = self.complaint_about(self.invoiced_order()[0])
        self.propose(60.0, complaint=complaint)
        for values in (
            {"order_id": self.invoiced_order()[0].id},
            {"order_id": False},
            {"partner_id": self.customer("Harbour Books").id},
        ):
            with self.assertRaisesRegex(UserError, "only a manager"):
                complaint.write(values)
        complaint.with_user(self.manager).order_id = False


@tagged("post_install", "-at_install")
class TestRemedyApproval(RemedyCase):
    def test_manager_approves(self):
        remedy = self.propose(500.0)
        remedy.with_user(self.manager).action_approve()
        self.assertEqual(remedy.state, "approved")
        self.assertEqual(remedy.approved_by_id, self.manager)
        self.assertEqual(remedy.approved_amount, 500.0)

    def test_agent_approves_nothing(self):
        with self.assertRaises(AccessError):
            self.propose(500.0).action_approve()

    def test_nobody_approves_his_own(self):
        """Unless there is nobody else."""
        remedy = self.propose(500.0, user=self.manager)
        with self.assertRaisesRegex(UserError, "another manager"):
            remedy.action_approve()
        managers = remedy._get_managers(self.company)
        self.assertIn(self.other_manager, managers)
        managers.write({"active": False})
        remedy.action_approve()
        self.assertEqual(remedy.state, "approved")

    def test_manager_of_the_team_is_asked(self):
        """Once; his activity ends with the decision."""
        remedy = self.propose(500.0)
        activity = self.complaint.sudo().activity_ids.filtered(
            lambda found: found.user_id == self.manager
        )
        self.assertIn("500", activity.summary)
        remedy.with_user(self.manager).action_approve()
        self.assertFalse(activity.active)

    def test_register_keeps_every_step(self):
        remedy = self.propose(500.0)
        remedy.with_user(self.manager).action_approve()
        remedy.action_give()
        log = self.complaint.sudo().log_ids.filtered(lambda log: log.kind == "remedy")
        self.assertEqual(len(log), 3)
        self.assertEqual({entry.user_id for entry in log}, {self.agent, self.manager})


@tagged("post_install", "-at_install")
class TestRemedyRefusals(RemedyCase):
    def test_system_fields_are_nobodys_to_write(self):
        """Neither when created nor later, nor by import, nor by a manager."""
        values = {
            "state": "given",
            "company_amount": 1.0,
            "cost_amount": 0.0,
            "approved_by_id": self.manager.id,
            "approved_amount": 1e6,
            "asked_by_id": self.other_manager.id,
            "has_open_value": False,
            "given_at": "2026-06-01 10:00:00",
            "is_by_document": True,
            "company_id": self.env.ref("base.main_company").id,
        }
        remedy = self.propose(500.0)
        for name, value in values.items():
            for user in (self.agent, self.manager):
                with self.subTest(name, user=user.login):
                    with self.assertRaisesRegex(UserError, "cannot be written"):
                        self.propose(500.0, user=user, **{name: value})
                    with self.assertRaisesRegex(UserError, "cannot be written"):
                        remedy.with_user(user).write({name: value})
        result = self.Remedy.with_user(self.manager).load(
            ["complaint_id/.id", "amount", "state"],
            [[str(self.complaint.id), "500", "Approved"]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("cannot be written", result["messages"][0]["message"])

    def test_defaults_of_a_context_do_not_get_in(self):
        """A client fills the context."""
        remedy = (
            self.Remedy.with_user(self.agent)
            .with_context(
                default_state="approved",
                default_approved_by_id=self.manager.id,
                default_approved_amount=1e6,
                default_company_amount=1.0,
                default_has_open_value=False,
            )
            .create({"complaint_id": self.complaint.id, "amount": 500.0})
        )
        self.assertEqual((remedy.state, remedy.company_amount), ("to_approve", 500.0))
        self.assertFalse(remedy.approved_by_id)

    def test_import_is_held_by_the_limit(self):
        result = self.Remedy.with_user(self.agent).load(
            ["complaint_id/.id", "kind", "amount"],
            [[str(self.complaint.id), "Refund", "60"]] * 2,
        )
        remedies = self.Remedy.browse(result["ids"])
        self.assertEqual(remedies.mapped("state"), ["proposed", "to_approve"])

    def test_bad_amounts(self):
        for amount in (INFINITE, -INFINITE, float("nan"), "many", -5.0):
            with self.assertRaisesRegex(UserError, "finite number"):
                self.propose(amount)
        with self.assertRaisesRegex(ValidationError, "no amount"):
            self.propose(0.0)

    def test_points_are_refused_while_nobody_books_them(self):
        with self.assertRaisesRegex(ValidationError, "no loyalty club"):
            self.propose(10.0, "points")

    def test_apology_costs_nothing_and_has_words(self):
        with self.assertRaisesRegex(ValidationError, "costs nothing"):
            self.propose(10.0, "apology", note="Sorry")
        with self.assertRaisesRegex(ValidationError, "how we apologised"):
            self.propose(0.0, "apology", note="  ")
        remedy = self.propose(0.0, "apology", note="I called and said sorry.")
        remedy.action_give()
        self.assertEqual((remedy.state, remedy.cost_amount), ("given", 0.0))

    def test_remedy_stays_with_its_complaint(self):
        """It would take its sum along."""
        remedy = self.propose(60.0)
        other = self.submit(partner_id=self.customer("Harbour Books").id)
        with self.assertRaisesRegex(UserError, "stays with its complaint"):
            remedy.complaint_id = other

    def test_remedy_is_neither_deleted_nor_copied(self):
        remedy = self.propose(60.0)
        with self.assertRaises(AccessError):
            remedy.with_user(self.manager).unlink()
        with self.assertRaisesRegex(UserError, "Cancel it"):
            remedy.sudo().unlink()
        with self.assertRaisesRegex(UserError, "cannot be duplicated"):
            remedy.copy()

    def test_what_was_given_cannot_change(self):
        remedy = self.propose(60.0)
        remedy.action_give()
        with self.assertRaisesRegex(UserError, "cannot change any more"):
            remedy.amount = 10.0
        with self.assertRaisesRegex(UserError, "not possible now"):
            remedy.action_give()
        with self.assertRaisesRegex(UserError, "not possible now"):
            remedy.action_cancel()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_rights(self):
        """Users read; agents propose; who may not handle the complaint does neither."""
        with self.assertRaises(AccessError):
            self.propose(10.0, user=self.seller)
        remedy = self.propose(10.0)
        self.assertEqual(remedy.with_user(self.seller).amount, 10.0)
        for call in ("action_give", "action_cancel", "action_request_approval"):
            with self.assertRaises(AccessError):
                getattr(remedy.with_user(self.seller), call)()
        with self.assertRaises(AccessError):
            remedy.with_user(self.seller).amount = 5.0

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_confidential_and_foreign_remedies_are_hidden(self):
        remedy = self.propose(10.0)
        outsider = self.make_user("outsider", "crm_value.group_care_agent")
        remedies = self.Remedy.with_user(outsider)
        self.assertEqual(remedies.search([]), remedy)
        self.complaint.sudo().is_confidential = True
        self.assertFalse(remedies.search([]))
        with self.assertRaises(AccessError):
            remedy.with_user(outsider).read(["amount"])
        with self.assertRaises(AccessError):
            self.propose(1.0, user=outsider)
        self.complaint.sudo().is_confidential = False
        elsewhere = self.make_company("Elsewhere")
        outsider.write(
            {"company_id": elsewhere.id, "company_ids": [(6, 0, elsewhere.ids)]}
        )
        self.assertFalse(remedies.with_context(allowed_company_ids=None).search([]))
