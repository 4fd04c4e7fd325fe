"""The awaiting client: the same calls and outcomes as the blocking one, cancellation, and mutual TLS on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import logging
import socket
import ssl
import sys
import textwrap
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import (
    AUTH_CODE,
    KEY,
    MCH_ID,
    ORDER,
    QUICK,
    REFUND,
    Script,
    client,
    crash_report,
    fail,
    fields_of,
    merchant,
    ok,
    signed,
    success,
)
from tests.test_session import (
    ANSWER,
    BROKEN,
    HEAD,
    Gateway,
    answer,
    authority,
    ca,
    context,
    gateway,
    issued,
    raw,
    server_context,
    who,
)
from tests.test_session import _pump as pump
from tests.test_session import _until as until
from wxpay_v2 import flows
from wxpay_v2.aio import AsyncClient
from wxpay_v2.async_session import AsyncSession, ConnectionsInUse
from wxpay_v2.call import Request, Response
from wxpay_v2.client import Client
from wxpay_v2.clock import Clock, ManualClock
from wxpay_v2.documentation import docstring
from wxpay_v2.errors import (
    ConfigurationError,
    InvalidRequest,
    MissingExtra,
    NotSent,
    OutcomeUnknown,
    Refused,
    WXPayError,
)
from wxpay_v2.merchant import Merchant
from wxpay_v2.operation import HOSTS, Operation
from wxpay_v2.retry import Hosts
from wxpay_v2.simulator import Simulator
from wxpay_v2.simulator.certificates import Authority, Issued
from wxpay_v2.v2 import catalogue

__all__ = ["authority", "ca", "context", "gateway", "issued", "who"]  # fixtures


def run(act: Coroutine[Any, Any, Any]) -> Any:
    """Carry *act* out in a loop of its own; what it left open shows here, because warnings are errors."""
    try:
        return asyncio.run(act)
    finally:
        gc.collect(1)  # what this test made is young; the whole heap would take longer than the test


class Wire(Script):
    """The scripted transport, awaited. An asyncio.Event among the replies is waited for, for ever if nobody sets it."""

    async def __call__(self, request: Request) -> Response:  # type: ignore[override]
        await asyncio.sleep(0)
        if self.replies and isinstance(self.replies[0], asyncio.Event):
            self.requests.append(request)
            await self.replies.pop(0).wait()
            raise AssertionError("nobody sets it")
        return super().__call__(request)


def awaiting(wire: Any, **options: Any) -> AsyncClient:
    return AsyncClient(options.pop("who", None) or merchant(), transport=wire, **{"clock": ManualClock(), **options})


# The same calls.


def test_there_is_an_awaited_method_per_operation() -> None:
    made = awaiting(Wire([]))
    for name in catalogue.NAMES:
        assert inspect.iscoroutinefunction(getattr(made, name))
        assert name in dir(AsyncClient)
        assert getattr(AsyncClient, name).__doc__ == docstring(catalogue.find(name))
        assert getattr(AsyncClient, name).__qualname__ == f"AsyncClient.{name}"
        assert getattr(AsyncClient, name).__module__ == "wxpay_v2.aio"
    assert Client.refund is not AsyncClient.refund


@pytest.mark.parametrize("name", ["refunds", "_refund", "__nothing__"])
def test_an_unknown_method_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError):
        getattr(awaiting(Wire([])), name)


def test_a_subclass_has_the_methods_too() -> None:
    class Shop(AsyncClient):
        pass

    made = Shop(merchant(), transport=Wire([ok(trade_state="NOTPAY")]))
    assert run(made.order_query(out_trade_no="T-1"))["trade_state"] == "NOTPAY"


CALLS: dict[str, dict[str, Any]] = {
    "unified_order": ORDER, "order_query": {"out_trade_no": "T-1"}, "micropay": QUICK, "refund": REFUND,
    "reverse": {"out_trade_no": "T-1"}, "refund_query": {"out_refund_no": "R-1"},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_call_sends_what_the_blocking_client_sends(name: str) -> None:
    wire, other = Wire([fail("SYSTEMERROR")]), Script([fail("SYSTEMERROR")])
    with pytest.raises(OutcomeUnknown) as awaited:
        run(getattr(awaiting(wire, retry=1), name)(**CALLS[name]))
    with pytest.raises(OutcomeUnknown) as blocking:
        getattr(client(other, retry=1), name)(**CALLS[name])
    (sent,), (told) = wire.requests, other.requests[0]
    assert {**fields_of(sent), "nonce_str": "", "sign": ""} == {**fields_of(told), "nonce_str": "", "sign": ""}
    for attribute in ("method", "path", "host", "headers", "certificate", "timeout", "operation"):
        assert getattr(sent, attribute) == getattr(told, attribute)
    assert str(awaited.value) == str(blocking.value)
    assert awaited.value.numbers == blocking.value.numbers


def test_any_path_is_called_with_a_dict() -> None:
    wire = Wire([ok(trade_state="NOTPAY"), Response(200, signed(success(answer="42")))])
    made = awaiting(wire)
    assert run(made.call("pay/orderquery", {"out_trade_no": "T-1"}))["trade_state"] == "NOTPAY"
    assert run(made.call("new/path", {"x": "1"}, certificate=True))["answer"] == "42"
    assert wire.paths == ["/pay/orderquery", "/new/path"]
    assert [request.certificate for request in wire.requests] == [False, True]
    with pytest.raises(InvalidRequest, match="a path looks like"):
        run(made.call("../secret", {}))


def test_what_needs_no_network_is_not_awaited() -> None:
    made = awaiting(Wire([]))
    event = made.open_notification(signed(success(
        out_trade_no="T-1", transaction_id="42", total_fee="100", fee_type="HKD", time_end="20240229120000",
        openid="o1", bank_type="CMC", cash_fee="100", trade_type="NATIVE", is_subscribe="N",
    )))  # fmt: skip
    assert event.paid(out_trade_no="T-1", total_fee=100, fee_type="HKD").transaction_id == "42"
    assert made.cashier is not None
    assert KEY not in repr(made)


def test_s6_a_read_is_repeated_after_a_pause_of_its_clock() -> None:
    wire = Wire([OutcomeUnknown("lost", phase="read"), Response(502, b""), ok(out_trade_no="T-1")])
    clock = ManualClock()
    run(awaiting(wire, region="mainland", clock=clock).order_query(out_trade_no="T-1"))
    assert [request.host for request in wire.requests] == [HOSTS["mainland"][n] for n in (0, 1, 0)]
    assert len(clock.slept) == 2


def test_a_pause_lets_other_tasks_work() -> None:
    async def act() -> list[str]:
        made = awaiting(Wire([NotSent("no route"), ok(out_trade_no="T-1")]), clock=Clock())
        made.retry._random = lambda: 0.001
        seen: list[str] = []

        async def other() -> None:
            seen.append("other")

        asyncio.get_running_loop().call_soon(lambda: seen.append("soon"))
        task = asyncio.create_task(other())
        await made.order_query(out_trade_no="T-1")
        await task
        return seen

    assert sorted(run(act())) == ["other", "soon"]


def test_m4_quick_pay_is_never_sent_twice() -> None:
    wire = Wire([OutcomeUnknown("lost", phase="read")])
    made = awaiting(wire)
    with pytest.raises(OutcomeUnknown):
        run(made.micropay(**QUICK))
    with pytest.raises(InvalidRequest, match="never sent twice"):
        run(made.micropay(**QUICK))
    assert len(wire.requests) == 1


def test_m5_a_number_keeps_its_parameters_among_tasks() -> None:
    async def act() -> None:
        wire = Wire([ok()] * 3)
        made = awaiting(wire)
        found = await asyncio.gather(
            made.refund(**REFUND), made.refund(**{**REFUND, "refund_fee": 41}), return_exceptions=True
        )
        assert isinstance(found[1], InvalidRequest) and "other parameters" in str(found[1])
        assert len(wire.requests) == 1

    run(act())


@pytest.mark.parametrize("reply", ["text", None, OSError("its own"), lambda request: 1 / 0])
def test_s2_a_transport_of_ones_own_that_fails_leaves_the_outcome_unknown(reply: Any) -> None:
    async def odd(request: Request) -> Any:
        if isinstance(reply, Exception):
            raise reply
        return reply(request) if callable(reply) else Response(200, reply) if reply else None

    with pytest.raises(OutcomeUnknown):
        run(awaiting(odd).refund(**REFUND))


def test_s2_a_blocking_transport_is_told_as_an_unknown_outcome() -> None:
    with pytest.raises(OutcomeUnknown, match="TypeError"):
        run(awaiting(Script([ok()]), retry=1).refund(**REFUND))


@pytest.mark.parametrize("close", ["plain", "awaited", "none"])
def test_a_client_closes_its_transport(close: str) -> None:
    class Closing(Wire):
        closed = 0

        def close(self) -> Any:
            self.closed += 1
            return asyncio.sleep(0) if close == "awaited" else None

    async def act() -> None:
        wire = Closing([ok()]) if close != "none" else Wire([ok()])
        async with awaiting(wire) as made:
            await made.order_query(out_trade_no="T-1")
        assert getattr(wire, "closed", 1) == 1
        with pytest.raises(ConfigurationError, match="the client is closed"):
            await made.order_query(out_trade_no="T-1")
        assert len(wire.requests) == 1

    run(act())


def test_quick_pay_to_its_end_is_awaited() -> None:
    paid = success(out_trade_no="Q-1", transaction_id="42", total_fee="100", fee_type="HKD", cash_fee="100",
                   trade_type="MICROPAY", openid="o1", bank_type="CMC", time_end="20240229120000",
                   is_subscribe="N")  # fmt: skip
    wire = Wire([fail("USERPAYING"), ok(out_trade_no="Q-1", trade_state="USERPAYING"),
                 Response(200, signed({**paid, "trade_state": "SUCCESS"}))])  # fmt: skip
    clock = ManualClock()
    outcome = run(flows.quick_pay(awaiting(wire, clock=clock), **QUICK))  # type: ignore[arg-type]
    assert outcome and outcome.payment.transaction_id == "42"
    assert wire.paths == ["/pay/micropay", "/pay/orderquery", "/pay/orderquery"]
    assert clock.slept == [5.0, 5.0]


def test_a_refund_to_its_state_is_awaited() -> None:
    told = ok(out_refund_no_0="R-1", refund_fee_0="40", refund_status_0="SUCCESS", refund_count="1")
    wire = Wire([ok(out_refund_no="R-1"), told])
    result = run(flows.refund(awaiting(wire), **REFUND))  # type: ignore[arg-type]
    assert result["refund_status_0"] == "SUCCESS"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"region": "hongkong"}, "region must be"),
        ({"base_url": "http://localhost"}, "base_url must be"),
        ({"timeout": 0}, "timeout"),
        ({"retry": 4}, "attempts"),
        ({"verify": "/ca.pem"}, "a transport was given"),
        ({"proxy": "http://p:1"}, "a transport was given"),
        ({"connections": 5}, "a transport was given"),
        ({"session": AsyncSession()}, "a transport was given"),
        ({"on_unknown": 5}, "on_unknown must be a plain function"),
        ({"transport": None, "connections": 0}, "connections must be 1 to"),
        ({"transport": None, "connections": True}, "connections must be 1 to"),
        ({"transport": None, "connections": "10"}, "connections must be 1 to"),
        ({"transport": None, "session": 5}, "session must be an AsyncSession"),
        ({"transport": None, "session": AsyncSession(), "connections": 5}, "belong to the session"),
        ({"transport": None, "proxy": "https://p:1"}, "http:// address"),
        ({"transport": None, "proxy": "socks5://p:1"}, "proxy must be an address"),
        ({"transport": None, "verify": False}, "verify must be the path"),
        ({"transport": None, "verify": "/nowhere/ca.pem"}, "no CA bundle"),
        ({"transport": None, "verify": __file__}, "not a PEM bundle"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_s2_a_client_that_cannot_work_is_refused_when_it_is_made(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        AsyncClient(merchant(), **{"transport": Wire([]), **options})


def test_s2_who_calls_must_be_a_merchant() -> None:
    with pytest.raises(ConfigurationError, match="must be a Merchant"):
        AsyncClient("1900000109", transport=Wire([]))  # type: ignore[arg-type]


def test_a_callback_that_would_have_to_be_awaited_is_refused() -> None:
    async def tell(outcome: OutcomeUnknown) -> None: ...

    with pytest.raises(ConfigurationError, match="awaits nothing"):
        awaiting(Wire([]), on_unknown=tell)


@pytest.mark.parametrize("per_host", [0, -1, 1.5, True, 10_001])
def test_s2_a_limit_of_connections_is_a_number(per_host: Any) -> None:
    with pytest.raises(ConfigurationError, match="per_host must be 1 to 10000"):
        AsyncSession(per_host=per_host)


def test_without_aiohttp_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    with pytest.raises(MissingExtra, match=r"wxpay-v2\[async\]"):
        AsyncClient(merchant())
    assert awaiting(Wire([])).merchant.mch_id == MCH_ID, "over another transport it is not needed"


# Cancellation: the error goes on its way, the outcome is not lost.


async def cancelled(act: Coroutine[Any, Any, Any], *, when: Callable[[], object]) -> asyncio.CancelledError:
    """Start *act*, cancel it as soon as *when* says so, and return what it raised."""
    raised: list[asyncio.CancelledError] = []

    async def watched() -> None:
        try:
            await act
        except asyncio.CancelledError as error:
            raised.append(error)
            raise

    task = asyncio.create_task(watched())
    end = time.monotonic() + 5
    while not when():
        assert time.monotonic() < end and not task.done(), task
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()
    return raised[0]


def test_m3_a_call_cancelled_after_it_may_have_left_is_told_as_unknown(caplog: pytest.LogCaptureFixture) -> None:
    async def act() -> None:
        told: list[OutcomeUnknown] = []
        wire = Wire([asyncio.Event()])
        error = await cancelled(awaiting(wire, on_unknown=told.append).refund(**REFUND), when=lambda: wire.requests)
        (outcome,) = told
        assert error.__cause__ is outcome
        assert (outcome.operation, outcome.numbers, outcome.phase) == ("refund", {"out_refund_no": "R-1"}, "read")
        assert outcome.query == "refund_query"
        assert outcome.request is wire.requests[0]

    run(act())
    assert "call.unknown" in caplog.text and "R-1" in caplog.text
    assert KEY not in caplog.text


def test_the_number_of_a_cancelled_call_stays_its_own() -> None:
    async def act() -> None:
        wire = Wire([asyncio.Event(), ok()])
        made = awaiting(wire)
        await cancelled(made.refund(**REFUND), when=lambda: wire.requests)
        with pytest.raises(InvalidRequest, match="other parameters"):
            await made.refund(**{**REFUND, "refund_fee": 41})
        await made.refund(**REFUND)

    run(act())


@pytest.mark.parametrize("name", ["micropay", "refund"])
def test_a_call_cancelled_before_anything_left_is_not_told_and_may_be_made_anew(name: str) -> None:
    fields = CALLS[name]

    async def act() -> None:
        connecting = asyncio.Event()

        async def send(request: Request) -> Response:
            if connecting.is_set():
                return fail("NOTENOUGH")
            connecting.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError as error:
                error.__cause__ = NotSent("nothing left")
                raise
            raise AssertionError

        told: list[OutcomeUnknown] = []
        made = awaiting(send, on_unknown=told.append)
        error = await cancelled(getattr(made, name)(**fields), when=connecting.is_set)
        assert told == []
        assert error.__cause__ is None
        with pytest.raises((Refused, OutcomeUnknown), match="NOTENOUGH"):
            await getattr(made, name)(**{**fields, "total_fee": 200})

    run(act())


@pytest.mark.parametrize(("first", "left"), [(OutcomeUnknown("lost", phase="read"), True), (NotSent("no"), False)])
def test_m3_a_call_cancelled_between_two_attempts_is_judged_by_the_first(first: WXPayError, left: bool) -> None:
    async def act() -> None:
        told: list[OutcomeUnknown] = []
        wire = Wire([first])
        made = awaiting(wire, on_unknown=told.append, clock=Clock(), timeout=(3.0, 100.0))
        made.retry._random = lambda: 50.0  # a pause that outlasts the test
        error = await cancelled(made.refund(**REFUND), when=lambda: wire.requests and not wire.replies)
        assert [outcome.numbers for outcome in told] == ([{"out_refund_no": "R-1"}] if left else [])
        assert isinstance(error.__cause__, OutcomeUnknown) is left
        wire.replies.append(ok())
        if left:
            with pytest.raises(InvalidRequest, match="other parameters"):
                await made.refund(**{**REFUND, "refund_fee": 41})
        else:
            await made.refund(**{**REFUND, "refund_fee": 41})

    run(act())


def test_a_cancelled_read_has_nothing_to_tell() -> None:
    async def act() -> None:
        told: list[OutcomeUnknown] = []
        wire = Wire([asyncio.Event()])
        made = awaiting(wire, on_unknown=told.append)
        error = await cancelled(made.order_query(out_trade_no="T-1"), when=lambda: wire.requests)
        assert told == []
        assert error.__cause__ is None

    run(act())


def test_a_call_outside_the_catalogue_is_told_too() -> None:
    async def act() -> None:
        told: list[OutcomeUnknown] = []
        wire = Wire([asyncio.Event()])
        await cancelled(awaiting(wire, on_unknown=told.append).call("new/path", {"x": "1"}), when=lambda: wire.requests)
        assert [outcome.operation for outcome in told] == ["new/path"]

    run(act())


def test_m4_a_cancelled_quick_pay_is_told_once_whatever_step_it_was_at() -> None:
    async def act() -> None:
        told: list[OutcomeUnknown] = []
        wire = Wire([fail("USERPAYING"), asyncio.Event()])
        made = awaiting(wire, on_unknown=told.append)
        flow = flows.quick_pay(made, **QUICK)  # type: ignore[arg-type]
        error = await cancelled(flow, when=lambda: len(wire.requests) == 2)  # type: ignore[arg-type]
        (outcome,) = told
        assert (outcome.operation, outcome.numbers) == ("micropay", {"out_trade_no": "Q-1"})
        assert outcome.reverse_after is not None
        assert error.__cause__ is outcome

    run(act())


def test_each_call_that_a_carried_sequence_made_is_told() -> None:
    async def act() -> None:
        told: list[OutcomeUnknown] = []
        wire = Wire([ok(), OutcomeUnknown("lost", phase="read"), asyncio.Event()])
        made = awaiting(wire, on_unknown=told.append)
        made.retry._random = lambda: 0.0

        def both() -> Any:
            yield from made.steps(catalogue.find("order_query"), {"out_trade_no": "T-1"})
            yield from made.steps(catalogue.find("refund"), REFUND)

        error = await cancelled(made.carry(both()), when=lambda: len(wire.requests) == 3)
        assert [outcome.operation for outcome in told] == ["refund"], "two attempts at one refund are one outcome"
        assert error.__cause__ is told[0]

    run(act())


def test_a_timeout_around_a_call_is_a_timeout_and_the_outcome_is_behind_it() -> None:
    async def act() -> None:
        told: list[OutcomeUnknown] = []
        made = awaiting(Wire([asyncio.Event()]), on_unknown=told.append)
        with pytest.raises(asyncio.TimeoutError) as caught:
            if sys.version_info >= (3, 11):
                async with asyncio.timeout(0.02):
                    await made.refund(**REFUND)
            else:
                await asyncio.wait_for(made.refund(**REFUND), 0.02)
        assert [outcome.numbers for outcome in told] == [{"out_refund_no": "R-1"}]
        if sys.version_info < (3, 11):
            return  # its wait_for awaits a task of its own, whose CancelledError is another one
        behind: BaseException | None = caught.value
        while behind is not None and not isinstance(behind, OutcomeUnknown):
            behind = behind.__cause__
        assert behind is told[0]

    run(act())


def test_a_sibling_that_fails_cancels_the_call_and_its_outcome_is_told() -> None:
    async def act() -> None:
        told: list[OutcomeUnknown] = []
        wire = Wire([asyncio.Event()])
        made = awaiting(wire, on_unknown=told.append)

        async def failing() -> None:
            while not wire.requests:
                await asyncio.sleep(0)
            raise ValueError("the sibling's")

        if sys.version_info >= (3, 11):
            with pytest.raises(ExceptionGroup) as caught:  # noqa: F821 - Python 3.11
                async with asyncio.TaskGroup() as group:
                    group.create_task(made.refund(**REFUND))
                    group.create_task(failing())
            assert [type(error) for error in caught.value.exceptions] == [ValueError]
        else:
            task = asyncio.create_task(made.refund(**REFUND))
            with pytest.raises(ValueError):
                await failing()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert [outcome.numbers for outcome in told] == [{"out_refund_no": "R-1"}]

    run(act())


def test_a_loop_that_ends_tells_what_was_open() -> None:
    told: list[OutcomeUnknown] = []

    async def act() -> None:
        wire = Wire([asyncio.Event()])
        made = awaiting(wire, on_unknown=told.append)
        act.task = asyncio.create_task(made.refund(**REFUND))  # type: ignore[attr-defined]
        while not wire.requests:
            await asyncio.sleep(0)

    run(act())
    assert [outcome.numbers for outcome in told] == [{"out_refund_no": "R-1"}]


def test_a_coroutine_thrown_away_tells_what_was_open() -> None:
    told: list[OutcomeUnknown] = []
    wire = Wire([asyncio.Event()])
    call = awaiting(wire, on_unknown=told.append).refund(**REFUND)
    call.send(None)
    call.send(None)  # past the first sleep(0), now at the event
    assert len(wire.requests) == 1
    call.close()
    assert [outcome.numbers for outcome in told] == [{"out_refund_no": "R-1"}]


def test_a_callback_that_fails_is_logged_and_the_call_stays_cancelled(caplog: pytest.LogCaptureFixture) -> None:
    def broken(outcome: OutcomeUnknown) -> None:
        raise ValueError("the shop's own")

    async def act() -> None:
        wire = Wire([asyncio.Event()])
        error = await cancelled(awaiting(wire, on_unknown=broken).refund(**REFUND), when=lambda: wire.requests)
        assert isinstance(error.__cause__, OutcomeUnknown)

    run(act())
    assert "call.callback_failed operation=refund" in caplog.text
    assert "the shop's own" in caplog.text


# Real sockets.


@contextlib.asynccontextmanager
async def shop_of(who: Merchant, gateway: Gateway, ca: Path, **options: Any) -> AsyncIterator[AsyncClient]:
    """A client of *gateway* that tries once."""
    async with AsyncClient(who, base_url=gateway.base_url, verify=ca, **{"retry": 1, **options}) as made:
        yield made


@pytest.fixture
def shop(who: Merchant, gateway: Gateway, ca: Path) -> Callable[..., Any]:
    """Carries out ``act(client)`` with a client of the gateway, and closes it."""

    def carry_out(act: Callable[[AsyncClient], Awaitable[Any]], **options: Any) -> Any:
        async def whole() -> Any:
            async with shop_of(who, gateway, ca, **options) as made:
                return await act(made)

        return run(whole())

    return carry_out


HASTY = {"timeout": (1.0, 0.4)}


def test_a_call_goes_over_tls_and_comes_back(shop: Callable[..., Any], gateway: Gateway) -> None:
    assert shop(lambda made: made.order_query(out_trade_no="T-1"))["out_trade_no"] == "T-1"
    head, _, body = gateway.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /pay/orderquery HTTP/1.1"
    headers = dict(line.split(": ", 1) for line in lines[1:])
    assert headers.pop("Content-Type").startswith("text/xml")
    assert headers == {
        "Host": f"localhost:{gateway.port}", "Content-Length": str(len(body)), "Accept-Encoding": "identity",
        "Accept": "text/xml, text/plain, */*", "User-Agent": "wxpay-v2",
    }  # fmt: skip
    assert _of(gateway.requests[0])["out_trade_no"] == "T-1"
    assert gateway.versions == ["TLSv1.3"]


def test_a_connection_is_kept(shop: Callable[..., Any], gateway: Gateway) -> None:
    async def act(made: AsyncClient) -> None:
        for _ in range(5):
            await made.order_query(out_trade_no="T-1")

    shop(act)
    assert (len(gateway.requests), gateway.connections) == (5, 1)


# Python 3.10 says so of every TLS connection that the other side closed.
@pytest.mark.filterwarnings("ignore:unclosed transport <asyncio.sslproto:ResourceWarning")
def test_a_connection_the_gateway_closed_while_idle_is_made_anew(shop: Callable[..., Any], gateway: Gateway) -> None:
    def once(connection: ssl.SSLSocket, found: bytes) -> str:
        answer(ANSWER)(connection, found)
        return "close"

    async def act(made: AsyncClient) -> None:
        for _ in range(3):
            await made.order_query(out_trade_no="T-1")
            until(lambda: all(not thread.is_alive() for thread in gateway.threads[1:]))
            await asyncio.sleep(0.02)

    gateway.act = once
    shop(act)
    assert (len(gateway.requests), gateway.connections) == (3, 3)


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_s2_s7_whatever_breaks_after_the_request_has_left_is_unknown(
    shop: Callable[..., Any], gateway: Gateway, name: str
) -> None:
    gateway.act = BROKEN[name]
    raised: list[BaseException] = []

    async def act(made: AsyncClient) -> None:
        try:
            await made.refund(**REFUND)
        except BaseException as error:
            raised.append(error)
            raise

    began = time.monotonic()
    report = crash_report(lambda: shop(act, **HASTY))
    assert time.monotonic() - began < 3, "one deadline"
    (error,) = raised
    assert isinstance(error, OutcomeUnknown)
    assert error.numbers == {"out_refund_no": "R-1"}
    assert len(gateway.requests) == 1, "no redirect followed, nothing sent twice"
    assert "OutcomeUnknown" in report
    for secret in (KEY, "PRIVATE KEY-----"):
        assert secret not in report + str(error)


@pytest.mark.parametrize("where", ["head", "body", "chunk"])
def test_s6_a_reply_that_drips_ends_at_the_deadline(shop: Callable[..., Any], gateway: Gateway, where: str) -> None:
    start = {
        "head": b"HTTP/1.1 200 OK\r\nX-Odd: ",
        "body": HEAD,
        "chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n500\r\n",
    }[where]
    gateway.act = raw(start, *[b"x"] * 60, pause=0.05)
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown, match="no answer came"):
        shop(lambda made: made.refund(**REFUND), timeout=(0.4, 0.4))
    assert time.monotonic() - began < 2


def test_s6_the_time_to_answer_does_not_grow_by_what_connecting_left_over(
    shop: Callable[..., Any], gateway: Gateway
) -> None:
    gateway.act = raw(then="hang")
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown, match="no answer came"):
        shop(lambda made: made.refund(**REFUND), timeout=(20.0, 0.2))
    assert time.monotonic() - began < 5


def test_s3_1_a_reply_over_one_mebibyte_is_not_read_to_its_end(shop: Callable[..., Any], gateway: Gateway) -> None:
    gateway.act = raw(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (3 << 20))
    with pytest.raises(OutcomeUnknown, match="too long"):
        shop(lambda made: made.refund(**REFUND))


def test_a_kept_connection_is_not_dropped_for_a_reply_that_was_too_long(
    shop: Callable[..., Any], gateway: Gateway
) -> None:
    """It was read to its end, so that by now another call may have the connection."""

    async def act(made: AsyncClient) -> None:
        gateway.act = answer(b"x" * ((1 << 20) + 1))
        with pytest.raises(OutcomeUnknown, match="too long"):
            await made.refund(**REFUND)
        gateway.act = answer(signed(success()))
        await made.refund(**REFUND)

    shop(act)
    assert (len(gateway.requests), gateway.connections) == (2, 1)


def test_a_statement_may_be_longer(shop: Callable[..., Any], gateway: Gateway) -> None:
    gateway.act = answer(b"\xef\xbb\xbf" + b"x" * (3 << 20))
    found = shop(lambda made: made.download_bill(bill_date="20240229", bill_type="ALL"))
    assert len(found.raw) == (3 << 20) + 3


def test_a_body_over_one_mebibyte_is_sent(shop: Callable[..., Any], gateway: Gateway) -> None:
    async def act(made: AsyncClient) -> None:
        request = Request("POST", "/big", b"x" * (2 << 20), host=gateway.base_url)
        assert (await made._send(request)).status == 200

    shop(act)
    assert gateway.requests[0].endswith(b"x" * (2 << 20))
    assert b"Content-Length: 2097152\r\n" in gateway.requests[0]


@pytest.mark.parametrize("status", [201, 404, 500, 502])
def test_a_status_is_handed_on_as_it_is(shop: Callable[..., Any], gateway: Gateway, status: int) -> None:
    gateway.act = answer(b"body", status=f"{status} Odd", head=b"X-Odd: 1\r\n")
    with pytest.raises(OutcomeUnknown, match=f"HTTP {status}") as caught:
        shop(lambda made: made.refund(**REFUND))
    assert caught.value.phase == "status"
    response = caught.value.response
    assert response is not None
    assert (response.status, response.body, response.headers["x-odd"]) == (status, b"body", "1")


def test_a_redirect_is_not_followed(shop: Callable[..., Any], gateway: Gateway) -> None:
    gateway.act = answer(b"", status="307 Temporary Redirect", head=b"Location: /pay/orderquery\r\n")
    with pytest.raises(OutcomeUnknown, match="HTTP 307"):
        shop(lambda made: made.order_query(out_trade_no="T-1"))
    assert len(gateway.requests) == 1


def test_s6_a_get_is_not_repeated_behind_our_back(shop: Callable[..., Any], gateway: Gateway) -> None:
    """aiohttp sends a GET again by itself when the connection breaks."""
    gateway.act = lambda connection, found: "close" if b"GET" in found else answer(ANSWER)(connection, found)
    row = Operation("once", path="/once", title="Once")

    async def act(made: AsyncClient) -> None:
        await made.order_query(out_trade_no="T-1")  # a kept connection is what aiohttp repeats upon
        request = Request(
            "GET", "/once", b"", host=gateway.base_url, query="a=%e8%8c%b6%7E&b=1+2", operation=row,
            headers={"Content-Length": "0"},  # our gateway wants one
        )  # fmt: skip
        with pytest.raises(OutcomeUnknown):
            await made._send(request)

    shop(act)
    assert [found.split(b" HTTP")[0] for found in gateway.requests[1:]] == [b"GET /once?a=%e8%8c%b6%7E&b=1+2"]


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\n b", "a\rb", "a\0b"])
def test_s6_a_header_with_a_line_end_or_a_nul_is_refused(
    shop: Callable[..., Any], gateway: Gateway, value: str
) -> None:
    for headers in ({"X-Odd": value}, {value: "x"}):
        with pytest.raises(ConfigurationError, match="line end"):
            shop(
                lambda made, headers=headers: made._send(  # type: ignore[misc]
                    Request("POST", "/", b"", host=gateway.base_url, headers=headers)
                )
            )
    assert gateway.requests == []


@pytest.mark.parametrize(
    "host",
    ["http://gateway.example", "ftp://gateway.example", "gateway.example", "", "https://", "https://[::1",
     "https://a b", "https://gateway.example:99999", "https://gateway.example:0", "HTTP://gateway.example", "https://a/#x",
     "https://a\r\nX: 1"],
)  # fmt: skip
def test_s6_only_https_addresses_are_called(shop: Callable[..., Any], host: str) -> None:
    with pytest.raises(ConfigurationError, match=r"https only|not an address"):
        shop(lambda made: made._send(Request("POST", "/pay", b"", host=host)))


def test_s2_nobody_listening_is_not_sent(ca: Path, who: Merchant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    async def act() -> None:
        async with AsyncClient(who, base_url=f"https://localhost:{port}", verify=ca, retry=1) as made:
            with pytest.raises(NotSent, match="could not be reached") as caught:
                await made.micropay(**QUICK)
            assert type(caught.value) is NotSent
            assert "call again" in caught.value.remedy

    run(act())


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a listener that takes connections and says nothing: a TLS handshake never ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"https://localhost:{listener.getsockname()[1]}"


def test_s2_a_handshake_that_does_not_end_is_not_sent(silent: str, ca: Path, who: Merchant) -> None:
    async def act() -> None:
        async with AsyncClient(who, base_url=silent, verify=ca, retry=1, timeout=(0.1, 5.0)) as made:
            with pytest.raises(NotSent, match="no connection in time") as caught:
                await made.refund(**REFUND)
            assert type(caught.value) is NotSent, "the host is at fault, and its reserve is asked"

    began = time.monotonic()
    run(act())
    assert time.monotonic() - began < 2


def test_a_call_cancelled_before_it_has_a_connection_is_not_told(silent: str, ca: Path, who: Merchant) -> None:
    async def act() -> None:
        told: list[OutcomeUnknown] = []
        async with AsyncClient(who, base_url=silent, verify=ca, on_unknown=told.append) as made:
            began = time.monotonic()
            error = await cancelled(made.micropay(**QUICK), when=lambda: time.monotonic() - began > 0.1)
            assert told == [] and error.__cause__ is None
            assert made._numbers == {}

    run(act())


def test_m3_a_call_cancelled_after_its_bytes_went_out_is_told(
    gateway: Gateway, ca: Path, who: Merchant, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.act = raw(then="hang")

    async def act() -> None:
        told: list[OutcomeUnknown] = []
        async with shop_of(who, gateway, ca, on_unknown=told.append) as made:
            error = await cancelled(made.micropay(**QUICK), when=lambda: gateway.requests)
            (outcome,) = told
            assert error.__cause__ is outcome
            assert (outcome.operation, outcome.numbers) == ("micropay", {"out_trade_no": "Q-1"})
            assert outcome.query == "order_query"
            await asyncio.sleep(0)
            until(lambda: all(not thread.is_alive() for thread in gateway.threads[1:]))  # the socket is closed at once
            with pytest.raises(InvalidRequest, match="never sent twice"):
                await made.micropay(**QUICK)

    run(act())
    for secret in (KEY, AUTH_CODE):
        assert secret not in caplog.text


def test_a_call_thrown_away_after_its_bytes_went_out_is_told(shop: Callable[..., Any], gateway: Gateway) -> None:
    """As when a loop comes down: not cancelled, but closed."""
    gateway.act = raw(then="hang")
    told: list[OutcomeUnknown] = []

    async def act(made: AsyncClient) -> None:
        task = asyncio.create_task(made.refund(**REFUND))
        while not gateway.requests:
            await asyncio.sleep(0.005)
        task.get_coro().close()  # type: ignore[union-attr]
        task.cancel()
        with pytest.raises((RuntimeError, asyncio.CancelledError)):
            await task

    shop(act, on_unknown=told.append)
    assert [outcome.numbers for outcome in told] == [{"out_refund_no": "R-1"}]


def test_a_timeout_around_a_call_over_the_network_is_told(shop: Callable[..., Any], gateway: Gateway) -> None:
    gateway.act = raw(HEAD + ANSWER[:50], then="hang")
    told: list[OutcomeUnknown] = []

    async def act(made: AsyncClient) -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(made.refund(**REFUND), 0.3)

    shop(act, on_unknown=told.append)
    assert [outcome.numbers for outcome in told] == [{"out_refund_no": "R-1"}]


def test_a_hundred_calls_at_once_go_over_few_connections(shop: Callable[..., Any], gateway: Gateway) -> None:
    async def act(made: AsyncClient) -> list[Any]:
        return await asyncio.gather(*(made.order_query(out_trade_no=f"T-{number}") for number in range(100)))

    gateway.act = lambda connection, found: answer(signed(success(out_trade_no=_of(found)["out_trade_no"])))(
        connection, found
    )
    found = shop(act, connections=8)
    assert [result["out_trade_no"] for result in found] == [f"T-{number}" for number in range(100)]
    assert len(gateway.requests) == 100
    assert gateway.connections <= 8


def test_s2_who_waits_too_long_for_a_connection_has_sent_nothing(shop: Callable[..., Any], gateway: Gateway) -> None:
    gateway.act = raw(then="hang")

    async def act(made: AsyncClient) -> None:
        first = asyncio.create_task(made.refund(**REFUND))
        while not gateway.requests:
            await asyncio.sleep(0.005)
        with pytest.raises(ConnectionsInUse, match="no connection in time"):
            await made.refund(**{**REFUND, "out_refund_no": "R-2"})
        with pytest.raises(OutcomeUnknown):
            await first

    shop(act, connections=1, timeout=(0.3, 1.0))
    assert len(gateway.requests) == 1


def test_s6_a_client_whose_connections_are_all_in_use_does_not_leave_a_host_that_works(
    gateway: Gateway, ca: Path, who: Merchant
) -> None:
    gateway.act = raw(then="hang")

    async def act() -> None:
        async with shop_of(who, gateway, ca, connections=1, timeout=(0.2, 1.0)) as made:
            made.routes._everywhere = hosts = Hosts((gateway.base_url, "https://reserve.example"), time.monotonic)
            first = asyncio.create_task(made.refund(**REFUND))
            while not gateway.requests:
                await asyncio.sleep(0.005)
            with pytest.raises(ConnectionsInUse):
                await made.refund(**{**REFUND, "out_refund_no": "R-2"})
            assert hosts.current() == gateway.base_url
            with pytest.raises(OutcomeUnknown):
                await first

    run(act())


def test_calls_under_way_when_the_session_closes_are_judged(gateway: Gateway, ca: Path, who: Merchant) -> None:
    """The one that left is unknown, the one that waited for a connection was not sent; neither is cancelled."""
    gateway.act = raw(then="hang")

    async def act() -> None:
        async with shop_of(who, gateway, ca, connections=1) as made:
            tasks = [asyncio.create_task(made.refund(**{**REFUND, "out_refund_no": f"R-{n}"})) for n in range(2)]
            while not gateway.requests:
                await asyncio.sleep(0.005)
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(found[0], OutcomeUnknown)
        if sys.version_info >= (3, 11):  # before, nobody can say who cancelled
            assert type(found[1]) is NotSent

    run(act())


def test_a_closed_client_is_told_at_once(who: Merchant) -> None:
    async def act() -> None:
        made = AsyncClient(who)
        await made.close()
        await made.close()
        with pytest.raises(ConfigurationError, match="closed"):
            await made.order_query(out_trade_no="T-1")
        session = AsyncSession()
        async with session:
            pass
        with pytest.raises(ConfigurationError, match="the session is closed"):
            await AsyncClient(who, session=session).order_query(out_trade_no="T-1")

    run(act())


def test_s2_a_session_is_of_one_event_loop(gateway: Gateway, ca: Path, who: Merchant) -> None:
    session = AsyncSession()
    made = AsyncClient(who, base_url=gateway.base_url, verify=ca, session=session)

    async def elsewhere() -> None:
        with pytest.raises(ConfigurationError, match="another event loop"):
            await made.order_query(out_trade_no="T-2")

    async def act() -> None:
        await made.order_query(out_trade_no="T-1")
        await asyncio.to_thread(asyncio.run, elsewhere())
        await session.close()

    run(act())


# Who is who.


def test_s6_a_gateway_under_another_ca_is_not_spoken_to(gateway: Gateway, who: Merchant, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(Authority().pem)

    async def act() -> None:
        for verify in (None, other):
            async with AsyncClient(who, base_url=gateway.base_url, verify=verify, retry=1) as made:
                with pytest.raises(NotSent, match="certificate of the gateway is not trusted"):
                    await made.order_query(out_trade_no="T-1")

    run(act())
    assert gateway.requests == []


def test_s6_a_gateway_of_another_name_is_not_spoken_to(ca: Path, who: Merchant, tmp_path: Path) -> None:
    elsewhere = Authority(hosts=["elsewhere.test"])
    trusted = tmp_path / "elsewhere.pem"
    trusted.write_bytes(elsewhere.pem)
    other = Gateway(server_context(elsewhere.server(), tmp_path, ca))

    async def act() -> None:
        async with AsyncClient(who, base_url=other.base_url, verify=trusted, retry=1) as made:
            with pytest.raises(NotSent, match="not trusted"):
                await made.order_query(out_trade_no="T-1")

    try:
        run(act())
    finally:
        other.stop()
    assert other.requests == []


def test_s6_tls_below_1_2_is_not_spoken(issued: dict[str, Issued], ca: Path, who: Merchant, tmp_path: Path) -> None:
    old = server_context(issued["server"], tmp_path, ca)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    ancient = Gateway(old)

    async def act() -> None:
        async with shop_of(who, ancient, ca) as made:
            with pytest.raises(NotSent):
                await made.order_query(out_trade_no="T-1")

    try:
        run(act())
    finally:
        ancient.stop()
    assert ancient.requests == []


def test_s7_the_certificate_is_shown_to_calls_that_need_it_and_to_no_other(
    shop: Callable[..., Any], gateway: Gateway, issued: dict[str, Issued]
) -> None:
    gateway.act = answer(signed(success()))

    async def act(made: AsyncClient) -> None:
        await made.order_query(out_trade_no="T-1")
        await made.refund(**REFUND)
        await made.unified_order(**ORDER)
        await made.reverse(out_trade_no="T-1")

    shop(act)
    der = issued["one"].der
    assert gateway.peers == [None, der, None, der]
    assert gateway.connections == 2, "each kind keeps its connection"


def test_s7_the_certificate_changes_without_a_restart(
    shop: Callable[..., Any], gateway: Gateway, issued: dict[str, Issued]
) -> None:
    gateway.act = answer(signed(success()))

    async def act(made: AsyncClient) -> None:
        await made.refund(**REFUND)
        made.merchant.use_certificate(issued["two"].pem, issued["two"].key_pem())
        await made.refund(**{**REFUND, "out_refund_no": "R-2"})
        made.merchant.use_certificate(issued["one"].p12(MCH_ID))
        await made.refund(**{**REFUND, "out_refund_no": "R-3"})

    shop(act)
    assert gateway.peers == [issued["one"].der, issued["two"].der, issued["one"].der]


@contextlib.contextmanager
def tls_1_2(gateway: Gateway) -> Iterator[None]:
    """A gateway that judges the client's certificate within the handshake; in TLS 1.3 it does so afterwards."""
    gateway.context.maximum_version, before = ssl.TLSVersion.TLSv1_2, gateway.context.maximum_version
    try:
        yield
    finally:
        gateway.context.maximum_version = before


@pytest.mark.parametrize("within", [True, False], ids=["TLS 1.2", "TLS 1.3"])
def test_s7_a_new_certificate_that_tls_refuses_gives_way(
    gateway: Gateway, ca: Path, issued: dict[str, Issued], caplog: pytest.LogCaptureFixture, within: bool
) -> None:
    one, stranger = issued["one"], Authority().merchant()
    who = merchant(certificate=False)
    who.use_certificate(one.pem, one.key_pem(), next_certificate=stranger.pem, next_private_key=stranger.key_pem())
    gateway.act = answer(signed(success(out_refund_no="R-1")))

    async def act() -> None:
        async with AsyncClient(who, base_url=gateway.base_url, verify=ca, clock=ManualClock()) as made:
            made.retry.attempts = 3 if within else 1
            for _ in range(1 if within else 4):  # after the handshake: unknown, and the alert itself may get lost
                with contextlib.suppress(*([] if within else [OutcomeUnknown])):
                    await made.refund(**REFUND)
                    return
        raise AssertionError("the certificate did not give way")

    with tls_1_2(gateway) if within else contextlib.nullcontext():
        run(act())
    assert gateway.peers == [one.der]
    assert "certificate.refused" in caplog.text


def test_s2_a_handshake_that_fails_is_not_sent(gateway: Gateway, ca: Path) -> None:
    stranger = Authority().merchant()
    who = merchant(certificate=False)
    who.use_certificate(stranger.pem, stranger.key_pem())

    async def act() -> None:
        async with shop_of(who, gateway, ca) as made:
            with pytest.raises(NotSent) as caught:
                await made.refund(**REFUND)
            assert type(caught.value) is NotSent

    with tls_1_2(gateway):
        run(act())
    assert gateway.requests == []


def test_a_call_that_needs_a_certificate_is_not_sent_without_one(gateway: Gateway, ca: Path) -> None:
    async def act() -> None:
        async with shop_of(merchant(certificate=False), gateway, ca) as made:
            with pytest.raises(ConfigurationError, match="needs the merchant certificate"):
                await made.refund(**REFUND)
            with pytest.raises(ConfigurationError, match="needs the merchant certificate"):
                await made._send(Request("POST", "/", b"", host=gateway.base_url, certificate=True))

    run(act())
    assert gateway.requests == []


def test_s7_merchants_on_one_session_never_use_each_others_connections(
    gateway: Gateway, ca: Path, authority: Authority
) -> None:
    """Each merchant's certificate goes with its own calls only, also on kept connections and all at once."""
    names = [f"19000{number:05}" for number in range(6)]
    issued = {name: authority.merchant(name) for name in names}
    gateway.act = lambda connection, found: answer(
        signed({**success(), "mch_id": _of(found)["mch_id"], "sub_mch_id": SUB[_of(found)["mch_id"]]})
    )(connection, found)
    SUB = {name: f"2{name[1:]}" for name in names}

    async def act() -> None:
        async with AsyncSession(connections=20) as session:
            clients = []
            for name in names:
                who = merchant(certificate=False, mch_id=name, sub_mch_id=SUB[name])
                who.use_certificate(issued[name].pem, issued[name].key_pem())
                clients.append(AsyncClient(who, base_url=gateway.base_url, verify=ca, session=session))
            for turn in range(3):
                await asyncio.gather(
                    *(made.refund(**{**REFUND, "out_refund_no": f"R-{turn}"}) for made in clients),
                    *(made.order_query(out_trade_no="T-1") for made in clients),
                )
            await clients[0].close()
            await clients[1].order_query(out_trade_no="T-1")  # the session is not the first client's to close

    run(act())
    for found, peer in zip(gateway.requests, gateway.peers, strict=True):
        shown = issued[_of(found)["mch_id"]].der if b"/secapi/" in found else None
        assert peer == shown
    assert gateway.connections <= 12, "one per certificate, and a few that need none"


def _of(found: bytes) -> dict[str, str]:
    """What the bytes of a request say."""
    return fields_of(Request("POST", "/", found.partition(b"\r\n\r\n")[2], headers={"Content-Type": "text/xml"}))


def test_a_connection_without_certificate_is_shared_by_all(gateway: Gateway, ca: Path) -> None:
    async def act() -> None:
        async with AsyncSession() as session:
            for _ in range(4):
                made = AsyncClient(merchant(), base_url=gateway.base_url, verify=ca, session=session)
                await made.order_query(out_trade_no="T-1")

    run(act())
    assert (len(gateway.requests), gateway.connections) == (4, 1)


def test_the_limit_per_host_is_counted_for_each_certificate(gateway: Gateway, ca: Path, who: Merchant) -> None:
    gateway.act = answer(signed(success()))

    async def act() -> None:
        async with AsyncSession(per_host=2) as session:
            made = AsyncClient(who, base_url=gateway.base_url, verify=ca, session=session)
            await asyncio.gather(
                *(made.order_query(out_trade_no="T-1") for _ in range(10)),
                *(made.refund(**{**REFUND, "out_refund_no": f"R-{number}"}) for number in range(10)),
            )

    run(act())
    assert len(gateway.requests) == 20
    assert gateway.connections == 4


# The environment decides nothing.


def test_s6_the_environment_changes_neither_route_nor_trust(
    shop: Callable[..., Any], gateway: Gateway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    junk = tmp_path / "junk.pem"
    junk.write_text("junk")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login me password secret\n")
    netrc.chmod(0o600)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.setenv(name, str(junk))
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert shop(lambda made: made.order_query(out_trade_no="T-1"))["out_trade_no"] == "T-1"
    assert b"authorization" not in b"".join(gateway.requests).lower()


def test_a_cookie_is_not_sent_back(shop: Callable[..., Any], gateway: Gateway) -> None:
    gateway.act = answer(ANSWER, head=b"Set-Cookie: session=1; Path=/\r\n")

    async def act(made: AsyncClient) -> None:
        for _ in range(2):
            await made.order_query(out_trade_no="T-1")

    shop(act)
    assert b"cookie" not in gateway.requests[1].lower()


@pytest.fixture
def proxy(gateway: Gateway) -> Iterator[tuple[str, list[bytes]]]:
    """A CONNECT proxy of a few lines, and what went through it."""
    import threading

    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                near, _ = listener.accept()
                with near, socket.create_connection(("127.0.0.1", gateway.port)) as far:
                    seen.append(near.recv(65536))
                    near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    back = threading.Thread(target=pump, args=(far, near, []), daemon=True)
                    back.start()
                    pump(near, far, seen)
                    back.join(5)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def test_s6_a_proxy_is_used_when_it_is_asked_for(
    shop: Callable[..., Any], gateway: Gateway, proxy: tuple[str, list[bytes]]
) -> None:
    address, seen = proxy
    assert shop(lambda made: made.order_query(out_trade_no="T-1"), proxy=address)["out_trade_no"] == "T-1"
    assert seen[0].startswith(b"CONNECT localhost:%d " % gateway.port)
    assert b"out_trade_no" not in b"".join(seen)


def test_s2_a_proxy_that_is_down_or_says_no_is_not_sent(shop: Callable[..., Any], gateway: Gateway) -> None:
    with pytest.raises(NotSent):
        shop(lambda made: made.micropay(**QUICK), proxy="http://127.0.0.1:9")
    assert gateway.requests == []


# Secrets.


@pytest.mark.parametrize("name", ["order_query", "refund", "micropay"])
@pytest.mark.parametrize("how", ["answered", "no answer", "502"])
def test_s7_the_debug_log_of_a_call_shows_no_secret(
    shop: Callable[..., Any], gateway: Gateway, caplog: pytest.LogCaptureFixture, name: str, how: str
) -> None:
    gateway.act = {"answered": answer(signed(success())), "no answer": raw(), "502": BROKEN["502"]}[how]
    with caplog.at_level(logging.DEBUG), contextlib.suppress(OutcomeUnknown):
        shop(lambda made: getattr(made, name)(**CALLS[name]))
    sent = _of(gateway.requests[0])
    for secret in (KEY, AUTH_CODE, sent["sign"], sent["nonce_str"], "PRIVATE"):
        assert secret not in caplog.text
    assert "call.sent" in caplog.text


# The simulator as gateway.


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(deliver=False) as running:
        yield running


def test_a_payment_and_its_refund_over_mutual_tls(simulator: Simulator) -> None:
    async def act() -> None:
        async with AsyncClient(simulator.merchant, base_url=simulator.base_url, verify=simulator.ca) as made:
            order = await made.unified_order(**{**ORDER, "out_trade_no": "A-1"})
            assert order["code_url"].startswith("weixin://")
            await asyncio.to_thread(simulator.pay, "A-1")
            assert (await made.order_query(out_trade_no="A-1"))["trade_state"] == "SUCCESS"
            taken = await made.refund(out_trade_no="A-1", out_refund_no="AR-1", total_fee=100, refund_fee=40)
            assert taken["refund_fee"] == "40"
            assert (await made.refund_query(out_refund_no="AR-1"))["refund_count"] == "1"

    run(act())


def test_many_orders_at_once_over_mutual_tls(simulator: Simulator) -> None:
    async def act() -> None:
        async with AsyncClient(simulator.merchant, base_url=simulator.base_url, verify=simulator.ca) as made:
            orders = await asyncio.gather(
                *(made.unified_order(**{**ORDER, "out_trade_no": f"M-{number}"}) for number in range(30))
            )
            assert len({order["prepay_id"] for order in orders}) == 30

    run(act())


def test_the_program_of_the_how_to_runs_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parent.parent / "docs" / "howto" / "async.rst").read_text(encoding="utf-8")
    block = page.split(".. code-block:: python\n")[1]
    lines = [line for line in block.splitlines() if line.startswith("   ") or not line]
    program = textwrap.dedent("\n".join(lines[: next(n for n, line in enumerate(lines) if "asyncio.run" in line) + 1]))
    exec(compile(program, "async.rst", "exec"), {"__name__": "__main__"})  # noqa: S102
    gc.collect(1)
    assert capsys.readouterr().out.splitlines()[1] == "['NOTPAY', 'NOTPAY', 'NOTPAY']"
