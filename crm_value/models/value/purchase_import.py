from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError

from .purchase_fault import FaultFinder

# So many lines take half of the minute of CPU that Odoo's workers allow a request.
MOST_LINES = 50_000
# What files give by name; core would search for it line by line.
NAMED = ("partner_id", "company_id", "currency_id", "product_id", "product_category_id")


def _is_row(row):
    """Whether ``row`` is a line of cells; those of a spreadsheet need not be text."""
    return isinstance(row, (list, tuple)) and not any(
        isinstance(cell, (list, tuple, dict)) for cell in row
    )


class CrmValuePurchase(models.Model):
    _inherit = "crm.value.purchase"

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import template for purchases"),
                "template": "/crm_value/static/import/purchases.xlsx",
            }
        ]

    @api.model
    def load(self, fields, data):
        """Store the lines of a file, all or none; see ``doc/api.md``.

        The import screen asks for batches, each a transaction of its own, so that the
        lines before a bad one would stay. It sends the whole file every time, and
        stops when it is told that nothing is left: the first batch is all of it.

        :param list fields: names of fields, as in the first line of a file
        :param list data: lines, as many cells each as there are fields
        """
        self.browse().check_access("create")
        self._check_file(fields, data)
        whole = self.with_context(_import_limit=None)
        return super(CrmValuePurchase, whole).load(fields, data)

    @api.model
    def _check_file(self, fields, data):
        """Refuse what has not the shape of a file."""
        if not _is_row(fields) or not all(isinstance(name, str) for name in fields):
            raise UserError(
                self.env._('fields must be a list of names, such as ["reference"].')
            )
        for number, row in enumerate(data if isinstance(data, list) else [None], 1):
            if not _is_row(row) or len(row) != len(fields):
                raise UserError(
                    self.env._(
                        "data must be a list of lines of %(count)s cells each, one a "
                        "field; line %(number)s is not.",
                        count=len(fields),
                        number=number,
                    )
                )
        unknown = {name.split("/")[0] for name in fields} - self._fields.keys()
        if unknown - {".id"}:
            raise UserError(
                self.env._("%s is no field of a purchase.", min(unknown - {".id"}))
            )
        if len(data) > MOST_LINES:
            raise UserError(
                self.env._(
                    "The file has %(count)s lines; at most %(most)s are stored at "
                    "once, all of them or none. Split it into several files.",
                    count=len(data),
                    most=MOST_LINES,
                )
            )

    @api.model
    def _convert_records(self, records, *, log=lambda message: None, savepoint):
        """Name every line of a file that cannot be stored, with its reason.

        Left to itself, core tries the whole file, then line by line, and reports the
        first reason it meets on the first line.
        """
        refused = set()

        def note(message):
            message = self._refuse_namesakes(message)
            if message["type"] == "error":
                refused.add(message["record"])
            log(message)

        names = _NameMemo(self.env, records)
        rows = []
        new_vals = []
        for row in super()._convert_records(
            names.feed(), log=note, savepoint=savepoint
        ):
            record_id, xid, vals, info = row
            if info["record"] in refused:
                continue
            names.complete(vals, info["record"])
            # A line with the id of a purchase corrects it: checked when written.
            is_new = not (record_id or xid)
            rows.append((row, is_new))
            new_vals += [vals] * is_new
        finder = FaultFinder(self.env, new_vals)
        for row, is_new in rows:
            _record_id, _xid, vals, info = row
            if is_new and (fault := finder.find(vals)):
                field_name, text = fault
                log({**info, "type": "error", "field": field_name, "message": text})
            else:
                yield row

    @api.model
    def _refuse_namesakes(self, message):
        """Turn core's warning about several customers of one name into an error.

        It would take the first of them, and his namesake's purchases would be his.
        """
        if message["type"] != "warning" or message.get("field") != "partner_id":
            return message
        advice = self.env._(
            "%s. Tell them apart by the customer's reference, e-mail or tax ID.",
            message["message"],
        )
        return {**message, "type": "error", "message": advice}


class _NameMemo:
    """Looks up what files give by name once a file instead of once a line."""

    def __init__(self, env, records):
        self.env = env
        self.records = list(records)
        self.known = self._find_customers()
        self.keys = {}
        self.filled = {}

    def feed(self):
        """Lines for core's converter, without the names known by now."""
        for index, (record, extras) in enumerate(self.records):
            self.keys[index] = {
                field_name: (field_name, repr(record[field_name]))
                for field_name in NAMED
                if field_name in record
            }
            self.filled[index] = {
                field_name: self.known[key]
                for field_name, key in self.keys[index].items()
                if key in self.known
            }
            yield (
                {
                    field_name: value
                    for field_name, value in record.items()
                    if field_name not in self.filled[index]
                },
                extras,
            )

    def complete(self, vals, index):
        """Put the known ids into a converted line, and learn from it."""
        vals.update(self.filled[index])
        for field_name, key in self.keys[index].items():
            if vals.get(field_name):
                self.known[key] = vals[field_name]

    def _find_customers(self):
        """Customers of the file whose name (reference, e-mail ...) only one has.

        Core searches for each with a scan of all contacts. Who is not found here, or
        not alone, is left to it and its messages.
        """
        names = {
            record["partner_id"][0].get(None)
            for record, _extras in self.records
            if record.get("partner_id")
        }
        Partner = self.env["res.partner"]
        fields = Partner._rec_names_search
        partners = Partner.search_fetch(
            [("display_name", "in", list(filter(None, names)))], fields
        )
        ids_by_name = defaultdict(set)
        for partner in partners:
            for field_name in fields:
                ids_by_name[partner[field_name]].add(partner.id)
        return {
            ("partner_id", repr([{None: name}])): ids_by_name[name].pop()
            for name in names
            if name and len(ids_by_name[name]) == 1
        }
