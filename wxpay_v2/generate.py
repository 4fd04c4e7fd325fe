"""Writes what can be generated from the catalogue: client.pyi and the README's table of operations.

``python -m wxpay_v2.generate`` writes them, ``--check`` exits 1 when they are stale.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from wxpay_v2 import documentation
from wxpay_v2.operation import ALWAYS, AMOUNT, BOOL, DATE, ENUM, INT, JSON, TIME
from wxpay_v2.v2 import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.operation import Field, Operation

__all__ = ["client_stub", "main", "operations_table"]

_TYPES = {
    AMOUNT: "int | str", INT: "int | str", TIME: "datetime | str", DATE: "date | str", BOOL: "str",
    JSON: "dict[str, Any] | list[Any] | str",
}  # fmt: skip
_BEGIN, _END = ".. operations: begin\n", ".. operations: end\n"

_STUB_HEAD = '''"""The static face of client.py, generated from the catalogue by `python -m wxpay_v2.generate`."""

import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from wxpay_v2.call import Call, Request, Send
from wxpay_v2.clock import Clock
from wxpay_v2.merchant import Merchant
from wxpay_v2.operation import Operation
from wxpay_v2.result import Result
from wxpay_v2.retry import Hosts, Retry
from wxpay_v2.v2.cashier import Cashier
from wxpay_v2.v2.notification import Event
from wxpay_v2.v2.protocol import Protocol

T = TypeVar("T")

class Core:
    merchant: Merchant
    region: str
    clock: Clock
    protocol: Protocol
    retry: Retry
    hosts: Hosts
    cashier: Cashier
    _numbers: OrderedDict[tuple[str, str], int]
    def __init__(
        self,
        merchant: Merchant,
        *,
        region: str = "global",
        base_url: str | None = None,
        timeout: float | tuple[float, float] | None = None,
        retry: int = 3,
        clock: Clock | None = None,
    ) -> None: ...
    def steps(self, operation: Operation, fields: Mapping[str, Any]) -> Call[Result]: ...
    def _remember(self, operation: Operation, request: Request) -> tuple[str, str]: ...
    def open_notification(self, body: bytes, headers: Mapping[str, str] | None = None) -> Event: ...

class Client(Core):
    _send: Send
    _close: Callable[[], None]
    def __init__(
        self,
        merchant: Merchant,
        *,
        region: str = "global",
        base_url: str | None = None,
        verify: str | os.PathLike[str] | None = None,
        transport: Send | None = None,
        timeout: float | tuple[float, float] | None = None,
        retry: int = 3,
        proxy: str | None = None,
        clock: Clock | None = None,
    ) -> None: ...
    def carry(self, steps: Call[T]) -> T: ...
    def call(self, path: str, fields: Mapping[str, Any], *, certificate: bool = False) -> Result: ...
    def close(self) -> None: ...
    def __enter__(self) -> Client: ...
    def __exit__(self, *exception: object) -> None: ...
'''


def client_stub() -> str:
    """Return the text of client.pyi."""
    return _STUB_HEAD + "".join(_method(row) for row in catalogue.operations())


def _method(row: Operation) -> str:
    fields = documentation.sent_by_caller(row)
    asked = [field for field in fields if field.required is ALWAYS]
    others = [field for field in fields if field.required is not ALWAYS]
    lines = [f"        {field.name}: {_type(field)},\n" for field in asked]
    lines += [f"        {field.name}: {_type(field)} | None = None,\n" for field in others]
    text = documentation.docstring(row).replace("\\", "\\\\").replace('"""', "'''")
    page = textwrap.indent(f'"""{text}\n"""', "        ", lambda line: bool(line.strip()))
    head = f"    def {row.name}(\n        self,\n        *,\n{''.join(lines)}        **more: Any,\n    ) -> Result:\n"
    return f"{head}{page}\n"


def _type(field: Field) -> str:
    if field.kind == ENUM and field.values:
        return f"Literal[{', '.join(_quoted(value) for value in field.values)}]"
    return _TYPES.get(field.kind, "str")


def _quoted(value: str) -> str:
    return '"' + value + '"'


def operations_table() -> str:
    """Return the README's table: method, path, regions, certificate, what may be repeated, what it is."""
    rows = [
        (
            f"``{row.name}``",
            f"``{row.path}``",
            " ".join(row.regions),
            "yes" if row.certificate else "",
            row.repeat.replace("_", " "),
            row.title,
        )
        for row in catalogue.operations()
    ]
    head = ("method", "path", "regions", "certificate", "repeat", "what")
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    rule = "  ".join("=" * width for width in widths)

    def line(row: tuple[str, ...]) -> str:
        # An empty first cell would continue the row above; the certificate's column is not the first.
        return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()

    return "\n".join([rule, line(head), rule, *map(line, rows), rule]) + "\n"


def _readme(text: str) -> str:
    begin, end = text.index(_BEGIN) + len(_BEGIN), text.index(_END)
    return f"{text[:begin]}\n{operations_table()}\n{text[end:]}"


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` return 1 when one is stale."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    package = Path(__file__).parent
    readme = package.parent / "README.rst"
    wanted = {package / "client.pyi": client_stub()}
    if readme.exists():
        wanted[readme] = _readme(readme.read_text(encoding="utf-8"))
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if "--check" in arguments:
            print(f"{path.name} is stale: run python -m wxpay_v2.generate", file=sys.stderr)
        else:
            path.write_text(wanted[path], encoding="utf-8")
            print(f"wrote {path.name}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
