"""Unified order, order query, close order."""

from __future__ import annotations

from collections.abc import Mapping

from wxpay_v2.simulator.book import MICROPAY, Book, parameters
from wxpay_v2.simulator.effects import payment
from wxpay_v2.simulator.effects.common import (
    FACEPAY,
    Setting,
    after_query,
    check_price,
    expiry,
    find_order,
    new_session,
    payment_fields,
)
from wxpay_v2.simulator.protocol import Call, Refusal
from wxpay_v2.simulator.states import CLOSED, DESCRIPTIONS, NOTPAY, PAID
from wxpay_v2.simulator.views import OrderView

__all__ = ["again", "close", "close_order", "order_query", "place", "told_of", "unified_order"]

ORDER_SECONDS = 2 * 3600.0
LEAST_SECONDS = 300.0


def unified_order(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Place the order, or answer again what was answered when the same one was placed."""
    order = place(call, book)
    return {
        "trade_type": order.trade_type,
        "prepay_id": order.prepay_id,
        "code_url": order.code_url,
        "mweb_url": order.mweb_url,
    }


def place(call: Call, book: Book, **marks: str) -> OrderView:
    """Return the order that *call* places, or has placed before. marks: fields to keep beside those of the request."""
    fields = {**call.fields, **marks}
    order = book.order(call.account.mch_id, fields["out_trade_no"])
    if order is not None:
        return again(order, fields)
    check_price(call)
    return book.place(
        fields,
        trade_type=fields["trade_type"],
        expires_at=expiry(call, book, default=ORDER_SECONDS, least=LEAST_SECONDS),
        **new_session(book, fields["trade_type"]),
    )


def again(order: OrderView, fields: Mapping[str, str]) -> OrderView:
    """Return *order* if *fields* ask for it once more, unchanged, while it can still be paid. Raises Refusal."""
    if order.trade_type in (MICROPAY, FACEPAY):
        raise Refusal("OUT_TRADE_NO_USED")
    if order.state in PAID:
        raise Refusal("ORDERPAID")
    if order.state == CLOSED:
        raise Refusal("ORDERCLOSED")
    if parameters(fields) != order.fields:
        raise Refusal("OUT_TRADE_NO_USED")
    return order


def order_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell the order's state, and of its payment when there is one."""
    order = after_query(find_order(call, book), book, lambda one: payment.pay(one, book, setting, wallet=one.wallet))
    return told_of(order, order.state)


def told_of(order: OrderView, state: str) -> dict[str, str]:
    """Return what a query tells of *order*, in whatever *state* its family sees it."""
    told = {
        "trade_state": state,
        "trade_state_desc": DESCRIPTIONS[state],
        "device_info": order.device_info,
        "out_trade_no": order.out_trade_no,
        "attach": order.attach,
    }
    return {**told, **payment_fields(order)} if order.state in PAID else told


def close_order(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Close the unpaid order."""
    close(find_order(call, book), book)
    return {"result_msg": "OK"}


def close(order: OrderView, book: Book) -> None:
    """Close the unpaid *order*. Raises Refusal."""
    if order.state in PAID:
        raise Refusal("ORDERPAID")
    if order.state == CLOSED:
        raise Refusal("ORDERCLOSED")
    if order.state != NOTPAY or "combine_out_trade_no" in order.fields:
        raise Refusal("TRADE_STATE_ERROR")
    book.change(order, "close")
