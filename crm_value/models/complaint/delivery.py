"""A mail on its way in: whether it is meant for a complaint team, and for which."""

from ast import literal_eval

from ...formulas.mail_robots import may_be_bounce, robot_kind
from ...formulas.raw_mail import read_mail, tame
from .bounce_scan import scan_failures

COMPLAINT = "crm.complaint"
# Odoo puts the model into the Message-Ids of what it sends.
OWN_MARK = b"-crm.complaint@"


class Delivery:
    """What is known of a mail before Odoo's parser sees it.

    ``is_ours`` costs other mail two or three indexed queries.
    """

    def __init__(self, env, raw, fallback_model):
        # Whoever fetches mail need not be allowed to read aliases and complaints.
        self.env_sudo = env(su=True)
        self.fallback_model = fallback_model
        self.mail = read_mail(raw)
        self.recipients = self.mail.recipients()
        aliases_sudo = self._find_aliases()
        self.team_aliases = aliases_sudo.filtered(
            lambda alias: alias.alias_model_id.model == COMPLAINT
        )
        self.complaint = self._find_complaint()
        self.is_ours = bool(
            self.team_aliases
            or not aliases_sudo
            and (self.complaint or fallback_model == COMPLAINT)
        )

    def _find_aliases(self):
        local_parts = [address.split("@")[0] for address in self.recipients]
        return self.env_sudo["mail.alias"].search(
            [
                "|",
                ("alias_full_name", "in", self.recipients),
                "&",
                ("alias_name", "in", local_parts),
                ("alias_incoming_local", "=", True),
            ]
        )

    def _find_complaint(self):
        """The complaint that it answers or that it brings back."""
        complaints = self.env_sudo[COMPLAINT]
        references = self.mail.references()
        if not references and OWN_MARK in self.mail.raw and self._may_be_bounce():
            references = complaints._find_own_message_ids(self.mail.raw)
        return complaints._find_by_message_ids(references)

    def tamed(self):
        """Its bytes such that Odoo's parser ends."""
        kept = {
            address
            for alias in self.team_aliases
            for address in self.recipients
            if address in (alias.alias_full_name, alias.alias_name)
            or address.split("@")[0] == alias.alias_name
        }
        return tame(self.mail, kept)

    def robot_kind(self):
        return robot_kind(self._first_headers(), self.mail.subject())

    def failed_addresses(self):
        """Addresses that it says cannot be reached, if it may be a bounce."""
        return scan_failures(self.tamed()) if self._may_be_bounce() else ()

    def _may_be_bounce(self):
        return may_be_bounce(self._first_headers(), self.mail.subject())

    def _first_headers(self):
        return {name: values[0] for name, values in self.mail.headers.items()}

    def prepare_row(self):
        """Values of its row, as far as its headers tell."""
        teams = self.env_sudo["crm.complaint.team"]
        team = self.complaint.team_id
        for alias in self.team_aliases[:1]:
            defaults = literal_eval(alias.alias_defaults or "{}")
            team = team or teams.browse(defaults.get("team_id")).exists()
        company = self.complaint.company_id or team.company_id
        if not company and not self.team_aliases:
            company = self.env_sudo.company
        return {
            "message_key": self.mail.message_id(),
            "company_id": company.id,
            "team_id": team.id,
            "subject": self.mail.subject()[:255],
            "email_from": self.mail.get("from")[:320],
            "sender": self.mail.sender()[:320],
            "fallback_model": self.fallback_model,
        }
