"""Columns and checks that every confirmed order paid for: see decision 6."""

LOG_COLUMNS = ("create_uid", "create_date", "write_uid", "write_date")
PLAIN_IDS = ("partner_id", "company_id")


def migrate(cr, version):
    for column in LOG_COLUMNS:
        cr.execute(f"ALTER TABLE crm_customer_event DROP COLUMN IF EXISTS {column}")
    for column in PLAIN_IDS:
        cr.execute(
            "ALTER TABLE crm_value_touch"
            f" DROP CONSTRAINT IF EXISTS crm_value_touch_{column}_fkey"
        )
