"""How events come into being: gathered in a transaction, written at its end."""

import json

from odoo import api, fields, models

from ...queries.new_events import insert_events, new_events

PENDING = "crm_value.customer_events"


class CrmCustomerEvent(models.Model):
    _inherit = "crm.customer.event"

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
        """Create the events gathered so far, those of what still exists.

        In one statement; through the ORM, which costs a confirmed order three times as
        much, where somebody listens there.
        """
        pending = self.env.cr.precommit.data.pop(PENDING, None)
        if not pending:
            return
        events = [
            (
                kind,
                partner_id,
                company_id,
                at,
                res_model or None,
                res_id or None,
                json.dumps(data) if data else None,
            )
            for kind, partner_id, company_id, at, res_model, res_id, data in pending
            if partner_id
        ]
        if not events:
            return
        tables = {event[4]: self.env[event[4]]._table for event in events if event[4]}
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        if self._is_listened_to({event[0] for event in events}):
            # Nobody has the right to create events, they only follow from what people
            # do. Without the context of whoever came first, whose defaults would go
            # into the rows.
            events_sudo = self.env(context={}, su=True)[self._name]
            events_sudo.create(self.env.execute_query_dict(new_events(events, tables)))
        else:
            self.env.cr.execute(insert_events(events, tables))

    @api.model
    def _is_listened_to(self, kinds):
        """Whether somebody extends ``create`` and reacts to one of ``kinds`` there.

        Automation rules do so while there are any. A class that reacts to some kinds
        only says to which, in ``_reacts_to_kinds``.
        """
        for base in type(self).mro():
            if "create" in vars(base) and base is not models.BaseModel:
                reacts_to = vars(base).get("_reacts_to_kinds")
                if reacts_to is None or reacts_to & kinds:
                    return True
        return False
