import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatInteger, formatMonetary, formatPercentage } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillStart, useState } from "@odoo/owl";

import { ParetoChart } from "../charts/pareto_chart";

/**
 * The 80/20 of the current company: the curve, its classes and the tiers, every figure
 * leading to its customers.
 */
export class ParetoScreen extends Component {
    static template = "crm_value.ParetoScreen";
    static components = { Layout, ParetoChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ curve: null, failed: "" });
        onWillStart(() => this.load());
        this.env.config.setDisplayName(_t("Pareto curve"));
    }

    async load() {
        this.state.failed = "";
        try {
            this.state.curve = await this.orm.call("crm.value.run", "get_pareto_curve", [
                user.activeCompany.id,
            ]);
        } catch (error) {
            this.state.failed = error.data?.message || error.message;
        }
    }

    get subtitle() {
        const { company, as_of, by_margin } = this.state.curve;
        const names = { company, date: formatDate(deserializeDate(as_of)) };
        return by_margin
            ? _t("%(company)s, valued on %(date)s, by margin after cost to serve", names)
            : _t("%(company)s, valued on %(date)s, by revenue", names);
    }

    get classes() {
        return this.state.curve.classes.map((line) => ({
            ...line,
            name: _t("Class %s", line.key.toUpperCase()),
            text: _t("%(customers)s of the customers bring %(profit)s of the profit", {
                customers: this.percent(line.customers),
                profit: this.percent(line.profit),
            }),
        }));
    }

    get total() {
        const sum = (name) =>
            this.state.curve.tiers.reduce((total, tier) => total + tier[name], 0);
        return {
            count: sum("count"),
            revenue: sum("revenue"),
            net_margin: sum("net_margin"),
            clv: sum("clv"),
            profit: sum("profit"),
        };
    }

    figures(line) {
        return [
            formatInteger(line.count),
            this.money(line.revenue),
            this.money(line.net_margin),
            this.money(line.clv),
            this.percent(line.profit),
        ];
    }

    percent(share) {
        return formatPercentage(share, { digits: [16, share && share < 0.1 ? 1 : 0] });
    }

    count(value) {
        return formatInteger(value);
    }

    money(amount) {
        return formatMonetary(amount, {
            currencyId: this.state.curve.currency_id,
            digits: [16, 0],
        });
    }

    async open(name, domain) {
        const action = await this.action.loadAction("crm_value.action_value_profile");
        await this.action.doAction({
            ...action,
            display_name: name,
            name,
            domain: [["company_id", "=", user.activeCompany.id], ...domain],
            context: {},
        });
    }

    openClass(key) {
        this.open(_t("Class %s", key.toUpperCase()), [["abc_class", "=", key]]);
    }

    openTier(tier) {
        this.open(tier.name, [["tier_id", "=", tier.id]]);
    }

    openAll() {
        this.open(_t("Customers"), []);
    }
}

registry.category("actions").add("crm_value.pareto", ParetoScreen);
