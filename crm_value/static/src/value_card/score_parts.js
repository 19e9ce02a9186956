import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

import { Component, useState } from "@odoo/owl";

const MOST = 50;

/**
 * Where the points of a score come from: one signed bar a component, base + parts =
 * score. The signs are written too, and the limits of the scores fold out.
 */
export class ScoreParts extends Component {
    static template = "crm_value.ScoreParts";
    static props = { score: Number, base: Number, parts: Array };

    setup() {
        this.state = useState({ open: {} });
    }

    get rows() {
        const most = Math.max(
            10,
            ...this.props.parts.map((part) => Math.max(part.weight * MOST, Math.abs(part.points)))
        );
        return this.props.parts.map((part) => ({
            ...part,
            shown: this.sign(part.points),
            left: part.points < 0 ? 50 - (50 * -part.points) / most : 50,
            width: (50 * Math.abs(part.points)) / most,
            detail: this.describe(part),
        }));
    }

    describe(part) {
        const weight = formatFloat(part.weight * 100, { digits: [16, 0] });
        const sentences = [
            part.quintile
                ? _t("Score %(rank)s of 5, weight %(weight)s %.", { rank: part.quintile, weight })
                : _t("Unknown, so it counts neither way; weight %s %.", weight),
        ];
        if (part.cut_points.length) {
            sentences.push(
                _t("The limits between the scores: %s.", part.cut_points.join(" | "))
            );
        }
        return sentences.join(" ");
    }

    get sum() {
        return _t("Middle %(base)s %(parts)s = %(score)s points", {
            base: this.format(this.props.base),
            parts: this.props.parts.map((part) => this.sign(part.points)).join(" "),
            score: this.format(this.props.score),
        });
    }

    format(points) {
        return formatFloat(points, { digits: [16, 1], trailingZeros: false });
    }

    sign(points) {
        const sign = points < 0 ? "−" : points > 0 ? "+" : "±";
        return sign + this.format(Math.abs(points));
    }

    toggle(component) {
        this.state.open[component] = !this.state.open[component];
    }
}
