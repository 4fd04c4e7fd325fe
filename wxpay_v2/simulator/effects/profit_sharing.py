"""Profit sharing: receivers, the money of an order on to them, the rest set free, and what comes back.

Only orders placed with ``profit_sharing`` Y are shared: their money waits until it is shared or set free. A sharing is
done at once, or not at all. See `shares` for the records.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from wxpay_v2.clock import wire_time
from wxpay_v2.simulator.book import Book, parameters
from wxpay_v2.simulator.effects.common import Setting, beijing, json_of, listed, new_number
from wxpay_v2.simulator.effects.shares import RETURN, SHARING, is_final, outstanding, returns, sharings
from wxpay_v2.simulator.funds import NotEnough, fund, merchant_account, payer_account
from wxpay_v2.simulator.protocol import Call, Refusal, refusal
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import PAID
from wxpay_v2.simulator.views import OrderView

__all__ = [
    "multi_profit_sharing", "profit_sharing", "profit_sharing_add_receiver", "profit_sharing_finish",
    "profit_sharing_merchant_ratio_query", "profit_sharing_order_amount_query", "profit_sharing_query",
    "profit_sharing_remove_receiver", "profit_sharing_return", "profit_sharing_return_query",
]  # fmt: skip

RECEIVER = "receiver"
MOST_RECEIVERS = 50
READY_SECONDS = 60.0
RETURNABLE_SECONDS = 180 * 86400.0
_KINDS = ("MERCHANT_ID", "PERSONAL_OPENID", "PERSONAL_SUB_OPENID")
_LONGEST = 64


# Receivers


def profit_sharing_add_receiver(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Add a receiver of the merchant, or of the sub-merchant; one that is there stays."""
    given = _receiver(call, json_of(call, "receiver"))
    known = _known(call, book, given)
    if known is None:
        book.records.put(RECEIVER, call.account.mch_id, _filed(call, given), "ADDED", given)
    elif known.state != "ADDED":
        data: dict[str, Any] = {**given}
        book.records.transition(known, "REMOVED", "ADDED", **data)
    return {"receiver": _json({name: given[name] for name in ("type", "account")})}


def profit_sharing_remove_receiver(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Remove a receiver. One that was never added is as good as removed."""
    given = _receiver(call, json_of(call, "receiver"))
    known = _known(call, book, given)
    if known is not None and known.state == "ADDED":
        book.records.transition(known, "ADDED", "REMOVED")
    return {"receiver": _json({name: given[name] for name in ("type", "account")})}


def _receiver(call: Call, given: Any) -> dict[str, str]:
    """Return a receiver's fields as text. Raises Refusal."""
    if not isinstance(given, dict):
        raise Refusal("PARAM_ERROR", "a receiver must be an object")
    told = {name: str(value) for name, value in given.items() if isinstance(value, (str, int)) and value != ""}
    for name in ("type", "account"):
        if name not in told:
            raise Refusal("PARAM_ERROR", f"{name} of a receiver is missing")
    if told["type"] not in _KINDS or len(told["account"]) > _LONGEST:
        raise Refusal("PARAM_ERROR", "there is no such type of receiver, or its account is too long")
    if told["type"] == "MERCHANT_ID" and not told["account"].isdigit():
        raise Refusal("PARAM_ERROR", "the account of a MERCHANT_ID must be a mch_id")
    if told["type"] == "PERSONAL_SUB_OPENID" and not call.id("sub_appid"):
        raise Refusal("PARAM_ERROR", "PERSONAL_SUB_OPENID needs sub_appid")
    return told


def _filed(call: Call, given: Mapping[str, str]) -> str:
    return f"{call.sub_mch_id}:{given['type']}:{given['account']}"


def _known(call: Call, book: Book, given: Mapping[str, str]) -> Record | None:
    return book.records.get(RECEIVER, call.account.mch_id, _filed(call, given))


# Sharing


def profit_sharing(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Share once; what is not shared becomes free."""
    record = _share(call, book, final=True)
    return {**_numbers(record), "status": record.state, "receivers": _shown(record, "receiver_account")}


def multi_profit_sharing(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Share, and leave the rest for another sharing, until `profit_sharing_finish`."""
    record = _share(call, book, final=False)
    return {**_numbers(record), "receivers": _shown(record, "receiver_account")}


def profit_sharing_finish(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Set the rest of the order free."""
    order, made = _shareable(call, book)
    known = _repeated(call, book)
    if known is not None:
        return _numbers(known)
    _check_ready(order, made, book)
    rest = order.total_fee - order.refunded - outstanding(book, order)
    own = {"type": "MERCHANT_ID", "account": order.sub_mch_id or order.mch_id, "amount": rest}
    finish = {"amount": rest, "description": call.fields["description"]}
    receiver = _done(own, call.fields["description"], book)
    return _numbers(_put(call, book, order, [receiver], final=True, finish=finish))


def _share(call: Call, book: Book, *, final: bool) -> Record:
    order, made = _shareable(call, book)
    known = _repeated(call, book)
    if known is not None:
        return known
    _check_ready(order, made, book)
    wanted = _wanted(call, book)
    total = sum(int(one["amount"]) for one in wanted)
    before = outstanding(book, order)
    if total > order.total_fee - order.refunded - before:
        raise Refusal("NOTENOUGH")
    if (total + before) * 10000 > order.total_fee * call.account.sharing_ratio:
        raise Refusal("RULE_LIMIT")
    receivers = [_done({**one, "amount": int(one["amount"])}, one["description"], book) for one in wanted]
    record = _put(call, book, order, receivers, final=final)
    source = merchant_account(order.mch_id, order.sub_mch_id)
    for one in receivers:
        target = fund(one["account"]) if one["type"] == "MERCHANT_ID" else payer_account(one["account"])
        book.funds.move("profit_sharing", source, target, one["amount"], order.fee_type, order=order, record=record)
    return record


def _shareable(call: Call, book: Book) -> tuple[OrderView, list[Record]]:
    """Return the order of transaction_id, which may be shared, and its sharings so far. Raises Refusal."""
    order = book.order_of_payment(call.account.mch_id, call.fields["transaction_id"])
    if order is None or order.sub_mch_id != call.sub_mch_id:
        raise Refusal("PARAM_ERROR", "no payment has this transaction_id")
    if order.fields.get("profit_sharing") != "Y":
        raise Refusal("INVALID_REQUEST", "the order was placed without profit_sharing Y")
    return order, sharings(book, order)


def _check_ready(order: OrderView, made: list[Record], book: Book) -> None:
    if order.state not in PAID or order.refunded == order.total_fee:
        raise Refusal("INVALID_REQUEST", "the order's money was paid back")
    if is_final(made):
        raise Refusal("INVALID_REQUEST", "the sharing of this order is finished")
    if book.now - order.paid_at < READY_SECONDS:
        raise Refusal("ORDER_NOT_READY")


def _repeated(call: Call, book: Book) -> Record | None:
    """Return what was done under this out_order_no before. Raises Refusal when that was something else."""
    known = book.records.get(SHARING, call.account.mch_id, call.fields["out_order_no"])
    if known is not None and known.data["request"] != _request(call):
        raise Refusal("INVALID_REQUEST", "out_order_no was used with other parameters")
    return known


def _request(call: Call) -> dict[str, str]:
    return {**parameters(call.fields), "": call.operation.name}


def _wanted(call: Call, book: Book) -> list[dict[str, str]]:
    given = json_of(call, "receivers")
    if not isinstance(given, list) or not 0 < len(given) <= MOST_RECEIVERS:
        raise Refusal("PARAM_ERROR", f"receivers must be a list of 1 to {MOST_RECEIVERS}")
    wanted = []
    for one in given:
        told = _receiver(call, one)
        amount = told.get("amount", "")
        if not (amount.isascii() and amount.isdigit() and len(amount) <= 10 and int(amount)):
            raise Refusal("PARAM_ERROR", "the amount of a receiver must be a whole number above 0")
        if not told.get("description"):
            raise Refusal("PARAM_ERROR", "the description of a receiver is missing")
        known = _known(call, book, told)
        if known is None or known.state != "ADDED":
            raise Refusal("INVALID_REQUEST", "a receiver was not added")
        if "name" in told and told["name"] != known.data.get("name", told["name"]):
            raise Refusal("PARAM_ERROR", "the name of a receiver is not the one it was added with")
        wanted.append(told)
    return wanted


def _done(one: Mapping[str, Any], description: str, book: Book) -> dict[str, Any]:
    kept = {name: one[name] for name in ("type", "account", "amount")}
    return {
        **kept, "description": description, "detail_id": new_number(book, "36"), "result": "SUCCESS",
        "finish_time": wire_time(beijing(book.now)),
    }  # fmt: skip


def _put(
    call: Call, book: Book, order: OrderView, receivers: list[dict[str, Any]], *, final: bool, **more: Any
) -> Record:
    return book.records.put(
        SHARING, call.account.mch_id, call.fields["out_order_no"], "FINISHED",
        {"request": _request(call), "receivers": receivers, "final": final, **more},
        reference=new_number(book, "30"), parent=order.transaction_id,
    )  # fmt: skip


def _numbers(record: Record) -> dict[str, str]:
    return {"transaction_id": record.parent, "out_order_no": record.number, "order_id": record.reference}


def _shown(record: Record, *also: str) -> str:
    """Return the receivers as JSON. also: names under which their accounts come as well."""
    told = [
        {**one, "receiver_mchid": record.mch_id, **dict.fromkeys(also, one["account"])}
        for one in record.data["receivers"]
    ]
    return _json(told)


# Queries


def profit_sharing_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of a sharing, or of what a finish set free."""
    record = book.records.get(SHARING, call.account.mch_id, call.fields["out_order_no"])
    if record is None or record.parent != call.fields["transaction_id"]:
        raise Refusal("PARAM_ERROR", "there is no such sharing of this transaction_id")
    finish = record.data.get("finish", {})
    told = {name: str(value) for name, value in finish.items()}
    return {**_numbers(record), "status": record.state, "receivers": _shown(record), **told}


def profit_sharing_order_amount_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell what of the order can still be shared."""
    order = book.order_of_payment(call.account.mch_id, call.fields["transaction_id"])
    if order is None or order.fields.get("profit_sharing") != "Y":
        raise Refusal("PARAM_ERROR")
    made = sharings(book, order)
    free = is_final(made) or order.state not in PAID
    rest = 0 if free else order.total_fee - order.refunded - outstanding(book, order)
    return {"transaction_id": order.transaction_id, "unsplit_amount": str(rest)}


def profit_sharing_merchant_ratio_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell the largest part that may be shared, in parts of 10000."""
    return {"brand_mch_id": call.fields.get("brand_mch_id", ""), "max_ratio": str(call.account.sharing_ratio)}


# Returns


def profit_sharing_return(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take back from a merchant what it received, out of its own account."""
    fields = call.fields
    known = book.records.get(RETURN, call.account.mch_id, fields["out_return_no"])
    if known is not None:
        if known.data["request"] != parameters(fields):
            raise Refusal("INVALID_REQUEST", "out_return_no was used with other parameters")
        return _returned(call, known)
    sharing = _sharing(call, book)
    order = book.order_of_payment(call.account.mch_id, sharing.parent)
    if order is None or order.sub_mch_id != call.sub_mch_id:
        raise Refusal("PARAM_ERROR", "there is no such sharing")
    if book.now - sharing.created > RETURNABLE_SECONDS:
        raise Refusal("INVALID_REQUEST", "the sharing is older than 180 days")
    who, amount = fields["return_account"], int(fields["return_amount"])
    _check_returnable(sharing, who, amount, returns(book, order))
    record = book.records.put(
        RETURN, call.account.mch_id, fields["out_return_no"], "SUCCESS",
        {"request": parameters(fields), "amount": amount, "account": who, "sharing": sharing.number},
        reference=new_number(book, "31"), parent=order.transaction_id,
    )  # fmt: skip
    target = merchant_account(order.mch_id, order.sub_mch_id)
    try:
        book.funds.move("profit_sharing", fund(who), target, amount, order.fee_type, order=order, record=record)
    except NotEnough:
        raise Refusal("NOTENOUGH") from None
    return _returned(call, record)


def _sharing(call: Call, book: Book) -> Record:
    fields, mch_id = call.fields, call.account.mch_id
    if fields.get("order_id"):
        found = book.records.referred(SHARING, fields["order_id"], mch_id=mch_id)
    elif fields.get("out_order_no"):
        found = book.records.get(SHARING, mch_id, fields["out_order_no"])
    else:
        _no("order_id or out_order_no is missing", call)
    if found is None or "finish" in found.data:
        _no("there is no such sharing", call)
    return found


def _no(why: str, call: Call) -> NoReturn:
    refusal(call.operation, why, "PARAM_ERROR")


def _check_returnable(sharing: Record, who: str, amount: int, made: list[Record]) -> None:
    got = sum(
        one["amount"] for one in sharing.data["receivers"] if (one["type"], one["account"]) == ("MERCHANT_ID", who)
    )
    if not got:
        raise Refusal("INVALID_REQUEST", "return_account received nothing of this sharing")
    about = (sharing.number, who)
    back = sum(one.data["amount"] for one in made if (one.data["sharing"], one.data["account"]) == about)
    if not amount or amount > got - back:
        raise Refusal("INVALID_REQUEST", "return_amount is over what return_account received")


def profit_sharing_return_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of a return."""
    record = book.records.get(RETURN, call.account.mch_id, call.fields["out_return_no"])
    if record is None:
        raise Refusal("PARAM_ERROR", "there is no such return")
    return _returned(call, record)


def _returned(call: Call, record: Record) -> dict[str, str]:
    request = record.data["request"]
    kept = ("order_id", "out_order_no", "out_return_no", "return_account_type", "return_account", "description")
    return listed(
        call,
        {
            **{name: request.get(name, "") for name in kept},
            "sign_type": call.sign_type,
            "return_no": record.reference,
            "return_amount": str(record.data["amount"]),
            "result": record.state,
            "finish_time": wire_time(beijing(record.changed)),
        },
    )


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
