from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmValueTierShown(models.AbstractModel):
    """A document that shows its customer's present tier, in the document's company.

    A model says in which field the customer is found.
    """

    _name = "crm.value.tier.shown"
    _description = "Shows the customer's tier"

    # The field with the customer, or a contact of his.
    _tier_partner_field = "partner_id"

    customer_tier_id = fields.Many2one(
        "crm.value.tier",
        string="Customer tier",
        compute="_compute_customer_tier",
        search="_search_customer_tier_id",
        groups="crm_value.group_user",
        help="The customer's value tier in the company of the document.",
    )

    @api.model
    def _get_tier_customer_sql(self, alias, query):
        """Id of the customer, for a row ``alias`` of ``query``."""
        field = self._tier_partner_field
        partner = query.left_join(
            alias, field, "res_partner", "id", "customer_tier_partner"
        )
        return SQL.identifier(partner, "commercial_partner_id")

    @api.depends(
        lambda self: [f"{self._tier_partner_field}.commercial_partner_id", "company_id"]
    )
    def _compute_customer_tier(self):
        """Read the tiers of a whole list in one query.

        Going from document to partner to profile to tier, record by record, doubles
        the time of a list; so does writing the field one by one.
        """
        found = set()
        for tier_id, ids in self.filtered("id")._get_ids_by_tier():
            self.browse(ids).customer_tier_id = tier_id
            found.update(ids)
        # What is not saved yet; reading what is gone says so.
        for document in self.filtered(lambda document: document.id not in found):
            partner, company = document[self._tier_partner_field], document.company_id
            document.customer_tier_id = (
                partner.with_company(company).value_tier_id if company else False
            )

    def _get_ids_by_tier(self):
        """Rows of a tier, or None, and the ids of these documents that show it."""
        self.flush_recordset([self._tier_partner_field, "company_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        query = self._as_query(ordered=False)
        tier = self._field_to_sql(query.table, "customer_tier_id", query)
        query.groupby = tier
        return self.env.execute_query(
            query.select(tier, SQL("ARRAY_AGG(%s)", SQL.identifier(query.table, "id")))
        )

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

        def condition(documents, alias, query):
            tier = documents._field_to_sql(alias, "customer_tier_id", query)
            found = SQL("%s = ANY(%s)", tier, tier_ids)
            if False in value:
                return SQL("(%s OR %s IS NULL)", found, tier)
            return found

        return Domain.custom(
            to_sql=condition,
            predicate=lambda document: (document.customer_tier_id.id or False) in value,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "customer_tier_id":
            return super()._field_to_sql(alias, field_expr, query)
        # ``groups`` guards reading, not sorting and grouping.
        self._check_field_access(self._fields[field_expr], "read")
        profile = self.env["crm.value.profile"]._join_profile(
            query,
            alias,
            self._get_tier_customer_sql(alias, query),
            SQL.identifier(alias, "company_id"),
        )
        return SQL.identifier(profile, "tier_id")
