"""Quick pay (micropay), reverse order, payment code to openid."""

from __future__ import annotations

from collections.abc import Mapping

from wxpay_v2.simulator import rates
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
from wxpay_v2.simulator.protocol import Call, Refusal
from wxpay_v2.simulator.states import CLOSED, PAID, REFUND, REVOKED, USERPAYING
from wxpay_v2.simulator.views import OrderView

__all__ = ["auth_code_to_openid", "charge", "micropay", "reverse", "take_back"]

CONFIRMATION_SECONDS = 45.0
LEAST_SECONDS = 60.0
REVERSIBLE_SECONDS = 7 * 86400.0


def micropay(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Charge the payment code; answer with the payment, or with USERPAYING while the payer enters the password."""
    return charge(call, book, setting, call.fields["auth_code"], MICROPAY)


def charge(call: Call, book: Book, setting: Setting, credential: str, trade_type: str, **marks: str) -> dict[str, str]:
    """Charge the payer who shows *credential*, a payment code or a face. marks: fields to keep with the order."""
    fields = {**call.fields, **marks}
    code = book.code(credential)
    order = book.order(call.account.mch_id, fields["out_trade_no"])
    if order is not None:
        return _repeated(order, call, fields, code, trade_type)
    check_price(call)
    end = expiry(call, book, default=CONFIRMATION_SECONDS, least=LEAST_SECONDS)
    code = _chargeable(code, call, book)
    if code.refuses:
        raise Refusal(code.refuses)
    if fields.get("openid", own := openid_of(code.payer, call.account.appid)) != own:
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
    fault = setting.faults.take(call.operation.name, "user_paying") if trade_type == MICROPAY else None
    if code.needs_password or fault is not None:
        book.change(order, "ask_password", queries_left=fault.queries + 1 if fault is not None else 0)
        return _asks_password(call)
    return payment_fields(payment.pay(order, book, setting, wallet=code.wallet))


def _asks_password(call: Call) -> dict[str, str]:
    """Return the failure that is none: the order stands, and the payer is entering the password."""
    row = call.operation.error("USERPAYING")
    return {"result_code": "FAIL", "err_code": "USERPAYING", "err_code_des": row.means if row is not None else ""}


def _repeated(
    order: OrderView, call: Call, fields: Mapping[str, str], code: Code | None, trade_type: str
) -> dict[str, str]:
    """Answer a number that was charged before. It is never charged again."""
    if order.trade_type == trade_type:
        if order.state in PAID:
            raise Refusal("ORDERPAID")
        if order.state == REVOKED:
            raise Refusal("ORDERREVERSED")
        if order.state == USERPAYING and parameters(fields) == order.fields:
            return _asks_password(call)
        if order.state == USERPAYING and code is not None and code.payer != order.payer:
            raise Refusal("BUYER_MISMATCH")
    elif order.state == CLOSED:
        raise Refusal("ORDERCLOSED")
    raise Refusal("OUT_TRADE_NO_USED")


def _chargeable(code: Code | None, call: Call, book: Book) -> Code:
    """Return the payment code that this merchant may charge now. Raises Refusal."""
    if code is None:
        raise Refusal("AUTH_CODE_INVALID")
    if code.used:
        raise Refusal("AUTH_CODE_ERROR")
    if code.expires_at <= book.now:
        raise Refusal("AUTHCODEEXPIRE")
    if code.claimed_by not in ("", call.account.mch_id):
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
    if order.trade_type not in trade_types:
        raise Refusal("INVALID_REQUEST", "only orders charged at a till are reversed", recall="N")
    if order.state == REVOKED:
        return {"recall": "N"}
    if book.now - (order.paid_at or order.placed_at) > REVERSIBLE_SECONDS:
        raise Refusal("REVERSE_EXPIRE", recall="N")
    if order.state == REFUND:
        raise Refusal("TRADE_ERROR", "the order was refunded", recall="N")
    if shares.outstanding(book, order):
        raise Refusal("TRADE_ERROR", "what was shared must be returned first", recall="N")
    book.reverse(order)
    return {"recall": "N"}


def auth_code_to_openid(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell who shows the code; afterwards only this merchant may charge it."""
    code = _chargeable(book.code(call.fields["auth_code"]), call, book)
    book.claim_code(code.auth_code, call.account.mch_id)
    return {
        "openid": openid_of(code.payer, call.account.appid),
        "sub_openid": openid_of(code.payer, call.fields.get("sub_appid", "")),
    }
