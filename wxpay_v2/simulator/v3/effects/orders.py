"""Orders: placing, query, closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wxpay_v2.operation import GLOBAL as ABROAD
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects import orders as books
from wxpay_v2.simulator.effects import payment
from wxpay_v2.simulator.effects.common import Setting, after_query, new_session
from wxpay_v2.simulator.v3 import messages
from wxpay_v2.simulator.v3.effects.common import check_currency, expiry, find_order, order_fields
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal, in_v3
from wxpay_v2.simulator.views import OrderView

__all__ = ["GLOBAL", "MAINLAND", "close", "place", "query"]

SECONDS = {ABROAD: 2 * 3600.0}
MAINLAND_SECONDS = 7 * 86400.0
LEAST_SECONDS = 60.0


def _placing(trade_type: str) -> Callable[[Call, Book, Setting], dict[str, Any]]:
    """Return the effect that places orders of *trade_type* and answers what they are paid by."""

    def effect(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
        order = place(call, book, trade_type)
        if trade_type == "NATIVE":
            return {"code_url": order.code_url}
        if trade_type == "MWEB":
            return {"mweb_url" if call.region == ABROAD else "h5_url": order.mweb_url}
        return {"prepay_id": order.prepay_id}

    return effect


def place(call: Call, book: Book, trade_type: str) -> OrderView:
    """Return the order that *call* places, or has placed before with the same content."""
    _check_payer(call, trade_type)
    fields = order_fields(call, book, trade_type)
    order = book.order(call.mch_id, fields["out_trade_no"])
    with in_v3(call.operation):
        if order is not None:
            return books.again(order, fields)
    check_currency(call)
    end = expiry(call, book, default=SECONDS.get(call.region, MAINLAND_SECONDS), least=LEAST_SECONDS)
    return book.place(fields, trade_type=trade_type, expires_at=end, **new_session(book, trade_type))


def _check_payer(call: Call, trade_type: str) -> None:
    """Raise unless a page's payer is named, and by an app that the call names."""
    if call.text("payer.sub_openid") and not call.text("sub_appid"):
        raise Refusal.of_field(call.operation, "/sub_appid", "is needed with payer.sub_openid")
    names = ("openid", "sp_openid", "sub_openid")
    if trade_type == "JSAPI" and not any(call.text(f"payer.{name}") for name in names):
        raise Refusal.of_field(call.operation, "/payer", "must have the openid of the payer")


def query(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell the order's state, and of its payment when there is one."""
    order = find_order(call, book)
    order = after_query(order, book, lambda one: payment.pay(one, book, setting, wallet=one.wallet))
    return messages.order(call.account, order)


def close(call: Call, book: Book, setting: Setting) -> None:
    """Close the unpaid order."""
    order = find_order(call, book)
    with in_v3(call.operation):
        books.close(order, book)


GLOBAL = {
    "transactions_jsapi": _placing("JSAPI"),
    "transactions_native": _placing("NATIVE"),
    "transactions_app": _placing("APP"),
    "transactions_h5": _placing("MWEB"),
    "order_query_by_id": query,
    "order_query_by_out_trade_no": query,
    "close_by_id": close,
    "close_by_out_trade_no": close,
}
MAINLAND = {
    f"{kind}{name}": effect for kind in ("", "partner_") for name, effect in GLOBAL.items() if name != "close_by_id"
}
