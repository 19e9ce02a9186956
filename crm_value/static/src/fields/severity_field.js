import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

const MARKS = {
    0: { icon: "fa-angle-down", className: "text-muted" },
    1: { icon: "fa-minus", className: "text-muted" },
    2: { icon: "fa-angle-up", className: "text-warning" },
    3: { icon: "fa-exclamation-triangle", className: "text-danger" },
};

/**
 * The severity of a complaint: an icon and the word, never colour alone.
 */
export class SeverityField extends Component {
    static template = "crm_value.SeverityField";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get mark() {
        return MARKS[this.value];
    }

    get words() {
        const field = this.props.record.fields[this.props.name];
        return Object.fromEntries(field.selection)[this.value];
    }
}

registry.category("fields").add("complaint_severity", {
    component: SeverityField,
    displayName: _t("Severity"),
    supportedTypes: ["selection"],
    listViewWidth: [90, 110],
});
