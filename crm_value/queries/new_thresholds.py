"""What other thresholds would do, and doing it, from the standings that are stored."""

from odoo.tools import SQL

from .tier_decisions import tier_decisions


def threshold_summary(company_id, ranks, as_of):
    """How many customers each change concerns.

    :param list ranks: ``formulas.tiering.Rank`` with the new thresholds, best first

    Columns: ``from_id``, ``to_id`` (tiers, the same where nobody moves), ``reason`` (of
    the move, or NULL), ``customer_count``, ``grace_count`` (of those, who begin their
    time of grace), ``saved_count`` (of those, whose grace ends well), ``changed_count``
    (profiles that applying writes). One row for each combination.

    Reads the company's profiles once, by the index on company and partner.
    """
    return SQL(
        """
        SELECT old_tier_id AS from_id, new_tier_id AS to_id, reason,
               COUNT(*) AS customer_count,
               COUNT(*) FILTER (WHERE reason IS NULL AND old_below_since IS NULL
                                AND below_since IS NOT NULL) AS grace_count,
               COUNT(*) FILTER (WHERE reason IS NULL AND old_below_since IS NOT NULL
                                AND below_since IS NULL) AS saved_count,
               COUNT(*) FILTER (WHERE is_changed) AS changed_count
          FROM (%s) d
      GROUP BY old_tier_id, new_tier_id, reason
        """,
        _decided(company_id, ranks, as_of),
    )


def threshold_movers(company_id, ranks, as_of, limit):
    """Profiles that change tier, the most valuable customers first.

    Columns: ``profile_id``, ``from_id``, ``to_id`` (tiers), ``reason``.
    """
    return SQL(
        """
        SELECT profile_id, old_tier_id AS from_id, new_tier_id AS to_id, reason
          FROM (%s) d
         WHERE reason IS NOT NULL
      ORDER BY ranking_amount DESC NULLS LAST, profile_id
         LIMIT %s
        """,
        _decided(company_id, ranks, as_of),
        limit,
    )


def apply_thresholds(company_id, ranks, as_of, run_id, user_id, now):
    """Write the tiers that the thresholds give, in one statement.

    Only profiles whose tier, grace, mark or override changes are touched; every change
    of tier becomes a row of ``crm.value.tier.move``.

    :param datetime now: UTC, when it happens

    Columns of the one row returned: ``customer_count`` (decided), ``changed_count``
    (profiles written), ``move_count``, and ``changes``: the moves as
    ``queries.write_profiles`` returns them.
    """
    return SQL(
        """
        WITH decided AS MATERIALIZED (%(decided)s),
        updated AS (
            UPDATE crm_value_profile p
               SET tier_id = new_tier_id,
                   tier_since_date = CASE WHEN reason IS NULL THEN p.tier_since_date
                                          ELSE %(as_of)s::date END,
                   below_keep_date = below_since,
                   is_tier_by_potential = by_potential,
                   override_tier_id = new_override_tier_id,
                   override_until_date = CASE WHEN is_overridden
                                              THEN p.override_until_date END,
                   override_reason = CASE WHEN is_overridden
                                          THEN p.override_reason END,
                   run_id = %(run)s
              FROM decided d
             WHERE p.id = d.profile_id AND is_changed
         RETURNING p.id
        ),
        moved AS (
            INSERT INTO crm_value_tier_move (
                profile_id, from_tier_id, to_tier_id, reason, run_id, user_id, at)
            SELECT profile_id, old_tier_id, new_tier_id, reason, %(run)s, %(user)s,
                   %(now)s
              FROM decided
             WHERE reason IS NOT NULL
         RETURNING id
        )
        SELECT (SELECT COUNT(*) FROM decided) AS customer_count,
               (SELECT COUNT(*) FROM updated) AS changed_count,
               (SELECT COUNT(*) FROM moved) AS move_count,
               (SELECT JSONB_AGG(JSONB_BUILD_OBJECT(
                    'customer', customer_id, 'reason', reason,
                    'from', old_tier_id, 'to', new_tier_id,
                    'first', FALSE, 'stage_from', NULL, 'stage_to', NULL))
                  FROM decided
                 WHERE reason IS NOT NULL) AS changes
        """,
        decided=_decided(company_id, ranks, as_of),
        as_of=as_of,
        run=run_id,
        user=user_id,
        now=now,
    )


def _decided(company_id, ranks, as_of):
    """Decisions over the stored standings, beside what is stored now."""
    standings = SQL(
        """
        SELECT id AS profile_id, partner_id AS customer_id, standing, base_standing,
               ranking_amount
          FROM crm_value_profile
         WHERE company_id = %s
        """,
        company_id,
    )
    return SQL(
        """
        SELECT d.*, p.below_keep_date AS old_below_since,
               CASE WHEN is_overridden THEN p.override_tier_id END
                   AS new_override_tier_id,
               (p.tier_id, p.below_keep_date, p.is_tier_by_potential,
                p.override_tier_id)
               IS DISTINCT FROM
               (new_tier_id, below_since, by_potential,
                CASE WHEN is_overridden THEN p.override_tier_id END) AS is_changed
          FROM (%(decisions)s) d
          JOIN crm_value_profile p ON p.id = d.profile_id
        """,
        decisions=tier_decisions(standings, ranks, as_of),
    )
