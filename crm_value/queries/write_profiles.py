from odoo.tools import SQL

from .money import as_numeric
from .scores import scores
from .tier_decisions import tier_decisions

# Profile column -> expression over the decisions of a run. Whatever is listed here is
# compared before it is written, so every expression is rounded to what is stored.
COLUMNS = {
    "first_purchase_date": "first_date",
    "last_purchase_date": "last_date",
    "purchase_count": "purchase_count",
    "repeat_count": "repeat_count",
    "revenue_amount": "revenue",
    "margin_amount": "margin",
    "known_cost_share": "known_cost_share",
    "full_price_share": "full_price_share",
    "cost_to_serve_amount": "cost_to_serve",
    "net_margin_amount": "net_amount",
    "ranking_amount": "ranking_amount",
    "monetary_amount": "monetary_amount",
    "potential_amount": "potential_amount",
    "open_amount": "open_amount",
    "category_amount": "category_amount",
    "growth_share": "growth_share",
    "cycle_days": "cycle_days",
    "next_purchase_date": "next_date",
    "recency_score": "recency_q",
    "frequency_score": "frequency_q",
    "monetary_score": "monetary_q",
    "clv_score": "clv_q",
    "potential_score": "potential_q",
    "score": "score",
    "p_alive": "p_alive",
    "expected_purchases": "expected",
    "clv_amount": "clv",
    "clv_method": "clv_method",
    "margin_share_above": "share_above",
    "margin_share_cumulative": "cumulative",
    "abc_class": "abc_class",
    "lifecycle_stage": "stage",
    "lifecycle_since_date": "in_stage_since",
    "lifecycle_reason": "stage_reason",
    "profitability_class": "profitability",
    "standing": "standing",
    "base_standing": "base_standing",
    "is_tier_by_potential": "by_potential",
    "tier_id": "new_tier_id",
    "tier_since_date": "tier_since",
    "below_keep_date": "below_since",
    "override_tier_id": "override_tier",
    "override_until_date": "override_until",
    "override_reason": "override_reason",
}

# Of these, those that are stored as money.
MONEY = {column for column in COLUMNS if column.endswith("_amount")}


def decided_rows(valuation, ranks, customers, company_id, profiles=None):
    """One row a customer with every profile column, before anything is written.

    Where the customer's own dates do not tell since when he is in his stage, the day
    on which it was first seen counts; a stage that stays keeps its day.

    :param Shard customers: who is decided
    :param SQL profiles: what is held so far, with the columns of :func:`held_tiers`;
        None: what the profiles of the company say
    """
    return SQL(
        """
        SELECT customer_id, profile_id, reason, old_tier_id,
               old_stage, old_purchase_count, silence, cycle, pause_days, by_margin,
               %(columns)s
          FROM (
                SELECT d.*,
                       CASE WHEN reason IS NULL THEN old_tier_since
                            ELSE %(as_of)s::date END AS tier_since,
                       COALESCE(stage_since, CASE WHEN stage = old_stage
                           THEN LEAST(old_stage_since, %(as_of)s::date)
                           ELSE %(as_of)s::date END) AS in_stage_since,
                       CASE WHEN is_overridden THEN old_override_tier_id END
                           AS override_tier,
                       CASE WHEN is_overridden THEN old_override_until END
                           AS override_until,
                       CASE WHEN is_overridden THEN old_override_reason END
                           AS override_reason
                  FROM (%(decisions)s) d
               ) d
        """,
        columns=SQL(", ").join(
            SQL(
                "%s AS %s",
                as_numeric(SQL.identifier(source), valuation.decimals)
                if column in MONEY
                else SQL.identifier(source),
                SQL.identifier(f"new_{column}"),
            )
            for column, source in COLUMNS.items()
        ),
        as_of=valuation.as_of,
        decisions=tier_decisions(
            scores(valuation, customers),
            ranks,
            valuation.as_of,
            # Of the shard alone: a large company has twenty, and none looks at all.
            profiles
            or SQL(
                "(SELECT * FROM crm_value_profile WHERE company_id = %s AND %s)",
                company_id,
                customers.holds(SQL("partner_id")),
            ),
        ),
    )


def write_profiles(decided, customers, run_id, company_id, now, news_from):
    """Write what changed of the decided customers, in one statement.

    Profiles whose figures are the same are not touched; every change of tier becomes a
    row of ``crm.value.tier.move``.

    :param SQL decided: :func:`decided_rows` of ``customers``
    :param datetime now: UTC, when it happens
    :param date news_from: a first purchase before this day is history, not news; None:
        all are history

    Columns of the one row returned: ``customer_count`` (decided), ``created_count``,
    ``updated_count`` (profiles), ``move_count`` (tier moves), ``changes``: JSON list of
    what happened to customers, new ones only if they bought: ``customer``, ``reason``
    (of a tier move), ``from``, ``to`` (tiers), ``first`` (a first purchase that is
    news), ``stage_from``, ``stage_to``, ``stage_reason``, and the figures behind it:
    ``last_date``, ``silent_days``, ``cycle_days`` (own or the company's),
    ``pause_days``, ``growth_share``, ``by_margin``.
    """
    columns = [SQL.identifier(column) for column in COLUMNS]
    new = [SQL.identifier("d", f"new_{column}") for column in COLUMNS]
    old = [SQL.identifier("p", column) for column in COLUMNS]
    return SQL(
        """
        WITH decided AS MATERIALIZED (%(decided)s),
        updated AS (
            UPDATE crm_value_profile p
               SET (%(columns)s, run_id) = (%(new)s, %(run)s)
              FROM decided d
             WHERE p.id = d.profile_id AND %(customers)s
               AND (%(old)s) IS DISTINCT FROM (%(new)s)
         RETURNING p.id
        ),
        created AS (
            INSERT INTO crm_value_profile (
                partner_id, company_id, %(columns)s, run_id)
            SELECT customer_id, %(company)s, %(new)s, %(run)s
              FROM decided d
             WHERE profile_id IS NULL
         RETURNING id, partner_id
        ),
        moved AS (
            INSERT INTO crm_value_tier_move (
                profile_id, from_tier_id, to_tier_id, reason, run_id, at)
            SELECT COALESCE(d.profile_id, c.id), d.old_tier_id, d.new_tier_id,
                   d.reason, %(run)s, %(now)s
              FROM decided d
         LEFT JOIN created c ON c.partner_id = d.customer_id
             WHERE d.reason IS NOT NULL
         RETURNING id
        )
        SELECT (SELECT COUNT(*) FROM decided) AS customer_count,
               (SELECT COUNT(*) FROM created) AS created_count,
               (SELECT COUNT(*) FROM updated) AS updated_count,
               (SELECT COUNT(*) FROM moved) AS move_count,
               (SELECT JSONB_AGG(JSONB_BUILD_OBJECT(
                    'customer', customer_id, 'reason', reason,
                    'from', old_tier_id, 'to', new_tier_id,
                    'first', %(is_first)s,
                    'stage_from', old_stage, 'stage_to', new_lifecycle_stage,
                    'stage_reason', new_lifecycle_reason,
                    'last_date', new_last_purchase_date, 'silent_days', silence,
                    'cycle_days', cycle, 'pause_days', pause_days,
                    'growth_share', new_growth_share, 'by_margin', by_margin))
                  FROM decided
                 WHERE %(is_first)s
                    OR profile_id IS NOT NULL
                       AND (reason IS NOT NULL
                            OR old_stage IS DISTINCT FROM new_lifecycle_stage)
               ) AS changes
        """,
        decided=decided,
        customers=customers.holds(SQL("p.partner_id")),
        columns=SQL(", ").join(columns),
        new=SQL(", ").join(new),
        old=SQL(", ").join(old),
        run=run_id,
        now=now,
        company=company_id,
        is_first=_is_first_purchase(news_from),
    )


def _is_first_purchase(news_from):
    """Whether a customer had bought nothing so far, and what he did is news."""
    if news_from is None:
        return SQL("FALSE")
    return SQL(
        """(COALESCE(old_purchase_count, 0) = 0
            AND COALESCE(new_first_purchase_date >= %s::date, FALSE))""",
        news_from,
    )
