import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getCustomColor } from "@web/core/colors/colors";

import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";

const colorScheme = cookie.get("color_scheme");

export const CHART_COLORS = {
    text: getCustomColor(colorScheme, "#374151", "#E4E4E4"),
    grid: getCustomColor(colorScheme, "rgba(0,0,0,.08)", "rgba(255,255,255,.15)"),
    line: getCustomColor(colorScheme, "#714B67", "#C9A6BF"),
    mark: getCustomColor(colorScheme, "#B4530A", "#F4A261"),
    bar: getCustomColor(colorScheme, "#017E84", "#43C5B1"),
    negative: getCustomColor(colorScheme, "#B3261E", "#F28B82"),
    equal: getCustomColor(colorScheme, "#9CA3AF", "#7E8290"),
};

/**
 * A Chart.js chart with a text that says the same to who does not see it.
 */
export class ValueChart extends Component {
    static template = "crm_value.ValueChart";
    static props = {
        config: Object,
        label: String,
        height: { type: Number, optional: true },
    };
    static defaultProps = { height: 220 };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (config) => {
                // eslint-disable-next-line no-undef
                const chart = new Chart(this.canvas.el, config);
                return () => chart.destroy();
            },
            () => [this.props.config]
        );
    }
}
