import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/**
 * A manager tries the rules of today as of a day, from the menu, and is shown the run
 * that the worker will take on.
 */
registry.category("web_tour.tours").add("crm_value_trial_tour", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "open the app",
            trigger: ".o_app[data-menu-xmlid='crm_value.menu_root']",
            run: "click",
        },
        {
            trigger: ".o_menu_sections [data-menu-xmlid='crm_value.menu_value_history']",
            run: "click",
        },
        {
            trigger: ".o-dropdown-item[data-menu-xmlid='crm_value.menu_value_trial']",
            run: "click",
        },
        {
            content: "nobody need be afraid",
            trigger: ".modal p:contains(Nobody's tier or figures change)",
        },
        {
            content: "a day in the past",
            trigger: ".modal .o_field_widget[name=as_of_date] input",
            run: `edit ${luxon.DateTime.now().minus({ days: 60 }).toFormat("MM/dd/yyyy")} && press Tab`,
        },
        {
            trigger: ".modal button[name=action_try]",
            run: "click",
        },
        {
            content: "the run waits",
            trigger: ".o_form_view .alert:contains(Waiting for the worker)",
        },
        {
            trigger: ".o_form_view .alert:contains(Tried only)",
        },
    ],
});

/**
 * What it found is read in words; then a valuation that changed customers is replayed.
 */
registry.category("web_tour.tours").add("crm_value_trial_result_tour", {
    steps: () => [
        {
            content: "tiers that customers would have",
            trigger: ".o_form_view table:contains(Tiers that customers would have) th:contains(Platinum)",
        },
        {
            content: "what it would have been worth",
            trigger: ".o_form_view table:contains(Back-test):contains(of customers by score brought)",
        },
        {
            content: "why nothing was predicted",
            trigger: ".o_form_view p:contains(Forecast):contains(the model needs)",
        },
        {
            trigger: ".o_menu_sections [data-menu-xmlid='crm_value.menu_value_history']",
            run: "click",
        },
        {
            trigger: ".o-dropdown-item[data-menu-xmlid='crm_value.menu_value_run']",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_searchview_facet:contains(All customers)",
        },
        {
            content: "the valuation that was applied is the older one",
            trigger: ".o_data_row:last td[name=as_of_date]",
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_replay]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=replayed_run_id]",
        },
        {
            trigger: ".o_form_view .alert:contains(Waiting for the worker)",
        },
    ],
});
