"""Middleware for shops whose notification view hands over the body alone, and whose notifications now are API v3's.

With it the signature of API v3 is checked, which stands in the headers; and a view that says FAIL in v2's way, with
status 200, is heard: API v3 takes every 200 for a success, and would not notify again.
"""

from __future__ import annotations

from wxpay_v2.compat.headers import seen
from wxpay_v2.errors import Malformed
from wxpay_v2.v2 import xml
from wxpay_v2.v3.notification import reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from typing import Any

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Info = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

__all__ = ["WSGI"]

_SIGNED = "HTTP_WECHATPAY_SIGNATURE"
_PREFIX = "HTTP_WECHATPAY_"


class WSGI:
    """``application = WSGI(application)``: around any WSGI application, Django's or Flask's ``wsgi_app``."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _SIGNED not in environ:
            return self._application(environ, start_response)
        headers = {name[5:].replace("_", "-"): text for name, text in environ.items() if name.startswith(_PREFIX)}
        token = seen.set(headers)
        try:
            return self._answer(environ, start_response)
        finally:
            seen.reset(token)

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        told: list[tuple[str, list[tuple[str, str]]]] = []
        written: list[bytes] = []

        def start(status: str, headers: list[tuple[str, str]], info: Any = None) -> Callable[[bytes], object]:
            told[:] = [(status, headers)]
            return written.append

        pieces = self._application(environ, start)
        try:
            body = b"".join([*written, *pieces])
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        status, headers = told[0] if told else ("500 Internal Server Error", [])
        if status.startswith("2") and _is_failure(body):
            body, content_type, _ = reply(success=False, message="FAIL")
            status = "500 Internal Server Error"
            headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
        start_response(status, headers)
        return [body]


def _is_failure(body: bytes) -> bool:
    """Return True for v2's answer that asks to be notified again."""
    try:
        return xml.read(body).get("return_code") != "SUCCESS"
    except Malformed:
        return False
