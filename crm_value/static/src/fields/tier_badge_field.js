import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/**
 * A tier as a pill, with marks for what a person should know before trusting it.
 * Every mark is an icon with a text, so that colour is never the only sign.
 */
export class TierBadgeField extends Component {
    static template = "crm_value.TierBadgeField";
    static props = {
        ...standardFieldProps,
        potentialField: { type: String, optional: true },
        overrideField: { type: String, optional: true },
        graceField: { type: String, optional: true },
    };

    get name() {
        return this.props.record.data[this.props.name]?.display_name;
    }

    get color() {
        return this.props.record.data[this.props.name].color || 0;
    }

    get marks() {
        const marks = [];
        if (this.read("potentialField")) {
            marks.push({ icon: "fa-line-chart", text: _t("By potential") });
        }
        if (this.read("overrideField")) {
            marks.push({ icon: "fa-hand-paper-o", text: _t("Set by hand") });
        }
        if (this.read("graceField")) {
            marks.push({ icon: "fa-hourglass-half", text: _t("Below the tier, in grace") });
        }
        return marks;
    }

    read(prop) {
        const fieldName = this.props[prop];
        return fieldName && this.props.record.data[fieldName];
    }
}

export const tierBadgeField = {
    component: TierBadgeField,
    displayName: _t("Tier badge"),
    supportedTypes: ["many2one"],
    // Read of each tier once, not of each row: a column of its own for the colour cost
    // the list of orders as much as the tier itself. With the name, which the display
    // name is made of, the server needs one query for all.
    relatedFields: [
        { name: "color", type: "integer", readonly: true },
        { name: "name", type: "char", readonly: true },
    ],
    additionalClasses: ["o_field_badge"],
    listViewWidth: [100, 150],
    extractProps: ({ options }) => ({
        potentialField: options.potential_field,
        overrideField: options.override_field,
        graceField: options.grace_field,
    }),
};

registry.category("fields").add("value_tier_badge", tierBadgeField);
