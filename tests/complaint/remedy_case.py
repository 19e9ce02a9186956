"""Complaints about an order and its invoice, with limits by tier."""

from ..value.common import days_before
from .common import TUESDAY, ComplaintCase

TODAY = TUESDAY.date()


class RemedyCase(ComplaintCase):
    """Gold customers get up to 100 without asking, others nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.company.currency_id = cls.env.ref("base.EUR")
        cls.other_manager = cls.make_user("second_manager", "crm_value.group_manager")
        cls.gold.goodwill_limit_amount = 100.0
        cls.set_tier(cls.lotus, cls.gold)
        cls.Remedy = cls.env["crm.complaint.remedy"]
        cls.complaint = cls.submit("The colour is off")

    @classmethod
    def propose(cls, amount=50.0, kind="refund", complaint=None, user=None, **values):
        """As the care agent does; read as the superuser."""
        remedy = cls.Remedy.with_user(user or cls.agent).create(
            {
                "complaint_id": (complaint or cls.complaint).id,
                "kind": kind,
                "amount": amount,
                **values,
            }
        )
        cls.env.flush_all()
        return remedy

    @classmethod
    def invoiced_order(cls, price=400.0, **values):
        """A confirmed order of the customer with its posted invoice."""
        order = cls.order(cls.lotus, days_before(30), price, **values)
        invoice = order._create_invoices(final=True)
        invoice.invoice_date = days_before(25)
        invoice.action_post()
        return order, invoice

    @classmethod
    def credit_note(cls, remedy, amount=None, user=None):
        """A draft by core's wizard as the remedy opens it, reduced to an amount."""
        user = user or cls.accountant()
        action = remedy.with_user(user).action_open_credit_note()
        wizards = cls.env[action["res_model"]].with_user(user)
        journal = remedy.sudo().complaint_id.invoice_id.journal_id
        wizard = wizards.with_context(**action["context"]).create(
            # The client gets the journal from the wizard's onchange.
            {
                "date": TODAY,
                "journal_id": journal.id,
            }
        )
        note = cls.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        if amount is not None:
            note.invoice_line_ids.filtered("product_id").price_unit = amount
        cls.env.flush_all()
        return note

    @classmethod
    def accountant(cls):
        """A care agent who may also write credit notes."""
        cls.agent.group_ids += cls.env.ref("account.group_account_invoice")
        return cls.agent
