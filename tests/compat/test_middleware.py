"""The middleware shows a face the headers of API v3, and lets a FAIL be heard."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
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


SIGNED = {"REQUEST_METHOD": "POST", "HTTP_WECHATPAY_SIGNATURE": "c2ln"}


def answered(application: Any, **environ: Any) -> tuple[Any, list[Any]]:
    said: list[Any] = []
    return WSGI(application)({**SIGNED, **environ}, lambda *told: said.append(told) or said.append), said


def test_an_answer_without_end_is_not_gathered() -> None:
    def stream(environ: Any, start: Any) -> Iterator[bytes]:
        start("200 OK", [("Content-Type", "text/event-stream")])
        yield b"data: 1"
        yield b"data: 2"
        raise AssertionError("asked for more than was wanted")

    pieces, said = answered(stream)
    assert [next(iter(pieces)), next(iter(pieces))] == [b"data: 1", b"data: 2"]
    assert said[0][0] == "200 OK"
    assert headers.current() is None


def test_a_page_that_begins_like_v2s_answer_is_held_back_no_longer_than_such_an_answer_is() -> None:
    asked: list[int] = []

    def page(environ: Any, start: Any) -> Iterator[bytes]:
        start("200 OK", [])
        for number in range(100):
            asked.append(number)
            yield b"<" * 1000

    pieces, _ = answered(page)
    assert len(next(iter(pieces))) == 5000
    assert len(asked) == 5
    assert len(b"".join(pieces)) == 95_000


def test_only_what_may_be_a_notification_passes_through_it() -> None:
    status, said = answered(lambda environ, start: [start("200 OK", []), headers.current()][1:], REQUEST_METHOD="GET")
    assert (status, said[0][0]) == ([None], "200 OK")


def test_the_application_sees_the_headers_while_it_runs_and_nobody_else_does() -> None:
    closed: list[Any] = []

    class Pieces:
        def __iter__(self) -> Iterator[bytes]:
            for _ in range(2):
                assert headers.current() == {"WECHATPAY-SIGNATURE": "c2ln"}
                yield b"x"

        def close(self) -> None:
            closed.append(headers.current())

    pieces, _ = answered(lambda environ, start: start("200 OK", []) and Pieces())
    for _ in pieces:
        assert headers.current() is None
    pieces.close()
    assert closed == [{"WECHATPAY-SIGNATURE": "c2ln"}]


@pytest.mark.parametrize("late", [False, True])
def test_an_exception_leaves_nothing_behind(late: bool) -> None:
    def broken(environ: Any, start: Any) -> Iterator[bytes]:
        start("200 OK", [])
        if late:
            yield b"some"
        raise KeyError("x")

    pieces, _ = answered(broken)
    with pytest.raises(KeyError):
        list(pieces)
    assert headers.current() is None
    with pytest.raises(ZeroDivisionError):
        answered(lambda environ, start: 1 / 0)
    assert headers.current() is None


def test_a_second_head_takes_the_place_of_the_first_until_that_is_gone() -> None:
    def mended(environ: Any, start: Any) -> Iterator[bytes]:
        start("200 OK", [])
        start("500 Broken", [("X", "1")], (KeyError, KeyError("x"), None))
        write = start("500 Broken", [("X", "1")])
        yield b"a"
        write(b"b")
        yield b"c"
        start("500 Late", [], (KeyError, KeyError("x"), None))

    pieces, said = answered(mended)
    assert [*pieces] == [b"a", b"c"]
    assert [one if isinstance(one, bytes) else one[0] for one in said] == ["500 Broken", b"b", "500 Late"]
