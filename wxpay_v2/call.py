"""Request, Response, Pause, Work, and the two loops that carry a call out.

A call is a generator: it yields a `Request` (and is sent a `Response`, or has the transport's error thrown in), a
`Pause`, or a piece of `Work` (and is sent what it returned), and returns its result. Sockets, clocks and event loops
stay outside, so one core serves blocking, awaiting and tests alike.
"""

from __future__ import annotations

from wxpay_v2.errors import OutcomeUnknown
from wxpay_v2.secret import redacted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Mapping
    from typing import Any, TypeVar

    from wxpay_v2.operation import BaseOperation

    T = TypeVar("T")
    Call = Generator["Request | Pause | Work", Any, T]
    Send = Callable[["Request"], "Response"]

__all__ = ["Pause", "Request", "Response", "Work", "run", "run_async", "unknown"]


class Request:
    """What goes to the gateway: bytes, where to, and whether the client certificate goes along.

    method, host (``https://...`` without a trailing slash), path, body, headers. query: of the URL, without "?"; it may
    hold what the body otherwise holds and is not printed. certificate: send the merchant's.
    timeout: (connect, read) in seconds. fields: what the body says, for redacted logs; never the key.
    """

    __slots__ = ("body", "certificate", "fields", "headers", "host", "method", "operation", "path", "query", "timeout")

    def __init__(
        self,
        method: str,
        path: str,
        body: bytes,
        *,
        host: str = "",
        headers: Mapping[str, str] | None = None,
        certificate: bool = False,
        timeout: tuple[float, float] = (3.0, 10.0),
        operation: BaseOperation | None = None,
        fields: Mapping[str, str] | None = None,
        query: str = "",
    ) -> None:
        self.method = method
        self.path = path
        self.body = body
        self.host = host
        self.headers = headers or {}
        self.certificate = certificate
        self.timeout = timeout
        self.operation = operation
        self.fields = fields or {}
        self.query = query

    @property
    def url(self) -> str:
        return f"{self.host}{self.path}?{self.query}" if self.query else self.host + self.path

    def sent_to(self, host: str, timeout: tuple[float, float]) -> Request:
        """Return the same request, byte for byte, for another host or with other time limits."""
        return Request(
            self.method, self.path, self.body, host=host, headers=self.headers, certificate=self.certificate,
            timeout=timeout, operation=self.operation, fields=self.fields, query=self.query,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.host}{self.path} {redacted(self.fields)}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles carry what may be logged and not the body."""
        return (_logged_request, (self.method, self.host, self.path, redacted(self.fields)))


def _logged_request(method: str, host: str, path: str, fields: dict[str, str]) -> Request:
    return Request(method, path, b"", host=host, fields=fields)


class Response:
    """What came back: HTTP status, body bytes and headers (names in lower case)."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.body = body
        self.headers = headers or {}

    def __repr__(self) -> str:
        return f"<Response {self.status} {len(self.body)} bytes>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Response, (self.status, b""))


class Pause:
    """An instruction to wait: between two attempts, or before a query."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __repr__(self) -> str:
        return f"<Pause {self.seconds:.3f} s>"


class Work:
    """An instruction to do something that waits for a disk or a database; an event loop has a thread do it."""

    __slots__ = ("do",)

    def __init__(self, do: Callable[[], Any]) -> None:
        self.do = do


def unknown(
    request: Request, message: str, *, response: Response | None = None, remedy: str = "", **more: Any
) -> OutcomeUnknown:
    """Return the OutcomeUnknown of *request*, with what the next step needs: numbers, the query, when to ask."""
    row = request.operation
    if row is None:
        return OutcomeUnknown(message, request=request, response=response, remedy=remedy, **more)
    if not remedy:
        remedy = f"call {row.query} with the same number" if row.query else "do not assume either way"
    return OutcomeUnknown(
        message,
        numbers={name: request.fields[name] for name in row.numbers if name in request.fields},
        query=row.query,
        query_after=row.query_after,
        reverse_after=row.reverse_after,
        operation=row.name,
        request=request,
        response=response,
        remedy=remedy,
        **more,
    )


def run(call: Call[T], send: Send, sleep: Callable[[float], None]) -> T:
    """Carry *call* out with a blocking transport. Errors of *send* are the call's to judge."""
    try:
        step = next(call)
        while True:
            if type(step) is Pause:
                sleep(step.seconds)
                step = call.send(None)
                continue
            try:
                answer = step.do() if type(step) is Work else send(step)  # type: ignore[arg-type]
            except Exception as error:
                step = call.throw(error)
            else:
                step = call.send(answer)
    except StopIteration as done:
        result: T = done.value
        return result


async def run_async(
    call: Call[T], send: Callable[[Request], Awaitable[Response]], sleep: Callable[[float], Awaitable[None]]
) -> T:
    """The awaiting twin of `run`."""
    try:
        step = next(call)
        while True:
            if type(step) is Pause:
                await sleep(step.seconds)
                step = call.send(None)
                continue
            try:
                answer = await (_in_thread(step) if type(step) is Work else send(step))  # type: ignore[arg-type]
            except Exception as error:
                step = call.throw(error)
            else:
                step = call.send(answer)
    except StopIteration as done:
        result: T = done.value
        return result


async def _in_thread(work: Work) -> Any:
    import asyncio

    return await asyncio.to_thread(work.do)
