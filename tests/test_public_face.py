"""What a user imports: few names, each loaded on first use, and nothing heavy before that."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import wxpay_v2

NAMES = {
    "AsyncClient",
    "AsyncSession",
    "Client",
    "Clock",
    "ConfigurationError",
    "Event",
    "InvalidRequest",
    "Malformed",
    "ManualClock",
    "Merchant",
    "Mismatch",
    "MissingExtra",
    "NotSent",
    "OutcomeUnknown",
    "Refused",
    "Rejected",
    "Result",
    "Secret",
    "SignatureInvalid",
    "V3Account",
    "WXPayError",
    "flows",
    "upgrade",
}
HEAVY = {
    "aiohttp", "click", "cryptography", "django", "flask", "jinja2", "lxml", "pytest", "requests", "rich", "segno",
    "sqlalchemy", "urllib3", "xmltodict",
}  # fmt: skip
# Audit events of the interpreter, see https://docs.python.org/3/library/audit_events.html. A file may be opened to
# load a module, so what is opened is compared by its kind.
WATCHED = """
import json, sys
sys.path[:0] = {path!r}
opened, events = [], []
def watch(event, args):
    if event.startswith(("socket.", "ssl.", "subprocess.", "os.system", "urllib.")):
        events.append(event)
    if event == "open" and not (str(args[0]).endswith((".py", ".pyc")) or ".pyc." in str(args[0])):
        opened.append(str(args[0]))
sys.addaudithook(watch)
before = set(sys.modules)
{statement}
after = set(sys.modules) - before
print(json.dumps({{"modules": sorted(after), "events": events, "opened": opened}}))
"""


def watched(statement: str) -> dict[str, list[str]]:
    """What *statement* does in a fresh interpreter: modules loaded, files opened, sockets and processes made."""
    program = WATCHED.format(path=sys.path, statement=statement)
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, list[str]] = json.loads(done.stdout)
    return seen


def heavy(modules: list[str]) -> set[str]:
    return {module.split(".")[0] for module in modules} & HEAVY


def test_importing_the_package_loads_nothing_heavy():
    seen = watched("import wxpay_v2")
    assert "wxpay_v2" in seen["modules"]
    assert heavy(seen["modules"]) == set()
    assert [name for name in seen["modules"] if name.startswith("wxpay_v2.")] == []


def test_importing_the_package_opens_no_file_and_no_socket():
    seen = watched("import wxpay_v2")
    assert seen["events"] == []
    assert seen["opened"] == []


def test_importing_the_client_loads_nothing_heavy():
    seen = watched("from wxpay_v2 import Client, Merchant, NotSent, Refused, OutcomeUnknown")
    assert "wxpay_v2.client" in seen["modules"]
    assert heavy(seen["modules"]) == set()


def test_importing_the_awaiting_client_loads_nothing_heavy():
    seen = watched("from wxpay_v2 import AsyncClient, AsyncSession, Merchant")
    assert {"wxpay_v2.aio", "wxpay_v2.async_session"} <= set(seen["modules"])
    assert heavy(seen["modules"]) == set()


def test_importing_the_pytest_plugin_loads_nothing_heavy():
    seen = watched("import pytest; before = set(sys.modules); import wxpay_v2.simulator.pytest_plugin")
    assert "wxpay_v2.simulator.pytest_plugin" in seen["modules"]
    assert heavy(seen["modules"]) == set()


@pytest.mark.parametrize(
    ("statement", "seen_as"),
    [("import lxml", "lxml"), ("import requests", "requests"), ("import socket; socket.socket()", "socket.__new__")],
)
def test_the_watch_can_see(statement, seen_as):
    seen = watched(statement)
    assert seen_as in heavy(seen["modules"]) | set(seen["events"])


def test_the_public_names_are_these():
    assert set(wxpay_v2.__all__) == NAMES
    assert len(wxpay_v2.__all__) == len(NAMES)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_public_name_can_be_imported(name):
    namespace: dict[str, object] = {}
    exec(f"from wxpay_v2 import {name}", namespace)  # noqa: S102
    assert getattr(namespace[name], "__name__", "").split(".")[-1] == name
    assert name in dir(wxpay_v2)


def test_every_error_is_a_wxpayerror():
    values = [getattr(wxpay_v2, name) for name in NAMES]
    errors = [value for value in values if isinstance(value, type) and issubclass(value, Exception)]
    assert len(errors) >= 10
    assert all(issubclass(error, wxpay_v2.WXPayError) for error in errors)


@pytest.mark.parametrize("name", ["NoSuchName", "client_", "__path_to_nothing__"])
def test_other_names_raise_attribute_error(name):
    with pytest.raises(AttributeError, match=name):
        getattr(wxpay_v2, name)


def test_every_name_is_typed_where_type_checkers_look():
    """Type checkers read the imports under TYPE_CHECKING, users get the table: the two must name the same."""
    tree = ast.parse(Path(wxpay_v2.__file__).read_text(encoding="utf-8"))
    typed = {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wxpay_v2")
        for alias in node.names
    }
    modules = {name for name in NAMES if isinstance(getattr(wxpay_v2, name), ModuleType)}
    assert typed == NAMES - modules
