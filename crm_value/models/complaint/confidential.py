"""What follows when a complaint becomes confidential.

The record rules hide it from everybody but its team, its owner and who complained.
What others already hold is taken back here: links, subscriptions, tasks, events.
"""

from odoo import api, models
from odoo.fields import Domain


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    @api.depends("is_confidential")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """Whoever may not see it gets no subject, also where another record points
        to it: core names those as superuser."""
        result = super()._compute_display_name()
        # Whether it is confidential decides what is shown, to whomever.
        for complaint in self.sudo().filtered("is_confidential"):
            if not complaint.sudo(False).has_access("read"):
                complaint.display_name = complaint.name
        return result

    @api.model_create_multi
    def create(self, vals_list):
        complaints = super().create(vals_list)
        # As said in write().
        complaints.sudo().filtered("is_confidential")._drop_bystanders()
        return complaints

    def write(self, vals):
        # Followers, links and events are the system's; the right to write is checked.
        complaints_sudo = self.sudo()
        before = {
            complaint: (complaint.is_confidential, complaint.partner_id)
            for complaint in complaints_sudo
            if {"is_confidential", "partner_id"} & vals.keys()
        }
        result = super().write(vals)
        for complaint_sudo, (was_confidential, partner) in before.items():
            is_confidential = complaint_sudo.is_confidential
            if is_confidential != was_confidential:
                complaint_sudo._hide_events(is_confidential)
            if is_confidential and not was_confidential:
                complaint_sudo._become_confidential()
            elif partner and partner != complaint_sudo.partner_id:
                # Somebody else's complaint after all: his links end.
                complaint_sudo.access_token = False
        return result

    def _become_confidential(self):
        # Contacts of the same customer may hold the link; who complained gets a new
        # one with the next letter.
        self.access_token = False
        self._drop_bystanders()
        pointing = self.with_context(active_test=False).search(
            [("duplicate_of_id", "=", self.id), ("is_confidential", "=", False)]
        )
        pointing.duplicate_of_id = False

    def _drop_bystanders(self):
        """End subscriptions and tasks of whoever may no longer see it."""
        for complaint in self:
            followers = complaint.message_partner_ids - complaint.partner_id
            complaint.message_unsubscribe(
                followers.filtered(
                    lambda partner, complaint=complaint: (
                        not complaint._is_seen_by(partner.user_ids)
                    )
                ).ids
            )
            for activity in complaint.activity_ids:
                if not complaint._is_seen_by(activity.user_id):
                    successor = complaint.user_id or complaint.team_id.user_id
                    if successor:
                        activity.user_id = successor
                    else:
                        activity.unlink()

    def _is_seen_by(self, users):
        company = self.company_id
        complaint = self.with_context(allowed_company_ids=company.ids)
        return any(
            company in user.company_ids and complaint.with_user(user).has_access("read")
            for user in users
        )

    def _hide_events(self, is_hidden):
        # Those still pending are of this complaint too.
        self.env["crm.customer.event"]._create_pending()
        events = self.env["crm.customer.event"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("is_hidden", "!=", is_hidden),
            ]
        )
        events.is_hidden = is_hidden

    def _get_pointable_domain(self):
        """Complaints that this one may point to: none that is more secret."""
        if self.is_confidential:
            return Domain.TRUE
        return Domain("is_confidential", "=", False)

    def _keep_secret_with(self, survivor):
        """Joined complaints are confidential when one of them is."""
        if self.is_confidential != survivor.is_confidential:
            (self | survivor).is_confidential = True
