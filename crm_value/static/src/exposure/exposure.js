import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

import { Component, onMounted, useState } from "@odoo/owl";

const SHOWN = 3;

/**
 * How many customers are dissatisfied, how many people may hear of it, and beside it how
 * enquirers heard of us. Figures come after the board of teams, which does not wait.
 */
export class Exposure extends Component {
    static template = "crm_value.Exposure";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ found: null });
        onMounted(() => this.load());
    }

    async load() {
        this.state.found = await this.orm.silent.call("crm.complaint", "get_exposure", [
            user.activeCompany.id,
        ]);
    }

    /** The figures are of one company, the board may show several. */
    get hasCompanies() {
        return user.activeCompanies.length > 1;
    }

    get figures() {
        const found = this.state.found;
        return {
            customers: formatInteger(found.customer_count),
            told: formatInteger(found.told_count),
            factor: _t("may hear of it: each tells %s", formatInteger(found.factor)),
            risk: formatMonetary(found.value_at_risk_amount, {
                currencyId: found.currency_id,
                digits: [16, 0],
            }),
        };
    }

    get heard() {
        const named = (this.state.found.heard || []).filter((line) => line.count);
        return named.slice(0, SHOWN).map((line) => ({
            ...line,
            words: `${line.label} ${formatInteger(line.count)}`,
        }));
    }

    async openComplaints() {
        const action = await this.action.loadAction("crm_value.complaint_action");
        await this.action.doAction({
            ...action,
            name: _t("Dissatisfied customers"),
            display_name: _t("Dissatisfied customers"),
            domain: this.state.found.domain,
            context: {},
        });
    }

    openEnquiries() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Who told you"),
            res_model: "crm.lead",
            views: [
                [false, "graph"],
                [false, "list"],
                [false, "form"],
            ],
            domain: this.state.found.heard_domain,
            context: { group_by: ["heard_from"], active_test: false },
        });
    }
}

export class ComplaintOverviewRenderer extends KanbanRenderer {
    static template = "crm_value.ComplaintOverviewRenderer";
    static components = { ...KanbanRenderer.components, Exposure };
}

registry.category("views").add("crm_value_complaint_overview", {
    ...kanbanView,
    Renderer: ComplaintOverviewRenderer,
});
