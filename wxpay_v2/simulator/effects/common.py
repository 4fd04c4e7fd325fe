"""What several effects need: the order a call is about, and the fields that tell of a payment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from wxpay_v2.clock import BEIJING, parse_time, wire_time
from wxpay_v2.simulator import rates
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.faults import Faults
from wxpay_v2.simulator.protocol import Call, NotUnderstood, refusal
from wxpay_v2.simulator.views import OrderView

__all__ = ["Setting", "beijing", "check_price", "expiry", "find_order", "openid_of", "payment_fields", "payment_rate"]

_TOO_SHORT = "time_expire时间过短，刷卡至少1分钟，其他5分钟"


@dataclass(frozen=True)
class Setting:
    """What the gateway is set to. refund_delay: seconds until a refund reaches the payer."""

    faults: Faults
    refund_delay: float = 0.0


def find_order(call: Call, book: Book) -> OrderView:
    """Return the order that transaction_id or, without one, out_trade_no names. Raises Refusal.

    Another sub-merchant's order is not found.
    """
    transaction_id = call.fields.get("transaction_id")
    mch_id = call.account.mch_id
    if transaction_id:
        order = book.order_of_payment(mch_id, transaction_id)
        if order is not None and order.sub_mch_id == call.sub_mch_id:
            return order
        refusal(call.operation, "no payment has this transaction_id", "INVALID_TRANSACTIONID", "ORDERNOTEXIST")
    order = book.order(mch_id, call.fields["out_trade_no"])
    if order is None or order.sub_mch_id != call.sub_mch_id:
        refusal(call.operation, "no order has this out_trade_no", "ORDERNOTEXIST", "INVALID_REQUEST")
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
