"""Where an amount would stand among those that the last full run ranked."""

from odoo.tools import SQL


def curve_columns(curve):
    """One row with the curve as arrays, poorest customer first.

    Fenced: else the planner copies the arrays to every place that looks into them.
    """
    poorest_first = sorted(curve, key=lambda point: point.amount)
    return SQL(
        """(SELECT %s::float8[] AS amounts, %s::float8[] AS richer_shares,
                   %s::float8[] AS above_shares, %s::float8[] AS cumulative_shares
            OFFSET 0)""",
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
             ELSE %(between)s END
        """,
        place=place,
        between=between(
            amount,
            SQL("curve.amounts[%s]", place),
            SQL("curve.amounts[%s + 1]", place),
            SQL("curve.above_shares[%s]", place),
            SQL("curve.cumulative_shares[%s + 1]", place),
        ),
    )


def customers_above(place):
    """Share of customers, 0-1, richer than the next poorer point of the curve."""
    return SQL(
        """
        CASE WHEN CARDINALITY(curve.amounts) = 0 THEN NULL
             WHEN %(place)s = 0 THEN 1
             ELSE curve.richer_shares[%(place)s] END
        """,
        place=place,
    )


def between(amount, poorer_amount, richer_amount, poorer_share, richer_share):
    """The share at ``amount`` on the straight line between a poorer and a richer one.

    At the poorer amount exactly the poorer share; the two amounts differ.
    """
    return SQL(
        """%(poorer_share)s + ((%(amount)s)::float8 - %(poorer_amount)s)
            / (%(richer_amount)s - %(poorer_amount)s)
            * (%(richer_share)s - %(poorer_share)s)""",
        amount=amount,
        poorer_amount=poorer_amount,
        richer_amount=richer_amount,
        poorer_share=poorer_share,
        richer_share=richer_share,
    )
