import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatMonetary } from "@web/views/fields/formatters";

import { Component } from "@odoo/owl";

import { CHART_COLORS, ValueChart } from "./value_chart";

/**
 * What a customer bought, month by month, as bars; the same figures as a table.
 */
export class MonthChart extends Component {
    static template = "crm_value.MonthChart";
    static components = { ValueChart };
    static props = { months: Array, currencyId: Number };

    get rows() {
        return this.props.months.map((row) => ({
            ...row,
            name: deserializeDate(row.month).toFormat("LLL yyyy"),
            shown: this.format(row.amount),
        }));
    }

    get bought() {
        return this.rows.filter((row) => row.count || row.amount).reverse();
    }

    get label() {
        const total = this.props.months.reduce((sum, row) => sum + row.amount, 0);
        return _t("Purchases by month, %(total)s in %(count)s months.", {
            total: this.format(total),
            count: this.props.months.length,
        });
    }

    format(amount) {
        return formatMonetary(amount, { currencyId: this.props.currencyId });
    }

    get config() {
        if (this.configOf !== this.props.months) {
            this.configOf = this.props.months;
            this.built = this.buildConfig();
        }
        return this.built;
    }

    buildConfig() {
        const rows = this.rows;
        return {
            type: "bar",
            data: {
                labels: rows.map((row) => row.name),
                datasets: [
                    {
                        data: rows.map((row) => row.amount),
                        backgroundColor: rows.map((row) =>
                            row.amount < 0 ? CHART_COLORS.negative : CHART_COLORS.bar
                        ),
                        borderRadius: 3,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        displayColors: false,
                        callbacks: { label: (item) => this.describe(rows[item.dataIndex]) },
                    },
                },
                scales: {
                    x: {
                        grid: { display: false },
                        ticks: { color: CHART_COLORS.text, maxRotation: 0, autoSkipPadding: 12 },
                    },
                    y: {
                        grid: { color: CHART_COLORS.grid },
                        ticks: {
                            color: CHART_COLORS.text,
                            maxTicksLimit: 5,
                            callback: (value) =>
                                formatMonetary(value, {
                                    currencyId: this.props.currencyId,
                                    humanReadable: true,
                                }),
                        },
                    },
                },
            },
        };
    }

    describe(row) {
        return [
            row.shown,
            _t("Margin known: %s", this.format(row.margin)),
            _t("Days with a purchase: %s", row.count),
        ];
    }
}
