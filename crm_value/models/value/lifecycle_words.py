"""Why a customer is in a stage of his life cycle, in words with their figures."""

from odoo.tools import format_date, formatLang

# Code of the reason (``formulas.lifecycle``) -> the figures behind it. ``ratio`` is the
# last twelve months against the year before, None where that one brought nothing;
# ``cycles`` are the policy's, ``cycle_days`` the customer's own or the company's.
REASON_FIGURES = {
    "no_purchase": (),
    "open_pipeline": (),
    "first_purchase_recent": ("new_days",),
    "margin_grew": ("ratio", "by_margin"),
    "margin_steady": ("ratio", "by_margin"),
    "margin_fell": ("ratio", "by_margin"),
    "no_year_to_compare": (),
    "silent_for_dormant_cycles": ("last_date", "silent_days", "cycles", "cycle_days"),
    "silent_for_lost_cycles": ("last_date", "silent_days", "cycles", "cycle_days"),
    "bought_after_lost": ("pause_days", "cycles", "cycle_days"),
}


def get_reason_figures(reason, rules, known):
    """The figures behind a reason, as an event keeps them.

    :param str reason: code of the reason
    :param dict rules: figures of the policy that the valuation went by
    :param dict known: ``growth_share``, ``by_margin``, ``last_date`` (ISO),
        ``silent_days``, ``cycle_days``, and ``pause_days`` where it is known
    :return: figures by name, those of ``REASON_FIGURES``
    :rtype: dict
    """
    growth, cycle_days = known["growth_share"], known["cycle_days"]
    is_dormant = reason == "silent_for_dormant_cycles"
    figures = known | {
        "ratio": None if growth is None else round(1 + growth, 4),
        "cycles": rules["dormant_cycles" if is_dormant else "lost_cycles"],
        "new_days": max(rules["new_days"], cycle_days),
    }
    return {name: figures[name] for name in REASON_FIGURES[reason] if name in figures}


def say_reason(env, reason, figures):
    """The words for a reason, to go on with after a colon.

    :param dict figures: from :func:`get_reason_figures`
    :rtype: str
    """
    if reason in ("margin_grew", "margin_steady", "margin_fell"):
        return _say_growth(env, reason, figures)
    if reason in ("silent_for_dormant_cycles", "silent_for_lost_cycles"):
        return env._(
            "no purchase since %(last)s, for more than %(cycles)s purchase cycles of "
            "%(days)s days",
            last=format_date(env, figures["last_date"]),
            cycles=f"{figures['cycles']:g}",
            days=round(figures["cycle_days"]),
        )
    if reason == "bought_after_lost":
        return env._(
            "bought again after more than %(cycles)s purchase cycles of %(days)s days "
            "without a purchase",
            cycles=f"{figures['cycles']:g}",
            days=round(figures["cycle_days"]),
        )
    if reason == "first_purchase_recent":
        return env._("first purchase less than %s days ago", round(figures["new_days"]))
    if reason == "no_year_to_compare":
        return env._("customer for less than a year, with no year to compare with")
    if reason == "open_pipeline":
        return env._("nothing bought yet, an opportunity is open")
    return env._("nothing bought yet")


def _say_growth(env, reason, figures):
    """The last twelve months against those before."""
    if figures["ratio"] is None:
        if reason == "margin_grew":
            return env._("profit in the last twelve months, none in the year before")
        return env._("no profit in the year before to compare with")
    ratio = formatLang(env, figures["ratio"], digits=2)
    if figures["by_margin"]:
        return env._(
            "margin of the last twelve months %s × that of the year before", ratio
        )
    return env._(
        "revenue of the last twelve months %s × that of the year before", ratio
    )
