"""What several effects need: the order a call is about, and a request under the names the books keep it by."""

from __future__ import annotations

import json
from typing import Any

from wxpay_v2.clock import parse_rfc3339
from wxpay_v2.operation import DIRECT
from wxpay_v2.operation import GLOBAL as ABROAD
from wxpay_v2.simulator import rates
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.v3.effects.profit_sharing import is_marked
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal, documented
from wxpay_v2.simulator.views import OrderView

__all__ = ["check_currency", "currency", "expiry", "fields", "find_order", "order_fields"]

_TEXTS = {
    "notify_url": "notify_url",
    "attach": "attach",
    "goods_tag": "goods_tag",
    "device_info": "scene_info.device_id",
}


def find_order(call: Call, book: Book) -> OrderView:
    """Return the order that transaction_id or, without one, out_trade_no names. Raises Refusal.

    An order has its transaction_id from the start, though only API v3 Global tells it before the payment. Another
    sub-merchant's order is not found.
    """
    number = call.text("transaction_id")
    mine = call.mch_id
    order = book.order_numbered(mine, number) if number else book.order(mine, call.text("out_trade_no"))
    if order is None or order.sub_mch_id != call.sub_mch_id:
        code = documented(call.operation, "ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS")
        raise Refusal(code, f"no order has this {'transaction_id' if number else 'out_trade_no'}")
    return order


def fields(call: Call, *, without: tuple[str, ...] = (), **more: str) -> dict[str, str]:
    """Return what the books keep of the request: names of API v2, and under ``document`` the whole of it.

    without: names that make no difference between two calls, and are left out of ``document``.
    """
    own, account = {name: call.text(way) for name, way in _TEXTS.items()}, call.account
    named = {name: value for name, value in call.document.items() if name not in without}
    own.update(
        mch_id=account.mch_id, appid=account.appid, sub_mch_id=call.sub_mch_id, sub_appid=call.text("sub_appid"),
        out_trade_no=call.text("out_trade_no"), document=_canonical(named),
    )  # fmt: skip
    return {name: text for name, text in {**own, **more}.items() if text}


def order_fields(call: Call, book: Book, trade_type: str) -> dict[str, str]:
    """Return what the books keep of an order."""
    openid = call.text("payer.openid" if call.account.mode == DIRECT else "payer.sp_openid")
    if call.region == ABROAD:
        shared = is_marked(call, book)
    else:
        shared = call.document.get("settle_info", {}).get("profit_sharing")
    return fields(
        call, body=call.text("description"), total_fee=call.text("amount.total"), fee_type=currency(call),
        openid=openid, sub_openid=call.text("payer.sub_openid"), trade_type=trade_type, sign_type="RSA",
        profit_sharing="Y" if shared is True else "",
    )  # fmt: skip


def currency(call: Call) -> str:
    """Return the price currency, CNY where the request says none."""
    return call.text("amount.currency", "CNY")


def check_currency(call: Call) -> None:
    """Raise the refusal of a price currency for which there is no rate."""
    if currency(call) not in rates.CNY_PER_UNIT:
        raise Refusal.of_field(call.operation, "/amount/currency", "is not supported")


def expiry(call: Call, book: Book, *, default: float, least: float) -> float:
    """Return when the new order ends. default, least: seconds from now. Raises Refusal when that is too soon."""
    text = call.text("time_expire")
    if not text:
        return book.now + default
    end = parse_rfc3339(text).timestamp()
    if end - book.now < least:
        raise Refusal.of_field(call.operation, "/time_expire", f"is less than {least:g} seconds away")
    return end


def _canonical(told: Any) -> str:
    return json.dumps(
        told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=lambda value: repr(value)
    )
