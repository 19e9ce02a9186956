"""The rules that a run goes by, and where it keeps them."""

from odoo.exceptions import UserError

from .tier import to_rank


class FrozenRules:
    """Policy and tiers of a ``crm.value.run`` as they were when it began."""

    def __init__(self, run):
        self.run = run
        self.env = run.env
        self.company = run.company_id
        self.policy = self.env["crm.value.policy"]._of_company(self.company)

    def _is_partial(self):
        """Whether the run values some customers by what the last full run froze."""
        return self.run.kind == "incremental"

    def _freeze(self):
        """Keep the rules: this run's phases and later runs of some customers use them.

        Whoever changes the policy meanwhile changes the next full run. A replay is
        done by the rules of the run that it repeats.
        """
        if self._is_partial():
            self.run.basis_run_id = self.run._last_full(self.company)
            self.run.parameters = {"thresholds": self._get_current_thresholds()}
        elif self.run.replayed_run_id:
            repeated = self.run.replayed_run_id.parameters
            self.run.parameters = {
                name: repeated[name] for name in ("policy", "thresholds")
            }
        else:
            self.run.parameters = {
                "policy": self.policy._get_snapshot(),
                "thresholds": self.policy.tier_ids._get_thresholds(),
            }

    def _follow_thresholds(self):
        """Keep to thresholds that were changed while this run works.

        Whoever changes them moves all customers at once; by what was frozen, those who
        are still to be scored would be moved back.
        """
        current = self._get_current_thresholds()
        if current != self._get_thresholds():
            self.run.parameters = self.run.parameters | {"thresholds": current}

    def _get_thresholds(self):
        """Thresholds of the tiers that this run goes by, best first.

        Runs of earlier versions kept none.
        """
        return (
            self.run.parameters.get("thresholds")
            or self.policy.tier_ids._get_thresholds()
        )

    def _get_ranks(self):
        """Tiers that customers may get, as standings, best first."""
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
        return ranks

    def _get_current_thresholds(self):
        """Thresholds of today, unless they are of a method that the rules know not."""
        if self.policy.tier_method != self.rules["tier_method"]:
            return self._learned.parameters.get("thresholds") or []
        return self.policy.tier_ids._get_thresholds()

    @property
    def _learned(self):
        """The run whose parameters and cut points hold for this one."""
        return self.run._get_basis()

    @property
    def rules(self):
        """Figures of the policy when this run, or the last full one, began."""
        return self._learned.parameters["policy"]

    def _reading_policy(self):
        """The policy that says what is a purchase: of a replay, as it was then."""
        if not self.run.replayed_run_id:
            return self.policy
        then = {name: self.rules[name] for name in ("source", "timezone")}
        return self.policy.new(then, origin=self.policy)

    def purchase_sources(self, scope):
        """Queries of all that was bought in ``scope``, by the rules of this run."""
        return self._reading_policy()._get_purchase_sources(scope)
