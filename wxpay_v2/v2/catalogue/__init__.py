"""The facts of API v2, one module per family; found by name or by path.

A family's module is imported when one of its operations is first asked for. An operation's row is the module's
constant of the same name in capitals. `notifications` holds the calls that the gateway makes to the merchant.
"""

from __future__ import annotations

from importlib import import_module

from wxpay_v2.errors import InvalidRequest, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.operation import Operation

__all__ = ["NAMES", "by_path", "find", "operations"]

# name -> (module, path). The path stands here too, so that finding one by path imports one family and not all.
_INDEX = {
    "unified_order": ("orders", "/pay/unifiedorder"),
    "order_query": ("orders", "/pay/orderquery"),
    "close_order": ("orders", "/pay/closeorder"),
    "micropay": ("quick_pay", "/pay/micropay"),
    "reverse": ("quick_pay", "/secapi/pay/reverse"),
    "auth_code_to_openid": ("quick_pay", "/tools/authcodetoopenid"),
    "refund": ("refunds", "/secapi/pay/refund"),
    "refund_query": ("refunds", "/pay/refundquery"),
    "download_bill": ("statements", "/pay/downloadbill"),
    "settlement_query": ("settlements", "/pay/settlementquery"),
    "query_exchange_rate": ("settlements", "/pay/queryexchagerate"),
    "report": ("tools", "/payitil/report"),
    "short_url": ("tools", "/tools/shorturl"),
}
_BY_PATH = {path: name for name, (_, path) in _INDEX.items()}

NAMES: tuple[str, ...] = tuple(_INDEX)


def find(name: str) -> Operation:
    """Return the row of the operation *name*. Raises InvalidRequest for a name the catalogue does not have."""
    entry = _INDEX.get(name) if isinstance(name, str) else None
    if entry is None:
        raise InvalidRequest(f"there is no operation {quoted(name)}", remedy=_suggestion(name))
    row: Operation = getattr(import_module(f"{__name__}.{entry[0]}"), name.upper())
    return row


def by_path(path: str) -> Operation | None:
    """Return the row of the operation at *path*, with or without the leading slash, or None."""
    name = _BY_PATH.get(path if path.startswith("/") else "/" + path) if isinstance(path, str) else None
    return find(name) if name is not None else None


def operations() -> tuple[Operation, ...]:
    """Return every row, in the order of `NAMES`."""
    return tuple(map(find, NAMES))


def _suggestion(name: object) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name.lower(), NAMES) if isinstance(name, str) else []
    return f"did you mean {' or '.join(close)}?" if close else "wxpay_v2.v2.catalogue.NAMES lists them"
