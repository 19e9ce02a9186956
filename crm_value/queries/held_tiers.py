from datetime import timedelta

from odoo.tools import SQL

# Longer than any time of grace.
LONG = timedelta(days=4000)


def tiers_held_on(scope):
    """Which tier each customer held at the end of a day, as the moves tell.

    :param Scope scope: company, and the day that is looked at

    Columns, a row a profile that had a tier by then: as :func:`_held`;
    ``given_tier_id`` is NULL.
    """
    return _held(
        scope,
        moves=scope.is_past(SQL("m.at")),
        is_own=SQL("FALSE"),
        given=SQL("NULL::int"),
    )


def tiers_held_before(scope, run_id, finished_at):
    """Which tier each customer held when a run decided on him, as the moves tell.

    :param Scope scope: company and day of the run
    :param int run_id: an applied run that is done
    :param datetime finished_at: UTC, when it was

    Columns as :func:`_held`; ``given_tier_id``: the tier that the run left him with.
    """
    return _held(
        scope,
        # Moments are whole seconds: within the last one, runs come in their order.
        moves=SQL(
            "(m.at < %(end)s OR m.at = %(end)s AND COALESCE(m.run_id, 0) <= %(run)s)",
            end=finished_at,
            run=run_id,
        ),
        is_own=SQL("m.run_id IS NOT DISTINCT FROM %s", run_id),
        given=SQL("to_tier_id"),
    )


def _held(scope, moves, is_own, given):
    """Profiles as they were, with the columns that tier decisions look at.

    Columns: ``id`` (of the profile), ``tier_id``, ``tier_since_date``,
    ``override_tier_id``, ``override_until_date``, ``below_keep_date``,
    ``given_tier_id``; ``override_reason``, ``lifecycle_stage``,
    ``lifecycle_since_date`` and ``purchase_count`` are NULL, as no move tells them.

    What no move tells of the time of grace is taken from the run's own: where it let a
    customer fall, grace was over, else it had just begun. A tier is set by hand from
    the move that says so to the next one.

    Reads the moves of the company once, by the index of their profile.
    """
    return SQL(
        """(
        SELECT profile_id AS id,
               CASE WHEN is_own THEN from_tier_id ELSE to_tier_id END AS tier_id,
               at::date AS tier_since_date,
               CASE WHEN reason = 'override' THEN to_tier_id
                    WHEN is_own AND reason = 'override_end' THEN from_tier_id
                    END AS override_tier_id,
               CASE WHEN is_own AND reason = 'override_end' THEN %(yesterday)s::date
                    END AS override_until_date,
               NULL::varchar AS override_reason,
               CASE WHEN is_own AND reason = 'down' THEN %(long_ago)s::date
                    END AS below_keep_date,
               NULL::varchar AS lifecycle_stage,
               NULL::date AS lifecycle_since_date,
               NULL::int AS purchase_count,
               %(given)s AS given_tier_id
          FROM (
                SELECT DISTINCT ON (profile_id) *
                  FROM (
                        SELECT m.*, %(is_own)s AS is_own
                          FROM crm_value_tier_move m
                          JOIN crm_value_profile p ON p.id = m.profile_id
                         WHERE p.company_id = %(company)s AND %(moves)s
                       ) m
              ORDER BY profile_id, is_own DESC, id DESC
               ) m
        )""",
        yesterday=scope.as_of - timedelta(days=1),
        long_ago=scope.as_of - LONG,
        given=given,
        is_own=is_own,
        company=scope.company_id,
        moves=moves,
    )
