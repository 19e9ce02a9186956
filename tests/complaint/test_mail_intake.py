from odoo.tests import tagged

from .mail_case import JANE, TEAM, MailCase, make_mail, set_up_company


@tagged("post_install", "-at_install")
class TestMailIntake(MailCase):
    """What a customer's mail becomes."""

    def test_mail_becomes_a_complaint_of_the_teams_company(self):
        """Team, company, stage and customer, whatever company the gateway is of."""
        complaint = self.take()
        self.assertNotEqual(self.env.company, self.company)
        self.assertEqual(complaint.company_id, self.company)
        self.assertEqual(complaint.team_id, self.team)
        self.assertEqual(complaint.channel, "email")
        self.assertEqual(complaint.partner_id, self.jane)
        self.assertEqual(complaint.commercial_partner_id.name, "Doe Ltd")
        self.assertFalse(complaint.user_id)
        self.assertEqual(complaint.subject, "Wrong colour")
        self.assertEqual(complaint.description, "The colour of our flyers is off.")
        self.assertEqual(complaint.stage_kind, "acknowledged")

    def test_customer_is_acknowledged_once_with_the_number(self):
        complaint = self.take()
        letter = self.letters(complaint)
        self.assertEqual(len(letter), 1)
        self.assertIn(complaint.name, letter.subject)
        self.assertIn("auto-replied", letter.headers)
        self.assertIn(TEAM, letter.reply_to)
        self.assertIn("<1@customer.example.org>", letter.references)
        self.assertTrue(complaint.acknowledged_at)
        self.assertFalse(complaint.answered_at, "No person has answered.")
        self.assertTrue(self.Intake.search([]).filtered("is_acknowledged"))

    def test_unknown_sender_opens_a_complaint_too(self):
        complaint = self.take(**{"from": "Joe Unknown <joe@nowhere.example>"})
        self.assertFalse(complaint.partner_id)
        self.assertEqual(complaint.partner_name, "Joe Unknown")
        self.assertEqual(len(self.letters(complaint, "joe@nowhere.example")), 1)

    def test_sender_without_any_address_opens_a_complaint(self):
        complaint = self.take(**{"from": "somebody"})
        self.assertFalse(complaint.acknowledged_at)

    def test_letter_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("crm_value.complaint_mail_acknowledgement")
        template.with_context(
            lang="fr_FR"
        ).subject = "received your message, en français"
        self.jane.lang = "fr_FR"
        self.assertIn("français", self.letters(self.take()).subject)

    def test_contact_of_another_company_is_not_taken(self):
        """Who handles complaints here may not read him."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.jane.company_id = other
        own = self.env["res.partner"].create(
            {"name": "Our Jane", "email": JANE, "company_id": self.company.id}
        )
        self.assertEqual(self.take().partner_id, own)
        own.email = "x@y.example"
        complaint = self.take(message_id="<b@x.org>")
        self.assertFalse(complaint.partner_id)

    def test_colleague_who_forwards_is_not_the_customer(self):
        complaint = self.take(**{"from": self.agent.email})
        self.assertFalse(complaint.partner_id)

    def test_same_mail_again_is_the_same_complaint(self):
        self.take()
        self.assertFalse(self.deliver())
        self.assertEqual(len(self.letters()), 1)

    def test_same_mail_again_without_message_id(self):
        self.take(message_id=None)
        self.assertFalse(self.deliver(message_id=None))
        # Another one of the same minute is another complaint.
        self.take(message_id=None, body="And the paper is thin.")

    def test_two_teams_of_a_company_are_one_complaint(self):
        """The team that is named first has it."""
        second = self.env["crm.complaint.team"].create(
            {
                "name": "Returns",
                "company_id": self.company.id,
                "alias_name": "returns",
                "alias_domain_id": self.team.alias_domain_id.id,
            }
        )
        row = self.deliver(to=f"returns@paper.example.com, {TEAM}")
        self.assertEqual((row.state, row.team_id), ("complaint", second))

    def test_teams_of_two_companies_are_a_complaint_each(self):
        other, team = set_up_company(self.env, "Other", "other.example.com")
        rows = self.deliver(to=TEAM, cc="care@other.example.com")
        self.assertEqual(rows.company_id, self.company | other)
        self.assertEqual(rows.complaint_id.team_id, self.team | team)
        self.assertFalse(
            self.deliver(to=TEAM, cc="care@other.example.com"), "Taken in."
        )

    def test_archived_team_gives_it_to_the_company(self):
        self.team.copy({"name": "New", "alias_name": False, "active": True})
        self.team.active = False
        complaint = self.take()
        self.assertEqual(complaint.team_id.name, "New")

    def test_mail_server_that_creates_complaints_needs_no_alias(self):
        row = self.deliver(make_mail(to="x@y.example"), model="crm.complaint")
        self.assertEqual(row.state, "complaint")
        self.assertEqual(row.company_id, self.env.company)

    def test_long_subject_is_cut_and_kept(self):
        subject = "Very " * 100 + "wrong"
        complaint = self.take(subject=subject)
        self.assertEqual(len(complaint.subject), 255)
        self.assertTrue(complaint.description.startswith(subject))

    def test_template_that_fails_keeps_no_complaint_out(self):
        template = self.env.ref("crm_value.complaint_mail_acknowledgement")
        template.body_html = '<p t-out="object.nothing_such">x</p>'
        complaint = self.take()
        self.assertFalse(complaint.acknowledged_at)
        self.assertIn("could not be sent", complaint.message_ids[0].body)

    def test_other_mail_is_none_of_ours(self):
        """What is not meant for a complaint team fails as in core."""
        with self.assertRaises(ValueError):
            self.deliver(to="nobody@paper.example.com")
        self.assertFalse(self.Intake.search([("company_id", "=", self.company.id)]))
