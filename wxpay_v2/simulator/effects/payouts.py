"""Money from a merchant to a person: the balance it comes from, its limits, and the same number once more.

What a merchant pays from is its account `funds.BASIC`, in CNY. It is opened with OPENING when it is first needed; the
act `set_balance` says what is in it. When it runs short, the merchant's sales are moved into it, but for the orders
placed with ``profit_sharing`` Y, whose money waits.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, case, func, or_, select

from wxpay_v2.simulator.book import Book, parameters
from wxpay_v2.simulator.effects import people
from wxpay_v2.simulator.effects.common import Setting, beijing
from wxpay_v2.simulator.funds import BANK, NotEnough, fund, merchant_account
from wxpay_v2.simulator.protocol import Call, refusal
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import NotPayable
from wxpay_v2.simulator.tables import orders, postings

__all__ = [
    "ACTS", "CNY", "OPENING", "check_payee", "failed", "known", "pay", "request_of", "set_balance",
    "spaced", "today",
]  # fmt: skip

CNY = "CNY"
OPENING = 100_000_00
"""What a merchant has at first, in fen."""
PER_DAY = 10
"""Transfers, or red packs, to one person in a day."""

_SHARED = '%"profit_sharing": "Y"%'  # as `parameters` stands in the column


def known(call: Call, book: Book, kind: str, number: str) -> Record | None:
    """Return what was done under this number before. Raises the refusal of other parameters."""
    record = book.records.get(kind, call.account.mch_id, number)
    if record is not None and record.data["request"] != request_of(call):
        refusal(call.operation, "the number was used with other parameters", "FATAL_ERROR", "PARAM_ERROR")
    return record


def request_of(call: Call) -> dict[str, str]:
    """Return what makes a repetition the same call."""
    # WeCom's signature changes with the nonce, the ciphers of a card with every encryption.
    left_out = ("workwx_sign", *(row.name for row in call.operation.request if row.encrypted))
    kept = {name: text for name, text in parameters(call.fields).items() if name not in left_out}
    return {**kept, "": call.operation.name}


def today(call: Call, book: Book, kind: str, parent: str | None = None) -> list[Record]:
    """Return what went to *parent*, or to anybody, since midnight in Beijing and did not fail."""
    midnight = beijing(book.now).replace(hour=0, minute=0, second=0).timestamp()
    made = book.records.list(kind, mch_id=call.account.mch_id, parent=parent, since=midnight)
    return [one for one in made if one.state not in ("FAILED", "BANK_FAIL")]


def check_payee(call: Call, book: Book, openid: str, *, name: str = "", must_match: bool = False) -> None:
    """Raise the refusal of a payee who is another app's, or has no name or, if it *must_match*, another than *name*."""
    person = people.facts(book, openid)
    appid = call.id("appid")
    if person.get("appid", appid) != appid:
        refusal(call.operation, "openid is of another appid", "OPENID_ERROR")
    if person.get("verified") is False:
        refusal(call.operation, "the payee has no verified name", "V2_ACCOUNT_SIMPLE_BAN", "SEND_FAILED")
    if must_match and not name:
        refusal(call.operation, "re_user_name is missing", "PARAM_ERROR")
    if must_match and person.get("real_name", name) != name:
        refusal(call.operation, "re_user_name is not the payee's", "NAME_MISMATCH")


def pay(
    call: Call, book: Book, kind: str, amount: int, target: str, *, record: Record, mch_id: str = "", sub: str = ""
) -> None:
    """Move *amount* from the merchant to *target*. mch_id: who pays, the caller by default. sub: whose sales help out.

    Raises the refusal NOTENOUGH.
    """
    source = mch_id or call.account.mch_id
    book.funds.open(source, amount=OPENING)
    _collect(book, source, merchant_account(call.account.mch_id, sub), amount)
    try:
        book.funds.move(kind, fund(source), target, amount, CNY, record=record)
    except NotEnough:
        refusal(call.operation, "the balance is too low", "NOTENOUGH")


def _collect(book: Book, mch_id: str, sales: str, amount: int) -> None:
    """Move the sales into the account that has less than *amount*."""
    if book.funds.balance(mch_id) >= amount:
        return
    into = case((postings.c.target == sales, postings.c.amount), else_=-postings.c.amount)
    free = or_(orders.c.id.is_(None), orders.c.fields.not_like(_SHARED))
    made = book.connection.execute(
        select(func.sum(into))
        .select_from(postings.outerjoin(orders))
        .where(and_(or_(postings.c.target == sales, postings.c.source == sales), postings.c.currency == CNY, free))
    ).scalar()
    if made and made > 0:
        book.funds.move("settlement", sales, fund(mch_id), int(made), CNY)


def failed(code: str, des: str) -> dict[str, str]:
    """Return the failure that is kept: what was begun under the number has failed, and a query says so."""
    return {"result_code": "FAIL", "err_code": code, "err_code_des": des}


def spaced(moment: float) -> str:
    """Return Unix seconds as ``yyyy-MM-dd HH:mm:ss`` in Beijing."""
    return f"{beijing(moment):%Y-%m-%d %H:%M:%S}"


def set_balance(book: Book, setting: Setting, *, mch_id: str, balance: int) -> Mapping[str, int]:
    """Say what the merchant has to pay from, in fen: the rest comes from the bank, or goes there."""
    if type(balance) is not int or balance < 0:
        raise NotPayable("a balance is a whole number from 0")
    book.funds.open(mch_id, amount=balance)
    more = balance - book.funds.balance(mch_id)
    if more > 0:
        book.funds.move("top_up", BANK, fund(mch_id), more, CNY)
    elif more < 0:
        book.funds.move("withdrawal", fund(mch_id), BANK, -more, CNY)
    return {"balance": balance}


ACTS = {"set_balance": set_balance}
