"""Amounts in whole millionths of the currency, as double precision.

Adding up millions of ``numeric`` values costs more than reading them. Whole millionths
are exact in double precision up to nine billion of the currency, and their sums do not
depend on the order of the rows.
"""

from odoo.tools import SQL

MICRO = 1_000_000
# What a customer buys must fit into 64 bits.
TOO_MUCH = 9_000_000_000_000
# What every query of purchases brings, beside partner, day and is_free.
AMOUNTS = (
    "amount",
    "margin",
    "known_amount",
    "full_price_amount",
    "reward_amount",
)


def to_micros(amount):
    """A numeric ``amount`` in whole millionths; NULL stays NULL."""
    return SQL("((%s) * %s)::int8::float8", amount, MICRO)


def from_micros(micros):
    """Whole millionths as a numeric amount."""
    return SQL("(%s)::int8 / %s::numeric", micros, MICRO)


def rounded(figure, decimals):
    """A double precision ``figure`` so rounded, halves up, by arithmetic alone.

    Turning it into a numeric and back, which goes through text, takes ten times as
    long.
    """
    unit = SQL("%s::float8", 10**decimals)
    return SQL("FLOOR((%s) * %s + 0.5) / %s", figure, unit, unit)


def purchases_in_micros(source):
    """A query of purchases with its numeric amounts turned into whole millionths."""
    return SQL(
        "SELECT partner_id, day, %s, is_free FROM (%s) s",
        SQL(", ").join(
            SQL(
                "COALESCE(%s, 0) AS %s",
                to_micros(SQL.identifier(name)),
                SQL.identifier(name),
            )
            for name in AMOUNTS
        ),
        source,
    )
