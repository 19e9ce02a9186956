from werkzeug.urls import url_encode

from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.arguments import is_id
from .complaint_posted import posted_token
from .portal_count import count_readable

MODEL = "crm.complaint.notice"
LIST = "/my/order-problems"
PAGE = f"{LIST}/<int:notice_id>"
RESULTS = ("thanks", "late", "already", "over", "unknown", "colleague")


class ComplaintNoticePortal(CustomerPortal):
    """What customers were told of their orders: the list, and the page with the choice.

    The page is reached with the letter's link, or by login as somebody of the customer.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "complaint_notice_waiting_count" in counters:
            notices = request.env[MODEL]
            values["complaint_notice_waiting_count"] = count_readable(
                notices, self._get_notice_domain() & notices._get_choosable()
            )
        return values

    @staticmethod
    def _get_notice_domain():
        customer = request.env.user.partner_id.commercial_partner_id
        return Domain("partner_id.commercial_partner_id", "=", customer.id) & Domain(
            "told_at", "!=", False
        )

    @route(
        [LIST, f"{LIST}/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def complaint_notice_list(self, page=1, **_kw):
        notices = request.env[MODEL]
        if not notices.has_access("read"):
            return request.redirect("/my")
        domain = self._get_notice_domain()
        pager = portal_pager(
            url=LIST,
            total=notices.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        notices = notices.search(
            domain,
            # Told, the last state by the alphabet, is what waits for the customer.
            order="state DESC, told_at DESC, id DESC",
            limit=self._items_per_page,
            offset=max(pager["offset"], 0),
        )
        return request.render(
            "crm_value.complaint_notice_portal_list",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "complaint_notice",
                # Found as the user; the number of the order is no secret to him.
                "notices": notices.sudo(),
                "pager": pager,
                "default_url": LIST,
            },
        )

    @route(PAGE, type="http", auth="public", website=True, methods=["GET"])
    def complaint_notice_page(self, notice_id, access_token=None, result=None, **_kw):
        """Shows; a GET writes nothing, whoever prefetches the link of a mail."""
        notice_sudo = self._get_complaint_notice(notice_id, access_token)
        if not notice_sudo:
            return request.redirect("/my")
        is_colleague = request.env.user._is_internal()
        if request.env.user._is_public():
            # Who follows the link reads the letter's language.
            request.update_context(lang=notice_sudo._get_letter_lang())
        notice_sudo = notice_sudo.with_context(lang=request.env.context.get("lang"))
        values = self._get_page_view_values(
            notice_sudo,
            access_token,
            {
                "page_name": "complaint_notice",
                "notice": notice_sudo,
                "result": result if result in RESULTS else None,
                "is_colleague": is_colleague,
                "may_choose": notice_sudo._is_choosable() and not is_colleague,
            },
            "my_complaint_notices_history",
            True,
        )
        return request.render("crm_value.complaint_notice_portal_page", values)

    @route(f"{PAGE}/choose", type="http", auth="public", website=True, methods=["POST"])
    def complaint_notice_choose(
        self, notice_id, access_token=None, option_id=None, note=None, **_kw
    ):
        """Takes the choice, once; asked again it says what was chosen."""
        notice_sudo = self._get_complaint_notice(notice_id, access_token)
        if not notice_sudo:
            return request.redirect("/my")
        user = request.env.user
        if user._is_internal():
            # A colleague who tries the link must not choose for the customer.
            result = "colleague"
        else:
            partner_sudo = (
                notice_sudo.partner_id if user._is_public() else user.partner_id.sudo()
            )
            result = notice_sudo._choose_in_portal(option_id, partner_sudo, note)
        query = {"result": result}
        if access_token:
            query["access_token"] = access_token
        return request.redirect(
            f"{notice_sudo.access_url}?{url_encode(query)}", code=303
        )

    def _get_complaint_notice(self, notice_id, access_token):
        """The superuser's record, if the visitor may see it and it was told."""
        if not is_id(notice_id):
            return None
        try:
            notice_sudo = self._document_check_access(
                MODEL, notice_id, posted_token(access_token)
            )
        except (AccessError, MissingError):
            return None
        return notice_sudo if notice_sudo.told_at else None
