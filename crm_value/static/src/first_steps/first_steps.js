import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ActionHelper } from "@web/views/action_helper";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";

const REFRESH_MS = 3000;

/**
 * What an empty list of customers says: the three steps to the first valuation while
 * there was none, the usual text afterwards.
 */
export class FirstSteps extends Component {
    static template = "crm_value.FirstSteps";
    static components = { ActionHelper };
    static props = { noContentHelp: { type: String, optional: true }, reload: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({ steps: null });
        onWillStart(() => this.load());
        onWillDestroy(() => clearTimeout(this.timer));
    }

    async load() {
        const steps = await this.orm.silent.call("crm.value.policy", "get_first_steps", []);
        const wasWorking = this.isWorking;
        this.state.steps = steps;
        if (this.isWorking) {
            this.timer = setTimeout(() => this.load(), REFRESH_MS);
        } else if (wasWorking && steps.is_valued) {
            this.props.reload();
        }
    }

    get isWorking() {
        return ["pending", "running"].includes(this.state.steps?.run?.state);
    }

    get words() {
        const { order_count, purchase_count, source, run } = this.state.steps;
        const orders = source === "invoices" ? _t("%s posted invoices", order_count)
            : _t("%s confirmed orders", order_count);
        return {
            found: _t("Found: %(orders)s, %(count)s imported purchases.", {
                orders,
                count: purchase_count,
            }),
            hasPurchases: order_count + purchase_count > 0,
            run: run ? run.label : "",
        };
    }

    async choosePreset(ev) {
        const { policy_id } = this.state.steps;
        await this.orm.call("crm.value.policy", "choose_preset", [[policy_id], ev.target.value]);
        await this.load();
        this.notification.add(_t("Weights, windows and cycles now suit the trade."), {
            type: "success",
        });
    }

    async valueNow() {
        await this.orm.call("crm.value.policy", "action_run_now", [[this.state.steps.policy_id]]);
        await this.load();
    }

    openPurchases() {
        this.action.doAction("crm_value.value_purchase_action");
    }

    openPolicy() {
        this.action.doAction("crm_value.value_policy_open_action");
    }
}

export class ValueProfileListRenderer extends ListRenderer {
    static template = "crm_value.ProfileListRenderer";
    static components = { ...ListRenderer.components, FirstSteps };

    reload() {
        return this.props.list.model.load();
    }
}

export class ValueProfileKanbanRenderer extends KanbanRenderer {
    static template = "crm_value.ProfileKanbanRenderer";
    static components = { ...KanbanRenderer.components, FirstSteps };

    reload() {
        return this.props.list.model.load();
    }
}

registry.category("views").add("value_profile_list", {
    ...listView,
    Renderer: ValueProfileListRenderer,
});
registry.category("views").add("value_profile_kanban", {
    ...kanbanView,
    Renderer: ValueProfileKanbanRenderer,
});
