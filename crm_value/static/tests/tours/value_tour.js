import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/**
 * A manager finds a customer, reads why he has his tier, sets it by hand, and changes a
 * threshold after having seen who would move. The data are those of test_tours.py.
 */
registry.category("web_tour.tours").add("crm_value_manager_tour", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "open the app",
            trigger: ".o_app[data-menu-xmlid='crm_value.menu_root']",
            run: "click",
        },
        {
            content: "tiers wear their colours",
            trigger: ".o_data_row .o_badge_color_11:contains(Platinum)",
        },
        {
            content: "open the customer",
            trigger: ".o_data_row td[name=partner_id]:contains(Tour Brewery)",
            run: "click",
        },
        {
            content: "the score and its parts are there",
            trigger: ".o_crm_value_parts tr[data-component=monetary] button",
            run: "click",
        },
        {
            content: "the limits of the score unfold",
            trigger: ".o_crm_value_parts td:contains(The limits between the scores)",
        },
        {
            content: "both charts are drawn",
            trigger: ".o_crm_value_card:has(canvas) section:nth-child(2) canvas",
        },
        {
            content: "set the tier by hand",
            trigger: ".o_statusbar_buttons .o_crm_value_set_tier",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=tier_id] .o_select_menu input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains(Platinum)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit Framework contract signed",
        },
        {
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "the card shows tier and reason",
            trigger: ".o_crm_value_sentences li:contains(Framework contract signed)",
        },
        {
            content: "go to the thresholds",
            trigger: ".o_menu_sections [data-menu-xmlid='crm_value.menu_value_configuration']",
            run: "click",
        },
        {
            trigger: ".o-dropdown-item[data-menu-xmlid='crm_value.menu_value_policy']",
            run: "click",
        },
        {
            trigger: "button[name=action_change_thresholds]",
            run: "click",
        },
        {
            content: "nothing is changed yet",
            trigger: ".modal .o_crm_value_headline:contains(Nobody would move)",
        },
        {
            trigger: ".modal .o_data_row .o_badge_color_11:contains(Platinum)",
        },
        {
            trigger: ".modal .o_data_row:nth-child(1) td[name=entry]",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row:nth-child(1) td[name=entry] input",
            run: "edit 60 && press Tab",
        },
        {
            content: "the preview counts who would move",
            trigger: ".modal .o_crm_value_headline:contains(would move at once)",
        },
        {
            content: "and names them",
            trigger: ".modal .o_crm_value_movers td:contains(Tour)",
        },
        {
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(Thresholds changed)",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});

/**
 * A salesperson reads the same page from the contact and is offered nothing that only a
 * manager may do.
 */
registry.category("web_tour.tours").add("crm_value_salesperson_tour", {
    steps: () => [
        {
            content: "one ribbon tells the tier",
            trigger: ".o_form_sheet:has(.o_widget_value_tier_ribbon .ribbon)",
        },
        {
            trigger: ".o_notebook .nav-link[name=customer_timeline]:contains(Value)",
            run: "click",
        },
        {
            content: "figures, chart and history are there",
            trigger: ".o_crm_value_card:has(canvas):contains(Tier history)",
        },
        {
            content: "a figure tells how it is computed, by mouse, finger or keyboard",
            trigger: "button.o_crm_value_how[data-figure=net_margin_amount]",
            run: "click",
        },
        {
            trigger: ".o_crm_value_figure_group dd:contains(Margin less cost to serve)",
        },
        {
            content: "what is unknown says why",
            trigger: ".o_crm_value_figure_group:has([data-figure=p_alive]) dd:contains(–)",
        },
        {
            content: "nothing for managers",
            trigger: ".o_crm_value_card:not(:has(.o_crm_value_set_tier))",
        },
        {
            content: "open the profile",
            trigger: "button[name=action_open_value]",
            run: "click",
        },
        {
            trigger: ".o_form_view:not(:has(.o_crm_value_set_tier)) .o_crm_value_parts",
        },
    ],
});
