"""Combined orders: several merchants' orders under one prepayment, paid or closed together."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from wxpay_v2.clock import wire_time
from wxpay_v2.operation import HMAC_SHA256
from wxpay_v2.secret import Secret
from wxpay_v2.simulator import notices, rates
from wxpay_v2.simulator.book import Book, parameters
from wxpay_v2.simulator.effects.common import Setting, beijing, expiry, json_of, new_session
from wxpay_v2.simulator.protocol import Call, Refusal
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import CLOSED, NOTPAY, PAID, REFUND, SUCCESS, USERPAYING
from wxpay_v2.simulator.v3 import combined
from wxpay_v2.simulator.views import OrderView
from wxpay_v2.v2 import envelope
from wxpay_v2.v2.catalogue.common import TRADE_TYPES
from wxpay_v2.v2.signature import Signer

__all__ = [
    "close_combined_order", "combined_order", "notify", "orders_of", "query_combined_order", "record_of", "sub_orders",
]  # fmt: skip

KIND = "combined_order"
ORDER_SECONDS, LEAST_SECONDS = 2 * 3600.0, 300.0
_TEXTS = ("appid", "mch_id", "body", "attach", "out_trade_no", "fee_type")
_STATES = (NOTPAY, USERPAYING, REFUND, SUCCESS, CLOSED)


def combined_order(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Place the sub-orders, or answer again what was answered when the same ones were placed."""
    fields, mch_id = call.fields, call.account.mch_id
    record = book.records.get(KIND, mch_id, fields["combine_out_trade_no"])
    if record is None:
        record = _place(call, book, setting)
    elif record.data["request"] != parameters(fields):
        raise Refusal("INVALID_REQUEST", "combine_out_trade_no was used with other parameters")
    elif any(order.state not in (NOTPAY, USERPAYING) for order in orders_of(book, record)):
        raise Refusal("INVALID_REQUEST", "the combined order is paid or closed")
    return {"trade_type": fields["trade_type"], **record.data["session"]}


def _place(call: Call, book: Book, setting: Setting) -> Record:
    fields = call.fields
    trade_type = fields["trade_type"]
    if trade_type not in TRADE_TYPES:
        raise Refusal("PARAM_ERROR", "there is no such trade_type")
    if trade_type == "JSAPI" and not fields.get("combine_openid"):
        raise Refusal("PARAM_ERROR", "combine_openid is missing")
    wanted = _wanted(call, setting)
    session = new_session(book, trade_type)
    end = expiry(call, book, default=ORDER_SECONDS, least=LEAST_SECONDS)
    for one in wanted:
        if book.order(one["mch_id"], one["out_trade_no"]) is not None:
            raise Refusal("INVALID_REQUEST", f"out_trade_no {one['out_trade_no']} was used before")
        book.place(
            {**one, "sign_type": HMAC_SHA256}, trade_type=trade_type, expires_at=end,
            payer=fields.get("combine_openid", ""), **session,
        )  # fmt: skip
    return book.records.put(
        KIND, call.account.mch_id, fields["combine_out_trade_no"], "PLACED",
        {
            "request": parameters(fields), "session": session,
            "orders": [[one["mch_id"], one["out_trade_no"]] for one in wanted],
        },
        reference=session["prepay_id"],
    )  # fmt: skip


def _wanted(call: Call, setting: Setting) -> list[dict[str, str]]:
    """Return the fields of each sub-order. Raises Refusal for the first that is wrong."""
    given = json_of(call, "sub_order_list")
    listed = given.get("order_list") if isinstance(given, dict) else None
    if not isinstance(listed, list) or not listed or str(given.get("order_num")) != str(len(listed)):
        raise Refusal("PARAM_ERROR", "sub_order_list must have order_num orders in order_list")
    wanted = [_one(call, one, setting) for one in listed]
    if len({(one["mch_id"], one["out_trade_no"]) for one in wanted}) != len(wanted):
        raise Refusal("PARAM_ERROR", "an order occurs twice in sub_order_list")
    return wanted


def _one(call: Call, given: Any, setting: Setting) -> dict[str, str]:
    if not isinstance(given, dict):
        raise Refusal("PARAM_ERROR", "order_list must hold objects")
    told = {name: str(value) for name, value in given.items() if isinstance(value, (str, int)) and value != ""}
    for name in (*_TEXTS, "total_fee"):
        if name not in told:
            raise Refusal("PARAM_ERROR", f"{name} of a sub-order is missing")
    amount = told["total_fee"]
    if not (amount.isascii() and amount.isdigit() and len(amount) <= 10 and int(amount)):
        raise Refusal("PARAM_ERROR", "total_fee of a sub-order must be a whole number above 0")
    account = setting.account(told["mch_id"])
    if account is None or account.appid != told["appid"]:
        raise Refusal("PARAM_ERROR", "mch_id and appid of a sub-order are not bound")
    sub = told.get("sub_mch_id", "")
    if sub and sub not in account.sub_merchants:
        raise Refusal("PARAM_ERROR", "sub_mch_id of a sub-order is not its merchant's")
    if told["fee_type"] not in rates.CNY_PER_UNIT or len(told["out_trade_no"]) > 32:
        raise Refusal("PARAM_ERROR", "fee_type or out_trade_no of a sub-order is wrong")
    told["combine_mch_id"] = call.account.mch_id
    told["combine_out_trade_no"] = call.fields["combine_out_trade_no"]
    if told["appid"] == call.account.appid and call.fields.get("combine_openid"):
        told["openid"] = call.fields["combine_openid"]
    return told


def query_combined_order(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell the state of the combined order, and its sub-orders."""
    record = _found(call, book)
    orders = orders_of(book, record)
    state = next(state for state in _STATES if any(order.state == state for order in orders))
    told = [
        {
            "mchid": order.mch_id,
            "trade_type": order.trade_type,
            "attach": order.attach,
            "amount": {"total_amount": order.total_fee, "currency": order.fee_type},
            **({"transaction_id": order.transaction_id} if order.transaction_id else {}),
            "out_trade_no": order.out_trade_no,
            "description": order.body,
        }
        for order in orders
    ]
    return {
        "combine_openid": record.data["request"].get("combine_openid", ""),
        "combine_out_trade_no": record.number,
        "device_info": record.data["request"].get("device_info", ""),
        "result_msg": "OK",
        "trade_state": state,
        "sub_order_list": _json({"order_num": len(told), "order_list": told}),
    }


def close_combined_order(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Close the sub-orders, all of which the call must name."""
    record = _found(call, book)
    orders = orders_of(book, record)
    given = json_of(call, "sub_order_list")
    listed = given.get("order_list", [given]) if isinstance(given, dict) else given
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Refusal("PARAM_ERROR", "sub_order_list must list objects")
    named = {(str(one.get("mchid")), str(one.get("out_trade_no"))) for one in listed}
    if named != {(order.mch_id, order.out_trade_no) for order in orders}:
        raise Refusal("PARAM_ERROR", "sub_order_list must name every sub-order")
    if any(order.state in PAID for order in orders):
        raise Refusal("INVALID_REQUEST", "the combined order is paid")
    for order in orders:
        if order.state == NOTPAY:
            book.change(order, "close")
    return {}


def _found(call: Call, book: Book) -> Record:
    record = book.records.get(KIND, call.account.mch_id, call.fields["combine_out_trade_no"])
    if record is None:
        raise Refusal("INVALID_REQUEST", "there is no combined order of this number")
    return record


def orders_of(book: Book, record: Record) -> list[OrderView]:
    """Return the sub-orders of the combined order *record*, in the order of its list."""
    found = [book.order(mch_id, number) for mch_id, number in record.data["orders"]]
    return [order for order in found if order is not None]


def record_of(book: Book, order: OrderView) -> Record | None:
    """Return the combined order that *order* is part of, None when it is none's."""
    number = order.fields.get("combine_out_trade_no")
    return book.records.get(KIND, order.fields["combine_mch_id"], number) if number else None


def sub_orders(book: Book, number: str, mch_id: str | None) -> list[OrderView]:
    """Return the sub-orders of the combined order of that *number*, of any merchant unless *mch_id* says whose."""
    made = [one for one in book.records.list(KIND, mch_id=mch_id) if one.number == number]
    return orders_of(book, made[0]) if len(made) == 1 else []


def notify(book: Book, record: Record, paid: Sequence[OrderView], setting: Setting) -> None:
    """Queue the one notification of a combined payment, which goes to the combining merchant."""
    account = setting.account(record.mch_id)
    if account is None:
        return
    request = record.data["request"]
    about = replace(paid[0], mch_id=record.mch_id, out_trade_no=record.number)
    if "document" in request:
        message = combined.of_payment(record, paid)
        notices.queue_v3(book, "combined", account, about, "", request["notify_url"], setting.faults, message)
        return
    told = [
        {
            "appid": order.appid, "mch_id": order.mch_id, "openid": order.openid, "total_fee": order.total_fee,
            "cash_fee": order.cash_fee, "transaction_id": order.transaction_id, "out_trade_no": order.out_trade_no,
            "attach": order.attach, "time_end": wire_time(beijing(order.paid_at)),
        }
        for order in paid
    ]  # fmt: skip
    fields = {
        "return_code": "SUCCESS",
        "combine_appid": request["combine_appid"],
        "combine_mch_id": record.mch_id,
        "nonce_str": secrets.token_hex(16),
        "device_info": request.get("device_info", ""),
        "combine_openid": request.get("combine_openid", ""),
        "combine_out_trade_no": record.number,
        "trade_type": request["trade_type"],
        "bank_type": paid[0].bank_type,
        "sign_type": HMAC_SHA256,
        "result_code": "SUCCESS",
        "sub_order_list": _json({"order_num": len(told), "order_list": told}),
    }
    fields = {name: text for name, text in fields.items() if text}
    notices.queue(
        book, "combined", about, "", request["notify_url"], setting.faults,
        lambda: envelope.seal(fields, account.signer(HMAC_SHA256)),
        lambda: envelope.seal(fields, Signer(Secret(secrets.token_hex(16)), HMAC_SHA256)),
    )  # fmt: skip


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
