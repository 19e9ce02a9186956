"""Photos and documents that come with a form."""

import re
from pathlib import PurePosixPath

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

FILE_COUNT = 5
FILE_MEGABYTES = 10
OFFICE = ("application/zip", "application/octet-stream")
# By the end of the name, what the content may be. Neither HTML nor SVG: they run.
FILE_TYPES = {
    "jpg": ("image/jpeg",),
    "jpeg": ("image/jpeg",),
    "png": ("image/png",),
    "gif": ("image/gif",),
    "webp": ("image/webp",),
    "heic": ("image/heic", "image/heif", "application/octet-stream"),
    "pdf": ("application/pdf",),
    "txt": ("text/plain",),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        *OFFICE,
    ),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        *OFFICE,
    ),
    "odt": ("application/vnd.oasis.opendocument.text", *OFFICE),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", *OFFICE),
}
FILE_ACCEPT = ",".join(f".{end}" for end in FILE_TYPES)


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    @api.model
    def _check_files(self, files):
        """Names and contents that may be kept, of those that came with a form.

        :param files: pairs of name and bytes
        :rtype: list
        """
        if len(files) > FILE_COUNT:
            raise UserError(
                self.env._(
                    "You have chosen %(count)s files; %(most)s at a time can be sent. "
                    "Send the others as an answer afterwards.",
                    count=len(files),
                    most=FILE_COUNT,
                )
            )
        return [(self._check_file(name, data), data) for name, data in files]

    @api.model
    def _check_file(self, name, data):
        name = PurePosixPath(name.replace("\\", "/")).name
        name = re.sub(r"[\x00-\x1f\x7f]", "", name).strip() or "file"
        end = name.rpartition(".")[2].lower()
        if len(data) > FILE_MEGABYTES * 2**20:
            raise UserError(
                self.env._(
                    "File %(name)s is larger than %(most)s MB. A smaller photo is "
                    "enough.",
                    name=name,
                    most=FILE_MEGABYTES,
                )
            )
        if guess_mimetype(data) not in FILE_TYPES.get(end, ()):
            raise UserError(
                self.env._(
                    "File %(name)s cannot be sent. Photos, PDF, text and office "
                    "documents can: %(ends)s.",
                    name=name,
                    ends=", ".join(FILE_TYPES),
                )
            )
        return f"{name[: -len(end) - 1][:100]}.{end}"

    def _attach_files(self, files):
        """Put what was checked into the conversation, as from who complained."""
        if files:
            # Whoever complains need not be allowed to write the complaint.
            complaint_sudo = self.sudo()
            complaint_sudo._post_for_customer("", attachments=files)

    def _post_for_customer(self, body, **values):
        """A message of the customer, whoever types it.

        Called as superuser, of one complaint.
        """
        user = self.env.user
        is_customer = user.share and not user._is_public()
        author = user.partner_id if is_customer else self.partner_id
        return self.with_context(mail_post_autofollow_author_skip=True).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id or self.env.ref("base.public_partner").id,
            email_from=author.email_formatted or self.email_from or False,
            **values,
        )
