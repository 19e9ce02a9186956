from odoo import api, fields, models
from odoo.tools import SQL

WORKER = "crm_value.cron_value_worker"


class CrmValueTouch(models.Model):
    """A customer whose purchases changed since he was last valued.

    Rows are only ever inserted and deleted, so that two transactions touching the same
    customer never wait for or fail each other.
    """

    _name = "crm.value.touch"
    _description = "Customer to value again"
    _log_access = False

    # Plain ids: foreign keys and a look whether the contact is still there would cost
    # every confirmed order more than the row. Who is gone is passed over later.
    partner_id = fields.Integer(required=True)
    company_id = fields.Integer(required=True, index=True)
    is_held = fields.Boolean(
        string="Held",
        help="His valuation failed: he waits for the next change of anybody.",
    )

    @api.model
    def _touch(self, partners, company):
        """Have the customers of ``partners`` valued again in ``company`` soon.

        Gathers the customers of a transaction and writes them at precommit, in one
        statement with the trigger of the worker.
        """
        if not partners.ids:
            # A receipt over the counter is nobody's.
            return
        touched = self.env.cr.precommit.data.setdefault("crm_value.touched", {})
        if not touched:
            self.env.cr.precommit.add(self._flush_touched)
        touched.setdefault(company.id, set()).update(partners.ids)

    @api.model
    def _flush_touched(self):
        touched = self.env.cr.precommit.data.pop("crm_value.touched", None)
        if not touched:
            return
        # Whoever sells changes what a customer is worth; waking the worker is no right
        # of his. One statement for both, as every confirmed order pays for it; nobody
        # is notified either: the cron looks every minute, and values the orders of a
        # minute together.
        self.env.cr.execute(
            SQL(
                """
                WITH touched AS (
                    INSERT INTO crm_value_touch (partner_id, company_id)
                    VALUES %(customers)s
                )
                INSERT INTO ir_cron_trigger (cron_id, call_at)
                SELECT id, %(now)s FROM ir_cron WHERE id = %(worker)s AND active
                """,
                customers=SQL(", ").join(
                    SQL("(%s, %s)", partner_id, company_id)
                    for company_id, partner_ids in touched.items()
                    for partner_id in partner_ids
                ),
                now=fields.Datetime.now(),
                worker=self.env["ir.model.data"]._xmlid_to_res_id(WORKER) or None,
            )
        )

    @api.model
    def _get_companies(self):
        """Companies with customers that wait for the worker."""
        waiting = self._read_group([("is_held", "=", False)], ["company_id"])
        return self.env["res.company"].browse([id_ for (id_,) in waiting]).exists()

    @api.autovacuum
    def _gc_gone_companies(self):
        """Nobody takes those who waited in a company that was deleted since."""
        companies = self.env["res.company"].with_context(active_test=False)
        known = companies.search([])
        self.search([("company_id", "not in", known.ids)]).unlink()

    @api.model
    def _move_to_customer(self, source, destination):
        """Have whoever waits as one of ``source``, being merged, wait on."""
        self._flush_touched()
        self.search([("partner_id", "in", source.ids)]).partner_id = destination.id

    @api.model
    def _take(self, company):
        """Delete the touches of ``company`` seen by this transaction.

        :return: ids of the customers to value, as they belong today
        :rtype: list
        """
        touches = self.search([("company_id", "=", company.id)])
        partners = self.env["res.partner"].browse(set(touches.mapped("partner_id")))
        partners = partners.exists()
        customers = partners.commercial_partner_id | partners
        touches.unlink()
        return sorted(customers.ids)

    @api.model
    def _hold(self, partner_ids, company):
        """Put back customers that were taken and could not be valued.

        The worker is not woken: it would fail again, and again.
        """
        self.create(
            [
                {"partner_id": partner_id, "company_id": company.id, "is_held": True}
                for partner_id in partner_ids
            ]
        )
