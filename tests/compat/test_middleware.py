"""The middleware shows a face the headers of API v3, and lets a FAIL be heard."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from wxpay_v2.compat import headers
from wxpay_v2.compat.middleware import WSGI
from wxpay_v2.v2.notification import reply


def call(answer: bytes, status: str = "200 OK", *, v3: bool = True, through: str = "return") -> tuple[str, Any, bytes]:
    seen: list[Any] = []

    def application(environ: Any, start: Callable[..., Any]) -> list[bytes]:
        seen.append(headers.current())
        write = start(status, [("Content-Type", "text/xml"), ("X-Kept", "1")])
        if through == "write":
            write(answer)
            return []
        return [answer[:3], answer[3:]]

    said: list[Any] = []

    def start_response(*told: Any) -> Callable[[bytes], object]:
        said[:] = told
        return said.append

    environ = {"REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(b"")}
    if v3:
        environ |= {"HTTP_WECHATPAY_SIGNATURE": "c2ln", "HTTP_WECHATPAY_SERIAL": "5157F09E", "HTTP_X_OTHER": "no"}
    body = b"".join(WSGI(application)(environ, start_response))
    assert headers.current() is None
    return said[0], (dict(said[1]), seen[0]), body


def test_a_success_passes_as_it_is() -> None:
    status, (told, seen), body = call(reply().body)
    assert (status, body, told["X-Kept"]) == ("200 OK", reply().body, "1")
    assert seen == {"WECHATPAY-SIGNATURE": "c2ln", "WECHATPAY-SERIAL": "5157F09E"}


@pytest.mark.parametrize("through", ["return", "write"])
def test_m8_a_failure_with_status_200_is_heard_as_a_failure(through: str) -> None:
    status, (told, _), body = call(reply(success=False, message="no").body, through=through)
    assert status.startswith("500")
    assert body.startswith(b'{"code": "FAIL"')
    assert told["Content-Length"] == str(len(body))


@pytest.mark.parametrize("answer", [b"OK", b"", b"<html/>", b"\xff"])
def test_what_is_no_answer_of_v2_is_left_alone(answer: bytes) -> None:
    status, _, body = call(answer)
    assert (status, body) == ("200 OK", answer)


def test_v2s_own_notifications_do_not_pass_through_it() -> None:
    status, (_, seen), body = call(reply(success=False).body, v3=False)
    assert (status, seen, body) == ("200 OK", None, reply(success=False).body)


def test_an_error_of_the_application_is_kept() -> None:
    assert call(reply(success=False).body, "404 Not Found")[0] == "404 Not Found"
