"""Contracts by which merchants deduct, and the deductions: what entrusted deduction, transit and vehicles share.

A contract is a record of kind "contract": SIGNING until the payer agrees, SIGNED, ENDED. It runs for YEARS.

A deduction is an order of trade type PAP, and a record of kind "deduction" under its out_trade_no: ACCEPT until it is
carried out, right after the answer, then SUCCESS or PAY_FAIL, which the payer's balance decides (`people`). Both are
notified.
"""

from __future__ import annotations

import secrets
from typing import Any

from wxpay_v2.clock import wire_time
from wxpay_v2.operation import HMAC_SHA256, MD5
from wxpay_v2.simulator import rates
from wxpay_v2.simulator.book import Book, parameters
from wxpay_v2.simulator.effects import payment, people, product_notices
from wxpay_v2.simulator.effects.common import Setting, beijing, check_price, new_number, openid_of, payment_fields
from wxpay_v2.simulator.effects.payouts import spaced
from wxpay_v2.simulator.protocol import Call, refusal
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import NOTPAY, PAID, NotPayable
from wxpay_v2.simulator.views import OrderView

__all__ = [
    "ACCEPT", "ACTS", "BY_API", "BY_PAYER", "CONTRACT", "DEDUCTION", "DUE", "ENDED", "PAP", "PAY_FAIL", "SIGNED",
    "SIGNING", "contract_of", "deduct", "end", "end_contract", "failures", "number_of", "prepare", "sign",
    "sign_contract",
]  # fmt: skip

CONTRACT, DEDUCTION = "contract", "deduction"
SIGNING, SIGNED, ENDED = "SIGNING", "SIGNED", "ENDED"
ACCEPT, PAY_FAIL = "ACCEPT", "PAY_FAIL"
PAP = "PAP"
EXPIRED, BY_PAYER, BY_API = "1", "2", "3"
"""How a contract ends: contract_termination_mode."""
YEARS = 10
_YEAR = 365 * 86400.0
_LONGEST = {"plan_id": 28, "contract_code": 32}
_KEPT = (
    "plan_id", "contract_code", "request_serial", "contract_display_account", "sub_mch_id", "sub_appid", "openid",
    "sub_openid",
)  # fmt: skip


# Contracts


def number_of(plan_id: str, contract_code: str) -> str:
    return f"{plan_id}:{contract_code}"


def prepare(call: Call, book: Book, *, notify_url: str) -> Record:
    """Return the contract that the payer is to agree to; another request for it replaces the one before.

    Raises the refusal of one that is signed, or was: its contract_code is used.
    """
    kept = {name: call.fields.get(name, "") for name in _KEPT}
    for name, longest in _LONGEST.items():
        if not 0 < len(kept[name]) <= longest:
            refusal(call.operation, f"{name} must be from 1 to {longest} characters", "PARAM_ERROR")
    _check_lengths(call, kept["openid"], kept["sub_openid"], notify_url)
    data: dict[str, Any] = {**kept, "notify_url": notify_url, "appid": call.account.appid}
    mch_id, number = call.account.mch_id, number_of(kept["plan_id"], kept["contract_code"])
    record = book.records.get(CONTRACT, mch_id, number)
    if record is None:
        return book.records.put(CONTRACT, mch_id, number, SIGNING, data, parent=kept["plan_id"])
    if record.state != SIGNING or record.data["sub_mch_id"] != kept["sub_mch_id"]:
        refusal(call.operation, "contract_code was used for a contract before", "PARAM_ERROR")
    return book.records.change(record, **data)


def _check_lengths(call: Call, openid: str, sub_openid: str, notify_url: str) -> None:
    """Raise the refusal of what is longer than any of its kind; some of these rows have no length."""
    if max(len(openid), len(sub_openid)) > 128 or len(notify_url) > 256:
        refusal(call.operation, "an openid or notify_url is too long", "PARAM_ERROR")


def sign(book: Book, setting: Setting, record: Record, *, payer: str = "payer", openid: str = "") -> Record:
    """Let the payer agree, and notify it. openid: who, where the merchant has said so or the gateway knows."""
    appid, sub_appid = record.data["appid"], record.data["sub_appid"]
    known = openid or record.data["openid"]
    sub_openid = record.data["sub_openid"] or openid_of(payer, sub_appid)
    until = book.now + YEARS * _YEAR
    done = book.records.transition(
        record, SIGNING, SIGNED, reference=new_number(book, ""), due_at=until, openid=known or openid_of(payer, appid),
        sub_openid=sub_openid, signed_at=book.now, until=until,
    )  # fmt: skip
    more = {"contract_expired_time": spaced(until), "request_serial": done.data["request_serial"]}
    _notify(book, setting, done, "ADD", more)
    return done


def end(book: Book, setting: Setting, record: Record, mode: str, *, remark: str = "") -> Record:
    """End a signed contract, and notify it. mode: contract_termination_mode."""
    done = book.records.transition(
        record, SIGNED, ENDED, due_at=None, ended_at=book.now, mode=mode, termination_remark=remark
    )
    _notify(book, setting, done, "DELETE", {"contract_termination_mode": mode})
    return done


def _notify(book: Book, setting: Setting, record: Record, change: str, more: dict[str, str]) -> None:
    account = setting.account(record.mch_id)
    if account is None:
        return
    data = record.data
    message = {
        "return_code": "SUCCESS",
        "result_code": "SUCCESS",
        "mch_id": record.mch_id,
        "change_type": change,
        "operate_time": spaced(book.now),
        "contract_id": record.reference,
        **{name: data[name] for name in (*_KEPT[:2], *_KEPT[4:])},
        **more,
    }
    product_notices.queue(
        book, setting, account, "papay_contract", data["contract_code"], data["notify_url"], message, MD5
    )


def contract_of(call: Call, book: Book) -> Record:
    """Return the contract that contract_id or, without one, plan_id and contract_code name. Raises Refusal."""
    fields, mch_id = call.fields, call.account.mch_id
    if fields.get("contract_id"):
        record = book.records.referred(CONTRACT, fields["contract_id"], mch_id=mch_id)
    elif fields.get("plan_id") and fields.get("contract_code"):
        record = book.records.get(CONTRACT, mch_id, number_of(fields["plan_id"], fields["contract_code"]))
    else:
        refusal(call.operation, "contract_id, or plan_id and contract_code, are missing", "PARAM_ERROR")
    if record is None or record.data["sub_mch_id"] != call.sub_mch_id:
        refusal(call.operation, "there is no such contract", "CONTRACT_NOT_EXIST")
    return record


def sign_contract(
    book: Book, setting: Setting, *, mch_id: str, contract_code: str, payer: str = "payer"
) -> dict[str, Any]:
    """Let the payer agree to a contract that waits for it."""
    record = sign(book, setting, _waiting(book, mch_id, contract_code, SIGNING), payer=payer)
    return {"contract_id": record.reference, "openid": record.data["openid"]}


def end_contract(book: Book, setting: Setting, *, mch_id: str, contract_code: str) -> dict[str, Any]:
    """Let the payer end a contract in his app."""
    record = end(book, setting, _waiting(book, mch_id, contract_code, SIGNED), BY_PAYER)
    return {"contract_id": record.reference}


def _waiting(book: Book, mch_id: str, contract_code: str, state: str) -> Record:
    made = book.records.list(CONTRACT, mch_id=mch_id, states=(state,))
    found = [one for one in made if one.data["contract_code"] == contract_code]
    if len(found) != 1:
        raise NotPayable(f"there is no contract {contract_code} that is {state}")
    return found[0]


def _expire(record: Record, book: Book, setting: Setting) -> None:
    end(book, setting, record, EXPIRED)


# Deductions


def deduct(call: Call, book: Book, *, openid: str, kind: str, contract: Record | None = None) -> OrderView:
    """Take a deduction in. openid: of the payer. kind: of the notification of its outcome. Raises Refusal."""
    fields = call.fields
    known = book.order(call.account.mch_id, fields["out_trade_no"])
    if known is not None:
        _refuse_repetition(call, known)
    if fields.get("trade_type") != PAP:
        refusal(call.operation, "trade_type must be PAP", "PARAM_ERROR")
    check_price(call)
    _check_lengths(call, openid, "", fields.get("notify_url", ""))
    order = book.place(
        {**fields, "openid": openid}, trade_type=PAP, payer=openid, wallet=rates.MAINLAND,
        expires_at=book.now + YEARS * _YEAR, sign_type=call.sign_type,
    )  # fmt: skip
    contract_id = contract.reference if contract is not None else ""
    book.records.put(
        DEDUCTION, order.mch_id, order.out_trade_no, ACCEPT, {"kind": kind, "contract_id": contract_id},
        reference=new_number(book, "42"), parent=contract_id, due_at=book.now,
    )  # fmt: skip
    return order


def _refuse_repetition(call: Call, order: OrderView) -> None:
    """Refuse a number that is used: it is never deducted again."""
    if order.state in PAID:
        refusal(call.operation, "the order is paid", "ORDERPAID")
    same = {"openid": order.payer, **parameters(call.fields)} == order.fields
    if order.trade_type == PAP and order.state == NOTPAY and same:
        refusal(call.operation, "the same deduction was taken in", "ORDER_ACCEPTED")
    refusal(call.operation, "out_trade_no was used", "OUT_TRADE_NO_USED")


def failures(book: Book, contract: Record) -> bool:
    """Say whether the latest deduction by *contract* failed."""
    made = book.records.list(DEDUCTION, mch_id=contract.mch_id, parent=contract.reference)
    return bool(made) and made[-1].state == PAY_FAIL


def _carry_out(record: Record, book: Book, setting: Setting) -> None:
    """Take the money from the payer, or find that there is not enough; notify either."""
    order = book.order(record.mch_id, record.number)
    if order is None or order.state != NOTPAY:  # somebody has paid it at the payer's page
        book.records.transition(record, ACCEPT, "SUCCESS", due_at=None)
        return
    if people.charge(book, order.payer, order.total_fee):
        order = payment.pay(order, book, setting, wallet=order.wallet)
        book.records.transition(record, ACCEPT, "SUCCESS", due_at=None)
        told = {"result_code": "SUCCESS", "trade_state": "SUCCESS", **payment_fields(order)}
    else:
        order = book.change(book.change(order, "ask_password"), "decline")
        book.records.transition(record, ACCEPT, PAY_FAIL, due_at=None)
        told = {
            "result_code": "FAIL", "err_code": "NOTENOUGH", "err_code_des": "the payer has too little money",
            "trade_state": PAY_FAIL, **payment_fields(order), "openid": order.payer, "cash_fee": str(order.total_fee),
            "transaction_id": record.reference, "bank_type": "OTHERS", "time_end": wire_time(beijing(book.now)),
        }  # fmt: skip
    _tell(book, setting, order, record, told)


def _tell(book: Book, setting: Setting, order: OrderView, record: Record, told: dict[str, str]) -> None:
    account = setting.account(order.mch_id)
    if account is None:
        return
    algorithm = order.sign_type or MD5
    message = {
        "return_code": "SUCCESS",
        "appid": order.appid or account.appid,
        "mch_id": order.mch_id,
        "sub_appid": order.sub_appid,
        "sub_mch_id": order.sub_mch_id,
        "nonce_str": secrets.token_hex(16),
        "sign_type": HMAC_SHA256 if algorithm == HMAC_SHA256 else "",
        **told,
        "rate": "",
        "contract_id": record.data["contract_id"] if record.data["kind"] == "papay_deduction" else "",
    }
    product_notices.queue(
        book, setting, account, record.data["kind"], order.out_trade_no, order.notify_url, message, algorithm
    )


DUE = {CONTRACT: _expire, DEDUCTION: _carry_out}
ACTS = {"sign_contract": sign_contract, "end_contract": end_contract}
