"""What is usual in a trade: a start for the policy, not a rule."""

from typing import NamedTuple


class Preset(NamedTuple):
    """A trade's name and the policy values that suit it."""

    label: str
    values: dict


def _preset(
    label, weights, window_months, horizon_months, cycle_days, new_days, limit=20
):
    names = ("recency", "frequency", "monetary", "clv", "potential")
    values = {
        f"weight_{name}": weight for name, weight in zip(names, weights, strict=True)
    }
    values |= {
        "window_months": window_months,
        "horizon_months": horizon_months,
        "default_cycle_days": cycle_days,
        "new_days": new_days,
        "category_limit_percent": limit,
    }
    return Preset(label, values)


# Shops buy often and forget fast; a print works lives on few, repeated, larger jobs;
# services are renewed by the year and grow by what is still open, a second service too.
# A shop cannot tell by a basket what its customer buys elsewhere.
PRESETS = {
    "retail": _preset("Retail", (30, 25, 25, 15, 5), 12, 24, 45, 90, limit=10),
    "distribution": _preset("Distribution", (20, 20, 30, 20, 10), 24, 36, 60, 90),
    "print": _preset("Print and manufacturing", (15, 20, 35, 15, 15), 24, 36, 75, 120),
    "services": _preset("Services", (15, 10, 35, 20, 20), 36, 48, 180, 180, limit=25),
}
