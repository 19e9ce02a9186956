from datetime import datetime, time

from markupsafe import Markup
from pytz import timezone, utc

from odoo import fields, models
from odoo.exceptions import UserError

from ..arguments import check_ids, check_one
from .notice import PORTAL

LETTER = "crm_value.complaint_notice_mail"
UNANSWERED = "crm_value.complaint_notice_activity_unanswered"


class CrmComplaintNotice(models.Model):
    """What is done with an order problem, by whom and over which way."""

    _inherit = "crm.complaint.notice"

    def tell(self, how="mail"):
        """Tell the customers, with the options and until when they can choose.

        :param str how: ``mail``, which sends the letter with the link, or ``phone``,
            when somebody has told the customer himself
        :return: True
        :raises AccessError: for whoever may not handle the problem
        :raises UserError: naming what is missing
        """
        self._check_may_handle()
        self._check_tell(how)
        for notice in self:
            notice._apply_telling(how)
            if how == "mail":
                notice._notify_customer()
        return True

    def choose(self, option_id, how="phone", note=None):
        """Write down the option that the customer chose; once and for all.

        :param int option_id: one of the options that were told
        :param str how: ``phone`` or ``email``; customers who follow the link choose
            for themselves
        :param str note: what the customer said
        :return: True
        :raises AccessError: for whoever may not handle the problem
        :raises UserError: naming the argument, or who was faster
        """
        check_ids(self)
        if len(self) != 1:
            raise UserError(
                self.env._("ids names %s records: give exactly one.", len(self))
            )
        self._check_may_handle()
        option = self._check_choose(option_id, how, note)
        self._apply_choice(option, how, self.partner_id, self.env.user, note)
        return True

    def apply_to_order(self):
        """Write the chosen option's delivery date on the order, and what was agreed.

        A price is noted, not written: which lines change is the salesperson's to say.

        :return: True
        :raises AccessError: for whoever may not change the order
        """
        self._check_may_handle()
        for notice in self:
            notice._check_apply()
        # As the user: who may not change orders does not through a problem either.
        self.order_id.check_access("write")
        for notice in self:
            option = notice.chosen_option_id
            if option.delivery_date:
                notice.order_id.commitment_date = notice._get_commitment(option)
            notice._note_on_order(
                self.env._(
                    "Agreed with the customer: %(option)s (%(conditions)s). The price "
                    "on the lines is left as it is.",
                    option=option.name,
                    conditions=option._get_conditions(),
                )
                if option.price_change_amount
                else self.env._(
                    "Agreed with the customer: %(option)s (%(conditions)s).",
                    option=option.name,
                    conditions=option._get_conditions(),
                )
            )
        self._apply_values({"applied_at": fields.Datetime.now()})
        return True

    def resolve(self, note=None):
        """The problem is out of the world: it counts as prevented.

        :param str note: how; needed where the customer has not chosen
        :return: True
        """
        self._check_may_handle()
        for notice in self:
            if notice.state not in ("told", "chosen"):
                raise UserError(
                    self.env._(
                        "%s was not told to the customer, or is over: nothing was "
                        "prevented.",
                        notice.display_name,
                    )
                )
            notice._check_text(
                "note", note or notice.note, is_needed=notice.state == "told"
            )
        values = {"state": "resolved", "resolved_at": fields.Datetime.now()}
        self._apply_values({**values, "note": note} if note else values)
        self._end_warning()
        return True

    def cancel(self, reason=None):
        """It was no problem, or another one is told instead; nothing was prevented.

        :param str reason: goes into the history
        :return: True
        """
        self._check_may_handle()
        self._check_text("reason", reason)
        for notice in self:
            if notice.state in ("resolved", "cancelled"):
                raise UserError(self.env._("%s is over already.", notice.display_name))
        self._apply_values({"state": "cancelled"})
        self._end_warning()
        for notice in self.filtered(lambda notice: reason):
            notice.message_post(body=reason)
        return True

    def action_tell(self):
        self.tell()

    def action_told_by_phone(self):
        self.tell("phone")

    def action_apply_to_order(self):
        self.apply_to_order()

    def action_resolve(self):
        self.resolve()

    def action_cancel(self):
        self.cancel()

    def action_open_complaints(self):
        """Open what the customer complained about all the same."""
        check_one(self)
        self._check_field_access(self._fields["complaint_ids"], "read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value.complaint_action"
        )
        action["domain"] = [("notice_id", "=", self.id)]
        action["context"] = {}
        return action

    def _check_apply(self):
        option = self.chosen_option_id
        if not option or self.state == "cancelled":
            raise UserError(
                self.env._(
                    "The customer has not chosen yet about %s.", self.display_name
                )
            )
        # Whether it may be changed is asked afterwards.
        order_sudo = self.sudo().order_id
        if order_sudo.state == "cancel":
            raise UserError(self.env._("Order %s is cancelled.", order_sudo.name))
        # The field is the office's; whoever handles the problem is told why not.
        if self.sudo().applied_at:
            raise UserError(
                self.env._(
                    "What was agreed about %s is on the order already.",
                    self.display_name,
                )
            )
        if not option._get_conditions():
            raise UserError(
                self.env._("“%s” changes neither date nor price.", option.name)
            )

    def _apply_values(self, values):
        # The right to handle it was checked by who calls.
        self.sudo().write(values)

    def _apply_telling(self, how):
        now = fields.Datetime.now()
        self._apply_values(
            {
                "state": "told",
                "told_at": now,
                "told_by": how,
                "answer_until": self.answer_until or self._plan_answer(now),
            }
        )
        self._note_on_order(
            self.env._(
                "The customer was told: %(kind)s. A choice is due by %(until)s.",
                kind=dict(self._fields["kind"]._description_selection(self.env))[
                    self.kind
                ],
                until=self._format_moment(self.answer_until),
            )
        )

    def _apply_choice(self, option, how, partner, user, note):
        """Two at once both write this row: the database lets one of them through, the
        other starts over and finds the choice made."""
        values = {
            "state": "chosen",
            "chosen_option_id": option.id,
            "chosen_at": fields.Datetime.now(),
            "chosen_how": how,
            "chosen_by_id": partner.id,
            "chosen_user_id": user.id,
        }
        if (note or "").strip():
            values["choice_note"] = note.strip()
        self._apply_values(values)
        self.flush_recordset()
        self._end_warning()
        conditions = option._get_conditions()
        said = (
            self.env._(
                "The customer chose “%(option)s” (%(conditions)s).",
                option=option.name,
                conditions=conditions,
            )
            if conditions
            else self.env._("The customer chose “%s”.", option.name)
        )
        if self.is_chosen_late:
            late = self.env._("The time given had passed: see whether it can be done.")
            said = f"{said}\n{late}"
        self._note_on_order(said)
        # Customers may not write in our history; the page says what they did.
        self.sudo().message_post(
            body=Markup("<p>%s</p><p style='white-space: pre-line'>%s</p>")
            % (said, self.choice_note or ""),
            author_id=partner.id if how == PORTAL else None,
            partner_ids=(self.sudo().user_id - self.env.user).partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    def _choose_in_portal(self, option_id, partner, note):
        """Called on the superuser's record that the link or the login gave access to.

        :return: what to tell: ``thanks``, ``late``, ``already``, ``over``, ``unknown``
        """
        if self.chosen_option_id:
            return "already"
        if not self._is_choosable():
            return "over"
        option = self.option_ids.filtered(lambda option: str(option.id) == option_id)
        if not option:
            return "unknown"
        note = (note or "").replace("\0", "")[:2000]
        nobody = self.env["res.users"]
        self._apply_choice(option, PORTAL, partner, nobody, note)
        return "late" if self.is_chosen_late else "thanks"

    def _get_commitment(self, option):
        """The new day, at the time of day that was promised before, else at noon."""
        tz = timezone(self.team_id._get_calendar().tz or "UTC")
        before = self.order_id.commitment_date
        at = utc.localize(before).astimezone(tz).time() if before else time(12)
        local = datetime.combine(option.delivery_date, at)
        return tz.localize(local).astimezone(utc).replace(tzinfo=None)

    def _note_on_order(self, text):
        """A line in the order's history, with the way back to the problem."""
        # Care agents read orders without writing them; a note is no change.
        order_sudo = self.sudo().order_id
        order_sudo.message_post(
            body=Markup("%s %s") % (text, self._get_html_link()),
            subtype_xmlid="mail.mt_note",
        )

    def _notify_customer(self):
        """Send the letter with the link, in the customer's language."""
        # As superuser: who handles problems need not be allowed to read all of it.
        notice_sudo = self.sudo()
        notice_sudo._portal_ensure_token()
        notice_sudo.message_post(
            **notice_sudo._prepare_letter(LETTER),
            subtype_xmlid="crm_value.complaint_notice_subtype_letter",
            partner_ids=notice_sudo.partner_id.ids,
        )
