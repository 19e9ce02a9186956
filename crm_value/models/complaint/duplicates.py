from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...formulas.similarity import similarity
from ..arguments import is_id

DAYS = 14
ALIKE = 0.5
CANDIDATES = 20


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    duplicate_count = fields.Integer(
        string="Repeated by",
        compute="_compute_duplicate_count",
        groups="base.group_user",
    )

    @api.depends("merged_into_id")
    def _compute_duplicate_count(self):
        counts = dict(
            self.with_context(active_test=False)._read_group(
                [("merged_into_id", "in", self.ids)], ["merged_into_id"], ["__count"]
            )
        )
        for complaint in self:
            complaint.duplicate_count = counts.get(complaint, 0)

    def _flag_duplicates(self):
        """Point to what may be the same complaint: same customer and document, or
        similar words within fourteen days."""
        for complaint in self:
            if complaint.partner_id or complaint.email_from:
                # Whoever complains twice need not see the colleague's complaint.
                complaint_sudo = complaint.sudo()
                twin = complaint_sudo._find_twin()
                if twin:
                    complaint_sudo.duplicate_of_id = twin

    def _find_twin(self):
        if self.partner_id:
            same = Domain("commercial_partner_id", "=", self.commercial_partner_id.id)
        else:
            same = Domain("partner_id", "=", False) & Domain(
                "email_from", "=", self.email_from
            )
        candidates = self.search_fetch(
            same
            & Domain("id", "!=", self.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("merged_into_id", "=", False)
            & self._get_pointable_domain()
            & Domain("received_at", ">=", self.received_at - timedelta(days=DAYS)),
            ["subject", "description", "order_id", "invoice_id"],
            order="received_at DESC, id DESC",
            limit=CANDIDATES,
        )
        words = f"{self.subject} {self.description or ''}"
        for candidate in candidates:
            if self.order_id and self.order_id == candidate.order_id:
                return candidate
            if self.invoice_id and self.invoice_id == candidate.invoice_id:
                return candidate
            if (
                similarity(words, f"{candidate.subject} {candidate.description or ''}")
                >= ALIKE
            ):
                return candidate
        return self.browse()

    def merge_into(self, complaint_id):
        """Join these complaints to the one they repeat; what belongs to them moves.

        :param int complaint_id: the complaint that stays
        :return: True
        :raises UserError: when it is one of them, of another company or customer
        """
        self._check_may_handle()
        survivor = self._check_survivor(complaint_id)
        # What moves is the register's; the right to write both was checked.
        for complaint_sudo in self.sudo():
            complaint_sudo._move_to(survivor.sudo())
        return True

    def action_merge_into_original(self):
        """Merge into the complaint that was found to be the same."""
        for complaint in self:
            if not complaint.duplicate_of_id:
                raise UserError(
                    self.env._(
                        "%s repeats no other complaint that we know of. Choose the one "
                        "it repeats under “May be the same as”.",
                        complaint.display_name,
                    )
                )
            complaint.merge_into(complaint.duplicate_of_id.id)

    def action_not_a_duplicate(self):
        self._check_may_handle()
        self.duplicate_of_id = False

    def _check_survivor(self, complaint_id):
        survivor = self.browse()
        if is_id(complaint_id):
            survivor = survivor.browse(complaint_id).exists()
        if not survivor:
            raise UserError(
                self.env._(
                    "complaint_id is %s: give the id of a complaint.", complaint_id
                )
            )
        survivor._check_may_handle()
        if survivor in self:
            raise UserError(
                self.env._("%s cannot be merged into itself.", survivor.display_name)
            )
        for complaint in self:
            if complaint.company_id != survivor.company_id:
                raise UserError(
                    self.env._(
                        "%(complaint)s and %(other)s belong to different companies.",
                        complaint=complaint.display_name,
                        other=survivor.display_name,
                    )
                )
            if (
                complaint.commercial_partner_id
                and survivor.commercial_partner_id
                and complaint.commercial_partner_id != survivor.commercial_partner_id
            ):
                raise UserError(
                    self.env._(
                        "%(complaint)s is of %(customer)s and %(other)s of "
                        "%(other_customer)s: two customers, two complaints.",
                        complaint=complaint.display_name,
                        customer=complaint.commercial_partner_id.name,
                        other=survivor.display_name,
                        other_customer=survivor.commercial_partner_id.name,
                    )
                )
        return survivor

    def _move_to(self, survivor):
        """Move messages, attachments, activities and what others keep of it."""
        now = fields.Datetime.now()
        self._keep_secret_with(survivor)
        self.message_change_thread(survivor)
        attachments = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", False),
            ]
        )
        attachments.write({"res_id": survivor.id})
        activities = self.env["mail.activity"].with_context(active_test=False)
        activities.search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        ).write({"res_id": survivor.id})
        survivor.message_subscribe(self.message_partner_ids.ids)
        if not survivor.partner_id:
            survivor.partner_id = self.partner_id
        # Links to this one lead to the survivor, whose page is only read there.
        survivor._portal_ensure_token()
        self._move_details_to(survivor)
        # What was merged before follows along.
        repeated = self.with_context(active_test=False).search(
            [("merged_into_id", "=", self.id)]
        )
        (repeated | self).write({"merged_into_id": survivor.id})
        self.write({"active": False, "duplicate_of_id": False})
        self.deadline_ids._cancel(now)
        self._write_log(
            complaint._prepare_log("merged", note=other.name)
            for complaint, other in ((self, survivor), (survivor, self))
        )

    def _move_details_to(self, survivor):
        """Move what other parts of the slice keep of this complaint."""
