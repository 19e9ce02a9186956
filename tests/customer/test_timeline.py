from odoo.tests import tagged

from .common import CustomerCase


@tagged("post_install", "-at_install")
class TestTimeline(CustomerCase):
    def _emit_days(self, partner, days, company=None, kind="birthday"):
        company = company or self.env.company
        self.Event._emit_rows(
            kind,
            [
                (
                    partner.id,
                    company.id,
                    f"2026-03-{day:02} 08:00:00",
                    False,
                    False,
                    None,
                )
                for day in days
            ],
        )
        self.cr.flush()

    def test_form_shows_last_twenty_of_the_customer(self):
        """Latest first, the same for the company and its contacts."""
        self._emit_days(self.customer, range(1, 26))
        self._emit_days(self.other_customer, [30])
        shown = self.contact.with_user(self.user).customer_event_ids
        self.assertEqual([event.at.day for event in shown], list(range(25, 5, -1)))
        self.assertEqual(shown, self.customer.with_user(self.user).customer_event_ids)

    def test_list_of_contacts_costs_two_queries(self):
        """Which events, and what they say, however many contacts are read."""
        self._emit_days(self.customer, [1, 2])
        self._emit_days(self.other_customer, [3])
        partners = (self.customer + self.contact + self.other_customer).with_user(
            self.user
        )
        partners.mapped("customer_event_ids")  # fills the caches of access rules
        self.env.invalidate_all()
        partners.fetch(["commercial_partner_id"])
        with self.assertQueriesContain(["LATERAL", '"crm_customer_event"."kind"']):
            counts = [len(partner.customer_event_ids) for partner in partners]
            partners.customer_event_ids.mapped("kind")
        self.assertEqual(counts, [2, 2, 1])

    def test_other_companies_do_not_show(self):
        """Unless the user works in them too."""
        elsewhere = self.env["res.company"].create({"name": "Branch Office"})
        self._emit_days(self.customer, [1])
        self._emit_days(self.customer, [2], company=elsewhere)
        customer = self.customer.with_user(self.user)
        self.assertEqual([event.at.day for event in customer.customer_event_ids], [1])
        self.user.company_ids += elsewhere
        customer = customer.with_context(allowed_company_ids=elsewhere.ids)
        self.assertEqual([event.at.day for event in customer.customer_event_ids], [2])

    def test_contact_being_created_has_no_events(self):
        """The form asks for the field before there is a customer."""
        self.assertFalse(
            self.env["res.partner"].new({"name": "New"}).customer_event_ids
        )

    def test_history_follows_a_person_into_a_company(self):
        """His events stay as they are; the timeline goes by the customer of today."""
        freelancer = self.env["res.partner"].create({"name": "Lin"})
        self._emit_days(freelancer, [1])
        freelancer.parent_id = self.customer
        shown = self.customer.customer_event_ids
        self.assertEqual(shown.partner_id, freelancer)
        action = self.customer.action_open_timeline()
        self.assertEqual(self.Event.search(action["domain"]), shown)

    def test_summary_words_figures_by_kind(self):
        """From ids and figures, in the language and with the names of the reader."""
        colleague = self.env["res.users"].create({"name": "Wang", "login": "wang"})
        currency = self.env.company.currency_id
        cases = [
            ("order_confirmed", {"amount": 12.5, "currency_id": currency.id}, "12.50"),
            (
                "date_slipped",
                {"from_date": "2026-03-02", "to_date": "2026-03-09"},
                "from 03/02/2026 to 03/09/2026",
            ),
            (
                "salesperson_changed",
                {"to_user_id": colleague.id},
                "from nobody to Wang",
            ),
            ("anniversary", {"years": 5}, "5 years"),
            ("anniversary", None, ""),
        ]
        for kind, data, expected in cases:
            with self.subTest(kind):
                event = self.emit(kind, self.customer, data=data)
                summary = event.with_user(self.user).with_context(lang="en_US").summary
                self.assertTrue(summary.startswith("Lotus Prints"))
                self.assertIn(expected, summary)

    def test_summary_of_uninstalled_app_still_tells_the_amount(self):
        """Documents go with their app, what happened does not."""
        event = self.Event.create(
            {
                "partner_id": self.customer.id,
                "company_id": self.env.company.id,
                "kind": "order_confirmed",
                "res_model": "gone.order",
                "res_id": 7,
                "data": {"amount": 3.0, "currency_id": self.env.company.currency_id.id},
            }
        )
        self.assertIn("3.00", event.summary)
