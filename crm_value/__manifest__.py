{
    "name": "Customer Value",
    "summary": "Value tiers, customer care, complaints and a loyalty club "
    "on top of your customers and sales",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "The crm_value team",
    "license": "LGPL-3",
    "depends": [
        "contacts",
        "crm",
        "digest",
        "sale_crm",
        "sale_loyalty",
        "sale_margin",
    ],
    "data": [
        "security/groups.xml",
        "security/customer/ir.model.access.csv",
        "security/customer/rules.xml",
        "security/value/ir.model.access.csv",
        "security/value/rules.xml",
        "data/value/cron.xml",
        "data/value/policies.xml",
    ],
    "application": True,
}
