from odoo.tools import SQL

from .money import rounded


def count_histories(run_id, anchor, grain_days):
    """Repeat purchases by recency and age, for the count model.

    Columns: ``x`` (repeat days of purchase), ``t_x`` (weeks from first to last),
    ``age`` (weeks from first to the anchor), ``weight`` (customers).

    :param int grain_days: recency and age are rounded down to so many days: 1 keeps
        them as they are, 7 compresses a million customers to some 10^5 rows
    """
    return SQL(
        """
        SELECT purchase_count - 1 AS x,
               (last_date - first_date) / %(grain)s * %(grain)s / 7.0::float8 AS t_x,
               (GREATEST(%(anchor)s::date, last_date) - first_date)
                   / %(grain)s * %(grain)s / 7.0::float8 AS age,
               COUNT(*) AS weight
          FROM crm_value_run_row
         WHERE run_id = %(run)s AND first_date IS NOT NULL
      GROUP BY 1, 2, 3
      ORDER BY 1, 2, 3
        """,
        run=run_id,
        anchor=anchor,
        grain=grain_days,
    )


def amount_histories(run_id, decimals):
    """Mean amount of repeat purchases by their number, for the amount model.

    Columns: ``x`` (repeat purchases that cost something, >= 1), ``mean`` (company
    currency, > 0), ``weight`` (customers). Left out: customers without a
    repeat purchase or whose mean is not positive.
    """
    return SQL(
        """
        SELECT x, mean, COUNT(*) AS weight
          FROM (
                SELECT paid_repeat_count AS x, %s AS mean
                  FROM crm_value_run_row
                 WHERE run_id = %s AND paid_repeat_count > 0
               ) r
         WHERE mean > 0
      GROUP BY x, mean
      ORDER BY x, mean
        """,
        rounded(SQL("repeat_amount / paid_repeat_count"), decimals),
        run_id,
    )


def prediction_pairs(run_id, anchor, customers):
    """Distinct ``x`` (repeat purchases), ``weeks`` (whole weeks of age) of a run.

    What a customer is expected to buy while active depends on nothing else.

    :param Shard customers: of the run's customers, those who are scored
    """
    return SQL(
        """
        SELECT DISTINCT purchase_count - 1 AS x,
               (GREATEST(%s::date, last_date) - first_date) / 7 AS weeks
          FROM crm_value_run_row
         WHERE run_id = %s AND first_date IS NOT NULL AND %s
        """,
        anchor,
        run_id,
        customers.holds(SQL("customer_id")),
    )
