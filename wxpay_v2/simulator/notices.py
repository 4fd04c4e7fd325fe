"""Notifications of payments and refunds: what they say, when they are sent, and when the gateway gives up.

Whatever was asked for in API v3 is notified in its form, signed when it is sent (see v3/messages.py); all else in API
v2's.

They are rows beside the orders, written in the transaction that they tell of, so that neither a crash nor a restart
loses one. The first attempt is made at once; after each wrong answer comes the next interval of the schedule, 15 in
all, 24 hours and 4 minutes, in both versions. A right answer is HTTP 200 with return_code SUCCESS, and in API v3 HTTP
200 or 204.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable

from sqlalchemy import func, insert, null, select, update

from wxpay_v2.errors import Malformed
from wxpay_v2.operation import GLOBAL, MD5
from wxpay_v2.secret import Secret
from wxpay_v2.simulator.accounts import Account
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import beijing, payment_fields
from wxpay_v2.simulator.effects.refunds import RECIPIENT, refund_account
from wxpay_v2.simulator.faults import Faults
from wxpay_v2.simulator.queries import Insertion, Query, given
from wxpay_v2.simulator.tables import attempts, notifications
from wxpay_v2.simulator.v3 import messages
from wxpay_v2.simulator.views import AttemptView, NotificationView, OrderView, PendingNotification, RefundView
from wxpay_v2.v2 import cipher, envelope, xml
from wxpay_v2.v2.catalogue.notifications import RETRY_SECONDS
from wxpay_v2.v2.signature import Signer

__all__ = [
    "PROBE", "V2", "V3", "answered", "due", "next_at", "queue", "queue_payment", "queue_refund", "queue_v3", "views",
]  # fmt: skip

V2, V3, PROBE = "v2", "v3", "v3 probe"
WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given up"
ANSWER_KEPT = 4096
MOST = 500
"""Notifications that `due` returns."""

_QUEUE = Insertion(notifications)
_TOLD = ("made_at", "status", "answer", "reason")
_ATTEMPT = Query(
    insert(attempts).from_select(
        ("notification_id", *_TOLD),
        select(notifications.c.id, *(given(name, attempts.c[name].type) for name in _TOLD)).where(
            notifications.c.id == given("which")
        ),
    )
)
_DUE = Query(
    select(
        *(
            notifications.c[name]
            for name in ("id", "kind", "out_trade_no", "url", "body", "attempts", "mch_id", "protocol", "forged")
        )
    )
    .where(notifications.c.next_at <= given("now"))
    .order_by(notifications.c.next_at, notifications.c.id)
    .limit(MOST)
)
_NEXT_AT = Query(select(func.min(notifications.c.next_at)))
_ATTEMPTS = Query(
    select(notifications.c.attempts, notifications.c.protocol).where(notifications.c.id == given("which"))
)
_DELIVER = Query(
    update(notifications)
    .where(notifications.c.id == given("which"), notifications.c.state == WAITING)
    .values(state=DELIVERED, attempts=notifications.c.attempts + 1, next_at=null())
)
_MARK = Query(
    update(notifications)
    .where(notifications.c.id == given("which"), notifications.c.state == WAITING)
    .values(state=given("after"), attempts=given("made"), next_at=given("following"))
)


def queue_payment(book: Book, account: Account, order: OrderView, faults: Faults) -> None:
    """Queue the notification of the payment of *order*, unless it names no address."""
    if "document" in order.fields:
        queue_v3(book, "payment", account, order, "", order.notify_url, faults, messages.of_payment(account, order))
        return
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
    queue(
        book, "payment", order, "", order.notify_url, faults, lambda: envelope.seal(message, account.signer(algorithm)),
        lambda: envelope.seal(message, Signer(_other_key(), algorithm)),
    )  # fmt: skip


def queue_refund(book: Book, account: Account, order: OrderView, refund: RefundView, faults: Faults) -> None:
    """Queue the notification of the finished *refund*, to its own address or the one set on the platform, if any."""
    url = refund.notify_url or account.refund_notify_url
    if "document" in refund.fields:
        told = messages.of_refund(account, order, refund)
        queue_v3(book, "refund", account, order, refund.out_refund_no, url, faults, told)
        return
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
        "success_time": f"{beijing(book.now):%Y-%m-%d %H:%M:%S}" if refund.status == "SUCCESS" else "",
        "refund_recv_accout": RECIPIENT,
        "refund_account": refund_account(refund),
        "refund_request_source": "API",
    }
    plain = xml.write({name: text for name, text in inner.items() if text}, root="root")

    def sealed(key: Secret) -> bytes:
        return xml.write({**_outer(order), "req_info": cipher.encrypt(plain, key)})

    queue(
        book, "refund", order, refund.out_refund_no, url, faults, lambda: sealed(account.api_key),
        lambda: sealed(_other_key()),
    )  # fmt: skip


def queue_v3(
    book: Book, kind: str, account: Account, order: OrderView, refund_no: str, url: str, faults: Faults,
    told: messages.Message,
) -> None:  # fmt: skip
    """Queue a notification of API v3."""
    key = account.api_v3_key
    if key is not None:  # without one the platform sends nothing
        queue(
            book, kind, order, refund_no, url, faults, lambda: messages.sealed(told, key, book.now),
            lambda: messages.sealed(told, _other_key(), book.now), protocol=V3,
        )  # fmt: skip


def _outer(order: OrderView) -> dict[str, str]:
    outer = {
        "return_code": "SUCCESS", "appid": order.appid, "mch_id": order.mch_id, "sub_appid": order.sub_appid,
        "sub_mch_id": order.sub_mch_id, "nonce_str": secrets.token_hex(16),
    }  # fmt: skip
    return {name: value for name, value in outer.items() if value}


def _other_key() -> Secret:
    return Secret(secrets.token_hex(16))


def queue(
    book: Book, kind: str, order: OrderView, refund_no: str, url: str, faults: Faults, genuine: Callable[[], bytes],
    forged: Callable[[], bytes], *, protocol: str = V2,
) -> None:  # fmt: skip
    """Queue a notification to *url*, if any. genuine, forged: make the message as the gateway, and as someone else.

    protocol: V2 or V3.
    """
    if not url or faults.take(kind, "no_notification"):
        return
    late = faults.take(kind, "late_notification")
    first = book.now + (late.seconds if late is not None else 0.0)
    bodies = [(genuine(), False, protocol)]
    if faults.take(kind, "duplicate_notification"):
        bodies *= 2
    if faults.take(kind, "forged_notification"):
        bodies.append((forged(), True, protocol))
    if protocol == V3 and faults.take(kind, "probe_notification"):
        bodies.insert(0, (genuine(), True, PROBE))
    for body, is_forged, spoken in bodies:
        book.access.send(
            _QUEUE, kind=kind, mch_id=order.mch_id, out_trade_no=order.out_trade_no, out_refund_no=refund_no, url=url,
            body=body, forged=is_forged, protocol=spoken, state=WAITING, queued_at=book.now, next_at=first,
        )  # fmt: skip


def due(book: Book) -> list[PendingNotification]:
    """Return what is to be sent now, longest due first; MOST at a time."""
    return [
        PendingNotification(
            number,
            kind,
            out_trade_no,
            url,
            bytes(body),
            made + 1,
            mch_id=mch_id,
            protocol=protocol,
            forged=bool(forged),
        )
        for number, kind, out_trade_no, url, body, made, mch_id, protocol, forged in book.access.rows(
            _DUE, now=book.now
        )
    ]


def next_at(book: Book) -> float | None:
    """Return when the next attempt is due, in Unix seconds; None when nothing waits."""
    row = book.access.row(_NEXT_AT)
    found: float | None = None if row is None else row[0]
    return found


def answered(book: Book, number: int, status: int | None, body: bytes, reason: str) -> None:
    """Take note of an attempt. status: None without an answer. reason: why none came, else "".

    A right answer ends it; after any other the next interval begins, or the gateway gives up. An attempt at what has
    ended is only recorded.
    """
    why, made = reason or _wrong(status, body, V2), 0
    if why:  # what is right in v2 is right in v3 as well
        row = book.access.row(_ATTEMPTS, which=number)
        if row is None:
            return
        why, made = reason or _wrong(status, body, row[1]), row[0] + 1
    if why:
        gives_up = made > len(RETRY_SECONDS)
        state, following = (GIVEN_UP, None) if gives_up else (WAITING, book.now + RETRY_SECONDS[made - 1])
        book.access.send(_MARK, which=number, after=state, made=made, following=following)
    else:
        book.access.send(_DELIVER, which=number)
    book.access.send(
        _ATTEMPT, which=number, made_at=book.now, status=status, reason=why[:ANSWER_KEPT],
        answer=body[:ANSWER_KEPT].decode("utf-8", "replace").replace("\0", "\ufffd"),
    )  # fmt: skip


def _wrong(status: int | None, body: bytes, protocol: str) -> str:
    """Return what is wrong with an answer, "" when it is right."""
    if protocol != V2:
        return "" if status in (200, 204) else f"HTTP {status}"
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
            out_refund_no=row.out_refund_no, url=row.url, body=bytes(row.body), forged=row.forged,
            protocol=row.protocol, state=row.state,
            queued_at=row.queued_at, next_at=row.next_at, attempts=tuple(made[row.id]),
        )
        for row in book.connection.execute(select(notifications).order_by(notifications.c.id))
    ]  # fmt: skip
