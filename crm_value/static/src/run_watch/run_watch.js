import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onWillDestroy, useEffect } from "@odoo/owl";

const REFRESH_MS = 2000;

/**
 * Follows a valuation while it works: says what it is doing and reads it anew.
 */
export class RunWatch extends Component {
    static template = "crm_value.RunWatch";
    static props = { ...standardWidgetProps };

    setup() {
        useEffect(() => {
            if (this.isWorking) {
                this.timer = setTimeout(() => this.refresh(), REFRESH_MS);
            }
            return () => clearTimeout(this.timer);
        });
        onWillDestroy(() => {
            this.isGone = true;
        });
    }

    get isWorking() {
        return ["pending", "running"].includes(this.props.record.data.state);
    }

    get phase() {
        const { data, fields } = this.props.record;
        const labels = Object.fromEntries(fields.phase.selection);
        return data.state === "running" ? labels[data.phase] : "";
    }

    async refresh() {
        if (!this.isGone) {
            await this.props.record.load();
            this.render();
        }
    }
}

registry.category("view_widgets").add("value_run_watch", { component: RunWatch });
