"""The house: parts in layers, imports that point down, one door to each heavy library, no file with two reasons to be.

A part is what stands directly in wxpay_v2/: a module or a folder. Imports are read from the source with ast, at the top
of a file and inside functions alike: a lazy import is still knowledge of the other part. Only imports under
``if TYPE_CHECKING`` are left out, because they never run: a type named in an annotation binds nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "wxpay_v2"
SOURCES = sorted(PACKAGE.rglob("*.py"))

# Highest first. Parts in one row do not know each other.
LAYERS = (
    "__main__",
    "cli generate",
    "simulator sidecar migration adapters compat",
    "flows",
    "aio",
    "client",
    "upgrade",
    "async_session",
    "session v2 v3",
    "access cashier",
    "validation retry result documentation",
    "call",
    "merchant",
    "operation",
    "requirement",
    "certificate",
    "primitives telemetry payment_code payment_directory",
    "secret money clock address json_reader statement_stream database configuration",
    "errors",
)
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer.split()}
FACE = ""  # wxpay_v2/__init__.py; who imports it may get the highest part it names
RANK[FACE] = RANK["flows"]

# The only modules (or packages) that may import a library; what is not named here is free.
DOORS = {
    "lxml": ("wxpay_v2.v2.xml",),
    "cryptography": (
        "wxpay_v2.primitives",
        "wxpay_v2.certificate",
        "wxpay_v2.simulator.certificates",
        "wxpay_v2.simulator.effects.platform_keys",
        "wxpay_v2.simulator.v3.keys",
    ),
    "requests": ("wxpay_v2.session", "wxpay_v2.compat"),
    "aiohttp": ("wxpay_v2.async_session", "wxpay_v2.simulator", "wxpay_v2.sidecar", "wxpay_v2.cli"),
    "sqlalchemy": (
        "wxpay_v2.simulator",
        "wxpay_v2.sidecar",
        "wxpay_v2.adapters.database",
        "wxpay_v2.database",
        "wxpay_v2.upgrade.origins",
        "wxpay_v2.migration.reconciling",
    ),
    "libcst": ("wxpay_v2.migration",),
    "pathspec": ("wxpay_v2.migration.sources",),
    "duckdb": ("wxpay_v2.migration.reconciling",),
    "pyspark": ("wxpay_v2.migration.reconciling",),
    "jinja2": ("wxpay_v2.migration.report", "wxpay_v2.simulator"),
    "django": ("wxpay_v2.adapters.django",),
    "flask": ("wxpay_v2.adapters.flask",),
    "click": ("wxpay_v2.cli",),
    "rich": ("wxpay_v2.cli",),
    "pytest": ("wxpay_v2.simulator.pytest_plugin",),
}

MOST_LINES = 450
LONG_FOR_A_REASON: dict[str, str] = {
    f"wxpay_v2.v2.catalogue.{family}": "rows, one after another; a family stays together"
    for family in (
        "deposits", "entrusted_deduction", "partner_deduction", "profit_sharing", "rentals",
        "sub_merchants", "transit",
    )
}  # fmt: skip

LONG_FOR_A_REASON |= {
    f"wxpay_v2.v3.catalogue.{family}": "rows, one after another; a family stays together"
    for family in ("mainland.combined_orders", "orders", "refunds")
}


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in SOURCES}


def part_of(module: str) -> str:
    """The part a module belongs to; FACE for wxpay_v2/__init__.py."""
    return [*module.split("."), FACE][1]


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def import_nodes(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            yield child
        elif isinstance(child, ast.If) and _is_type_checking(child.test):
            for statement in child.orelse:
                yield from import_nodes(ast.Module([statement], []))
        else:
            yield from import_nodes(child)


def imported_names(tree: ast.AST) -> Iterator[str]:
    """Every module that *tree* imports when it runs. ``from wxpay_v2 import clock`` imports ``wxpay_v2.clock``."""
    for node in import_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            base = node.module or ""
            for alias in node.names:
                submodule = f"{base}.{alias.name}"
                yield submodule if submodule in MODULES else base


@cache
def imports_of(module: str) -> frozenset[str]:
    return frozenset(imported_names(ast.parse(MODULES[module].read_text(encoding="utf-8"))))


def ours(module: str) -> list[str]:
    return sorted(imports_of(module) & MODULES.keys())


def test_imports_point_down():
    for module in MODULES:
        importer = part_of(module)
        for name in ours(module):
            imported = part_of(name)
            assert importer == imported or RANK[importer] < RANK[imported], f"{module} must not import {name}"


def test_every_part_has_a_layer():
    parts = {part_of(module) for module in MODULES}
    assert parts <= RANK.keys(), f"give {sorted(parts - RANK.keys())} a place in LAYERS"


def test_no_imports_form_a_circle():
    finished: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, "import circle: " + " -> ".join([*path[path.index(module) :], module])
        if module not in finished:
            for imported in ours(module):
                visit(imported, (*path, module))
            finished.add(module)

    for module in MODULES:
        visit(module, ())


def test_imports_are_absolute():
    for module, path in MODULES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        relative = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
        assert not relative, f"{module} has relative imports in lines {relative}"


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_its_doors(library):
    def may(module: str) -> bool:
        return any(module == door or module.startswith(door + ".") for door in DOORS[library])

    others = [
        module
        for module in MODULES
        if not may(module) and any(name.split(".")[0] == library for name in imports_of(module))
    ]
    assert not others, f"only {', '.join(DOORS[library])} may import {library}"


def test_no_file_is_long_without_a_reason():
    long = {
        module: lines
        for module, path in MODULES.items()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long.keys() == LONG_FOR_A_REASON.keys(), f"look for the second reason to exist: {long}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import lxml.etree", {"lxml.etree"}),
        ("from wxpay_v2 import errors", {"wxpay_v2.errors"}),
        ("from wxpay_v2.errors import Refused", {"wxpay_v2.errors"}),
        ("from wxpay_v2 import Client", {"wxpay_v2"}),
        ("def f():\n    try:\n        import requests\n    finally:\n        pass", {"requests"}),
        ("if TYPE_CHECKING:\n    import requests\nelse:\n    import lxml", {"lxml"}),
        ("if typing.TYPE_CHECKING:\n    import requests", set()),
        ("if True:\n    import requests", {"requests"}),
        ("match x:\n    case 1:\n        import requests", {"requests"}),
    ],
)
def test_the_reader_of_imports_sees(source, expected):
    assert set(imported_names(ast.parse(source))) == expected
