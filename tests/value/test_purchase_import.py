import time
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from odoo.addons.crm_value.models.value import purchase_import

from .test_purchase import PurchaseCase as _PurchaseCase

COLUMNS = ["reference", "partner_id", "date", "amount", "margin", "channel"]


@tagged("post_install", "-at_install")
class TestPurchaseImport(_PurchaseCase):
    def setUp(self):
        super().setUp()
        self.Purchase = self.Purchase.with_user(self.manager).with_context(
            import_file=True
        )

    def row(self, reference, partner="Lotus Prints", date="2025-03-31", amount="10"):
        return [reference, partner, date, amount, "", "Web"]

    def assertNothingLoaded(self, result, *expected):
        """Every (line, part of the message) is told, and nothing is stored."""
        self.assertFalse(result["ids"])
        messages = [
            (message["rows"]["from"], message["message"])
            for message in result["messages"]
        ]
        lines = [line for line, _message in sorted(messages)]
        self.assertEqual(lines, [line for line, _part in expected], messages)
        for (_line, message), (_, part) in zip(sorted(messages), expected, strict=True):
            self.assertIn(part, message)
        self.assertFalse(self.Purchase.search([("reference", "=like", "N-%")]))

    def test_good_lines_are_loaded(self):
        """Customers and channels by name, unknown margins left unknown."""
        result = self.Purchase.load(COLUMNS, [self.row("N-1"), self.row("N-2")])
        self.assertFalse(result["messages"])
        purchases = self.Purchase.browse(result["ids"])
        self.assertEqual(purchases.mapped("reference"), ["N-1", "N-2"])
        self.assertEqual(purchases.partner_id, self.lotus)
        self.assertEqual(set(purchases.mapped("channel")), {"web"})
        self.assertEqual(set(purchases.mapped("margin")), {False})

    def test_bad_lines_are_named_and_nothing_is_loaded(self):
        """Each with its own reason; the good lines between them wait."""
        self.purchase("N-0")
        with mute_logger("odoo.sql_db"):
            result = self.Purchase.load(
                COLUMNS,
                [
                    self.row("N-1"),
                    self.row("N-2", date="2999-01-01"),
                    self.row("N-3", amount="nan"),
                    self.row("N-4", amount=""),
                    self.row("N-5", partner=""),
                    self.row("N-6", partner="Nobody Ltd"),
                    self.row("N-7", amount="ten"),
                    self.row("N-1"),
                    self.row("N-0"),
                    self.row("N-8"),
                ],
            )
        self.env["crm.value.purchase"].search([("reference", "=", "N-0")]).unlink()
        self.assertNothingLoaded(
            result,
            (1, "N-2 is dated 2999-01-01"),
            (2, "Amount nan"),
            (3, "N-4 has no Amount"),
            (4, "N-5 has no Customer"),
            (5, "Nobody Ltd"),
            (6, "ten"),
            (7, "N-1 occurs more than once"),
            (8, "N-0 is stored already"),
        )

    def test_same_file_again_is_refused_and_changes_nothing(self):
        """Every line says that it is stored already."""
        lines = [self.row("M-1"), self.row("M-2")]
        ids = self.Purchase.load(COLUMNS, lines)["ids"]
        result = self.Purchase.load(COLUMNS, lines)
        self.assertNothingLoaded(
            result, (0, "M-1 is stored already"), (1, "M-2 is stored already")
        )
        self.assertEqual(
            self.Purchase.search([("reference", "=like", "M-%")]).ids, ids[::-1]
        )

    def test_line_with_id_corrects_the_stored_purchase(self):
        """The way on for who has to change many."""
        purchase = self.purchase("M-1")
        result = self.Purchase.load(
            [".id", "reference", "amount"], [[str(purchase.id), "M-1", "55"]]
        )
        self.assertEqual(result["ids"], purchase.ids)
        self.assertEqual(purchase.amount, 55.0)

    def test_missing_column_is_told(self):
        """The amount was not mapped: refused, not read as 0."""
        with mute_logger("odoo.sql_db"):
            result = self.Purchase.load(
                ["reference", "partner_id", "date"],
                [["N-1", "Lotus Prints", "2025-03-31"]],
            )
        self.assertNothingLoaded(result, (0, "Amount"))

    def test_seven_thousand_lines_take_seconds(self):
        """One batch, not a query a line."""
        names = ("Lotus Prints", "Harbour Books")
        lines = [self.row(f"N-{number}", names[number % 2]) for number in range(7000)]
        queries = self.cr.sql_log_count
        start = time.process_time()
        result = self.Purchase.load(COLUMNS, lines)
        self.cr.flush()
        self.assertFalse(result["messages"])
        self.assertEqual(len(result["ids"]), 7000)
        self.assertLess(self.cr.sql_log_count - queries, 300)
        self.assertLess(time.process_time() - start, 30)

    def test_template_imports_as_it_comes(self):
        """Through the import screen's own code, with its guesses of the columns."""
        template = self.Purchase.get_import_templates()[0]["template"]
        with file_open(template.lstrip("/"), "rb") as file:
            content = file.read()
        wizard = (
            self.env["base_import.import"]
            .with_user(self.manager)
            .create(
                {
                    "res_model": "crm.value.purchase",
                    "file": content,
                    "file_name": "purchases.xlsx",
                    "file_type": "application/vnd.openxmlformats-officedocument."
                    "spreadsheetml.sheet",
                }
            )
        )
        options = {"has_headers": True, "quoting": '"', "separator": ","}
        preview = wizard.parse_preview(options)
        columns = [path[0] for _index, path in sorted(preview["matches"].items())]
        self.assertEqual(columns, preview["headers"])
        result = wizard.execute_import(columns, preview["headers"], preview["options"])
        self.assertFalse(result["messages"])
        purchases = self.env["crm.value.purchase"].browse(result["ids"])
        self.assertEqual(
            purchases.mapped("reference"), ["R-2023-0412", "R-2023-0655", "C-2023-0031"]
        )
        self.assertEqual(purchases.mapped("amount"), [1250.0, 318.4, -125.0])
        self.assertEqual(purchases.mapped("margin"), [430.0, False, -43.0])

    def test_namesakes_are_refused(self):
        """Core would take the first, with a warning; a reference tells them apart."""
        twin = self.env["res.partner"].create({"name": "Lotus Prints", "ref": "L-2"})
        lines = [self.row("N-1"), self.row("N-2", partner="L-2"), self.row("N-3")]
        result = self.Purchase.load(COLUMNS, lines)
        advice = "Tell them apart by the customer's reference"
        self.assertNothingLoaded(result, (0, advice), (2, advice))
        result = self.Purchase.load(COLUMNS, lines[1:2])
        self.assertEqual(self.Purchase.browse(result["ids"]).partner_id, twin)

    def test_names_are_looked_up_once(self):
        """Whatever the number of lines, and with the same result."""
        product = self.env["product.product"].create({"name": "Flyer A5"})
        columns = [
            "reference",
            "partner_id",
            "date",
            "amount",
            "product_id",
            "currency_id",
        ]
        lines = [
            [f"M-{number}", name, "2025-03-31", "1", product_name, "USD"]
            for number, (name, product_name) in enumerate(
                [
                    ("Lotus Prints", "Flyer A5"),
                    ("Harbour Books", ""),
                    ("Lotus Prints", "Flyer A5"),
                ]
            )
        ]
        converter = self.registry["ir.fields.converter"]
        original = converter.db_id_for
        searched = []

        def db_id_for(model, *args):
            searched.append(args[3])
            return original(model, *args)

        self.patch(converter, "db_id_for", db_id_for)
        result = self.Purchase.load(columns, lines)
        self.assertEqual(searched, ["Flyer A5", "USD"])
        purchases = self.Purchase.browse(result["ids"])
        self.assertEqual(
            [p.partner_id for p in purchases], [self.lotus, self.harbour, self.lotus]
        )
        self.assertEqual(
            [p.product_id.id for p in purchases], [product.id, False, product.id]
        )
        self.assertEqual(purchases.currency_id.mapped("name"), ["USD"])


@tagged("post_install", "-at_install")
class TestPurchaseImportScreen(_PurchaseCase):
    """The import screen's own calls: it asks for batches and commits each."""

    columns = ["reference", "partner_id", "date", "amount"]

    def upload(self, lines):
        rows = [",".join(self.columns), *(",".join(line) for line in lines)]
        return (
            self.env["base_import.import"]
            .with_user(self.manager)
            .create(
                {
                    "res_model": "crm.value.purchase",
                    "file": "\n".join(rows).encode(),
                    "file_name": "purchases.csv",
                    "file_type": "text/csv",
                }
            )
        )

    def load_by_batches(self, lines, limit=2, dryrun=False):
        """As the screen does it: the next batch until nothing is left or one fails."""
        wizard = self.upload(lines)
        skip, ids = 0, []
        while True:
            options = {
                "has_headers": True,
                "quoting": '"',
                "separator": ",",
                "limit": limit,
                "skip": skip,
            }
            result = wizard.execute_import(
                self.columns, self.columns, options, dryrun=dryrun
            )
            ids += result.get("ids") or []
            skip = result.get("nextrow")
            if result["messages"] or not skip:
                return ids, result["messages"]

    def lines(self, count):
        return [
            [f"N-{number}", "Lotus Prints", "2025-03-31", "10"]
            for number in range(count)
        ]

    def stored(self):
        return self.Purchase.search([("reference", "=like", "N-%")])

    def test_bad_line_of_a_later_batch_keeps_all_out(self):
        """So that the corrected file loads, instead of being stored already."""
        lines = self.lines(7)
        lines[4][1] = "Nobody Ltd"
        ids, messages = self.load_by_batches(lines)
        self.assertEqual([message["rows"]["from"] for message in messages], [4])
        self.assertFalse(ids)
        self.assertFalse(self.stored())
        lines[4][1] = "Lotus Prints"
        ids, messages = self.load_by_batches(lines)
        self.assertFalse(messages)
        self.assertEqual(len(ids), 7)
        self.assertEqual(len(self.stored()), 7)

    def test_test_button_finds_what_is_wrong_with_any_line(self):
        """And repeated references, however far apart."""
        lines = self.lines(7)
        lines[6][0] = "N-0"
        ids, messages = self.load_by_batches(lines, dryrun=True)
        self.assertEqual([message["rows"]["from"] for message in messages], [6])
        self.assertIn("N-0 occurs more than once", messages[0]["message"])
        self.assertFalse(self.stored())

    def test_file_beyond_what_a_request_may_take(self):
        """Refused before anything is read of it, with the way out."""
        with (
            patch.object(purchase_import, "MOST_LINES", 6),
            self.assertRaisesRegex(UserError, "has 7 lines; at most 6 .* Split it"),
        ):
            self.load_by_batches(self.lines(7))
        self.assertFalse(self.stored())

    def test_user_may_start_at_a_later_line(self):
        """What he asks for himself is done."""
        wizard = self.upload(self.lines(5))
        result = wizard.execute_import(
            self.columns,
            self.columns,
            {"has_headers": True, "quoting": '"', "separator": ",", "skip": 3},
        )
        self.assertFalse(result["messages"])
        self.assertEqual(sorted(self.stored().mapped("reference")), ["N-3", "N-4"])
