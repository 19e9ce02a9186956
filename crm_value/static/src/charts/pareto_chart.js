import { _t } from "@web/core/l10n/translation";
import { getCurrency } from "@web/core/currency";
import { formatMonetary, formatPercentage } from "@web/views/fields/formatters";

import { Component } from "@odoo/owl";

import { CHART_COLORS, ValueChart } from "./value_chart";

const percent = (share) => formatPercentage(share, { digits: [16, 0] });

/**
 * Letters and borders of the ABC classes behind the curve.
 */
function zonesPlugin(zones) {
    return {
        id: "crm_value_zones",
        beforeDatasetsDraw({ ctx, chartArea, scales }) {
            let left = chartArea.left;
            ctx.save();
            ctx.fillStyle = CHART_COLORS.text;
            ctx.strokeStyle = CHART_COLORS.equal;
            ctx.setLineDash([4, 4]);
            ctx.font = "bold 14px sans-serif";
            ctx.textAlign = "center";
            for (const zone of zones) {
                const right = scales.x.getPixelForValue(zone.upto);
                if (right - left > 14) {
                    ctx.fillText(zone.key.toUpperCase(), (left + right) / 2, chartArea.top + 16);
                }
                if (zone !== zones.at(-1)) {
                    ctx.beginPath();
                    ctx.moveTo(right, chartArea.top);
                    ctx.lineTo(right, chartArea.bottom);
                    ctx.stroke();
                }
                left = right;
            }
            ctx.restore();
        },
    };
}

/**
 * How few customers bring how much of the profit, one of them marked if wanted.
 */
export class ParetoChart extends Component {
    static template = "crm_value.ParetoChart";
    static components = { ValueChart };
    static props = {
        points: Array,
        currencyId: { type: Number, optional: true },
        classes: { type: Array, optional: true },
        mark: { type: [Object, { value: null }], optional: true },
        height: { type: Number, optional: true },
        onZone: { type: Function, optional: true },
    };
    static defaultProps = { classes: [], mark: null, height: 320 };

    get zones() {
        let upto = 0;
        return this.props.classes.map((line) => {
            upto += line.customers;
            return { key: line.key, upto: upto * 100 };
        });
    }

    get label() {
        const fifth = this.profitOf(0.2);
        const text = _t("Pareto curve: the best 20 % of customers bring %s of the profit.", percent(fifth));
        return this.props.mark ? `${text} ${this.props.mark.label}` : text;
    }

    /**
     * Share of profit of the best customers, by a straight line between two points.
     */
    profitOf(share) {
        const points = this.props.points;
        const after = points.findIndex((point) => point.customers >= share);
        if (after <= 0) {
            return after === 0 ? points[0].profit : 1;
        }
        const [left, right] = [points[after - 1], points[after]];
        const width = right.customers - left.customers || 1;
        const part = (share - left.customers) / width;
        return left.profit + part * (right.profit - left.profit);
    }

    get config() {
        if (this.configOf !== this.props.points) {
            this.configOf = this.props.points;
            this.built = this.buildConfig();
        }
        return this.built;
    }

    buildConfig() {
        const { mark, onZone } = this.props;
        const zones = this.zones;
        const datasets = [
            {
                data: this.props.points.map((point) => ({
                    x: point.customers * 100,
                    y: point.profit * 100,
                    amount: point.amount,
                })),
                borderColor: CHART_COLORS.line,
                borderWidth: 2.5,
                pointRadius: 0,
                pointHoverRadius: 5,
                pointHitRadius: 12,
                showLine: true,
                order: 1,
            },
            {
                data: [
                    { x: 0, y: 0 },
                    { x: 100, y: 100 },
                ],
                borderColor: CHART_COLORS.equal,
                borderDash: [3, 5],
                borderWidth: 1,
                pointRadius: 0,
                pointHitRadius: 0,
                showLine: true,
                order: 2,
            },
        ];
        if (mark) {
            datasets.push({
                data: [{ x: mark.customers * 100, y: mark.profit * 100, label: mark.label }],
                backgroundColor: CHART_COLORS.mark,
                borderColor: CHART_COLORS.mark,
                pointStyle: "rectRot",
                clip: false,
                pointRadius: 8,
                pointHoverRadius: 10,
                order: 0,
            });
        }
        const axis = (text) => ({
            type: "linear",
            min: 0,
            max: 100,
            title: { display: true, text, color: CHART_COLORS.text },
            grid: { color: CHART_COLORS.grid },
            ticks: { color: CHART_COLORS.text, callback: (value) => `${value} %` },
        });
        return {
            type: "scatter",
            data: { datasets },
            options: {
                animation: false,
                maintainAspectRatio: false,
                layout: { padding: { top: 8, right: 8 } },
                interaction: { mode: "nearest", axis: "x", intersect: false },
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        displayColors: false,
                        filter: (item, index) => index === 0,
                        callbacks: { label: (item) => this.describe(item.raw) },
                    },
                },
                scales: {
                    x: axis(_t("Customers, the best first")),
                    y: axis(_t("Share of profit")),
                },
                onClick: (event, elements, chart) => {
                    const x = chart.scales.x.getValueForPixel(event.x);
                    const zone = zones.find((line) => x <= line.upto) || zones.at(-1);
                    if (onZone && zone && x >= 0) {
                        onZone(zone.key);
                    }
                },
            },
            plugins: [zonesPlugin(zones)],
        };
    }

    describe(point) {
        if (point.label) {
            return point.label;
        }
        const lines = [
            _t("%(customers)s of the customers bring %(profit)s of the profit", {
                customers: percent(point.x / 100),
                profit: percent(point.y / 100),
            }),
        ];
        if (point.amount !== null && point.amount !== undefined) {
            const currencyId = this.props.currencyId;
            const digits = getCurrency(currencyId)?.digits;
            lines.push(
                _t("Each more than %s", formatMonetary(point.amount, { currencyId, digits }))
            );
        }
        return lines;
    }
}
