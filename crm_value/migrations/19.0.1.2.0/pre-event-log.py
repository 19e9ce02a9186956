"""Events say themselves when and of what they are: see decision 6."""

DROPPED = ("create_uid", "create_date", "write_uid", "write_date")


def migrate(cr, version):
    for column in DROPPED:
        cr.execute(f"ALTER TABLE crm_customer_event DROP COLUMN IF EXISTS {column}")
