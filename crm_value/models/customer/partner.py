from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ...queries.customer_latest_events import latest_events
from ..arguments import check_one

LATEST_EVENTS = 20


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_event_ids = fields.One2many(
        "crm.customer.event",
        string="Latest events",
        compute="_compute_customer_event_ids",
        groups="crm_value.group_user",
        help="What happened last to the customer this contact belongs to.",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_customer_event_ids(self):
        customers = self.commercial_partner_id._origin
        Event = self.env["crm.customer.event"]
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(
            latest_events(customers.ids, Event._search([]), LATEST_EVENTS)
        )
        event_ids = defaultdict(list)
        for customer_id, event_id in rows:
            event_ids[customer_id].append(event_id)
        prefetch_ids = [event_id for _customer_id, event_id in rows]
        for partner in self:
            customer = partner.commercial_partner_id._origin
            events = Event.browse(event_ids[customer.id])
            partner.customer_event_ids = events.with_prefetch(prefetch_ids)

    def action_open_timeline(self):
        """Open everything that happened to this customer, all contacts together."""
        check_one(self)
        self.env["crm.customer.event"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value.customer_event_action"
        )
        customer = self.commercial_partner_id
        # By who is the customer today: contacts of a company may have been customers
        # of their own when it happened.
        action["domain"] = [("partner_id.commercial_partner_id", "=", customer.id)]
        action["display_name"] = self.env._("Timeline of %s", customer.display_name)
        return action

    @api.model
    def _merge_customer(self, source, destination):
        """Carry over what the add-on knows of contacts that are being merged.

        Called once a merge, as superuser, before core repoints every foreign key with
        raw SQL, deleting the rows that a unique index refuses. Slices extend it, move
        or join their own rows, and call ``super()``.

        :param Model source: contacts that will be deleted
        :param Model destination: the contact that stays
        """
        self.env["crm.customer.event"]._move_to_customer(source, destination)

    @api.model
    def _move_stored_customer(self, model, source, destination):
        """Repoint ``commercial_partner_id`` where documents store it.

        They hold their customer back; core repoints the contact itself, in SQL.
        """
        documents = self.env[model]
        documents.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s SET commercial_partner_id = %s
                 WHERE commercial_partner_id IN %s
                """,
                SQL.identifier(documents._table),
                destination.commercial_partner_id.id,
                source._ids,
            )
        )
        documents.invalidate_model(["commercial_partner_id"])
