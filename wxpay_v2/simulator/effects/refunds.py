"""Refund, refund query."""

from __future__ import annotations

from collections.abc import Mapping

from wxpay_v2.simulator import discounts
from wxpay_v2.simulator.book import Book, parameters
from wxpay_v2.simulator.effects import shares
from wxpay_v2.simulator.effects.common import Setting, beijing, find_order, listed, payment_rate
from wxpay_v2.simulator.protocol import Call, Refusal, refusal
from wxpay_v2.simulator.states import PAID, USERPAYING
from wxpay_v2.simulator.views import OrderView, RefundView

__all__ = ["RECIPIENT", "one_refund", "refund", "refund_account", "refund_query", "take"]

REFUNDABLE_SECONDS = 365 * 86400.0
PER_REPLY = 10
RECIPIENT = "支付用户的零钱"

_AMOUNTS = ("total_fee", "refund_fee")
_NAMING = ("transaction_id", "out_trade_no")


def refund(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take the refund in, once under its number; it reaches the payer later."""
    order = find_order(call, book)
    taken = take(order, call.fields, book, setting)
    return {
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "out_refund_no": taken.out_refund_no,
        "refund_id": taken.refund_id,
        "refund_fee": str(taken.refund_fee),
        "refund_fee_type": order.fee_type,
        "total_fee": str(order.total_fee),
        "fee_type": order.fee_type,
        "cash_fee": str(order.cash_fee),
        "cash_fee_type": order.cash_fee_type,
        "cash_refund_fee": str(taken.cash_refund_fee),
        "cash_refund_fee_type": order.cash_fee_type,
        "rate": payment_rate(order),
        **discounts.v2_of_refund(taken),
    }


def take(order: OrderView, fields: Mapping[str, str], book: Book, setting: Setting) -> RefundView:
    """Take the refund of *order* that *fields* ask for in, or return it when it was taken in before. Raises Refusal."""
    taken = book.refund(order.mch_id, out_refund_no=fields["out_refund_no"])
    if taken is None:
        _check(order, fields, book)
        return book.take_refund(order, fields, due_at=book.now + setting.refund_delay)
    _check_repetition(taken, order, fields)
    return taken


def _check_repetition(taken: RefundView, order: OrderView, fields: Mapping[str, str]) -> None:
    """Raise unless *fields* ask for the refund *taken* once more, unchanged. The order may be named either way.

    The same refund asked for in the other version of the API says the rest in other words; the amounts must be equal.
    """
    now, before = parameters(fields), dict(taken.fields)
    if taken.order_id == order.id and any(int(now[name]) != int(before[name]) for name in _AMOUNTS):
        raise Refusal("REFUND_FEE_MISMATCH")
    if taken.order_id == order.id and ("document" in now) != ("document" in before):
        return
    for naming in _NAMING:
        now.pop(naming, None)
        before.pop(naming, None)
    if taken.order_id != order.id or now != before:
        raise Refusal("INVALID_REQUEST", "this out_refund_no was used with other parameters")


def _check(order: OrderView, fields: Mapping[str, str], book: Book) -> None:
    """Raise unless the order can give back what *fields* ask for."""
    if order.state == USERPAYING:
        raise Refusal("ORDER_NOT_READY")
    if order.state not in PAID:
        raise Refusal("INVALID_REQUEST", "the order is not paid")
    if book.now - order.paid_at > REFUNDABLE_SECONDS:
        raise Refusal("TRADE_OVERDUE")
    if int(fields["total_fee"]) != order.total_fee:
        raise Refusal("PARAM_ERROR", "total_fee is not that of the order")
    if fields.get("refund_fee_type", order.fee_type) != order.fee_type:
        raise Refusal("PARAM_ERROR", "refund_fee_type is not the price currency")
    rest = order.total_fee - order.refunded - int(fields["refund_fee"])
    if rest < 0:
        raise Refusal("ERROR", "refund_fee is over the rest of the order")
    if rest < shares.outstanding(book, order):
        raise Refusal("NOTENOUGH", "what was shared must be returned first")


def refund_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of the refund that refund_id or out_refund_no names, else of those of an order, 10 at a time."""
    order, found = _found(call, book)
    total = len(found)
    offset = int(call.fields.get("offset", 0))
    if not 0 <= offset < total:
        raise Refusal("PARAM_ERROR", "offset is past the last refund")
    found = found[offset : offset + PER_REPLY]
    told = {
        **_order(order),
        "total_refund_count": str(total) if "offset" in call.fields else "",
        "refund_count": str(len(found)),
        "refund_fee": str(sum(one.refund_fee for one in found)),
    }
    for place, one in enumerate(found):
        told.update((f"{name}_{place}", value) for name, value in _one(one, order).items())
        told.update(discounts.v2_of_refund(one, f"_{place}"))
    return told


def one_refund(call: Call, book: Book) -> dict[str, str]:
    """Return what is told of the one refund that refund_id or out_refund_no names, under plain names."""
    order, found = _found(call, book)
    return listed(call, {**_order(order), **_one(found[0], order), "cash_refund_fee": str(found[0].cash_refund_fee)})


def _order(order: OrderView) -> dict[str, str]:
    return {
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "total_fee": str(order.total_fee),
        "fee_type": order.fee_type,
        "cash_fee": str(order.cash_fee),
        "cash_fee_type": order.cash_fee_type,
        "rate": payment_rate(order),
    }


def _found(call: Call, book: Book) -> tuple[OrderView, list[RefundView]]:
    for name in ("refund_id", "out_refund_no"):
        number = call.fields.get(name)
        if number:
            one = book.refund(call.account.mch_id, **{name: number})
            order = book.order_of_refund(one) if one is not None else None
            if one is None or order is None or order.sub_mch_id != call.sub_mch_id:
                refusal(call.operation, "there is no such refund", "REFUNDNOTEXIST")
            return order, [one]
    order = find_order(call, book)
    found = book.refunds_of(order)
    if not found:
        raise Refusal("REFUNDNOTEXIST")
    return order, found


def _one(refund: RefundView, order: OrderView) -> dict[str, str]:
    done = refund.succeeded_at
    return {
        "out_refund_no": refund.out_refund_no,
        "refund_id": refund.refund_id,
        "refund_channel": "ORIGINAL",
        "refund_fee": str(refund.refund_fee),
        "refund_fee_type": order.fee_type,
        "refund_status": refund.status,
        "refund_account": refund_account(refund),
        "refund_recv_accout": RECIPIENT,
        "refund_success_time": f"{beijing(done):%Y-%m-%d %H:%M:%S}" if done is not None else "",
    }


def refund_account(refund: RefundView) -> str:
    """Return where the money comes from: as asked for, unsettled funds by default."""
    return refund.fields.get("refund_account", "REFUND_SOURCE_UNSETTLED_FUNDS")
