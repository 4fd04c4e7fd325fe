"""The endpoint as a WSGI application, for any WSGI server or mounted beside another application."""

from __future__ import annotations

from http import HTTPStatus

from wxpay_v2.adapters.endpoint import MAX_BYTES, Answer, Endpoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["Application"]


class Application:
    """``Application(endpoint)`` is what a WSGI server calls."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        answer = self._answer(environ)
        headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [answer.body]

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        method = environ.get("REQUEST_METHOD", "")
        try:
            body = _body(environ) if method == "POST" else b""
        except (OSError, ValueError) as error:  # the connection broke, or Content-Length is no number
            return self._endpoint.refuse(f"the body cannot be read: {type(error).__name__}")
        headers = {
            name[5:].replace("_", "-"): text for name, text in environ.items() if name.startswith("HTTP_WECHATPAY_")
        }
        return self._endpoint.handle(method, body, headers)


def _body(environ: WSGIEnvironment) -> bytes:
    """Return the body, or its first MAX_BYTES + 1 bytes."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length and not (length.isascii() and length.isdigit()):
        raise ValueError(length)
    # Without a length the body is empty, unless the server says that its stream ends with the body (chunked).
    wanted = MAX_BYTES + 1 if not length and environ.get("wsgi.input_terminated") else int(length[:20] or 0)
    pieces = []
    left = min(wanted, MAX_BYTES + 1)
    while left:
        piece = environ["wsgi.input"].read(left)
        if not piece:
            break
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)
