from odoo import api, models


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Name default tiers in a language that is loaded after the add-on.

        They are created by code for every company, so that no .po entry finds them.
        """
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        if "crm_value" in modules:
            # Whoever adds a language need not see tiers, least of all of all companies.
            self.env["crm.value.tier"].sudo()._translate_defaults(langs)
        return result
