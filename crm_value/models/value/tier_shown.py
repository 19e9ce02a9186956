from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ...queries.customer_tiers import customer_tiers


class CrmValueTierShown(models.AbstractModel):
    """A document that shows its customer's present tier, in the document's company.

    A model says in which field the customer is found.
    """

    _name = "crm.value.tier.shown"
    _description = "Shows the customer's tier"

    # The field with the customer, or a contact of his.
    _tier_partner_field = "partner_id"
    # Guarded fields that a list or a board reads of every row.
    _often_read_fields = ("customer_tier_id",)

    customer_tier_id = fields.Many2one(
        "crm.value.tier",
        string="Customer tier",
        compute="_compute_customer_tier",
        search="_search_customer_tier_id",
        groups="crm_value.group_user",
        help="The customer's value tier in the company of the document.",
    )

    @api.model
    def _has_field_access(self, field, operation):
        # The ORM asks for every cell; on a board that was a fifth of the time.
        if field.groups and field.name in self._often_read_fields and not self.env.su:
            return self._is_in_groups(field.groups)
        return super()._has_field_access(field, operation)

    @api.model
    @tools.ormcache("self.env.uid", "groups")
    def _is_in_groups(self, groups):
        """Forgotten with the groups of users, which lie in the same cache."""
        return self.env.user.has_groups(groups)

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
        """Read the tiers of a whole list in one query a company.

        Going from document to partner to profile to tier, record by record, doubles
        the time of a list; so does writing the field one by one.
        """
        documents = defaultdict(list)
        # Whose contact somebody is, is no secret to whoever reads the document.
        for document in self.sudo():
            customer = document[self._tier_partner_field].commercial_partner_id
            key = document.company_id.id, customer.id or customer._origin.id
            documents[key].append(document._ids[0])
        tiers = self._get_tiers(documents)
        of_tier = defaultdict(list)
        for key, ids in documents.items():
            of_tier[tiers.get(key, False)] += ids
        for tier_id, ids in of_tier.items():
            self.browse(ids).customer_tier_id = tier_id

    @api.model
    def _get_tiers(self, keys):
        """(company id, customer id) -> tier id, where there is one."""
        customers = defaultdict(list)
        for company_id, customer_id in keys:
            if company_id and customer_id:
                customers[company_id].append(customer_id)
        self.env["crm.value.profile"].flush_model(["tier_id"])
        return {
            (company_id, customer_id): tier_id
            for company_id, customer_ids in customers.items()
            for customer_id, tier_id in self.env.execute_query(
                customer_tiers(customer_ids, company_id)
            )
        }

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
