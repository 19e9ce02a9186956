import { registry } from "@web/core/registry";
import { RibbonWidget } from "@web/views/widgets/ribbon/ribbon";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, xml } from "@odoo/owl";

/**
 * The customer's tier as a ribbon across the corner of the form.
 */
export class TierRibbon extends Component {
    static template = xml`
        <RibbonWidget t-if="name" record="props.record" text="name" bgClass="bgClass"/>`;
    static components = { RibbonWidget };
    static props = { ...standardWidgetProps };

    get name() {
        return this.props.record.data.value_tier_id?.display_name;
    }

    get bgClass() {
        return `o_crm_value_ribbon_${this.props.record.data.value_tier_color || 0}`;
    }
}

registry.category("view_widgets").add("value_tier_ribbon", {
    component: TierRibbon,
    fieldDependencies: [
        { name: "value_tier_id", type: "many2one" },
        { name: "value_tier_color", type: "integer" },
    ],
});
