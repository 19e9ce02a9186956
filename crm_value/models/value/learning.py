"""What a run of all customers learns from them, and what is kept of it for a week."""

from odoo.tools import SQL

from ...formulas import clv, mbg_nbd
from ...queries.category_gap import Likeness
from ...queries.compressed_histories import (
    amount_histories,
    count_histories,
    prediction_pairs,
)
from ...queries.cut_points import MEASURES, cut_points
from ...queries.run_summary import run_summary
from ...queries.valuation import Model, Simple
from .fitting import fit_models, get_grain
from .run_rules import RunRules

WORK_MEMORY = "256MB"
# Data that grew by less within a week need no new fit.
SAME_DATA_TOLERANCE = 0.01
DAYS_PER_MONTH = 365.25 / 12


class Learning(RunRules):
    """Parameters of the company as a whole; and how the database is asked for them."""

    def _get_parameters(self):
        """What the company as a whole says, learned anew or kept from this week.

        Parameters that moved every night would move every figure every night.
        """
        [summary] = self.rows(
            run_summary(
                self.run.id,
                self.run.anchor_date,
                self._abc_shares(),
                self.company.currency_id.decimal_places,
            )
        )
        earlier = self._get_earlier_parameters()
        if not earlier or not self._is_close(summary, earlier):
            return self._learn_parameters(summary)
        if self.run.replayed_run_id and earlier.get("gap_run_id"):
            # What customers lacked then was forgotten when a later run learned.
            return earlier | {"gap_run_id": self._learn_gaps(earlier["cycle_days"])}
        return earlier

    def _get_earlier_parameters(self):
        """What may be kept: of this week, or of the run that is repeated."""
        if self.run.replayed_run_id:
            return self.run.replayed_run_id.parameters
        if not self.run.is_applied:
            return None
        last = self.run._last_full(self.company)
        return last.parameters if last.anchor_date == self.run.anchor_date else None

    def _is_close(self, summary, earlier):
        """Whether policy and data are still those that ``earlier`` was learned from."""
        return earlier["policy"] == self.rules and all(
            abs(float(summary[name]) - earlier[name])
            <= SAME_DATA_TOLERANCE * abs(earlier[name])
            for name in ("buyer_count", "revenue", "known_amount")
        )

    def _learn_parameters(self, summary):
        """Figures of the company as a whole, and the models where the data allow."""
        rules = self.rules
        revenue = float(summary["revenue"])
        retention = {
            key: clv.smoothed_retention(
                summary[f"retained_{key}"], summary[f"total_{key}"]
            )
            for key in "abc"
        }
        enough_cycles = summary["cycle_count"] >= 3
        cycle_days = (
            summary["cycle_days"] if enough_cycles else rules["default_cycle_days"]
        )
        return {
            "policy": rules,
            "buyer_count": summary["buyer_count"],
            "revenue": revenue,
            "known_amount": float(summary["known_amount"]),
            "by_margin": summary["by_margin"],
            "margin_rate": float(max(summary["margin_rate"] or 0, 0)),
            "known_cost_share": (
                float(summary["known_amount"]) / revenue if revenue > 0 else None
            ),
            "cycle_days": cycle_days,
            "is_cycle_observed": enough_cycles,
            "gap_run_id": self._learn_gaps(cycle_days),
            "retention": retention,
            "simple_factors": {
                key: clv.simple_clv(
                    1.0,
                    share,
                    rules["horizon_months"] / 12,
                    rules["discount_rate"] / 100,
                )
                for key, share in retention.items()
            },
            **self._fit(summary),
        }

    def _learn_gaps(self, cycle_days):
        """What each customer lacks of what similar ones buy; the run that knows it."""
        rules = self.rules
        gaps = self.env["crm.value.category.gap"]
        likeness = Likeness(
            anchor=self.run.anchor_date,
            abc_shares=self._abc_shares(),
            lost_cycles=rules["lost_cycles"],
            cycle_days=cycle_days,
            peer_share=rules["category_peer_percent"] / 100,
        )
        purchases = self._reading_policy()._get_category_sources(
            self.scope(), self._window().start
        )
        self._read_purchases(gaps._learn(self.run, purchases, likeness))
        gaps._analyze()
        return self.run.id

    def _close_gaps(self):
        """What touched customers bought since the gaps were learned is no gap."""
        gap_run = self.env["crm.value.run"].browse(
            self._learned.parameters.get("gap_run_id")
        )
        if gap_run and self.run.is_applied:
            scope = self.scope()
            self.env["crm.value.category.gap"]._close(
                gap_run.id,
                self.policy._get_category_sources(scope, gap_run.as_of_date),
                scope.contacts(),
            )

    def _fit(self, summary):
        """Fitted models, or ``withheld``: why the simple estimate is used instead."""
        if not summary["buyer_count"]:
            return {"withheld": [{"code": "no_buyers"}]}
        withheld = clv.data_gate(
            summary["buyer_count"],
            (summary["last_date"] - summary["first_date"]).days,
            summary["three_purchase_count"],
            self.rules["gate_buyer_count"],
            self.rules["gate_history_days"],
        )
        if withheld:
            return {"withheld": [reason._asdict() for reason in withheld]}
        return fit_models(
            self.env.execute_query(
                count_histories(
                    self.run.id,
                    self.run.anchor_date,
                    get_grain(summary["buyer_count"]),
                )
            ),
            self.env.execute_query(
                amount_histories(self.run.id, self.company.currency_id.decimal_places)
            ),
        )

    def _lifetime(self, parameters, customers):
        if parameters.get("withheld"):
            return Simple(factors=parameters["simple_factors"])
        counts = mbg_nbd.MbgNbd(*_values(parameters["mbg_nbd"], "r", "alpha", "a", "b"))
        table = mbg_nbd.prediction_table(
            counts,
            self.env.execute_query(
                prediction_pairs(self.run.id, self.run.anchor_date, customers)
            ),
            self.rules["horizon_months"] * DAYS_PER_MONTH / 7,
            clv.weekly_rate(self.rules["discount_rate"] / 100),
        )
        return Model(
            counts=tuple(counts),
            amounts=_values(parameters["gamma_gamma"], "p", "q", "gamma"),
            table=table,
        )

    def _cut_points(self):
        [row] = self.rows(cut_points(self.valuation()))
        return {
            component: [
                float(cut) if (cut := row[f"{component}_{step}"]) is not None else None
                for step in range(1, 5)
            ]
            for component in MEASURES
        }

    def _guide_planner(self):
        """Sort and hash in memory, where the default of 4 MB goes by the disk.

        Nor compile: it costs more than it saves in a thousand small expressions.
        Customers that were just touched lie in memory: looking them up costs no more
        than reading on, and all of the others are left alone.
        """
        self.env.cr.execute(SQL("SET LOCAL work_mem = %s", WORK_MEMORY))
        self.env.cr.execute("SET LOCAL jit = off")
        if self._is_partial():
            self.env.cr.execute("SET LOCAL random_page_cost = 1.1")

    def _read_purchases(self, query):
        """Run ``query``, which reads purchases and writes rows; how many it wrote.

        Just after an import the planner takes tables for empty, and would look through
        one for each row of the other: not in a run of all customers.
        """
        cr = self.env.cr
        with cr.savepoint(flush=False):
            if not self._is_partial():
                cr.execute("SET LOCAL enable_nestloop = off")
            cr.execute(query, log_exceptions=False)
            staged = cr.rowcount
            cr.execute("SET LOCAL enable_nestloop TO DEFAULT")
        return staged

    def _flush(self):
        """What the ORM still holds back of the tables that the queries read."""
        self.env.flush_all()

    def rows(self, query):
        return self.env.execute_query_dict(query)


def _values(figures, *names):
    return tuple(figures[name] for name in names)
