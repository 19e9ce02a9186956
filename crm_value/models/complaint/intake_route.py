from ast import literal_eval

from odoo import api, models

from ...formulas.mail_robots import AUTOMATIC, BOUNCE
from ...formulas.raw_mail import RawMail
from .delivery import COMPLAINT

# Notes that a machine may leave on one complaint in a day.
MOST_NOTES = 20


class CrmComplaintIntake(models.Model):
    """Which way a mail goes: the complaint it opens or belongs to."""

    _inherit = "crm.complaint.intake"

    @api.model
    def _choose_routes(self, routes, received):
        """One route a company: a mail to two of its teams is one complaint.

        The team that is named first has it. Two companies keep two registers.
        """

        def place(route):
            address = route[4].alias_full_name if route[4] else ""
            named = address in received.recipients
            return received.recipients.index(address) if named else 0

        chosen = {}
        for route in sorted(
            (route for route in routes if route[0] == COMPLAINT), key=place
        ):
            company, _team = self._get_route_owner(route)
            chosen.setdefault(company.id, route)
        # In one order, so that two deliveries at once cannot wait for each other.
        return [chosen[company_id] for company_id in sorted(chosen)]

    @api.model
    def _get_route_owner(self, route):
        """Company and team of a route, whoever fetches the mail."""
        _model, thread_id, custom_values, _user_id, alias = route
        teams = self.env["crm.complaint.team"]
        if thread_id:
            complaint = self.env[COMPLAINT].browse(thread_id)
            return complaint.company_id, complaint.team_id
        team_id = (custom_values or {}).get("team_id")
        if not team_id and alias:
            team_id = literal_eval(alias.alias_defaults or "{}").get("team_id")
        team = teams.browse(team_id).exists()
        if team and not team.active:
            # Nobody looks there any more.
            team = teams._of_company(team.company_id)
        company_id = (custom_values or {}).get("company_id")
        company = team.company_id or self.env["res.company"].browse(company_id)
        company = company or self.env.company
        return company, team or teams._of_company(company)

    @api.model
    def _claim_route(self, route, received, state):
        company, team = self._get_route_owner(route)
        return self._claim(
            {
                **self._prepare_received(received),
                "state": state,
                "company_id": company.id,
                "team_id": team.id,
            }
        )

    @api.model
    def _prepare_received(self, received):
        key = self.env.context.get("crm_value_intake")
        if not key:
            # A bounce of ours that came in through another address.
            message_id = received.values["message_id"]
            key = RawMail(b"", {"message-id": [message_id]}).message_id()
        return {
            "message_key": key,
            "subject": received.subject[:255],
            "email_from": (received.values.get("email_from") or "")[:320],
            "sender": received.sender[:320],
        }

    def _follow_route(self, route, received):
        """The route on which core goes on, or None if nothing is to be posted."""
        _model, thread_id, custom_values, user_id, _alias = route
        complaint = self.env[COMPLAINT].browse(thread_id)._get_mail_target()
        if received.kind == BOUNCE:
            self._note_bounce(received, complaint or received.find_bounced_complaint())
            return None
        if received.kind == AUTOMATIC:
            self.write({"state": "automatic", "complaint_id": complaint.id})
            if not complaint or self._count_notes() > MOST_NOTES:
                return None
        elif complaint:
            self.write({"state": "reply", "complaint_id": complaint.id})
        values = {
            **(custom_values or {}),
            "team_id": self.team_id.id,
            "company_id": self.company_id.id,
        }
        if received.subject:
            values["subject"] = received.subject
        # Without its alias: core would answer any failure with a bounce to the customer
        # and put the alias out of service.
        return (COMPLAINT, complaint.id, values, user_id, None)

    def _count_notes(self):
        return self.search_count(
            [
                ("complaint_id", "=", self.complaint_id.id),
                ("state", "=", "automatic"),
                ("received_at", ">=", "now -1d"),
            ]
        )

    def _note_taken_in(self, thread_id, route, received):
        """What became of it, and the customer is told if it is a new complaint."""
        complaint = self.env[COMPLAINT].browse(thread_id)
        if self.state == "automatic":
            return
        if route[1]:
            # The complaint that the answer opened, long after the first was closed.
            follow_up = complaint._get_running_follow_up()
            if not follow_up or follow_up.create_date != self.env.cr.now():
                return
            complaint = follow_up
        self.complaint_id = complaint
        complaint._acknowledge_mail(self, received)

    @api.model
    def _take_in_bounce(self, received, complaint):
        """Keep a bounce that core found; False if core is to leave it alone.

        Core takes a read receipt for a bounce.
        """
        values = {
            "company_id": complaint.company_id.id,
            "team_id": complaint.team_id.id,
        }
        if not complaint:
            values["company_id"] = self.env.company.id
        row = self._claim(
            {**self._prepare_received(received), **values, "state": "bounce"}
        )
        if not row:
            return False
        if received.is_receipt():
            row.write({"state": "automatic", "complaint_id": complaint.id})
            return False
        row._note_bounce(received, complaint)
        return True

    def _note_bounce(self, received, complaint):
        self.write({"state": "bounce", "complaint_id": complaint.id})
        if complaint:
            complaint._note_bounce(received._get_failed_addresses())

    @api.model
    def _complete(self, delivery):
        """Whatever core did with a mail of ours, its row says so."""
        key = delivery.mail.message_id()
        rows = self._find(key)
        for row in rows:
            if row.state == "quarantined" and not row.raw:
                row._keep_raw(delivery.mail.raw)
                row.fallback_model = delivery.fallback_model
                row._schedule_review()
        retry_id = self.env.context.get("crm_value_intake_retry_id")
        retried = rows.filtered(lambda row: row.id == retry_id)
        if (rows and not retried) or retried.state not in (False, "quarantined"):
            return
        if not rows and self._is_posted(key):
            return
        robot = delivery.robot_kind()
        state = "automatic" if robot else "refused"
        error = self.env._(
            "Nobody may write to this address from there, or it was taken in before."
        )
        if retried:
            if not retried.error:
                retried.error = error
        else:
            row = self._claim({**delivery.prepare_row(), "state": state})
            row.error = error if row and not robot else False

    @api.model
    def _is_posted(self, key):
        """Whether it came in before there were rows, or is a letter of our own."""
        return bool(
            self.env["mail.message"].search_count([("message_id", "=", key)], limit=1)
        )
