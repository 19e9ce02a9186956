"""The examples in the docstrings hold."""

import doctest
import importlib
import pkgutil

import pytest

import formulas

MODULES = sorted(module.name for module in pkgutil.iter_modules(formulas.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_module_hold(name):
    """Every module has examples, and each gives what it says."""
    module = importlib.import_module(f"formulas.{name}")
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
