from odoo import api, fields, models
from odoo.exceptions import UserError

from ..arguments import check_one


class CrmValueRun(models.Model):
    """Runs that change no customer: as of a day by today's rules, or repeated."""

    _inherit = "crm.value.run"

    can_be_replayed = fields.Boolean(compute="_compute_can_be_replayed")

    @api.depends("kind", "is_applied", "state", "parameters")
    def _compute_can_be_replayed(self):
        for run in self:
            run.can_be_replayed = not run._say_no_replay()

    # -- As of a day ------------------------------------------------------------------

    @api.model
    def _request_trial(self, company, as_of):
        """Queue a run that tries today's rules as of a day, and changes nobody.

        :param date as_of: today or earlier
        """
        self._check_may_run()
        company = self._check_company_argument(company.id)
        day = self._check_as_of_argument(company, as_of)
        # As of today the week counts, as it does for the next run that is applied.
        anchor = day if day < self._today(company) else None
        # Managers start runs but may not write them: a run is the system's.
        run_sudo = self.sudo().create(
            self._prepare_run(company, as_of=day, anchor=anchor, is_applied=False)
        )
        return self.browse(run_sudo._wake_worker().id)

    # -- Again ------------------------------------------------------------------------

    def replay(self):
        """Repeat this valuation now, by its own rules, and change no customer.

        Purchases up to its day are read anew. Rules, thresholds and what it learned are
        those of then, as long as the purchases are still about the same; every customer
        holds the tier that he held before it, as the tier moves tell.

        :return: id of the new ``crm.value.run``; ``result`` says how its tiers agree
        :rtype: int
        :raises AccessError: for anybody but managers, and for other companies
        :raises UserError: for a run that is not a finished valuation of all customers
        """
        run_sudo = self._create_replay()
        run_sudo._finish_all_steps()
        return run_sudo.id

    def action_replay(self):
        """Queue a replay of this run; the worker picks it up at once."""
        run_sudo = self._create_replay()
        return self.browse(run_sudo._wake_worker().id).get_formview_action()

    def _create_replay(self):
        check_one(self)
        self._check_may_run()
        refused = self._say_no_replay()
        if refused:
            raise UserError(refused)
        # Managers start runs but may not write them: a run is the system's.
        return self.sudo().create(
            self._prepare_run(
                self.company_id,
                as_of=self.as_of_date,
                anchor=self.anchor_date,
                is_applied=False,
                replayed_run_id=self.id,
            )
        )

    def _say_no_replay(self):
        """Why this run cannot be repeated, and what to do; empty if it can."""
        if self.kind != "full" or not self.is_applied or self.state != "done":
            return self.env._(
                "%s cannot be replayed: only a finished valuation of all customers "
                "that was applied can. Choose one of those.",
                self.display_name,
            )
        if "thresholds" not in (self.parameters or {}):
            return self.env._(
                "%(run)s was made by an earlier version, which did not keep the "
                "thresholds of the tiers. Try its day, %(day)s, by today's rules "
                "instead.",
                run=self.display_name,
                day=fields.Date.to_string(self.as_of_date),
            )
        return ""
