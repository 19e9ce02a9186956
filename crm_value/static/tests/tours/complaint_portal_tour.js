import { registry } from "@web/core/registry";

const CHATTER = "#chatterRoot:shadow";

/**
 * Synthetic keys do not open links: reach the element as the tab key does, look whether
 * the focus is shown, and then do what Enter does.
 */
function enter({ click }) {
    const element = this.anchor;
    element.focus({ focusVisible: true });
    const style = getComputedStyle(element);
    if (element.getRootNode().activeElement !== element || element.tabIndex < 0) {
        throw new Error(`${element.outerHTML} is not reached by keyboard.`);
    }
    if (style.outlineStyle === "none" && style.boxShadow === "none") {
        throw new Error(`${element.outerHTML} does not show that it has the focus.`);
    }
    return click();
}

registry.category("web_tour.tours").add("crm_value_complaint_portal_tour", {
    steps: () => [
        {
            content: "The portal's card leads to the complaints",
            trigger: "a[href='/my/complaints']:contains(Your complaints)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "An empty list says what it is for",
            trigger: "a[href='/my/complaints/new']",
            run: enter,
            expectUnloadPage: true,
        },
        {
            content: "Say what happened",
            trigger: "label[for=complaint_description] + textarea[name=description]",
            run: "edit The blue is green",
        },
        {
            content: "A select is worked by keyboard as it is by mouse",
            trigger: "select[name=wish]",
            run: "select replacement",
        },
        {
            content: "Send it from the keyboard",
            trigger: "button[type=submit]:contains(Send)",
            run: enter,
            expectUnloadPage: true,
        },
        {
            content: "The number is told at once",
            trigger: "[role=status]:contains(has the number)",
        },
        {
            content: "Nothing is wider than the screen",
            trigger: ".o_complaint_steps [aria-current=step]:contains(Received)",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("The page is wider than the screen.");
                }
            },
        },
        {
            content: "Add something",
            trigger: `${CHATTER} .o-mail-Composer-input`,
            run: "edit It is the upper half.",
        },
        {
            trigger: `${CHATTER} .o-mail-Composer button:contains(Send):enabled`,
            run: enter,
        },
        {
            content: "It stands in the conversation",
            trigger: `${CHATTER} .o-mail-Message:contains(It is the upper half.)`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_value_complaint_contest_tour", {
    steps: () => [
        {
            content: "The alert counts what waits for an answer",
            trigger: "a:contains(Complaints waiting for your answer)",
            run: enter,
            expectUnloadPage: true,
        },
        {
            trigger: ".o_complaint_list a:contains(The blue is green)",
            run: enter,
            expectUnloadPage: true,
        },
        {
            content: "The decision with its reasons",
            trigger: ".card:contains(We see this differently):contains(The proof was signed.)",
        },
        {
            content: "Open what asks for the reason",
            trigger: ".o_complaint_contest summary",
            run: enter,
        },
        {
            trigger: ".o_complaint_contest[open] textarea[name=text]",
            run: "edit I signed nothing.",
        },
        {
            trigger: ".o_complaint_contest button[type=submit]",
            run: enter,
            expectUnloadPage: true,
        },
        {
            trigger: "[role=status]:contains(We look into it again)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_value_complaint_confirm_tour", {
    steps: () => [
        {
            trigger: "button.o_complaint_confirm",
            run: enter,
            expectUnloadPage: true,
        },
        {
            trigger: "[role=status]:contains(this settles it for you)",
        },
        {
            trigger: ".o_complaint_steps [aria-current=step]:contains(Closed)",
        },
    ],
});
