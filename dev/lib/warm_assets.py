"""Run in `odoo shell`: build the bundles that browser tests load.

Otherwise every browser test builds them again, as its transaction is rolled back.
"""

BUNDLES = (
    "web.assets_web",
    "web.assets_web_print",
    "web.assets_frontend",
    "web.assets_frontend_lazy",
    "web.assets_frontend_minimal",
    "web.assets_tests",
    "web.assets_unit_tests",
    "web.assets_unit_tests_setup",
    "web_tour.automatic",
)

for name in BUNDLES:
    bundle = env["ir.qweb"]._get_asset_bundle(name, css=True, js=True)  # noqa: F821
    bundle.js()
    bundle.css()
env.cr.commit()  # noqa: F821
