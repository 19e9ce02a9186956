import uuid

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.complaint.files import FILE_ACCEPT, FILE_COUNT, FILE_MEGABYTES
from .complaint_posted import as_id, posted_files, posted_values

NAMES = ("kind", "description", "category_id", "wish")
# Letter of a choice "about" -> field of the complaint, model of the document.
DOCUMENTS = {"order": "order_id", "invoice": "invoice_id"}
SHOWN = 40


class ComplaintFiling(CustomerPortal):
    """The form by which a customer with a log-in files a complaint."""

    @http.route(
        "/my/complaints/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def new_complaint(self, about=None, **_query):
        if not request.env.user.share:
            return request.redirect("/my")
        return self._render_new({"about": about})

    @http.route(
        "/my/complaints/new",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def file_complaint(self, **post):
        if not request.env.user.share:
            return request.redirect("/my")
        throttle_sudo = request.env["crm.complaint.throttle"].sudo()
        sources = {"user": request.env.uid}
        if throttle_sudo._is_exhausted(sources):
            error = request.env["crm.complaint"]._get_throttle_message(
                request.env.company
            )
            return self._render_new(post, error, 429)
        values = posted_values(post, NAMES)
        about, _dash, document_id = (
            post["about"].partition("-")
            if isinstance(post.get("about"), str)
            else ("", "", "")
        )
        if about in DOCUMENTS:
            values[DOCUMENTS[about]] = as_id(document_id)
        if key := post.get("key"):
            values["idempotency_key"] = f"portal:{request.env.uid}:{key}"[:200]
        try:
            complaint = request.env["crm.complaint"]._submit_from_portal(
                values, posted_files()
            )
        except UserError as error:
            return self._render_new(post, str(error), 422)
        throttle_sudo._note(sources)
        return request.redirect(f"/my/complaints/{complaint.id}?message=sent")

    def _render_new(self, post, error=None, status=200):
        complaints = request.env["crm.complaint"]
        response = request.render(
            "crm_value.complaint_portal_new",
            {
                **self._prepare_portal_layout_values(),
                **get_form_values(post, complaints),
                "page_name": "complaint_new",
                "title": request.env._("Tell us"),
                "form_action": "/my/complaints/new",
                "orders": self._get_own_documents(
                    "sale.order", Domain("state", "=", "sale"), "date_order DESC"
                ),
                "invoices": self._get_own_documents(
                    "account.move",
                    Domain("state", "=", "posted")
                    & Domain("move_type", "in", ("out_invoice", "out_refund")),
                    "invoice_date DESC, id DESC",
                ),
                "error": error,
            },
        )
        response.status_code = status
        return response

    @staticmethod
    def _get_own_documents(model, domain, order):
        documents = request.env[model]
        if not documents.has_access("read"):
            return documents
        customer = request.env.user.partner_id.commercial_partner_id
        return documents.search(
            domain & Domain("partner_id", "child_of", customer.ids),
            order=order,
            limit=SHOWN,
        )


def get_form_values(post, complaints):
    """What both forms show: what was typed before, choices, limits of files."""
    fields = complaints._fields
    categories_sudo = complaints.env["crm.complaint.category"].sudo()
    return {
        "typed": {
            name: value if isinstance(value, str) else ""
            for name, value in post.items()
        },
        # Names of categories are the customer's words; visitors have no rights.
        "categories": categories_sudo.search([]),
        "wishes": fields["wish"]._description_selection(complaints.env),
        "file_count": FILE_COUNT,
        "file_megabytes": FILE_MEGABYTES,
        "file_accept": FILE_ACCEPT,
        # Sent twice by a nervous finger, it is one complaint.
        "key": uuid.uuid4().hex,
    }
