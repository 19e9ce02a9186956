"""The work of one run: read purchases, learn from them, score customers by shards."""

from datetime import timedelta

from psycopg2.errors import NumericValueOutOfRange

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...queries.cut_points import MEASURES, pareto_curve
from ...queries.imported_purchases import purchases_without_rate
from ...queries.money import TOO_MUCH
from ...queries.place_rows import place_rows
from ...queries.renew_rows import drop_rows_of_the_gone, renew_profiles
from ...queries.scope import EVERYBODY, Shard
from ...queries.stage_rows import stage_rows
from ...queries.valuation import CurvePoint, LifeCycle, Valuation
from ...queries.write_profiles import decided_rows, write_profiles
from .learning import Learning
from .tier import to_rank

SHARD_CUSTOMERS = 50_000
CURVE_POINTS = 200
# A first purchase so long ago is still worth an event.
NEWS_DAYS = 30


class Valuer(Learning):
    """Carries out the phases of a ``crm.value.run``; holds no state of its own."""

    def stage(self):
        """Phase 1: history and rank of every customer of the run, into its rows."""
        self.env["crm.value.run.row"]._drop(self.run)
        self._freeze()
        scope = self.scope()
        self._flush()
        self._guide_planner()
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
            self.env.cr.execute(
                place_rows(
                    self.run.id,
                    self.company.id,
                    self.company.currency_id.decimal_places,
                    self._curve(),
                    self.rules["tier_method"] == "percentile",
                )
            )
            self._close_gaps()
            return
        self._guide_planner()
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
        self._guide_planner()
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

    def valuation(self, customers=EVERYBODY):
        """All that scores a customer but his own history, from policy and run.

        :param Shard customers: who is scored; every shard asks for its own
        """
        rules, parameters = self.rules, self._learned.parameters
        cuts = self._learned.cut_points
        return Valuation(
            run_id=self.run.id,
            is_partial=self._is_partial(),
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
            lifetime=self._lifetime(parameters, customers),
            weights={component: rules[f"weight_{component}"] for component in MEASURES},
            tier_method=rules["tier_method"],
            is_potential_counted=rules["is_potential_counted"],
            cuts={component: cuts.get(component, [None] * 4) for component in MEASURES},
            curve=self._curve(),
            # What was frozen by an earlier version knows nothing of categories.
            gap_run_id=parameters.get("gap_run_id"),
            category_limit_share=rules.get("category_limit_percent", 0) / 100,
        )

    def _curve(self):
        """The Pareto curve that this run scores by."""
        return [CurvePoint(**point) for point in self._learned.cut_points["curve"]]

    def decided(self, customers, profiles=None):
        """Query of what is decided for ``customers``, before anything is written.

        :param SQL profiles: as for :func:`decided_rows`
        """
        ranks = [
            to_rank(self.rules["tier_method"], **threshold)
            for threshold in self._get_thresholds()
        ]
        if not ranks:
            raise UserError(
                self.env._(
                    "The policy of %s has no tiers: create one before customers are "
                    "valued.",
                    self.company.name,
                )
            )
        return decided_rows(
            self.valuation(customers),
            ranks,
            customers,
            self.company.id,
            profiles,
        )

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
                self._get_news_date(),
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

    def _get_news_date(self):
        """Day from which on a first purchase is news; None in a company's first run.

        What was bought since everybody was last valued; at least a month back, as
        invoices and imported files come late.
        """
        last = self.run._last_full(self.company)
        if not last:
            return None
        return min(
            last.started_at.date(), self.run.as_of_date - timedelta(days=NEWS_DAYS)
        )
