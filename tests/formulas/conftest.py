"""Makes ``import formulas`` work without Odoo: the layer needs nothing but Python."""

import sys
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parents[2] / "crm_value"
if str(ADDON) not in sys.path:
    sys.path.insert(0, str(ADDON))


@pytest.fixture(scope="session")
def cdnow_rows():
    """(x, t_x, T, customers) of CDNOW's calibration period."""
    from .common import read_cdnow

    return read_cdnow().histories()


@pytest.fixture(scope="session")
def cdnow_amounts():
    """(x, mean amount, 1) of CDNOW's customers with repeats."""
    from .common import read_cdnow

    return read_cdnow().amounts()
