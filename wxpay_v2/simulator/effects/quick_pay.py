"""Quick pay (micropay), reverse order, payment code to openid."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wxpay_v2.simulator import rates
from wxpay_v2.simulator.accounts import Account
from wxpay_v2.simulator.book import MICROPAY, Book, Code, parameters
from wxpay_v2.simulator.effects import payment, shares
from wxpay_v2.simulator.effects.common import (
    Setting,
    check_price,
    expiry,
    find_order,
    openid_of,
    payment_fields,
)
from wxpay_v2.simulator.faults import Fault
from wxpay_v2.simulator.protocol import Call, Refusal
from wxpay_v2.simulator.states import CLOSED, PAID, REFUND, REVOKED, USERPAYING
from wxpay_v2.simulator.views import OrderView

__all__ = [
    "CONFIRMATION_SECONDS", "auth_code_to_openid", "charge", "charge_code", "charged_before", "micropay", "reverse",
    "take_back", "take_back_order",
]  # fmt: skip

CONFIRMATION_SECONDS = 45.0
LEAST_SECONDS = 60.0
REVERSIBLE_SECONDS = 7 * 86400.0


def micropay(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Charge the payment code; answer with the payment, or with USERPAYING while the payer enters the password."""
    return charge(call, book, setting, call.fields["auth_code"], MICROPAY)


def charge(call: Call, book: Book, setting: Setting, credential: str, trade_type: str, **marks: str) -> dict[str, str]:
    """Charge the payer who shows *credential*, a payment code or a face. marks: fields to keep with the order."""
    fields = {**call.fields, **marks}
    order = charged_before(book, call.account, fields, credential, trade_type)
    if order is None:
        check_price(call)
        end = expiry(call, book, default=CONFIRMATION_SECONDS, least=LEAST_SECONDS)
        order = charge_code(
            book, setting, call.account, fields, credential, trade_type, end=end,
            waits=lambda: setting.faults.take(call.operation.name, "user_paying"),
        )  # fmt: skip
    return _asks_password(call) if order.state == USERPAYING else payment_fields(order)


def charge_code(
    book: Book,
    setting: Setting,
    account: Account,
    fields: Mapping[str, str],
    credential: str,
    trade_type: str,
    *,
    end: float,
    waits: Callable[[], Fault | None],
) -> OrderView:
    """Return the new order that *fields* ask for: paid, or USERPAYING while the payer enters the password.

    end: Unix seconds after which nobody can confirm it. waits: takes the fault by which the payer enters a password.
    Raises Refusal.
    """
    code = _chargeable(book.code(credential), account, book)
    if code.refuses:
        raise Refusal(code.refuses)
    if fields.get("openid", own := openid_of(code.payer, account.appid)) != own:
        raise Refusal("BUYER_MISMATCH")
    cash = rates.convert(int(fields["total_fee"]), fields.get("fee_type", "CNY"), rates.WALLETS[code.wallet])
    if code.balance is not None and cash > code.balance:
        raise Refusal("NOTENOUGH")
    book.use_code(code.auth_code)
    order = book.place(
        fields,
        trade_type=trade_type,
        payer=code.payer,
        wallet=code.wallet,
        expires_at=min(end, book.now + CONFIRMATION_SECONDS),
    )
    fault = waits() if trade_type == MICROPAY else None
    if code.needs_password or fault is not None:
        return book.change(order, "ask_password", queries_left=fault.queries + 1 if fault is not None else 0)
    return payment.pay(order, book, setting, wallet=code.wallet)


def _asks_password(call: Call) -> dict[str, str]:
    """Return the failure that is none: the order stands, and the payer is entering the password."""
    row = call.operation.error("USERPAYING")
    return {"result_code": "FAIL", "err_code": "USERPAYING", "err_code_des": row.means if row is not None else ""}


def charged_before(
    book: Book, account: Account, fields: Mapping[str, str], credential: str, trade_type: str
) -> OrderView | None:
    """Return the order of this number while its payer enters the password, None for a new number.

    No number is charged twice. Raises Refusal.
    """
    order = book.order(account.mch_id, fields["out_trade_no"])
    if order is None:
        return None
    if order.trade_type == trade_type:
        if order.state in PAID:
            raise Refusal("ORDERPAID")
        if order.state == REVOKED:
            raise Refusal("ORDERREVERSED")
        if order.state == USERPAYING and parameters(fields) == order.fields:
            return order
        code = book.code(credential)
        if order.state == USERPAYING and code is not None and code.payer != order.payer:
            raise Refusal("BUYER_MISMATCH")
    elif order.state == CLOSED:
        raise Refusal("ORDERCLOSED")
    raise Refusal("OUT_TRADE_NO_USED")


def _chargeable(code: Code | None, account: Account, book: Book) -> Code:
    """Return the payment code that this merchant may charge now. Raises Refusal."""
    if code is None:
        raise Refusal("AUTH_CODE_INVALID")
    if code.used:
        raise Refusal("AUTH_CODE_ERROR")
    if code.expires_at <= book.now:
        raise Refusal("AUTHCODEEXPIRE")
    if code.claimed_by not in ("", account.mch_id):
        raise Refusal("AUTH_CODE_ERROR", "another merchant has asked for the openid of this code")
    return code


def reverse(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Revoke the quick pay order: an unpaid one is closed, a paid one is paid back."""
    return take_back(call, book, MICROPAY)


def take_back(call: Call, book: Book, *trade_types: str) -> dict[str, str]:
    """Revoke the order of *call*, if it is of one of *trade_types*: close it, or pay it back."""
    try:
        order = find_order(call, book)
    except Refusal as refused:
        raise Refusal(refused.code, refused.des, recall="N") from None
    take_back_order(order, book, *trade_types)
    return {"recall": "N"}


def take_back_order(order: OrderView, book: Book, *trade_types: str) -> None:
    """Revoke *order*, if it is of one of *trade_types*: close it, or pay it back. Raises Refusal."""
    if order.trade_type not in trade_types:
        raise Refusal("INVALID_REQUEST", "only orders charged at a till are reversed", recall="N")
    if order.state == REVOKED:
        return
    if book.now - (order.paid_at or order.placed_at) > REVERSIBLE_SECONDS:
        raise Refusal("REVERSE_EXPIRE", recall="N")
    if order.state == REFUND:
        raise Refusal("TRADE_ERROR", "the order was refunded", recall="N")
    if shares.outstanding(book, order):
        raise Refusal("TRADE_ERROR", "what was shared must be returned first", recall="N")
    book.reverse(order)


def auth_code_to_openid(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell who shows the code; afterwards only this merchant may charge it."""
    code = _chargeable(book.code(call.fields["auth_code"]), call.account, book)
    book.claim_code(code.auth_code, call.account.mch_id)
    return {
        "openid": openid_of(code.payer, call.account.appid),
        "sub_openid": openid_of(code.payer, call.fields.get("sub_appid", "")),
    }
