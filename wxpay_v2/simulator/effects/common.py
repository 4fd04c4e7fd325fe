"""What several effects need: the order a call is about, and the fields that tell of a payment."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from wxpay_v2 import validation
from wxpay_v2.clock import BEIJING, parse_time, wire_time
from wxpay_v2.operation import ALWAYS
from wxpay_v2.simulator import discounts, rates
from wxpay_v2.simulator.accounts import Account
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.faults import Faults
from wxpay_v2.simulator.protocol import Call, NotUnderstood, refusal
from wxpay_v2.simulator.states import USERPAYING
from wxpay_v2.simulator.views import OrderView

__all__ = [
    "FACEPAY", "Setting", "after_query", "beijing", "check_price", "expiry", "find_order", "json_of", "listed",
    "new_number", "new_session", "openid_of", "payment_fields", "payment_rate",
]  # fmt: skip

FACEPAY = "FACEPAY"
"""The trade type of orders paid by face, as API v3 calls it; the pages of v2 do not say."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TOO_SHORT = "time_expire时间过短，刷卡至少1分钟，其他5分钟"


@dataclass(frozen=True)
class Setting:
    """What the gateway is set to. refund_delay: seconds until a refund reaches the payer.

    account: finds the merchant of a mch_id, None where there is none.
    """

    faults: Faults
    refund_delay: float = 0.0
    account: Callable[[str], Account | None] = lambda mch_id: None


def find_order(call: Call, book: Book) -> OrderView:
    """Return the order that transaction_id or, without one, out_trade_no names. Raises Refusal.

    Another sub-merchant's order is not found. Where a row demands both numbers, the out_trade_no of an order that has
    no payment is enough: no transaction_id could be right.
    """
    transaction_id = call.fields.get("transaction_id")
    mch_id = call.account.mch_id
    if transaction_id:
        order = book.order_of_payment(mch_id, transaction_id)
        if order is not None and order.sub_mch_id == call.sub_mch_id:
            return order
        row = call.operation.field("transaction_id")
        if row is not None and row.required is ALWAYS:
            order = book.order(mch_id, call.fields.get("out_trade_no", ""))
            if order is not None and not order.transaction_id and order.sub_mch_id == call.sub_mch_id:
                return order
        refusal(call.operation, "no payment has this transaction_id", "INVALID_TRANSACTIONID", "ORDERNOTEXIST")
    order = book.order(mch_id, call.fields["out_trade_no"])
    if order is None or order.sub_mch_id != call.sub_mch_id:
        refusal(call.operation, "no order has this out_trade_no", "ORDERNOTEXIST", "INVALID_REQUEST")
    return order


def listed(call: Call, told: Mapping[str, str]) -> dict[str, str]:
    """Return what of *told* the operation's row lists, so that like operations can share what they tell."""
    names = {row.name for row in call.operation.response}
    return {name: text for name, text in told.items() if name in names}


def json_of(call: Call, name: str) -> Any:
    """Return the JSON in the field *name*. Raises Refusal when it is none, or holds what no answer could repeat."""
    try:
        given = json.loads(call.fields[name], parse_constant=_refused)
        if not any(map(validation.unwritable, _texts(given))):
            return given
    except (KeyError, ValueError, RecursionError):
        pass
    refusal(call.operation, f"{name} is not JSON of plain text and whole numbers", "PARAM_ERROR")


def _texts(given: Any) -> Iterator[str]:
    """Return every text in *given*, names too."""
    if isinstance(given, dict):
        given = [*given, *given.values()]
    if isinstance(given, list):
        for one in given:
            yield from _texts(one)
    elif isinstance(given, str):
        yield given


def _refused(text: str) -> NoReturn:
    raise ValueError(f"not JSON: {text}")


def new_number(book: Book, prefix: str) -> str:
    """Return a number of the gateway: *prefix*, the day, and digits; 28 characters."""
    stamp = f"{beijing(book.now):%Y%m%d}"
    digits = 28 - len(prefix) - len(stamp)
    return f"{prefix}{stamp}{secrets.randbelow(10**digits):0{digits}d}"


def new_session(book: Book, trade_type: str) -> dict[str, str]:
    """Return what a new order is paid by: prepay_id, and the link of its trade type."""
    prepay_id = f"wx{wire_time(beijing(book.now))}{secrets.token_hex(10)}"
    token = "".join(secrets.choice(_DIGITS) for _ in range(9))
    page = f"https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id={prepay_id}&package={secrets.randbits(31)}"
    return {
        "prepay_id": prepay_id,
        "code_url": f"weixin://wxpay/bizpayurl?pr={token}" if trade_type == "NATIVE" else "",
        "mweb_url": page if trade_type == "MWEB" else "",
    }


def after_query(order: OrderView, book: Book, pay: Callable[[OrderView], OrderView]) -> OrderView:
    """Return *order* as a query finds it: one that waits for the password counts queries under the fault user_paying.

    pay: lets the payer pay, who has entered the password by the last of them.
    """
    if order.state == USERPAYING and order.queries_left:
        book.count_query(order)
        if order.queries_left == 1:
            return pay(order)
    return order


def payment_fields(order: OrderView) -> dict[str, str]:
    """Return the fields that tell of the payment of *order*, as quick pay, order query and notification share them."""
    return {
        "openid": order.openid,
        "is_subscribe": "N",
        "sub_openid": order.sub_openid,
        "sub_is_subscribe": "N" if order.sub_openid else "",
        "trade_type": order.trade_type,
        "bank_type": order.bank_type,
        "total_fee": str(order.total_fee),
        "fee_type": order.fee_type,
        "cash_fee": str(order.cash_fee),
        "cash_fee_type": order.cash_fee_type,
        "rate": payment_rate(order),
        **discounts.v2_of_payment(order),
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "attach": order.attach,
        "time_end": wire_time(beijing(order.paid_at)),
    }


def payment_rate(order: OrderView) -> str:
    """Return the rate of the payment as on the wire, "" when the payer paid in the price currency."""
    return str(order.rate) if order.cash_fee_type != order.fee_type else ""


def openid_of(payer: str, appid: str) -> str:
    """Return the id of *payer* under *appid*, "" without one: 28 characters, the same every time."""
    return "o" + hashlib.sha256(f"{appid} {payer}".encode()).hexdigest()[:27] if appid else ""


def beijing(moment: float) -> datetime:
    """Return Unix seconds as an aware datetime in Beijing, whole seconds."""
    return datetime.fromtimestamp(int(moment), BEIJING)


def expiry(call: Call, book: Book, *, default: float, least: float) -> float:
    """Return when the new order ends. default, least: seconds from now. Raises NotUnderstood when that is too soon."""
    text = call.fields.get("time_expire")
    if not text:
        return book.now + default
    end = parse_time(text).timestamp()
    if end - book.now < least:
        raise NotUnderstood(_TOO_SHORT)
    return end


def check_price(call: Call) -> None:
    """Raise the refusal of a price currency for which there is no rate."""
    fee_type = call.fields.get("fee_type", "CNY")
    if fee_type not in rates.CNY_PER_UNIT:
        refusal(call.operation, f"fee_type {fee_type} is not supported", "PARAM_ERROR")
