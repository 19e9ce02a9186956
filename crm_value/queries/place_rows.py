from odoo.tools import SQL

from .curve_lookup import between, curve_columns, position
from .figures import FENCE
from .money import as_numeric


def place_rows(run_id, company_id, decimals, curve, is_percentile):
    """Give each staging row of some customers its place among all customers.

    A run of all customers knows their shares and leaves them on the profiles; one of
    some customers reads them there. Whose amount is the same stays where he is, to the
    last digit; whose amount rose never falls, and the other way round. Who is new, or
    moved, is placed by the curve where the amount is one of its points, else by the
    next poorer and the next richer customer.

    :param list curve: CurvePoints that the last full run kept
    :param bool is_percentile: whether tiers go by the share of customers: the profiles'
        ``base_standing`` tells it then, else nothing asks for it

    Three look-ups for each row, two of them by the index on company and ranking amount.
    """
    return SQL(
        """
        UPDATE crm_value_run_row r
           SET share_above = %(above)s,
               share_cumulative = %(cumulative)s,
               customers_above = %(customers_above)s
          FROM (
                SELECT s.id, s.ranking_amount AS amount, %(columns)s,
                       curve.richer_shares[point] AS point_customers,
                       curve.above_shares[point] AS point_above,
                       curve.cumulative_shares[point] AS point_cumulative
                  FROM crm_value_run_row s
            CROSS JOIN %(curve)s curve
            CROSS JOIN LATERAL (
                        SELECT %(place)s AS place
                       ) l
            CROSS JOIN LATERAL (
                        SELECT CASE WHEN curve.amounts[place] = s.ranking_amount
                                    THEN place END AS point
                       ) c
             LEFT JOIN LATERAL (
                        SELECT * FROM crm_value_profile
                         WHERE id = s.profile_id %(fence)s
                       ) own ON TRUE
             LEFT JOIN LATERAL (
                        SELECT * FROM crm_value_profile
                         WHERE company_id = %(company)s AND ranking_amount <= %(amount)s
                           AND id IS DISTINCT FROM s.profile_id
                      ORDER BY ranking_amount DESC NULLS LAST LIMIT 1
                       ) poorer ON TRUE
             LEFT JOIN LATERAL (
                        SELECT * FROM crm_value_profile
                         WHERE company_id = %(company)s AND ranking_amount > %(amount)s
                           AND id IS DISTINCT FROM s.profile_id
                      ORDER BY ranking_amount NULLS FIRST LIMIT 1
                       ) richer ON TRUE
                 WHERE s.run_id = %(run)s AND s.ranking_amount IS NOT NULL
               ) n
         WHERE n.id = r.id
        """,
        above=_share_above(),
        cumulative=_share_cumulative(),
        customers_above=_customers_above() if is_percentile else SQL("NULL"),
        columns=SQL(", ").join(
            SQL(
                "%s AS %s",
                expression,
                SQL.identifier(f"{who}_{name}"),
            )
            for who in ("own", "poorer", "richer")
            for name, expression in _shares_of(SQL.identifier(who))
        ),
        # Looked up one by one: joined, all profiles were read for a few.
        fence=FENCE,
        curve=curve_columns(curve),
        place=position(SQL("s.ranking_amount")),
        company=company_id,
        # As the index has it: in double precision it would not be looked up.
        amount=as_numeric(SQL("s.ranking_amount"), decimals),
        run=run_id,
    )


def _shares_of(profile):
    """Amount and shares that the last valuation left on a profile."""
    return (
        ("amount", SQL("%s.ranking_amount::float8", profile)),
        ("above", SQL("%s.margin_share_above", profile)),
        ("cumulative", SQL("%s.margin_share_cumulative", profile)),
        ("customers", SQL("1 - %s.base_standing / 100", profile)),
    )


def _share_above():
    """Those richer: all down to the next richer one, without what he himself brought.

    Who brings nothing stands behind all who do.
    """
    found = SQL(
        """CASE WHEN point_above IS NOT NULL THEN point_above
                WHEN poorer_amount = amount THEN poorer_above
                ELSE COALESCE(richer_cumulative, 0) END"""
    )
    return _moved(
        SQL("own_above"),
        _of_profit(found),
        _of_profit(SQL("%s - (own_cumulative - own_above)", found)),
    )


def _share_cumulative():
    """On the straight line between the next poorer and the next richer customer."""
    line = between(
        SQL("amount"),
        SQL("poorer_amount"),
        SQL("richer_amount"),
        SQL("poorer_cumulative"),
        SQL("richer_cumulative"),
    )
    found = _of_profit(
        SQL("COALESCE(point_cumulative, %s, poorer_cumulative, 1)", line)
    )
    return _moved(SQL("own_cumulative"), found, found)


def _customers_above():
    """Those richer than the next poorer one; who fell was among them, and is not now.

    Without himself they are as many as are richer than the next richer one.
    """
    found = SQL(
        """COALESCE(point_customers, poorer_customers,
                    CASE WHEN richer_amount IS NULL THEN 0 ELSE 1 END)"""
    )
    return _moved(SQL("own_customers"), found, SQL("COALESCE(richer_customers, 0)"))


def _of_profit(found):
    """``found`` for a positive amount; NULL where nobody has ever brought profit."""
    return SQL(
        """CASE WHEN amount > 0 THEN %s
                WHEN COALESCE(own_cumulative, poorer_cumulative, richer_cumulative)
                     IS NOT NULL THEN 1 END""",
        found,
    )


def _moved(own, found, found_below):
    """The share by which way the amount went: never against it."""
    return SQL(
        """
        CASE WHEN own_amount IS NULL THEN %(found)s
             WHEN own_amount = amount THEN %(own)s
             WHEN own_amount < amount THEN LEAST(%(own)s, %(found)s)
             ELSE GREATEST(%(own)s, %(found_below)s) END
        """,
        own=own,
        found=found,
        found_below=found_below,
    )
