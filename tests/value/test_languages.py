"""Default tiers carry their name in every language; a person's wording stays."""

from unittest.mock import patch

from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools.translate import code_translations

from odoo.addons.crm_value.models.value.tier import DEFAULT_TIERS

from .common import NOON, ValueCase

# What the translations have to say, whoever writes them.
NAMES = {
    "zh_CN": ["铂金", "黄金", "白银", "普通"],
    "zh_TW": ["白金", "黃金", "白銀", "一般"],
}
SOURCES = [default.name._source for default in DEFAULT_TIERS]


def load_as_user(user, codes):
    """What the dialog for adding a language does, for the add-on alone."""
    for code in codes:
        user.env["res.lang"]._activate_lang(code)
    module = user.env.ref("base.module_crm_value").with_user(user)
    module._update_translations(codes, overwrite=True)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLanguages(ValueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")

    def setUp(self):
        super().setUp()
        original = code_translations.get_python_translations

        def translations(module, code):
            if module == "crm_value" and code in NAMES:
                return dict(zip(SOURCES, NAMES[code], strict=True))
            return original(module, code)

        # What the add-on does with translations, not what is in them.
        self.startPatcher(
            patch.object(code_translations, "get_python_translations", translations)
        )

    def names(self, company, code):
        policy = self.env["crm.value.policy"]._of_company(company)
        return policy.tier_ids.with_context(lang=code).mapped("name")

    def test_company_created_after_the_language_has_its_names(self):
        """As at installation, when a language was there before the add-on."""
        company = self.make_company("Later Works")
        self.assertEqual(self.names(company, "zh_CN"), NAMES["zh_CN"])
        self.assertEqual(self.names(company, "en_US"), SOURCES)

    def test_language_loaded_after_the_add_on_names_all_tiers(self):
        """Of every company, also those that the administrator does not work in."""
        elsewhere = self.make_company("Other Works", "USD")
        administrator = new_test_user(
            self.env,
            "language_administrator",
            "base.group_system",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.assertFalse(administrator.has_group("crm_value.group_user"))
        load_as_user(administrator, ["zh_CN", "zh_TW"])
        self.env.invalidate_all()
        for company in self.company | elsewhere:
            for code, names in NAMES.items():
                self.assertEqual(self.names(company, code), names, company.name)
            self.assertEqual(self.names(company, "en_US"), SOURCES)

    def test_a_users_wording_is_kept(self):
        """In the language he wrote it in, and where he renamed the tier itself."""
        self.env["crm.value.tier"]._translate_defaults(["zh_CN"])
        self.platinum.with_context(lang="zh_CN").name = "钻石"
        self.gold.name = "Very good"
        load_as_user(self.env.user, ["zh_CN", "zh_TW"])
        self.env.invalidate_all()
        chinese = self.names(self.company, "zh_CN")
        self.assertEqual(chinese[0], "钻石")
        self.assertEqual(chinese[2:], NAMES["zh_CN"][2:])
        self.assertEqual(self.names(self.company, "en_US")[1], "Very good")
        self.assertEqual(self.names(self.company, "zh_TW")[0], NAMES["zh_TW"][0])
        self.assertEqual(self.names(self.company, "zh_TW")[1], "Very good")

    def test_language_without_translations_shows_english(self):
        """And loading it is no fault."""
        load_as_user(self.env.user, ["fr_FR"])
        self.assertEqual(self.names(self.company, "fr_FR"), SOURCES)

    def test_salesperson_reads_tiers_in_his_language(self):
        """On the contact, by name and as a search finds it."""
        self.env["crm.value.tier"]._translate_defaults(["zh_CN"])
        tier = self.platinum.with_context(lang="zh_CN")
        self.assertEqual(tier.display_name, "铂金")
        found = tier.search([("name", "=", "铂金"), ("policy_id", "=", self.policy.id)])
        self.assertEqual(found, self.platinum)


@tagged("post_install", "-at_install")
class TestTranslatedNames(ValueCase):
    """What the .po files really say of the default tiers."""

    def test_default_tiers_are_translated(self):
        """Into both Chinese, in the words of the glossary."""
        for code, names in NAMES.items():
            terms = code_translations.get_python_translations("crm_value", code)
            self.assertEqual([terms.get(source) for source in SOURCES], names, code)
