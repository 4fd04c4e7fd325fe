"""Rentals and hotels without a deposit: a bill is made, accepted by the payer, finished, and then paid.

A bill is a record of kind "rental" or "hotel" under its out_order_no: CREATED, USER_ACCEPTED after the act
`accept_bill`, FINISHED, and USER_PAID when the payer has enough (`people`); or REVOKED.
"""

from __future__ import annotations

import secrets

from wxpay_v2.simulator.book import Book, parameters
from wxpay_v2.simulator.effects import people
from wxpay_v2.simulator.effects.common import Setting, listed, new_number, openid_of
from wxpay_v2.simulator.effects.payouts import CNY
from wxpay_v2.simulator.funds import merchant_account, payer_account
from wxpay_v2.simulator.protocol import Call, refusal
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import NotPayable

__all__ = [
    "ACTS", "DUE", "accept_bill", "hotel_create_bill", "hotel_finish_bill", "hotel_query_bill", "rent_cancel_bill",
    "rent_change_money", "rent_create_bill", "rent_finish_bill", "rent_query_bill",
]  # fmt: skip

RENTAL, HOTEL = "rental", "hotel"
CREATED, ACCEPTED, FINISHED, PAID, REVOKED = "CREATED", "USER_ACCEPTED", "FINISHED", "USER_PAID", "REVOKED"
_MINI_PROGRAM = {
    "miniprogram_appid": "wx1f8f0ad7e3d0aa7f",
    "miniprogram_path": "pages/bill",
    "miniprogram_username": "gh_simulator",
}
_PARTS = {
    RENTAL: ("rent_fee", "compensation_fee"),
    HOTEL: ("room_rate", "other_fee", "cancel_fee", "compensation_fee", "overdue_fine"),
}


def rent_create_bill(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Make the bill of a rental, once under the number."""
    return _create(call, book, RENTAL)


def hotel_create_bill(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Make the bill of a stay, once under the number."""
    return _create(call, book, HOTEL)


def _create(call: Call, book: Book, kind: str) -> dict[str, str]:
    number = call.fields["out_order_no"]
    record = book.records.get(kind, call.account.mch_id, number)
    if record is None:
        record = book.records.put(
            kind, call.account.mch_id, number, CREATED,
            {"request": parameters(call.fields), "ticket": secrets.token_hex(16), "finish": {}},
            reference=new_number(book, "50"),
        )  # fmt: skip
    elif record.data["request"] != parameters(call.fields):
        refusal(call.operation, "out_order_no was used with other parameters", "PARAM_ERROR")
    return {**_numbers(record), **_MINI_PROGRAM, "package": f"order_id={record.reference}"}


def _numbers(record: Record) -> dict[str, str]:
    return {
        "out_order_no": record.number,
        "service_id": record.data["request"]["service_id"],
        "order_id": record.reference,
    }


def _found(call: Call, book: Book, kind: str) -> Record:
    record = book.records.get(kind, call.account.mch_id, call.fields["out_order_no"])
    if record is None or record.data["request"]["service_id"] != call.fields["service_id"]:
        refusal(call.operation, "there is no such bill of this service", "PARAM_ERROR")
    return record


def rent_query_bill(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of the bill of a rental, with the ticket that finishing it needs."""
    return _told(call, _found(call, book, RENTAL), {"returned": "FALSE"})


def hotel_query_bill(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of the bill of a stay, with the ticket that finishing it needs."""
    return _told(call, _found(call, book, HOTEL), {"checked_in": "false"})


def _told(call: Call, record: Record, default: dict[str, str]) -> dict[str, str]:
    return listed(
        call,
        {
            **default,
            **{name: text for name, text in record.data["request"].items() if name not in ("appid", "mch_id")},
            **record.data["finish"],
            **_numbers(record),
            "state": record.state,
            "finish_ticket": record.data["ticket"],
            "finish_transaction_id": record.data.get("transaction_id", ""),
            "pay_type": "MchChannelPayType" if record.state == PAID else "",
        },
    )


def rent_finish_bill(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Finish the bill of a rental: the payer is to pay total_amount."""
    return _finish(call, book, RENTAL)


def hotel_finish_bill(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Finish the bill of a stay: the payer is to pay total_amount."""
    return _finish(call, book, HOTEL)


def _finish(call: Call, book: Book, kind: str) -> dict[str, str]:
    record = _found(call, book, kind)
    asked = parameters(call.fields)
    if record.data["finish"] == asked:
        return _numbers(record)
    if record.state != ACCEPTED or asked["finish_ticket"] != record.data["ticket"]:
        refusal(call.operation, f"the bill is {record.state}, or finish_ticket is another bill's", "PARAM_ERROR")
    total = _total(call, record, kind)
    done = book.records.transition(record, ACCEPTED, FINISHED, due_at=book.now, finish=asked, total=total)
    return _numbers(done)


def _total(call: Call, record: Record, kind: str) -> int:
    """Return total_amount. Raises the refusal of one that is not the sum of its parts, or of a greedy compensation."""
    asked = {**record.data["request"], **call.fields}
    amounts = {name: asked.get(name, "0") for name in ("total_amount", *_PARTS[kind])}
    if not all(text.isascii() and text.isdigit() for text in amounts.values()):
        refusal(call.operation, "amounts must be whole numbers", "PARAM_ERROR")
    total = int(amounts.pop("total_amount"))
    if total != sum(map(int, amounts.values())):
        refusal(call.operation, f"total_amount must be {', '.join(amounts)} together", "PARAM_ERROR")
    if int(amounts["compensation_fee"]) > int(record.data["request"]["deposit_amount"]):
        refusal(call.operation, "compensation_fee is over the deposit", "PARAM_ERROR")
    return total


def rent_change_money(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Change what the payer, who has not paid yet, is to pay for a finished rental."""
    record = _found(call, book, RENTAL)
    if record.state != FINISHED:
        refusal(call.operation, f"the bill is {record.state}, not finished and unpaid", "PARAM_ERROR")
    total = _total(call, record, RENTAL)
    finish = {**record.data["finish"], **{name: call.fields[name] for name in _PARTS[RENTAL]}}
    return _numbers(book.records.change(record, due_at=book.now, finish=finish, total=total))


def rent_cancel_bill(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Revoke the bill of a rental that is not finished."""
    record = _found(call, book, RENTAL)
    if record.state == REVOKED:
        return _numbers(record)
    if record.state not in (CREATED, ACCEPTED):
        refusal(call.operation, f"the bill is {record.state}", "PARAM_ERROR")
    return _numbers(book.records.transition(record, (CREATED, ACCEPTED), REVOKED))


def accept_bill(
    book: Book, setting: Setting, *, mch_id: str, out_order_no: str, kind: str = RENTAL, payer: str = "payer"
) -> dict[str, str]:
    """Let the payer accept a bill. kind: "rental" or "hotel"."""
    record = book.records.get(kind, mch_id, out_order_no)
    account = setting.account(mch_id)
    if record is None or account is None or record.state != CREATED:
        raise NotPayable("there is no bill of this number that could be accepted")
    openid = record.data["request"].get("openid") or openid_of(payer, account.appid)
    return {"state": book.records.transition(record, CREATED, ACCEPTED, openid=openid).state}


def _pay(record: Record, book: Book, setting: Setting) -> None:
    """Take what is to be paid from the payer; who has not enough is asked again when the amount changes."""
    openid, total = record.data["openid"], record.data["total"]
    if not people.charge(book, openid, total):
        book.records.change(record, due_at=None)
        return
    number = new_number(book, "4200") if total else ""
    done = book.records.transition(record, FINISHED, PAID, due_at=None, transaction_id=number)
    book.funds.move(record.kind, payer_account(openid), merchant_account(record.mch_id, ""), total, CNY, record=done)


DUE = {RENTAL: _pay, HOTEL: _pay}
ACTS = {"accept_bill": accept_bill}
