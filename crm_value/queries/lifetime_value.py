"""Lifetime value as columns over a run's customers: by model, or simple."""

from odoo.tools import SQL

from .money import rounded
from .valuation import Model

# More weeks than any customer is old.
MOST_WEEKS = 1_000_000


def lifetime_columns(valuation):
    """Columns ``p_alive``, ``expected``, ``clv``, ``clv_method``, ``next_date``.

    - ``p_alive``: probability of being active, 0-1; by the model only
    - ``expected``: purchases expected over the horizon; by the model only
    - ``clv``: discounted margin (revenue where that ranks) expected over the horizon,
      company currency; NULL without a purchase
    - ``clv_method``: ``model`` or ``simple``
    - ``next_date``: day the next purchase is due by the cycle; NULL for the lost

    Reads the columns of :func:`lifetime_basis`, and the table of predictions.
    """
    if isinstance(valuation.lifetime, Model):
        columns = _model_columns(valuation)
    else:
        columns = _simple_columns(valuation)
    return SQL(
        """%s,
        CASE WHEN stage NOT IN ('prospect', 'lost')
             THEN last_date + CEIL(cycle)::int END AS next_date
        """,
        columns,
    )


def lifetime_basis(valuation):
    """Columns that :func:`lifetime_columns` uses several times: compute them once.

    By the model ``alive`` (unrounded ``p_alive``, NULL without a purchase) and
    ``prediction`` (place in the table of predictions); the simple estimate needs none.
    """
    if not isinstance(valuation.lifetime, Model):
        return SQL("NULL::float8 AS alive, NULL::int AS prediction")
    # MBG/NBD (Batislam, Denizel & Filiztekin 2007): p_alive = 1 / (1 + a / (b + x)
    # ((alpha + T) / (alpha + t_x))^(r + x)). The exponent is capped, p_alive is 0
    # there; LEAST would also cap NULL.
    r, alpha, a, b = valuation.lifetime.counts
    return SQL(
        """CASE WHEN first_date IS NOT NULL THEN
            1 / (1 + %(a)s / (%(b)s + repeat_count) * EXP(LEAST(600,
                (%(r)s + repeat_count) * LN(
                    (%(alpha)s + (GREATEST(%(anchor)s::date, last_date)
                        - first_date) / 7.0::float8)
                    / (%(alpha)s + (last_date - first_date) / 7.0::float8)))))
            END AS alive,
        WIDTH_BUCKET(%(key)s, %(keys)s::float8[]) AS prediction
        """,
        key=_key(
            SQL("purchase_count - 1"),
            SQL("(GREATEST(%s::date, last_date) - first_date) / 7", valuation.anchor),
        ),
        keys=[x * MOST_WEEKS + weeks for x, weeks, *_ahead in _table(valuation)],
        a=a,
        b=b,
        r=r,
        alpha=alpha,
        anchor=valuation.anchor,
    )


def lifetime_join(valuation):
    """Join that :func:`lifetime_columns` needs after the alias ``s``."""
    if not isinstance(valuation.lifetime, Model):
        return SQL("")
    table = _table(valuation)
    return SQL(
        """
    CROSS JOIN (SELECT %s::float8[] AS expected, %s::float8[] AS discounted) t
        """,
        [expected for _x, _weeks, expected, _discounted in table],
        [discounted for _x, _weeks, _expected, discounted in table],
    )


def _table(valuation):
    """The predictions, ordered as they are looked up: a join took twice as long."""
    return sorted(valuation.lifetime.table)


def _key(x, weeks):
    return SQL("(%s)::float8 * %s + %s", x, MOST_WEEKS, weeks)


def _model_columns(valuation):
    # Gamma-Gamma (Fader & Hardie 2013): mean = p (gamma + x m) / (p x + q - 1).
    p, q, gamma = valuation.lifetime.amounts
    mean = SQL(
        """%(p)s * (%(gamma)s + GREATEST(s.repeat_amount, 0))
            / (%(p)s * CASE WHEN s.repeat_amount > 0 THEN s.paid_repeat_count ELSE 0 END
               + %(q)s - 1)""",
        p=p,
        q=q,
        gamma=gamma,
    )
    return SQL(
        """
        %(alive)s AS p_alive,
        %(expected)s AS expected,
        %(clv)s AS clv,
        CASE WHEN first_date IS NOT NULL THEN 'model' END AS clv_method
        """,
        alive=rounded(SQL("s.alive"), 4),
        expected=rounded(SQL("s.alive * t.expected[s.prediction]"), 3),
        clv=rounded(
            SQL("s.alive * t.discounted[s.prediction] * (%s)", mean),
            valuation.decimals,
        ),
    )


def _simple_columns(valuation):
    factors = valuation.lifetime.factors
    return SQL(
        """
        NULL::float8 AS p_alive,
        NULL::float8 AS expected,
        CASE WHEN first_date IS NULL THEN NULL
             WHEN stage = 'lost' THEN 0
             ELSE %(clv)s END AS clv,
        CASE WHEN first_date IS NOT NULL THEN 'simple' END AS clv_method
        """,
        clv=rounded(
            SQL(
                """GREATEST(ranking_amount, 0) * 365
                 / LEAST(%s, GREATEST(%s::date - first_date, 365))
                 * CASE abc_class WHEN 'a' THEN %s::float8 WHEN 'b' THEN %s::float8
                   ELSE %s::float8 END""",
                valuation.window_days,
                valuation.anchor,
                *[factors[key] for key in "abc"],
            ),
            valuation.decimals,
        ),
    )
