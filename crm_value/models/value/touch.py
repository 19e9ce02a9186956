from odoo import api, fields, models
from odoo.tools import SQL


class CrmValueTouch(models.Model):
    """A customer whose purchases changed since he was last valued.

    Rows are only ever inserted and deleted, so that two transactions touching the same
    customer never wait for or fail each other.
    """

    _name = "crm.value.touch"
    _description = "Customer to value again"
    _log_access = False

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade"
    )

    @api.model
    def _touch(self, partners, company):
        """Have the customers of ``partners`` valued again in ``company`` soon.

        Gathers the customers of a transaction and writes them in one INSERT at
        precommit, together with one trigger of the worker.
        """
        touched = self.env.cr.precommit.data.setdefault("crm_value.touched", set())
        if not touched:
            self.env.cr.precommit.add(self._flush_touched)
        touched.update(
            (partner_id, company.id) for partner_id in partners.ids if partner_id
        )

    @api.model
    def _flush_touched(self):
        touched = self.env.cr.precommit.data.pop("crm_value.touched", set())
        if not touched:
            return
        # One statement: a partner of a savepoint that was rolled back is gone by now.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_value_touch (partner_id, company_id)
                SELECT p.id, t.company_id
                  FROM unnest(%s::int[], %s::int[]) AS t(partner_id, company_id)
                  JOIN res_partner p ON p.id = t.partner_id
                """,
                [partner_id for partner_id, _company_id in touched],
                [company_id for _partner_id, company_id in touched],
            )
        )
        self._wake_worker()

    @api.model
    def _wake_worker(self):
        """Have the worker run soon.

        As ``ir.cron._trigger`` does, but without reading the job before: that would be
        two more queries in every transaction that confirms an order.
        """
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "crm_value.cron_value_worker"
        )
        # An administrator may have deleted the job; selling goes on.
        if cron_id:
            # Whoever sells changes what a customer is worth; waking the worker is no
            # right of his.
            triggers_sudo = self.env["ir.cron.trigger"].sudo()
            triggers_sudo.create({"cron_id": cron_id, "call_at": fields.Datetime.now()})
            self.env.cr.postcommit.add(self.env["ir.cron"]._notifydb)

    @api.model
    def _take(self, company):
        """Delete the touches of ``company`` seen by this transaction.

        :return: ids of the customers to value, as they belong today
        :rtype: list
        """
        touches = self.search([("company_id", "=", company.id)])
        customers = touches.partner_id.commercial_partner_id | touches.partner_id
        touches.unlink()
        return sorted(customers.ids)
