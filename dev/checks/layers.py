"""The borders between the add-on's layers and slices, read from the sources.

Run as ``python -m dev.checks.layers``; prints one line a violation. The rules are
those of ``crm_value/doc/architecture.md``:

* ``formulas`` imports the standard library, ``queries`` also ``odoo.tools``;
* a slice imports, names in strings and refers to in data only the slices it may;
* data that names another slice's kind of event lies in ``data/bridge``.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ADDON = Path(__file__).resolve().parents[2] / "crm_value"
EVENT_MODEL = "crm.customer.event"
# What each slice may use besides itself; the bridge may use everything.
ALLOWED = {
    "customer": set(),
    "value": {"customer"},
    "selling": {"customer", "value"},
    "care": {"customer", "value"},
    "feedback": {"customer", "value"},
    "complaint": {"customer", "value"},
    "club": {"customer", "value"},
}
SLICES = {*ALLOWED, "bridge"}
MODEL_LAYERS = ("models", "wizard", "report", "controllers")


def slice_of(path):
    """The slice that a file, given relative to the add-on, belongs to, or None."""
    for part in path.parts[:-1]:
        if part in SLICES:
            return part
    # Where a folder has no slices below it, the file's name carries the slice.
    first_word = re.split(r"[._]", path.name.removeprefix("crm_"))[0]
    return first_word if first_word in SLICES else None


def forbidden_to(name):
    """The slices that the slice ``name`` must not know."""
    if name not in ALLOWED:
        return set()
    return SLICES - {name} - ALLOWED[name]


@dataclass
class Module:
    """A Python file: what it imports and what its strings say."""

    path: Path  # relative to the add-on
    tree: ast.Module

    @property
    def layer(self):
        return self.path.parts[0] if len(self.path.parts) > 1 else None

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and absolute dotted name of everything imported; the add-on's own
        modules start with ``crm_value``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node.lineno, without_prefix(alias.name)
            elif isinstance(node, ast.ImportFrom):
                base = self._origin(node)
                for alias in node.names:
                    yield node.lineno, f"{base}.{alias.name}"

    def _origin(self, node):
        if not node.level:
            return without_prefix(node.module)
        package = ("crm_value", *self.path.parts[: -node.level])
        return ".".join((*package, *filter(None, [node.module])))

    def strings(self) -> Iterator[tuple[int, str]]:
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and ast.get_docstring(node) is not None
        }
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if id(node) not in docstrings:
                    yield node.lineno, node.value


def without_prefix(dotted):
    return dotted.removeprefix("odoo.addons.") if "crm_value" in dotted else dotted


@dataclass
class Owners:
    """Which slice defines a model, an xml-id, a kind of event."""

    models: dict[str, str] = field(default_factory=dict)
    xml_ids: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def foreign_names(self, name, text):
        """(position, owner, word) of what ``text`` names and the slice ``name`` must
        not know: a model, its table or ``ir.model`` record, or an xml-id."""
        forbidden = forbidden_to(name)
        for model, owner in self.models.items():
            if owner in forbidden:
                for match in mentions(model).finditer(text):
                    yield match.start(), owner, match.group()
        for match in re.finditer(r"[\w.]+", text):
            owner = self.xml_ids.get(match.group().removeprefix("crm_value."))
            if owner in forbidden:
                yield match.start(), owner, match.group()


@cache
def mentions(model):
    words = re.escape(model).replace(r"\.", "[._]")
    # Not within a longer name: crm.club in crm.club.level.
    return re.compile(rf"(?<![a-z_])(?:model_)?{words}(?![._]?\w)")


def read_modules(addon):
    return [
        Module(path.relative_to(addon), ast.parse(path.read_text("utf-8")))
        for path in sorted(addon.rglob("*.py"))
    ]


def class_value(node, name):
    for statement in node.body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name
            for target in statement.targets
        ):
            return statement.value
    return None


def constants_of(node):
    return {
        child.value
        for child in ast.walk(node)
        if isinstance(child, ast.Constant) and isinstance(child.value, str)
    }


def read_data(addon):
    """Path and text without comments of the XML and CSV files."""
    for file in sorted([*addon.rglob("*.xml"), *addon.rglob("*.csv")]):
        text = re.sub(
            r"<!--.*?-->",
            lambda comment: "\n" * comment.group().count("\n"),
            file.read_text("utf-8"),
            flags=re.DOTALL,
        )
        yield file.relative_to(addon), text


def find_owners(modules, data):
    owners = Owners()
    for path, text in data:
        if name := slice_of(path):
            for xml_id in re.findall(r'<\w+ [^<>]*?\bid="([\w.]+)"', text):
                owners.xml_ids[xml_id.removeprefix("crm_value.")] = name
    for module in modules:
        name = slice_of(module.path)
        if name is None:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                collect_class(node, name, owners)
    return owners


def collect_class(node, name, owners):
    model = class_value(node, "_name")
    if isinstance(model, ast.Constant):
        owners.models[model.value] = name
    inherited = class_value(node, "_inherit")
    if inherited is not None and EVENT_MODEL in constants_of(inherited):
        for kind in added_kinds(node):
            owners.kinds[kind] = name


def added_kinds(node):
    """First members of the pairs in ``kind = fields.Selection(selection_add=[…])``."""
    call = class_value(node, "kind")
    for keyword in getattr(call, "keywords", ()):
        if keyword.arg == "selection_add":
            for pair in getattr(keyword.value, "elts", ()):
                if isinstance(pair, ast.Tuple) and isinstance(
                    pair.elts[0], ast.Constant
                ):
                    yield pair.elts[0].value


def is_standard(name):
    return name.split(".")[0] in sys.stdlib_module_names


def check_formulas(module):
    for line, name in module.imports():
        if not is_standard(name) and not name.startswith("crm_value.formulas."):
            yield line, f"formulas may import the standard library only, not {name}"


def check_queries(module):
    for line, name in module.imports():
        if not is_standard(name) and not name.startswith(
            ("odoo.tools.", "crm_value.queries.")
        ):
            yield line, f"of Odoo, queries may import odoo.tools only, not {name}"


def check_slice_imports(module):
    forbidden = forbidden_to(slice_of(module.path))
    for line, name in module.imports():
        if not name.startswith("crm_value."):
            continue
        target = slice_of(Path(*name.split("."), "_"))
        if target in forbidden:
            yield line, f"{slice_of(module.path)} may not import {target}: {name}"


def check_slice_strings(module, owners):
    name = slice_of(module.path)
    for line, text in module.strings():
        for _position, owner, word in owners.foreign_names(name, text):
            yield line, f"{name} may not name {owner}'s {word}"


def check_homeless(module):
    """Outside the slices lie helpers, but neither models nor routes."""
    if slice_of(module.path) or module.layer not in MODEL_LAYERS:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and (
            class_value(node, "_name")
            or class_value(node, "_inherit")
            or module.layer == "controllers"
        ):
            yield node.lineno, f"the class {node.name} lies in no slice"


def check_tables(modules, owners):
    """A query file has no slice of its own: what it names is judged by its users."""
    queries = {
        module.path.stem: "\n".join(text for _line, text in module.strings())
        for module in modules
        if module.layer == "queries"
    }
    for module in modules:
        name = slice_of(module.path)
        for line, imported in module.imports():
            if imported.startswith("crm_value.queries."):
                text = queries.get(imported.split(".")[2], "")
                for _position, owner, word in owners.foreign_names(name, text):
                    yield module, line, f"{imported} reads {owner}'s {word}"


def check_data(path, text, owners):
    name = slice_of(path)
    for position, owner, word in owners.foreign_names(name, text):
        yield line_at(text, position), f"{name} may not refer to {owner}'s {word}"
    if path.parts[0] in ("data", "demo"):
        for match in re.finditer(r">\s*([a-z_]+)\s*</field>", text):
            owner = owners.kinds.get(match.group(1))
            if owner in forbidden_to(name):
                message = f"the event {match.group(1)} is {owner}'s: use data/bridge"
                yield line_at(text, match.start()), message


def line_at(text, position):
    return text.count("\n", 0, position) + 1


def check_module(module, owners):
    if module.layer == "formulas":
        yield from check_formulas(module)
    elif module.layer == "queries":
        yield from check_queries(module)
    else:
        yield from check_slice_imports(module)
        yield from check_slice_strings(module, owners)
        yield from check_homeless(module)


def violations(addon=ADDON):
    """Every violation in ``addon`` as a line ``path:line: what is wrong``."""
    modules = read_modules(addon)
    data = list(read_data(addon))
    owners = find_owners(modules, data)
    found = defaultdict(list)
    for module in modules:
        found[module.path].extend(check_module(module, owners))
    for module, line, text in check_tables(modules, owners):
        found[module.path].append((line, text))
    for path, text in data:
        found[path].extend(check_data(path, text, owners))
    return [
        f"{path}:{line}: {text}"
        for path, lines in sorted(found.items())
        for line, text in sorted(lines)
    ]


def main():
    lines = violations()
    print(*lines, sep="\n", end="\n" if lines else "")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
