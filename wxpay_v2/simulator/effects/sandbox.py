"""The sandbox: its key, and copies of operations that act on books of their own.

What is done there belongs to the mch_id with S before it, so that numbers, statements and money are apart from
production's. There is no payer: a payment code is charged whatever it is, and an order pays itself right after the
answer, with a notification under the sandbox's key. Refunds are not notified.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from wxpay_v2.simulator import notices, rates
from wxpay_v2.simulator.accounts import Account
from wxpay_v2.simulator.book import MICROPAY, Book
from wxpay_v2.simulator.effects import orders, payment, quick_pay, refunds, statements
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.protocol import Call
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import NOTPAY

__all__ = [
    "DUE", "sandbox_get_sign_key", "sandbox_micropay", "sandbox_order_query", "sandboxnew_download_bill",
    "sandboxnew_get_sign_key", "sandboxnew_micropay", "sandboxnew_order_query", "sandboxnew_refund",
    "sandboxnew_refund_query", "sandboxnew_unified_order",
]  # fmt: skip

KIND = "sandbox_payment"
_MARK = "S"


def sandbox_get_sign_key(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Answer the key of the sandbox's calls."""
    return {"sandbox_signkey": call.account.sandbox_key.reveal(), "mch_id": call.account.mch_id}


def sandboxnew_get_sign_key(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Answer the key of the old sandbox's calls, which is the same."""
    return sandbox_get_sign_key(call, book, setting)


def _apart(call: Call) -> Call:
    """Return *call* as one of the merchant's double, who has the sandbox's books."""
    account = _double(call.account)
    return replace(call, account=account, fields={**call.fields, "mch_id": account.mch_id})


def _double(account: Account) -> Account:
    return Account(
        account.appid, _MARK + account.mch_id, account.sandbox_key, account.sign_type, account.sub_merchants,
        account.sub_appids, account.region, account.currency, mode=account.mode,
    )  # fmt: skip


def sandbox_micropay(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Charge the payment code, whatever it is."""
    code = _MARK + secrets.token_hex(12)
    book.add_code(
        auth_code=code, wallet=rates.MAINLAND, payer="sandbox", needs_password=False, refuses="", balance=None,
        expires_at=book.now + 60,
    )  # fmt: skip
    return quick_pay.charge(_apart(call), book, setting, code, MICROPAY)


def sandboxnew_micropay(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Charge the payment code, whatever it is."""
    return sandbox_micropay(call, book, setting)


def sandboxnew_unified_order(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Place an order that pays itself."""
    double = _apart(call)
    told = orders.unified_order(double, book, setting)
    mch_id, number = double.account.mch_id, call.fields["out_trade_no"]
    if book.records.get(KIND, mch_id, number) is None:
        book.records.put(KIND, mch_id, number, NOTPAY, due_at=book.now)
    return told


def _pay(record: Record, book: Book, setting: Setting) -> None:
    book.records.transition(record, NOTPAY, "SUCCESS", due_at=None)
    order = book.order(record.mch_id, record.number)
    if order is None or order.state != NOTPAY:
        return
    paid = payment.pay(order, book, setting, wallet=rates.MAINLAND, payer="sandbox")
    account = setting.account(record.mch_id.removeprefix(_MARK))
    if account is not None:
        told = replace(paid, mch_id=account.mch_id, fields={**paid.fields, "mch_id": account.mch_id})
        notices.queue_payment(book, _double(account), told, setting.faults)


def sandbox_order_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of an order of the sandbox."""
    return orders.order_query(_apart(call), book, setting)


def sandboxnew_order_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of an order of the sandbox."""
    return orders.order_query(_apart(call), book, setting)


def sandboxnew_refund(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Refund an order of the sandbox."""
    return refunds.refund(_apart(call), book, setting)


def sandboxnew_refund_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of the refunds of an order of the sandbox."""
    return refunds.refund_query(_apart(call), book, setting)


def sandboxnew_download_bill(call: Call, book: Book, setting: Setting) -> bytes:
    """Return the statement of a day of the sandbox."""
    return statements.download_bill(_apart(call), book, setting)


DUE = {KIND: _pay}
