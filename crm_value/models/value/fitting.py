"""Fit the purchase models; a fit that fails is a reason, not an error."""

from ...formulas import bg_nbd, gamma_gamma, mbg_nbd

# From this many buyers on, recency and age are compressed to whole weeks for the fit.
WEEKLY_GRAIN_BUYERS = 20_000


def get_grain(buyer_count):
    """Days to which recency and age are rounded down for so many buyers."""
    return 7 if buyer_count >= WEEKLY_GRAIN_BUYERS else 1


def fit_models(counts, amounts):
    """Fit MBG/NBD, BG/NBD and Gamma-Gamma.

    :param list counts: rows (x, t_x, age, customers), times in weeks
    :param list amounts: rows (x, mean amount, customers)
    :return: ``mbg_nbd``, ``bg_nbd``, ``gamma_gamma``: their figures with
        ``log_likelihood``; or ``withheld``: a list of reasons
    :rtype: dict
    """
    try:
        return {
            "mbg_nbd": _figures(mbg_nbd.fit(counts)),
            "bg_nbd": _figures(bg_nbd.fit(counts)),
            "gamma_gamma": _gamma_gamma(amounts),
        }
    except ValueError as error:
        return {"withheld": [{"code": "no_fit", "detail": str(error)}]}


def _gamma_gamma(amounts):
    fit = gamma_gamma.fit(amounts)
    if fit.params.q <= 1:
        # The mean of the population is then infinite: no amount can be predicted.
        raise ValueError(
            f"Gamma-Gamma found q = {fit.params.q:.3f}, which must exceed 1"
        )
    return _figures(fit)


def _figures(fit):
    return {
        **fit.params._asdict(),
        "log_likelihood": fit.log_likelihood,
        "iterations": fit.iterations,
        "customer_count": fit.customer_count,
    }
