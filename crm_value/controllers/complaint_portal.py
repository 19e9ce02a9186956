from urllib.parse import urlencode

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.arguments import is_id
from ..models.complaint.portal import WAITING_FOR_CUSTOMER
from .complaint_posted import posted_text, posted_token
from .portal_count import count_readable

HISTORY = "my_complaints_history"
# Steps as the customer sees them -> our stages in each.
STEPS = {
    "received": ("received", "acknowledged"),
    "working": (
        "assessed",
        "investigating",
        "waiting_customer",
        "waiting_third_party",
    ),
    "answered": ("answered",),
    "closed": ("closed",),
}


class ComplaintPortal(CustomerPortal):
    """A customer's complaints: list, page, his reply to the decision."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        complaints = request.env["crm.complaint"]
        domains = {
            "complaint_count": Domain.TRUE,
            "complaint_waiting_count": WAITING_FOR_CUSTOMER,
        }
        for name in domains.keys() & set(counters):
            values[name] = count_readable(
                complaints, self._get_complaint_domain() & domains[name]
            )
        return values

    @staticmethod
    def _get_complaint_domain():
        customer = request.env.user.partner_id.commercial_partner_id
        return Domain("commercial_partner_id", "=", customer.id)

    @staticmethod
    def _get_complaint_filters():
        env = request.env
        return {
            "all": {"label": env._("All"), "domain": Domain.TRUE},
            "open": {
                "label": env._("Not closed"),
                "domain": Domain("stage_kind", "!=", "closed"),
            },
            "waiting": {
                "label": env._("Waiting for your answer"),
                "domain": WAITING_FOR_CUSTOMER,
            },
            "closed": {
                "label": env._("Closed"),
                "domain": Domain("stage_kind", "=", "closed"),
            },
        }

    @staticmethod
    def _get_complaint_sortings():
        env = request.env
        return {
            "newest": {
                "label": env._("Newest first"),
                "order": "received_at DESC, id DESC",
            },
            "oldest": {"label": env._("Oldest first"), "order": "received_at, id"},
            "subject": {"label": env._("By subject"), "order": "subject, id"},
        }

    @http.route(
        ["/my/complaints", "/my/complaints/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def my_complaints(self, page=1, sortby=None, filterby=None, search=None, **_query):
        complaints = request.env["crm.complaint"]
        filters = self._get_complaint_filters()
        sortings = self._get_complaint_sortings()
        sortby = sortby if sortby in sortings else "newest"
        filterby = filterby if filterby in filters else "all"
        search = posted_text(search)[:200]
        domain = self._get_complaint_domain() & filters[filterby]["domain"]
        if search:
            domain &= Domain.OR(
                Domain(name, "ilike", search)
                for name in ("name", "subject", "description", "order_id.name")
            )
        pager = portal_pager(
            url="/my/complaints",
            total=count_readable(complaints, domain),
            page=page,
            step=self._items_per_page,
            url_args={"sortby": sortby, "filterby": filterby, "search": search},
        )
        if complaints.has_access("read"):
            complaints = complaints.search(
                domain,
                order=sortings[sortby]["order"],
                limit=self._items_per_page,
                offset=max(pager["offset"], 0),
            )
        request.session[HISTORY] = complaints.ids[:100]
        return request.render(
            "crm_value.complaint_portal_list",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "complaint",
                # Shown is what the user was found to may read, and no internal field.
                "complaints": complaints.sudo(),
                "pager": pager,
                "sortings": sortings,
                "sortby": sortby,
                "filters": filters,
                "filterby": filterby,
                "search": search,
                "is_waiting": self._is_waiting,
                "step_of": self._get_step,
                "default_url": "/my/complaints",
                "title": request.env._("Your complaints"),
            },
        )

    @http.route(
        "/my/complaints/<int:complaint_id>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def my_complaint(self, complaint_id, access_token=None, message=None, **_query):
        access_token = posted_token(access_token)
        try:
            complaint_sudo = self._find_complaint(complaint_id, access_token)
        except (AccessError, MissingError):
            return self._turn_away(complaint_id)
        survivor_sudo = complaint_sudo.merged_into_id
        if survivor_sudo and self._is_same_matter(complaint_sudo, survivor_sudo):
            url = f"/my/complaints/{survivor_sudo.id}"
            if access_token:
                token = survivor_sudo.access_token or ""
                url += "?" + urlencode({"access_token": token})
            return request.redirect(url)
        return self._render_complaint(complaint_sudo, access_token, message)

    @http.route(
        "/my/complaints/<int:complaint_id>/<any(confirm,contest):reply>",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def reply_to_decision(
        self, complaint_id, reply, access_token=None, text=None, **_post
    ):
        access_token = posted_token(access_token)
        try:
            complaint_sudo = self._find_complaint(complaint_id, access_token)
        except (AccessError, MissingError):
            return self._turn_away(complaint_id)
        complaint = complaint_sudo.with_user(request.env.user)
        try:
            if self._is_own(complaint_sudo):
                if reply == "confirm":
                    complaint.confirm_decision()
                else:
                    complaint.contest_decision(text)
            elif reply == "confirm":
                # By his link, which was compared above, and for this complaint only.
                complaint_sudo.with_env(complaint.env(su=True))._confirm_decision()
            else:
                # As above.
                complaint_sudo.with_env(complaint.env(su=True))._contest_decision(text)
        except UserError as error:
            return self._render_complaint(
                complaint_sudo, access_token, error=str(error), text=posted_text(text)
            )
        query = {"message": reply}
        if access_token:
            query["access_token"] = access_token
        return request.redirect(f"/my/complaints/{complaint_id}?{urlencode(query)}")

    def _find_complaint(self, complaint_id, access_token):
        """The complaint as superuser, for who may read it or holds its link."""
        if not is_id(complaint_id):
            raise NotFound()
        complaint_sudo = self._document_check_access(
            "crm.complaint", complaint_id, access_token
        )
        return complaint_sudo

    @staticmethod
    def _is_own(complaint_sudo):
        """Whether the visitor may read it by his log-in."""
        return complaint_sudo.with_user(request.env.user).has_access("read")

    @staticmethod
    def _turn_away(complaint_id):
        """The same answer whether there is such a complaint or not."""
        if request.env.user._is_public():
            back = urlencode({"redirect": f"/my/complaints/{complaint_id}"})
            return request.redirect(f"/web/login?{back}")
        return request.redirect("/my")

    def _is_same_matter(self, complaint, survivor):
        """Whether who reads one complaint may go on to the one it was joined with."""
        if request.env.user.share and self._is_own(survivor):
            return True
        if complaint.partner_id and complaint.partner_id == survivor.partner_id:
            return True
        customer = complaint.commercial_partner_id
        return (
            bool(customer)
            and customer == survivor.commercial_partner_id
            and not survivor.is_confidential
        )

    @staticmethod
    def _get_step(complaint):
        return next(
            step for step, kinds in STEPS.items() if complaint.stage_kind in kinds
        )

    @staticmethod
    def _is_waiting(complaint):
        return bool(complaint.filtered_domain(WAITING_FOR_CUSTOMER))

    def _render_complaint(
        self, complaint_sudo, access_token, message=None, error=None, text=None
    ):
        is_own = self._is_own(complaint_sudo)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "complaint",
            "title": complaint_sudo.name,
            "complaint": complaint_sudo,
            "object": complaint_sudo,
            "res_company": complaint_sudo.company_id,
            "steps": list(STEPS),
            "step": self._get_step(complaint_sudo),
            "now": fields.Datetime.now(),
            "is_waiting": self._is_waiting(complaint_sudo),
            # Only dates of what is still promised, not how they came about.
            "promises": complaint_sudo._get_open_promises(),
            "may_reply": bool(
                complaint_sudo.decided_at
                and complaint_sudo.verdict != "accepted"
                and complaint_sudo._is_in_grace()
                and (access_token or request.env.user.share)
            ),
            "access_token": access_token,
            "token": access_token,
            "message": message if message in ("confirm", "contest", "sent") else None,
            "error": error,
            "text": text,
            **self._get_neighbours(complaint_sudo),
        }
        if not is_own:
            values["no_breadcrumbs"] = request.env.user._is_public()
        response = request.render("crm_value.complaint_portal_page", values)
        if error:
            response.status_code = 422
        return response

    @staticmethod
    def _get_neighbours(complaint):
        """The complaints before and after it in the list that was opened last."""
        ids = request.session.get(HISTORY, [])
        if complaint.id not in ids:
            return {}
        place = ids.index(complaint.id)
        return {
            "prev_record": place > 0 and f"/my/complaints/{ids[place - 1]}",
            "next_record": place + 1 < len(ids) and f"/my/complaints/{ids[place + 1]}",
        }
