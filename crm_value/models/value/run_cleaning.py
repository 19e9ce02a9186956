from datetime import timedelta

from odoo import api, fields, models

from ...queries.old_runs import delete_old_runs

KEPT_DAYS = 30
BATCH = 10_000


class CrmValueRun(models.Model):
    """A busy shop values changed customers every minute: most of those runs may go."""

    _inherit = "crm.value.run"

    @api.autovacuum
    def _gc_incremental(self):
        """Delete old runs of changed customers that moved nobody.

        In SQL, as a run is a fact: this is the one way in which it may go. Whatever
        still names such a run keeps it.

        :return: how many were deleted, and whether more may be left
        :rtype: tuple
        """
        self.env.flush_all()
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.env.cr.execute(delete_old_runs(before, BATCH))
        deleted = self.env.cr.rowcount
        self.invalidate_model()
        return deleted, deleted == BATCH
