import { Component, useState } from "@odoo/owl";

/**
 * Figures of one kind with the days they are of. Each label folds out how its figure
 * is computed: a tooltip would be out of reach of fingers and keyboards.
 */
export class FigureGroup extends Component {
    static template = "crm_value.FigureGroup";
    static props = { group: Object };

    setup() {
        this.state = useState({ open: {} });
    }

    /**
     * What is unknown says why, unless the whole group says it once.
     */
    note(row) {
        return row.reason === this.props.group.reason ? row.note : row.reason || row.note;
    }

    toggle(name) {
        this.state.open[name] = !this.state.open[name];
    }
}
