import re
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..nullable import NullableFloat, NullableMonetary
from .purchase_fault import FIGURES, FaultFinder, check_shape

# What a purchase is checked by, and what the value of its customer hangs on.
CHECKED = {"company_id", "partner_id", "currency_id", "date", "reference", *FIGURES}
VALUED = {"partner_id", "company_id", "currency_id", "date", "amount", "margin"}
COMPANY_AND_CURRENCY = {"company_id", "currency_id"}
# More messages than this help nobody.
MESSAGES = 10


def _name_duplicate(env, diagnostics):
    """Words of the unique constraint, when another transaction was faster."""
    detail = diagnostics.message_detail if diagnostics else None
    key = re.search(r"=\(\d+, (.*)\)", detail or "")
    return env._(
        "A purchase with the reference %s is stored already. Give the new one a "
        "reference of its own, or correct the stored one.",
        key[1] if key else "",
    )


class CrmValuePurchase(models.Model):
    """A purchase from before Odoo, or from outside of it.

    It counts beside the orders or invoices of Odoo when customers are valued. The
    amount is in the currency of the purchase and converted only then, at the rate of
    its day. A margin that is not given is unknown, which is not the same as 0.
    """

    _name = "crm.value.purchase"
    _description = "Imported purchase"
    _order = "date desc, id desc"
    _rec_name = "reference"
    _check_company_auto = True

    reference = fields.Char(
        required=True,
        help="Number of the invoice, receipt or order in the older system. A second "
        "import of the same file is recognised by it.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="The purchase counts for the customer this contact belongs to.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(required=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    # Nullable, so that an empty cell is refused as missing instead of read as 0.
    amount = NullableMonetary(
        required=True, help="Without tax. Negative for what the customer returned."
    )
    margin = NullableMonetary(help="Amount less cost. Leave it empty if unknown.")
    product_id = fields.Many2one(
        "product.product", check_company=True, ondelete="set null"
    )
    product_name = fields.Char(
        string="Product as text", help="For what is not among the products any more."
    )
    product_category_id = fields.Many2one(
        "product.category",
        compute="_compute_product_category_id",
        store=True,
        readonly=False,
        ondelete="set null",
    )
    quantity = NullableFloat(digits="Product Unit")
    price_unit = NullableFloat(string="Unit price", digits="Product Price")
    channel = fields.Selection(
        [
            ("shop", "Shop"),
            ("web", "Web"),
            ("till", "Till"),
            ("salesperson", "Salesperson"),
            ("phone", "Phone"),
            ("other", "Other"),
        ],
        help="Where the customer bought. Leave it empty if unknown.",
    )

    _reference_uniq = models.Constraint(
        "UNIQUE(company_id, reference)", _name_duplicate
    )
    # All that valuing reads, so that it need not visit the table.
    _valuation_idx = models.Index(
        "(company_id, partner_id, date) INCLUDE (amount, margin, currency_id)"
    )
    _recent_idx = models.Index("(date DESC, id DESC)")

    @api.depends("product_id")
    def _compute_product_category_id(self):
        for purchase in self.filtered("product_id"):
            purchase.product_category_id = purchase.product_id.categ_id

    @api.model_create_multi
    def create(self, vals_list):
        self.browse().check_access("create")
        check_shape(self.env, "vals_list", vals_list)
        vals_list = self._complete_values(vals_list)
        self._check_values(vals_list)
        purchases = super().create(vals_list)
        self._touch(purchases._get_customers())
        return purchases

    def write(self, vals):
        self.check_access("write")
        check_shape(self.env, "vals", [vals])
        if CHECKED & vals.keys():
            stored = self.read(list(CHECKED), load=None)
            self._check_values([{**values, **vals} for values in stored])
        if not VALUED & vals.keys():
            return super().write(vals)
        customers = self._get_customers()
        result = super().write(vals)
        for company, partners in self._get_customers().items():
            customers[company] |= partners
        self._touch(customers)
        return result

    def unlink(self):
        customers = self._get_customers()
        result = super().unlink()
        self._touch(customers)
        return result

    @api.model
    def _complete_values(self, vals_list):
        """Fill in what follows from the company and the product of each purchase.

        Precomputing them takes half as long again as the whole import.
        """
        companies = self.env["res.company"]
        products = self.env["product.product"].browse(
            {vals["product_id"] for vals in vals_list if vals.get("product_id")}
        )
        categories = {product.id: product.categ_id.id for product in products}
        completed = []
        for vals in vals_list:
            category_id = categories.get(vals.get("product_id"), False)
            vals = {"product_category_id": category_id, **vals}
            # With neither given, the user's company gives the default of both.
            if not vals.get("currency_id") and vals.keys() & COMPANY_AND_CURRENCY:
                company = companies.browse(vals.get("company_id")) or self.env.company
                vals["currency_id"] = company.currency_id.id
            completed.append(vals)
        return completed

    @api.model
    def _check_values(self, vals_list):
        finder = FaultFinder(self.env, vals_list)
        faults = [fault for vals in vals_list if (fault := finder.find(vals))]
        if faults:
            messages = [message for _field_name, message in faults[:MESSAGES]]
            raise ValidationError("\n".join(messages))

    def _get_customers(self):
        """Contacts by company."""
        customers = defaultdict(self.env["res.partner"].browse)
        for company, purchases in self.grouped("company_id").items():
            customers[company] = purchases.partner_id
        return customers

    @api.model
    def _touch(self, customers):
        """Have customers valued again, as what they bought has changed."""
        for company, partners in customers.items():
            self.env["crm.value.touch"]._touch(partners, company)
