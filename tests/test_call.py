"""Requests and responses, and the two loops that carry a call out."""

from __future__ import annotations

import asyncio
import copy
import pickle
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures import AUTH_CODE, KEY
from wxpay_v2.call import Pause, Request, Response, Work, run, run_async, unknown
from wxpay_v2.errors import NotSent
from wxpay_v2.v2 import catalogue

if TYPE_CHECKING:
    from wxpay_v2.call import Call

FIELDS = {"out_trade_no": "T-1", "auth_code": AUTH_CODE, "sign": "C380BEC2BFD727A4B6845133519F3AD6"}


def request(**changes: Any) -> Request:
    options: dict[str, Any] = {
        "host": "https://localhost:8443", "headers": {"Accept": "*/*"}, "certificate": True, "timeout": (1.0, 2.0),
        "operation": catalogue.find("micropay"), "fields": FIELDS, **changes,
    }  # fmt: skip
    return Request("POST", "/pay/micropay", b"<xml>" + AUTH_CODE.encode() + b"</xml>", **options)


def test_a_request_for_another_host_is_the_same_byte_for_byte() -> None:
    first = request()
    other = first.sent_to("https://elsewhere", (0.5, 0.6))
    assert (other.url, other.timeout) == ("https://elsewhere/pay/micropay", (0.5, 0.6))
    assert other.body is first.body
    for name in ("method", "path", "headers", "certificate", "operation", "fields"):
        assert getattr(other, name) is getattr(first, name)
    assert (first.url, first.timeout) == ("https://localhost:8443/pay/micropay", (1.0, 2.0))


def test_s7_a_request_prints_and_pickles_without_its_body_and_its_secrets() -> None:
    first = request()
    twins = [pickle.loads(pickle.dumps(first)), copy.copy(first), copy.deepcopy(first)]  # noqa: S301
    for shown in (repr(first), str(first), *map(repr, twins), repr(pickle.dumps(first))):
        assert AUTH_CODE not in shown
        assert "C380BEC2" not in shown
        assert KEY not in shown
    assert "T-1" in repr(first)
    for twin in twins:
        assert (twin.url, twin.body) == (first.url, b"")
        assert AUTH_CODE not in str(twin.fields)


def test_a_response_prints_its_size_and_pickles_its_status() -> None:
    first = Response(200, b"<xml>secret</xml>", {"server": "nginx"})
    assert repr(first) == "<Response 200 17 bytes>"
    twin = pickle.loads(pickle.dumps(first))  # noqa: S301
    assert (twin.status, twin.body) == (200, b"")


def test_a_pause_prints_its_seconds() -> None:
    assert repr(Pause(1.5)) == "<Pause 1.500 s>"


def test_s2_an_unknown_outcome_carries_what_the_next_step_needs() -> None:
    response = Response(502, b"")
    error = unknown(request(), "lost", response=response, phase="status", err_code="X")
    assert (error.operation, error.numbers, error.query) == ("micropay", {"out_trade_no": "T-1"}, "order_query")
    assert (error.query_after, error.reverse_after) == (5.0, 15.0)
    assert error.remedy == "call order_query with the same number"
    assert (error.phase, error.err_code) == ("status", "X")
    assert error.response is response
    assert error.request is not None


# They move money, and the pages name no query for them: the merchant platform is where their outcome is seen.
WITHOUT_A_QUERY = {"re_auto_withdraw_by_date", "send_coupon"}


@pytest.mark.parametrize("name", [name for name in catalogue.NAMES if catalogue.find(name).repeat != "read"])
def test_s2_an_unknown_outcome_of_money_always_names_a_query_that_reads(name: str) -> None:
    row = catalogue.find(name)
    error = unknown(request(operation=row, fields=dict.fromkeys(row.numbers, "N-1")), "lost")
    assert error.numbers == dict.fromkeys(row.numbers, "N-1")
    assert bool(error.query) or not row.moves_money or name in WITHOUT_A_QUERY
    if error.query:
        assert catalogue.find(error.query).repeat == "read"
        assert error.remedy == f"call {error.query} with the same number"
    else:
        assert error.remedy == "do not assume either way"


def test_an_unknown_outcome_outside_the_catalogue_says_so_plainly() -> None:
    error = unknown(request(operation=None), "lost")
    assert (error.numbers, error.query, error.operation) == ({}, "", "")
    assert unknown(request(operation=catalogue.find("report")), "lost").remedy == "do not assume either way"


# The loops.


def steps(log: list[Any]) -> Call[str]:
    """Asks, waits, asks again, survives an error of the transport, and returns."""
    log.append((yield request()))
    log.append((yield Pause(2.5)))
    try:
        yield request()
    except NotSent as error:
        log.append(str(error))
        answer = yield request()
        return f"done with {answer.status if answer else None}"
    return "not reached"


def test_the_blocking_loop_carries_a_call_out() -> None:
    replies: list[Any] = [Response(200, b""), NotSent("no route"), Response(201, b"")]
    slept: list[float] = []
    log: list[Any] = []

    def send(_: Request) -> Response:
        reply = replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    assert run(steps(log), send, slept.append) == "done with 201"
    assert slept == [2.5]
    assert [type(item).__name__ for item in log] == ["Response", "NoneType", "str"]


def test_the_awaiting_loop_carries_the_same_call_out() -> None:
    replies: list[Any] = [Response(200, b""), NotSent("no route"), Response(201, b"")]
    slept: list[float] = []
    log: list[Any] = []

    async def send(_: Request) -> Response:
        reply = replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    assert asyncio.run(run_async(steps(log), send, sleep)) == "done with 201"
    assert slept == [2.5]
    assert [type(item).__name__ for item in log] == ["Response", "NoneType", "str"]


def test_an_error_the_call_does_not_judge_comes_out() -> None:
    def send(_: Request) -> Response:
        raise ZeroDivisionError

    async def send_later(_: Request) -> Response:
        raise ZeroDivisionError

    async def sleep(_: float) -> None:
        raise AssertionError

    with pytest.raises(ZeroDivisionError):
        run(steps([]), send, pytest.fail)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(run_async(steps([]), send_later, sleep))


def test_a_call_without_a_request_just_returns() -> None:
    def nothing() -> Call[int]:
        return 5
        yield

    async def send(_: Request) -> Response:
        raise AssertionError

    async def sleep(_: float) -> None:
        raise AssertionError

    assert run(nothing(), pytest.fail, pytest.fail) == 5
    assert asyncio.run(run_async(nothing(), send, sleep)) == 5


def test_work_is_done_here_or_in_a_thread_and_its_errors_are_the_calls_to_judge() -> None:
    threads: list[int] = []

    def look(number: int) -> int:
        threads.append(threading.get_ident())
        if not number:
            raise ZeroDivisionError
        return number

    def working() -> Call[list[Any]]:
        told = [(yield Work(lambda: look(5)))]
        try:
            yield Work(lambda: look(0))
        except ZeroDivisionError:
            told.append("judged")
        return told

    async def send(_: Request) -> Response:
        raise AssertionError

    async def sleep(_: float) -> None:
        raise AssertionError

    assert run(working(), pytest.fail, pytest.fail) == [5, "judged"]
    assert set(threads) == {threading.get_ident()}
    threads.clear()
    assert asyncio.run(run_async(working(), send, sleep)) == [5, "judged"]
    assert threading.get_ident() not in threads
