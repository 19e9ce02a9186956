"""The work of one run: read purchases, learn from them, score customers by shards."""

from dateutil.relativedelta import relativedelta
from psycopg2.errors import NumericValueOutOfRange

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...formulas import clv, mbg_nbd
from ...queries.compressed_histories import (
    amount_histories,
    count_histories,
    prediction_pairs,
)
from ...queries.cut_points import MEASURES, cut_points, pareto_curve
from ...queries.imported_purchases import purchases_without_rate
from ...queries.money import TOO_MUCH
from ...queries.place_rows import place_rows
from ...queries.renew_rows import drop_rows_of_the_gone, renew_profiles
from ...queries.run_summary import run_summary
from ...queries.scope import Basis, Scope, Shard, Window
from ...queries.stage_rows import stage_rows
from ...queries.valuation import CurvePoint, LifeCycle, Model, Simple, Valuation
from ...queries.write_profiles import decided_rows, write_profiles
from .fitting import fit_models, get_grain
from .frozen_rules import FrozenRules

SHARD_CUSTOMERS = 50_000
WORK_MEMORY = "256MB"
CURVE_POINTS = 200
# Data that grew by less within a week need no new fit.
SAME_DATA_TOLERANCE = 0.01
DAYS_PER_MONTH = 365.25 / 12


class Valuer(FrozenRules):
    """Carries out the phases of a ``crm.value.run``; holds no state of its own."""

    # -- Phases -----------------------------------------------------------------------

    def stage(self):
        """Phase 1: history and rank of every customer of the run, into its rows."""
        self.env["crm.value.run.row"]._drop(self.run)
        self._freeze()
        scope = self.scope()
        self._flush()
        self._allow_memory()
        try:
            staged = self._read_purchases(
                stage_rows(
                    self.run.id,
                    scope,
                    self.purchase_sources(scope),
                    self._reading_policy()._get_cost_sources(scope, self._window()),
                    self._window(),
                    self._basis(),
                )
            )
        except NumericValueOutOfRange as error:
            raise UserError(
                self.env._(
                    "A customer of %(company)s has bought for %(most)s or more, which "
                    "is too much to be valued. Look for a wrong amount among the "
                    "largest purchases.",
                    company=self.company.name,
                    most=f"{TOO_MUCH:,} {self.company.currency_id.name}",
                )
            ) from error
        self.run.customer_count = staged
        if not self._is_partial():
            self.run.message = self._say_left_out(scope)
        self.env["crm.value.run.row"]._analyze()

    def renew(self):
        """Follow what others did to the customers of the next shard since phase 1."""
        self._flush()
        last = None
        # Where rows go, others move up into the shard.
        while (found := self._last_of_shard()) != last:
            last = found
            if last:
                self.env.cr.execute(
                    drop_rows_of_the_gone(self.run.id, self._shard(last))
                )
        if last:
            self.env.cr.execute(
                renew_profiles(self.run.id, self.company.id, self._shard(last))
            )

    def _shard(self, last):
        """The customers after the bookmark, up to ``last``."""
        return Shard(self.run.bookmark_id, last)

    def is_staged(self):
        """Whether the rows of phase 1 are there: a database crash empties them."""
        if not self.run.customer_count:
            return True
        return bool(
            self.env["crm.value.run.row"].search_count(
                [("run_id", "=", self.run.id)], limit=1
            )
        )

    def learn(self):
        """Phase 2: fitted parameters and cut points; frozen until the next full run."""
        if self._is_partial():
            curve = [CurvePoint(**point) for point in self._learned.cut_points["curve"]]
            self.env.cr.execute(place_rows(self.run.id, curve))
            return
        self._allow_memory()
        # What an earlier run of the week learned comes without that run's tiers.
        self.run.parameters = self._get_parameters() | {
            "thresholds": self._get_thresholds()
        }
        self.run.cut_points = {
            "curve": self.rows(pareto_curve(self.run.id, CURVE_POINTS))
        }
        self.run.cut_points = self.run.cut_points | self._cut_points()

    def score_shard(self):
        """Phase 3: decide and write the next shard.

        :return: whether customers are left
        """
        self._allow_memory()
        last = self._last_of_shard()
        if not last:
            return False
        self._follow_thresholds()
        self._apply(self._shard(last))
        self.run.bookmark_id = last
        return True

    def _say_left_out(self, scope):
        """Words for imported purchases that no rate can convert, or False."""
        rows = self.rows(purchases_without_rate(scope))
        if not rows:
            return False
        return self.env._(
            "Imported purchases left out, because their currency has no rate: "
            "%(purchases)s. Enter a rate and value again.",
            purchases=", ".join(f"{row['currency']} ({row['count']})" for row in rows),
        )

    # -- What phases are made of ------------------------------------------------------

    def valuation(self):
        """All that scores a customer but his own history, from policy and run."""
        rules, parameters = self.rules, self._learned.parameters
        cuts = self._learned.cut_points
        return Valuation(
            run_id=self.run.id,
            anchor=self.run.anchor_date,
            as_of=self.run.as_of_date,
            window_days=self._window_days(),
            decimals=self.company.currency_id.decimal_places,
            abc_shares=self._abc_shares(),
            known_cost_share=rules["known_cost_percent"] / 100,
            life_cycle=LifeCycle(
                new_days=rules["new_days"],
                dormant_cycles=rules["dormant_cycles"],
                lost_cycles=rules["lost_cycles"],
                growing_ratio=rules["growing_ratio"],
                declining_ratio=rules["declining_ratio"],
                company_cycle_days=parameters["cycle_days"],
            ),
            lifetime=self._lifetime(parameters),
            weights={component: rules[f"weight_{component}"] for component in MEASURES},
            tier_method=rules["tier_method"],
            is_potential_counted=rules["is_potential_counted"],
            cuts={component: cuts.get(component, [None] * 4) for component in MEASURES},
            curve=[CurvePoint(**point) for point in cuts["curve"]],
        )

    def decided(self, customers, profiles=None):
        """Query of what is decided for ``customers``, before anything is written.

        :param SQL profiles: as for :func:`decided_rows`
        """
        return decided_rows(
            self.valuation(),
            self._get_ranks(),
            customers,
            self.company.id,
            profiles,
        )

    def scope(self):
        return Scope(
            company_id=self.company.id,
            root_company_id=self.company.root_id.id,
            currency_id=self.company.currency_id.id,
            decimals=self.company.currency_id.decimal_places,
            timezone=self._reading_policy()._get_timezone(),
            as_of=self.run.as_of_date,
            # An empty list is kept as nothing at all.
            customer_ids=tuple(self.run.partner_filter or ())
            if self._is_partial()
            else None,
        )

    def _window(self):
        anchor = self.run.anchor_date
        return Window(
            anchor=anchor,
            start=anchor - relativedelta(months=self.rules["window_months"]),
        )

    def _window_days(self):
        window = self._window()
        return (window.anchor - window.start).days

    def _abc_shares(self):
        return self.rules["abc_a_percent"] / 100, self.rules["abc_b_percent"] / 100

    def _basis(self):
        known_share = self.rules["known_cost_percent"] / 100
        if self._is_partial():
            frozen = self._learned.parameters
            return Basis(known_share, frozen["by_margin"], frozen["margin_rate"])
        if self.rules["monetary_basis"] == "revenue":
            return Basis(known_share, by_margin=False)
        return Basis(known_share)

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
        if earlier and self._is_close(summary, earlier):
            return earlier
        return self._learn_parameters(summary)

    def _get_earlier_parameters(self):
        """What may be kept: of this week, or of the run that is repeated."""
        if self.run.replayed_run_id:
            return self.run.replayed_run_id.parameters
        if not self.run.is_applied:
            return None
        return self.run._last_full(self.company, self.run.anchor_date).parameters

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
            "cycle_days": (
                summary["cycle_days"] if enough_cycles else rules["default_cycle_days"]
            ),
            "is_cycle_observed": enough_cycles,
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

    def _lifetime(self, parameters):
        if parameters.get("withheld"):
            return Simple(factors=parameters["simple_factors"])
        counts = mbg_nbd.MbgNbd(*_values(parameters["mbg_nbd"], "r", "alpha", "a", "b"))
        table = mbg_nbd.prediction_table(
            counts,
            self.env.execute_query(prediction_pairs(self.run.id, self.run.anchor_date)),
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

    def _last_of_shard(self):
        self.env.cr.execute(
            SQL(
                """
                SELECT MAX(customer_id) FROM (
                    SELECT customer_id FROM crm_value_run_row
                     WHERE run_id = %s AND customer_id > %s
                  ORDER BY customer_id LIMIT %s
                ) shard
                """,
                self.run.id,
                self.run.bookmark_id,
                SHARD_CUSTOMERS,
            )
        )
        return self.env.cr.fetchone()[0]

    def _apply(self, customers):
        [counts] = self.rows(
            write_profiles(
                self.decided(customers),
                customers,
                self.run.id,
                self.company.id,
                fields.Datetime.now(),
                report_new=self._is_partial(),
            )
        )
        self.run.write(
            {
                "changed_count": self.run.changed_count
                + counts["created_count"]
                + counts["updated_count"],
                "move_count": self.run.move_count + counts["move_count"],
            }
        )
        # The statement wrote behind the ORM's back.
        self.env["crm.value.profile"].invalidate_model()
        self.env["crm.customer.event"]._emit_value_changes(
            self.run, counts["changes"] or []
        )

    def _allow_memory(self):
        """Sort and hash in memory, where the default of 4 MB goes by the disk.

        Nor compile: it costs more than it saves in a thousand small expressions.
        """
        self.env.cr.execute(SQL("SET LOCAL work_mem = %s", WORK_MEMORY))
        self.env.cr.execute("SET LOCAL jit = off")

    def _read_purchases(self, query):
        """Run ``query``, which stages rows; how many it staged.

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
