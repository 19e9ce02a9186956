from odoo import api, fields, models
from odoo.tools import SQL


class CrmValueRunRow(models.Model):
    """History and rank of one customer while a run works; gone when it is done.

    Amounts are in company currency, in double precision: adding up and comparing
    numerics took half of a run. All but ``repeat_amount`` are rounded to the currency,
    so that sums of them can be exact. The table is unlogged: after a crash of the
    database it is empty, and the run that needed it starts over.
    """

    _name = "crm.value.run.row"
    _description = "Working row of a valuation"
    _log_access = False

    # Plain ids: foreign keys would cost more than all the rest of the row, for rows
    # that live for seconds.
    run_id = fields.Integer(required=True)
    customer_id = fields.Integer(required=True)
    profile_id = fields.Integer()
    first_date = fields.Date()
    last_date = fields.Date()
    purchase_count = fields.Integer()
    cycle_days = fields.Float(help="The customer's own; empty below three purchases.")
    pause_days = fields.Integer()
    pause_end_date = fields.Date()
    paid_repeat_count = fields.Integer(
        help="Repeat purchases that cost something: what repeat_amount is the sum of."
    )
    repeat_amount = fields.Float()
    window_count = fields.Integer()
    revenue = fields.Float()
    margin = fields.Float()
    known_amount = fields.Float()
    full_price_amount = fields.Float()
    cost_to_serve = fields.Float()
    ranking_amount = fields.Float()
    last_year_amount = fields.Float()
    previous_year_amount = fields.Float()
    open_amount = fields.Float(help="Open opportunities, weighted, in what ranks.")
    growth_amount = fields.Float(help="What last year brought more, in what ranks.")
    by_margin = fields.Boolean()
    share_above = fields.Float()
    share_cumulative = fields.Float()
    customers_above = fields.Float()

    _customer_idx = models.Index("(run_id, customer_id)")

    def init(self):
        self.env.cr.execute(
            SQL("ALTER TABLE %s SET UNLOGGED", SQL.identifier(self._table))
        )

    @api.model
    def _drop(self, run):
        """Forget the rows of ``run``."""
        self.env.cr.execute(
            SQL("DELETE FROM crm_value_run_row WHERE run_id = %s", run.id)
        )

    @api.model
    def _analyze(self):
        """Tell the planner what has just been written; autovacuum comes too late."""
        # Only what conditions and joins look at.
        self.env.cr.execute(
            "ANALYZE crm_value_run_row (run_id, customer_id, profile_id,"
            " first_date, last_date, purchase_count)"
        )
