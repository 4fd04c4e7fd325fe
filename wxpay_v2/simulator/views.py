"""What the simulator shows of orders, refunds and notifications: plain values, no database behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = [
    "AttemptView", "Coupon", "ExchangeView", "MessageView", "NotificationView", "OrderView", "PendingNotification",
    "RefundView",
]  # fmt: skip


class Coupon(NamedTuple):
    """A coupon and what was used, or is given back, of it: whole numbers of the smallest unit."""

    id: str
    amount: int


@dataclass(frozen=True)
class OrderView:
    """An order. Amounts in the smallest unit, times in Unix seconds.

    state: NOTPAY, USERPAYING, SUCCESS, REFUND, CLOSED, REVOKED or PAYERROR. notify_url: "" for quick pay, which is
    never notified. wallet: "mainland" or "hongkong", of a quick pay order from the start. fields: the request it came
    by. refunded: refunds taken in together, in fee_type. From transaction_id on: of the payment, "" and 0 before.
    rate: payer's currency per fee_type, times 10^8. coupons: what paid the rest of the price, see discounts.py.
    """

    id: int
    mch_id: str
    sub_mch_id: str
    appid: str
    sub_appid: str
    out_trade_no: str
    trade_type: str
    state: str
    total_fee: int
    fee_type: str
    body: str
    attach: str
    device_info: str
    notify_url: str
    sign_type: str
    fields: Mapping[str, str] = field(repr=False)
    prepay_id: str
    code_url: str
    mweb_url: str
    payer: str = field(repr=False)
    wallet: str
    queries_left: int
    placed_at: float
    expires_at: float
    reversed_at: float | None
    refunded: int
    cash_refunded: int
    transaction_id: str = ""
    openid: str = field(default="", repr=False)
    sub_openid: str = field(default="", repr=False)
    cash_fee: int = 0
    cash_fee_type: str = ""
    rate: int = 0
    bank_type: str = ""
    paid_at: float = 0.0
    coupons: tuple[Coupon, ...] = ()


@dataclass(frozen=True)
class RefundView:
    """A refund.

    status: PROCESSING, SUCCESS, CHANGE (it waits) or REFUNDCLOSE. succeeded_at: None until then. cash_refund_fee: in
    the payer's currency. notify_url: as sent, or "".
    """

    id: int
    order_id: int
    mch_id: str
    out_refund_no: str
    refund_id: str
    refund_fee: int
    cash_refund_fee: int
    status: str
    notify_url: str
    fields: Mapping[str, str] = field(repr=False)
    taken_at: float
    due_at: float
    succeeded_at: float | None
    coupons: tuple[Coupon, ...] = ()


@dataclass(frozen=True)
class PendingNotification:
    """A notification to deliver now. kind: "payment" or "refund". attempt: the number of this one, from 1.

    headers: makes those of API v3, which are signed when the message is sent; None: those of API v2. protocol: "v2",
    "v3" or "v3 probe".
    """

    id: int
    kind: str
    out_trade_no: str
    url: str
    body: bytes = field(repr=False)
    attempt: int
    headers: Callable[[], Mapping[str, str]] | None = field(default=None, repr=False)
    mch_id: str = ""
    protocol: str = "v2"
    forged: bool = False


@dataclass(frozen=True)
class AttemptView:
    """One attempt. status, answer: of HTTP, None and "" without an answer. reason: why it does not count, or ""."""

    made_at: float
    status: int | None
    answer: str
    reason: str


@dataclass(frozen=True)
class NotificationView:
    """A notification and what became of it. state: "waiting", "delivered" or "given up"; next_at: None unless waiting.

    forged: sent by a fault, with a signature that is not the gateway's. protocol: "v2", "v3" or "v3 probe".
    """

    id: int
    kind: str
    mch_id: str
    out_trade_no: str
    out_refund_no: str
    url: str
    body: bytes = field(repr=False)
    forged: bool
    protocol: str
    state: str
    queued_at: float
    next_at: float | None
    attempts: tuple[AttemptView, ...]


@dataclass(frozen=True)
class MessageView:
    """A request, a reply or a notification, with nothing in it that may not be shown.

    text: the message, or what it is when it cannot be shown field by field. signed_text: the text to sign with the key
    and sensitive values masked, "" where nothing is signed. computed, received: the signatures, their first characters.
    verdict: "right", "wrong", "not signed", "encrypted" or "unreadable"; why: more about it, or "".
    """

    text: str
    signed_text: str = ""
    sign_type: str = ""
    computed: str = ""
    received: str = ""
    verdict: str = "not signed"
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExchangeView:
    """One call of a merchant in a line. at: Unix seconds by the gateway's clock; milliseconds: it took, waits included.

    operation: its name, or the path of none. outcome: SUCCESS, its err_code, the return_msg of what was not
    understood, or what became of the connection. verdict: of the request's signature.
    """

    id: int
    at: float
    operation: str
    mch_id: str
    number: str
    status: int
    outcome: str
    good: bool
    verdict: str
    milliseconds: float
    certificate: bool
