"""Coupons: sent out of a batch, told of, expired. The acts `new_coupon_batch` and `use_coupon` play the platform.

These do not take part in payments: `use_coupon` says what was used of one, and no money moves. What pays part of an
order is told with the payment: see `wxpay_v2.simulator.discounts`.
"""

from __future__ import annotations

from typing import Any

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects import payouts
from wxpay_v2.simulator.effects.common import Setting, new_number
from wxpay_v2.simulator.effects.payouts import spaced
from wxpay_v2.simulator.protocol import Call, refusal
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import NotPayable

__all__ = [
    "ACTS", "DUE", "new_coupon_batch", "query_coupon_info", "query_coupon_stock", "send_coupon", "use_coupon",
]  # fmt: skip

BATCH, COUPON = "coupon_batch", "coupon"
SENDED, USED, EXPIRED = "SENDED", "USED", "EXPIRED"
ACTIVE, OVER = "ACTIVE", "OVER"
LONGEST = 60
"""Characters of an openid, a batch's and a merchant's number, whose rows have no length."""
_NUMBERS = {ACTIVE: "4", OVER: "5"}
"""coupon_stock_status, of which the reference tells no value: those of the page we remember."""


def send_coupon(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Send one coupon of a batch to a person, once under the number."""
    fields = call.fields
    record = payouts.known(call, book, COUPON, fields["partner_trade_no"])
    if record is None:
        record = _send(call, book)
    return {
        "coupon_stock_id": record.data["batch"],
        "resp_count": "1",
        "success_count": "1",
        "failed_count": "0",
        "openid": record.data["openid"],
        "ret_code": "SUCCESS",
        "coupon_id": record.reference,
        "ret_msg": "OK",
    }


def _send(call: Call, book: Book) -> Record:
    fields, openid = call.fields, call.fields["openid"]
    if any(len(fields[name]) > LONGEST for name in ("openid", "coupon_stock_id", "partner_trade_no")):
        refusal(call.operation, f"openid and numbers have {LONGEST} characters at most", "PARAM_ERROR")
    batch = _batch(call, book, fields["coupon_stock_id"])
    if fields["openid_count"] != "1" or batch.state != ACTIVE:
        refusal(call.operation, "openid_count must be 1, and the batch not over", "PARAM_ERROR")
    sent = book.records.list(COUPON, mch_id=batch.mch_id, parent=f"{batch.number}:{openid}")
    if len(sent) >= batch.data["per_person"]:
        refusal(call.operation, "the person has got what one person can get", "USER_AL_GET_COUPON")
    if batch.data["sent"] >= batch.data["total"]:
        refusal(call.operation, "all coupons of the batch are sent", "NOTENOUGH")
    book.records.change(batch, sent=batch.data["sent"] + 1)
    return book.records.put(
        COUPON, batch.mch_id, fields["partner_trade_no"], SENDED,
        {"request": payouts.request_of(call), "batch": batch.number, "openid": openid, "used": 0},
        reference=new_number(book, ""), parent=f"{batch.number}:{openid}", due_at=batch.data["end"],
    )  # fmt: skip


def _batch(call: Call, book: Book, number: str) -> Record:
    record = book.records.get(BATCH, call.account.mch_id, number)
    if record is None:
        refusal(call.operation, "there is no such batch of coupons", "PARAM_ERROR")
    return record


def query_coupon_stock(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of a batch."""
    batch = _batch(call, book, call.fields["coupon_stock_id"])
    data = batch.data
    moments = {"begin_time": data["begin"], "end_time": data["end"], "create_time": batch.created}
    return {
        "coupon_stock_id": batch.number,
        "coupon_name": data["name"],
        "coupon_value": str(data["value"]),
        "coupon_mininumn": str(data["least"]),
        "coupon_stock_status": _NUMBERS[batch.state],
        "coupon_total": str(data["total"]),
        "max_quota": str(data["per_person"]),
        "is_send_num": str(data["sent"]),
        "coupon_budget": str(data["total"] * data["value"]),
        **{name: spaced(moment) for name, moment in moments.items()},
        **{f"{name}_t": str(int(moment)) for name, moment in moments.items()},
    }


def query_coupon_info(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of one coupon of a person."""
    fields = call.fields
    coupon = book.records.referred(COUPON, fields["coupon_id"], mch_id=call.account.mch_id)
    if coupon is None or (coupon.data["batch"], coupon.data["openid"]) != (fields["stock_id"], fields["openid"]):
        refusal(call.operation, "the person has no such coupon", "PARAM_ERROR")
    data, used = _batch(call, book, fields["stock_id"]).data, coupon.data["used"]
    return {
        "coupon_stock_id": fields["stock_id"],
        "coupon_id": coupon.reference,
        "coupon_value": str(data["value"]),
        "coupon_mininumn": str(data["least"]),
        "coupon_name": data["name"],
        "coupon_state": coupon.state,
        "coupon_desc": data["name"],
        "coupon_use_value": str(used),
        "coupon_remain_value": str(data["value"] - used),
        "send_source": "FULL_SEND",
        "is_partial_use": "1" if 0 < used < data["value"] else "",
    }


def new_coupon_batch(
    book: Book, setting: Setting, *, mch_id: str, coupon_stock_id: str, value: int, total: int, per_person: int = 1,
    least: int = 0, coupon_name: str = "Coupon", seconds: float = 30 * 86400.0,
) -> dict[str, Any]:  # fmt: skip
    """Make a batch. value, least: of a coupon and of the order it is for, in fen. seconds: how long it runs."""
    numbers = (value, total, per_person)
    if any(type(one) is not int or one < 1 for one in numbers) or least < 0 or seconds <= 0:
        raise NotPayable("value, total, per_person and seconds must be above 0, least from 0")
    if book.records.get(BATCH, mch_id, coupon_stock_id) is not None:
        raise NotPayable("there is a batch of this number")
    end = book.now + seconds
    data = {
        "name": coupon_name, "value": value, "total": total, "per_person": per_person, "least": least, "sent": 0,
        "begin": book.now, "end": end,
    }  # fmt: skip
    return {"state": book.records.put(BATCH, mch_id, coupon_stock_id, ACTIVE, data, due_at=end).state}


def use_coupon(book: Book, setting: Setting, *, coupon_id: str, amount: int | None = None) -> dict[str, Any]:
    """Say that a person has used a coupon, whole or *amount* of it."""
    coupon = book.records.referred(COUPON, coupon_id)
    batch = None if coupon is None else book.records.get(BATCH, coupon.mch_id, coupon.data["batch"])
    if coupon is None or batch is None or coupon.state != SENDED:
        raise NotPayable("there is no such coupon that could be used")
    whole = batch.data["value"]
    used = whole if amount is None else amount
    if not 0 < used <= whole:
        raise NotPayable(f"a coupon of {whole} cannot be used for {used}")
    return {"state": book.records.transition(coupon, SENDED, USED, due_at=None, used=used).state}


def _end(record: Record, book: Book, setting: Setting) -> None:
    after = OVER if record.kind == BATCH else EXPIRED
    book.records.transition(record, (ACTIVE, SENDED), after, due_at=None)


DUE = {BATCH: _end, COUPON: _end}
ACTS = {"new_coupon_batch": new_coupon_batch, "use_coupon": use_coupon}
