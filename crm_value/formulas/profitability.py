"""Whether a customer pays, could pay, or never will."""

from math import isfinite


def profitability_class(net_margin, potential, known_cost_share, minimum_share=0.8):
    """Class of a customer by what is left after cost to serve.

    :param float net_margin: yearly margin after cost to serve, in money, or None
    :param float potential: yearly margin still to be won from him, >= 0, in the same
        money, or None when unknown
    :param float known_cost_share: share of his revenue whose cost is known, 0 to 1,
        or None
    :param float minimum_share: below it the margin is not believed
    :return: 'profitable' (margin > 0), 'convertible' (only with the potential),
        'never_profitable' (not even then), or None when unknown
    :rtype: str
    :raises ValueError: if a figure is not finite or out of range
    Source: policy of this add-on.

    >>> profitability_class(120, 0, 1.0), profitability_class(-50, 80, 1.0)
    ('profitable', 'convertible')
    >>> profitability_class(-50, 20, 1.0), profitability_class(120, 0, 0.5)
    ('never_profitable', None)
    """
    for name, share in (("known", known_cost_share), ("minimum", minimum_share)):
        if share is not None and not 0 <= share <= 1:
            raise ValueError(f"The {name} share {share} must lie between 0 and 1.")
    for name, amount in (("net margin", net_margin), ("potential", potential)):
        if amount is not None and not isfinite(amount):
            raise ValueError(f"The {name} {amount} is no finite amount.")
    if potential is not None and potential < 0:
        raise ValueError(f"The potential {potential} must not be negative.")
    if net_margin is None or known_cost_share is None:
        return None
    if known_cost_share < minimum_share:
        return None
    if net_margin > 0:
        return "profitable"
    if potential is None:
        return None
    return "convertible" if net_margin + potential > 0 else "never_profitable"
