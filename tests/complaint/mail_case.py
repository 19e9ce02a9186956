"""Mails to a complaint team of a company of its own."""

from email.message import EmailMessage
from email.policy import SMTP

from odoo.tests import TransactionCase, new_test_user

DOMAIN = "paper.example.com"
TEAM = f"care@{DOMAIN}"
JANE = "jane@customer.example.org"


def make_mail(body="The colour of our flyers is off.", **headers):
    """The bytes of a mail; ``message_id=None`` leaves that header out."""
    names = {
        "From": f"Jane Doe <{JANE}>",
        "To": TEAM,
        "Subject": "Wrong colour",
        "Date": "Mon, 01 Jun 2026 10:00:00 +0000",
        "Message-Id": "<1@customer.example.org>",
    }
    names.update({name.replace("_", "-").title(): headers[name] for name in headers})
    lines = [f"{name}: {value}" for name, value in names.items() if value is not None]
    return "\r\n".join([*lines, "", body, ""]).encode()


def make_html_mail(
    html, subject="Wrong colour", attachments=(), message_id="<h@x.org>"
):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = JANE, TEAM, subject
    mail["Message-Id"] = message_id
    mail.set_content("text")
    mail.add_alternative(html, subtype="html")
    for name, maintype, subtype, content in attachments:
        mail.add_attachment(content, maintype, subtype, filename=name)
    return mail.as_bytes(policy=SMTP)


def set_up_company(env, name="Inky & Sons", domain=DOMAIN, alias="care"):
    """A company with a mail domain, and its team with an address."""
    company = env["res.company"].create({"name": name, "email": f"office@{domain}"})
    return company, give_address(company, domain, alias)


def give_address(company, domain=DOMAIN, alias="care"):
    """The team of a company, which now has an address."""
    domains = company.env["mail.alias.domain"]
    company.alias_domain_id = domains.search([("name", "=", domain)]) or domains.create(
        {"name": domain, "bounce_alias": "bounce", "catchall_alias": "catchall"}
    )
    team = company.env["crm.complaint.team"]._of_company(company)
    team.write({"alias_name": alias, "alias_domain_id": company.alias_domain_id.id})
    return team


class MailCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={"lang": "en_US"})
        # What other tests leave committed must not be counted as one of ours.
        cls.company, cls.team = set_up_company(cls.env)
        cls.Complaint = cls.env["crm.complaint"]
        cls.Intake = cls.env["crm.complaint.intake"]
        cls.agent = new_test_user(
            cls.env,
            "intake_agent",
            "crm_value.group_care_agent",
            email="agent@paper.example.com",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.manager = new_test_user(
            cls.env,
            "intake_manager",
            "crm_value.group_manager",
            email="manager@paper.example.com",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.team.user_id = cls.agent
        cls.jane = cls.env["res.partner"].create(
            {
                "name": "Jane Doe",
                "email": JANE,
                "parent_id": cls.env["res.partner"]
                .create({"name": "Doe Ltd", "is_company": True})
                .id,
            }
        )

    def deliver(self, raw=None, model=False, **headers):
        """Hand a mail to the gateway and give its rows."""
        raw = raw or make_mail(**headers)
        before = self.Intake.search([])
        self.env["mail.thread"].message_process(model, raw)
        self.env.cr.flush()
        return self.Intake.search([]) - before

    def take(self, raw=None, **headers):
        """The complaint that a mail opens."""
        row = self.deliver(raw, **headers)
        self.assertEqual(row.state, "complaint", row.error)
        return row.complaint_id

    def letters(self, complaint=None, address=JANE):
        """Acknowledgements to this address."""
        found = self.env["mail.mail"].search([("model", "=", "crm.complaint")])
        return found.filtered(
            lambda mail: (
                (not complaint or mail.res_id == complaint.id)
                and address
                in ((mail.email_to or "") + str(mail.recipient_ids.mapped("email")))
                and "received your message" in mail.subject
            )
        )

    def answer(
        self, complaint, body="It is still wrong.", message_id="<2@x.org>", **more
    ):
        """The customer answers our letter on this complaint."""
        letter = (
            complaint.message_ids.filtered(
                lambda message: message.message_type == "auto_comment"
            )[:1]
            or complaint.message_ids[:1]
        )
        headers = {
            "body": body,
            "message_id": message_id,
            "in_reply_to": letter.message_id,
            "subject": f"Re: {letter.subject}",
            **more,
        }
        return self.deliver(make_mail(**headers))
