"""Refunds: taking in, and the queries."""

from __future__ import annotations

from typing import Any

from wxpay_v2.clock import rfc3339
from wxpay_v2.operation import GLOBAL as ABROAD
from wxpay_v2.simulator import discounts
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects import refunds as books
from wxpay_v2.simulator.effects.common import Setting, beijing
from wxpay_v2.simulator.states import CHANGE, PAID, REFUNDCLOSE
from wxpay_v2.simulator.v3 import messages
from wxpay_v2.simulator.v3.effects.common import currency, fields, find_order
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal, documented, in_v3
from wxpay_v2.simulator.views import OrderView, RefundView

__all__ = ["GLOBAL", "MAINLAND", "apply_abnormal", "create", "query", "query_all"]

_FUNDS = {mainland: name for name, mainland in messages.FUNDS.items()}
MOST = 50
"""Refunds that one answer lists."""


def create(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Take the refund in, once under its number; it reaches the payer later."""
    order = find_order(call, book)
    source = call.text("source") or _FUNDS.get(call.text("funds_account"), "")
    asked = fields(
        call, without=("transaction_id", "out_trade_no"), out_refund_no=call.text("out_refund_no"),
        refund_fee=call.text("amount.refund"),
        total_fee=call.text("amount.total"), refund_fee_type=currency(call), refund_account=source,
    )  # fmt: skip
    if order.state not in PAID:
        raise Refusal(documented(call.operation, "RESOURCE_NOT_EXISTS"), "the order is not paid")
    if currency(call) != order.fee_type:
        raise Refusal.of_field(call.operation, "/amount/currency", "is not the order's currency")
    if asked["total_fee"] != str(order.total_fee):
        raise Refusal.of_field(call.operation, "/amount/total", "is not the order's amount")
    used = book.refund(call.mch_id, out_refund_no=asked["out_refund_no"]) is not None
    try:
        with in_v3(call.operation):
            taken = books.take(order, asked, book, setting)
    except Refusal as refused:
        if used and refused.code == "INVALID_REQUEST":
            raise Refusal(documented(call.operation, "OUT_REFUND_NO_USED"), "used with other content") from None
        raise
    return _told(call, taken, order) if call.region != ABROAD else _accepted(call, taken, order)


def _accepted(call: Call, refund: RefundView, order: OrderView) -> dict[str, Any]:
    """Return what API v3 Global answers: the refund is taken in, and no state is told."""
    return {
        "id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "create_time": rfc3339(beijing(refund.taken_at)),
        "amount": _amount_abroad(call, refund, order),
        "detail": _discounts(refund, order),
    }


def _amount_abroad(call: Call, refund: RefundView, order: OrderView) -> dict[str, Any]:
    return {
        "refund": refund.refund_fee,
        "currency": order.fee_type,
        "payer_refund": refund.cash_refund_fee,
        "payer_currency": order.cash_fee_type,
        "exchange_rate": messages.refund_rate(call.account, order),
    }


def query(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell of the refund that refund_id or out_refund_no names."""
    name = "refund_id" if "refund_id" in call.operation.in_path else "out_refund_no"
    refund = book.refund(call.mch_id, **{name: call.text(name)})
    order = book.order_of_refund(refund) if refund is not None else None
    if refund is None or order is None or order.sub_mch_id != call.sub_mch_id:
        raise Refusal(documented(call.operation, "RESOURCE_NOT_EXISTS"), f"no refund has this {name}")
    return _told(call, refund, order)


def apply_abnormal(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Send the money of an abnormal refund on its way once more, to the card that is named."""
    refund = book.refund(call.mch_id, refund_id=call.text("refund_id"))
    order = book.order_of_refund(refund) if refund is not None else None
    same = refund is not None and refund.out_refund_no == call.text("out_refund_no")
    if refund is None or order is None or not same or order.sub_mch_id != call.sub_mch_id:
        raise Refusal("RESOURCE_NOT_EXISTS", "no refund has these numbers")
    if refund.status != CHANGE:
        raise Refusal("INVALID_REQUEST", "the refund is not abnormal")
    return _told(call, book.send_refund_again(refund), order)


def query_all(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell of the refunds of an order: `count` of them from `offset` on."""
    order = find_order(call, book)
    found = book.refunds_of(order)
    offset, count = call.document["offset"], call.document["count"]
    if not found:
        raise Refusal("RESOURCE_NOT_EXISTS", "the order has no refunds")
    if offset < 0 or not 1 <= count <= MOST:
        name = "offset" if offset < 0 else "count"
        raise Refusal.of_field(call.operation, f"/{name}", f"must be from {0 if name == 'offset' else f'1 to {MOST}'}")
    shown = found[offset : offset + count]
    return {
        **messages.ids(call.account, order, apps=False),
        "id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "amount": {
            "total": order.total_fee, "currency": order.fee_type, "payer_total": order.cash_fee,
            "payer_currency": order.cash_fee_type,
        },
        "data": [_one_abroad(call, one, order, "refund_detail") for one in shown],
        "total_num": len(found),
        "current_total_num": len(shown),
    }  # fmt: skip


def _told(call: Call, refund: RefundView, order: OrderView) -> dict[str, Any]:
    """Return what a query tells of one refund."""
    if call.region == ABROAD:
        numbers = {"transaction_id": order.transaction_id, "out_trade_no": order.out_trade_no}
        return {**numbers, **_one_abroad(call, refund, order)}
    return {
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "channel": "ORIGINAL",
        "user_received_account": books.RECIPIENT,
        "success_time": _success_time(refund),
        "create_time": rfc3339(beijing(refund.taken_at)),
        "status": {REFUNDCLOSE: "CLOSED", CHANGE: "ABNORMAL"}.get(refund.status, refund.status),
        "funds_account": messages.FUNDS[messages.refund_source(refund)],
        "amount": {
            "total": order.total_fee, "refund": refund.refund_fee, "payer_total": order.cash_fee,
            "payer_refund": refund.cash_refund_fee, "settlement_refund": refund.refund_fee,
            "settlement_total": order.total_fee, "discount_refund": sum(one.amount for one in refund.coupons),
            "currency": order.fee_type,
        },
        "promotion_detail": discounts.v3_of_refund(refund, order, abroad=False),
    }  # fmt: skip


def _one_abroad(call: Call, refund: RefundView, order: OrderView, coupons: str = "detail") -> dict[str, Any]:
    """Return what is told of one refund abroad. coupons: the name under which this answer tells them."""
    return {
        "id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "channel": "ORIGINAL",
        "recv_account": books.RECIPIENT,
        "fund_source": messages.refund_source(refund),
        "success_time": _success_time(refund),
        "create_time": rfc3339(beijing(refund.taken_at)),
        "status": {CHANGE: "ABNORMAL"}.get(refund.status, refund.status),
        "amount": _amount_abroad(call, refund, order),
        coupons: _discounts(refund, order),
    }


def _discounts(refund: RefundView, order: OrderView) -> Any:
    """Return the coupons of a refund abroad: the pages have one object; several cannot be told but as a list."""
    found = discounts.v3_of_refund(refund, order, abroad=True)
    return found[0] if found is not None and len(found) == 1 else found


def _success_time(refund: RefundView) -> str | None:
    return rfc3339(beijing(refund.succeeded_at)) if refund.succeeded_at is not None else None


GLOBAL = {
    "refund_create": create,
    "refund_query_by_id": query,
    "refund_query_by_out_refund_no": query,
    "refund_query_all": query_all,
}
MAINLAND = {
    "refund_create": create,
    "refund_query_by_out_refund_no": query,
    "refund_apply_abnormal": apply_abnormal,
}
