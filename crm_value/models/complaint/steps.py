from odoo import fields, models


class CrmComplaint(models.Model):
    """What follows on each step: dates, deadlines, the next stage."""

    _inherit = "crm.complaint"

    def _is_settled(self):
        return bool(self.closed_at or self.decided_at)

    def _enter(self, kind):
        """Move to the stage of this meaning, unless already in one."""
        moving = self.filtered(lambda complaint: complaint.stage_kind != kind)
        moving.stage_id = self.env["crm.complaint.stage"]._of_kind(kind)

    def _follow_stage(self, before):
        """Do what entering a stage means: stop the clock, close, open again."""
        now = fields.Datetime.now()
        stages = {
            complaint: values["stage_id"].kind for complaint, values in before.items()
        }
        moved = self.filtered(
            lambda complaint: complaint.stage_kind != stages[complaint]
        )
        # Dates and deadlines are the system's; the right to write was checked.
        for complaint_sudo in moved.sudo():
            kind = complaint_sudo.stage_kind
            if complaint_sudo.closed_at and kind != "closed":
                complaint_sudo._open_again(now)
            if kind == "acknowledged" and not complaint_sudo.acknowledged_at:
                complaint_sudo._apply_acknowledgement(now)
            if complaint_sudo._is_waiting():
                complaint_sudo.deadline_ids._pause(now)
            else:
                complaint_sudo.deadline_ids._resume(now)
            if kind == "closed":
                complaint_sudo._apply_closing(now)

    def _apply_acknowledgement(self, at):
        # The right to write was checked by who calls; customers acknowledge nothing.
        complaints_sudo = self.sudo()
        for complaint_sudo in complaints_sudo:
            if not complaint_sudo.acknowledged_at:
                complaint_sudo.acknowledged_at = max(at, complaint_sudo.received_at)
        deadlines_sudo = complaints_sudo.deadline_ids
        deadlines_sudo.filtered(lambda d: d.kind == "acknowledge")._meet(at)
        complaints_sudo.filtered(
            lambda complaint: complaint.stage_kind == "received"
        )._enter("acknowledged")

    def _apply_answer(self, at):
        """A person wrote to the customer: promises of an answer and update are kept."""
        # Whoever may write a message to the customer need not write the complaint.
        for complaint_sudo in self.sudo():
            complaint_sudo._apply_acknowledgement(at)
            if not complaint_sudo.answered_at:
                complaint_sudo.answered_at = max(at, complaint_sudo.received_at)
            deadlines_sudo = complaint_sudo.deadline_ids
            deadlines_sudo.filtered(lambda d: d.kind in ("answer", "update"))._meet(at)
            if not complaint_sudo._is_settled() and complaint_sudo._is_running():
                deadlines_sudo._start(complaint_sudo, ("update",), at)
                if complaint_sudo._is_waiting():
                    complaint_sudo.deadline_ids._pause(at)

    def _apply_decision(self, at):
        """The customer was told the decision."""
        # The right to write was checked by who calls.
        complaints_sudo = self.sudo()
        complaints_sudo.write({"decided_at": at, "verdict": False})
        complaints_sudo._apply_answer(at)
        deadlines_sudo = complaints_sudo.deadline_ids
        deadlines_sudo.filtered(lambda d: d.kind == "resolve")._meet(at)
        deadlines_sudo.filtered(lambda d: d.kind == "update")._cancel(at)
        complaints_sudo._enter("answered")

    def _apply_closing(self, at):
        for complaint in self:
            open_time = at - complaint.received_at
            complaint.write(
                {
                    "closed_at": at,
                    "open_hours": open_time.total_seconds() / 3600,
                }
            )
        deadlines = self.deadline_ids
        if questions := self.filtered(lambda complaint: complaint.kind != "complaint"):
            questions.deadline_ids.filtered(lambda d: d.kind == "resolve")._meet(at)
        deadlines._cancel(at)
        self._emit_unless_confidential("complaint_closed")

    def _apply_reopening(self, note=None):
        """Investigate again."""
        # The right was checked by who calls; a customer's answer reopens by itself.
        complaints_sudo = self.sudo()
        complaints_sudo._open_again(fields.Datetime.now(), note)
        complaints_sudo._enter("investigating")

    def _open_again(self, at, note=None):
        """Count a reopening, take back what closing and deciding wrote, and promise
        anew, whatever led to it."""
        for complaint in self:
            complaint.write(
                {
                    "closed_at": False,
                    "open_hours": 0,
                    "decided_at": False,
                    "verdict": False,
                    "reopen_count": complaint.reopen_count + 1,
                }
            )
        self._write_log(
            complaint._prepare_log("reopened", note=note) for complaint in self
        )
        self.deadline_ids._start(self, ("answer", "resolve"), at)
