"""Transfers to a person's balance and to a bank card, and their queries.

A transfer to a balance is done at once, or fails at once (SEND_FAILED, which the query tells as FAILED). One to a card
is PROCESSING until the bank has taken it, BANK_SECONDS later, or has not: BANK_FAIL, and the money is back.
"""

from __future__ import annotations

import base64
import hashlib

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects import payouts, people, platform_keys
from wxpay_v2.simulator.effects.common import Setting, new_number
from wxpay_v2.simulator.effects.payouts import CNY, spaced
from wxpay_v2.simulator.funds import BANK, fund, payer_account
from wxpay_v2.simulator.protocol import Call, refusal
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import NotPayable

__all__ = [
    "ACTS", "DUE", "FAILED", "fail_bank_transfer", "found", "get_transfer_info", "pay_bank", "query_bank", "send",
    "told_of", "transfers",
]  # fmt: skip

TRANSFER, TO_BANK = "transfer", "bank_transfer"
BANK_SECONDS = 60.0
QUERY_SECONDS = 30 * 86400.0

# In fen. The pages that named the limits of transfers to a balance were of the mainland's product before API v3.
LEAST, MOST, MOST_PER_DAY = 30, 20_000_00, 20_000_00
MOST_TO_BANK, MOST_TO_CARD_PER_DAY, MOST_TO_BANK_PER_DAY = 50_000_00, 50_000_00, 1_000_000_00
LEAST_FEE, MOST_FEE = 100, 2500
"""Of a transfer to a card: a thousandth, within these."""

FAILED = "the payee takes no transfers"
"""Why a transfer failed."""


# To a balance


def transfers(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Pay a person, once under the number."""
    record = send(call, book, TRANSFER, check_name=call.fields["check_name"] == "FORCE_CHECK")
    return told_of(record)


def send(call: Call, book: Book, kind: str, *, check_name: bool) -> Record:
    """Return the transfer that *call* asks for, done or failed. Raises Refusal."""
    fields, openid = call.fields, call.fields["openid"]
    record = payouts.known(call, book, kind, fields["partner_trade_no"])
    if record is not None:
        return record
    amount = int(fields["amount"])
    if not LEAST <= amount <= MOST:
        refusal(call.operation, f"amount must be from {LEAST} to {MOST}", "AMOUNT_LIMIT")
    payouts.check_payee(call, book, openid, name=fields.get("re_user_name", ""), must_match=check_name)
    before = payouts.today(call, book, kind, openid)
    if len(before) >= payouts.PER_DAY:
        refusal(call.operation, f"more than {payouts.PER_DAY} transfers to the payee today", "SENDNUM_LIMIT")
    if sum(one.data["amount"] for one in before) + amount > MOST_PER_DAY:
        refusal(call.operation, "the payee's limit of the day is reached", "MONEY_LIMIT")
    fails = people.facts(book, openid).get("accepts_transfers") is False
    record = book.records.put(
        kind, call.account.mch_id, fields["partner_trade_no"], "FAILED" if fails else "SUCCESS",
        {"request": payouts.request_of(call), "amount": amount}, reference=new_number(book, "10"), parent=openid,
    )  # fmt: skip
    if not fails:
        payouts.pay(call, book, kind, amount, payer_account(openid), record=record)
    return record


def told_of(record: Record) -> dict[str, str]:
    """Return what the sender of a transfer is told."""
    if record.state == "FAILED":
        return payouts.failed("SEND_FAILED", FAILED)
    return {
        "partner_trade_no": record.number,
        "payment_no": record.reference,
        "payment_time": spaced(record.created),
    }


def get_transfer_info(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of a transfer, for 30 days."""
    record = found(call, book, TRANSFER)
    request = record.data["request"]
    return {
        "partner_trade_no": record.number,
        "detail_id": record.reference,
        "status": record.state,
        "reason": FAILED if record.state == "FAILED" else "",
        "openid": record.parent,
        "transfer_name": request.get("re_user_name", ""),
        "payment_amount": str(record.data["amount"]),
        "transfer_time": spaced(record.created),
        "payment_time": spaced(record.changed),
        "desc": request["desc"],
    }


def found(call: Call, book: Book, kind: str) -> Record:
    """Return the transfer that *call* names. Raises Refusal."""
    record = book.records.get(kind, call.account.mch_id, call.fields["partner_trade_no"])
    if record is None or book.now - record.created > QUERY_SECONDS:
        refusal(call.operation, "there is no such transfer", "NOT_FOUND")
    return record


# To a card


def pay_bank(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take a transfer to a bank card in, once under the number."""
    fields = call.fields
    card, name = (_opened(call, field) for field in ("enc_bank_no", "enc_true_name"))
    record = payouts.known(call, book, TO_BANK, fields["partner_trade_no"])
    if record is not None and (record.data["card"], record.data["name"]) != (_md5(card), _md5(name)):
        refusal(call.operation, "the number was used with other parameters", "FATAL_ERROR")
    if record is None:
        record = _take(call, book, card, name)
    return {
        "partner_trade_no": record.number,
        "amount": str(record.data["amount"]),
        "payment_no": record.reference,
        "cmms_amt": str(record.data["fee"]),
    }


def _take(call: Call, book: Book, card: str, name: str) -> Record:
    amount = int(call.fields["amount"])
    if not 0 < amount <= MOST_TO_BANK:
        refusal(call.operation, f"amount must be from 1 to {MOST_TO_BANK}", "AMOUNT_LIMIT")
    to_card = sum(one.data["amount"] for one in payouts.today(call, book, TO_BANK, _md5(card)))
    in_all = sum(one.data["amount"] for one in payouts.today(call, book, TO_BANK))
    if to_card + amount > MOST_TO_CARD_PER_DAY or in_all + amount > MOST_TO_BANK_PER_DAY:
        refusal(call.operation, "the limit of the day is reached", "MONEY_LIMIT")
    fee = min(max((2 * amount + 1000) // 2000, LEAST_FEE), MOST_FEE)
    record = book.records.put(
        TO_BANK, call.account.mch_id, call.fields["partner_trade_no"], "PROCESSING",
        {"request": payouts.request_of(call), "amount": amount, "fee": fee, "card": _md5(card), "name": _md5(name)},
        reference=new_number(book, "11"), parent=_md5(card), due_at=book.now + BANK_SECONDS,
    )  # fmt: skip
    payouts.pay(call, book, TO_BANK, amount + fee, fund(call.account.mch_id, TO_BANK), record=record)
    return record


def _opened(call: Call, name: str) -> str:
    try:
        return platform_keys.decrypt(base64.b64decode(call.fields[name], validate=True)).decode()
    except ValueError:
        refusal(call.operation, f"{name} was not encrypted with the key of get_public_key", "PARAM_ERROR")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def query_bank(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of a transfer to a card."""
    record = found(call, book, TO_BANK)
    return {
        "partner_trade_no": record.number,
        "payment_no": record.reference,
        "bank_no_md5": record.data["card"],
        "true_name_md5": record.data["name"],
        "amount": str(record.data["amount"]),
        "status": record.state,
        "cmms_amt": str(record.data["fee"]),
        "create_time": spaced(record.created),
        "pay_succ_time": spaced(record.changed) if record.state == "SUCCESS" else "",
        "reason": record.data.get("reason", ""),
    }


def _arrive(record: Record, book: Book, setting: Setting) -> None:
    """Let the bank take the money, and the gateway its fee."""
    done = book.records.transition(record, "PROCESSING", "SUCCESS", due_at=None)
    book.funds.move(TO_BANK, fund(record.mch_id, TO_BANK), BANK, _whole(done), CNY, record=done)


def fail_bank_transfer(book: Book, setting: Setting, *, mch_id: str, partner_trade_no: str) -> dict[str, str]:
    """Let the bank refuse a transfer that it has not taken yet: the money and the fee go back."""
    record = book.records.get(TO_BANK, mch_id, partner_trade_no)
    if record is None or record.state != "PROCESSING":
        raise NotPayable("there is no such transfer that the bank could refuse")
    done = book.records.transition(record, "PROCESSING", "BANK_FAIL", due_at=None, reason="the bank refused")
    book.funds.move(TO_BANK, fund(mch_id, TO_BANK), fund(mch_id), _whole(done), CNY, record=done)
    return {"status": done.state}


def _whole(record: Record) -> int:
    return int(record.data["amount"] + record.data["fee"])


DUE = {TO_BANK: _arrive}
ACTS = {"fail_bank_transfer": fail_bank_transfer}
