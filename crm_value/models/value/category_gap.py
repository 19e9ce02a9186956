from odoo import api, fields, models
from odoo.tools import SQL

from ...queries.category_gap import close_category_gaps, learn_category_gaps
from ..nullable import NullableFloat


class CrmValueCategoryGap(models.Model):
    """A product category that customers like one buy and he does not.

    Derived: a run that learns writes them anew for all customers of its company, and
    names itself in its parameters (``gap_run_id``); those of the run before go when it
    is done. In between they only become fewer, by what customers buy.
    """

    _name = "crm.value.category.gap"
    _description = "Missing product category"
    _order = "sequence, id"
    _rec_name = "category_id"
    # Its run says when and by whom.
    _log_access = False

    run_id = fields.Many2one(
        "crm.value.run",
        string="Valuation",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="run_id.company_id")
    currency_id = fields.Many2one(related="run_id.company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    category_id = fields.Many2one(
        "product.category",
        string="Product category",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(readonly=True, help="1 would bring the most.")
    similar_count = fields.Integer(
        string="Similar customers",
        readonly=True,
        help="Active customers of the same ABC class that rank next to this one.",
    )
    peer_count = fields.Integer(
        string="Of these buy it",
        readonly=True,
    )
    amount = fields.Float(
        string="They buy for",
        readonly=True,
        digits=(16, 2),
        help="Mean revenue of those who buy it, over the policy's window.",
    )
    margin = NullableFloat(
        string="At a margin of",
        readonly=True,
        help="Mean margin of those who buy it; empty while no cost is known.",
    )

    # Partner first: looked up by customer, in merges and when a contact is deleted.
    _customer_uniq = models.UniqueIndex("(partner_id, category_id, run_id)")

    @api.model
    def _learn(self, run, purchases, likeness):
        """The statement that writes the gaps of ``run``, without those of a try before.

        :param list purchases: as of :func:`learn_category_gaps`
        """
        self._drop(run)
        return learn_category_gaps(
            run.id, purchases, likeness, run.company_id.currency_id.decimal_places
        )

    @api.model
    def _analyze(self):
        """Tell the planner what has just been written; autovacuum comes too late."""
        self.env.cr.execute("ANALYZE crm_value_category_gap (run_id, partner_id)")

    @api.model
    def _close(self, run_id, purchases, contacts):
        """Forget what customers have bought since ``run_id`` learned.

        Parameters as of :func:`close_category_gaps`.
        """
        self.env.cr.execute(close_category_gaps(run_id, purchases, contacts))
        self.invalidate_model()

    @api.model
    def _drop(self, run):
        """Forget what ``run`` learned."""
        self.env.cr.execute(
            SQL("DELETE FROM crm_value_category_gap WHERE run_id = %s", run.id)
        )

    @api.model
    def _drop_earlier(self, run):
        """Forget what earlier runs learned: ``run`` is done, and says what holds."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_value_category_gap g
                 USING crm_value_run r
                 WHERE r.id = g.run_id AND r.company_id = %s AND r.id <> %s
                """,
                run.company_id.id,
                run.parameters.get("gap_run_id"),
            )
        )
        self.invalidate_model()

    @api.model
    def _forget_customers(self, customers):
        """What ``customers`` lack is not known until the next run learns."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_value_category_gap WHERE partner_id = ANY(%s)",
                customers.ids,
            )
        )
        self.invalidate_model()
