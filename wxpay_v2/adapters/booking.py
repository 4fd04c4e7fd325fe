"""What is booked, and the rule of it: one effect per event, whoever asks and however often (threats: M7, M8, M9).

An `Entry` belongs to a subject, such as the order that was paid. The same event again is a duplicate. Once a final
entry of a subject is there (the order is paid, the contract has ended), nothing else about it takes effect: another
payment of a paid order, and news that comes too late, are kept as alarms for a person to look at.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from wxpay_v2.clock import Clock
from wxpay_v2.errors import InvalidRequest
from wxpay_v2.secret import redacted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from wxpay_v2.merchant import Merchant
    from wxpay_v2.v2.notification import Event
    from wxpay_v2.v2.payment import Payment

__all__ = [
    "ALARM", "BOOKED", "BUSY", "CLOSED", "DONE", "DUPLICATE", "PAYMENT", "PENDING", "RESOLVED", "Booking", "Entry",
    "MemoryBookings", "Store", "as_alarm", "checked_number", "closed_entry", "decide", "event_entry", "outside",
    "payment_entry", "pays",
]  # fmt: skip

# What became of a call of Store.book.
BOOKED, DUPLICATE, BUSY = "booked", "duplicate", "busy"
# States of an entry; ALARM is also an answer of Store.book.
PENDING, DONE, ALARM, RESOLVED = "pending", "done", "alarm", "resolved"
PAYMENT = "payment"
CLOSED = "closed"  # stands where a transaction_id would: the order was closed, and must not be paid any more

# kind: (the field that names the subject, the field that tells its state, the states after which nothing follows).
_LAST_NEWS = {"papay_contract": ("contract_id", "change_type", ("DELETE",))}
# Differ between two deliveries of the same news, or say nothing about it.
_NOT_NEWS = ("nonce_str", "return_code", "return_msg", "sign", "sign_type")
_LONGEST = 64


@dataclass(frozen=True)
class Entry:
    """One thing that was, or is to be, booked.

    kind: of the notification. subject: what it is about (out_trade_no of a payment). identity: which news of it
    (transaction_id of a payment). final: nothing follows it. out_trade_no: "" where the news names none. total_fee:
    smallest unit of fee_type; of payments. state: "pending" (the effect is under way or was cut off), "done", "alarm"
    (recorded, without effect; reason says why) or "resolved" (somebody took care of it). number: counts the entries of
    the subject from 1. attempts: how often its effect was begun. busy_until, booked_at: Unix seconds.
    """

    mch_id: str
    kind: str
    subject: str
    identity: str
    final: bool = False
    out_trade_no: str = ""
    total_fee: int | None = None
    fee_type: str = ""
    state: str = DONE
    reason: str = ""
    number: int = 0
    attempts: int = 0
    busy_until: float = 0.0
    booked_at: float = 0.0


class Booking:
    """What a handler is given: the news that is being booked right now.

    kind: of the notification. fields: verified text as on the wire. merchant: whose it is. payment: what is proven,
    of a payment; else None. hint: True for what must be confirmed by a query before money moves (refunds).
    connection: of the transaction that commits the entry and the effect together; None for a handler that runs
    `outside` of it. attempt: 1, or more when the handler began before and did not end. Prints masked.
    """

    __slots__ = ("attempt", "connection", "fields", "hint", "kind", "merchant", "payment")

    def __init__(
        self,
        kind: str,
        fields: Mapping[str, str],
        merchant: Merchant,
        *,
        payment: Payment | None = None,
        hint: bool = False,
        connection: Any = None,
        attempt: int = 1,
    ) -> None:
        self.kind = kind
        self.fields = fields
        self.merchant = merchant
        self.payment = payment
        self.hint = hint
        self.connection = connection
        self.attempt = attempt

    def __repr__(self) -> str:
        return f"<Booking {self.kind} {redacted(self.fields)}>"


class Store(Protocol):
    """Where entries are kept. Bring your own by writing these four methods; `decide` is the rule they follow."""

    def book(self, entry: Entry, effect: Callable[[Any, int], object], *, outside: bool = False) -> str:
        """Keep *entry* in one atomic step and let *effect* happen once; return BOOKED, DUPLICATE, ALARM or BUSY.

        effect(connection, attempt): inside, it shares the transaction: both are durable on return, or neither. outside:
        the entry is durable as pending before, and as done after it; who finds it pending for too long begins it anew.
        What *effect* raises comes out.
        """

    def find(self, out_trade_no: str, mch_id: str = "") -> list[Entry]:
        """Return the entries about an order, oldest first; mch_id: of one merchant only."""

    def unresolved(self) -> list[Entry]:
        """Return what somebody should look at, oldest first: every alarm, and what has been pending for too long."""

    def resolve(self, entry: Entry) -> None:
        """Take note that an entry of `unresolved` was dealt with; it will not be begun anew."""


class outside:
    """Mark a handler as one whose effect lies outside the database: at least once instead of exactly once.

    ``on_refund=outside(ask_gateway)``, or as a decorator. The handler is called with connection None, and again
    (attempt 2, 3, ...) when a worker died under it or it raised.
    """

    def __init__(self, handler: Callable[[Booking], object]) -> None:
        self.handler = handler


def decide(entries: Sequence[Entry], entry: Entry, now: float) -> tuple[str, Entry | None]:
    """Return what is to become of *entry* among the *entries* of its subject, and the one of them that says so.

    (BOOKED, None): append it. (BOOKED, kept): its worker is gone; begin *kept* anew. (DUPLICATE, kept): nothing to
    do. (BUSY, kept): another worker is at it. (ALARM, None): append it as an alarm. (ALARM, kept): it is one already.
    """
    for kept in entries:
        if kept.identity == entry.identity:
            if kept.state == ALARM:
                return ALARM, kept
            if kept.state != PENDING:
                return DUPLICATE, kept
            return (BUSY if now < kept.busy_until else BOOKED), kept
    if any(kept.final and kept.state != ALARM for kept in entries):
        return ALARM, None
    return BOOKED, None


def as_alarm(entry: Entry, entries: Sequence[Entry]) -> Entry:
    """Return *entry* as the alarm that `decide` asked for, with a reason in words."""
    last = next(kept for kept in entries if kept.final and kept.state != ALARM)
    if entry.kind != PAYMENT or not entry.final:
        reason = "late news: the subject has come to its end"
    elif last.identity == CLOSED:
        reason = "a payment of an order that was closed"
    elif entry.identity == CLOSED:
        reason = "closed, and paid before that"
    else:
        reason = f"double payment: paid before by {last.identity}"
    return replace(entry, state=ALARM, reason=reason)


def payment_entry(payment: Payment, merchant: Merchant) -> Entry:
    """Return the entry of a proven payment: keyed by (mch_id, out_trade_no, transaction_id), and final."""
    return Entry(
        merchant.mch_id, PAYMENT, payment.out_trade_no, _short(payment.transaction_id), final=True,
        out_trade_no=payment.out_trade_no, total_fee=payment.total_fee, fee_type=payment.fee_type,
    )  # fmt: skip


def closed_entry(out_trade_no: str, merchant: Merchant) -> Entry:
    """Return the entry of an order that was closed unpaid: a payment that shows up after it is an alarm."""
    return Entry(merchant.mch_id, PAYMENT, out_trade_no, CLOSED, final=True, out_trade_no=out_trade_no)


def event_entry(event: Event, merchant: Merchant) -> Entry:
    """Return the entry of an event that is no payment, keyed by its row's key, or by all that it says.

    Who knows old hints can make new ones (threats: M6). Everything in a hint is its identity, so that a false one never
    stands in the way of the true one; and no hint is final.
    """
    fields, row = event.fields, event.row
    key = tuple(field.name for field in row.decrypted) if event.hint else row.key
    told = {name: fields.get(name, "") for name in key} or {
        name: text for name, text in fields.items() if name not in _NOT_NEWS
    }
    identity = hashlib.sha256(json.dumps(sorted(told.items())).encode()).hexdigest()
    if pays(event):  # of a payment that failed: it must not undo one that was booked
        return Entry(
            merchant.mch_id, PAYMENT, _short(fields.get("out_trade_no", "")), identity,
            out_trade_no=_short(fields.get("out_trade_no", "")),
        )  # fmt: skip
    about, state, last = _LAST_NEWS.get(event.kind, ("", "", ()))
    return Entry(
        merchant.mch_id, _short(event.kind), _short(fields.get(about, "")) or identity, identity,
        final=not event.hint and fields.get(state) in last, out_trade_no=_short(fields.get("out_trade_no", "")),
    )  # fmt: skip


def pays(event: Event) -> bool:
    """True for kinds that tell of one payment, done or failed, and can prove it: a payment, a deduction."""
    return bool(event.row.proof) and not event.hint


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else hashlib.sha256(text.encode()).hexdigest()


def checked_number(name: str, value: object) -> str:
    """Return *value* if it is a text that can be looked for. Raises InvalidRequest."""
    if not isinstance(value, str) or not value.isprintable():
        raise InvalidRequest(f"{name} must be a printable text, got {type(value).__name__}")
    return value


class MemoryBookings:
    """A Store for tests: gone with its process, and a handler inside of it has no transaction. Safe for threads.

    lease: seconds after which a pending effect counts as cut off.
    """

    def __init__(self, *, lease: float = 60.0, clock: Clock | None = None) -> None:
        self._entries: dict[tuple[str, str, str], list[Entry]] = {}
        self._lease = lease
        self._clock = clock or Clock()
        self._turn = threading.RLock()

    def book(self, entry: Entry, effect: Callable[[Any, int], object], *, outside: bool = False) -> str:
        with self._turn:
            entries = self._entries.setdefault((entry.mch_id, entry.kind, entry.subject), [])
            now = self._clock.time()
            verdict, kept = decide(entries, entry, now)
            if verdict == ALARM and kept is None:
                entries.append(replace(as_alarm(entry, entries), number=len(entries) + 1, booked_at=now))
            if verdict != BOOKED:
                return verdict
            claimed = replace(
                kept or replace(entry, number=len(entries) + 1, booked_at=now), state=PENDING,
                attempts=kept.attempts + 1 if kept else 1, busy_until=now + self._lease,
            )  # fmt: skip
            entries[claimed.number - 1 :] = [claimed, *entries[claimed.number :]]
            if not outside:
                try:
                    effect(None, claimed.attempts)
                except BaseException:
                    entries[claimed.number - 1 :] = [*([kept] if kept else []), *entries[claimed.number :]]
                    raise
                entries[claimed.number - 1] = replace(claimed, state=DONE)
                return BOOKED
        try:
            effect(None, claimed.attempts)
        except BaseException:
            self._change(claimed, PENDING)
            raise
        self._change(claimed, DONE)
        return BOOKED

    def _change(self, claimed: Entry, state: str) -> None:
        with self._turn:
            entries = self._entries[claimed.mch_id, claimed.kind, claimed.subject]
            if entries[claimed.number - 1] == claimed:  # nobody took it over
                entries[claimed.number - 1] = replace(claimed, state=state, busy_until=0.0)

    def find(self, out_trade_no: str, mch_id: str = "") -> list[Entry]:
        checked_number("out_trade_no", out_trade_no)
        return [one for one in self._all() if one.out_trade_no == out_trade_no and mch_id in ("", one.mch_id)]

    def unresolved(self) -> list[Entry]:
        now = self._clock.time()
        return [one for one in self._all() if one.state == ALARM or (one.state == PENDING and one.busy_until <= now)]

    def resolve(self, entry: Entry) -> None:
        with self._turn:
            entries = self._entries.get((entry.mch_id, entry.kind, entry.subject), [])
            for place, kept in enumerate(entries):
                if kept.number == entry.number and kept.state in (PENDING, ALARM):
                    entries[place] = replace(kept, state=RESOLVED)

    def _all(self) -> list[Entry]:
        with self._turn:
            return sorted(
                (entry for entries in self._entries.values() for entry in entries), key=lambda one: one.booked_at
            )
