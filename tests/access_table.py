"""Which models and public methods are whose: each slice's table must name them all.

A new model or method is reachable by everybody with an API key; the table of its slice
says who may use it, and fails until it does.
"""

import inspect

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method

PREFIX = "odoo.addons.crm_value."
# Slices with a table of their own; all others are in that of ``tests/value``.
OWN_TABLES = {"complaint"}


def slice_of(cls):
    """The slice that the module of a class belongs to, or None outside the add-on."""
    if not cls.__module__.startswith(PREFIX):
        return None
    layer, name = cls.__module__.removeprefix(PREFIX).split(".")[:2]
    # Wizards have no folders: their file's name carries the slice.
    return name if layer == "models" else name.partition("_")[0]


def own_models(registry, is_mine):
    """Names of the add-on's models that a slice for which ``is_mine`` defines."""
    return {
        name
        for name, model in registry.items()
        if model._original_module == "crm_value"
        and not model._abstract
        and is_mine(_defined_in(name, model))
    }


def _defined_in(name, model):
    definitions = [cls for cls in model.mro() if vars(cls).get("_name") == name]
    return next(filter(None, map(slice_of, reversed(definitions))))


def own_methods(env, is_mine, extended):
    """Pairs of model and public method that come from these slices, but for core's
    own, which are ``extended`` here and keep core's rights."""
    return {
        (model, name)
        for model, model_class in env.registry.items()
        if not model_class._abstract
        for name in _public_methods(env, model_class, is_mine, extended)
    }


def _public_methods(env, model_class, is_mine, extended):
    for name, member in inspect.getmembers(model_class, inspect.isfunction):
        if name.startswith("_") or name in extended:
            continue
        owner = next(cls for cls in model_class.mro() if name in vars(cls))
        owning_slice = slice_of(owner)
        if owning_slice and is_mine(owning_slice):
            try:
                get_public_method(env[model_class._name], member.__name__)
            except AccessError:
                continue
            yield name
