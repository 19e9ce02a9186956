import { formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

const { DateTime } = luxon;
const SOON_HOURS = 4;

/**
 * A moment until which something is promised, as the time that is left.
 * Past ones are red and say so in words.
 */
export class DeadlineField extends Component {
    static template = "crm_value.DeadlineField";
    static props = { ...standardFieldProps, labelField: { type: String, optional: true } };

    get due() {
        return this.props.record.data[this.props.name];
    }

    get label() {
        const field = this.props.labelField && this.props.record.fields[this.props.labelField];
        const value = field && this.props.record.data[this.props.labelField];
        return value ? Object.fromEntries(field.selection)[value] : "";
    }

    get minutes() {
        return Math.round(this.due.diff(DateTime.now(), "minutes").minutes);
    }

    get isLate() {
        return this.minutes < 0;
    }

    get className() {
        if (this.isLate) {
            return "text-bg-danger";
        }
        return this.minutes < SOON_HOURS * 60 ? "text-bg-warning" : "text-bg-light border";
    }

    get icon() {
        return this.isLate ? "fa-exclamation-circle" : "fa-clock-o";
    }

    get words() {
        const time = this.describe(Math.abs(this.minutes));
        return this.isLate ? _t("%s late", time) : _t("%s left", time);
    }

    get title() {
        return [this.label, formatDateTime(this.due)].filter(Boolean).join(" · ");
    }

    /** Time in its largest whole unit: nobody plans by the minute a week ahead. */
    describe(minutes) {
        if (minutes < 60) {
            return _t("%s min", minutes);
        }
        if (minutes < 48 * 60) {
            return _t("%s h", Math.floor(minutes / 60));
        }
        return _t("%s days", Math.floor(minutes / (24 * 60)));
    }
}

registry.category("fields").add("complaint_deadline", {
    component: DeadlineField,
    displayName: _t("Time left"),
    supportedTypes: ["datetime"],
    listViewWidth: [110, 150],
    extractProps: ({ options }) => ({ labelField: options.label_field }),
});
