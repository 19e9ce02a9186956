"""What the customer does himself: file, confirm or contest the decision."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..arguments import check_ids

TOLD_BY_PORTAL = {
    "kind",
    "description",
    "order_id",
    "invoice_id",
    "category_id",
    "wish",
}
LONGEST_ANSWER = 20_000
# A portal user may post, but neither as somebody else nor to whomever he likes.
POSTED_BY_CUSTOMER = {"body", "attachment_ids", "parent_id"}
WAITING_FOR_CUSTOMER = (
    Domain("closed_at", "=", False)
    & Domain("active", "=", True)
    & (
        Domain("stage_kind", "=", "waiting_customer")
        | (Domain("decided_at", "!=", False) & Domain("verdict", "=", False))
    )
)


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    # Read by who opens a link; portal users get theirs by mail only.
    access_token = fields.Char(groups="base.group_system")
    # Computed from our activities, which customers may not read.
    activity_exception_decoration = fields.Selection(groups="base.group_user")
    activity_exception_icon = fields.Char(groups="base.group_user")
    activity_type_icon = fields.Char(groups="base.group_user")

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self.env.user.share and not self.env.su and not kwargs.get("bypass_access"):
            # Core guards stored fields; what is computed and searched by another way
            # (the state of our activities) would answer.
            for condition in Domain(domain).iter_conditions():
                field = self._fields.get(condition.field_expr.partition(".")[0])
                if field:
                    self._check_field_access(field, "read")
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _order_to_sql(self, order, query, alias=None, reverse=False):
        is_default = not order or order == self._order
        if is_default and self.env.user.share and not self.env.su:
            # Our order of work is not the customer's to read.
            order = "received_at DESC, id DESC"
        return super()._order_to_sql(order, query, alias, reverse)

    def _portal_ensure_token(self):
        # The token is a secret to users; the link that holds it is for who may read
        # the complaint, and is signed by the system.
        self.check_access("read")
        if self.env.user.share and not self.env.su:
            # A colleague's link would outlast his right to see it.
            return ""
        return super(CrmComplaint, self.sudo())._portal_ensure_token()

    def _get_share_url(
        self, redirect=False, signup_partner=False, pid=None, share_token=True
    ):
        self.check_access("read")
        # As in _portal_ensure_token().
        return super(CrmComplaint, self.sudo())._get_share_url(
            redirect=redirect,
            signup_partner=signup_partner,
            pid=pid,
            share_token=share_token and (self.env.su or not self.env.user.share),
        )

    @api.model
    def _get_thread_with_access(
        self, thread_id, *, hash=None, pid=None, token=None, **kwargs
    ):
        thread = super()._get_thread_with_access(
            thread_id, hash=hash, pid=pid, token=token, **kwargs
        )
        # Core compares the token again, on what it gets here; users cannot read it.
        return thread.sudo() if token or hash else thread

    def _get_customer_link(self):
        """Where who complained follows it without logging in; for letters to him."""
        return f"{self.get_base_url()}{self.get_portal_url()}"

    def _sign_token(self, pid):
        # As above: what leaves here is a signature.
        return super(CrmComplaint, self.sudo())._sign_token(pid)

    def message_post(self, **kwargs):
        if self.env.user.share and not self.env.su:
            kwargs = {
                **{name: kwargs[name] for name in POSTED_BY_CUSTOMER & kwargs.keys()},
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
            }
        return super().message_post(**kwargs)

    def confirm_decision(self):
        """Accept the decision for the customer; the complaints are closed.

        For the customer in the portal, or for who handles them and was told so.

        :return: True
        :raises AccessError: for whoever is neither
        :raises UserError: when there is no decision to accept
        """
        self._check_may_reply()
        for complaint in self:
            complaint._confirm_decision()
        return True

    def contest_decision(self, text):
        """Contest the decision for the customer; the complaints are opened again.

        :param str text: what he does not agree with
        :return: True
        :raises AccessError: for whoever is neither customer nor handles them
        :raises UserError: when there is no decision, or without a reason
        """
        self._check_may_reply()
        for complaint in self:
            complaint._contest_decision(text)
        return True

    def _check_may_reply(self):
        check_ids(self)
        self.check_access("read" if self.env.user.share else "write")

    def _check_decided(self):
        # Links reach a complaint whose visitor has no rights but by them.
        complaint_sudo = self.sudo()
        survivor = complaint_sudo.merged_into_id
        if survivor:
            raise UserError(
                self.env._(
                    "%(complaint)s was joined with %(other)s. Go on there.",
                    complaint=self.name,
                    other=survivor.name,
                )
            )
        if not complaint_sudo.decided_at:
            raise UserError(
                self.env._(
                    "There is no decision on %s to reply to at present.", self.name
                )
            )

    def _confirm_decision(self):
        self._check_decided()
        # The visitor's right was checked by his login or by his link; dates and stage
        # are the system's.
        complaint_sudo = self.sudo()
        if complaint_sudo.verdict != "accepted":
            complaint_sudo.verdict = "accepted"
            complaint_sudo._enter("closed")

    def _contest_decision(self, text):
        text = text.strip() if isinstance(text, str) else ""
        if not text or "\0" in text:
            raise UserError(
                self.env._("text is empty: say what you do not agree with.")
            )
        if len(text) > LONGEST_ANSWER:
            raise UserError(
                self.env._(
                    "text has %(length)s characters; %(longest)s fit.",
                    length=len(text),
                    longest=LONGEST_ANSWER,
                )
            )
        self._check_decided()
        if not self._is_in_grace():
            raise UserError(
                self.env._(
                    "%s was closed some time ago. Write a message instead: we open a "
                    "new complaint from it.",
                    self.name,
                )
            )
        # As in _confirm_decision().
        complaint_sudo = self.sudo()
        complaint_sudo._apply_reopening(
            self.env._("The customer contests the decision.")
        )
        complaint_sudo._post_for_customer(text)
        complaint_sudo.verdict = "contested"

    def _get_open_promises(self):
        """What is promised and not done yet, nearest first; no more than a date.

        :return: pairs of kind of promise and moment (UTC)
        """
        # How a promise came about is not the customer's to read, its date is.
        deadlines_sudo = self.sudo().deadline_ids._get_next()
        return [(line.kind, line.due_at) for line in deadlines_sudo]

    @api.model
    def _get_throttle_message(self, company):
        """What who sends too much is told: what he sent arrived, and the way out."""
        # The company's own letterhead, for whoever writes to it.
        company_sudo = company.sudo()
        ways = [company_sudo.phone, company_sudo.email]
        return self.env._(
            "You have sent us several messages within an hour; they have all arrived. "
            "Please wait a little before you send another one, or reach us directly: "
            "%s.",
            ", ".join(filter(None, ways)) or company_sudo.name,
        )

    # Filing

    @api.model
    def _submit_from_portal(self, values, files=()):
        """Take in what a portal user writes, in his name.

        :param dict values: of TOLD_BY_PORTAL, and ``idempotency_key``
        :param files: pairs of name and bytes
        :return: the complaint, readable by him
        """
        user = self.env.user
        if not user.share or user._is_public():
            raise AccessError(
                self.env._("Customers with a log-in file complaints here.")
            )
        unknown = values.keys() - TOLD_BY_PORTAL - {"idempotency_key"}
        if unknown:
            raise UserError(
                self.env._("%s cannot be given here.", ", ".join(sorted(unknown)))
            )
        files = self._check_files(files)
        # As the user: he can name only what he may read.
        values = self._check_values({**values, "channel": "portal"})
        order = self.env["sale.order"].browse(values.get("order_id"))
        invoice = self.env["account.move"].browse(values.get("invoice_id"))
        partner = user.partner_id
        values.update(
            {
                "company_id": (order.company_id or invoice.company_id).id
                or user.company_id.id,
                "partner_id": partner.id,
                "email_from": partner.email,
                "phone": partner.phone,
            }
        )
        # Portal users may not create complaints but in this way, in their own name.
        complaint_sudo = self.sudo()._take_in(values, files)
        return complaint_sudo.with_env(self.env)

    @api.model
    def _take_in(self, values, files):
        """Create from a form, once for its key, with its files. As superuser."""
        company = self.env["res.company"].browse(values["company_id"])
        key = values.get("idempotency_key")
        known = key and self._find_submitted(company, key)
        if known:
            return known
        complaint = self._create_once(values)
        complaint._attach_files(files)
        return complaint
