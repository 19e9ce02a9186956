"""The link behind a team's QR codes: a form for whoever holds the paper."""

import base64
import re

from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import email_normalize
from odoo.tools.misc import hash_sign, verify_hash_signed

from ..arguments import check_one, is_id

SCOPE = "crm_complaint_form"
# Reports that show the code -> letter in the token of the document they print.
REPORTS = {
    "account.report_invoice": "i",
    "account.report_invoice_with_payments": "i",
    "sale.report_saleorder": "o",
    "sale.report_saleorder_pro_forma": "o",
}


class CrmComplaintTeam(models.Model):
    _inherit = "crm.complaint.team"

    is_code_on_documents = fields.Boolean(
        string="QR code on documents",
        help="Print “Something wrong? Tell us” with a code on the company's invoices, "
        "orders and delivery slips. Whoever scans it writes to this team without "
        "logging in; the first team of the company decides.",
    )
    form_serial = fields.Integer(
        default=0,
        required=True,
        copy=False,
        groups="base.group_system",
        help="Part of every code; codes of an earlier number no longer open the form.",
    )
    form_url = fields.Char(
        string="Link of the form",
        compute="_compute_form_url",
        help="Opens the form without a document, for a sign at the counter or the web "
        "site.",
    )

    form_code = fields.Html(
        string="QR code", compute="_compute_form_url", sanitize=False
    )

    def _compute_form_url(self):
        for team in self:
            team.form_url = team.id and team._get_form_url()
            team.form_code = team.id and Markup(
                '<img src="%s" alt="%s" width="160" height="160"/>'
            ) % (self._draw_code(team.form_url), team.form_url)

    def action_renew_codes(self):
        """Make all codes printed so far useless, after somebody has abused one."""
        check_one(self)
        self.check_access("write")
        # The number is no user's to read or choose.
        self.sudo().form_serial += 1

    @api.model
    def _get_report_letters(self):
        return REPORTS

    @api.model
    def _get_form_documents(self):
        """Letter in the token -> model of the document."""
        return {"i": "account.move", "o": "sale.order"}

    def _get_form_url(self, letter=None, document=None):
        # Whoever prints a document need not be allowed to see the team.
        team_sudo = self.sudo()
        payload = [team_sudo.id, team_sudo.form_serial]
        if document:
            payload += [letter, document.id]
        token = hash_sign(team_sudo.env, SCOPE, payload)
        return f"{team_sudo.get_base_url()}/complaint/{token}"

    @api.model
    def _get_code_url(self, report_name, document):
        """What the code on this document says, or False where none is printed."""
        letter = self._get_report_letters().get(report_name)
        if not letter or not document or not self._is_code_wanted(letter, document):
            return False
        # As in _get_form_url().
        team_sudo = self.sudo().search(
            [("company_id", "=", document.company_id.id)], limit=1
        )
        if not team_sudo.is_code_on_documents:
            return False
        return team_sudo._get_form_url(letter, document)

    @api.model
    def _draw_code(self, text):
        """A QR code as the address of a drawing.

        Odoo's own barcodes are bitmaps, for which reportlab needs a renderer that is
        often not installed; an invoice must not fail for that.
        """
        code = QRCode(error_correction=ERROR_CORRECT_M, border=2)
        code.add_data(text)
        rows = code.get_matrix()
        path = "".join(self._draw_row(y, row) for y, row in enumerate(rows))
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300" '
            f'viewBox="0 0 {len(rows)} {len(rows)}" shape-rendering="crispEdges">'
            f'<path fill="#fff" d="M0,0h{len(rows)}v{len(rows)}H0z"/>'
            f'<path d="{path}"/></svg>'
        )
        return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"

    @api.model
    def _draw_row(self, y, row):
        """Bars for the runs of dark cells."""
        cells = "".join("#" if is_dark else " " for is_dark in row)
        return "".join(
            f"M{run.start()},{y}h{len(run.group())}v1h-{len(run.group())}z"
            for run in re.finditer("#+", cells)
        )

    @api.model
    def _is_code_wanted(self, letter, document):
        """Whether such a document goes to a customer."""
        model = self._get_form_documents().get(letter)
        if document._name != model or not document.id:
            return False
        return letter != "i" or document.move_type in ("out_invoice", "out_refund")

    @api.model
    def _from_form_token(self, token):
        """The team and the document that a token names.

        :return: team as superuser, letter and document as superuser; the team is empty
            when the token is not, or no longer, ours
        """
        # Whoever scans a code has no rights: the signature says what he may see.
        teams_sudo = self.sudo()
        try:
            payload = verify_hash_signed(teams_sudo.env, SCOPE, token)
            team_id, serial, *rest = payload or [0, 0]
        except (ValueError, TypeError):
            return teams_sudo.browse(), None, None
        team_sudo = teams_sudo.browse(is_id(team_id) and [team_id]).exists()
        if not team_sudo.active or team_sudo.form_serial != serial:
            return teams_sudo.browse(), None, None
        letter, document_sudo = None, None
        if rest:
            letter, document_id = rest
            model = self._get_form_documents().get(letter)
            if model in teams_sudo.env:
                document_sudo = teams_sudo.env[model].browse(document_id).exists()
            if document_sudo and document_sudo.company_id != team_sudo.company_id:
                document_sudo = None
        return team_sudo, letter, document_sudo or None


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    @api.model
    def _submit_from_form(self, team, letter, document, values, files=()):
        """Take in what somebody without a log-in writes by a team's code.

        Called as superuser, with what :meth:`_from_form_token` found.

        :param dict values: ``description``, ``partner_name``, ``email_from``,
            ``phone``, ``wish``, ``category_id``, ``kind``, ``idempotency_key``
        :param files: pairs of name and bytes
        :return: the complaint
        """
        files = self._check_files(files)
        values = self._check_values({**values, "channel": "qr", "team_id": team.id})
        values.update(self._prepare_from_document(letter, document))
        email = values.get("email_from")
        if email and not email_normalize(email):
            raise UserError(
                self.env._("%s is no e-mail address. Please check it.", email)
            )
        if not email and not values.get("phone"):
            raise UserError(
                self.env._(
                    "Give an e-mail address or a phone number, so that we can answer."
                )
            )
        values["company_id"] = team.company_id.id
        values.update(self._find_writer(values))
        return self._take_in(values, files)

    @api.model
    def _prepare_from_document(self, letter, document):
        if not document:
            return {}
        field_name = {"i": "invoice_id", "o": "order_id"}.get(letter)
        return {
            **({field_name: document.id} if field_name else {}),
            "partner_id": document.partner_id.id,
        }

    @api.model
    def _find_writer(self, values):
        """The contact who writes: of the document's customer, where he is known.

        What he typed stays on the complaint, so that the answer reaches him.
        """
        found = self._find_customer(values)
        partner = self.env["res.partner"].browse(found.get("partner_id"))
        if partner.company_id.id not in (False, values["company_id"]):
            # As superuser contacts of other companies are found too.
            found = {}
        customer = self.env["res.partner"].browse(values.get("partner_id"))
        writer = self._find_by_email(values.get("email_from"))
        if writer and writer.commercial_partner_id == customer.commercial_partner_id:
            found["partner_id"] = writer.id
        found["email_from"] = values.get("email_from") or found.get("email_from")
        found["phone"] = values.get("phone") or found.get("phone")
        return found
