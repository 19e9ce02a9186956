from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_amount, format_date, formatLang


class CrmValueRun(models.Model):
    """What a person reads of a run that changed nobody: what would be, what came of it.

    The figures are those of ``result``; ``Trial`` says what they are.
    """

    _inherit = "crm.value.run"

    result_html = fields.Html(
        string="What it found", compute="_compute_result_html", sanitize=False
    )

    @api.depends("result")
    @api.depends_context("lang")
    def _compute_result_html(self):
        for run in self:
            run.result_html = Markup().join(run._get_result_sections())

    def _get_result_sections(self):
        result = self.result or {}
        if "tiers" not in result:
            return
        if "agreement" in result:
            yield self._html_agreement(result["agreement"])
        yield self._html_tiers(result["tiers"])
        yield self._html_back_test(result["back_test"])
        # Runs of some customers fit no model; those of earlier versions looked no
        # further.
        if "forecast" in result and self.kind == "full":
            yield self._html_forecast(result["forecast"])

    def _html_section(self, title, sentence, rows=(), headings=()):
        if rows:
            return self._html_table(title, rows, headings, sentence)
        return Markup("<p><b>%s</b><br/>%s</p>") % (title, sentence)

    # -- Tiers ------------------------------------------------------------------------

    def _html_tiers(self, tiers):
        found = {line["tier_id"]: line for line in tiers}
        rows = [
            (
                name,
                self._show_count(found[tier_id]["customers"]),
                self._show_amount(found[tier_id]["revenue"]),
                self._show_amount(found[tier_id]["net_margin"]),
            )
            for tier_id, name in self._get_tier_names(found).items()
        ]
        return self._html_section(
            self.env._("Tiers that customers would have"),
            "" if rows else self.env._("There were no customers on that day."),
            rows,
            (
                self.env._("Tier"),
                self.env._("Customers"),
                self.env._("Revenue"),
                self.env._("Net margin"),
            ),
        )

    def _get_tier_names(self, tier_ids):
        """Names of these tiers by id, best first; those that are gone come last."""
        tiers = self.env["crm.value.tier"].browse(tier_ids).exists()
        names = {
            tier.id: tier.name
            for tier in tiers.sorted(lambda tier: (tier.sequence, tier.id))
        }
        gone = dict.fromkeys(tier_ids, self.env._("Deleted tier"))
        return names | {key: gone[key] for key in gone if key not in names}

    def _html_agreement(self, pairs):
        """How many tiers came out as the repeated run had given them."""
        known = [pair for pair in pairs if pair["given_id"]]
        other = [pair for pair in known if pair["given_id"] != pair["tier_id"]]
        differ = sum(pair["customers"] for pair in other)
        total = sum(pair["customers"] for pair in known)
        unknown = sum(pair["customers"] for pair in pairs) - total
        names = self._get_tier_names(
            {pair[key] for pair in other for key in ("given_id", "tier_id")}
        )
        sentences = [
            self.env._(
                "%(same)s of %(all)s customers come out in the tier that the valuation "
                "gave them, %(differ)s in another one.",
                same=self._show_count(total - differ),
                all=self._show_count(total),
                differ=self._show_count(differ),
            )
        ]
        if unknown:
            sentences.append(
                self.env._("Customers not valued then: %s.", self._show_count(unknown))
            )
        if differ:
            sentences.append(
                self.env._(
                    "What differs comes from purchases that were entered or changed "
                    "since, and from opportunities, which count as they are today."
                )
            )
        return self._html_section(
            self.env._("Compared with the valuation that is replayed"),
            " ".join(sentences),
            [
                (
                    names[pair["given_id"]],
                    names[pair["tier_id"]],
                    self._show_count(pair["customers"]),
                )
                for pair in other
            ],
            (
                self.env._("Tier given then"),
                self.env._("Tier by the replay"),
                self.env._("Customers"),
            ),
        )

    # -- What came of it --------------------------------------------------------------

    def _html_back_test(self, found):
        title = self.env._("Back-test")
        if not found:
            return self._html_section(title, self._say_nothing_since())
        share = f"{found['best_share']:.0%}"
        sentence = self.env._(
            "The best %(share)s of customers by score brought %(by_score)s of what was "
            "bought after %(day)s until %(until)s. Chosen by past amount alone, they "
            "would have brought %(by_past)s.",
            share=share,
            day=format_date(self.env, self.as_of_date),
            until=format_date(self.env, found["until"]),
            by_score=f"{found['by_score']:.1%}",
            by_past=f"{found['by_past']:.1%}",
        )
        return self._html_section(
            title,
            sentence,
            [
                (
                    self.env._("The best %s by score", share),
                    f"{found['by_score']:.1%}",
                ),
                (
                    self.env._("The best %s by past amount alone", share),
                    f"{found['by_past']:.1%}",
                ),
                (
                    self.env._("Customers compared"),
                    self._show_count(found["customers"]),
                ),
                (
                    self.env._("What they bought since"),
                    self._show_amount(found["later_amount"]),
                ),
            ],
        )

    def _html_forecast(self, found):
        title = self.env._("Forecast")
        withheld = self._say_withheld(self.parameters or {})
        if withheld:
            sentence = self.env._("Nothing was predicted: %s", withheld)
            return self._html_section(title, sentence)
        if not found:
            return self._html_section(title, self._say_nothing_since())
        names = self._get_model_names()
        actual = found["purchases"]
        sentence = self.env._(
            "What the models, fitted to the purchases until %(day)s, expected of the "
            "%(customers)s customers of that day until %(until)s, and how often they "
            "bought.",
            day=format_date(self.env, self.as_of_date),
            customers=self._show_count(found["customers"]),
            until=format_date(self.env, found["until"]),
        )
        return self._html_section(
            title,
            sentence,
            [
                (
                    names[model],
                    self._show_count(expected),
                    self._show_count(actual),
                    f"{expected / actual - 1:+.1%}" if actual else "–",
                )
                for model, expected in found["expected"].items()
            ],
            (
                self.env._("Model"),
                self.env._("Expected purchases"),
                self.env._("Purchases made"),
                self.env._("Difference"),
            ),
        )

    def _say_nothing_since(self):
        return self.env._(
            "None of these customers has bought anything after %s: there is nothing to "
            "compare with. Try a day further back.",
            format_date(self.env, self.as_of_date),
        )

    def _show_count(self, figure):
        return formatLang(self.env, figure, digits=0)

    def _show_amount(self, amount):
        """Sums of many customers, without cents: they have to fit on a phone."""
        return format_amount(
            self.env,
            round(amount or 0),
            self.company_id.currency_id,
            trailing_zeroes=False,
        )
