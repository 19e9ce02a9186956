from odoo.tools import SQL

from .curve_lookup import (
    curve_columns,
    customers_above,
    position,
    share_above,
    share_cumulative,
)


def place_rows(run_id, curve):
    """Give each staging row of some customers its place on the frozen Pareto curve.

    A run of all customers knows their shares exactly; one of some customers reads them
    off the curve that the last full run kept: on its points they are the same.

    :param list curve: CurvePoints, richest first
    """
    return SQL(
        """
        UPDATE crm_value_run_row r
           SET share_above = %(above)s,
               share_cumulative = %(cumulative)s,
               customers_above = %(customers_above)s
          FROM %(curve)s curve
         WHERE r.run_id = %(run)s AND r.ranking_amount IS NOT NULL
        """,
        above=share_above(SQL("r.ranking_amount"), _PLACE),
        cumulative=share_cumulative(SQL("r.ranking_amount"), _PLACE),
        customers_above=customers_above(_PLACE),
        curve=curve_columns(curve),
        run=run_id,
    )


_PLACE = position(SQL("r.ranking_amount"))
