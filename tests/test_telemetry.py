"""What operators see: records with stable names and redacted fields, spans, and nothing put together in vain."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests import fixtures
from tests.corpus import messages as m
from tests.fixtures import AUTH_CODE, KEY, ORDER, QUICK, REFUND, Script, client, fail, ok
from wxpay_v2 import flows, telemetry
from wxpay_v2.aio import AsyncClient
from wxpay_v2.call import Pause, Request, Response, unknown
from wxpay_v2.client import Client
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import NotSent, OutcomeUnknown, Refused, Rejected, WXPayError
from wxpay_v2.merchant import Merchant
from wxpay_v2.secret import Secret
from wxpay_v2.telemetry import EVENTS, Watch
from wxpay_v2.v2 import catalogue
from wxpay_v2.v2.notification import open_notification
from wxpay_v2.v2.signature import Signer

ROOT = Path(__file__).resolve().parents[1]
ORDERED = ok(prepay_id="wx1", trade_type="NATIVE", code_url="weixin://wxpay/bizpayurl?pr=x")
OPENID = "oUpF8uMEb4qRXf22hE3X68TekukE"


def lost(request: Request) -> Response:
    raise unknown(request, "no answer came", phase="read")


@pytest.fixture
def records(caplog: pytest.LogCaptureFixture) -> Callable[[], list[Any]]:
    caplog.set_level(logging.DEBUG, "wxpay_v2")
    return lambda: [record for record in caplog.records if record.name == "wxpay_v2"]


def names(found: list[Any]) -> list[str]:
    return [record.event for record in found]


# Records.


def test_a_call_is_sent_and_answered(records: Callable[[], list[Any]]) -> None:
    client(Script([ORDERED])).unified_order(**ORDER)
    sent, answered = records()
    assert (sent.event, sent.levelname) == ("call.sent", "DEBUG")
    assert sent.wxpay["fields"]["nonce_str"] == "***"
    assert sent.wxpay["fields"]["body"] == "Tea"
    del sent.wxpay["fields"]
    assert sent.wxpay == {
        "operation": "unified_order", "host": "apihk.mch.weixin.qq.com", "attempt": 1, "out_trade_no": "T-1",
    }  # fmt: skip
    assert (answered.event, answered.levelname) == ("call.answered", "INFO")
    assert answered.getMessage() == (
        "call.answered operation=unified_order host=apihk.mch.weixin.qq.com attempts=1 seconds=0.000 out_trade_no=T-1"
    )


def test_a_refusal_names_its_code_and_reason(records: Callable[[], list[Any]]) -> None:
    with pytest.raises(Refused):
        client(Script([fail("NOTENOUGH")])).refund(**REFUND)
    told = records()[-1]
    assert (told.event, told.levelname) == ("call.refused", "INFO")
    assert told.wxpay["err_code"] == "NOTENOUGH"
    assert told.wxpay["authenticated"] is True
    assert "reason='NOTENOUGH: NOTENOUGH in words'" in told.getMessage()


def test_an_unknown_outcome_is_a_warning_that_names_the_query(records: Callable[[], list[Any]]) -> None:
    with pytest.raises(OutcomeUnknown):
        client(Script([lost] * 3)).unified_order(**ORDER)
    assert names(records()) == ["call.sent", "call.retried"] * 2 + ["call.sent", "call.unknown"]
    told = records()[-1]
    assert told.levelname == "WARNING"
    assert (told.wxpay["query"], told.wxpay["attempts"]) == ("order_query", 3)
    assert records()[1].wxpay["reason"] == "no answer came"


def test_what_never_left_is_told_and_the_host_changes(records: Callable[[], list[Any]]) -> None:
    made = client(Script([NotSent("no route"), ORDERED]), region="mainland")
    made.unified_order(**{**ORDER, "fee_type": "CNY"})
    assert names(records()) == [
        "call.sent",
        "host.changed",
        "host.changed",
        "call.retried",
        "call.sent",
        "call.answered",
    ]
    assert records()[1].wxpay["reserve"] == "https://api2.mch.weixin.qq.com"
    with pytest.raises(NotSent):
        client(Script([NotSent("no route")]), retry=1).unified_order(**ORDER)
    assert names(records())[-1] == "call.not_sent"


def test_an_interrupted_call_leaves_its_outcome_unknown(records: Callable[[], list[Any]]) -> None:
    def interrupted(request: Request) -> Response:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        client(interrupted).unified_order(**ORDER)
    # `run` hands on what is no Exception; the generator is closed, and says so.
    assert names(records()) == ["call.sent", "call.unknown"]


def test_an_awaited_call_tells_the_same(records: Callable[[], list[Any]]) -> None:
    script = Script([lost, ORDERED])

    async def send(request: Request) -> Response:
        return script(request)

    async def act() -> None:
        async with AsyncClient(fixtures.merchant(), transport=send, clock=ManualClock()) as made:
            made._sleep = at_once  # type: ignore[method-assign]
            await made.unified_order(**ORDER)

    asyncio.run(act())
    assert names(records()) == ["call.sent", "call.retried", "call.sent", "call.answered"]


async def at_once(seconds: float) -> None:
    pass


def test_a_flow_tells_its_steps(records: Callable[[], list[Any]]) -> None:
    paid = {
        "out_trade_no": "Q-1", "transaction_id": "42", "total_fee": "100", "fee_type": "HKD", "openid": OPENID,
        "time_end": "20240229120000", "trade_type": "MICROPAY", "bank_type": "CMC", "cash_fee": "100",
    }  # fmt: skip
    script = Script([fail("USERPAYING"), ok(trade_state="SUCCESS", **paid)])
    assert flows.quick_pay(client(script), **QUICK)
    told = [record for record in records() if record.event.startswith("flow.")]
    assert names(told) == ["flow.began", "flow.state", "flow.state", "flow.ended"]
    assert [record.wxpay.get("state") for record in told[1:3]] == ["sent", "USERPAYING"]
    assert told[-1].wxpay == {"flow": "quick_pay", "number": "Q-1", "outcome": "done", "seconds": 5.0}


def test_a_flow_that_began_nothing_tells_nothing(records: Callable[[], list[Any]]) -> None:
    def full(number: str) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk"):
        flows.quick_pay(client(Script([])), before_sending=full, **QUICK)
    assert not [record for record in records() if record.event.startswith("flow.")]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("T-1", "T-1"),
        ("two words", "'two words'"),
        ("", "''"),
        ("a\nb=c", "'a\\nb=c'"),
        ("\u2028", "'\\u2028'"),
        ("茶", "茶"),
        (1.23456, "1.235"),
        (True, "True"),
    ],
)
def test_a_record_is_one_line_whatever_it_repeats(records: Callable[[], list[Any]], value: object, shown: str) -> None:
    telemetry.emit("flow.state", {"state": value})
    assert records()[0].getMessage() == f"flow.state state={shown}"


def test_s7_what_the_gateway_repeats_is_covered_in_the_reason(records: Callable[[], list[Any]]) -> None:
    said = f"payment code {AUTH_CODE} is not valid"
    with pytest.raises(WXPayError):
        client(Script([_saying(said)])).micropay(**QUICK)
    assert AUTH_CODE not in "".join(f"{record.getMessage()} {record.wxpay}" for record in records())
    assert "payment code *** is not valid" in records()[-1].wxpay["reason"]


def _saying(said: str) -> Response:
    fields = fixtures.success(result_code="FAIL", err_code="AUTHCODEEXPIRE", err_code_des=said)
    return Response(200, fixtures.signed(fields))


class Unread(dict[str, str]):
    """Fields that nobody may look at."""

    def _read(self, *_: object) -> Any:
        raise AssertionError("looked at")

    __getitem__ = __iter__ = __contains__ = keys = values = items = get = _read  # type: ignore[assignment]


def test_nothing_is_put_together_for_a_level_that_is_off(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "wxpay_v2")
    watch = Watch(Request("POST", "/x", b"", fields=Unread(a="b")), "global", lambda: 0.0)
    watch.sent(Request("POST", "/x", b"", fields=Unread(a="b")))
    watch.retried(NotSent("x"), 1.0)
    watch.failed(Refused("no"))
    assert not [record for record in caplog.records if record.name == "wxpay_v2"]
    caplog.set_level(logging.INFO, "wxpay_v2")
    with pytest.raises(AssertionError, match="looked at"):
        watch.failed(Refused("no"))  # its reason is compared with the fields


# Notifications.


def test_an_accepted_notification_is_told_with_its_numbers(records: Callable[[], list[Any]]) -> None:
    who = Merchant(m.APPID, m.MCH_ID, m.KEY)
    telemetry.opened(open_notification, m.payment(), who, Signer(Secret(m.KEY)))
    (told,) = records()
    assert told.event == "notification.accepted"
    assert told.wxpay["kind"] == "payment"
    assert told.wxpay["out_trade_no"]
    assert "openid" not in told.wxpay


def test_a_refused_notification_is_a_warning_with_its_kind(records: Callable[[], list[Any]]) -> None:
    who = Merchant(m.APPID, m.MCH_ID, m.KEY)
    with pytest.raises(Rejected):
        telemetry.opened(open_notification, m.payment(m.OTHER_KEY), who, Signer(Secret(m.KEY)))
    (told,) = records()
    assert (told.event, told.levelname) == ("notification.refused", "WARNING")
    assert told.wxpay == {"error": "SignatureInvalid", "reason": "the signature is wrong"}


# The list of events.


def test_every_event_of_the_source_is_listed_and_every_listed_one_is_used() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "wxpay_v2").rglob("*.py")))
    used = set(re.findall(r"\"((?:call|host|certificate|notification|flow|upgrade)\.[a-z_]+)\"", source))
    rules = {"upgrade.carried", "upgrade.no_equivalent", "upgrade.setting"}  # ids of faults
    assert used - {"notification.html"} - rules == EVENTS.keys()


def test_the_manual_lists_every_event_with_its_level() -> None:
    page = (ROOT / "docs/howto/logging.rst").read_text(encoding="utf-8")
    told = dict(re.findall(r"^``([a-z.]+(?:_[a-z]+)?)``\s+(DEBUG|INFO|WARNING|ERROR)", page, re.MULTILINE))
    assert told == {name: logging.getLevelName(level) for name, (level, _) in EVENTS.items()}


# Spans.


@pytest.fixture(scope="module")
def exporter() -> Iterator[InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)  # once per process, as OpenTelemetry wants it
    yield kept
    kept.shutdown()  # the provider stays for the process; nothing is kept any more


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Callable[[], list[Any]]:
    exporter.clear()
    return lambda: list(exporter.get_finished_spans())


def test_a_call_is_a_span_with_an_event_per_attempt(spans: Callable[[], list[Any]]) -> None:
    client(Script([lost, ORDERED])).unified_order(**ORDER)
    (span,) = spans()
    assert (span.name, span.kind.name, span.status.status_code.name) == ("wxpay unified_order", "CLIENT", "UNSET")
    assert dict(span.attributes) == {
        "wxpay.operation": "unified_order", "wxpay.region": "global", "wxpay.host": "apihk.mch.weixin.qq.com",
        "wxpay.attempts": 2, "wxpay.outcome": "answered",
    }  # fmt: skip
    assert [(event.name, event.attributes["wxpay.attempt"]) for event in span.events] == [
        ("attempt", 1),
        ("attempt", 2),
    ]


@pytest.mark.parametrize(
    ("reply", "outcome", "code", "status"),
    [
        (fail("NOTENOUGH"), "refused", "NOTENOUGH", "UNSET"),
        (fail("SYSTEMERROR"), "unknown", "SYSTEMERROR", "ERROR"),
        (NotSent("no route"), "not_sent", None, "ERROR"),
        (Response(500, b""), "unknown", None, "ERROR"),
    ],
)
def test_a_span_tells_how_a_call_ended(
    spans: Callable[[], list[Any]], reply: Any, outcome: str, code: str | None, status: str
) -> None:
    with pytest.raises(WXPayError):
        client(Script([reply]), retry=1).refund(**REFUND)
    (span,) = spans()
    assert span.attributes["wxpay.outcome"] == outcome
    assert span.attributes.get("wxpay.err_code") == code
    assert span.status.status_code.name == status


def test_a_transports_own_spans_stand_below_the_calls(spans: Callable[[], list[Any]]) -> None:
    def send(request: Request) -> Response:
        with trace.get_tracer("urllib3").start_as_current_span("POST"):
            return ORDERED

    with trace.get_tracer("shop").start_as_current_span("checkout"):
        client(send).unified_order(**ORDER)
        assert trace.get_current_span().name == "checkout"  # type: ignore[attr-defined]
    post, call, checkout = spans()
    assert post.parent.span_id == call.context.span_id
    assert call.parent.span_id == checkout.context.span_id


def test_awaited_calls_side_by_side_keep_their_spans_apart(spans: Callable[[], list[Any]]) -> None:
    async def send(request: Request) -> Response:
        await asyncio.sleep(0)
        with trace.get_tracer("aiohttp").start_as_current_span(request.fields["out_trade_no"]):
            await asyncio.sleep(0)
        return ORDERED

    async def act() -> None:
        async with AsyncClient(fixtures.merchant(), transport=send) as made:
            await asyncio.gather(*(made.unified_order(**{**ORDER, "out_trade_no": f"T-{n}"}) for n in range(5)))

    asyncio.run(act())
    calls = {span.context.span_id for span in spans() if span.name == "wxpay unified_order"}
    parents = [span.parent.span_id for span in spans() if span.name.startswith("T-")]
    assert len(calls) == 5
    assert set(parents) == calls


def test_a_notification_is_a_span(spans: Callable[[], list[Any]]) -> None:
    who = Merchant(m.APPID, m.MCH_ID, m.KEY)
    telemetry.opened(open_notification, m.payment(), who, Signer(Secret(m.KEY)))
    with pytest.raises(Rejected):
        telemetry.opened(open_notification, b"", who, Signer(Secret(m.KEY)))
    good, bad = spans()
    assert dict(good.attributes) == {"wxpay.outcome": "accepted", "wxpay.kind": "payment"}
    assert dict(bad.attributes) == {"wxpay.outcome": "refused", "wxpay.error": "Malformed"}
    assert bad.status.status_code.name == "ERROR"


def test_s7_no_span_holds_a_secret_or_an_openid(spans: Callable[[], list[Any]]) -> None:
    for reply in (_saying(f"{AUTH_CODE} {OPENID}"), ok(openid=OPENID), lost):
        with contextlib.suppress(WXPayError):
            client(Script([reply]), retry=1).micropay(**QUICK)
    assert len(spans()) == 3
    for span in spans():
        assert not [one for one in (KEY, AUTH_CODE, OPENID, OPENID[:8]) if one in span.to_json()]


PROGRAM = """
import sys
from tests.fixtures import ORDER, client, ok
if {imported}:
    from opentelemetry import trace
client(lambda request: ok(prepay_id="x", code_url="weixin://x", trade_type="NATIVE")).unified_order(**ORDER)
assert any(name.startswith("opentelemetry") for name in sys.modules) is {imported}
"""


@pytest.mark.parametrize("imported", [False, True], ids=["not imported", "imported and not configured"])
def test_a_call_without_a_configured_opentelemetry_is_just_a_call(imported: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(imported=imported)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_pause_belongs_to_no_span() -> None:
    """A span stands in nobody's way while a call waits: it is the current one only while the transport works."""
    made: Client = client(Script([lost, ORDERED]))
    steps = made.steps(catalogue.find("unified_order"), ORDER)
    with pytest.raises(StopIteration):
        step: Any = next(steps)
        while True:
            if isinstance(step, Pause):
                assert not trace.get_current_span().is_recording()
                step = steps.send(None)
            else:
                try:
                    step = steps.send(made._send(step))
                except OutcomeUnknown as error:
                    step = steps.throw(error)
