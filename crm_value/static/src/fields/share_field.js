import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatPercentage } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, xml } from "@odoo/owl";

/**
 * A share as a percentage, empty when it is unknown: unknown is not zero.
 */
export class ShareField extends Component {
    static template = xml`<span t-esc="shown" />`;
    static props = { ...standardFieldProps, isSigned: { type: Boolean, optional: true } };

    get shown() {
        const share = this.props.record.data[this.props.name];
        if (share === false) {
            return "";
        }
        const sign = this.props.isSigned && share > 0 ? "+" : "";
        return sign + formatPercentage(share, { digits: [16, 0] });
    }
}

registry.category("fields").add("value_share", {
    component: ShareField,
    displayName: _t("Share, empty if unknown"),
    supportedTypes: ["float"],
    extractProps: ({ options }) => ({ isSigned: Boolean(options.signed) }),
});
