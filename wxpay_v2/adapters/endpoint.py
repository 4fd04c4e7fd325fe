"""Raw bytes in, an answer out: which merchant, genuine or not, proven, booked once, and only then SUCCESS.

The order of things is fixed: find the merchant by the ids in the body (not trusted), verify under that merchant's key,
prove a payment against the shop's own order, book it in one step with its effect, answer SUCCESS after the commit.
Whatever breaks before is answered FAIL, and the gateway asks again. No framework and no socket in here.
Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/In-AppPay/chapter8_7.shtml; threats: M1, M7, M8, M9.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from wxpay_v2 import telemetry
from wxpay_v2.adapters.booking import (
    ALARM,
    BOOKED,
    BUSY,
    PAYMENT,
    Booking,
    Entry,
    Store,
    closed_entry,
    event_entry,
    outside,
    payment_entry,
    pays,
)
from wxpay_v2.client import Core
from wxpay_v2.clock import Clock
from wxpay_v2.errors import ConfigurationError, Malformed, Mismatch, OutcomeUnknown, Rejected, quoted
from wxpay_v2.merchant import Merchant
from wxpay_v2.v2 import xml
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.v2.notification import Event, Reply, reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wxpay_v2.v2.payment import Payment

__all__ = [
    "MAX_BYTES", "Alarm", "Answer", "Desk", "Endpoint", "Opened", "Order", "answer", "answered", "awaits", "drop",
    "note",
]  # fmt: skip

T = TypeVar("T")

MAX_BYTES = xml.MAX_BYTES
SCAN = "native_scan"
_NUMBERS = ("mch_id", "out_trade_no", "transaction_id", "out_refund_no", "refund_id")


class Order(NamedTuple):
    """What an order costs by the shop's own books. total_fee: smallest unit of fee_type (ISO 4217)."""

    total_fee: int
    fee_type: str = "CNY"


class Answer(NamedTuple):
    """What goes back: HTTP status, headers, body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Alarm(NamedTuple):
    """What a person should look at: why, of which kind of notification, and its verified fields."""

    reason: str
    kind: str
    fields: Mapping[str, str]


Handler = Callable[[Booking], object]


class _Stop(Exception):
    """Not to be booked, and why. event: its name in the log."""

    def __init__(self, event: str, reason: str) -> None:
        super().__init__(reason)
        self.event = event


class Opened(NamedTuple):
    """A verified notification, and whose it is."""

    event: Event
    merchant: Merchant


class Desk:
    """What the blocking and the awaiting endpoint share: everything but the way handlers are called."""

    def __init__(
        self,
        merchants: Merchant | Core | Iterable[Merchant | Core],
        *,
        bookings: Store,
        order: Callable[[str, Merchant], Any] | None = None,
        on_paid: Handler | outside | None = None,
        on_refund: Handler | outside | None = None,
        on_event: Handler | outside | None = None,
        on_scan: Callable[[Booking], Any] | None = None,
        on_alarm: Callable[[Alarm], object] | None = None,
        deadline: float = notifications.ANSWER_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        if (on_paid is None) != (order is None):
            raise ConfigurationError("on_paid needs order, which says what an order costs, and order needs on_paid")
        functions = {
            "order": order, "on_paid": on_paid, "on_refund": on_refund, "on_event": on_event, "on_scan": on_scan,
        }  # fmt: skip
        if all(function is None for function in functions.values()):
            raise ConfigurationError("there is no handler", remedy="give order and on_paid, on_refund or on_event")
        for name, handler in functions.items():
            self._check(name, handler.handler if isinstance(handler, outside) else handler)
        if isinstance(deadline, bool) or not isinstance(deadline, (int, float)) or not 0 < deadline <= 60:
            raise ConfigurationError(f"deadline must be seconds above 0 and at most 60, got {quoted(deadline)}")
        if not callable(getattr(bookings, "book", None)):
            raise ConfigurationError(
                f"bookings must be a store of bookings, got {type(bookings).__name__}",
                remedy="give Bookings('sqlite:///bookings.db'), or MemoryBookings() in a test",
            )
        if isinstance(merchants, (Merchant, Core)):
            merchants = (merchants,)
        elif not isinstance(merchants, Iterable):
            raise ConfigurationError(f"merchants are Merchant or Client objects, got {type(merchants).__name__}")
        self._order = order
        self._on_paid, self._on_refund, self._on_event = on_paid, on_refund, on_event
        self._on_scan, self._on_alarm = on_scan, on_alarm
        self._bookings = bookings
        self._deadline = deadline
        self._clock = clock or Clock()
        self._openers: dict[str, dict[tuple[str, str], Core]] = {}
        for merchant in merchants:
            self.add(merchant)

    def add(self, merchant: Merchant | Core) -> None:
        """Take notifications for *merchant*, or for a client's, from now on; replaces one of the same ids."""
        if not isinstance(merchant, (Merchant, Core)):
            raise ConfigurationError(f"merchants are Merchant or Client objects, got {type(merchant).__name__}")
        opener = merchant if isinstance(merchant, Core) else Core(merchant)
        ours = opener.merchant
        known = {**self._openers.get(ours.mch_id, {}), (ours.appid, ours.sub_mch_id): opener}
        self._openers = {**self._openers, ours.mch_id: known}

    def refuse(self, reason: str) -> Answer:
        """Return the answer to a body that could not even be read, and log why."""
        return self._refused(Malformed(reason), b"<")

    def _refused(self, error: Rejected, body: bytes) -> Answer:
        told = {"error": type(error).__name__, "reason": error.message}
        telemetry.emit("notification.refused", told)
        return self._disbelieved(body)

    def _disbelieved(self, body: bytes) -> Answer:
        """Return the answer to what is not believed, in the form it has, as far as anybody here speaks that."""
        speaker = next((opener for opener in self._all() if opener.upgraded is not None), None)
        return answer("not accepted") if speaker is None else _sent(speaker.refusal(body, "not accepted"))

    def _all(self) -> Iterator[Core]:
        return (opener for known in self._openers.values() for opener in known.values())

    def _settle(self, merchant: Merchant, payment: Payment, fields: Mapping[str, str]) -> str:
        if self._on_paid is None:
            raise ConfigurationError("there is no on_paid")
        booking = Booking(PAYMENT, fields, merchant, payment=payment)
        return self._noted(self._book(payment_entry(payment, merchant), self._on_paid, booking), PAYMENT, fields)

    def _settle_closed(self, merchant: Merchant, out_trade_no: str) -> str:
        verdict = self._bookings.book(closed_entry(out_trade_no, merchant), lambda connection, attempt: None)
        return self._noted(verdict, PAYMENT, {"mch_id": merchant.mch_id, "out_trade_no": out_trade_no})

    def _noted(self, verdict: str, kind: str, fields: Mapping[str, str]) -> str:
        if verdict == ALARM:
            self._alarm("its subject is paid, closed or ended already; recorded, without effect", kind, fields)
        elif verdict == BUSY:
            note("notification.late", "another worker is at it", kind, fields)
        else:
            note("notification.booked" if verdict == BOOKED else "notification.duplicate", "", kind, fields)
        return verdict

    def _alarm(self, reason: str, kind: str, fields: Mapping[str, str]) -> None:
        note("notification.alarm", reason, kind, fields)
        if self._on_alarm is not None:
            try:
                self._result(self._on_alarm(Alarm(reason, kind, fields)))
            except Exception:
                telemetry.emit("notification.alarm_failed", {"kind": kind}, exc_info=True)

    def _check(self, name: str, handler: Any) -> None:
        if handler is not None and not callable(handler):
            raise ConfigurationError(f"{name} must be a function, got {type(handler).__name__}")

    def _result(self, value: Any, *, inside: bool = False) -> Any:
        """Return what a handler's return value comes to: itself, or what is awaited of it, unless *inside*."""
        raise NotImplementedError

    def _open(self, method: str, body: bytes, headers: Mapping[str, str] | None) -> Opened | Answer:
        """Verify *body*. Touches no store and calls no handler, so that forged ones cost next to nothing."""
        if method != "POST":
            return Answer(405, (("Allow", "POST"), ("Content-Type", "text/plain; charset=utf-8")), b"POST only\n")
        try:
            opener = self._opener_by_key(body, headers or {}) if body[:1] == b"{" else self._opener(xml.read(body))
        except Rejected as error:
            hint = "" if body else "; it is empty: something before the endpoint has read it"
            return self._refused(type(error)(error.message + hint), body)
        try:
            return Opened(opener.open_notification(body, headers), opener.merchant)
        except Rejected:  # and logged by the client
            return self._disbelieved(body)

    def _opener_by_key(self, body: bytes, headers: Mapping[str, str]) -> Core:
        """Return whose API v3 notification *body* is. Nothing outside its encrypted part says so: keys are tried."""
        refused: Rejected = Malformed("JSON, which is API v3's, and no client here has upgrade=")
        tried: list[object] = []
        for opener in self._all():
            upgraded = opener.upgraded
            if upgraded is None or any(upgraded.account is account for account in tried):
                continue
            tried.append(upgraded.account)
            try:
                told = upgraded.callback(body, headers).document
            except Rejected as error:
                refused = error
                continue
            names = {"mch_id": ("mchid", "sp_mchid"), "appid": ("appid", "sp_appid"), "sub_mch_id": ("sub_mchid",)}
            texts = {ours: [told[name] for name in theirs if name in told] for ours, theirs in names.items()}
            return self._opener({ours: found[0] for ours, found in texts.items() if found and type(found[0]) is str})
        raise refused

    def _opener(self, fields: Mapping[str, str]) -> Core:
        mch_id, appid = (fields.get(name) or fields.get(f"combine_{name}", "") for name in ("mch_id", "appid"))
        # News of risks is for the provider, whichever of its sub-merchants it is about.
        sub_mch_id = "" if notifications.kind_of(fields) == "risk_transactions" else fields.get("sub_mch_id", "")
        known = self._openers.get(mch_id, {})
        exact = known.get((appid, sub_mch_id))
        if exact is not None:
            return exact
        for (its_appid, its_sub), opener in known.items():  # some kinds do not name every id
            if appid in ("", its_appid) and sub_mch_id in ("", its_sub):
                return opener
        raise Mismatch(f"no merchant {quoted(mch_id)} with appid {quoted(appid)} and sub_mch_id {quoted(sub_mch_id)}")

    def _decide(self, opened: Opened, began: float) -> Answer:
        """Prove, book and answer what was opened; blocking. Whatever goes wrong is logged, and answered FAIL."""
        event, merchant = opened
        fields = {"mch_id": merchant.mch_id, **event.fields}
        try:
            if event.kind == SCAN:
                return self._scanned(event, merchant)
            verdict = self._book(*self._prepared(event, merchant))
        except _Stop as stop:
            if stop.event == "notification.alarm":
                self._alarm(str(stop), event.kind, event.fields)
            else:
                note(stop.event, str(stop), event.kind, fields)
            return answered(event, "not accepted")
        except Exception:
            reason = "the handler, order or the store raised"
            note("notification.failed", reason, event.kind, fields, exc_info=True)
            return answered(event, "failed")
        if self._noted(verdict, event.kind, fields) == BUSY:
            return answered(event, "busy")
        if self._clock.monotonic() - began > self._deadline:
            reason = "booked, but too late for the gateway to listen"
            note("notification.late", reason, event.kind, fields)
            return answered(event, "late")
        return answered(event)

    def _scanned(self, event: Event, merchant: Merchant) -> Answer:
        """Answer the scan of a code of mode 1 with the order that on_scan placed for it; nothing is booked."""
        if self._on_scan is None:
            raise _Stop("notification.unhandled", "there is no on_scan")
        try:
            prepay_id = self._result(self._on_scan(Booking(event.kind, event.fields, merchant)))
            return _sent(event.reply(prepay_id=prepay_id))
        except Exception:
            note("notification.failed", "on_scan raised", event.kind, event.fields, exc_info=True)
            return _sent(event.reply(success=False, message="no order"))

    def _prepared(self, event: Event, merchant: Merchant) -> tuple[Entry, Handler | outside, Booking]:
        failed = event.kind != PAYMENT and event.fields.get("trade_state") != "SUCCESS"  # a payment is told when paid
        if pays(event) and not failed:
            handler, payment = self._on_paid, self._proven(event, merchant)
            entry = payment_entry(payment, merchant)
        else:
            handler, payment = (event.kind == "refund" and self._on_refund) or self._on_event, None
            entry = event_entry(event, merchant)
        if handler is None:
            raise _Stop("notification.unhandled", f"there is no handler for {event.kind} notifications")
        return entry, handler, Booking(event.kind, event.fields, merchant, payment=payment, hint=event.hint)

    def _proven(self, event: Event, merchant: Merchant) -> Payment:
        """Return what *event* proves for the order as the shop knows it."""
        if self._order is None:
            raise _Stop("notification.unhandled", "there is no on_paid")
        number = event.fields.get("out_trade_no", "")
        order = self._result(self._order(number, merchant))
        if order is None:
            raise _Stop("notification.alarm", "the shop knows no such order")
        if not isinstance(order, Order):
            raise ConfigurationError(f"order must return an Order or None, got {type(order).__name__}")
        try:
            return event.paid(out_trade_no=number, total_fee=order.total_fee, fee_type=order.fee_type)
        except (Mismatch, OutcomeUnknown) as error:
            raise _Stop("notification.alarm", error.message) from None

    def _book(self, entry: Entry, handler: Handler | outside, booking: Booking) -> str:
        act = handler.handler if isinstance(handler, outside) else handler
        apart = isinstance(handler, outside) or awaits(act)

        def effect(connection: Any, attempt: int) -> None:
            booking.connection, booking.attempt = connection, attempt
            self._result(act(booking), inside=not apart)

        return self._bookings.book(entry, effect, outside=apart)


class Endpoint(Desk):
    """The notify_url of one or many merchants. Safe for threads.

    merchants: Merchant or Client objects, one or several. bookings: a `Store`. order(out_trade_no, merchant) returns
    the `Order` as the shop's own books know it, or None; a payment is only booked when it matches. on_paid(booking):
    an order is paid; ``booking.payment`` is the proof. on_refund(booking): a refund may have ended: query it.
    on_event(booking): every other kind, and refunds without on_refund. on_scan(booking) returns the prepay_id of an
    order for the scanned code (mode 1); a scan is not booked. Handlers run inside the store's transaction unless
    marked `outside`; what they raise undoes the booking, and the gateway asks again. on_alarm(alarm): what a
    person should look at; it is logged as well. deadline: seconds after which the gateway no longer listens.

    Raises ConfigurationError for what cannot work, before the first notification.
    """

    def handle(self, method: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a request. body: as it was posted, unparsed; read at most MAX_BYTES + 1 of it.

        headers: of the request, names in any case; the notifications of API v3 are signed there.
        """
        began = self._clock.monotonic()
        opened = self._open(method, body, headers)
        return opened if isinstance(opened, Answer) else self._decide(opened, began)

    def settle(self, merchant: Merchant, payment: Payment, fields: Mapping[str, str]) -> str:
        """Book *payment*, which a query has proven, as its notification would be: one effect for both.

        fields: the query's answer, for the handler. Returns "booked", "duplicate", "alarm" or "busy". Raises what the
        handler or the store raises, ConfigurationError when there is no on_paid.
        """
        return self._settle(merchant, payment, fields)

    def settle_closed(self, merchant: Merchant, out_trade_no: str) -> str:
        """Book that an order was closed unpaid: a payment of it that is heard of later is an alarm."""
        return self._settle_closed(merchant, out_trade_no)

    def alarm(self, reason: str, kind: str, fields: Mapping[str, str]) -> None:
        """Tell the log and on_alarm that a person should look at something."""
        self._alarm(reason, kind, fields)

    def _check(self, name: str, handler: Any) -> None:
        super()._check(name, handler)
        if awaits(handler):
            raise ConfigurationError(f"{name} is a coroutine function", remedy="use AsyncEndpoint")

    def _result(self, value: Any, *, inside: bool = False) -> Any:
        if inspect.isawaitable(value):
            drop(value)
            raise ConfigurationError("a handler returned an awaitable", remedy="use AsyncEndpoint")
        return value


def awaits(function: Any) -> bool:
    """True for a coroutine function, and for an object that is called like one."""
    if inspect.iscoroutinefunction(function):
        return True
    return callable(function) and inspect.iscoroutinefunction(type(function).__call__)


def drop(value: object) -> None:
    """End a coroutine that nobody will await, so that Python does not warn of it."""
    if inspect.iscoroutine(value):
        value.close()


def note(event: str, reason: str, kind: str, fields: Mapping[str, str], *, exc_info: bool = False) -> None:
    told = {"kind": kind, **{name: fields[name] for name in _NUMBERS if fields.get(name)}}
    telemetry.emit(event, {**told, "reason": reason} if reason else told, exc_info=exc_info)


def answer(failure: str = "") -> Answer:
    """Return SUCCESS, or FAIL with a word for the gateway's log."""
    return _sent(reply(success=not failure, message=failure or "OK"))


def answered(event: Event, failure: str = "") -> Answer:
    """Return the same for *event*, in its own form."""
    return _sent(event.acknowledgement(failure))


def _sent(told: Reply) -> Answer:
    return Answer(told.status, (("Content-Type", told.content_type),), told.body)
