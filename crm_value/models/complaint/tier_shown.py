from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...queries.customer_tiers import customer_tiers


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    @api.depends("commercial_partner_id", "company_id")
    def _compute_customer_tier(self):
        """Present tiers of a whole board, one query a company."""
        self.customer_tier_id = False
        self.customer_tier_color = 0
        self.env["crm.value.profile"].flush_model(["tier_id"])
        self.env["crm.value.tier"].flush_model(["color"])
        for company, of_company in self.grouped("company_id").items():
            complaints = of_company.grouped(
                lambda complaint: complaint.commercial_partner_id._origin.id
            )
            for customer_id, tier_id, color in self.env.execute_query(
                customer_tiers(list(filter(None, complaints)), company.id)
            ):
                complaints[customer_id].customer_tier_id = tier_id
                complaints[customer_id].customer_tier_color = color

    @api.model
    def _search_customer_tier_id(self, operator, value):
        # ``groups`` guards reading, not searching.
        self._check_field_access(self._fields["customer_tier_id"], "read")
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        tiers = self.env["crm.value.tier"].with_context(active_test=False)
        if operator != "in":
            value = tiers.search([("display_name", operator, value)]).ids
        tier_ids = [tier_id for tier_id in value if tier_id]

        def condition(complaints, alias, query):
            tier = complaints._field_to_sql(alias, "customer_tier_id", query)
            found = SQL("%s = ANY(%s)", tier, tier_ids)
            if False in value:
                return SQL("(%s OR %s IS NULL)", found, tier)
            return found

        return Domain.custom(
            to_sql=condition,
            predicate=lambda complaint: (
                (complaint.customer_tier_id.id or False) in value
            ),
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "customer_tier_id":
            return super()._field_to_sql(alias, field_expr, query)
        # ``groups`` guards reading, not sorting and grouping.
        self._check_field_access(self._fields[field_expr], "read")
        profile = self.env["crm.value.profile"]._join_profile(
            query,
            alias,
            SQL.identifier(alias, "commercial_partner_id"),
            SQL.identifier(alias, "company_id"),
        )
        return SQL.identifier(profile, "tier_id")
