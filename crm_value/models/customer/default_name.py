from odoo import api, models
from odoo.tools.translate import code_translations


class CrmCustomerDefaultName(models.AbstractModel):
    """Rows that code creates for every company, named in every installed language.

    No .po entry finds them as records; their names are terms of the code. A model
    gives them by :meth:`_get_default_names` and has a translated ``name``.
    """

    _name = "crm.customer.default.name"
    _description = "Named by default"

    @api.model
    def _get_default_names(self):
        """English names (``LazyTranslate``) of the default rows."""
        return []

    @api.model
    def _translate_defaults(self, languages=None):
        """Name untouched default rows in ``languages``; a user's wording stays.

        :param list languages: codes; None: all installed ones
        """
        if languages is None:
            languages = [code for code, _name in self.env["res.lang"].get_installed()]
        sources = [name._source for name in self._get_default_names()]
        records = self.with_context(lang="en_US", active_test=False)
        records = records.search([("name", "in", sources)])
        for code in set(languages) - {"en_US"}:
            terms = code_translations.get_python_translations("crm_value", code)
            for record in records:
                # The column is read whole: a fallback would look like a translation.
                stored = record._fields["name"]._get_stored_translations(record) or {}
                if code not in stored and record.name in terms:
                    record.update_field_translations("name", {code: terms[record.name]})


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Name default rows in a language that is loaded after the add-on."""
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        if "crm_value" in modules:
            registry = self.env.registry
            for name in registry.descendants(["crm.customer.default.name"], "_inherit"):
                if not registry[name]._abstract:
                    # Whoever adds a language need not see these rows, least of all of
                    # all companies.
                    self.env[name].sudo()._translate_defaults(langs)
        return result
