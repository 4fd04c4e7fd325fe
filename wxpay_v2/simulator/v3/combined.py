"""What API v3 tells of a combined order: in its query, and in the notification of its payment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wxpay_v2.clock import rfc3339
from wxpay_v2.simulator.effects.common import beijing
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import NOTPAY, PAID, USERPAYING
from wxpay_v2.simulator.v3.messages import Message
from wxpay_v2.simulator.views import OrderView

__all__ = ["of_payment", "told"]


def of_payment(record: Record, orders: Sequence[OrderView]) -> Message:
    """Return the notification of the payment of the combined order *record*, whose *orders* are paid."""
    return Message("TRANSACTION.SUCCESS", "transaction", "支付成功", told(record, orders))


def told(record: Record, orders: Sequence[OrderView]) -> dict[str, Any]:
    """Return what is told of the combined order *record* and of its *orders*."""
    request = record.data["request"]
    openid, device = request.get("combine_openid", ""), request.get("device_info", "")
    return {
        "combine_appid": request["combine_appid"],
        "combine_mchid": record.mch_id,
        "combine_out_trade_no": record.number,
        "combine_transaction_id": f"4208{record.id:024d}",
        **({"scene_info": {"device_id": device}} if device else {}),
        "sub_orders": [_told(one) for one in orders],
        **({"combine_payer_info": {"openid": openid}} if openid else {}),
    }


def _told(order: OrderView) -> dict[str, Any]:
    """Return what is told of one sub-order."""
    paid = order.state in PAID
    payment = {
        "transaction_id": order.transaction_id,
        "bank_type": order.bank_type,
        "success_time": rfc3339(beijing(order.paid_at)),
    }
    one = {
        "mchid": order.mch_id,
        "sub_mchid": order.sub_mch_id,
        "sub_appid": order.sub_appid,
        "sub_openid": order.sub_openid,
        "out_trade_no": order.out_trade_no,
        "trade_type": order.trade_type,
        "trade_state": NOTPAY if order.state == USERPAYING else order.state,
        "attach": order.attach,
        **(payment if paid else {}),
        "amount": {
            "total_amount": order.total_fee, "currency": order.fee_type, "payer_amount": order.cash_fee,
            "payer_currency": order.cash_fee_type or order.fee_type,
        },
    }  # fmt: skip
    return {name: value for name, value in one.items() if value not in (None, "")}
