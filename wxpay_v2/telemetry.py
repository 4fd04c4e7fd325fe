"""What happens, for those who operate it: log records with stable names, and OpenTelemetry spans.

Records go to the logger ``wxpay_v2``. Each has ``event`` (a name of `EVENTS`) and ``wxpay`` (its fields, redacted); its
text is ``event name=value ...``. Spans are made once the application has set OpenTelemetry up; this library does not
import it by itself. Nothing is put together that nobody listens to.
"""

from __future__ import annotations

import sys

from wxpay_v2.errors import NotSent, OutcomeUnknown, Refused, WXPayError
from wxpay_v2.secret import redacted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from logging import Logger
    from typing import Any, ParamSpec, TypeVar

    from wxpay_v2.call import Request

    P = ParamSpec("P")
    T = TypeVar("T")

__all__ = ["EVENTS", "Watch", "emit", "listening", "opened"]

DEBUG, INFO, WARNING, ERROR = 10, 20, 30, 40  # as in logging, whose import costs more than the whole client's

EVENTS: dict[str, tuple[int, str]] = {
    "call.sent": (DEBUG, "A request goes out: operation, host, attempt, the numbers, fields (redacted)."),
    "call.answered": (INFO, "The call was done: operation, host, attempts, seconds, the numbers."),
    "call.refused": (INFO, "The gateway answered no: the same, err_code, reason, authenticated."),
    "call.unknown": (WARNING, "Nobody can say whether it was done: the same, err_code, reason, query."),
    "call.not_sent": (WARNING, "Nothing left this machine: the same, reason."),
    "call.retried": (INFO, "An attempt failed and is repeated: operation, host, attempt, reason, pause in seconds."),
    "call.callback_failed": (WARNING, "The caller's on_unknown raised: operation, the numbers."),
    "host.changed": (WARNING, "A host failed and its reserve serves: host, reserve, for_reads_only."),
    "host.restored": (INFO, "The first host serves again: host."),
    "certificate.expires": (WARNING, "30, 14, 7 or 1 days are left, or none: serial, not_after, days."),
    "certificate.changed": (INFO, "Another certificate is shown from now on: serial, previous, reason."),
    "certificate.refused": (WARNING, "The gateway did not take the certificate: serial, reason."),
    "notification.booked": (INFO, "Its effect is durable: kind, the numbers."),
    "notification.duplicate": (INFO, "It was booked before: kind, the numbers."),
    "notification.accepted": (INFO, "A notification is authentic and ours: kind, the numbers."),
    "notification.refused": (WARNING, "A notification is not: error (its kind), reason."),
    "notification.late": (WARNING, "It was not booked in time, and is asked for again: kind, the numbers, reason."),
    "notification.failed": (ERROR, "The shop's handler raised: kind, the numbers, reason."),
    "notification.unhandled": (ERROR, "The shop has no handler for it: kind, the numbers, reason."),
    "notification.alarm": (ERROR, "Authentic, and not what the shop expects: kind, the numbers, reason."),
    "notification.alarm_failed": (ERROR, "The shop's on_alarm raised."),
    "flow.began": (INFO, "A flow begins: flow, the number."),
    "flow.state": (INFO, "What the flow learnt or does: flow, the number, state."),
    "flow.ended": (INFO, "The flow is over: flow, the number, outcome, seconds."),
    "flow.callback_failed": (WARNING, "The caller's on_state raised; the flow goes on: state."),
    "upgrade.route": (INFO, "A call takes API v2 or v3: operation, protocol, reason, the numbers."),
    "upgrade.settings_refused": (WARNING, "Percentages cannot be read and stay; or the switch, then on: reason."),
    "upgrade.not_recorded": (WARNING, "The store of origins failed after the call: reason, records."),
}
"""Every event: its level and what its record holds."""

_NUMBERS = ("mch_id", "out_trade_no", "transaction_id", "out_refund_no", "refund_id")
_LONGEST = 256

_log: Logger | None = None


def _logger() -> Logger:
    global _log
    if _log is None:
        import logging

        _log = logging.getLogger("wxpay_v2")
    return _log


def listening(event: str) -> bool:
    """Return whether a record of *event* would go anywhere; ask before putting costly fields together."""
    return (_log or _logger()).isEnabledFor(EVENTS[event][0])


def emit(event: str, fields: Mapping[str, Any], *, exc_info: bool = False) -> None:
    """Log *event*, one of `EVENTS`, with *fields*: redacted by their names here."""
    log = _log or _logger()
    level = EVENTS[event][0]
    if not log.isEnabledFor(level):
        return
    shown: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, (bool, int, float)):
            shown[name] = value
        elif name == "fields":
            shown[name] = redacted(value)
        else:
            shown[name] = redacted({name: value})[name][:_LONGEST]
    template = "".join([event, *(f" {name}=%s" for name in shown)])
    extra = {"event": event, "wxpay": shown}
    log.log(level, template, *map(_text, shown.values()), extra=extra, exc_info=exc_info, stacklevel=2)


def _text(value: object) -> str:
    """Return *value* for one line of text: quoted where it is not one plain word."""
    if isinstance(value, float):
        return f"{value:.3f}"
    text = str(value)
    plain = text and text.isprintable() and not set(" \"'=") & set(text)
    return text if plain else repr(text)


def _reason(error: BaseException, request: Request | None) -> str:
    """Return what *error* says, without the sensitive values of its request that the gateway may have repeated."""
    if not isinstance(error, WXPayError):
        return type(error).__name__
    said = error.message
    if request is not None:
        covered = redacted(request.fields)
        for name, value in request.fields.items():
            if covered[name] != value and len(value) > 3:
                said = said.replace(value, covered[name])
    return said


class Watch:
    """One call, as its log records and its span tell it.

    request: as built. region: "global" or "mainland". now: monotonic seconds.
    """

    __slots__ = ("_began", "_host", "_now", "_region", "_request", "_span", "attempts")

    def __init__(self, request: Request, region: str, now: Callable[[], float]) -> None:
        self._request = request
        self._region = region
        self._now = now
        self._began = now()
        self._host = ""
        self._span = _span(f"wxpay {self._name}", "CLIENT") if _TRACE in sys.modules else None
        self.attempts = 0

    @property
    def _name(self) -> str:
        row = self._request.operation
        return row.name if row is not None else self._request.path

    @property
    def _numbers(self) -> dict[str, str]:
        row, fields = self._request.operation, self._request.fields
        return {name: fields[name] for name in (row.numbers if row is not None else ()) if name in fields}

    def sent(self, request: Request) -> None:
        """An attempt goes out."""
        self.attempts += 1
        self._host = request.host.partition("//")[2]
        if (_log or _logger()).isEnabledFor(DEBUG):
            told = {"operation": self._name, "host": self._host, "attempt": self.attempts}
            emit("call.sent", {**told, **self._numbers, "fields": request.fields})
        if self._span is not None:
            self._span.add_event("attempt", {"wxpay.host": self._host, "wxpay.attempt": self.attempts})

    def retried(self, error: BaseException, pause: float) -> None:
        """The attempt failed, and another follows after *pause* seconds."""
        if listening("call.retried"):
            told = {"operation": self._name, "host": self._host, "attempt": self.attempts}
            emit("call.retried", {**told, **self._numbers, "reason": self._reason(error), "pause": pause})

    def answered(self) -> None:
        """The call was done."""
        if (_log or _logger()).isEnabledFor(INFO):
            emit("call.answered", self._ended())
        if self._span is not None:
            self._end("answered")

    def failed(self, error: BaseException) -> None:
        """The call ends with *error*; what is none of ours (a test's, an interruption) leaves the outcome unknown."""
        outcome, more = "unknown", {}
        err_code = getattr(error, "err_code", "")
        if isinstance(error, Refused):
            outcome, more = "refused", {"err_code": err_code, "authenticated": error.authenticated}
        elif isinstance(error, NotSent):
            outcome = "not_sent"
        elif isinstance(error, OutcomeUnknown):
            more = {"err_code": err_code, "query": error.query}
        if listening(f"call.{outcome}"):
            emit(f"call.{outcome}", {**self._ended(), **more, "reason": self._reason(error)})
        if self._span is not None:
            self._end(outcome, err_code)

    def current(self) -> Any:
        """Make the span the current one, while the transport works; returns what `release` takes."""
        return None if self._span is None else _attach(self._span)

    @staticmethod
    def release(token: Any) -> None:
        """Undo `current`."""
        if token is not None:
            sys.modules["opentelemetry.context"].detach(token)

    def _reason(self, error: BaseException) -> str:
        return _reason(error, self._request)

    def _ended(self) -> dict[str, Any]:
        seconds = self._now() - self._began
        told = {"operation": self._name, "host": self._host, "attempts": self.attempts, "seconds": seconds}
        return {**told, **self._numbers}

    def _end(self, outcome: str, err_code: str = "") -> None:
        attributes = {"operation": self._name, "region": self._region, "host": self._host, "attempts": self.attempts}
        _finish(
            self._span, {**attributes, "outcome": outcome, "err_code": err_code}, outcome in ("unknown", "not_sent")
        )


def opened(open_: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Return ``open_(*args)``, the Event of a notification, and tell that it was accepted, or refused and why."""
    span = _span("wxpay notification", "CONSUMER") if _TRACE in sys.modules else None
    try:
        event: Any = open_(*args, **named)
    except BaseException as error:
        kind = type(error).__name__
        emit("notification.refused", {"error": kind, "reason": _reason(error, None)})
        if span is not None:
            _finish(span, {"outcome": "refused", "error": kind}, True)
        raise
    if listening("notification.accepted"):
        numbers = {name: event.fields[name] for name in _NUMBERS if event.fields.get(name)}
        emit("notification.accepted", {"kind": event.kind, **numbers})
    if span is not None:
        _finish(span, {"outcome": "accepted", "kind": event.kind}, False)
    result: T = event
    return result


# Spans. An application that wants them has imported OpenTelemetry; if none has, there is nothing to look up.

_TRACE = "opentelemetry.trace"
_tracer: tuple[Any, Any] = (None, None)  # of which provider, and the tracer; making one costs


def _span(name: str, kind: str) -> Any:
    """Return a started span, or None when none would be recorded."""
    global _tracer
    trace: Any = sys.modules[_TRACE]
    provider = getattr(trace, "get_tracer_provider", lambda: None)()  # another thread may be importing it just now
    if provider is None:
        return None
    if _tracer[0] is not provider:
        _tracer = (provider, provider.get_tracer("wxpay_v2"))
    span = _tracer[1].start_span(name, kind=getattr(trace.SpanKind, kind))
    return span if span.is_recording() else None


def _attach(span: Any) -> Any:
    context: Any = sys.modules["opentelemetry.context"]
    trace: Any = sys.modules[_TRACE]
    return context.attach(trace.set_span_in_context(span))


def _finish(span: Any, attributes: Mapping[str, Any], bad: bool) -> None:
    for name, value in attributes.items():
        if value != "":
            span.set_attribute(f"wxpay.{name}", value)
    if bad:
        trace: Any = sys.modules[_TRACE]
        span.set_status(trace.StatusCode.ERROR)
    span.end()
