import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/**
 * Who would move if the thresholds were saved as they stand in the dialog.
 */
export class ThresholdPreviewField extends Component {
    static template = "crm_value.ThresholdPreviewField";
    static props = { ...standardFieldProps };

    get preview() {
        return this.props.record.data[this.props.name] || {};
    }

    get headline() {
        const { move_count, up_count, down_count } = this.preview;
        if (!move_count) {
            return _t("Nobody would move.");
        }
        return _t("%(count)s customers would move at once: %(up)s up, %(down)s down.", {
            count: move_count,
            up: up_count,
            down: down_count,
        });
    }

    get notes() {
        const { grace_count, saved_count } = this.preview;
        const notes = [];
        if (grace_count) {
            notes.push(
                _t("%s customers would begin their time of grace.", grace_count)
            );
        }
        if (saved_count) {
            notes.push(_t("%s customers would be safe again.", saved_count));
        }
        return notes;
    }

    get more() {
        const { move_count, movers } = this.preview;
        return move_count > movers.length ? _t("and %s more", move_count - movers.length) : "";
    }

    change(tier) {
        const difference = tier.after - tier.before;
        return difference ? `${difference > 0 ? "+" : "−"}${Math.abs(difference)}` : "";
    }

    direction(move) {
        return move.is_up ? _t("up") : _t("down");
    }

    standing(mover) {
        return mover.standing === null ? "" : mover.standing.toFixed(1);
    }
}

registry.category("fields").add("value_threshold_preview", {
    component: ThresholdPreviewField,
    displayName: _t("Preview of thresholds"),
    supportedTypes: ["json"],
});
