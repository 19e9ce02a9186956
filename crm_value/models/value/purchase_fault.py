from odoo import fields
from odoo.exceptions import UserError

from ..arguments import check_choice, is_id

FIGURES = ("amount", "margin", "quantity", "price_unit")
NEEDED = ("reference", "partner_id", "date", "amount")
# Beyond this a float does not hold the cents any more.
TOO_LARGE = 1e15


def _is_figure(value):
    # False, which is an empty figure, passes as 0 does; NaN compares with nothing.
    try:
        return abs(float(value)) < TOO_LARGE
    except (TypeError, ValueError):
        return False


def check_shape(env, argument, vals_list):
    """Refuse what is not a list of values of purchases at all.

    :param str argument: name of the argument that holds them
    """
    for vals in vals_list if isinstance(vals_list, (list, tuple)) else [None]:
        if not isinstance(vals, dict):
            raise UserError(
                env._(
                    "%(argument)s must hold values of purchases, such as "
                    '{"reference": "R-1", "partner_id": 7, "date": "2025-03-31", '
                    '"amount": 100}.',
                    argument=argument,
                )
            )
        for name, value in vals.items():
            _check_value(env, name, value)


def _check_value(env, name, value):
    field = env["crm.value.purchase"]._fields.get(name)
    if not field:
        raise UserError(env._("%s is no field of a purchase.", name))
    empty = value is None or value is False
    if field.type == "many2one" and not empty and not is_id(value):
        raise UserError(
            env._("%(field)s is %(value)s: give an id.", field=name, value=value)
        )
    if field.type == "selection" and not empty:
        check_choice(env, name, value, field.get_values(env))
    if field.type == "char" and not empty and not isinstance(value, str):
        raise UserError(
            env._("%(field)s is %(value)s: give a text.", field=name, value=value)
        )


class FaultFinder:
    """Finds out why purchases cannot be stored, before the database says no.

    What all of them need is looked up once, whatever their number.
    """

    def __init__(self, env, vals_list):
        """Look up companies, rates and references.

        :param Environment env: of the user who stores them
        :param list vals_list: values as for create(), with the ``id`` of stored ones
        """
        self.env = env
        self.fields = env["crm.value.purchase"]._fields
        company_ids = {self._get_company_id(vals) for vals in vals_list}
        self.companies = {
            company.id: company for company in env["res.company"].browse(company_ids)
        }
        self.today = {}
        self.seen = set()
        self.rated = self._read_rated(vals_list)
        self.stored = self._read_stored(vals_list)

    def find(self, vals):
        """Find the first fault of a purchase.

        :param dict vals: one of those given at first; they are compared as they come
        :return: name of the field and message, or None
        :rtype: tuple
        """
        for check in (
            self._find_missing,
            self._find_figure,
            self._find_date,
            self._find_currency,
            self._find_duplicate,
        ):
            if fault := check(vals):
                return fault
        return None

    def _get_company_id(self, vals):
        return vals.get("company_id") or self.env.company.id

    def _get_label(self, name):
        return self.fields[name]._description_string(self.env)

    def _get_reference(self, vals):
        return str(vals.get("reference") or "–")

    def _get_foreign_currency_id(self, vals):
        currency_id = self.companies[self._get_company_id(vals)].currency_id.id
        given_id = vals.get("currency_id") or currency_id
        return given_id if given_id != currency_id else None

    def _read_rated(self, vals_list):
        """Pairs (currency, company or False) for which there is a rate."""
        currency_ids = {self._get_foreign_currency_id(vals) for vals in vals_list}
        # The rates of a parent company serve its branches, whose users may not see it.
        rate_sudo = self.env["res.currency.rate"].sudo()
        pairs = rate_sudo._read_group(
            [("currency_id", "in", list(currency_ids - {None}))],
            ["currency_id", "company_id"],
        )
        return {(currency.id, company.id) for currency, company in pairs}

    def _read_stored(self, vals_list):
        """Stored purchases by (company, reference)."""
        purchases = self.env["crm.value.purchase"].search_fetch(
            [
                ("company_id", "in", list(self.companies)),
                ("reference", "in", [self._get_reference(vals) for vals in vals_list]),
            ],
            ["company_id", "reference", "date", "amount", "currency_id"],
        )
        return {
            (stored.company_id.id, stored.reference): stored for stored in purchases
        }

    def _find_missing(self, vals):
        for name in NEEDED:
            # 0 is an amount, and equal to False.
            if name in vals and (vals[name] is False or vals[name] in (None, "")):
                return name, self.env._(
                    "Purchase %(reference)s has no %(field)s. Fill it in.",
                    reference=self._get_reference(vals),
                    field=self._get_label(name),
                )
        return None

    def _find_figure(self, vals):
        for name in FIGURES:
            value = vals.get(name)
            if value is None or _is_figure(value):
                continue
            return name, self.env._(
                "Purchase %(reference)s has the %(field)s %(value)s, which is not a "
                "number that can be counted with. Correct it, or leave it empty if it "
                "is unknown.",
                reference=self._get_reference(vals),
                field=self._get_label(name),
                value=value,
            )
        return None

    def _find_date(self, vals):
        if "date" not in vals:
            return None
        try:
            date = fields.Date.to_date(vals["date"])
        except (TypeError, ValueError):
            date = None
        if not date:
            return "date", self.env._(
                "Purchase %(reference)s has the date %(date)s; write it as year-month-"
                "day, for example 2025-03-31.",
                reference=self._get_reference(vals),
                date=vals["date"],
            )
        today = self._get_today(self._get_company_id(vals))
        if date <= today:
            return None
        return "date", self.env._(
            "Purchase %(reference)s is dated %(date)s, but today is %(today)s. Only "
            "what was already bought can be imported; correct the date.",
            reference=self._get_reference(vals),
            date=fields.Date.to_string(date),
            today=fields.Date.to_string(today),
        )

    def _get_today(self, company_id):
        if company_id not in self.today:
            # Who imports purchases need not see how customers are valued.
            policy_sudo = self.env["crm.value.policy"].sudo()
            policy_sudo = policy_sudo._of_company(self.companies[company_id])
            self.today[company_id] = fields.Date.context_today(
                policy_sudo.with_context(tz=policy_sudo._get_timezone())
            )
        return self.today[company_id]

    def _find_currency(self, vals):
        currency_id = self._get_foreign_currency_id(vals)
        company = self.companies[self._get_company_id(vals)]
        if not currency_id or self.rated & {
            (currency_id, False),
            (currency_id, company.root_id.id),
        }:
            return None
        currency = self.env["res.currency"].browse(currency_id)
        return "currency_id", self.env._(
            "Purchase %(reference)s is in %(currency)s, which has no rate in "
            "%(company)s. Enter a rate of %(currency)s first.",
            reference=self._get_reference(vals),
            currency=currency.name,
            company=company.name,
        )

    def _find_duplicate(self, vals):
        key = self._get_company_id(vals), self._get_reference(vals)
        if key in self.seen:
            return "reference", self.env._(
                "The reference %s occurs more than once. Every purchase needs one of "
                "its own.",
                key[1],
            )
        self.seen.add(key)
        stored = self.stored.get(key)
        if not stored or stored.id == vals.get("id"):
            return None
        return "reference", self.env._(
            "Purchase %(reference)s is stored already, dated %(date)s with %(amount)s. "
            "Leave it out, give it a reference of its own, or correct the stored one.",
            reference=stored.reference,
            date=fields.Date.to_string(stored.date),
            amount=stored.currency_id.format(stored.amount),
        )
