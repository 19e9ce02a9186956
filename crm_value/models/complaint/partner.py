from odoo import api, fields, models

from ..arguments import check_one


class ResPartner(models.Model):
    _inherit = "res.partner"

    complaint_open_count = fields.Integer(
        string="Open complaints",
        compute="_compute_complaint_counts",
        groups="crm_value.group_user",
    )
    complaint_count = fields.Integer(
        string="Complaints",
        compute="_compute_complaint_counts",
        groups="crm_value.group_user",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_complaint_counts(self):
        customers = self.commercial_partner_id._origin
        counts = {
            (customer, is_open): count
            for customer, is_open, count in self._count_complaints(customers)
        }
        for partner in self:
            customer = partner.commercial_partner_id._origin
            partner.complaint_open_count = counts.get((customer, True), 0)
            partner.complaint_count = partner.complaint_open_count + counts.get(
                (customer, False), 0
            )

    @api.model
    def _count_complaints(self, customers):
        """Triples of customer, whether still open, and how many."""
        groups = self.env["crm.complaint"]._read_group(
            [
                ("commercial_partner_id", "in", customers.ids),
                ("kind", "=", "complaint"),
            ],
            ["commercial_partner_id", "stage_kind"],
            ["__count"],
        )
        counts = {}
        for customer, kind, count in groups:
            key = (customer, kind != "closed")
            counts[key] = counts.get(key, 0) + count
        return [(*key, count) for key, count in counts.items()]

    def action_open_complaints(self):
        """Open everything this customer told us, all contacts together."""
        check_one(self)
        # Customers read their complaints too, but in the portal.
        self.env["crm.complaint.team"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value.complaint_action"
        )
        customer = self.commercial_partner_id
        action["domain"] = [("commercial_partner_id", "=", customer.id)]
        action["context"] = {"default_partner_id": self.id}
        action["display_name"] = self.env._("Complaints of %s", customer.display_name)
        return action

    @api.model
    def _merge_customer(self, source, destination):
        self._move_stored_customer("crm.complaint", source, destination)
        return super()._merge_customer(source, destination)
