from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..arguments import check_choice, check_record
from .complaint import CHANNELS, KINDS, WISHES
from .sla import SEVERITIES

TEXTS = {
    "subject": 10_000,
    "description": 100_000,
    "partner_name": 200,
    "email_from": 320,
    "phone": 64,
    "delivery_reference": 200,
    "lot_name": 200,
    "idempotency_key": 200,
}
CHOICES = {
    "kind": KINDS,
    "severity": SEVERITIES,
    "channel": CHANNELS,
    "wish": WISHES,
}
RECORDS = {
    "company_id": "res.company",
    "team_id": "crm.complaint.team",
    "partner_id": "res.partner",
    "order_id": "sale.order",
    "invoice_id": "account.move",
    "product_id": "product.product",
    "category_id": "crm.complaint.category",
}
SUBJECT_LENGTH = 80


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    @api.model
    def submit(self, values):
        """Take in a complaint, a question or a service request.

        :param dict values: ``description`` (the words heard) or ``subject``; who:
            ``partner_id``, or ``phone`` or ``email_from`` by which a customer is found,
            ``partner_name``; what about: ``order_id``, ``invoice_id``,
            ``delivery_reference``, ``product_id``, ``lot_name``, ``category_id`` or
            ``category`` (its code), ``wish``; ``kind``, ``severity``, ``channel``,
            ``is_confidential``, ``company_id`` or ``team_id``, and ``idempotency_key``:
            a second call with the same key gives the first one's complaint
        :return: id of the complaint
        :rtype: int
        :raises AccessError: for whoever may not file complaints
        :raises UserError: naming the argument that cannot be used
        """
        self.check_access("create")
        values = self._check_values(values)
        key = values.get("idempotency_key")
        company = self._get_submit_company(values)
        known = key and self._find_submitted(company, key)
        if known:
            return known.id
        values.update({"company_id": company.id, **self._find_customer(values)})
        return self._create_once(values).id

    @api.model
    def _create_once(self, values):
        """Create the complaint and tell the customer; once for a key."""
        try:
            with self.env.cr.savepoint():
                complaint = self.create(values)
        except UniqueViolation:
            # Another call with this key was faster, and is committed by now.
            key = values.get("idempotency_key")
            company = self.env["res.company"].browse(values["company_id"])
            known = key and self._find_submitted(company, key)
            if not known:
                raise
            return known
        complaint._notify_received()
        return complaint

    @api.model
    def _find_submitted(self, company, key):
        return self.with_context(active_test=False).search(
            [("company_id", "=", company.id), ("idempotency_key", "=", key)], limit=1
        )

    @api.model
    def _check_values(self, values):
        """Values for ``create`` from what a caller sent."""
        if not isinstance(values, dict):
            raise UserError(
                self.env._("values is %s: give an object with named values.", values)
            )
        known = {*TEXTS, *CHOICES, *RECORDS, "category", "is_confidential"}
        unknown = values.keys() - known
        if unknown:
            raise UserError(
                self.env._(
                    "%(unknown)s is not known. Known values: %(known)s.",
                    unknown=", ".join(sorted(map(str, unknown))),
                    known=", ".join(sorted(known)),
                )
            )
        checked = {"channel": "api"}
        for name, value in values.items():
            if value is not None and value is not False:
                checked[name] = self._check_value(name, value)
        code = checked.pop("category", None)
        if code:
            checked["category_id"] = self._find_category(code)
        description = checked.get("description", "").strip()
        if not description and not checked.get("subject", "").strip():
            raise UserError(
                self.env._("description is empty: say what the customer said.")
            )
        if not checked.get("subject", "").strip():
            checked["subject"] = self._shorten(description)
        return checked

    @api.model
    def _check_value(self, name, value):
        if name in RECORDS:
            return check_record(self.env, RECORDS[name], name, value)
        if name in CHOICES:
            check_choice(self.env, name, value, dict(CHOICES[name]))
        elif name == "is_confidential":
            if value is not True:
                raise UserError(
                    self.env._(
                        "%(name)s is %(value)s: give true or false.",
                        name=name,
                        value=value,
                    )
                )
        elif not isinstance(value, str):
            raise UserError(
                self.env._(
                    "%(name)s is %(value)s: give a text.", name=name, value=value
                )
            )
        elif len(value) > TEXTS.get(name, 200):
            raise UserError(
                self.env._(
                    "%(name)s has %(length)s characters; %(longest)s fit.",
                    name=name,
                    length=len(value),
                    longest=TEXTS.get(name, 200),
                )
            )
        elif "\0" in value:
            raise UserError(
                self.env._("%(name)s holds a character that is no text.", name=name)
            )
        return value

    @api.model
    def _find_category(self, code):
        category = self.env["crm.complaint.category"].search(
            [("code", "=", code)], limit=1
        )
        if not category:
            codes = self.env["crm.complaint.category"].search([]).mapped("code")
            raise UserError(
                self.env._(
                    "category is %(code)s: give one of %(possible)s.",
                    code=code,
                    possible=", ".join(codes),
                )
            )
        return category.id

    @api.model
    def _get_submit_company(self, values):
        team = self.env["crm.complaint.team"].browse(values.get("team_id"))
        company = self.env["res.company"].browse(values.get("company_id"))
        if team and company and team.company_id != company:
            raise UserError(
                self.env._(
                    "team_id is %(team)s, a team of %(own)s, and company_id is "
                    "%(company)s. Give one of them.",
                    team=team.name,
                    own=team.company_id.name,
                    company=company.name,
                )
            )
        return team.company_id or company or self.env.company

    @api.model
    def _find_customer(self, values):
        """Who complains: given, or found by number or address, or by his document."""
        found = self.env["res.partner"].browse(values.get("partner_id"))
        order = self.env["sale.order"].browse(values.get("order_id"))
        invoice = self.env["account.move"].browse(values.get("invoice_id"))
        found = (
            found
            or order.partner_id
            or invoice.partner_id
            or self._find_by_phone(values.get("phone"))
            or self._find_by_email(values.get("email_from"))
        )
        if not found:
            return {}
        return {
            "partner_id": found.id,
            "email_from": values.get("email_from") or found.email,
            "phone": values.get("phone") or found.phone,
        }

    @api.model
    def _find_by_number(self, number):
        """Customer and document by whatever number or address somebody gives.

        :return: ``partner_id`` and, found by its own number, ``order_id`` or
            ``invoice_id``; empty when nothing is found
        :rtype: dict
        """
        number = (number or "").strip()
        if not number:
            return {}
        for name, model in (("order_id", "sale.order"), ("invoice_id", "account.move")):
            if not self.env[model].has_access("read"):
                continue
            document = self.env[model].search([("name", "=ilike", number)], limit=1)
            if document:
                return {"partner_id": document.partner_id.id, name: document.id}
        partner = (
            self._find_by_email(number)
            if "@" in number
            else self._find_by_phone(number)
        )
        partner = partner or self.env["res.partner"].search(
            Domain("ref", "=", number), limit=1
        )
        return {"partner_id": partner.id} if partner else {}

    @api.model
    def _find_by_phone(self, phone):
        partners = self.env["res.partner"]
        digits = sum(letter.isdigit() for letter in phone or "")
        if digits < 5:
            return partners
        return partners.search(
            Domain("phone_mobile_search", "=", phone), order="id", limit=1
        )

    @api.model
    def _find_by_email(self, email):
        partners = self.env["res.partner"]
        if not email:
            return partners
        return partners.search(
            Domain("email_normalized", "=", email.strip().lower()), order="id", limit=1
        )

    @api.model
    def _shorten(self, description):
        """The first line as a subject."""
        line = description.strip().splitlines()[0]
        if len(line) <= SUBJECT_LENGTH:
            return line
        return f"{line[: SUBJECT_LENGTH - 1]}…"
