import ast
from datetime import timedelta

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import NOON, TODAY, ValueCase, days_before

MODELS = {
    "crm.value.profile": ("list", "kanban", "form", "search", "pivot", "graph"),
    "crm.value.tier": ("list", "form", "search"),
    "crm.value.policy": ("form",),
    "crm.value.run": ("list", "form", "search"),
    "crm.value.tier.move": ("list", "pivot", "graph", "search"),
    "res.partner": ("list", "kanban", "form", "search"),
    "sale.order": ("list", "form"),
}
MANAGER_ONLY = (
    "Set tier by hand",
    "End hand-set tier",
    "Value now",
    "Change thresholds",
)


class ViewCase(ValueCase):
    """Five customers of different worth, valued, and a user of every kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {place}", "is_company": True} for place in range(5)]
        )
        cls.purchases(
            [
                (customer, days_before(20 * turn + place), amount, amount * 0.4)
                for place, (customer, amount) in enumerate(
                    zip(cls.customers, (5000, 900, 300, 90, 10), strict=True)
                )
                for turn in range(1, 5)
            ]
        )
        with freeze_time(NOON):
            cls.valuation = cls.start()
        cls.best = cls.profile(cls.customers[0])

    def as_user(self, kind, model):
        return (
            self.env[model]
            .with_user(self.users[kind])
            .with_context(allowed_company_ids=self.company.ids)
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestViews(ViewCase):
    def arch(self, kind, model, view_type):
        view = self.as_user(kind, model).get_view(view_type=view_type)
        return etree.fromstring(view["arch"])

    def test_views_open_for_user_and_manager(self):
        """Every view of the slice, and those of core that it extends."""
        for kind in ("salesperson", "manager"):
            for model, view_types in MODELS.items():
                if model == "sale.order" and kind == "manager":
                    continue
                for view_type in view_types:
                    with self.subTest(kind=kind, model=model, view_type=view_type):
                        self.assertIsNotNone(self.arch(kind, model, view_type))

    def test_salesperson_sees_no_manager_button(self):
        """Neither a button for managers nor their menu."""
        for model, view_types in MODELS.items():
            for view_type in view_types:
                arch = self.arch("salesperson", model, view_type)
                labels = {node.get("string") for node in arch.iter("button")}
                self.assertFalse(labels & set(MANAGER_ONLY), (model, view_type))
        menus = self.as_user("salesperson", "ir.ui.menu")._visible_menu_ids()
        self.assertIn(self.env.ref("crm_value.menu_root").id, menus)
        self.assertNotIn(self.env.ref("crm_value.menu_value_configuration").id, menus)

    def test_partner_form_has_one_ribbon_and_one_page(self):
        """One ribbon, one smart button and one page of ours; nothing for outsiders."""
        arch = self.arch("salesperson", "res.partner", "form")
        self.assertEqual(len(arch.xpath("//widget[@name='value_tier_ribbon']")), 1)
        self.assertEqual(len(arch.xpath("//button[@name='action_open_value']")), 1)
        pages = arch.xpath("//notebook/page[@name='customer_timeline']")
        self.assertEqual([page.get("string") for page in pages], ["Value"])
        self.assertTrue(pages[0].xpath(".//field[@name='value_profile_id']"))
        self.assertTrue(pages[0].xpath(".//field[@name='customer_event_ids']"))
        outside = self.arch("insider", "res.partner", "form")
        self.assertFalse(outside.xpath("//widget[@name='value_tier_ribbon']"))
        self.assertFalse(outside.xpath("//field[starts-with(@name, 'value_')]"))

    def test_filters_and_groups_run(self):
        """Every filter of the search views gives a domain and a grouping that work."""
        for model in ("crm.value.profile", "crm.value.run", "crm.value.tier.move"):
            self.check_search(model, lambda name: True)
        self.check_search("res.partner", lambda name: "value" in name)

    def check_search(self, model, is_ours):
        records = self.as_user("salesperson", model)
        for node in self.arch("salesperson", model, "search").iter("filter"):
            if not is_ours(node.get("name")):
                continue
            with self.subTest(model=model, filter=node.get("name")):
                domain = node.get("domain") or "[]"
                records.search(safe_eval(domain, {"uid": records.env.uid}), limit=1)
                context = ast.literal_eval(node.get("context") or "{}")
                if context:
                    records.formatted_read_group([], [context["group_by"]], ["__count"])

    def test_actions_have_an_address_and_an_empty_state(self):
        """Whoever opens an empty list is told what to do next."""
        for xml_id in (
            "action_value_profile",
            "value_tier_action",
            "value_run_action",
            "value_tier_move_action",
        ):
            action = self.env.ref(f"crm_value.{xml_id}")
            self.assertTrue(action.path, xml_id)
            self.assertIn("o_view_nocontent", action.help, xml_id)

    def test_partner_list_reads_tiers_in_one_query(self):
        """The number of queries does not depend on the number of rows."""
        fields_ = {
            "name": {},
            "value_tier_id": {"fields": {"display_name": {}, "color": {}}},
            "is_value_by_potential": {},
        }

        def queries(partners):
            self.env.invalidate_all()
            records = partners.with_user(self.users["salesperson"])
            before = self.env.cr.sql_log_count
            records.with_context(allowed_company_ids=self.company.ids).web_read(fields_)
            return self.env.cr.sql_log_count - before

        queries(self.customers)
        self.assertEqual(queries(self.customers[:1]), queries(self.customers))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestCard(ViewCase):
    def test_card_tells_figures_place_and_history(self):
        """With units and dates, as a salesperson reads it."""
        card = self.as_user("salesperson", "crm.value.profile").browse(self.best.id)
        shown = card.get_value_card()
        self.assertEqual(shown["abc"], {"key": "a", "label": "A"})
        self.assertEqual(
            [group["title"] for group in shown["figures"]],
            ["Purchases", "Money, last 24 months", "Outlook"],
        )
        figures = {
            row["name"]: row["value"]
            for group in shown["figures"]
            for row in group["rows"]
        }
        self.assertEqual(figures["purchase_count"], "4 days")
        self.assertEqual(figures["cycle_days"], "20 days")
        self.assertIn("20,000.00", figures["revenue_amount"].replace("\xa0", " "))
        self.assertEqual(figures["p_alive"], "")
        self.assertEqual((shown["pareto"]["rank"], shown["pareto"]["count"]), (1, 5))
        self.assertAlmostEqual(shown["pareto"]["profit"], 5000 / 6300, 3)
        self.assertEqual(len(shown["months"]), 24)
        self.assertEqual(
            [(m["from"], m["to"], m["reason"]) for m in shown["moves"]],
            [(None, "Platinum", "First valuation")],
        )

    def test_rank_of_a_prospect_is_unknown(self):
        """Who bought nothing stands nowhere."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Catalogue",
                "type": "opportunity",
                "partner_id": self.customer("Prospect").id,
                "company_id": self.company.id,
                "expected_revenue": 100.0,
                "probability": 50.0,
            }
        )
        self.start(as_of=None)
        shown = self.profile(lead.partner_id).get_value_card()["pareto"]
        self.assertEqual((shown["rank"], shown["customers"]), (None, None))

    def test_rank_counts_down_to_the_last(self):
        """Every customer has his number."""
        ranks = [
            self.profile(customer).get_value_card()["pareto"]["rank"]
            for customer in self.customers
        ]
        self.assertEqual(ranks, [1, 2, 3, 4, 5])

    def test_card_is_refused_to_outsiders(self):
        """To employees without the group, portal users and other companies."""
        for kind in ("insider", "portal"):
            with self.subTest(kind=kind), self.assertRaises(AccessError):
                self.best.with_user(self.users[kind]).get_value_card()
        other = self.make_company("Other Works", "USD")
        user = self.users["user"].copy(
            {
                "login": "user_of_other",
                "company_id": other.id,
                "company_ids": [(6, 0, other.ids)],
            }
        )
        with (
            mute_logger("odoo.addons.base.models.ir_rule"),
            self.assertRaises(AccessError),
        ):
            self.best.with_user(user).get_value_card()

    def test_curve_sums_to_all_customers(self):
        """Classes and tiers are those of the profiles."""
        runs = self.as_user("salesperson", "crm.value.run")
        curve = runs.get_pareto_curve(self.company.id)
        profiles = self.profiles().values()
        self.assertEqual(curve["run_id"], self.valuation.id)
        self.assertEqual(sum(line["count"] for line in curve["classes"]), 5)
        self.assertAlmostEqual(sum(line["profit"] for line in curve["tiers"]), 1)
        for line in curve["tiers"]:
            members = [p for p in profiles if p.tier_id.id == line["id"]]
            self.assertEqual(line["count"], len(members))
            self.assertAlmostEqual(
                line["revenue"], sum(p.revenue_amount for p in members), 2
            )
        points = curve["points"]
        self.assertEqual((points[0]["customers"], points[0]["profit"]), (0, 0))
        self.assertEqual((points[-1]["customers"], points[-1]["profit"]), (1, 1))
        self.assertEqual(points, sorted(points, key=lambda point: point["profit"]))

    def test_curve_of_an_unvalued_company_is_empty(self):
        """No points, no run, and no error."""
        other = self.make_company("Other Works", "USD")
        curve = self.Run.get_pareto_curve(other.id)
        self.assertEqual((curve["points"], curve["run_id"]), ([], None))

    def test_curve_of_another_company_is_refused(self):
        other = self.make_company("Other Works", "USD")
        with self.assertRaises(AccessError):
            self.as_user("salesperson", "crm.value.run").get_pareto_curve(other.id)
        for value in (0, -1):
            with self.assertRaises(UserError):
                self.Run.get_pareto_curve(value)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDialogs(ViewCase):
    def test_manager_sets_a_tier_by_hand(self):
        """Through the dialog, with reason and last day; the card says so."""
        profile = self.profile(self.customers[4])
        Wizard = self.as_user("manager", "crm.value.override.wizard").with_context(
            active_model="crm.value.profile", active_ids=profile.ids
        )
        with Form(Wizard) as form:
            self.assertIn("Customer 4 (Standard)", form.customer_words)
            form.tier_id = self.gold
            form.reason = "Contract"
            form.until_date = TODAY + timedelta(days=30)
        form.record.action_apply()
        self.assertEqual(profile.tier_id, self.gold)
        self.assertEqual(profile.override_until_date, TODAY + timedelta(days=30))
        self.assertEqual(profile.get_value_card()["moves"][0]["note"], "Contract")

    def test_salesperson_cannot_open_the_dialogs(self):
        for model in ("crm.value.override.wizard", "crm.value.threshold.wizard"):
            for kind in ("salesperson", "agent"):
                with self.subTest(model=model, kind=kind):
                    with self.assertRaises(AccessError):
                        self.as_user(kind, model).create({})

    def test_customers_of_two_companies_are_refused(self):
        """A tier belongs to one company."""
        other = self.make_company("Other Works", "USD")
        elsewhere = self.best.copy_data()[0] | {
            "company_id": other.id,
            "tier_id": False,
        }
        elsewhere = self.Profile.create(
            elsewhere | {"partner_id": self.customers[1].id}
        )
        wizard = self.env["crm.value.override.wizard"].create(
            {
                "profile_ids": [(6, 0, (self.best | elsewhere).ids)],
                "tier_id": self.gold.id,
                "reason": "Contract",
            }
        )
        with self.assertRaises(UserError) as caught:
            wizard.action_apply()
        self.assertIn("Other Works", str(caught.exception))

    def test_first_steps_until_the_first_valuation(self):
        """A new company is led through; afterwards the list speaks for itself."""
        other = self.make_company("Other Works", "USD")
        Policy = self.env["crm.value.policy"].with_context(
            allowed_company_ids=other.ids
        )
        steps = Policy.get_first_steps()
        self.assertEqual((steps["is_valued"], steps["run"]), (False, None))
        self.assertEqual((steps["order_count"], steps["purchase_count"]), (0, 0))
        policy = Policy.browse(steps["policy_id"])
        self.assertTrue(policy.choose_preset("print"))
        self.assertEqual(policy.weight_monetary, 35)
        policy.action_run_now()
        self.assertEqual(Policy.get_first_steps()["run"]["state"], "pending")
        self.Run.start(other.id)
        self.assertTrue(Policy.get_first_steps()["is_valued"])
        mine = self.as_user("salesperson", "crm.value.policy").get_first_steps()
        self.assertFalse(mine["is_manager"])
        self.assertEqual((mine["is_valued"], mine["purchase_count"]), (True, 20))

    def test_trade_is_chosen_by_managers_among_those_there_are(self):
        with self.assertRaises(AccessError):
            self.policy.with_user(self.users["salesperson"]).choose_preset("print")
        with self.assertRaises(UserError) as caught:
            self.policy.choose_preset("bakery")
        self.assertIn("retail", str(caught.exception))

    def test_weights_show_their_share_while_typing(self):
        """And whether the last valuation still went by other rules."""
        policy = self.policy.with_user(self.users["manager"])
        self.assertFalse(policy.is_valuation_outdated)
        with Form(policy) as form:
            form.weight_recency = 70
            self.assertAlmostEqual(form.weight_recency_share, 70 / 150)
            form.weight_recency = 20
            form.window_months = 12
        self.assertTrue(policy.is_valuation_outdated)

    def test_settings_write_the_policy_of_the_company(self):
        Settings = self.env["res.config.settings"]
        with Form(Settings) as form:
            form.value_window_months = 18
        form.record.execute()
        self.assertEqual(self.policy.window_months, 18)
        action = Settings.action_open_value_policy()
        self.assertEqual(action["res_id"], self.policy.id)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestWords(ViewCase):
    def test_reasons_for_no_prediction(self):
        """Each names its figures; none without a reason."""
        say = self.Run._say_withheld
        self.assertEqual(say({}), "")
        self.assertEqual(
            say(
                {"withheld": [{"code": "too_few_buyers", "actual": 5, "required": 500}]}
            ),
            "5 customers have bought; the model needs 500.",
        )
        self.assertIn(
            "did not", say({"withheld": [{"code": "x", "detail": "did not"}]})
        )
        self.assertIn("the model needs 500", self.valuation.withheld_words)

    def test_what_a_run_learned_is_shown_escaped(self):
        """Text from outside stays text."""
        run = self.valuation.copy_data()[0] | {
            "parameters": {"withheld": [{"code": "no_fit", "detail": "<script>1"}]}
        }
        shown = str(self.Run.create(run).parameters_html)
        self.assertIn("&lt;script&gt;1", shown)
        self.assertNotIn("<script>", shown)
        self.assertIn("5", str(self.valuation.parameters_html))

    def test_thresholds_in_words_follow_the_method(self):
        self.assertEqual(self.platinum.entry_words, "The first 50 % of the profit")
        self.assertIn("60 days", self.platinum.keep_words)
        self.assertEqual(self.standard.entry_words, "Everybody else")
        self.policy.tier_method = "percentile"
        self.assertEqual(self.platinum.entry_words, "The best 50 % of customers")
        self.policy.tier_method = "score"
        self.assertEqual(self.platinum.entry_words, "At least 50 points")

    def test_price_list_without_the_feature_is_pointed_out(self):
        """On the tier and on the order of a customer of it; not once it is on."""
        self.platinum.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Friends", "company_id": self.company.id}
        )
        feature = self.env.ref("product.group_product_pricelist")
        # A second currency in use has switched it on.
        self.env.ref("base.group_user")._remove_group(feature)
        order = self.env["sale.order"].create({"partner_id": self.customers[0].id})
        self.assertEqual(order.customer_tier_id, self.platinum)
        self.assertTrue(self.platinum.is_pricelist_ignored)
        self.assertTrue(order.is_tier_pricelist_ignored)
        self.env.ref("base.group_user")._apply_group(feature)
        self.env.invalidate_all()
        self.assertFalse(self.platinum.is_pricelist_ignored)
        self.assertFalse(order.is_tier_pricelist_ignored)

    def test_customers_of_a_tier_open_from_it(self):
        action = self.platinum.action_open_customers()
        found = self.Profile.search(Domain(action["domain"]))
        self.assertEqual(found, self.best)
        partner = self.customers[0].with_user(self.users["salesperson"])
        partner = partner.with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(partner.action_open_value()["res_id"], self.best.id)
