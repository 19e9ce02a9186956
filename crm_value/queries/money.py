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


def in_currency(micros, decimals):
    """Whole millionths as a double precision amount, rounded to the currency.

    Halves away from zero, in whole numbers. Fails beyond ``TOO_MUCH``.
    """
    step = 10 ** max(6 - decimals, 0)
    return SQL(
        "(((%(micros)s)::int8 + SIGN(%(micros)s)::int8 * %(half)s) / %(step)s)::float8"
        " / %(units)s",
        micros=micros,
        half=step // 2,
        step=step,
        units=MICRO // step,
    )


def to_units(amount, decimals):
    """A rounded double precision amount in the smallest units of its currency.

    Whole numbers: their sums are exact, and do not depend on the order of the rows.
    """
    return SQL("ROUND((%s) * %s)", amount, 10**decimals)


def settled(amount, decimals):
    """A sum or difference of rounded amounts without the noise of its last digits."""
    return SQL("%s / %s", to_units(amount, decimals), 10**decimals)


def as_numeric(amount, decimals):
    """A rounded double precision amount as the numeric that fields of money store.

    By whole numbers: the direct way goes through text.
    """
    unit = f"0.{'1'.zfill(decimals)}" if decimals else "1"
    return SQL("%s::int8 * %s::numeric", to_units(amount, decimals), unit)


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
