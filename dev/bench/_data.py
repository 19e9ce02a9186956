"""Databases to measure in: many customers and orders, filled set-based and seeded."""

import subprocess
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from ._base import cursor, forget_connections

DEV = Path(__file__).resolve().parents[1]
# Databases that this process made; they go when it is done.
MADE = set()

# Customers are companies, every tenth with a contact who orders too. How often and how
# much they buy is skewed: a few bring most. Two lines in three orders, one in the rest;
# a twentieth discounted, a thirtieth without a known cost. A dozen product categories,
# the first ones bought most.
FILL = """
SELECT setseed(0.42);

-- What is filled is consistent by construction: no foreign key needs a look.
SET session_replication_role = replica;

CREATE TEMP TABLE bench_customer AS
SELECT n, POWER(RANDOM(), 3) AS zeal, EXP(4 + 1.2 * (RANDOM() + RANDOM() - 1)) AS purse
  FROM generate_series(1, {customers}) n;

INSERT INTO res_partner (id, name, complete_name, is_company, active, type,
                         autopost_bills, commercial_partner_id, parent_id, company_id,
                         create_date, write_date)
SELECT {base} + n, 'Customer ' || n, 'Customer ' || n, TRUE, TRUE, 'contact', 'ask',
       {base} + n, NULL::int, NULL::int, NOW() AT TIME ZONE 'UTC',
       NOW() AT TIME ZONE 'UTC'
  FROM bench_customer
UNION ALL
SELECT {base} + {customers} + n, 'Contact ' || n, 'Customer ' || n || ', Contact ' || n,
       FALSE, TRUE, 'contact', 'ask', {base} + n, {base} + n, NULL,
       NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC'
  FROM bench_customer WHERE n % 10 = 0;

-- Every customer buys once; the other orders go to the zealous ones.
CREATE TEMP TABLE bench_order AS
SELECT o.n, o.customer,
       NOW() AT TIME ZONE 'UTC' - INTERVAL '1 day' * FLOOR(1095 * RANDOM())
           - INTERVAL '1 minute' * FLOOR(600 * RANDOM()) AS at,
       ROUND((purse * EXP(RANDOM() - 0.5))::numeric, 2) AS amount,
       0.25 + 0.3 * RANDOM() AS margin_share,
       RANDOM() < 0.05 AS is_discounted, RANDOM() < 0.033 AS is_unknown
  FROM (
        SELECT n, CASE WHEN n <= {customers} THEN n
                  ELSE 1 + FLOOR({customers} * POWER(RANDOM(), 3))::int END AS customer
          FROM generate_series(1, {orders}) n
       ) o
  JOIN bench_customer c ON c.n = o.customer;

INSERT INTO product_category (id, name, complete_name, parent_path)
SELECT {base} + n, 'Category ' || n, 'Category ' || n, {base} + n || '/'
  FROM generate_series(0, 11) n;

INSERT INTO product_template
SELECT (JSONB_POPULATE_RECORD(t, JSONB_BUILD_OBJECT(
            'id', {base} + n, 'categ_id', {base} + n))).*
  FROM product_template t, generate_series(0, 11) n
 WHERE t.id = (SELECT MIN(id) FROM product_template);

INSERT INTO product_product
SELECT (JSONB_POPULATE_RECORD(p, JSONB_BUILD_OBJECT(
            'id', {base} + n, 'product_tmpl_id', {base} + n))).*
  FROM product_product p, generate_series(0, 11) n
 WHERE p.id = (SELECT MIN(id) FROM product_product);

INSERT INTO sale_order (id, name, company_id, partner_id, partner_invoice_id,
    partner_shipping_id, date_order, state, amount_untaxed, amount_tax, amount_total,
    margin, currency_id, currency_rate, invoice_status, access_token, origin,
    create_date, write_date)
SELECT {base} + n, 'BENCH' || n, company.id, partner, partner, partner, at, 'sale',
       amount, 0, amount,
       CASE WHEN is_unknown THEN amount
            ELSE ROUND(amount * margin_share::numeric, 2) END,
       company.currency_id, 1, 'no', MD5(n::text), NULL, at, at
  FROM (
        SELECT o.*, {base} + customer
               + CASE WHEN customer % 10 = 0 AND n % 3 = 0 THEN {customers} ELSE 0 END
               AS partner
          FROM bench_order o
       ) o
 CROSS JOIN (SELECT id, currency_id FROM res_company ORDER BY id LIMIT 1) company;

INSERT INTO sale_order_line (order_id, name, company_id, currency_id, state,
    product_id, product_uom_id, product_uom_qty, price_unit, price_subtotal,
    price_total, purchase_price, margin, discount, customer_lead, sequence,
    is_downpayment, create_date, write_date)
SELECT {base} + n, 'Line ' || part, company.id, company.currency_id, 'sale',
       {base} + FLOOR(12 * POWER((n % 997 * 613 + part * 389) % 997 / 997.0, 2))::int,
       product.uom_id, 1, amount * share, amount * share, amount * share,
       CASE WHEN is_unknown THEN 0
            ELSE amount * share * (1 - margin_share)::numeric END,
       CASE WHEN is_unknown THEN amount * share
            ELSE amount * share * margin_share::numeric END,
       CASE WHEN is_discounted AND part = 1 THEN 10 ELSE 0 END, 0, part, FALSE, at, at
  FROM bench_order
 CROSS JOIN (SELECT id, currency_id FROM res_company ORDER BY id LIMIT 1) company
 CROSS JOIN (
        SELECT uom_id FROM product_template ORDER BY id LIMIT 1
       ) product
  JOIN LATERAL (
        SELECT part, CASE WHEN n % 3 < 2 THEN 0.5 ELSE 1 END AS share
          FROM generate_series(1, CASE WHEN n % 3 < 2 THEN 2 ELSE 1 END) part
       ) p ON TRUE;

RESET session_replication_role;

SELECT setval('res_partner_id_seq', {base} + 2 * {customers}),
       setval('sale_order_id_seq', {base} + {orders});
"""


def new_database(name, *options):
    """A fresh database ``name``; options as for ``dev/newdb``."""
    MADE.add(name)
    subprocess.run([DEV / "newdb", name, *options], check=True)
    _measure_in_one_process(name)


def filled_database(name, customers, orders, *options, base=1_000_000):
    """A database with so many customers and confirmed orders, vacuumed."""
    new_database(name, *options)
    with cursor(name) as cr:
        with without_indexes(cr, "res_partner", "sale_order", "sale_order_line"):
            cr.execute(FILL.format(customers=customers, orders=orders, base=base))
        cr.commit()
    vacuum(name)


@cache
def filled_bare_database(customers, orders):
    """A filled database with what the add-on depends on, but without the add-on."""
    filled_database("bench_bare", customers, orders, "--bare")
    return "bench_bare"


def copied_database(source, name):
    """A copy of the database ``source``, its file store included."""
    MADE.add(name)
    forget_connections(source)
    forget_connections(name)
    _call_shell("copy_database", source, name)
    _measure_in_one_process(name)
    return name


def drop_database(name):
    forget_connections(name)
    _call_shell("drop_database", name)
    MADE.discard(name)


def drop_all():
    """Drop whatever this process made."""
    for name in sorted(MADE):
        drop_database(name)


def vacuum(name):
    """Do what autovacuum would otherwise do while we measure."""
    with cursor(name) as cr:
        cr._cnx.autocommit = True
        cr.execute("VACUUM ANALYZE")
        cr._cnx.autocommit = False


def _call_shell(function, *arguments):
    """Call one of the functions of ``dev/lib/database.sh``."""
    script = '. "$1/lib/environment.sh"; . "$1/lib/database.sh"; shift; "$@"'
    subprocess.run(["bash", "-c", script, "-", DEV, function, *arguments], check=True)


def _measure_in_one_process(name):
    """Keep the database from parallel workers, whose CPU seconds nobody could see."""
    with cursor(name) as cr:
        for setting in ("workers_per_gather", "maintenance_workers"):
            cr.execute(f'ALTER DATABASE "{name}" SET max_parallel_{setting} = 0')
        cr.commit()
    forget_connections(name)


@contextmanager
def without_indexes(cr, *tables):
    """Build the plain indexes of ``tables`` after they are filled, not row by row."""
    cr.execute(
        """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
          FROM pg_index i
         WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique
        """,
        [list(tables)],
    )
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        cr.execute(definition)
