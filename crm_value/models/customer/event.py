from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..arguments import check_one


class CrmCustomerEvent(models.Model):
    """What happened to a customer: when, where, and which record tells more.

    Care plans, the timeline, automation rules and digests listen here. ``data`` holds
    ids and figures, never names or texts: it outlives the erasure of a person. By
    convention its keys are ``amount`` with ``currency_id``, dates as ISO text
    (``from_date``, ``to_date``), users (``from_user_id``, ``to_user_id``), ``years``.

    A slice extends ``kind`` with ``selection_add`` and ``ondelete="cascade"``, emits
    with :meth:`_emit`, and words its kinds in :meth:`_summary_by_kind`.
    """

    _name = "crm.customer.event"
    _description = "Customer event"
    _inherit = ["crm.customer.fact"]
    _order = "at desc, id desc"
    # Its day and its document say when and by whom: see decision 6.
    _log_access = False

    _fact_mutable_fields = frozenset({"is_hidden"})

    # The timeline index serves lookups by partner and the cascade as well.
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("order_confirmed", "Order confirmed"),
            ("order_delivered", "Order delivered"),
            ("date_slipped", "Date slipped"),
            ("quotation_expiring", "Quotation expiring"),
            ("interaction", "Contact made"),
            ("promise_broken", "Promise broken"),
            ("promise_exceeded", "Promise exceeded"),
            ("suggestion_adopted", "Suggestion adopted"),
            ("salesperson_changed", "Salesperson changed"),
            ("birthday", "Birthday"),
            ("anniversary", "Anniversary"),
        ],
        required=True,
    )
    at = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    res_model = fields.Char(string="Document model")
    res_id = fields.Many2oneReference(string="Document", model_field="res_model")
    data = fields.Json(help="Ids and figures of the event, no names or texts.")
    is_hidden = fields.Boolean(
        help="Its document became confidential: nobody sees it in the timeline.",
        groups="base.group_system",
    )
    summary = fields.Char(compute="_compute_summary")

    _timeline_idx = models.Index("(partner_id, at DESC, id DESC)")
    _recent_idx = models.Index("(at DESC, id DESC)")

    @api.depends("kind", "at")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            at = event.at and fields.Datetime.context_timestamp(event, event.at)
            event.display_name = (
                f"{labels.get(event.kind)} · {format_date(self.env, at)}"
            )

    @api.depends("kind", "data", "res_model", "res_id")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_summary(self):
        names = self._get_document_names()
        texts = self._summary_by_kind()
        for event in self:
            data = event.data or {}
            parts = [
                names.get((event.res_model, event.res_id)),
                texts[event.kind](data) if event.kind in texts else "",
                self._format_amount(data),
            ]
            event.summary = " · ".join(filter(None, parts))

    def action_open_record(self):
        """Open the document the event tells of, or the customer when it has none."""
        check_one(self)
        record = self.partner_id
        if self.res_model:
            # An uninstalled app takes its documents along, but not what happened.
            known = self.res_model in self.env
            record = known and self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(
                self.env._("The document of “%s” no longer exists.", self.display_name)
            )
        record.check_access("read")
        return record.get_formview_action()

    @api.model
    def _move_to_customer(self, source, destination):
        """Repoint the events of contacts that are being merged.

        In SQL, as events are written once; what happened stays as it was.
        """
        # Those still pending would find their contact gone.
        self._create_pending()
        self.flush_model()
        self.env.cr.execute(
            """
            UPDATE crm_customer_event SET res_id = %(contact)s
            WHERE partner_id IN %(customers)s
            AND res_model = 'res.partner' AND res_id IN %(sources)s
            """,
            {
                "contact": destination.id,
                "customers": (source | source.commercial_partner_id)._ids,
                "sources": source._ids,
            },
        )
        self.env.cr.execute(
            """
            UPDATE crm_customer_event SET partner_id = %(customer)s
            WHERE partner_id IN %(sources)s
            """,
            {
                "customer": destination.commercial_partner_id.id,
                "sources": source._ids,
            },
        )
        self.invalidate_model(["partner_id", "res_id"])

    def _get_document_names(self):
        """Names of the documents that the user may read, by (model, id)."""
        names = {}
        for res_model, events in self.grouped("res_model").items():
            if res_model in self.env:
                documents = self.env[res_model].browse(set(events.mapped("res_id")))
                for document in documents.exists()._filtered_access("read"):
                    names[res_model, document.id] = document.display_name
        return names

    @api.model
    def _format_amount(self, data):
        currency = self.env["res.currency"].browse(data.get("currency_id"))
        return currency.format(data["amount"]) if currency and "amount" in data else ""

    @api.model
    def _get_user_name(self, user_id):
        # A colleague of another company is hidden from the user; the name is not.
        user_sudo = self.env["res.users"].sudo().browse(user_id).exists()
        return user_sudo.name or self.env._("nobody")

    @api.model
    def _summary_by_kind(self):
        """What the event's data says beyond the document and the amount.

        :return: for each kind a function of the data that returns translated text
        :rtype: dict
        """

        def slipped(data):
            return self.env._(
                "from %(from_date)s to %(to_date)s",
                from_date=format_date(self.env, data.get("from_date")),
                to_date=format_date(self.env, data.get("to_date")),
            )

        def handed_over(data):
            return self.env._(
                "from %(from_user)s to %(to_user)s",
                from_user=self._get_user_name(data.get("from_user_id")),
                to_user=self._get_user_name(data.get("to_user_id")),
            )

        def years(data):
            return self.env._("%s years", data["years"]) if data.get("years") else ""

        return {
            "date_slipped": slipped,
            "salesperson_changed": handed_over,
            "anniversary": years,
        }
