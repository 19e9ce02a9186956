"""Where an amount would stand on the frozen Pareto curve."""

from odoo.tools import SQL


def curve_columns(curve):
    """One row with the curve as arrays, poorest customer first."""
    poorest_first = sorted(curve, key=lambda point: point.amount)
    return SQL(
        """(SELECT %s::float8[] AS amounts, %s::float8[] AS richer_shares,
                   %s::float8[] AS above_shares, %s::float8[] AS cumulative_shares)""",
        [point.amount for point in poorest_first],
        [point.customers_above for point in poorest_first],
        [point.share_above for point in poorest_first],
        [point.share_cumulative for point in poorest_first],
    )


def position(amount):
    """Number of points of ``curve`` that are at most ``amount``."""
    return SQL("WIDTH_BUCKET((%s)::float8, curve.amounts)", amount)


def share_above(amount, place):
    """Share of profit, 0-1, of the customers richer than ``amount``.

    Between two points the curve is a straight line; above the last nobody is richer.
    NULL without a curve.

    :param SQL place: column that holds :func:`position` of the amount
    """
    return SQL(
        """
        CASE WHEN CARDINALITY(curve.amounts) = 0 THEN NULL
             WHEN %(place)s = 0 THEN 1
             WHEN %(place)s = CARDINALITY(curve.amounts) THEN 0
             ELSE curve.above_shares[%(place)s]
                + ((%(amount)s)::float8 - curve.amounts[%(place)s])
                / (curve.amounts[%(place)s + 1] - curve.amounts[%(place)s])
                * (curve.cumulative_shares[%(place)s + 1]
                   - curve.above_shares[%(place)s])
             END
        """,
        place=place,
        amount=amount,
    )


def share_cumulative(amount, place):
    """Share of profit, 0-1, of a customer of ``amount`` and those richer than him.

    As :func:`share_above`; above the last point that of the richest.
    """
    return SQL(
        """
        CASE WHEN CARDINALITY(curve.amounts) = 0 THEN NULL
             WHEN %(place)s = 0 THEN 1
             WHEN %(place)s = CARDINALITY(curve.amounts)
             THEN curve.cumulative_shares[%(place)s]
             ELSE curve.cumulative_shares[%(place)s]
                + ((%(amount)s)::float8 - curve.amounts[%(place)s])
                / (curve.amounts[%(place)s + 1] - curve.amounts[%(place)s])
                * (curve.cumulative_shares[%(place)s + 1]
                   - curve.cumulative_shares[%(place)s])
             END
        """,
        place=place,
        amount=amount,
    )


def customers_above(place):
    """Share of customers, 0-1, richer than the amount at this place of the curve."""
    return SQL(
        """
        CASE WHEN CARDINALITY(curve.amounts) = 0 THEN NULL
             WHEN %(place)s = 0 THEN 1
             ELSE curve.richer_shares[%(place)s] END
        """,
        place=place,
    )
