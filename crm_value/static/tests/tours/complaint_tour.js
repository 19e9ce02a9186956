import { registry } from "@web/core/registry";

/**
 * A care agent takes in what a customer says on the phone, handles a complaint that came
 * by mail up to the decision, makes it good and closes it. The data are those of
 * test_tours.py.
 */
registry.category("web_tour.tours").add("crm_value_agent_tour", {
    steps: () => [
        {
            content: "take in a complaint",
            trigger: ".o-kanban-button-new",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=number] input",
            run: "edit +33 1 23 45 67 89",
        },
        {
            content: "the words heard suffice",
            trigger: ".modal .o_field_widget[name=description] textarea",
            run: "edit Two boxes are missing",
        },
        {
            content: "the customer was found by the number",
            trigger: ".modal .o_field_widget[name=partner_id] input:value(Lotus Prints)",
        },
        {
            trigger: ".modal button[name=action_submit]",
            run: "click",
        },
        {
            content: "it has its number and its promise, and was acknowledged",
            trigger:
                ".o_form_view:has(.o_arrow_button_current:contains(Acknowledged)) .o_field_complaint_deadline:contains(left)",
        },
        {
            content: "back to the board",
            trigger: ".o_back_button, .breadcrumb-item a:contains(Complaints)",
            run: "click",
        },
        {
            content: "the one that came by mail",
            trigger: ".o_kanban_record:contains(Wrong red)",
            run: "click",
        },
        {
            trigger: "button[name=action_assign_to_me]",
            run: "click",
        },
        {
            content: "answer the customer",
            trigger: ".o-mail-Chatter-sendMessage",
            run: "click",
        },
        {
            trigger: ".o-mail-Composer-input",
            run: "edit We look into it at once.",
        },
        {
            trigger: ".o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            trigger: ".o-mail-Message:contains(We look into it at once.)",
        },
        {
            content: "what was promised and kept",
            trigger: ".o_notebook .nav-link[name=deadlines]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=deadline_ids] .o_data_row:contains(First answer):contains(Met)",
        },
        {
            trigger: ".o_statusbar_buttons button[data-hotkey=d]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=decision] input[data-value=upheld]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=decision_text] textarea",
            run: "edit You are right: we print it again.",
        },
        {
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains(Answered)",
        },
        {
            content: "make it good",
            trigger: ".o_notebook .nav-link[name=remedies]",
            run: "click",
        },
        {
            trigger: "button[name=action_add_remedy]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=amount] input",
            run: "edit 20",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "it is within the limit: no manager is asked",
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=remedy_ids] .o_data_row:contains(Within the limit) td[name=kind]",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_give]",
            run: "click",
        },
        {
            content: "cash: no document of Odoo tells of it",
            trigger: ".modal:contains(paid in cash) .btn-primary",
            run: "click",
        },
        {
            trigger: ".modal .o_arrow_button_current:contains(Given)",
        },
        {
            trigger: ".modal .modal-footer .btn:contains(Close)",
            run: "click",
        },
        {
            content: "what it cost is known at once",
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=remedy_ids] tfoot:contains(20)",
        },
        {
            trigger: "button[name=action_close]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains(Closed)",
        },
    ],
});

/** Half a year later: what became of the customer, and what it cost to keep him. */
registry.category("web_tour.tours").add("crm_value_recovery_tour", {
    steps: () => [
        {
            content: "the save rate by tier",
            trigger: ".o_pivot:contains(100.00%)",
        },
        {
            content: "where nothing was judged yet nothing is said",
            trigger: ".o_pivot tr:contains(Gold) .o_empty",
        },
        {
            content: "the complaints behind it",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Wrong red):contains(Kept):contains(Refund) td[name=partner_id]",
            run: "click",
        },
        {
            trigger: ".o_notebook .nav-link[name=outcome]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=outcome_180]:contains(Kept)",
        },
    ],
});
