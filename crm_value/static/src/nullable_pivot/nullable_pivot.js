import { registry } from "@web/core/registry";
import { PivotModel } from "@web/views/pivot/pivot_model";
import { pivotView } from "@web/views/pivot/pivot_view";

/** A pivot in which what is not known stays empty: a zero would be a figure. */
export class NullablePivotModel extends PivotModel {
    _getMeasurements(group, config) {
        const known = Object.entries(super._getMeasurements(group, config)).filter(
            ([, value]) => value !== false && value !== null
        );
        return Object.fromEntries(known);
    }
}

registry.category("views").add("crm_value_pivot", { ...pivotView, Model: NullablePivotModel });
