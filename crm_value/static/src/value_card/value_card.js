import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { formatPercentage } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onWillStart, onWillUpdateProps, useState, xml } from "@odoo/owl";

import { MonthChart } from "../charts/month_chart";
import { ParetoChart } from "../charts/pareto_chart";
import { FigureGroup } from "./figure_group";
import { ScoreParts } from "./score_parts";

/**
 * All that is known of a customer's value on one card: tier and score with their
 * reasons, figures, purchases, place on the Pareto curve, history.
 */
export class ValueCard extends Component {
    static template = "crm_value.ValueCard";
    static components = { FigureGroup, MonthChart, ParetoChart, ScoreParts };
    static props = {
        profileId: Number,
        revision: { type: String, optional: true },
        isBrief: { type: Boolean, optional: true },
        onChanged: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ why: null, card: null, whyFailed: "", cardFailed: "" });
        onWillStart(async () => {
            this.isManager = await user.hasGroup("crm_value.group_manager");
            this.load(this.props.profileId);
        });
        onWillUpdateProps((next) => {
            if (
                next.profileId !== this.props.profileId ||
                next.revision !== this.props.revision
            ) {
                this.load(next.profileId);
            }
        });
    }

    /**
     * The two halves arrive each by itself; one that fails leaves the other standing.
     */
    load(profileId) {
        const call = (method) => this.orm.silent.call("crm.value.profile", method, [[profileId]]);
        const isCurrent = () => profileId === this.loading;
        this.loading = profileId;
        Object.assign(this.state, { whyFailed: "", cardFailed: "" });
        const explained = call("explain").then(
            ([why]) => isCurrent() && Object.assign(this.state, { why }),
            (error) => Object.assign(this.state, { whyFailed: this.message(error) })
        );
        const shown = call("get_value_card").then(
            (card) => isCurrent() && Object.assign(this.state, { card }),
            (error) => Object.assign(this.state, { cardFailed: this.message(error) })
        );
        return Promise.all([explained, shown]);
    }

    retry() {
        this.load(this.props.profileId);
    }

    message(error) {
        return error.data?.message || error.message || String(error);
    }

    date(iso) {
        return iso ? formatDate(deserializeDate(iso)) : "";
    }

    points(value) {
        return formatFloat(value, { digits: [16, 1], trailingZeros: false });
    }

    /**
     * Whole sentences, as other languages order their words otherwise.
     */
    getWords(why) {
        const { override, since } = why.tier || {};
        return {
            since: _t("since %s", this.date(since)),
            override: override?.until
                ? _t("Set by hand until %s", this.date(override.until))
                : _t("Set by hand"),
            safe: _t("Keeps the tier until %s", this.date(why.safe_until)),
            abc: _t("Class %s", this.state.card?.abc?.label),
            valued: _t("Valued on %s", this.date(why.valued_on)),
        };
    }

    get mark() {
        const { customers, profit, rank, count } = this.state.card.pareto;
        if (rank === null || profit === null) {
            return null;
        }
        const share = formatPercentage(profit, { digits: [16, 0] });
        return {
            customers,
            profit,
            label:
                rank === 1
                    ? _t("Number 1 of %(count)s; brings %(share)s of the profit.", { count, share })
                    : _t(
                          "Number %(rank)s of %(count)s; all down to this one bring %(share)s of the profit.",
                          { rank, count, share }
                      ),
        };
    }

    openDocument(document) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: document.model,
            res_id: document.id,
            views: [[false, "form"]],
        });
    }

    openProfile() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.value.profile",
            res_id: this.props.profileId,
            views: [[false, "form"]],
        });
    }

    openRun() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.value.run",
            res_id: this.state.why.run_id,
            views: [[false, "form"]],
        });
    }

    setTier() {
        this.action.doAction("crm_value.value_override_wizard_action", {
            additionalContext: {
                active_model: "crm.value.profile",
                active_id: this.props.profileId,
                active_ids: [this.props.profileId],
            },
            onClose: () => this.changed(),
        });
    }

    async endOverride() {
        await this.orm.call("crm.value.profile", "end_override", [[this.props.profileId]]);
        await this.changed();
    }

    async changed() {
        await this.load(this.props.profileId);
        this.props.onChanged?.();
    }
}

/**
 * The card on a record's form; the record is read anew after a change, unless somebody
 * is just editing it.
 */
class RecordValueCard extends Component {
    static components = { ValueCard };

    setup() {
        this.state = useState({ revision: "" });
        useRecordObserver((record) => {
            this.state.revision = JSON.stringify(
                ["override_tier_id", "tier_id", "value_tier_id", "score", "value_score"].map(
                    (name) => {
                        const value = record.data[name];
                        return value?.id ?? value;
                    }
                )
            );
        });
    }

    async reload() {
        const record = this.props.record;
        if (!(await record.isDirty())) {
            await record.load();
        }
    }
}

export class ValueCardField extends RecordValueCard {
    static template = xml`
        <ValueCard t-if="profileId"
            profileId="profileId" revision="state.revision" onChanged.bind="reload"/>
        <t t-else="" t-call="crm_value.ValueCard.Empty"/>`;
    static props = { ...standardFieldProps };

    get profileId() {
        return this.props.record.data[this.props.name]?.id;
    }
}

registry.category("fields").add("value_card", {
    component: ValueCardField,
    displayName: _t("Value card"),
    supportedTypes: ["many2one"],
});

export class ValueCardWidget extends RecordValueCard {
    static template = xml`
        <ValueCard t-if="props.record.resId"
            profileId="props.record.resId" revision="state.revision" isBrief="true"
            onChanged.bind="reload"/>`;
    static props = { ...standardWidgetProps };
}

registry.category("view_widgets").add("value_card", { component: ValueCardWidget });
