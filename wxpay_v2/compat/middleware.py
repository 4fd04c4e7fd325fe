"""Middleware for shops whose notification view hands over the body alone, and whose notifications now are API v3's.

With it the signature of API v3 is checked, which stands in the headers; and a view that says FAIL in v2's way, with
status 200, is heard: API v3 takes every 200 for a success, and would not notify again.
"""

from __future__ import annotations

from wxpay_v2.compat import messages
from wxpay_v2.compat.headers import seen
from wxpay_v2.errors import Malformed
from wxpay_v2.v2 import xml
from wxpay_v2.v3.notification import reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import TracebackType
    from typing import Any

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Info = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

__all__ = ["WSGI"]

_SIGNED = "HTTP_WECHATPAY_SIGNATURE"
_PREFIX = "HTTP_WECHATPAY_"
_LONGEST = 4096  # bytes of v2's answer to a notification; anyone may send our header to a page of any length


class WSGI:
    """``application = WSGI(application)``: around any WSGI application, Django's or Flask's ``wsgi_app``."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _SIGNED not in environ or environ.get("REQUEST_METHOD") != "POST":
            return self._application(environ, start_response)
        headers = {name[5:].replace("_", "-"): text for name, text in environ.items() if name.startswith(_PREFIX)}
        return _Answer(self._application, environ, start_response, headers)


class _Answer:
    """The application's answer, held back while it can still be v2's FAIL; any other goes out piece by piece."""

    def __init__(
        self,
        application: WSGIApplication,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        headers: Mapping[str, str],
    ) -> None:
        self._start = start_response
        self._headers = headers
        self._told: tuple[str, list[tuple[str, str]]] = ("500 Internal Server Error", [])
        self._written: list[bytes] = []
        self._sent = False
        self._pieces: Any = ()
        self._pieces = self._with_headers(application, environ, self._started)
        self._rest = self._judged(iter(self._pieces))

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._rest)

    def close(self) -> None:
        close = getattr(self._pieces, "close", None)
        if close is not None:
            self._with_headers(close)

    def _started(self, status: str, headers: list[tuple[str, str]], info: Any = None) -> Callable[[bytes], object]:
        if self._sent and info is not None:
            self._start(status, headers, info)  # raises what went wrong: the head is gone
        self._told = (status, headers)
        return self._written.append

    def _with_headers(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Do *work* of the application, which sees the headers. Nobody else in this thread does."""
        token = seen.set(self._headers)
        try:
            return work(*arguments)
        finally:
            seen.reset(token)

    def _judged(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        held, ended = b"", False
        while not ended and _may_be_v2(held):
            piece = self._with_headers(next, pieces, None)
            held += b"".join(self._written)
            self._written.clear()
            ended = piece is None
            held += piece or b""
        if ended and self._told[0].startswith("2") and _is_failure(held):
            held, content_type, _ = reply(success=False, message="FAIL")
            headers = [("Content-Type", content_type), ("Content-Length", str(len(held)))]
            self._told = ("500 Internal Server Error", headers)
        write, self._sent = self._start(*self._told), True
        yield held
        while not ended:
            piece = self._with_headers(next, pieces, None)
            for one in self._written:
                write(one)
            self._written.clear()
            ended = piece is None
            if piece is not None:
                yield piece


def _may_be_v2(held: bytes) -> bool:
    """Return True while *held*, the beginning of an answer, can be v2's: short, and nothing but XML."""
    return len(held) <= _LONGEST and held.lstrip(messages.BLANK)[:1] in (b"", b"<")


def _is_failure(body: bytes) -> bool:
    """Return True for v2's answer that asks to be notified again."""
    try:
        return xml.read(body).get("return_code") != "SUCCESS"
    except Malformed:
        return False
