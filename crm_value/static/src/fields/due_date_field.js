import { toLocaleDateString, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/**
 * A day on which something is expected, with a mark and the days since when it is past.
 */
export class DueDateField extends Component {
    static template = "crm_value.DueDateField";
    static props = { ...standardFieldProps };

    get day() {
        return this.props.record.data[this.props.name];
    }

    get shown() {
        return toLocaleDateString(this.day);
    }

    get late() {
        const days = Math.floor(today().diff(this.day.startOf("day"), "days").days);
        return days > 0 ? _t("%s days overdue", days) : "";
    }
}

registry.category("fields").add("value_due_date", {
    component: DueDateField,
    displayName: _t("Expected day"),
    supportedTypes: ["date"],
    listViewWidth: [110, 130],
});
