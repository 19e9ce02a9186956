"""Columns that say what another row says: their NOT NULL would refuse every new row.

The profile's currency is its company's; customer and company of a move are its
profile's; runs and users say who wrote what, and when.
"""

DROPPED = {
    "crm_value_profile": (
        "currency_id",
        "create_uid",
        "create_date",
        "write_uid",
        "write_date",
    ),
    "crm_value_tier_move": (
        "partner_id",
        "company_id",
        "create_uid",
        "create_date",
        "write_uid",
        "write_date",
    ),
}


def migrate(cr, version):
    for table, columns in DROPPED.items():
        for column in columns:
            cr.execute(f'ALTER TABLE "{table}" DROP COLUMN IF EXISTS "{column}"')
