"""Quick pay and its reversal.

Where the payer must enter the password, API v3 Global says so with status 200 and trade_state USERPAYING: no page tells
the status. The mainland says it with status 202, as was seen. The fault user_paying_code makes it an error code.
"""

from __future__ import annotations

from typing import Any

from wxpay_v2.operation import GLOBAL as ABROAD
from wxpay_v2.simulator.book import MICROPAY, Book
from wxpay_v2.simulator.effects import quick_pay as books
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.faults import Fault
from wxpay_v2.simulator.states import USERPAYING
from wxpay_v2.simulator.v3 import messages
from wxpay_v2.simulator.v3.effects.common import check_currency, find_order, order_fields
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import in_v3
from wxpay_v2.simulator.v3.replies import Pending

__all__ = ["GLOBAL", "MAINLAND", "charge", "reverse", "reverse_and_tell"]


def charge(call: Call, book: Book, setting: Setting) -> dict[str, Any] | Pending:
    """Charge the payment code; tell of the payment, or of USERPAYING while the payer enters the password."""
    fields, code = order_fields(call, book, MICROPAY), call.text("payer.auth_code")
    struck: list[str] = []

    def waits() -> Fault | None:
        fault = setting.faults.take(call.operation.name, "user_paying", "user_paying_code")
        struck.extend([fault.name] if fault is not None else [])
        return fault

    with in_v3(call.operation):
        order = books.charged_before(book, call.account, fields, code, MICROPAY)
        if order is None:
            check_currency(call)
            order = books.charge_code(
                book,
                setting,
                call.account,
                fields,
                code,
                MICROPAY,
                end=book.now + books.CONFIRMATION_SECONDS,
                waits=waits,
            )
    told = messages.order(call.account, order)
    told.pop("scene_info", None)
    if "user_paying_code" in struck:
        return Pending(told, "USERPAYING")
    return Pending(told) if order.state == USERPAYING and call.region != ABROAD else told


def reverse(call: Call, book: Book, setting: Setting) -> None:
    """Revoke the quick pay order: an unpaid one is closed, a paid one is paid back."""
    order = find_order(call, book)
    with in_v3(call.operation):
        books.take_back_order(order, book, MICROPAY)


def reverse_and_tell(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """`reverse`, after which the mainland names the order."""
    reverse(call, book, setting)
    told = {name: call.text(name) for name in ("appid", "mchid", "sp_appid", "sp_mchid", "sub_appid", "sub_mchid")}
    return {name: text for name, text in {**told, "out_trade_no": call.text("out_trade_no")}.items() if text}


GLOBAL = {"micropay": charge, "reverse_by_id": reverse, "reverse_by_out_trade_no": reverse}
MAINLAND = {
    "codepay": charge,
    "partner_codepay": charge,
    "codepay_reverse": reverse_and_tell,
    "partner_codepay_reverse": reverse_and_tell,
}
