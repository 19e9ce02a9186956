from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from .portal_count import count_readable


class CustomerSuggestionPortal(CustomerPortal):
    """A customer's suggestions: what became of them, and a new one.

    Everything is read as the customer himself; rules show him his company's alone.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "suggestion_count" in counters:
            values["suggestion_count"] = self._count_suggestions()
        return values

    def _count_suggestions(self):
        return count_readable(
            request.env["crm.customer.suggestion"], self._get_suggestion_domain()
        )

    def _get_suggestion_domain(self):
        # Colleagues of ours who look at their portal see what they suggested.
        customer = request.env.user.partner_id.commercial_partner_id
        return [("commercial_partner_id", "=", customer.id)]

    @http.route(
        ["/my/suggestions", "/my/suggestions/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_suggestions(self, page=1, sent=None, **_unknown):
        suggestions = request.env["crm.customer.suggestion"]
        pages = pager(
            url="/my/suggestions",
            total=self._count_suggestions(),
            page=page,
            step=self._items_per_page,
        )
        found = suggestions
        if suggestions.has_access("read"):
            found = suggestions.search(
                self._get_suggestion_domain(),
                limit=self._items_per_page,
                offset=pages["offset"],
            )
        return request.render(
            "crm_value.customer_portal_suggestions",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "suggestion",
                "suggestions": found,
                "pager": pages,
                "is_sent": bool(sent),
            },
        )

    @http.route(
        "/my/suggestions/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_suggestion_new(self, text="", **_unknown):
        error = ""
        if request.httprequest.method == "POST":
            try:
                request.env["crm.customer.suggestion"].submit(
                    {"text": text, "source": "portal"}
                )
                return request.redirect("/my/suggestions?sent=1")
            except UserError as refusal:
                error = refusal.args[0]
        return request.render(
            "crm_value.customer_portal_suggestion_new",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "suggestion_new",
                "text": text,
                "error": error,
            },
        )
