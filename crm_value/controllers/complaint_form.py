import hashlib

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .complaint_filing import get_form_values
from .complaint_posted import HONEYPOT, posted_files, posted_token, posted_values

NAMES = (
    "kind",
    "description",
    "category_id",
    "wish",
    "partner_name",
    "email_from",
    "phone",
)


class ComplaintForm(http.Controller):
    """The form behind a QR code, for whoever holds the paper."""

    @http.route(
        "/complaint/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET"],
        readonly=True,
    )
    def show_form(self, token, **_query):
        team_sudo, _letter, document_sudo = self._read_token(token)
        if not team_sudo:
            return self._render_gone()
        return self._render_form(token, team_sudo, document_sudo, {})

    @http.route(
        "/complaint/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["POST"],
        captcha="complaint",
    )
    def send_form(self, token, **post):
        team_sudo, letter, document_sudo = self._read_token(token)
        if not team_sudo:
            return self._render_gone()
        complaints_sudo = self._get_complaints(team_sudo)
        if post.get(HONEYPOT):
            # A program: it learns nothing, and nothing is kept.
            return self._render_form(token, team_sudo, document_sudo, {})
        # Visitors have no rights; the table holds hashes only.
        throttle_sudo = request.env["crm.complaint.throttle"].sudo()
        sources = {"address": request.httprequest.remote_addr, "code": token}
        if throttle_sudo._is_exhausted(sources):
            error = complaints_sudo._get_throttle_message(team_sudo.company_id)
            return self._render_form(
                token, team_sudo, document_sudo, post, error, status=429
            )
        values = posted_values(post, NAMES)
        if key := post.get("key"):
            # Nobody gets at another visitor's complaint by his key.
            secret = f"{request.session.sid}:{token}:{key}".encode()
            values["idempotency_key"] = f"qr:{hashlib.sha256(secret).hexdigest()}"
        try:
            complaint_sudo = complaints_sudo._submit_from_form(
                team_sudo, letter, document_sudo, values, posted_files()
            )
        except UserError as error:
            return self._render_form(
                token, team_sudo, document_sudo, post, str(error), status=422
            )
        throttle_sudo._note(sources)
        return request.render(
            "crm_value.complaint_form_done",
            {
                "res_company": team_sudo.company_id,
                "title": complaint_sudo.name,
                "number": complaint_sudo.name,
                "is_mailed": bool(complaint_sudo.email_from)
                and team_sudo.is_acknowledged_automatically,
                "promises": complaint_sudo._get_open_promises(),
                "no_breadcrumbs": True,
            },
        )

    @staticmethod
    def _read_token(token):
        teams = request.env["crm.complaint.team"]
        return teams._from_form_token(posted_token(token))

    @staticmethod
    def _render_gone():
        response = request.render(
            "crm_value.complaint_form_gone",
            {"title": request.env._("Unknown code"), "no_breadcrumbs": True},
        )
        response.status_code = 404
        return response

    @staticmethod
    def _get_complaints(team_sudo):
        # What visitors write is taken in for the team that their code names.
        complaints_sudo = request.env["crm.complaint"].sudo()
        return complaints_sudo.with_company(team_sudo.company_id)

    def _render_form(
        self, token, team_sudo, document_sudo, post, error=None, status=200
    ):
        response = request.render(
            "crm_value.complaint_form_page",
            {
                **get_form_values(post, self._get_complaints(team_sudo)),
                "res_company": team_sudo.company_id,
                # The paper's own number; nothing else of it is shown.
                "document_name": document_sudo and document_sudo.name or "",
                "title": request.env._("Tell us"),
                "form_action": f"/complaint/{token}",
                "honeypot": HONEYPOT,
                "error": error,
                "no_breadcrumbs": True,
            },
        )
        response.status_code = status
        return response
