"""Automatic withdrawals: what a sub-merchant took in on a day is paid out to its bank on the next, at READY_HOUR.

A withdrawal is a record of kind "withdrawal" under sub-merchant and day, made when it is first asked for. The act
`fail_withdrawal` makes it fail; starting it again mends that.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from wxpay_v2.clock import BEIJING, parse_day, wire_day
from wxpay_v2.errors import Malformed
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting, new_number
from wxpay_v2.simulator.effects.payouts import CNY, spaced
from wxpay_v2.simulator.funds import BANK, merchant_account
from wxpay_v2.simulator.protocol import Call, refusal
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import SUCCESS, NotPayable
from wxpay_v2.simulator.trades import trades

__all__ = ["ACTS", "fail_withdrawal", "query_auto_withdraw_by_date", "re_auto_withdraw_by_date"]

KIND = "withdrawal"
READY_HOUR = 10
DONE, FAILED = "SUCCESS", "FAIL"


def query_auto_withdraw_by_date(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell how the withdrawal of a day went."""
    record = _withdrawal(call, book)
    return {
        "sign_type": call.sign_type,
        "date": call.fields["date"],
        "withdraw_status": record.state,
        "fail_reason": record.data.get("reason", ""),
        "withdraw_id": record.reference,
        "amount": str(record.data["amount"]),
        "create_time": spaced(record.created),
        "success_time": spaced(record.changed) if record.state == DONE else "",
    }


def re_auto_withdraw_by_date(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Start a withdrawal that failed again."""
    record = _withdrawal(call, book)
    if record.state != FAILED:
        refusal(call.operation, "the withdrawal has not failed", "PARAM_ERROR")
    done = book.records.transition(record, FAILED, DONE, reason="")
    _move(book, done, call.sub_mch_id)
    return {
        "sign_type": call.sign_type,
        "date": call.fields["date"],
        "withdraw_id": done.reference,
        "amount": str(done.data["amount"]),
        "create_time": spaced(done.created),
    }


def _withdrawal(call: Call, book: Book) -> Record:
    """Return the withdrawal of the day, made now if it is the first time. Raises Refusal."""
    try:
        day = parse_day(call.fields["date"])
    except Malformed:
        refusal(call.operation, "date must be a day, yyyyMMdd", "PARAM_ERROR")
    record = book.records.get(KIND, call.account.mch_id, _number(call.sub_mch_id, day))
    if record is not None and (record.state != FAILED or record.reference):
        return record
    ready = datetime(day.year, day.month, day.day, READY_HOUR, tzinfo=BEIJING) + timedelta(days=1)
    if book.now < ready.timestamp():
        refusal(call.operation, "the day is not withdrawn yet", "PARAM_ERROR")
    made = [one for one in trades(book, call.account.mch_id, call.sub_mch_id, day, day) if one.order.fee_type == CNY]
    taken = sum(one.order.total_fee for one in made if one.state == SUCCESS)
    amount = max(taken - sum(one.given_back for one in made), 0)
    if not amount:
        refusal(call.operation, "there is nothing to withdraw of this day", "PARAM_ERROR")
    number = new_number(book, "71")
    if record is not None:  # it was to fail, said the act
        return book.records.transition(record, FAILED, FAILED, reference=number, amount=amount)
    record = book.records.put(
        KIND, call.account.mch_id, _number(call.sub_mch_id, day), DONE, {"amount": amount}, reference=number
    )
    _move(book, record, call.sub_mch_id)
    return record


def _number(sub_mch_id: str, day: date) -> str:
    return f"{sub_mch_id}:{wire_day(day)}"


def _move(book: Book, record: Record, sub_mch_id: str) -> None:
    book.funds.move(KIND, merchant_account(record.mch_id, sub_mch_id), BANK, record.data["amount"], CNY, record=record)


def fail_withdrawal(
    book: Book, setting: Setting, *, mch_id: str, sub_mch_id: str, day: str, reason: str = "the bank refused"
) -> dict[str, str]:
    """Let the withdrawal of a day, which nobody has asked for yet, fail. day: ``yyyyMMdd``."""
    number = _number(sub_mch_id, parse_day(day))
    if book.records.get(KIND, mch_id, number) is not None:
        raise NotPayable("the day is withdrawn")
    return {"state": book.records.put(KIND, mch_id, number, FAILED, {"amount": 0, "reason": reason}).state}


ACTS = {"fail_withdrawal": fail_withdrawal}
