from odoo import api, fields, models


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    notice_id = fields.Many2one(
        "crm.complaint.notice",
        string="We told the customer before",
        compute="_compute_notice_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
        help="The problem of this order that we found and told first: it was not "
        "prevented after all.",
    )
    notice_told_at = fields.Datetime(
        related="notice_id.told_at",
        string="Customer told before",
        groups="base.group_user",
    )

    @api.depends("order_id")
    def _compute_notice_id(self):
        """The last problem of the order that the customer knew of when he complained.

        Not changed by what is told later: a problem that follows on a complaint was
        not prevented by telling.
        """
        self.notice_id = False
        if not self.order_id:
            return
        notices = self.env["crm.complaint.notice"].search(
            [("order_id", "in", self.order_id.ids), ("told_at", "!=", False)],
            order="told_at DESC, id DESC",
        )
        by_order = notices.grouped("order_id")
        for complaint in self:
            complaint.notice_id = by_order.get(
                complaint.order_id._origin, notices
            ).filtered(
                lambda notice, complaint=complaint: (
                    notice.order_id == complaint.order_id._origin
                    and notice.told_at <= complaint.received_at
                )
            )[:1]


class CrmComplaintNotice(models.Model):
    """Whether the customer complained about it all the same."""

    _inherit = "crm.complaint.notice"

    complaint_ids = fields.One2many(
        "crm.complaint",
        "notice_id",
        string="Complaints all the same",
        groups="base.group_user",
    )
    complaint_count = fields.Integer(
        compute="_compute_complaint_count", groups="base.group_user"
    )
    prevented_count = fields.Integer(
        string="Prevented",
        compute="_compute_prevented_count",
        store=True,
        groups="base.group_user",
        help="1 when it was resolved and the customer did not complain about it.",
    )

    @api.depends("complaint_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_complaint_count(self):
        """Those the user may see."""
        groups = self.env["crm.complaint"]._read_group(
            [("notice_id", "in", self.ids)], ["notice_id"], ["__count"]
        )
        counts = {notice.id: count for notice, count in groups}
        for notice in self:
            notice.complaint_count = counts.get(notice.id, 0)

    @api.depends("state", "complaint_ids.kind", "complaint_ids.is_confidential")
    def _compute_prevented_count(self):
        for notice in self:
            complained = notice.complaint_ids.filtered(
                lambda complaint: (
                    complaint.kind == "complaint" and not complaint.is_confidential
                )
            )
            notice.prevented_count = int(notice.state == "resolved" and not complained)
