from odoo import api, fields, models

from .lifecycle_words import get_reason_figures, say_reason

# Stage a customer enters -> kind of event that says so, where it has one of its own.
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
            ("lifecycle_changed", "Life cycle changed"),
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
                "lifecycle_changed",
            ),
            "cascade",
        ),
    )

    @api.model
    def _emit_value_changes(self, run, changes):
        """Note what a run changed for customers: tier, life cycle, first purchase.

        :param list changes: as ``queries.write_profiles`` returns them
        """
        policy = self.env["crm.value.policy"]._of_company(run.company_id)
        places = self.env["crm.value.tier"]._get_places(policy)
        # Runs of new thresholds have none, and change no stage.
        rules = run._get_basis().parameters.get("policy")
        greeted = self._get_greeted(
            run.company_id, [row["customer"] for row in changes if row["first"]]
        )
        rows = {}
        for change in changes:
            kinds = [
                *self._get_purchase_kinds(change, greeted),
                *self._get_stage_kinds(change, rules),
                *self._get_tier_kinds(change, places),
            ]
            for kind, data in kinds:
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

    @api.model
    def _get_greeted(self, company, customer_ids):
        """Those of the customers whose first purchase is an event already.

        All he bought may have been cancelled, or his profile been rebuilt.
        """
        if not customer_ids:
            return set()
        events = self.search(
            [
                ("kind", "=", "first_purchase"),
                ("company_id", "=", company.id),
                ("partner_id", "in", customer_ids),
            ]
        )
        return set(events.partner_id.ids)

    # Kinds of event, with their data, of one customer's change.

    def _get_purchase_kinds(self, change, greeted):
        if change["first"] and change["customer"] not in greeted:
            yield "first_purchase", None

    def _get_stage_kinds(self, change, rules):
        before, after = change["stage_from"], change["stage_to"]
        if before in (None, after):
            return
        reason = change["stage_reason"]
        yield (
            STAGE_KINDS.get(after, "lifecycle_changed"),
            {
                "stage_from": before,
                "stage_to": after,
                "reason": reason,
                **get_reason_figures(reason, rules, change),
            },
        )

    def _get_tier_kinds(self, change, places):
        before, after = places.get(change["from"]), places.get(change["to"])
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

        profiles = self.env["crm.value.profile"]
        stages = dict(
            profiles._fields["lifecycle_stage"]._description_selection(self.env)
        )

        def entered(data):
            # Events of earlier versions say no more than their kind.
            if "reason" not in data:
                return ""
            return self.env._(
                "from %(before)s to %(after)s: %(reason)s",
                before=stages[data["stage_from"]],
                after=stages[data["stage_to"]],
                reason=say_reason(self.env, data["reason"], data),
            )

        return super()._summary_by_kind() | {
            "tier_up": moved,
            "tier_down": moved,
            "lifecycle_changed": entered,
            **dict.fromkeys(STAGE_KINDS.values(), entered),
        }
