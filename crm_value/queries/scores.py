from odoo.tools import SQL

from .curve_lookup import curve_columns, customers_above, position, share_above
from .cut_points import MEASURES
from .figures import FENCE, figures
from .money import rounded, settled
from .scope import EVERYBODY


def scores(valuation, customers=EVERYBODY):
    """Quintiles, score, place on the Pareto curve and standing of each customer.

    Adds to the columns of :func:`figures`:

    - ``recency_q``, ``frequency_q``, ``monetary_q``, ``clv_q``: 1-5, NULL for
      prospects; ``potential_q``: 1-5
    - ``score``: 0-100, NULL for prospects; 50 + the weighted distances from the middle
    - ``above``, ``cumulative``: share of profit above, and up to and with him, 0-1
    - ``base_standing``, ``standing``: 0-100, higher is better, by the policy's tier
      method without and with potential; NULL where nobody can be ranked

    Cut points and curve are those that the last full run froze. Shares come with the
    staging rows; where potential would lift somebody is read off the curve.

    :param Shard customers: whose scores
    """
    return SQL(
        """
        SELECT p.*,
               %(base)s AS base_standing, %(standing)s AS standing
          FROM (
                SELECT q.*,
                       %(score)s AS score, %(base_score)s AS base_score,
                       %(above)s AS above, %(cumulative)s AS cumulative,
                       q.customers_above AS richer_share
                  FROM (
                        SELECT f.*, %(quintiles)s, %(lift_place)s AS lift_place
                          FROM (%(figures)s %(fence)s) f
                    CROSS JOIN %(curve)s curve
                       %(fence)s) q
               %(fence)s) p
    CROSS JOIN %(curve)s curve
        """,
        base=rounded(_base_standing(valuation), 4),
        standing=rounded(_standing(valuation), 4),
        above=rounded(SQL("share_above"), 6),
        cumulative=rounded(SQL("share_cumulative"), 6),
        score=_blend(valuation.weights),
        base_score=_blend(valuation.weights | {"potential": 0}),
        quintiles=SQL(", ").join(_quintiles(valuation.cuts)),
        lift_place=SQL(
            "CASE WHEN f.potential_amount > 0 THEN %s END",
            position(_with_potential(valuation)),
        ),
        figures=figures(valuation, customers),
        fence=FENCE,
        curve=curve_columns(valuation.curve),
    )


def _with_potential(valuation):
    return settled(
        SQL("GREATEST(COALESCE(ranking_amount, 0), 0) + potential_amount"),
        valuation.decimals,
    )


def _quintiles(cuts):
    """Quintile of each component: one more than the cut points it exceeds."""
    for component, measure in MEASURES.items():
        steps = [
            SQL("CASE WHEN %s > %s THEN 1 ELSE 0 END", measure, cut)
            if cut is not None
            else SQL("1")
            for cut in cuts[component]
        ]
        unknown = SQL("potential_amount <= 0")
        if component != "potential":
            unknown = SQL("first_date IS NULL OR (%s) IS NULL", measure)
        yield SQL(
            "CASE WHEN %s THEN %s ELSE 1 + %s END AS %s",
            unknown,
            SQL("1") if component == "potential" else SQL("NULL::int"),
            SQL(" + ").join(steps),
            SQL.identifier(f"{component}_q"),
        )


def _blend(weights):
    """Score from the quintiles, as ``formulas.rfm.blend`` does for one customer."""
    total = sum(weights.values())
    if not total:
        return SQL("CASE WHEN first_date IS NOT NULL THEN 50.0::float8 END")
    parts = [
        SQL(
            "%s::float8 * COALESCE(%s - 3, 0)",
            weight,
            SQL.identifier(f"{component}_q"),
        )
        for component, weight in weights.items()
        if weight
    ]
    blended = SQL("50 + (%s) * 25 / %s", SQL(" + ").join(parts), float(total))
    return SQL("CASE WHEN first_date IS NOT NULL THEN %s END", rounded(blended, 2))


def _base_standing(valuation):
    """Standing without potential; prospects have brought nothing yet."""
    if valuation.tier_method == "score":
        known = SQL("base_score")
    elif valuation.tier_method == "percentile":
        known = SQL("100 * (1 - richer_share)")
    else:
        known = SQL("100 * (1 - above)")
    return SQL("CASE WHEN first_date IS NULL THEN 0 ELSE %s END", known)


def _standing(valuation):
    """Standing with potential, never below the one without."""
    base = _base_standing(valuation)
    if valuation.tier_method == "score":
        return SQL("COALESCE(score, 0)")
    if not valuation.is_potential_counted:
        return base
    if valuation.tier_method == "percentile":
        lifted = customers_above(SQL("lift_place"))
    else:
        lifted = share_above(_with_potential(valuation), SQL("lift_place"))
    return SQL(
        "GREATEST(%s, CASE WHEN lift_place IS NOT NULL THEN 100 * (1 - (%s)) END)",
        base,
        lifted,
    )
