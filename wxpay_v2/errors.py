"""What can go wrong, told by whether money may have moved.

Callers branch on three families: `NotSent` (nothing left this machine), `Refused` (the gateway answered no) and
`OutcomeUnknown` (nobody can say; query before you repeat). Messages that reach us and cannot be trusted are
`Rejected`. Every error carries a remedy, prints without secrets and survives pickling without bodies.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from wxpay_v2.call import Request, Response

__all__ = [
    "ConfigurationError",
    "InvalidRequest",
    "Malformed",
    "Mismatch",
    "MissingExtra",
    "NotSent",
    "OutcomeUnknown",
    "Refused",
    "Rejected",
    "SignatureInvalid",
    "WXPayError",
    "quoted",
]

QUOTE_LIMIT = 64
# They report errors of any kind and write `if error` for "is there one"; failing them would hide this one.
_ASK_FOR_PRESENCE = frozenset(
    (
        "IPython", "_pytest", "asyncio", "celery", "concurrent", "exceptiongroup", "logging", "loguru",
        "opentelemetry", "rich", "sentry_sdk", "structlog", "traceback", "unittest",
    )
)  # fmt: skip


def quoted(value: object) -> str:
    """Return *value* as a short quotation for an error message: at most 64 characters, control characters escaped."""
    try:
        text = repr(value if not isinstance(value, (str, bytes)) else value[:QUOTE_LIMIT])
    except Exception:  # an int of more digits than Python prints, or somebody's own __repr__
        text = f"<{type(value).__name__}>"
    return text if len(text) <= QUOTE_LIMIT else text[: QUOTE_LIMIT - 4] + "..." + text[-1]


class WXPayError(Exception):
    """The base of every error of this package.

    message: one sentence, without a secret. remedy: what to do now. operation: the name of the catalogue's row.
    request, response: what was exchanged; they print redacted and are left out of pickles and copies.
    explanation: what was found out about the cause when the error was made, without secrets; see `explain`.
    """

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        operation: str = "",
        request: Request | None = None,
        response: Response | None = None,
        explanation: str = "",
    ) -> None:
        if not message.isprintable():  # the gateway's words may hold line ends; a log line holds none
            message = "".join(letter if letter.isprintable() else " " for letter in message)
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.operation = operation
        self.request = request
        self.response = response
        self.explanation = explanation

    def explain(self) -> str:
        """Return in lines what is known: what happened, what to do and, of a wrong signature, its likely causes.

        The causes were found by trying when the key was at hand; with them stands the text to sign, its key and
        personal values masked. It holds after pickling, too.
        """
        where = f"{self.operation}: " if self.operation else ""
        return "\n".join(
            [f"{where}{self.message}", *filter(None, (self.remedy and f"do: {self.remedy}", self.explanation))]
        )

    def __str__(self) -> str:
        where = f"{self.operation}: " if self.operation else ""
        what_now = f" ({self.remedy})" if self.remedy else ""
        return f"{where}{self.message}{what_now}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        kept = {name: value for name, value in vars(self).items() if name not in ("request", "response")}
        return (_revive, (type(self), kept))


def _revive(kind: type[WXPayError], kept: dict[str, Any]) -> WXPayError:
    error = kind.__new__(kind, kept["message"])
    Exception.__init__(error, kept["message"])
    vars(error).update({"request": None, "response": None, **kept})
    return error


class NotSent(WXPayError):
    """Nothing left this machine: mend the input or the network and call again."""


class InvalidRequest(NotSent):
    """The fields do not fit the operation. `faults` lists every one of them, as one sentence each."""

    def __init__(self, message: str, *, faults: Sequence[str] = (), **context: Any) -> None:
        super().__init__(message, **context)
        self.faults = tuple(faults)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rule of each fault, such as "notify_url.loopback"; "" where it has none."""
        return tuple(getattr(fault, "rule", "") for fault in self.faults)


class ConfigurationError(NotSent):
    """A key, certificate, host or setting cannot be used. Raised when it is given, not at the first payment."""


class MissingExtra(ConfigurationError):
    """An optional part needs a package that is not installed; the remedy names the extra to install."""


class Rejected(WXPayError):
    """A received message cannot be trusted. Nothing in it may be acted upon."""


class Malformed(Rejected):
    """Not a message of this protocol, or over a limit."""


class SignatureInvalid(Rejected):
    """The signature is missing, wrong, by another algorithm than configured, or the cipher text does not open."""


class Mismatch(Rejected):
    """Authentic, but about another merchant, app, sub-merchant, order, amount or currency. Raise an alarm."""


class Refused(WXPayError):
    """The gateway answered no, and nothing was done.

    return_code, return_msg, err_code, err_code_des: as on the wire, "" where absent.
    authenticated: False when the refusal carried no signature (only for operations that move no money).
    may_repeat: the same call may be sent again, unchanged, after the remedy.
    """

    def __init__(
        self,
        message: str,
        *,
        return_code: str = "",
        return_msg: str = "",
        err_code: str = "",
        err_code_des: str = "",
        fields: Mapping[str, str] | None = None,
        authenticated: bool = True,
        may_repeat: bool = False,
        **context: Any,
    ) -> None:
        super().__init__(message, **context)
        self.return_code = return_code
        self.return_msg = return_msg
        self.err_code = err_code
        self.err_code_des = err_code_des
        self.fields: Mapping[str, str] = fields if fields is not None else {}
        self.authenticated = authenticated
        self.may_repeat = may_repeat

    def __reduce__(self) -> tuple[Any, ...]:
        revive, (kind, kept) = super().__reduce__()
        return (revive, (kind, {**kept, "fields": {}}))


class OutcomeUnknown(WXPayError):
    """It may have arrived, and no answer can be trusted: query before you repeat, and never with a new number.

    numbers: the merchant's numbers of this call (out_trade_no, out_refund_no, ...), to query with.
    query: the operation that resolves it, "" where there is none. query_after, reverse_after: seconds after the
    call from which a query or a reverse makes sense; reverse_after is None where the order cannot be reversed.
    err_code: the gateway's code when it named one (SYSTEMERROR, USERPAYING, ...), else "".
    phase: where the call broke: "read" (sent, no whole answer), "status" (HTTP 5xx) or "reply" (an answer that cannot
    be trusted or names an unknown outcome). may_repeat: the code's remedy allows the same call again, unchanged.

    An unknown outcome is neither yes nor no, so `bool()` of it raises TypeError, except where Python's own logging,
    traceback, concurrent.futures, asyncio and unittest ask whether there is an error.
    """

    def __init__(
        self,
        message: str,
        *,
        numbers: Mapping[str, str] | None = None,
        query: str = "",
        query_after: float = 0.0,
        reverse_after: float | None = None,
        err_code: str = "",
        phase: str = "reply",
        may_repeat: bool = False,
        **context: Any,
    ) -> None:
        super().__init__(message, **context)
        self.numbers = dict(numbers or {})
        self.query = query
        self.query_after = query_after
        self.reverse_after = reverse_after
        self.err_code = err_code
        self.phase = phase
        self.may_repeat = may_repeat

    def __bool__(self) -> bool:
        if sys._getframe(1).f_globals.get("__name__", "").partition(".")[0] in _ASK_FOR_PRESENCE:
            return True
        raise TypeError("an unknown outcome is neither true nor false: query the order, then decide")
