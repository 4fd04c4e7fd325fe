"""Notifications of payments and refunds: what they say, when they are sent, and when the gateway gives up.

They are rows beside the orders, written in the transaction that they tell of, so that neither a crash nor a restart
loses one. The first attempt is made at once; after each wrong answer comes the next interval of the schedule, 15 in
all, 24 hours and 4 minutes. A right answer is HTTP 200 with return_code SUCCESS.
"""

from __future__ import annotations

import secrets
from collections import defaultdict

from sqlalchemy import ColumnElement, func, insert, select, update

from wxpay_v2.errors import Malformed
from wxpay_v2.operation import GLOBAL, MD5
from wxpay_v2.secret import Secret
from wxpay_v2.simulator.accounts import Account
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import beijing, payment_fields
from wxpay_v2.simulator.effects.refunds import RECIPIENT, refund_account
from wxpay_v2.simulator.faults import Faults
from wxpay_v2.simulator.tables import attempts, notifications
from wxpay_v2.simulator.views import AttemptView, NotificationView, OrderView, PendingNotification, RefundView
from wxpay_v2.v2 import cipher, envelope, xml
from wxpay_v2.v2.catalogue.notifications import RETRY_SECONDS
from wxpay_v2.v2.signature import Signer

__all__ = ["answered", "due", "next_at", "queue_payment", "queue_refund", "views"]

WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given up"
ANSWER_KEPT = 4096


def queue_payment(book: Book, account: Account, order: OrderView, faults: Faults) -> None:
    """Queue the notification of the payment of *order*, unless it names no address."""
    message = {
        **_outer(order),
        "device_info": order.device_info,
        "sign_type": order.sign_type,
        "result_code": "SUCCESS",
        **payment_fields(order),
    }
    if account.region != GLOBAL:
        del message["rate"]
    message = {name: value for name, value in message.items() if value}
    algorithm = order.sign_type or MD5
    genuine = envelope.seal(message, account.signer(algorithm))
    forged = envelope.seal(message, Signer(_other_key(), algorithm))
    _queue(book, "payment", order, "", order.notify_url, genuine, forged, faults)


def queue_refund(book: Book, account: Account, order: OrderView, refund: RefundView, faults: Faults) -> None:
    """Queue the notification of the finished *refund*, to its own address or the one set on the platform, if any."""
    inner = {
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "total_fee": str(order.total_fee),
        "settlement_total_fee": str(order.total_fee),
        "refund_fee": str(refund.refund_fee),
        "settlement_refund_fee": str(refund.refund_fee),
        "cash_refund_fee": str(refund.cash_refund_fee),
        "refund_status": refund.status,
        "success_time": f"{beijing(book.now):%Y-%m-%d %H:%M:%S}",
        "refund_recv_accout": RECIPIENT,
        "refund_account": refund_account(refund),
        "refund_request_source": "API",
    }
    plain = xml.write(inner, root="root")
    genuine, forged = (
        xml.write({**_outer(order), "req_info": cipher.encrypt(plain, key)}) for key in (account.api_key, _other_key())
    )
    url = refund.notify_url or account.refund_notify_url
    _queue(book, "refund", order, refund.out_refund_no, url, genuine, forged, faults)


def _outer(order: OrderView) -> dict[str, str]:
    outer = {
        "return_code": "SUCCESS", "appid": order.appid, "mch_id": order.mch_id, "sub_appid": order.sub_appid,
        "sub_mch_id": order.sub_mch_id, "nonce_str": secrets.token_hex(16),
    }  # fmt: skip
    return {name: value for name, value in outer.items() if value}


def _other_key() -> Secret:
    return Secret(secrets.token_hex(16))


def _queue(
    book: Book, kind: str, order: OrderView, refund_no: str, url: str, genuine: bytes, forged: bytes, faults: Faults
) -> None:
    if not url or faults.take(kind, "no_notification"):
        return
    late = faults.take(kind, "late_notification")
    first = book.now + (late.seconds if late is not None else 0.0)
    bodies = [(genuine, False)]
    if faults.take(kind, "duplicate_notification"):
        bodies.append((genuine, False))
    if faults.take(kind, "forged_notification"):
        bodies.append((forged, True))
    for body, is_forged in bodies:
        book.connection.execute(
            insert(notifications).values(
                kind=kind, mch_id=order.mch_id, out_trade_no=order.out_trade_no, out_refund_no=refund_no, url=url,
                body=body, forged=is_forged, state=WAITING, queued_at=book.now, next_at=first,
            )
        )  # fmt: skip


def due(book: Book) -> list[PendingNotification]:
    """Return what is to be sent now, longest due first."""
    rows = book.connection.execute(
        select(notifications)
        .where(notifications.c.next_at <= book.now)
        .order_by(notifications.c.next_at, notifications.c.id)
    )
    return [
        PendingNotification(row.id, row.kind, row.out_trade_no, row.url, bytes(row.body), row.attempts + 1)
        for row in rows
    ]


def next_at(book: Book) -> float | None:
    """Return when the next attempt is due, in Unix seconds; None when nothing waits."""
    found: float | None = book.connection.execute(select(func.min(notifications.c.next_at))).scalar()
    return found


def answered(book: Book, number: int, status: int | None, body: bytes, reason: str) -> None:
    """Take note of an attempt. status: None without an answer. reason: why none came, else "".

    A right answer ends it; after any other the next interval begins, or the gateway gives up. An attempt at what has
    ended is only recorded.
    """
    row = book.connection.execute(select(notifications).where(notifications.c.id == number)).one_or_none()
    if row is None:
        return
    why = reason or _wrong(status, body)
    book.connection.execute(
        insert(attempts).values(
            notification_id=number, made_at=book.now, status=status, reason=why[:ANSWER_KEPT],
            answer=body[:ANSWER_KEPT].decode("utf-8", "replace").replace("\0", "\ufffd"),
        )
    )  # fmt: skip
    made = row.attempts + 1
    if not why:
        state, following = DELIVERED, None
    elif made > len(RETRY_SECONDS):
        state, following = GIVEN_UP, None
    else:
        state, following = WAITING, book.now + RETRY_SECONDS[made - 1]
    waiting: ColumnElement[bool] = notifications.c.state == WAITING
    book.connection.execute(
        update(notifications)
        .where(notifications.c.id == number, waiting)
        .values(state=state, attempts=made, next_at=following)
    )


def _wrong(status: int | None, body: bytes) -> str:
    """Return what is wrong with an answer, "" when it is right."""
    if status != 200:
        return f"HTTP {status}"
    try:
        fields = xml.read(body)
    except Malformed as error:
        return f"the answer is not XML: {error.message}"
    return "" if fields.get("return_code") == "SUCCESS" else "return_code is not SUCCESS"


def views(book: Book) -> list[NotificationView]:
    """Return every notification with its attempts, oldest first."""
    made: dict[int, list[AttemptView]] = defaultdict(list)
    for row in book.connection.execute(select(attempts).order_by(attempts.c.id)):
        made[row.notification_id].append(AttemptView(row.made_at, row.status, row.answer, row.reason))
    return [
        NotificationView(
            id=row.id, kind=row.kind, mch_id=row.mch_id, out_trade_no=row.out_trade_no,
            out_refund_no=row.out_refund_no, url=row.url, body=bytes(row.body), forged=row.forged, state=row.state,
            queued_at=row.queued_at, next_at=row.next_at, attempts=tuple(made[row.id]),
        )
        for row in book.connection.execute(select(notifications).order_by(notifications.c.id))
    ]  # fmt: skip
