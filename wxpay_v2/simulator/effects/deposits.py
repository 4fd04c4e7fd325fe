"""Deposits: orders whose money is consumed in part or whole later; what is not consumed goes back to the payer.

A deposit is an order that keeps ``deposit`` Y among its fields. What is consumed of it is a record of kind "deposit"
under its out_trade_no.
"""

from __future__ import annotations

from wxpay_v2.simulator.book import MICROPAY, Book
from wxpay_v2.simulator.effects import orders, quick_pay, refunds
from wxpay_v2.simulator.effects.common import FACEPAY, Setting, find_order, listed
from wxpay_v2.simulator.protocol import Call, Refusal
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import DESCRIPTIONS, PAID, REFUND, SUCCESS
from wxpay_v2.simulator.views import OrderView

__all__ = [
    "deposit_consume", "deposit_facepay", "deposit_micropay", "deposit_order_query", "deposit_refund",
    "deposit_refund_query", "deposit_reverse", "deposit_unified_order", "take_back", "told",
]  # fmt: skip

KIND = "deposit"


def deposit_unified_order(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Place the deposit, to be paid in the merchant's page or app."""
    order = orders.place(call, book, deposit="Y")
    return {"trade_type": order.trade_type, "prepay_id": order.prepay_id}


def deposit_micropay(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Charge the payment code, like quick pay."""
    return listed(call, quick_pay.charge(call, book, setting, call.fields["auth_code"], MICROPAY))


def deposit_facepay(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Charge the payer whose face was recognised. A deposit, unless the call says N."""
    marks = {"deposit": call.fields.get("deposit", "Y")}
    return listed(call, quick_pay.charge(call, book, setting, call.fields["face_code"], FACEPAY, **marks))


def deposit_order_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell the deposit's state, its payment, and what was consumed of it."""
    return told(call, book, setting)


def told(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Return what a query tells of an order that may be a deposit. What consuming gave back makes no refund of it."""
    order = find_order(call, book)
    answer = orders.order_query(call, book, setting)
    consumed = _consumed(book, order)
    if consumed is not None:
        given_back = [one for one in book.refunds_of(order) if one.out_refund_no != consumed.data["rest"]]
        state = REFUND if given_back else SUCCESS
        answer.update(trade_state=state, trade_state_desc=DESCRIPTIONS[state])
        answer["consume_fee"] = str(consumed.data["fee"])
    return listed(call, answer)


def deposit_consume(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take what is to be paid out of the deposit, once, and give the rest back to the payer."""
    fields = call.fields
    order = _deposit(call, book)
    fee = int(fields["consume_fee"])
    consumed = _consumed(book, order)
    if consumed is None:
        _consume(order, fee, call, book)
    elif consumed.data["fee"] != fee:
        raise Refusal("INVALID_REQUEST", "the deposit was consumed already, with another consume_fee")
    return {
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "total_fee": str(order.total_fee),
        "consume_fee": str(fee),
        "fee_type": order.fee_type,
    }


def _consume(order: OrderView, fee: int, call: Call, book: Book) -> None:
    fields = call.fields
    if order.state not in PAID:
        raise Refusal("INVALID_REQUEST", "the deposit is not paid, or was paid back")
    if int(fields["total_fee"]) != order.total_fee or fields["fee_type"] != order.fee_type:
        raise Refusal("PARAM_ERROR", "total_fee or fee_type is not that of the order")
    rest = order.total_fee - order.refunded - fee
    if rest < 0:
        raise Refusal("INVALID_REQUEST", "consume_fee is over what is left of the deposit")
    number = f"consumed-{order.id}" if rest else ""
    if rest:
        taken = book.take_refund(order, {"out_refund_no": number, "refund_fee": str(rest)}, due_at=book.now)
        book.finish_refund(taken, order)
    book.records.put(KIND, order.mch_id, order.out_trade_no, "CONSUMED", {"fee": fee, "rest": number})


def deposit_reverse(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Revoke a deposit that was charged at a till and not consumed."""
    return take_back(call, book, MICROPAY, FACEPAY)


def take_back(call: Call, book: Book, *trade_types: str) -> dict[str, str]:
    """Revoke the order of *call* as `quick_pay.take_back` does. Raises Refusal for a consumed deposit."""
    if _consumed(book, find_order(call, book)) is not None:
        raise Refusal("TRADE_ERROR", "the deposit was consumed")
    return quick_pay.take_back(call, book, *trade_types)


def deposit_refund(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Give back of the deposit: of what was consumed or, before that, of the whole."""
    _deposit(call, book)
    return listed(call, refunds.refund(call, book, setting))


def deposit_refund_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of one refund of a deposit."""
    return refunds.one_refund(call, book)


def _deposit(call: Call, book: Book) -> OrderView:
    order = find_order(call, book)
    if order.fields.get("deposit") != "Y":
        raise Refusal("INVALID_REQUEST", "the order is no deposit")
    return order


def _consumed(book: Book, order: OrderView) -> Record | None:
    return book.records.get(KIND, order.mch_id, order.out_trade_no) if order.fields.get("deposit") == "Y" else None
