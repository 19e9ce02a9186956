"""Lists of contacts are searched, sorted and grouped by value in one query."""

from odoo.tests import freeze_time, tagged

from odoo.addons.crm_value.models.value.partner import VALUE_FIELDS

from .common import NOON
from .test_partner_fields import NUMBERS, PartnerFieldCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestSearch(PartnerFieldCase):
    """Every answer is compared with what the profiles say, one by one."""

    def check(self, field_name, operator, value, test):
        source = VALUE_FIELDS[field_name]

        def passes(profile):
            figure = profile.id if source == "id" else profile[source]
            return test(figure.id if hasattr(figure, "id") else figure)

        found = self.search((field_name, operator, value))
        self.assertEqual(
            found, self.expected(passes).sorted(), (field_name, operator, value)
        )

    def test_equal_and_in_with_every_field(self):
        """A value, its negation, a set, a set with unknown."""
        for name, source in VALUE_FIELDS.items():
            profile = self.profile(self.harbour)
            figure = profile if source == "id" else profile[source]
            value = figure.id if hasattr(figure, "id") else figure
            with self.subTest(field=name, value=value):
                self.check(name, "=", value, lambda f, v=value: f == v)
                self.check(name, "!=", value, lambda f, v=value: f != v)
                self.check(name, "in", [value], lambda f, v=value: f == v)
                self.check(name, "not in", [value], lambda f, v=value: f != v)
                if value is not False:
                    self.check(
                        name,
                        "in",
                        [value, False],
                        lambda f, v=value: f is False or f == v,
                    )
                    self.check(
                        name,
                        "not in",
                        [value, False],
                        lambda f, v=value: f is not False and f != v,
                    )

    def test_unknown_is_found_and_is_not_zero(self):
        """A score of 0 is known; who has no profile is unknown in everything."""
        for name in VALUE_FIELDS:
            if name == "is_value_by_potential":
                continue
            with self.subTest(field=name):
                self.check(name, "=", False, lambda figure: figure is False)
                self.check(name, "!=", False, lambda figure: figure is not False)
        self.assertNotIn(self.museum, self.search(("value_score", "=", False)))
        self.assertEqual(self.search(("value_score", "=", 0)), self.museum)
        self.assertEqual(self.search(("value_score", "in", [0, 1])), self.museum)
        self.assertNotIn(self.museum, self.search(("value_score", "!=", 0)))
        self.assertIn(self.nobody, self.search(("value_score", "!=", 0)))
        self.assertIn(self.museum, self.search(("value_clv_amount", "=", False)))

    def test_by_potential_is_yes_or_no(self):
        """Who was never valued is not by potential."""
        self.assertEqual(self.search(("is_value_by_potential", "=", True)), self.museum)
        others = self.all - self.museum
        for domain in (
            ("is_value_by_potential", "=", False),
            ("is_value_by_potential", "!=", True),
        ):
            self.assertEqual(self.search(domain), others.sorted())

    def test_ranges_leave_unknown_out(self):
        """On both sides."""
        for name in NUMBERS:
            middle = self.profile(self.cinema)[VALUE_FIELDS[name]]
            for operator, test in (
                (">", lambda figure, middle=middle: figure > middle),
                (">=", lambda figure, middle=middle: figure >= middle),
                ("<", lambda figure, middle=middle: figure < middle),
                ("<=", lambda figure, middle=middle: figure <= middle),
            ):
                with self.subTest(field=name, operator=operator):
                    self.check(
                        name,
                        operator,
                        middle,
                        lambda figure, test=test: figure is not False and test(figure),
                    )
        everybody_known = self.search(("value_score", ">=", 0))
        self.assertEqual(everybody_known, self.search(("value_score", "!=", False)))

    def test_tiers_are_found_by_name_and_by_their_fields(self):
        """As typed into the search box, and as a custom filter makes it."""
        best = self.lotus + self.ann
        self.assertEqual(self.search(("value_tier_id", "ilike", "platin")), best)
        self.assertEqual(self.search(("value_tier_id.name", "=", "Platinum")), best)
        self.assertEqual(self.search(("value_tier_id.sequence", "<", 20)), best)
        others = self.search(("value_tier_id", "not ilike", "platin"))
        self.assertEqual(others, (self.all - best).sorted())
        rich = self.search(("value_profile_id.revenue_amount", ">", 5000))
        self.assertEqual(rich, best)
        self.assertEqual(self.search(("value_profile_id", "ilike", "Lotus")), best)
        self.assertEqual(
            self.search(("parent_id.value_tier_id", "!=", False)), self.ann
        )

    def test_conditions_combine(self):
        """With each other, with fields of core, and negated."""
        domain = [
            "|",
            ("value_score", "<", 1),
            ("value_tier_id", "=", self.platinum.id),
        ]
        self.assertEqual(
            self.search(*domain), (self.museum + self.lotus + self.ann).sorted()
        )
        negated = self.search("!", *domain)
        self.assertEqual(
            negated, (self.all - self.museum - self.lotus - self.ann).sorted()
        )
        self.assertEqual(self.search(*domain, ("name", "=", "Ann")), self.ann)

    def test_archived_customers_are_found_when_asked_for(self):
        """Their profile stays."""
        self.lotus.action_archive()
        domain = ("value_tier_id", "=", self.platinum.id)
        self.assertEqual(self.search(domain), self.ann)
        found = self.search(domain, ("active", "in", (True, False)))
        self.assertEqual(found, self.lotus + self.ann)

    def test_filtered_domain_agrees_with_search(self):
        """In Python as in SQL."""
        for condition in (
            ("value_score", ">", 50),
            ("value_score", "<", 50),
            ("value_score", "!=", 0),
            ("value_score", "in", [50, False]),
            ("value_score", "=", False),
            ("value_tier_id", "in", [self.platinum.id, False]),
            ("value_abc_class", "!=", "a"),
            ("value_score", "=", 0),
        ):
            with self.subTest(condition=condition):
                found = self.search(condition)
                self.assertEqual(self.all.filtered_domain([condition]).sorted(), found)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOrderAndGroups(PartnerFieldCase):
    def test_lists_sort_by_every_field(self):
        """Both ways, unknown at the end where core puts empty ones."""
        for name, source in VALUE_FIELDS.items():
            for direction in ("asc", "desc"):
                with self.subTest(field=name, direction=direction):
                    found = self.search(order=f"{name} {direction}, id")
                    self.assertEqual(found.sorted("id"), self.all.sorted("id"))
                    if source in ("score", "clv_amount"):
                        self.check_order(found.mapped(name), direction)

    def check_order(self, figures, direction):
        known = [figure for figure in figures if figure is not False]
        self.assertEqual(known, sorted(known, reverse=direction == "desc"))
        unknown = len(figures) - len(known)
        place = slice(-unknown, None) if direction == "asc" else slice(0, unknown)
        self.assertTrue(all(figure is False for figure in figures[place]))

    def test_tiers_sort_by_rank(self):
        """The best first, as tiers are ordered."""
        found = self.search(("value_tier_id", "!=", False), order="value_tier_id")
        ranks = found.mapped("value_tier_id.sequence")
        self.assertEqual(ranks, sorted(ranks))

    def test_groups_count_everybody_once(self):
        """Those without a profile are a group of their own."""
        partners = self.env["res.partner"]
        domain = [("id", "in", self.all.ids)]
        for name in VALUE_FIELDS:
            with self.subTest(field=name):
                groups = partners._read_group(domain, [name], ["id:recordset"])
                members = [partner for _key, some in groups for partner in some]
                self.assertEqual(sorted(p.id for p in members), sorted(self.all.ids))
                for key, some in groups:
                    for partner in some:
                        self.assertEqual(partner[name] or False, key or False)
        by_tier = partners.formatted_read_group(domain, ["value_tier_id"], ["__count"])
        for group in by_tier:
            found = self.search(*group["__extra_domain"])
            self.assertEqual(len(found), group["__count"])

    def test_figures_are_aggregated_without_the_unknown(self):
        """The mean score is that of who has one."""
        domain = [("id", "in", self.customers.ids)]
        [(mean, count)] = self.env["res.partner"]._read_group(
            domain, [], ["value_score:avg", "value_score:count"]
        )
        scores = [p.value_score for p in self.customers if p.value_score is not False]
        self.assertEqual(count, 4)
        self.assertAlmostEqual(mean, sum(scores) / 4)

    def test_list_is_one_query_more_or_less_whatever_its_length(self):
        """Filter, sort and page in one; reading adds a fixed number."""
        fields = list(VALUE_FIELDS)
        user_env = self.env(user=self.users["salesperson"])

        def queries(limit):
            self.env.invalidate_all()
            partners = user_env["res.partner"].with_context(
                allowed_company_ids=self.company.ids
            )
            before = self.cr.sql_log_count
            partners.search_read(
                [("id", "in", self.all.ids), ("value_score", ">=", 0)],
                fields,
                limit=limit,
                order="value_tier_id, value_clv_amount desc",
            )
            return self.cr.sql_log_count - before

        queries(5)
        self.assertEqual(queries(1), queries(5))

    def test_search_sort_and_page_are_one_query(self):
        """The subselect and the join are part of it."""
        partners = self.env["res.partner"]
        domain = [("value_score", ">=", 0)]
        partners.search(domain, order="value_clv_amount desc", limit=3)
        self.env.flush_all()
        with self.assertQueryCount(1):
            partners.search(domain, order="value_clv_amount desc", limit=3)
