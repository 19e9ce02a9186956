"""What a run found out that changes no customer: tiers, and a look at what came."""

from math import fsum

from odoo import fields

from ...formulas import backtest, bg_nbd, mbg_nbd
from ...queries.back_test import back_test
from ...queries.compressed_histories import count_histories
from ...queries.held_tiers import tiers_held_before, tiers_held_on
from ...queries.scope import EVERYBODY
from ...queries.trial_tiers import tier_agreement, tier_summary
from .fitting import get_grain

BEST_SHARE = 0.2
COUNT_MODELS = {"mbg_nbd": mbg_nbd.MbgNbd, "bg_nbd": bg_nbd.BgNbd}


class Trial:
    """The result of a run that is not applied, once it has learned."""

    def __init__(self, valuer):
        self.valuer = valuer
        self.run = valuer.run
        self.today = self.run._today(self.run.company_id)

    def get_result(self):
        """What would be, and what came of it.

        :return: dict with

            - ``tiers``: ``tier_id``, ``customers``, ``revenue``, ``net_margin``
            - ``agreement`` (of a replay): ``given_id``, ``tier_id``, ``customers``
            - ``back_test``: share of the revenue since that the best fifth brought,
              ``by_score`` and, to compare, ``by_past`` amount alone; with
              ``best_share``, ``customers``, ``later_amount``, ``until``; None if
              nothing was bought since
            - ``forecast``: ``purchases`` of the known customers until ``until``, and
              how many were ``expected`` by each model; with ``customers``; None without
              models, or if nothing was bought since
        :rtype: dict
        """
        held = self._get_held()
        decided = self.valuer.decided(EVERYBODY, held)
        rows = self.valuer.rows
        result = {"tiers": rows(tier_summary(decided, self.run.as_of_date))}
        if self.run.replayed_run_id:
            result["agreement"] = rows(tier_agreement(decided, held))
        return result | self._look_back()

    def _get_held(self):
        """Query of the tiers held on the day of the run; None: those of today."""
        replayed = self.run.replayed_run_id
        if replayed:
            return tiers_held_before(
                self.valuer.scope(), replayed.id, replayed.finished_at
            )
        if self.run.as_of_date < self.today:
            return tiers_held_on(self.valuer.scope())
        return None

    def _look_back(self):
        """Back-test and forecast, by what was bought after the day of the run."""
        nothing = {"back_test": None, "forecast": None}
        if self.run.as_of_date >= self.today:
            return nothing
        scope = self.valuer.scope()._replace(as_of=self.today)
        found = self.run.env.execute_query(
            back_test(self.valuer.valuation(), self.valuer.purchase_sources(scope))
        )
        if not found or not found[0][-1]:
            return nothing
        scores, past, later, purchases, [until, *_same] = zip(*found, strict=True)
        return {
            "back_test": self._back_test(scores, past, later, until),
            "forecast": self._forecast(sum(purchases), len(found), until),
        }

    def _back_test(self, scores, past, later, until):
        later_amount = fsum(later)
        if not later_amount:
            return None
        return {
            "until": fields.Date.to_string(until),
            "customers": len(scores),
            "later_amount": later_amount,
            "best_share": BEST_SHARE,
            "by_score": backtest.capture(scores, later, BEST_SHARE),
            "by_past": backtest.capture(past, later, BEST_SHARE),
        }

    def _forecast(self, purchases, customers, until):
        """What the fitted models expected of the known customers by ``until``."""
        parameters = self.run.parameters
        models = {
            name: kind(*(parameters[name][figure] for figure in kind._fields))
            for name, kind in COUNT_MODELS.items()
            if name in parameters
        }
        if not models:
            return None
        histories = self.run.env.execute_query(
            count_histories(self.run.id, self.run.as_of_date, get_grain(customers))
        )
        weeks = (until - self.run.as_of_date).days / 7
        return {
            "until": fields.Date.to_string(until),
            "customers": customers,
            "purchases": purchases,
            "expected": {
                name: mbg_nbd.expected_total(model, histories, weeks)
                for name, model in models.items()
            },
        }
