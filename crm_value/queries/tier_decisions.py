from odoo.tools import SQL

from .figures import FENCE

PROFILES = SQL("crm_value_profile")


def tier_decisions(standings, ranks, as_of, profiles=PROFILES):
    """Which tier each customer gets: up at once, down after grace and by one step.

    The set-based twin of ``formulas.tiering.decide``; a test holds the two together.

    :param SQL standings: rows with ``profile_id`` (NULL for a new customer),
        ``standing`` and ``base_standing`` (0-100, higher is better) and anything else
    :param list ranks: ``formulas.tiering.Rank`` of the policy, best first
    :param date as_of: the day of the decision
    :param SQL profiles: table or subquery where those of ``standings`` are found

    Adds to the columns of ``standings``: ``old_tier_id``, ``new_tier_id``,
    ``below_since`` (first day below what the tier takes to keep, or NULL), ``reason``
    (initial, tier_archived, override, override_end, up, down, or NULL for no change),
    ``by_potential`` (the figures reach or keep the tier, and without potential would
    not), ``is_overridden``, and what the profile says so far: ``old_tier_since``,
    ``old_stage``, ``old_stage_since``, ``old_purchase_count``,
    ``old_override_tier_id``, ``old_override_until``, ``old_override_reason``.
    """
    return SQL(
        """
        SELECT d.*,
               %(new_tier)s AS new_tier_id,
               CASE WHEN standing IS NULL AND NOT is_overridden THEN stored_below
                    WHEN is_overridden OR %(is_kept)s THEN NULL
                    WHEN place = current THEN below_from
                    WHEN place > current THEN %(as_of)s::date END AS below_since,
               CASE WHEN old_tier_id IS NULL THEN 'initial'
                    WHEN current IS NULL THEN 'tier_archived'
                    WHEN place = current THEN NULL
                    WHEN is_overridden THEN 'override'
                    WHEN is_override_over THEN 'override_end'
                    WHEN place < current THEN 'up'
                    ELSE 'down' END AS reason,
               NOT is_overridden AND place < base_target AND (
                   place >= target OR %(is_kept)s AND NOT %(is_kept_without)s)
                   AS by_potential
          FROM (%(places)s %(fence)s) d
        """,
        fence=FENCE,
        new_tier=_pick(ranks, SQL("place"), lambda rank: rank.id),
        is_kept=_is_kept(ranks, SQL("place"), SQL("standing")),
        is_kept_without=_is_kept(ranks, SQL("place"), SQL("base_standing")),
        as_of=as_of,
        places=_places(standings, ranks, as_of, profiles),
    )


def _places(standings, ranks, as_of, profiles):
    """Place on the ladder (0 is the best tier) that each customer is to have."""
    return SQL(
        """
        SELECT t.*,
               CASE WHEN is_overridden THEN override_place
                    WHEN standing IS NULL THEN COALESCE(current, %(last)s)
                    WHEN current IS NULL OR is_override_over OR target < current
                    THEN target
                    WHEN %(is_kept)s THEN current
                    WHEN %(as_of)s::date - below_from >= %(grace)s
                    THEN LEAST(current + 1, %(last)s)
                    ELSE current END AS place
          FROM (
                SELECT s.*, o.tier_id AS old_tier_id,
                       o.tier_since_date AS old_tier_since,
                       o.lifecycle_stage AS old_stage,
                       o.lifecycle_since_date AS old_stage_since,
                       o.purchase_count AS old_purchase_count,
                       o.override_tier_id AS old_override_tier_id,
                       o.override_until_date AS old_override_until,
                       o.override_reason AS old_override_reason,
                       %(current)s AS current, %(override)s AS override_place,
                       %(target)s AS target, %(base_target)s AS base_target,
                       o.override_tier_id IS NOT NULL AND NOT %(is_over)s
                           AS is_overridden,
                       o.override_tier_id IS NOT NULL AND %(is_over)s
                           AS is_override_over,
                       CASE WHEN %(current)s IS NOT NULL THEN o.below_keep_date END
                           AS stored_below,
                       LEAST(o.below_keep_date, %(as_of)s::date) AS below_from
                  FROM (%(standings)s %(fence)s) s
             LEFT JOIN %(profiles)s o ON o.id = s.profile_id
               %(fence)s) t
        """,
        fence=FENCE,
        last=len(ranks) - 1,
        is_kept=_is_kept(ranks, SQL("current"), SQL("standing")),
        grace=_pick(ranks, SQL("current"), lambda rank: rank.grace_days),
        as_of=as_of,
        current=_place_of(ranks, SQL("o.tier_id")),
        override=_place_of(ranks, SQL("o.override_tier_id")),
        target=_target(ranks, SQL("s.standing")),
        base_target=_target(ranks, SQL("s.base_standing")),
        # By its last day, or with the tier, which was archived.
        is_over=SQL(
            """(o.override_until_date IS NOT NULL AND o.override_until_date < %s::date
                OR (%s) IS NULL)""",
            as_of,
            _place_of(ranks, SQL("o.override_tier_id")),
        ),
        profiles=profiles,
        standings=standings,
    )


def _pick(ranks, place, value):
    """``value`` of the rank at ``place``."""
    whens = [SQL("WHEN %s THEN %s", i, value(rank)) for i, rank in enumerate(ranks)]
    return SQL("CASE %s %s END", place, SQL(" ").join(whens))


def _is_kept(ranks, place, standing):
    """Whether ``standing`` keeps the tier at ``place``; the last one takes nothing."""
    whens = [
        SQL("WHEN %s THEN %s", i, _suffices(standing, rank.keep, rank))
        for i, rank in enumerate(ranks[:-1])
    ]
    if not whens:
        return SQL("TRUE")
    return SQL("(CASE %s %s ELSE TRUE END)", place, SQL(" ").join(whens))


def _suffices(standing, threshold, rank):
    comparison = SQL(">") if rank.is_exclusive else SQL(">=")
    return SQL("%s %s %s::float8", standing, comparison, threshold)


def _place_of(ranks, tier):
    whens = [SQL("WHEN %s THEN %s", rank.id, i) for i, rank in enumerate(ranks)]
    return SQL("CASE %s %s END", tier, SQL(" ").join(whens))


def _target(ranks, standing):
    """Place of the best tier whose entry is reached; the last takes everybody."""
    whens = [
        SQL("WHEN %s THEN %s", _suffices(standing, rank.entry, rank), i)
        for i, rank in enumerate(ranks[:-1])
    ]
    if not whens:
        return SQL("0")
    return SQL("CASE %s ELSE %s END", SQL(" ").join(whens), len(ranks) - 1)
