from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...queries.customer_event_references import event_references
from ..arguments import check_one

PENDING = "crm_value.customer_events"


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
    def _emit(self, kind, records, data=None, partner_field="partner_id"):
        """Note that something happened, now, to the customers of ``records``.

        Nothing is written before the transaction is committed (or enters a savepoint):
        the events of a transaction are then created together. What was rolled back or
        deleted by then leaves no event; about a record that is being deleted use
        :meth:`_emit_rows` without a document. Records without a customer are left out.

        :param str kind: one of the field ``kind``
        :param Model records: what it happened to: contacts, or documents with a contact
        :param data: JSON dict for every event, or a function of the record giving it
        :param str partner_field: the field with the contact, unless they are contacts
        """
        at = fields.Datetime.now()
        rows = []
        # The user who makes it happen may not be allowed to read all of the record
        # (a portal user signing a quotation); only its ids are taken.
        for record_sudo in records.sudo():
            is_contact = record_sudo._name == "res.partner"
            partner = record_sudo if is_contact else record_sudo[partner_field]
            company = "company_id" in record_sudo._fields and record_sudo.company_id
            rows.append(
                (
                    partner.id,
                    (company or self.env.company).id,
                    at,
                    record_sudo._name,
                    record_sudo.id,
                    data(record_sudo) if callable(data) else data,
                )
            )
        self._emit_rows(kind, rows)

    @api.model
    def _emit_rows(self, kind, rows):
        """Like :meth:`_emit`, for callers that know the rows.

        :param str kind: one of the field ``kind``
        :param rows: tuples ``(partner_id, company_id, at, res_model, res_id, data)``;
            ``partner_id`` may be any contact of the customer, ``res_model`` and
            ``res_id`` are both given or both empty
        :raises ValueError: if there is no such kind
        """
        if kind not in self._fields["kind"].get_values(self.env):
            raise ValueError(f"No slice declares the kind of event {kind!r}")
        if not rows:
            return
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            precommit.data[PENDING] = []
            precommit.add(self._create_pending)
        precommit.data[PENDING] += ((kind, *row) for row in rows)

    @api.model
    def _create_pending(self):
        """Create the events gathered so far: one query to check, one to insert."""
        pending = self.env.cr.precommit.data.pop(PENDING, None)
        if not pending:
            return
        customers, existing = self._read_references(pending)
        vals_list = [
            {
                "partner_id": customers[partner_id],
                "company_id": company_id,
                "kind": kind,
                "at": at,
                "res_model": res_model,
                "res_id": res_id,
                "data": data,
                # With every field given, nobody looks for defaults.
                "is_hidden": False,
            }
            for kind, partner_id, company_id, at, res_model, res_id, data in pending
            if partner_id in customers
            and (not res_model or (res_model, res_id) in existing)
        ]
        # Nobody has the right to create events, they only follow from what people do.
        # Created through the ORM, so that automation rules see them; without the
        # context of whoever came first, whose defaults would go into the rows.
        events_sudo = self.env(context={}, su=True)[self._name]
        events_sudo.create(vals_list)

    @api.model
    def _read_references(self, pending):
        """What the pending events point to and still exists.

        :return: commercial partner by contact, and the set of (model, id)
        :rtype: tuple(dict, set)
        """
        ids_by_model = defaultdict(set)
        for _kind, partner_id, _company, _at, res_model, res_id, _data in pending:
            ids_by_model["res.partner"].add(partner_id)
            if res_model:
                ids_by_model[res_model].add(res_id)
        model_by_table = {self.env[name]._table: name for name in ids_by_model}
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        found = self.env.execute_query(
            event_references(
                {
                    table: [id_ for id_ in ids_by_model[name] if id_]
                    for table, name in model_by_table.items()
                }
            )
        )
        customers = {id_: customer for _table, id_, customer in found if customer}
        existing = {(model_by_table[table], id_) for table, id_, _customer in found}
        return customers, existing

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
