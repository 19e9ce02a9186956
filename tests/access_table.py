"""Which models and public methods are whose: each slice's table must name them all.

A new model or method is reachable by everybody with an API key; the table of its slice
says who may use it, and fails until it does.
"""

import inspect

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tools import mute_logger

KINDS = ("public", "portal", "insider", "user", "salesperson", "agent", "manager")
READERS = {"user", "salesperson", "agent", "manager"}
CUSTOMERS = {"portal"}
AGENTS = {"agent", "manager"}
MANAGERS = {"manager"}
NOBODY = set()
OPERATIONS = ("read", "write", "create", "unlink")
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


class Undo(Exception):
    """Ends what a call wrote."""


class AccessTable:
    """The tests of a slice's tables, for a test case with ``users`` by kind.

    ``models``: model -> who may read, write, create and delete. ``methods``: (model,
    method) -> who may call it, and how it is called. ``extended``: core's own methods,
    which keep core's rights. ``passed``: errors of a call that come after the question
    of rights.
    """

    models = None
    methods = None
    extended = None
    passed = ()
    maxDiff = None

    def as_kind(self, kind, model):
        return (
            self.env[model]
            .with_user(self.users[kind])
            .with_context(allowed_company_ids=self.company.ids)
        )

    @staticmethod
    def using(records, record):
        """``record`` as the user of ``records`` sees it."""
        return record.with_env(records.env)

    def prepare_call(self, kind):
        """Make what only its creator may use, for the next call."""

    def test_every_model_is_in_the_table(self):
        """A new model needs its line, and so a thought about who may see it."""
        ours = own_models(self.registry, self.is_mine)
        self.assertEqual(ours, set(self.models))

    def test_rights_on_models(self):
        """Everybody has the rights that the table names, and no other."""
        for model, allowed in self.models.items():
            for kind in KINDS:
                records = self.as_kind(kind, model)
                expected = [kind in who for who in allowed]
                actual = [records.has_access(operation) for operation in OPERATIONS]
                self.assertEqual(actual, expected, (model, kind))

    def test_every_public_method_is_in_the_table(self):
        """A new one is callable by everybody with an API key: it needs its line."""
        found = own_methods(self.env, self.is_mine, self.extended)
        self.assertEqual(found, set(self.methods))

    def test_public_methods_are_refused_to_who_may_not(self):
        """And answer all others; what a method writes is undone before the next."""
        mistakes = []
        for (model, method), (allowed, call) in self.methods.items():
            for kind in KINDS:
                with mute_logger("odoo.addons.base.models.ir_rule"):
                    may = self._may(call, kind, model)
                if may != (kind in allowed):
                    mistakes.append((model, method, kind, may))
        self.assertEqual(mistakes, [])

    def _may(self, call, kind, model):
        try:
            with self.env.cr.savepoint():
                self.prepare_call(kind)
                call(self, self.as_kind(kind, model))
                raise Undo
        except AccessError:
            return False
        except (Undo, *self.passed):
            return True
