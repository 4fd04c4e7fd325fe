"""What API v3 tells of an order or a refund: the documents of queries and the notifications, in either region's words.

Orders and refunds of API v2 are told in the same way: the books are common.
"""

from __future__ import annotations

import json
import uuid
from typing import Any, NamedTuple

from wxpay_v2.clock import rfc3339
from wxpay_v2.operation import DIRECT, GLOBAL
from wxpay_v2.secret import Secret
from wxpay_v2.simulator import discounts, rates
from wxpay_v2.simulator.accounts import Account
from wxpay_v2.simulator.book import payment_number
from wxpay_v2.simulator.effects.common import beijing
from wxpay_v2.simulator.effects.refunds import RECIPIENT
from wxpay_v2.simulator.states import CHANGE, DESCRIPTIONS, PAID, REFUNDCLOSE, SUCCESS
from wxpay_v2.simulator.v3 import keys
from wxpay_v2.simulator.views import OrderView, RefundView

__all__ = [
    "FUNDS",
    "Message",
    "ids",
    "of_payment",
    "of_refund",
    "order",
    "refund_rate",
    "refund_source",
    "sealed",
]

SETTLEMENT, PAYMENT = "SETTLEMENT_RATE", "USERPAYMENT_RATE"

_REFUND_EVENTS = {
    "SUCCESS": ("SUCCESS", "退款成功"),
    CHANGE: ("ABNORMAL", "退款异常"),
    REFUNDCLOSE: ("CLOSED", "退款关闭"),
}
# Where the money of a refund comes from: API v2's and v3 Global's words -> the mainland's.
FUNDS = {"REFUND_SOURCE_UNSETTLED_FUNDS": "UNSETTLED", "REFUND_SOURCE_RECHARGE_FUNDS": "AVAILABLE"}


class Message(NamedTuple):
    """A notification before it is sealed. kind: its original_type. document: its resource in plain text."""

    event: str
    kind: str
    summary: str
    document: dict[str, Any]


def ids(account: Account, order: OrderView, *, apps: bool = True) -> dict[str, str]:
    """Return the numbers of the merchants of *order*, under the names that its mode has. apps: and their apps."""
    if account.mode == DIRECT:
        told = {"mchid": order.mch_id, "appid": order.appid}
    else:
        told = {
            "sp_mchid": order.mch_id, "sp_appid": order.appid, "sub_mchid": order.sub_mch_id,
            "sub_appid": order.sub_appid,
        }  # fmt: skip
    return {name: text for name, text in told.items() if text and (apps or name.endswith("mchid"))}


def order(account: Account, order: OrderView, state: str = "") -> dict[str, Any]:
    """Return what a query tells of *order*. state: another than its own."""
    abroad, state = account.region == GLOBAL, state or order.state
    paid = state in PAID
    told: dict[str, Any] = {
        **ids(account, order),
        "out_trade_no": order.out_trade_no,
        "trade_state": state,
        "trade_state_desc": DESCRIPTIONS[state],
        "attach": order.attach or None,
        "amount": {"total": order.total_fee, "currency": order.fee_type},
    }
    if abroad:
        told["id"] = payment_number(order)
        told["trade_type"] = order.trade_type
    elif order.device_info:
        told["scene_info"] = {"device_id": order.device_info}
    if paid:
        told.update(_payment(account, order))
    return {name: value for name, value in told.items() if value is not None}


def _payment(account: Account, order: OrderView) -> dict[str, Any]:
    abroad = account.region == GLOBAL
    amount: dict[str, Any] = {
        "total": order.total_fee, "currency": order.fee_type, "payer_total": order.cash_fee,
        "payer_currency": order.cash_fee_type,
    }  # fmt: skip
    if abroad:
        amount["exchange_rate"] = {"type": SETTLEMENT, "rate": rates.rate(order.fee_type, account.currency)}
    own = "openid" if account.mode == DIRECT else "sp_openid"
    payer = {own: order.openid, **({"sub_openid": order.sub_openid} if own != "openid" else {})}
    return {
        "id" if abroad else "transaction_id": order.transaction_id,
        "trade_type": order.trade_type,
        "bank_type": order.bank_type,
        "success_time": rfc3339(beijing(order.paid_at)),
        "payer": {name: text for name, text in payer.items() if text},
        "amount": amount,
        "promotion_detail": discounts.v3_of_payment(order, abroad=abroad),
    }


def refund_rate(account: Account, order: OrderView) -> dict[str, Any]:
    """Return the exchange rate that a refund of *order* is told with."""
    if order.fee_type == account.currency:
        return {"type": PAYMENT, "rate": order.rate}
    return {"type": SETTLEMENT, "rate": rates.rate(order.fee_type, account.currency)}


def refund_source(refund: RefundView) -> str:
    """Return where the money of *refund* comes from, in the words of API v2 and of v3 Global."""
    return refund.fields.get("refund_account", "REFUND_SOURCE_UNSETTLED_FUNDS")


def of_payment(account: Account, paid: OrderView) -> Message:
    """Return the notification of the payment of *paid*."""
    return Message("TRANSACTION.SUCCESS", "transaction", "支付成功", order(account, paid, SUCCESS))


def of_refund(account: Account, order: OrderView, refund: RefundView) -> Message:
    """Return the notification of *refund*, which has come to an end."""
    status, summary = _REFUND_EVENTS[refund.status]
    abroad = account.region == GLOBAL
    amount: dict[str, Any] = {
        "total": order.total_fee, "refund": refund.refund_fee, "payer_total": order.cash_fee,
        "payer_refund": refund.cash_refund_fee,
    }  # fmt: skip
    if abroad:
        amount.update(
            currency=order.fee_type, payer_currency=order.cash_fee_type, exchange_rate=refund_rate(account, order)
        )
    done = refund.succeeded_at
    told: dict[str, Any] = {
        **ids(account, order, apps=False),
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "refund_status": status,
        "recv_account" if abroad else "user_received_account": RECIPIENT,
        "amount": amount,
    }
    if done is not None and status == "SUCCESS":
        told["success_time"] = rfc3339(beijing(done))
    if abroad:
        told["fund_source"] = refund_source(refund)
    return Message(f"REFUND.{status}", "refund", summary, told)


def sealed(message: Message, key: Secret, now: float) -> bytes:
    """Return the body of a notification, its resource encrypted with *key*. now: Unix seconds."""
    plain = json.dumps(message.document, ensure_ascii=False, separators=(",", ":")).encode()
    told = {
        "id": str(uuid.uuid4()),
        "create_time": rfc3339(beijing(now)),
        "resource_type": "encrypt-resource",
        "event_type": message.event,
        "summary": message.summary,
        "resource": {"original_type": message.kind, **keys.sealed(plain, key.reveal().encode(), message.kind)},
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
