from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..nullable import NullableFloat, NullableMonetary
from .profile import ABC, PROFITABILITY, STAGES

# Field of the partner -> field of his customer's profile in the current company.
VALUE_FIELDS = {
    "value_profile_id": "id",
    "value_tier_id": "tier_id",
    "value_score": "score",
    "value_clv_amount": "clv_amount",
    "value_currency_id": "currency_id",
    "value_abc_class": "abc_class",
    "value_lifecycle_stage": "lifecycle_stage",
    "value_profitability_class": "profitability_class",
    "is_value_by_potential": "is_tier_by_potential",
}
# What is shown of profiles elsewhere, and stays in the cache when they are written.
SHOWN_FIELDS = {
    "res.partner": (
        *VALUE_FIELDS,
        "value_tier_color",
        "value_tier_is_base",
        "property_product_pricelist",
    ),
    "sale.order": (
        "customer_tier_id",
        "is_tier_pricelist_ignored",
    ),
}


def _value_field(field_type, name, *args, **kwargs):
    """A figure of the customer's profile, shown and searched on every contact of his.

    Nothing is stored on the partner: the figure is read, searched, sorted and grouped
    through the profile of the current company.
    """
    return field_type(
        *args,
        compute="_compute_value_fields",
        search=lambda self, operator, value: self._search_value(name, operator, value),
        groups="crm_value.group_user",
        **kwargs,
    )


class ResPartner(models.Model):
    _inherit = "res.partner"

    value_profile_id = _value_field(
        fields.Many2one, "value_profile_id", "crm.value.profile"
    )
    value_tier_id = _value_field(
        fields.Many2one, "value_tier_id", "crm.value.tier", string="Value tier"
    )
    value_score = _value_field(NullableFloat, "value_score", aggregator="avg")
    value_clv_amount = _value_field(
        NullableMonetary,
        "value_clv_amount",
        string="Lifetime value",
        currency_field="value_currency_id",
    )
    value_currency_id = _value_field(
        fields.Many2one, "value_currency_id", "res.currency"
    )
    value_abc_class = _value_field(
        fields.Selection, "value_abc_class", ABC, string="ABC class"
    )
    value_lifecycle_stage = _value_field(
        fields.Selection, "value_lifecycle_stage", STAGES, string="Life cycle"
    )
    value_profitability_class = _value_field(
        fields.Selection,
        "value_profitability_class",
        PROFITABILITY,
        string="Profitability",
    )
    is_value_by_potential = _value_field(
        fields.Boolean, "is_value_by_potential", string="Tier by potential"
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_value_fields(self):
        profiles = self.env["crm.value.profile"].search_fetch(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "in", self.commercial_partner_id._origin.ids),
            ],
            ["partner_id", *(name for name in VALUE_FIELDS.values() if name != "id")],
        )
        by_customer = {profile.partner_id.id: profile for profile in profiles}
        for partner in self:
            customer = partner.commercial_partner_id._origin
            profile = by_customer.get(customer.id, self.env["crm.value.profile"])
            for name, source in VALUE_FIELDS.items():
                partner[name] = profile if source == "id" else profile[source]

    @api.model
    def _search_value(self, name, operator, value):
        """Partners whose customer's profile in the current company matches."""
        # ``groups`` guards reading, not searching.
        self._check_field_access(self._fields[name], "read")
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        source = VALUE_FIELDS[name]
        # Not "False in value": 0 is a figure, and equal to False.
        if operator == "in" and any(item is False for item in value):
            known = self._customers_with_profile(Domain(source, "!=", False))
            matching = Domain("commercial_partner_id", "not in", known)
            others = [item for item in value if item is not False]
            if others:
                matching |= self._search_value(name, "in", others)
            return matching
        return Domain(
            "commercial_partner_id",
            "in",
            self._customers_with_profile(Domain(source, operator, value)),
        )

    def _customers_with_profile(self, domain):
        """Subselect of the customers whose profile of this company meets ``domain``."""
        profiles = self.env["crm.value.profile"]
        found = profiles._search(
            Domain("company_id", "=", self.env.company.id) & domain
        )
        # Qualified: a figure read through the company brings its partner along.
        return found.subselect(SQL.identifier(profiles._table, "partner_id"))

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in VALUE_FIELDS:
            return super()._field_to_sql(alias, field_expr, query)
        # ``groups`` guards reading, not sorting and grouping.
        self._check_field_access(self._fields[field_expr], "read")
        profile = self.env["crm.value.profile"]._join_profile(
            query,
            alias,
            SQL.identifier(alias, "commercial_partner_id"),
            SQL("%s", self.env.company.id),
        )
        return self.env["crm.value.profile"]._field_to_sql(
            profile, VALUE_FIELDS[field_expr], query
        )

    @api.model
    def _forget_value_fields(self):
        """Read again what profiles say: they have been written in this transaction."""
        for model, names in SHOWN_FIELDS.items():
            self.env[model].invalidate_model(names, flush=False)

    def write(self, vals):
        if "parent_id" not in vals and "is_company" not in vals:
            return super().write(vals)
        # Whoever moves to another company takes his purchases along.
        before = {partner: partner.commercial_partner_id for partner in self}
        result = super().write(vals)
        moved = self.filtered(
            lambda partner: partner.commercial_partner_id != before[partner]
        )
        left = self.browse().union(*(before[partner] for partner in moved))
        self._touch_value(left | moved.commercial_partner_id)
        # Who was a customer of his own and is a contact now has no profile any more.
        absorbed = left & moved
        # Whoever edits contacts need not see what they are worth.
        profiles_sudo = self.env["crm.value.profile"].sudo()
        for customer, contacts in absorbed.grouped("commercial_partner_id").items():
            profiles_sudo._merge_into(contacts, customer)
        return result

    @api.model
    def _touch_value(self, customers):
        """Have ``customers``, between whom purchases moved, valued again.

        In the companies where one of them has a value: where none has, nothing moved
        that was valued, and what waits to be valued follows its contact.
        """
        if not customers:
            return
        # A contact may be moved by somebody who does not see every company.
        valued = (
            self.env["crm.value.profile"]
            .sudo()
            ._read_group([("partner_id", "in", customers.ids)], ["company_id"])
        )
        for (company,) in valued:
            self.env["crm.value.touch"]._touch(customers, company)

    @api.model
    def _merge_customer(self, source, destination):
        # Whoever merges contacts need not know who waits to be valued.
        self.env["crm.value.touch"].sudo()._move_to_customer(source, destination)
        # A contact that goes takes his purchases from the company he was of.
        left = (source | destination).commercial_partner_id - source
        self._touch_value(left | destination)
        self.env["crm.value.profile"]._merge_into(
            source, destination.commercial_partner_id
        )
        self.env["crm.value.category.gap"]._forget_customers(
            source | destination.commercial_partner_id
        )
        return super()._merge_customer(source, destination)
