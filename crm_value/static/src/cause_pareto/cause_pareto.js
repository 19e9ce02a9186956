import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatInteger, formatMonetary, formatPercentage } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillStart, useState } from "@odoo/owl";

import { CHART_COLORS, ValueChart } from "../charts/value_chart";

const { DateTime } = luxon;

const percent = (share) => formatPercentage(share, { digits: [16, 0] });

/**
 * Which few causes are behind most complaints: bars, the cumulative line, the 80 % line;
 * every bar and row opens its complaints.
 */
export class CausePareto extends Component {
    static template = "crm_value.CausePareto";
    static components = { Layout, ValueChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.measures = [
            { key: "count", label: _t("Complaints") },
            { key: "cost", label: _t("Cost of remedies") },
            { key: "risk", label: _t("Value at risk") },
        ];
        this.periods = [
            { key: 3, label: _t("3 months") },
            { key: 12, label: _t("12 months") },
            { key: 0, label: _t("All") },
        ];
        this.state = useState({ measure: "count", months: 12, found: null, failed: "" });
        onWillStart(() => this.load());
        this.env.config.setDisplayName(_t("Causes"));
    }

    async load() {
        const { measure, months } = this.state;
        const from = months ? DateTime.now().minus({ months }).toISODate() : null;
        this.state.failed = "";
        try {
            this.state.found = await this.orm.call("crm.complaint", "get_cause_pareto", [
                measure,
                from,
                null,
                user.activeCompany.id,
            ]);
            this.config = this.buildConfig();
        } catch (error) {
            this.state.failed = error.data?.message || error.message;
        }
    }

    async choose(name, value) {
        this.state[name] = value;
        await this.load();
    }

    get shown() {
        return this.state.found.causes.filter((cause) => cause[this.state.measure] > 0);
    }

    get label() {
        const vital = this.shown.filter((cause) => cause.is_vital);
        return _t("%(causes)s of %(all)s causes are behind %(share)s.", {
            causes: vital.length,
            all: this.shown.length,
            share: percent(vital.at(-1)?.cumulative || 0),
        });
    }

    format(key, value) {
        if (key === "count") {
            return formatInteger(value);
        }
        return formatMonetary(value, {
            currencyId: this.state.found.currency_id,
            digits: [16, 0],
        });
    }

    percent(share) {
        return percent(share);
    }

    buildConfig() {
        const causes = this.shown;
        const { measure, found } = this.state;
        const line = (data, color, dash) => ({
            type: "line",
            yAxisID: "share",
            data,
            borderColor: color,
            borderDash: dash,
            borderWidth: 2,
            pointRadius: dash.length ? 0 : 3,
            pointHitRadius: 0,
        });
        return {
            type: "bar",
            data: {
                labels: causes.map((cause) => cause.name),
                datasets: [
                    line(
                        causes.map((cause) => cause.cumulative * 100),
                        CHART_COLORS.line,
                        []
                    ),
                    line(
                        causes.map(() => found.limit * 100),
                        CHART_COLORS.mark,
                        [6, 4]
                    ),
                    {
                        data: causes.map((cause) => cause[measure]),
                        backgroundColor: causes.map((cause) =>
                            cause.is_vital ? CHART_COLORS.bar : CHART_COLORS.equal
                        ),
                        maxBarThickness: 72,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        displayColors: false,
                        filter: (item) => item.datasetIndex === 2,
                        callbacks: { label: (item) => this.describe(causes[item.dataIndex]) },
                    },
                },
                scales: {
                    x: { grid: { display: false }, ticks: { color: CHART_COLORS.text } },
                    y: {
                        beginAtZero: true,
                        grid: { color: CHART_COLORS.grid },
                        ticks: { color: CHART_COLORS.text, precision: 0 },
                    },
                    share: {
                        position: "right",
                        min: 0,
                        max: 100,
                        grid: { display: false },
                        ticks: {
                            color: CHART_COLORS.text,
                            callback: (value) => `${value} %`,
                        },
                    },
                },
                onClick: (event, elements) => {
                    if (elements.length) {
                        this.open(causes[elements[0].index]);
                    }
                },
            },
        };
    }

    describe(cause) {
        const { measure } = this.state;
        return [
            this.format(measure, cause[measure]),
            _t("%(share)s of all, %(cumulative)s with those before", {
                share: percent(cause.share),
                cumulative: percent(cause.cumulative),
            }),
        ];
    }

    async open(cause) {
        const action = await this.action.loadAction("crm_value.complaint_action");
        const name = cause.name || _t("Cause not found yet");
        await this.action.doAction({
            ...action,
            display_name: name,
            name,
            domain: cause.domain,
            context: { active_test: false },
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    openAll() {
        this.action.doAction("crm_value.complaint_action");
    }
}

registry.category("actions").add("crm_value.complaint_cause_pareto", CausePareto);
