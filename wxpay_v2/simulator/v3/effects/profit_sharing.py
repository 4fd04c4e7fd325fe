"""Profit sharing: orders marked for it, shared, set free, and what comes back.

The records are those of API v2's; see `wxpay_v2.simulator.effects.shares`. A sharing and a return are done at once.
"""

from __future__ import annotations

import json
from typing import Any

from wxpay_v2.clock import rfc3339
from wxpay_v2.operation import GLOBAL as ABROAD
from wxpay_v2.simulator import rates
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting, beijing
from wxpay_v2.simulator.effects.shares import RETURN, SHARING, outstanding
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.v3.books import carry_out
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal, documented
from wxpay_v2.simulator.views import OrderView

__all__ = ["GLOBAL", "MAINLAND", "is_marked", "mark", "share", "take_back", "unfreeze"]

MARK = "profit_sharing_mark"
_OF_RECEIVER = ("type", "account", "name", "amount", "description")


def mark(call: Call, book: Book, setting: Setting) -> None:
    """Let the order that will be placed under this number be shared."""
    number = call.text("out_trade_no")
    if is_marked(call, book):
        return
    if book.order(call.mch_id, number) is not None:
        raise Refusal("INVALID_REQUEST", "the order has been placed")
    book.records.put(MARK, call.mch_id, number, "MARKED", {"sub_mch_id": call.sub_mch_id})


def is_marked(call: Call, book: Book) -> bool:
    """Say whether the order of the call's out_trade_no was marked for profit sharing."""
    known = book.records.get(MARK, call.mch_id, call.text("out_trade_no"))
    return known is not None and known.data["sub_mch_id"] == call.sub_mch_id


def share(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Share, and set the rest free where unfreeze_unsplit says so."""
    order = _order(call, book)
    given = call.document.get("receivers") or []
    for at, one in enumerate(given):
        if one.get("currency", order.fee_type) != order.fee_type:
            raise Refusal.of_field(call.operation, f"/receivers/{at}/currency", "is not the order's currency")
    receivers = [{name: one[name] for name in _OF_RECEIVER if name in one} for one in given]
    name = "profit_sharing" if call.document["unfreeze_unsplit"] else "multi_profit_sharing"
    carry_out(call, book, setting, name, {**_numbers(call), "receivers": json.dumps(receivers, ensure_ascii=False)})
    return _told(call, order, _sharing(call, book))


def unfreeze(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Set the rest of the order free."""
    order = _order(call, book)
    fields = {**_numbers(call), "description": call.text("description")}
    carry_out(call, book, setting, "profit_sharing_finish", fields)
    return _told(call, order, _sharing(call, book))


def query(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell of a sharing, or of what was set free."""
    order = _order(call, book)
    record = _sharing(call, book)
    if record.parent != order.transaction_id:
        raise _nothing(call, "this order was not shared under this out_order_no")
    return _told(call, order, record)


def _told(call: Call, order: OrderView, record: Record) -> dict[str, Any]:
    done = rfc3339(beijing(record.created))
    receivers = [
        {
            **{name: one[name] for name in ("type", "account", "amount", "description", "result", "detail_id")},
            "create_time": done,
            "finish_time": done,
            **(_settled(call, order, one["amount"]) if call.region == ABROAD else {}),
        }
        for one in record.data["receivers"]
    ]
    return {
        "sub_mchid": call.sub_mch_id,
        "transaction_id": record.parent,
        "out_order_no": record.number,
        "order_id": record.reference,
        "state": record.state,
        "receivers": receivers,
    }


def _settled(call: Call, order: OrderView, amount: int) -> dict[str, Any]:
    """Return what API v3 Global tells of an amount: its currency, and what it is worth in that of settlement."""
    currency = call.account.currency
    return {
        "currency": order.fee_type,
        "settlement_currency": currency,
        "settlement_amount": rates.convert(amount, order.fee_type, currency),
        "rate": rates.rate(order.fee_type, currency),
    }


# Returns


def take_back(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Take back from a merchant what it received."""
    sharing = _sharing(call, book)
    fields = {
        "out_order_no": sharing.number, "out_return_no": call.text("out_return_no"),
        "return_account_type": "MERCHANT_ID", "return_account": call.text("return_mchid"),
        "return_amount": call.text("amount"), "description": call.text("description"),
    }  # fmt: skip
    carry_out(call, book, setting, "profit_sharing_return", fields)
    return _returned(call, book)


def query_return(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell of a return."""
    return _returned(call, book)


def _returned(call: Call, book: Book) -> dict[str, Any]:
    record = book.records.get(RETURN, call.mch_id, call.text("out_return_no"))
    sharing = book.records.get(SHARING, call.mch_id, record.data["sharing"]) if record is not None else None
    order = book.order_of_payment(call.mch_id, record.parent) if record is not None else None
    wanted = call.text("out_order_no")
    mine = order is not None and order.sub_mch_id == call.sub_mch_id
    if record is None or sharing is None or not mine or wanted not in ("", sharing.number):
        raise _nothing(call, "there is no such return")
    return {
        "sub_mchid": call.sub_mch_id,
        "order_id": sharing.reference,
        "out_order_no": sharing.number,
        "out_return_no": record.number,
        "return_id": record.reference,
        "return_mchid": record.data["account"],
        "amount": record.data["amount"],
        "description": record.data["request"]["description"],
        "result": record.state,
        "create_time": rfc3339(beijing(record.created)),
        "finish_time": rfc3339(beijing(record.changed)),
    }


# Amounts


def unsplit_amount(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell what of the order can still be shared."""
    order = _order(call, book, any_sub=call.region != ABROAD)
    numbers = {"transaction_id": order.transaction_id}
    told = carry_out(call, book, setting, "profit_sharing_order_amount_query", numbers)
    amount = {"unsplit_amount": int(told["unsplit_amount"])}
    return {**numbers, **amount, **({"currency": order.fee_type} if call.region == ABROAD else {})}


def refundable_amount(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell what of the order can be refunded: what its merchant has and has not given back."""
    order = _order(call, book)
    rest = order.total_fee - order.refunded - outstanding(book, order)
    return {"transaction_id": order.transaction_id, "refundable_amount": rest, "currency": order.fee_type}


def refundable_balance(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell what could be refunded in advance: nothing, for nobody puts money aside for it."""
    return {"sponsor_mchid": call.mch_id, "balance": 0, "currency": "CNY"}


def max_ratio(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell the largest part that may be shared, in parts of 10000."""
    return {"sub_mchid": call.sub_mch_id, "max_ratio": call.account.sharing_ratio}


def _order(call: Call, book: Book, *, any_sub: bool = False) -> OrderView:
    """Return the paid order of transaction_id, placed to be shared. any_sub: of any sub-merchant. Raises Refusal."""
    order = book.order_of_payment(call.mch_id, call.text("transaction_id"))
    if order is None or not (any_sub or order.sub_mch_id == call.sub_mch_id):
        raise _nothing(call, "no payment has this transaction_id")
    if order.fields.get("profit_sharing") != "Y":
        raise Refusal(documented(call.operation, "INVALID_REQUEST"), "the order was not placed to be shared")
    return order


def _sharing(call: Call, book: Book) -> Record:
    """Return the sharing that order_id or, without one, out_order_no names. Raises Refusal."""
    number = call.text("order_id")
    if number:
        found = book.records.referred(SHARING, number, mch_id=call.mch_id)
    else:
        found = book.records.get(SHARING, call.mch_id, call.text("out_order_no"))
    if found is None:
        raise _nothing(call, "there is no such sharing")
    return found


def _nothing(call: Call, why: str) -> Refusal:
    return Refusal(documented(call.operation, "RESOURCE_NOT_EXISTS"), why)


def _numbers(call: Call) -> dict[str, str]:
    return {name: call.text(name) for name in ("transaction_id", "out_order_no")}


_BOTH = {
    "profit_sharing_order": share,
    "profit_sharing_unfreeze": unfreeze,
    "profit_sharing_query": query,
    "profit_sharing_unsplit_amount": unsplit_amount,
}
GLOBAL = {
    **_BOTH,
    "profit_sharing_mark": mark,
    "profit_sharing_refundable_amount": refundable_amount,
    "profit_sharing_refundable_balance": refundable_balance,
}
MAINLAND = {
    **_BOTH,
    "profit_sharing_return_order": take_back,
    "profit_sharing_return_query": query_return,
    "profit_sharing_max_ratio": max_ratio,
}
