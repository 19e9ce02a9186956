from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...queries.complaint_customers import complaint_customers
from .stage import WAITING

# A sender may be a little ahead of us.
CLOCKS_DIFFER = timedelta(minutes=5)
# What goes into the register's log when it changes.
LOGGED = (
    "stage_id",
    "user_id",
    "team_id",
    "kind",
    "severity",
    "category_id",
    "cause_id",
    "is_justified",
    "decision",
    "is_confidential",
    "partner_id",
)
# What the promise depends on.
PROMISED_BY = {"severity", "category_id", "partner_id", "team_id"}


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._complete_values(vals)
        complaints = super().create(vals_list)
        # First, as looking for others writes down what is already known of these.
        complaints._flag_duplicates()
        customers = complaints._read_customers()
        complaints._note_values(customers)
        complaints._write_log(
            complaint._prepare_log(
                "received", field_name="channel", new_value=complaint.channel
            )
            for complaint in complaints
        )
        for received_at, group in complaints.grouped("received_at").items():
            # Deadlines are the system's; who may file a complaint gets them promised.
            group_sudo = group.sudo()
            group_sudo.deadline_ids._start(
                group_sudo.filtered(lambda complaint: complaint._is_running()),
                ("acknowledge", "answer", "resolve"),
                received_at,
                customers,
            )
        complaints._emit_unless_confidential("complaint_received")
        return complaints

    @api.model
    def _complete_values(self, vals):
        """Company from the team, the company's own team and number."""
        # Who complains by mail or portal need not be allowed to read teams.
        teams_sudo = self.env["crm.complaint.team"].sudo()
        if vals.get("team_id"):
            team_sudo = teams_sudo.browse(vals["team_id"])
            vals.setdefault("company_id", team_sudo.company_id.id)
        companies = self.env["res.company"]
        company = companies.browse(vals.get("company_id")) or self.env.company
        vals["company_id"] = company.id
        received_at = fields.Datetime.to_datetime(vals.get("received_at"))
        if received_at and received_at > fields.Datetime.now() + CLOCKS_DIFFER:
            raise ValidationError(
                self.env._(
                    "Received is %s, which has not come yet: give the time at which "
                    "the customer told you.",
                    vals["received_at"],
                )
            )
        if not vals.get("team_id"):
            vals["team_id"] = teams_sudo._of_company(company).id
        # Who complains need not be allowed to read sequences.
        sequence_sudo = self.env["ir.sequence"].sudo()
        sequence_sudo = sequence_sudo.browse(company._get_complaint_sequence_id())
        vals["name"] = sequence_sudo.next_by_id()
        if len(vals.get("subject") or "") > 255:
            # The whole subject stays readable.
            vals["description"] = "\n\n".join(
                filter(None, (vals["subject"], vals.get("description")))
            )
            vals["subject"] = f"{vals['subject'][:254]}…"

    def _read_customers(self):
        """What the customers of these complaints are worth, in one query a company.

        :return: by complaint id, (id of the present tier, lifetime value), or None
        :rtype: dict
        """
        self.env["crm.value.profile"].flush_model(["clv_amount", "tier_id"])
        found = {}
        for company, complaints in self.grouped("company_id").items():
            rows = self.env.execute_query(
                complaint_customers(complaints.commercial_partner_id.ids, company.id)
            )
            by_customer = {customer_id: values for customer_id, *values in rows}
            for complaint in complaints:
                customer = complaint.commercial_partner_id
                found[complaint.id] = by_customer.get(customer.id, (None, None))
        return found

    def _note_values(self, customers):
        """Freeze what is at stake: the lifetime value as of receipt."""
        # Who complains may not know what he is worth to us.
        for complaint_sudo in self.sudo():
            _tier_id, clv_amount = customers[complaint_sudo.id]
            if clv_amount is not None:
                complaint_sudo.value_at_risk_amount = clv_amount

    def _get_promise_terms(self, customers=None):
        """What decides the promises: arguments of ``formulas.promises.choose``.

        :param dict customers: as :meth:`_read_customers` returns them, if known
        :return: by complaint id, (promises, severity, tier id, category id)
        :rtype: dict
        """
        customers = customers or self._read_customers()
        slas = self.env["crm.complaint.sla"]
        return {
            complaint.id: (
                slas._get_promises(complaint.company_id.id),
                complaint.severity,
                customers[complaint.id][0],
                complaint.category_id.id or None,
            )
            for complaint in self
        }

    def _is_running(self):
        """Whether somebody still waits for us."""
        return not self.closed_at and not self.merged_into_id

    def _note_next_deadline(self):
        """Keep the nearest open deadline on the complaint, for lists and boards."""
        for complaint in self:
            nearest = complaint.deadline_ids._get_next()[:1]
            vals = {"next_due_at": nearest.due_at, "next_due_kind": nearest.kind}
            if any(complaint[name] != value for name, value in vals.items()):
                # Who writes a message to the customer need not be allowed to write
                # the complaint.
                complaint.sudo().with_context(tracking_disable=True).write(vals)

    def _emit_unless_confidential(self, kind):
        """Tell the rest of the add-on; the timeline is seen by everybody."""
        self.env["crm.customer.event"]._emit(
            kind,
            self.filtered(
                lambda complaint: (
                    complaint.partner_id
                    and complaint.kind == "complaint"
                    and not complaint.is_confidential
                )
            ),
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_register(self):
        raise UserError(
            self.env._(
                "%s stays in the register. Archive it, merge it into the one that "
                "it repeats, or relabel it as a question.",
                self[:1].display_name,
            )
        )

    def copy_data(self, default=None):
        raise UserError(
            self.env._(
                "A complaint cannot be duplicated: every one in the register was made "
                "by a customer. Create a new one."
            )
        )

    def write(self, vals):
        self._check_write(vals)
        before = {
            complaint: {name: complaint[name] for name in LOGGED if name in vals}
            for complaint in self
        }
        if vals.get("kind", "complaint") != "complaint":
            were = self.filtered(lambda complaint: complaint.kind == "complaint")
            super(CrmComplaint, were).write({"is_relabelled": True})
        result = super().write(vals)
        self._log_changes(before)
        if "stage_id" in vals:
            self._follow_stage(before)
        if PROMISED_BY & vals.keys():
            # Deadlines are the system's; the right to write was checked.
            deadlines_sudo = self.sudo().deadline_ids
            deadlines_sudo._choose_again()
        return result

    def _log_changes(self, before):
        entries = []
        for complaint, values in before.items():
            for name, old in values.items():
                new = complaint[name]
                if old != new:
                    entries.append(
                        complaint._prepare_log(
                            "changed",
                            field_name=name,
                            old_value=self._as_stored(old),
                            new_value=self._as_stored(new),
                        )
                    )
        self._write_log(entries)

    @api.model
    def _as_stored(self, value):
        if isinstance(value, models.BaseModel):
            return str(value.id) if value else False
        return str(value) if value else False

    def _is_waiting(self):
        return self.stage_kind in WAITING
