from odoo.tools import SQL

from .purchase_history import purchase_days

YEAR = 365


def due_complaints(scope, days, limit=None):
    """Complaints whose window of ``days`` after receipt is over and not yet judged.

    Columns: ``id``, ``customer_id`` (commercial partner).

    Left out: questions and service requests, merged complaints, those of nobody we
    know. Leans on the index on company and receipt.
    """
    return SQL(
        """
        SELECT id, commercial_partner_id AS customer_id
          FROM crm_complaint c
         WHERE company_id = %(company)s AND kind = 'complaint'
           AND %(judged)s IS NULL AND merged_into_id IS NULL
           AND commercial_partner_id IS NOT NULL
           AND received_at < %(as_of)s::date - %(days)s + 1
           AND %(day)s + %(days)s < %(as_of)s
      ORDER BY id %(limit)s
        """,
        company=scope.company_id,
        judged=_column("judged_%s_date", days),
        as_of=scope.as_of,
        days=days,
        day=scope.day(SQL("received_at")),
        limit=SQL("LIMIT %s", limit) if limit else SQL(),
    )


def complaint_outcomes(scope, sources, complaint_ids, days, kept_ratio):
    """Write what became of the customers of these complaints, once.

    What he bought in the ``days`` after the day of receipt is held against his own pace
    before: what he bought in the year before, or since his first purchase if that is
    less (but never less than ``days``), by the day. All amounts are revenue of the
    company's purchases, net of returns.

    - kept: he bought, and at least ``kept_ratio`` of his pace
    - reduced: he bought less
    - lost: he bought nothing, though at his pace he would have bought at least once
    - NULL: nothing can be told; he bought nothing, nor was he expected to

    A complaint is judged once: what arrives later does not change it.

    :param sources: queries with the columns of ``order_purchases``, in a scope of these
        customers

    Reads the purchases of these customers once.
    """
    return SQL(
        """
        UPDATE crm_complaint c
           SET %(outcome)s = j.outcome,
               %(judged)s = %(as_of)s,
               outcome = COALESCE(j.outcome, c.outcome)
          FROM (%(judgements)s) j
         WHERE c.id = j.id AND c.%(judged)s IS NULL
        """,
        outcome=_column("outcome_%s", days),
        judged=_column("judged_%s_date", days),
        as_of=scope.as_of,
        judgements=_judgements(scope, sources, complaint_ids, days, kept_ratio),
    )


def _column(name, days):
    return SQL.identifier(name % days)


def _judgements(scope, sources, complaint_ids, days, kept_ratio):
    return SQL(
        """
        SELECT id,
               CASE WHEN after_count > 0 THEN
                    CASE WHEN after_amount >= %(ratio)s * before_amount * pace
                         THEN 'kept' ELSE 'reduced' END
                    WHEN before_count * pace >= 1 THEN 'lost' END AS outcome
          FROM (
                SELECT f.*,
                       %(days)s::numeric / LEAST(GREATEST(
                           day - first_day + 1, %(days)s), %(year)s) AS pace
                  FROM (%(figures)s) f
               ) f
        """,
        ratio=kept_ratio,
        days=days,
        year=YEAR,
        figures=_figures(scope, sources, complaint_ids, days),
    )


def _figures(scope, sources, complaint_ids, days):
    """Purchases before and after the day of receipt, a row a complaint."""
    before = SQL("d.day <= t.day AND d.day > t.day - %s", YEAR)
    after = SQL("d.day > t.day AND d.day <= t.day + %s", days)
    return SQL(
        """
        SELECT t.id, t.day,
               MIN(d.day) FILTER (WHERE d.is_purchase AND d.day <= t.day) AS first_day,
               COUNT(*) FILTER (WHERE d.is_purchase AND %(before)s) AS before_count,
               COUNT(*) FILTER (WHERE d.is_purchase AND %(after)s) AS after_count,
               COALESCE(SUM(d.amount) FILTER (WHERE %(before)s), 0) AS before_amount,
               COALESCE(SUM(d.amount) FILTER (WHERE %(after)s), 0) AS after_amount
          FROM (
                SELECT id, commercial_partner_id AS customer_id, %(day)s AS day
                  FROM crm_complaint WHERE id = ANY(%(ids)s)
               ) t
     LEFT JOIN (%(purchases)s) d ON d.customer_id = t.customer_id
      GROUP BY t.id, t.day
        """,
        before=before,
        after=after,
        day=scope.day(SQL("received_at")),
        ids=list(complaint_ids),
        purchases=purchase_days(sources),
    )
