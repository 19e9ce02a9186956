"""The add-on keeps the borders between its layers and slices."""

from dev.checks.layers import violations


def test_no_layer_or_slice_crosses_its_border():
    """The rules and their reasons are in dev/checks/layers.py."""
    assert violations() == []
