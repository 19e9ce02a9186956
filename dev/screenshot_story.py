"""Who looks at the demo print works in the pictures, and at which of its records.

Needs ``env`` of an Odoo shell on a database with demo data.
"""

import json
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

LANGUAGES = ("en_US", "zh_CN")
# Role -> name of the user and further groups.
ROLES = {
    "sales": ("Robin Sales", ["sales_team.group_sale_salesman_all_leads"]),
    "agent": ("Lee Agent", ["crm_value.group_care_agent"]),
    "manager": (
        "Kim Manager",
        [
            "crm_value.group_manager",
            "sales_team.group_sale_manager",
            "base.group_system",
        ],
    ),
    "empty": (
        "Alex Starter",
        ["crm_value.group_manager", "sales_team.group_sale_manager"],
    ),
}
# Role -> the customer for whom somebody logs in to the portal.
CUSTOMERS = {"customer": "seagull", "buyer": "harbour"}


def main(env):
    """Complete the story once; print users, companies and records as JSON."""
    _load_languages(env)
    company = env.ref("crm_value.demo_company_print")
    fresh = env["res.company"].search([("name", "=", "Fresh Start Ltd")])
    fresh = fresh or env["res.company"].create({"name": "Fresh Start Ltd"})
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    companies = {**dict.fromkeys([*ROLES, *CUSTOMERS], company), "empty": fresh}
    users = {
        (role, language): _ensure_user(env, role, companies[role], language)
        for role in companies
        for language in LANGUAGES
    }
    _share_customers(env, company, users["sales", "en_US"] | users["manager", "en_US"])
    facts = {
        "users": {" ".join(key): [user.login] * 2 for key, user in users.items()},
        "companies": {role: home.id for role, home in companies.items()},
        "ids": _find_records(env, company),
    }
    env.cr.commit()
    print(json.dumps(facts))


def _load_languages(env):
    for code in set(LANGUAGES) - dict(env["res.lang"].get_installed()).keys():
        env["res.lang"]._activate_lang(code)
        installed = env["ir.module.module"].search([("state", "=", "installed")])
        installed._update_translations([code])


def _ensure_user(env, role, company, language):
    login = f"{role}-{language}"
    return env["res.users"].search([("login", "=", login)]) or env["res.users"].create(
        {
            **(_describe_customer if role in CUSTOMERS else _describe_user)(env, role),
            "login": login,
            "password": login,
            "lang": language,
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
        }
    )


def _describe_user(env, role):
    name, groups = ROLES[role]
    groups = [env.ref(group).id for group in ["base.group_user", *groups]]
    return {"name": name, "group_ids": [Command.set(groups)]}


def _describe_customer(env, role):
    return {
        "name": "Sam Customer",
        "parent_id": env.ref(f"crm_value.demo_partner_{CUSTOMERS[role]}").id,
        "group_ids": [Command.set(env.ref("base.group_portal").ids)],
    }


def _share_customers(env, company, salespeople):
    """Every customer has a salesperson, in turn."""
    profiles = env["crm.value.profile"].search([("company_id", "=", company.id)])
    for place, partner in enumerate(
        profiles.partner_id.filtered(lambda p: not p.user_id)
    ):
        partner.user_id = salespeople[place % len(salespeople)]


def _find_records(env, company):
    profiles = env["crm.value.profile"].search([("company_id", "=", company.id)])
    best = profiles.filtered(lambda profile: profile.purchase_count > 5)[:1]
    return {
        "profile": best.id,
        "partner": best.partner_id.id,
        "override": profiles.filtered("override_tier_id")[:1].id,
        "tier": env["crm.value.policy"]._of_company(company).tier_ids[0].id,
        **_ensure_runs(env, company),
        "order": _ensure_quotation(env, company, best.partner_id).id,
        "complaint": env.ref("crm_value.demo_complaint_thin_paper").id,
        "own_complaint": env.ref("crm_value.demo_complaint_smell").id,
        "decided": env.ref("crm_value.demo_complaint_price").id,
        "decided_token": env.ref(
            "crm_value.demo_complaint_price"
        )._portal_ensure_token(),
        "remedy": env.ref("crm_value.demo_remedy_price").id,
        "improvement": env.ref("crm_value.demo_improvement_ink").id,
        "problem": env.ref("crm_value.demo_notice_paper").id,
        "suggestion": env.ref("crm_value.demo_suggestion_proof").id,
    }


def _ensure_runs(env, company):
    """A valuation, the trial of a day half a year before, and a replay of the first."""
    runs = env["crm.value.run"]
    valued = runs._last_full(company)
    day = fields.Date.today() - timedelta(days=182)
    tried = runs.search([("company_id", "=", company.id), ("as_of_date", "=", day)])
    replayed = runs.search([("replayed_run_id", "=", valued.id)])
    return {
        "run": valued.id,
        "trial": tried[:1].id or runs.start(company.id, as_of=str(day), apply=False),
        "replay": replayed[:1].id or valued.replay(),
    }


def _ensure_quotation(env, company, partner):
    orders = env["sale.order"]
    found = orders.search([("company_id", "=", company.id), ("state", "=", "draft")])
    return found[:1] or orders.create(
        {
            "partner_id": partner.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": env.ref(f"crm_value.demo_product_{name}").id,
                        "product_uom_qty": quantity,
                    }
                )
                for name, quantity in (("brochure", 2000), ("poster", 500))
            ],
        }
    )
