"""A print works and its customers, for the pictures: seeded, the same every time.

Needs ``env`` of an Odoo shell.
"""

import json
import random
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

SEED = 20
CUSTOMERS = (
    "Aldgate Publishing|Bramble & Finch|Brightwater Museum|Calder Valley Brewery|"
    "Castle Theatre|Cobalt Ceramics|Copper Beech School|Dovetail Furniture|"
    "Eastgate Pharmacy|Elm Street Dental|Fairweather Travel|Fern & Fold|"
    "Garnet Hotels|Glasshouse Garden Centre|Granary Foods|Harbour Ferries|"
    "Hartley Auctions|Hazel Yoga|Highfield Estates|Ivy House Weddings|"
    "Juniper Cosmetics|Kestrel Cycling|Kingsway Opera|Larch Architects|"
    "Lighthouse Books|Linden Tea|Marlow Insurance|Meridian Logistics|Millstone Bakery|"
    "Moorland Outdoor|Northern Ballet|Oakham Town Council|Old Mill Restaurant|"
    "Orchard Juices|Paragon Fitness|Pebble Beach Resort|Pinewood Festival|"
    "Quayside Market|Quill Stationers|Redwood University|Ridgeway Farm|"
    "Riverside Clinic|Rosewood Instruments|Rowan Legal|Saddlers Arms|Sailmaker Gin|"
    "Sandstone Properties|Silverdale Optics|Slate & Stone|Sorrel Catering|"
    "Southbank Cinema|Sparrow Toys|Spindle Yarns|St. Anne's Hospice|Sterling Watches|"
    "Summit Ski Club|Swan Lane Pottery|Tamarind Kitchen|Thistle Whisky|Tidewater Boats|"
    "Timber Yard|Tollgate Garage|Trinity College|Umber Paints|Vale Vineyards|"
    "Velvet Curtain Studio|Verdant Landscapes|Viaduct Coffee|Violet Florists|"
    "Walnut Wine Bar|Watermark Gallery|Wellspring Charity|Westbrook Dairy|"
    "Wharfside Records|Whitby Seafood|Wildflower Seeds|Willow Nursery|"
    "Windmill Bakery|Wren Interiors|Yarrow Herbalists"
).split("|")
PRODUCTS = {
    "Brochures": 0.42,
    "Posters": 0.55,
    "Packaging": 0.31,
    "Business cards": 0.6,
    "Books": 0.27,
}
LANGUAGES = ("en_US", "zh_CN")


def main(env):
    """Tell the story once; print users, companies and records as JSON."""
    for code in LANGUAGES:
        if code not in dict(env["res.lang"].get_installed()):
            env["res.lang"]._activate_lang(code)
            env["ir.module.module"].search(
                [("state", "=", "installed")]
            )._update_translations([code])
    company = env.ref("base.main_company")
    fresh = env["res.company"].search([("name", "=", "Fresh Start Ltd")])
    fresh = fresh or env["res.company"].create({"name": "Fresh Start Ltd"})
    tell(env(context={**env.context, "allowed_company_ids": [company.id]}))
    users = {}
    for language in LANGUAGES:
        for role, group, home in (
            ("sales", "sales_team.group_sale_salesman", company),
            ("manager", "crm_value.group_manager", company),
            ("empty", "crm_value.group_manager", fresh),
        ):
            users[f"{role} {language}"] = _ensure_user(env, role, group, home, language)
    env.cr.commit()
    facts = {
        "users": users,
        "companies": {"sales": company.id, "manager": company.id, "empty": fresh.id},
        "ids": _find_records(env, company),
    }
    print(json.dumps(facts))


def _ensure_user(env, role, group, company, language):
    login = f"{role}-{language}"
    if not env["res.users"].search([("login", "=", login)]):
        groups = [env.ref(group).id, env.ref("base.group_user").id]
        if role != "sales":
            groups += [
                env.ref("sales_team.group_sale_manager").id,
                env.ref("base.group_system").id,
            ]
        env["res.users"].create(
            {
                "name": {"sales": "Robin Sales", "manager": "Kim Manager"}.get(
                    role, "Alex Starter"
                ),
                "login": login,
                "password": login,
                "lang": language,
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(groups)],
            }
        )
    return login, login


def _find_records(env, company):
    profiles = env["crm.value.profile"].search([("company_id", "=", company.id)])
    override = profiles.filtered("override_tier_id")[:1] or profiles[:1]
    runs = env["crm.value.run"].search([("company_id", "=", company.id)])
    tiers = env["crm.value.policy"]._of_company(company).tier_ids
    order = env["sale.order"].search(
        [
            ("company_id", "=", company.id),
            ("state", "=", "draft"),
            ("partner_id", "in", profiles.partner_id.ids),
        ],
        limit=1,
    )
    best = profiles.filtered(lambda profile: profile.purchase_count > 5)[:1]
    return {
        "profile": best.id,
        "partner": best.partner_id.id,
        "override": override.id,
        "tier": tiers[0].id,
        "run": runs[:1].id,
        "order": order.id,
    }


def tell(env):
    """Create the customers, what they bought and are about to buy; value them."""
    if env["res.partner"].search_count([("name", "=", CUSTOMERS[0])]):
        return
    chance = random.Random(SEED)
    # Only the story's own orders may count: demo data of other apps would blur it.
    salesperson = _make_salesperson(env)
    partners = _make_customers(env, chance, salesperson)
    products = _make_products(env)
    _buy(env, chance, partners, products)
    _hope(env, chance, partners, salesperson)
    policy = env["crm.value.policy"]._of_company(env.company)
    policy.choose_preset("print")
    _describe_tiers(env, policy)
    env.flush_all()
    _value(env, policy)
    _quote(env, partners, products, salesperson)


def _make_salesperson(env):
    return env["res.users"].create(
        {
            "name": "Robin Sales",
            "login": "robin",
            "password": "robin-robin",
            "group_ids": [
                Command.set([env.ref("sales_team.group_sale_salesman_all_leads").id])
            ],
        }
    )


def _make_customers(env, chance, salesperson):
    users = [salesperson.id, env.ref("base.user_admin").id]
    return env["res.partner"].create(
        [
            {
                "name": name,
                "is_company": True,
                "email": f"office@{''.join(filter(str.isalpha, name)).lower()}.example",
                "phone": f"+44 20 7946 {chance.randrange(10_000):04d}",
                "city": chance.choice(["York", "Leeds", "Hull", "Whitby", "Harrogate"]),
                "user_id": chance.choice(users),
            }
            for name in CUSTOMERS
        ]
    )


def _make_products(env):
    categories = env["product.category"].create([{"name": name} for name in PRODUCTS])
    return env["product.product"].create(
        [
            {
                "name": name,
                "categ_id": category.id,
                "list_price": 100.0,
                "standard_price": 100.0 * (1 - rate),
                "type": "consu",
            }
            for category, (name, rate) in zip(categories, PRODUCTS.items(), strict=True)
        ]
    )


def _buy(env, chance, partners, products):
    """Three years of purchases: few customers buy much, some grow, some leave."""
    today = fields.Date.context_today(env.user)
    rows = []
    for place, partner in enumerate(sorted(partners, key=lambda _p: chance.random())):
        size = 4200 / (1 + place) ** 0.82 * chance.uniform(0.7, 1.4)
        cycle = chance.choice([24, 35, 50, 75, 110])
        trend = chance.choice([-0.5, -0.25, 0, 0, 0.2, 0.5])
        margin = chance.uniform(0.12, 0.5) if place % 9 else -0.08
        day = today - relativedelta(months=36) + timedelta(days=chance.randrange(300))
        last = today - timedelta(days=chance.choice([0, 0, 0, 0, cycle * 2, 260, 400]))
        if place % 11 == 5:
            day = today - timedelta(days=chance.randrange(20, 80))
        favourites = chance.sample(list(products), 3)
        while day <= last:
            age = (today - day).days / 365
            amount = max(size * chance.uniform(0.5, 1.6) * (1 + trend) ** -age, 15)
            rows.append(
                {
                    "reference": f"R-{len(rows):05d}",
                    "partner_id": partner.id,
                    "date": day,
                    "amount": round(amount, 2),
                    "margin": round(amount * margin * chance.uniform(0.7, 1.2), 2),
                    "product_id": chance.choice(favourites).id,
                    "quantity": chance.randrange(1, 40),
                    "channel": chance.choice(["web", "salesperson", "shop", "phone"]),
                }
            )
            day += timedelta(days=max(3, round(chance.gauss(cycle, cycle / 4))))
    env["crm.value.purchase"].create(rows)


def _hope(env, chance, partners, salesperson):
    """Open opportunities: what makes a small customer rank high."""
    env["crm.lead"].create(
        [
            {
                "name": f"Catalogue {partner.name}",
                "type": "opportunity",
                "partner_id": partner.id,
                "expected_revenue": chance.choice([4000, 9000, 26000]),
                "probability": chance.choice([20, 50, 80]),
                "user_id": salesperson.id,
            }
            for partner in chance.sample(list(partners), 14)
        ]
    )


def _describe_tiers(env, policy):
    pricelist = env["product.pricelist"].create({"name": "Regular customers"})
    terms = [(12, 500, "base"), (8, 250, None), (4, 100, None), (0, 50, None)]
    for tier, (discount, goodwill, _list) in zip(policy.tier_ids, terms, strict=True):
        tier.write(
            {"max_discount_percent": discount, "goodwill_limit_amount": goodwill}
        )
    policy.tier_ids[0].pricelist_id = pricelist


def _value(env, policy):
    """Two valuations with some weeks between, so that there is a history."""
    runs = env["crm.value.run"]
    today = fields.Date.context_today(env.user)
    for days in (200, 120, 60, 0):
        runs.start(env.company.id, as_of=today - timedelta(days=days) if days else None)
    profile = env["crm.value.profile"].search(
        [
            ("company_id", "=", env.company.id),
            ("partner_id.name", "in", CUSTOMERS),
            ("tier_id", "=", policy.tier_ids[2].id),
        ],
        limit=1,
    )
    profile.override_tier(
        policy.tier_ids[1].id,
        "Framework contract signed, first orders in spring",
        today + relativedelta(months=6),
    )


def _quote(env, partners, products, salesperson):
    best = env["crm.value.profile"].search(
        [("tier_id", "!=", False), ("partner_id", "in", partners.ids)], limit=1
    )
    env["sale.order"].create(
        {
            "partner_id": best.partner_id.id,
            "user_id": salesperson.id,
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": 5})
                for product in products[:3]
            ],
        }
    )
