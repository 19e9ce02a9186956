from odoo import api, fields, models

# Stage a customer enters -> kind of event that says so.
STAGE_KINDS = {"lost": "lost", "won_back": "won_back", "dormant": "purchase_overdue"}


class CrmCustomerEvent(models.Model):
    _inherit = "crm.customer.event"

    kind = fields.Selection(
        selection_add=[
            ("tier_up", "Tier up"),
            ("tier_down", "Tier down"),
            ("first_purchase", "First purchase"),
            ("purchase", "Purchase"),
            ("purchase_cancelled", "Purchase cancelled"),
            ("purchase_overdue", "Purchase overdue"),
            ("lost", "Lost"),
            ("won_back", "Won back"),
        ],
        ondelete=dict.fromkeys(
            (
                "tier_up",
                "tier_down",
                "first_purchase",
                "purchase",
                "purchase_cancelled",
                "purchase_overdue",
                "lost",
                "won_back",
            ),
            "cascade",
        ),
    )

    @api.model
    def _emit_value_changes(self, run, changes):
        """Note what a run changed for customers: tier, life cycle, first purchase.

        :param list changes: as ``queries.write_profiles`` returns them
        """
        ranks = {
            tier.id: place
            for place, tier in enumerate(
                self.env["crm.value.policy"]._of_company(run.company_id).tier_ids
            )
        }
        rows = {}
        for change in changes:
            for kind, data in self._get_change_kinds(change, ranks):
                rows.setdefault(kind, []).append(
                    (
                        change["customer"],
                        run.company_id.id,
                        fields.Datetime.now(),
                        None,
                        None,
                        data,
                    )
                )
        for kind, kind_rows in rows.items():
            self._emit_rows(kind, kind_rows)

    def _get_change_kinds(self, change, ranks):
        """Kinds of event, with their data, of one customer's change."""
        if change["first"]:
            yield "first_purchase", None
        stage = change["stage_to"]
        if change["stage_from"] not in (None, stage) and stage in STAGE_KINDS:
            yield STAGE_KINDS[stage], None
        before, after = ranks.get(change["from"]), ranks.get(change["to"])
        if None not in (before, after) and before != after:
            yield (
                "tier_up" if after < before else "tier_down",
                {"from_tier_id": change["from"], "to_tier_id": change["to"]},
            )

    def _summary_by_kind(self):
        tiers = self.env["crm.value.tier"]

        def name_of(tier_id):
            return tiers.browse(tier_id).exists().name or "–"

        def moved(data):
            return self.env._(
                "from %(before)s to %(after)s",
                before=name_of(data.get("from_tier_id")),
                after=name_of(data.get("to_tier_id")),
            )

        return super()._summary_by_kind() | {"tier_up": moved, "tier_down": moved}
