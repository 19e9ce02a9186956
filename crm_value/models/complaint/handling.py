from odoo import fields, models
from odoo.exceptions import UserError

from ..arguments import check_one


class CrmComplaint(models.Model):
    _inherit = "crm.complaint"

    def acknowledge(self):
        """Tell the customer that we know, by mail where there is an address.

        :return: True
        :raises AccessError: for whoever may not handle the complaint
        """
        self._check_may_handle()
        for complaint in self.filtered(lambda complaint: not complaint.acknowledged_at):
            complaint._notify_customer("crm_value.complaint_mail_acknowledgement")
            complaint._apply_acknowledgement(fields.Datetime.now())
        return True

    def decide(self, decision, text, recourse=None):
        """Decide these complaints and tell the customer.

        :param str decision: ``upheld``, ``partly`` or ``rejected``
        :param str text: the decision and its reasons, in the customer's language
        :param str recourse: where the customer can turn; needed with ``rejected``
        :return: True
        :raises AccessError: for whoever may not handle the complaint
        :raises UserError: for a decision that cannot be told
        """
        self._check_may_handle()
        text, recourse = self._check_decision(decision, text, recourse)
        now = fields.Datetime.now()
        for complaint in self:
            complaint.write(
                {
                    "decision": decision,
                    "decision_text": text,
                    "recourse_text": recourse,
                }
            )
            complaint._notify_customer("crm_value.complaint_mail_decision")
            complaint._apply_decision(now)
        return True

    def close(self):
        """Close complaints whose decision was communicated.

        :return: True
        """
        self._check_may_handle()
        self._enter("closed")
        return True

    def reopen(self, reason=None):
        """Open closed or answered complaints again, with new deadlines.

        :param str reason: goes into the log
        :return: True
        """
        self._check_may_handle()
        if reason is not None and not isinstance(reason, str):
            raise UserError(self.env._("reason is %s: give a text.", reason))
        running = self.filtered(lambda complaint: not complaint._is_settled())
        if running:
            raise UserError(
                self.env._(
                    "%s is still open; there is nothing to reopen.",
                    running[0].display_name,
                )
            )
        self._apply_reopening(reason)
        return True

    def action_acknowledge(self):
        self.acknowledge()

    def action_close(self):
        self.close()

    def action_reopen(self):
        self.reopen()

    def action_assign_to_me(self):
        self._check_may_handle()
        self.user_id = self.env.user

    def action_open_customer(self):
        """Open the customer's page."""
        check_one(self)
        return self.commercial_partner_id.get_formview_action()
