from datetime import datetime, time, timedelta
from statistics import median

from pytz import utc

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

READ = [
    "name",
    "kind",
    "subject",
    "is_relabelled",
    "is_confidential",
    "merged_into_id",
    "received_at",
    "commercial_partner_id",
    "partner_name",
    "email_from",
    "phone",
    "channel",
    "category_id",
    "severity",
    "wish",
    "acknowledged_at",
    "answered_at",
    "decision",
    "decided_at",
    "closed_at",
    "open_hours",
    "cause_id",
]
LABELLED = ("kind", "channel", "severity", "wish", "decision")


class ReportComplaintRegister(models.AbstractModel):
    """The register of ISO 10002: each complaint a row, sums at the end.

    Of the complaints that were chosen, or of all received in a period. What the reader
    may not see is left out, confidential ones too, without a trace. Whatever the number
    of complaints, the number of queries is the same.
    """

    _name = "report.crm_value.report_complaint_register"
    _description = "Complaint register"

    @api.model
    def _get_report_values(self, docids, data=None):
        if not self.env.su and not self.env.user.has_group("crm_value.group_user"):
            raise AccessError(
                self.env._("The register is printed by whoever handles complaints.")
            )
        data = data or {}
        start, stop = (self._check_date(data, name) for name in ("start", "stop"))
        domain = (
            Domain("id", "in", docids)
            if docids
            else self._get_period_domain(start, stop)
        )
        # Merged ones are archived, and belong into the register all the same.
        complaints = self.env["crm.complaint"].with_context(active_test=False)
        complaints = complaints.search_fetch(domain, READ, order="received_at, id")
        return {
            "doc_ids": complaints.ids,
            "doc_model": "crm.complaint",
            "docs": complaints,
            "start": start if not docids else None,
            "stop": stop if not docids else None,
            "companies": complaints.company_id or self.env.company,
            "printed_at": self._format(fields.Datetime.now()),
            "rows": self._prepare_rows(complaints),
            "has_remedies": "remedy_ids" in complaints._fields,
            "sums": self._prepare_sums(complaints),
        }

    @api.model
    def _check_date(self, data, name):
        value = data.get(name)
        if not value:
            return None
        try:
            return fields.Date.to_date(value)
        except (TypeError, ValueError, AttributeError):
            raise UserError(
                self.env._(
                    "%(name)s is %(value)s: give a date like 2026-06-30.",
                    name=name,
                    value=value,
                )
            ) from None

    @api.model
    def _get_period_domain(self, start, stop):
        """Complaints received on these days of the reader, and what once was one."""
        domain = Domain("company_id", "in", self.env.companies.ids) & (
            Domain("kind", "=", "complaint") | Domain("is_relabelled", "=", True)
        )
        if start:
            domain &= Domain("received_at", ">=", self._get_midnight(start))
        if stop:
            midnight = self._get_midnight(stop + timedelta(days=1))
            domain &= Domain("received_at", "<", midnight)
        return domain

    @api.model
    def _get_midnight(self, day):
        local = self.env.tz.localize(datetime.combine(day, time.min))
        return local.astimezone(utc).replace(tzinfo=None)

    @api.model
    def _prepare_rows(self, complaints):
        labels = {
            name: dict(complaints._fields[name]._description_selection(self.env))
            for name in LABELLED
        }
        lateness = self._get_lateness(complaints)
        remedies = self._get_remedies(complaints)
        return [
            {
                "name": complaint.name,
                "marks": self._get_marks(complaint, labels),
                "subject": complaint.subject,
                "received": self._format(complaint.received_at),
                "customer": complaint.commercial_partner_id.name
                or complaint.partner_name
                or complaint.email_from
                or complaint.phone
                or "",
                "category": complaint.category_id.name or "",
                "acknowledged": self._format(complaint.acknowledged_at),
                "answered": self._format(complaint.answered_at),
                "decided": self._format(complaint.decided_at),
                "closed": self._format(complaint.closed_at),
                "late": lateness.get(complaint, ""),
                "cause": complaint.cause_id.display_name or "",
                "remedy": remedies.get(complaint, ""),
                **{
                    name: labels[name].get(complaint[name], "")
                    for name in ("channel", "severity", "wish", "decision")
                },
            }
            for complaint in complaints
        ]

    @api.model
    def _get_marks(self, complaint, labels):
        """What sets this row apart from a plain complaint."""
        marks = []
        if complaint.kind != "complaint":
            marks.append(labels["kind"][complaint.kind])
        if complaint.is_relabelled:
            marks.append(self.env._("was a complaint"))
        if complaint.merged_into_id:
            marks.append(self.env._("part of %s", complaint.merged_into_id.name))
        if complaint.is_confidential:
            marks.append(self.env._("confidential"))
        return marks

    @api.model
    def _get_lateness(self, complaints):
        """The most that a promise was late, in working hours, as text."""
        late = {}
        deadlines = self.env["crm.complaint.deadline"].search_fetch(
            [("complaint_id", "in", complaints.ids)],
            [
                "complaint_id",
                "late_minutes",
                "is_breached",
                "due_at",
                "met_at",
                "cancelled_at",
                "paused_at",
            ],
        )
        overdue = deadlines.filtered(lambda deadline: deadline.state == "overdue")
        for deadline in deadlines.filtered("late_minutes"):
            complaint = deadline.complaint_id
            late[complaint] = max(late.get(complaint, 0), deadline.late_minutes)
        texts = {
            complaint: self.env._("%s h", f"{minutes / 60:.1f}")
            for complaint, minutes in late.items()
        }
        texts.update(dict.fromkeys(overdue.complaint_id, self.env._("overdue")))
        return texts

    @api.model
    def _get_remedies(self, complaints):
        """What was given, as text; empty before remedies are known to the add-on."""
        if "remedy_ids" not in complaints._fields:
            return {}
        given = complaints.remedy_ids.filtered(lambda remedy: remedy.state == "given")
        labels = dict(given._fields["kind"]._description_selection(self.env))
        return {
            complaint: ", ".join(
                dict.fromkeys(labels.get(remedy.kind, "") for remedy in of_complaint)
            )
            for complaint, of_complaint in given.grouped("complaint_id").items()
        }

    @api.model
    def _prepare_sums(self, complaints):
        """Of complaints only, each counted once: neither questions nor merged ones."""
        counted = complaints.filtered(
            lambda complaint: (
                complaint.kind == "complaint" and not complaint.merged_into_id
            )
        )
        closed = counted.filtered("closed_at")
        decided = counted.filtered("decided_at")
        by_decision = {
            decision: len(of_decision)
            for decision, of_decision in decided.grouped("decision").items()
        }
        hours = median(closed.mapped("open_hours")) if closed else None
        return {
            "received": len(counted),
            "closed": len(closed),
            "decided": len(decided),
            "upheld": self._get_percent(by_decision.get("upheld", 0), len(decided)),
            "partly": self._get_percent(by_decision.get("partly", 0), len(decided)),
            "median_hours": f"{hours:.1f}" if hours is not None else "–",
            "relabelled": len(
                complaints.filtered(
                    lambda complaint: (
                        complaint.is_relabelled and complaint.kind != "complaint"
                    )
                )
            ),
        }

    @api.model
    def _get_percent(self, part, whole):
        return f"{100 * part / whole:.0f} %" if whole else "–"

    @api.model
    def _format(self, moment):
        return format_datetime(self.env, moment, dt_format="short") if moment else ""
