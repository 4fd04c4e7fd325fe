"""Writes what can be generated from the catalogue: client.pyi, aio.pyi and the READMEs' tables of operations.

``python -m wxpay_v2.generate`` writes them, ``--check`` exits 1 when they are stale.
"""

from __future__ import annotations

import sys
import textwrap
import unicodedata
from pathlib import Path

from wxpay_v2 import documentation
from wxpay_v2.operation import ALWAYS, AMOUNT, BOOL, DATE, ENUM, INT, JSON, TIME
from wxpay_v2.v2 import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.operation import Field, Operation

__all__ = ["async_stub", "client_stub", "main", "operations_table"]

_TYPES = {
    AMOUNT: "int | str", INT: "int | str", TIME: "datetime | str", DATE: "date | str", BOOL: "str",
    JSON: "dict[str, Any] | list[Any] | str",
}  # fmt: skip
_SPELT = {"micro_merchants": "Micro-merchants", "sub_merchants": "Sub-merchants", "wecom": "WeCom"}
_CHINESE = {
    "orders": "订单", "quick_pay": "付款码支付", "refunds": "退款", "item_refunds": "单品退款", "statements": "账单",
    "settlements": "结算与汇率", "tools": "工具", "sub_merchants": "子商户管理", "customs": "海关申报",
    "combined_orders": "合单支付", "profit_sharing": "分账", "deposits": "押金支付", "face_pay": "刷脸支付",
    "entrusted_deduction": "委托代扣", "partner_deduction": "委托代扣（服务商）", "transfers": "企业付款",
    "red_packs": "现金红包", "wecom": "企业微信", "coupons": "代金券", "vehicles": "车主服务", "transit": "乘车服务",
    "rentals": "租借与酒店", "withdrawals": "自动提现", "identity": "实名验证", "platform_keys": "平台证书与公钥",
    "risk": "风险与审核", "micro_merchants": "小微商户", "sandbox": "沙箱",
}  # fmt: skip
_BEGIN, _END = ".. operations: begin\n", ".. operations: end\n"

_STUB_HEAD = '''"""The static face of client.py, generated from the catalogue by `python -m wxpay_v2.generate`."""

import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal, TypeVar
from typing import Protocol as Shape

from wxpay_v2.call import Call, Request, Send
from wxpay_v2.clock import Clock
from wxpay_v2.errors import WXPayError
from wxpay_v2.merchant import Merchant
from wxpay_v2.operation import Operation
from wxpay_v2.result import Result
from wxpay_v2.retry import Retry, Routes
from wxpay_v2.upgrade.gradual import Gradual
from wxpay_v2.upgrade.protocol import Protocol as Upgraded
from wxpay_v2.v2.cashier import Cashier
from wxpay_v2.v2.notification import Event, Reply
from wxpay_v2.v2.signature import Signer
from wxpay_v2.v3.account import V3Account
from wxpay_v2.v3.cashier import Cashier as V3Cashier

T = TypeVar("T")

class Carrier(Shape):
    @property
    def signer(self) -> Signer: ...
    def prepare(self, operation: Operation, fields: Mapping[str, Any], nonce: str) -> Any: ...
    def check_certificate(self, operation: Operation) -> None: ...
    def carry(self, prepared: Any, retry: Retry, routes: Routes) -> Call[Result]: ...
    def open_notification(self, body: bytes, headers: Mapping[str, str] | None) -> Event: ...
    def refusal(self, body: bytes, message: str) -> Reply: ...

class Core:
    merchant: Merchant
    region: str
    clock: Clock
    protocol: Carrier
    retry: Retry
    routes: Routes
    cashier: Cashier | V3Cashier
    _numbers: OrderedDict[tuple[str, str], int]
    _upgraded: Upgraded | None
    def __init__(
        self,
        merchant: Merchant,
        *,
        region: str = "global",
        base_url: str | None = None,
        timeout: float | tuple[float, float] | None = None,
        retry: int = 3,
        clock: Clock | None = None,
        upgrade: V3Account | Gradual | None = None,
    ) -> None: ...
    def steps(self, operation: Operation, fields: Mapping[str, Any]) -> Call[Result]: ...
    @property
    def upgraded(self) -> Upgraded | None: ...
    def _failed(self, request: Request, error: WXPayError) -> None: ...
    def _remember(self, operation: Operation, fields: Mapping[str, str]) -> tuple[str, str]: ...
    def open_notification(self, body: bytes, headers: Mapping[str, str] | None = None) -> Event: ...
    def refusal(self, body: bytes, message: str = "FAIL") -> Reply: ...

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
        upgrade: V3Account | Gradual | None = None,
    ) -> None: ...
    def carry(self, steps: Call[T]) -> T: ...
    def call(self, path: str, fields: Mapping[str, Any], *, certificate: bool = False) -> Result: ...
    def close(self) -> None: ...
    def __enter__(self) -> Client: ...
    def __exit__(self, *exception: object) -> None: ...
'''

_CLIENT_STUB_TAIL = """
class Method:
    name: str
    def __init__(self, name: str) -> None: ...
    def __get__(self, client: Any, owner: type[Any]) -> Any: ...

def describe(method: Any, row: Operation, owner: type) -> None: ...
def _row(path: str, certificate: bool) -> Operation: ...
"""

_ASYNC_STUB_HEAD = '''"""The static face of aio.py, generated from the catalogue by `python -m wxpay_v2.generate`."""

import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from wxpay_v2.async_session import AsyncSession
from wxpay_v2.call import Call, Request, Response
from wxpay_v2.client import Core
from wxpay_v2.clock import Clock
from wxpay_v2.errors import OutcomeUnknown
from wxpay_v2.merchant import Merchant
from wxpay_v2.result import Result
from wxpay_v2.upgrade.gradual import Gradual
from wxpay_v2.v3.account import V3Account

T = TypeVar("T")
AsyncSend = Callable[[Request], Awaitable[Response]]

class AsyncClient(Core):
    _send: AsyncSend
    _close: Callable[[], Awaitable[None] | None]
    _on_unknown: Callable[[OutcomeUnknown], object] | None
    _closed: bool
    def __init__(
        self,
        merchant: Merchant,
        *,
        region: str = "global",
        base_url: str | None = None,
        verify: str | os.PathLike[str] | None = None,
        transport: AsyncSend | None = None,
        timeout: float | tuple[float, float] | None = None,
        retry: int = 3,
        proxy: str | None = None,
        clock: Clock | None = None,
        upgrade: V3Account | Gradual | None = None,
        connections: int | None = None,
        session: AsyncSession | None = None,
        on_unknown: Callable[[OutcomeUnknown], object] | None = None,
    ) -> None: ...
    async def carry(self, steps: Call[T]) -> T: ...
    def _abandon(self, steps: Call[T], left: list[Request], error: BaseException) -> None: ...
    async def _sleep(self, seconds: float) -> None: ...
    async def call(self, path: str, fields: Mapping[str, Any], *, certificate: bool = False) -> Result: ...
    async def close(self) -> None: ...
    async def __aenter__(self) -> AsyncClient: ...
    async def __aexit__(self, *exception: object) -> None: ...
'''


def client_stub() -> str:
    """Return the text of client.pyi."""
    return _STUB_HEAD + "".join(_method(row, "def") for row in catalogue.operations()) + _CLIENT_STUB_TAIL


def async_stub() -> str:
    """Return the text of aio.pyi."""
    return _ASYNC_STUB_HEAD + "".join(_method(row, "async def") for row in catalogue.operations())


def _method(row: Operation, define: str) -> str:
    fields = documentation.sent_by_caller(row)
    asked = [field for field in fields if field.required is ALWAYS]
    others = [field for field in fields if field.required is not ALWAYS]
    lines = [f"        {field.name}: {_type(field)},\n" for field in asked]
    lines += [f"        {field.name}: {_type(field)} | None = None,\n" for field in others]
    text = documentation.docstring(row).replace("\\", "\\\\").replace('"""', "'''")
    page = textwrap.indent(f'"""{text}\n"""', "        ", lambda line: bool(line.strip()))
    keywords = f"        *,\n{''.join(lines)}" if lines else ""
    head = f"    {define} {row.name}(\n        self,\n{keywords}        **more: Any,\n    ) -> Result:\n"
    return f"{head}{page}\n"


def _type(field: Field) -> str:
    if field.kind == ENUM and field.values:
        return f"Literal[{', '.join(_quoted(value) for value in field.values)}]"
    return _TYPES.get(field.kind, "str")


def _quoted(value: str) -> str:
    return '"' + value + '"'


def operations_table(*, chinese: bool = False) -> str:
    """Return a README's table: method, path, certificate, what it does; a heading over the rows of each family."""
    families: dict[str, list[tuple[str, ...]]] = {}
    for row in catalogue.operations():
        certificate = ("需要" if chinese else "yes") if row.certificate else ""
        title = row.chinese if chinese else row.title
        name = _CHINESE[catalogue.family(row.name)] if chinese else _family(row)
        families.setdefault(name, []).append((f"``{row.name}``", f"``{row.path}``", certificate, title))
    head = ("方法", "路径", "证书", "接口") if chinese else ("method", "path", "certificate", "what")
    cells = [head, *(row for rows in families.values() for row in rows)]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(head))]
    rule = "  ".join("=" * width for width in widths)

    def line(row: tuple[str, ...]) -> str:
        # An empty first cell would continue the row above; the certificate's column is not the first.
        return "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()

    lines = [rule, line(head), rule]
    for family, rows in families.items():
        lines += [f"**{family}**", "-" * len(rule), *map(line, rows)]  # the dashes join the cells above them
    return "\n".join([*lines, rule]) + "\n"


def _width(text: str) -> int:
    """Return the columns *text* takes: Chinese letters and punctuation take two."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "FW") for letter in text)


def _family(row: Operation) -> str:
    name = catalogue.family(row.name)
    return _SPELT.get(name) or name.replace("_", " ").capitalize()


def _readme(text: str, *, chinese: bool) -> str:
    begin, end = text.index(_BEGIN) + len(_BEGIN), text.index(_END)
    return f"{text[:begin]}\n{operations_table(chinese=chinese)}\n{text[end:]}"


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` return 1 when one is stale."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    package = Path(__file__).parent
    wanted = {package / "client.pyi": client_stub(), package / "aio.pyi": async_stub()}
    for name, chinese in (("README.rst", False), ("README.zh.rst", True)):
        readme = package.parent / name
        if readme.exists():
            wanted[readme] = _readme(readme.read_text(encoding="utf-8"), chinese=chinese)
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
