"""threats.md, section 6: what is repeated, how often, after how long, on which host, and never past one deadline."""

from __future__ import annotations

import math
import random as dice
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxpay_v2.call import Pause, Request, Response, unknown
from wxpay_v2.errors import (
    ConfigurationError,
    InvalidRequest,
    Malformed,
    NotSent,
    OutcomeUnknown,
    Refused,
    WXPayError,
)
from wxpay_v2.operation import HOSTS, MAINLAND, ONCE, READ, SAME_NUMBER, Operation
from wxpay_v2.retry import Hosts, Retry, Routes
from wxpay_v2.v2 import catalogue

FIRST, RESERVE = HOSTS[MAINLAND]
BODY = b"<xml>the one body</xml>"


def operation(repeat: str, **more: Any) -> Operation:
    options = {"numbers": ("out_trade_no",), "query": "order_query", **more}
    return Operation("thing", path="/pay/thing", title="A thing", repeat=repeat, **options)


READ_ROW, SAME_ROW, ONCE_ROW = operation(READ, moves_money=False), operation(SAME_NUMBER), operation(ONCE)
ROWS = {READ: READ_ROW, SAME_NUMBER: SAME_ROW, ONCE: ONCE_ROW}


class Wire:
    """Drives one call without a socket: every outcome is an exception, a Response or "ok"; time stands still but for
    pauses and what an outcome is told to take."""

    def __init__(self, random: Callable[[], float] = lambda: 0.5, **limits: Any) -> None:
        self.time = 1000.0
        self.retry = Retry(self.now, random, **limits)
        self.hosts = Hosts(HOSTS[MAINLAND], self.now)
        self.sent: list[Request] = []
        self.pauses: list[float] = []
        self.sent_at: list[float] = []

    def now(self) -> float:
        return self.time

    def call(self, row: Operation | None, outcomes: list[Any], took: float = 0.0) -> Any:
        request = Request("POST", "/pay/thing", BODY, operation=row, fields={"out_trade_no": "T-1"})
        carried = self.retry.carry(request, self.judge, self.hosts)
        self.sent, self.pauses, self.sent_at = [], [], []
        waiting = list(outcomes)
        try:
            step = next(carried)
            while True:
                if isinstance(step, Pause):
                    self.pauses.append(step.seconds)
                    self.time += step.seconds
                    step = carried.send(None)
                    continue
                self.sent.append(step)
                self.sent_at.append(self.time)
                self.time += took
                outcome = waiting.pop(0)
                if callable(outcome):
                    outcome = outcome(step)
                if isinstance(outcome, NotSent | OSError) or (
                    isinstance(outcome, OutcomeUnknown) and outcome.phase == "read"
                ):
                    step = carried.throw(outcome)
                else:
                    self.outcome = outcome
                    step = carried.send(None if outcome is None else Response(200, b""))
        except StopIteration as done:
            return done.value

    def judge(self, request: Request, response: Response) -> str:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return str(self.outcome)

    def fails(self, row: Operation | None, outcomes: list[Any], **more: Any) -> WXPayError:
        with pytest.raises(WXPayError) as caught:
            self.call(row, outcomes, **more)
        return caught.value

    @property
    def tokens(self) -> float:
        return self.retry._tokens


def not_sent(_: Request | None = None) -> NotSent:
    return NotSent("no route to host")


def timeout(request: Request) -> OutcomeUnknown:
    return unknown(request, "no answer came", phase="read")


def status(code: int) -> Callable[[Request], OutcomeUnknown]:
    return lambda request: unknown(request, f"HTTP {code}", response=Response(code, b""), phase="status")


def system_error(request: Request) -> OutcomeUnknown:
    return unknown(request, "SYSTEMERROR", err_code="SYSTEMERROR", may_repeat=True)


def bad_signature(request: Request) -> OutcomeUnknown:
    return unknown(request, "the reply's signature does not hold")


def refused(_: Request) -> Refused:
    return Refused("FREQUENCY_LIMITED: not taken in", err_code="FREQUENCY_LIMITED", may_repeat=True)


# Classes.


@pytest.mark.parametrize(
    ("repeat", "failure", "times"),
    [
        (READ, not_sent, 3),
        (READ, timeout, 3),
        (READ, status(500), 3),
        (READ, status(502), 3),
        (READ, system_error, 3),
        (READ, OSError("the transport's own"), 3),
        (READ, bad_signature, 1),
        (SAME_NUMBER, not_sent, 3),
        (SAME_NUMBER, timeout, 3),
        (SAME_NUMBER, status(503), 3),
        (SAME_NUMBER, system_error, 3),
        (SAME_NUMBER, bad_signature, 1),
        (SAME_NUMBER, status(302), 1),
        (SAME_NUMBER, status(404), 1),
        (SAME_NUMBER, status(403), 1),
        (ONCE, not_sent, 3),
        (ONCE, timeout, 1),
        (ONCE, status(500), 1),
        (ONCE, system_error, 1),
        (ONCE, OSError("the transport's own"), 1),
        (ONCE, bad_signature, 1),
    ],
)
def test_s6_a_class_of_call_is_repeated_as_the_table_says(repeat: str, failure: Any, times: int) -> None:
    wire = Wire()
    wire.fails(ROWS[repeat], [failure] * 3)
    assert len(wire.sent) == times
    assert all(request.body == BODY for request in wire.sent)


@pytest.mark.parametrize("repeat", [READ, SAME_NUMBER, ONCE])
@pytest.mark.parametrize("kind", [InvalidRequest, ConfigurationError])
def test_s6_bad_input_is_not_repeated(repeat: str, kind: type[NotSent]) -> None:
    wire = Wire()
    assert type(wire.fails(ROWS[repeat], [kind("bad input")])) is kind
    assert wire.pauses == []


@pytest.mark.parametrize("repeat", [READ, SAME_NUMBER, ONCE])
def test_s6_a_refusal_is_an_answer_and_not_repeated(repeat: str) -> None:
    wire = Wire()
    assert isinstance(wire.fails(ROWS[repeat], [refused]), Refused)


def test_s6_an_operation_nobody_classified_is_sent_once() -> None:
    wire = Wire()
    wire.fails(Operation("other", path="/x", title="x"), [timeout])
    wire.fails(None, [timeout])
    assert wire.call(None, [not_sent, "ok"]) == "ok"


@pytest.mark.parametrize("attempts", [1, 2, 3])
def test_s6_never_more_attempts_than_allowed(attempts: int) -> None:
    wire = Wire(attempts=attempts)
    wire.fails(READ_ROW, [timeout] * 5)
    assert len(wire.sent) == attempts
    assert len(wire.pauses) == attempts - 1


# An earlier attempt may have arrived, whatever the later ones say.


@pytest.mark.parametrize("repeat", [READ, SAME_NUMBER])
@pytest.mark.parametrize(
    "later",
    [[not_sent, not_sent], [not_sent, lambda _: ConfigurationError("no certificate any more")],
     [lambda _: ConfigurationError("no certificate any more")], [lambda _: InvalidRequest("odd")]],
    ids=["not sent", "not sent, configuration", "configuration", "invalid"],
)  # fmt: skip
def test_s2_not_sent_after_an_attempt_that_may_have_arrived_is_unknown(repeat: str, later: list[Any]) -> None:
    wire = Wire()
    error = wire.fails(ROWS[repeat], [timeout, *later])
    assert isinstance(error, OutcomeUnknown)
    assert error.numbers == {"out_trade_no": "T-1"}
    assert isinstance(error.__cause__, NotSent)


def test_m3_a_refusal_after_an_attempt_that_may_have_arrived_is_unknown_where_money_moves() -> None:
    """The refusal speaks of its own attempt: "too many requests" says nothing about the one whose answer was lost."""
    error = Wire().fails(SAME_ROW, [timeout, refused])
    assert isinstance(error, OutcomeUnknown)
    assert isinstance(error.__cause__, Refused)


def test_a_refusal_after_a_failed_read_is_a_refusal() -> None:
    assert isinstance(Wire().fails(READ_ROW, [timeout, refused]), Refused)


def test_a_refusal_after_an_attempt_that_never_left_is_a_refusal() -> None:
    assert isinstance(Wire().fails(SAME_ROW, [not_sent, refused]), Refused)


def test_an_answer_after_lost_ones_is_the_answer() -> None:
    assert Wire().call(SAME_ROW, [timeout, status(502), "ok"]) == "ok"


def test_the_last_unknown_outcome_is_the_one_that_is_raised() -> None:
    error = Wire().fails(SAME_ROW, [timeout, bad_signature])
    assert "signature" in str(error)


def test_a_transport_without_an_answer_is_unknown_with_its_number() -> None:
    error = Wire().fails(ONCE_ROW, [None])
    assert isinstance(error, OutcomeUnknown)
    assert error.numbers == {"out_trade_no": "T-1"}
    assert error.operation == "thing"


@pytest.mark.parametrize("kind", [OSError, ConnectionResetError, TimeoutError, PermissionError])
def test_s2_a_transports_own_error_is_an_unknown_outcome(kind: type[OSError]) -> None:
    error = Wire().fails(ONCE_ROW, [kind("of a transport that is not ours")])
    assert isinstance(error, OutcomeUnknown)
    assert isinstance(error.__cause__, kind)


# Jitter.


@pytest.mark.parametrize(("draw", "bounds"), [(0.0, (0.0, 0.0)), (0.999999, (1.0, 2.0)), (0.5, (0.5, 1.0))])
def test_s6_the_jitter_is_full(draw: float, bounds: tuple[float, float]) -> None:
    wire = Wire(lambda: draw)
    wire.fails(READ_ROW, [not_sent] * 3)
    assert [round(seconds, 3) for seconds in wire.pauses] == [round(seconds, 3) for seconds in bounds]


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 3))
def test_s6_a_pause_is_never_longer_than_its_bound(draw: float, attempts: int) -> None:
    wire = Wire(lambda: draw, attempts=attempts)
    wire.fails(READ_ROW, [not_sent] * 3)
    for number, seconds in enumerate(wire.pauses, 1):
        assert 0 <= seconds <= min(5.0, 0.5 * 2**number)


# The bucket.


def test_s6_a_retry_costs_5_and_a_success_gives_it_back() -> None:
    wire = Wire()
    wire.fails(READ_ROW, [not_sent] * 3)
    assert wire.tokens == 90
    assert wire.call(READ_ROW, [not_sent, not_sent, "ok"]) == "ok"
    assert wire.tokens == 90, "10 were paid and came back"


def test_s6_a_retry_after_a_timeout_costs_10() -> None:
    wire = Wire()
    wire.fails(READ_ROW, [timeout] * 3)
    assert wire.tokens == 80
    assert wire.call(READ_ROW, [timeout, not_sent, "ok"]) == "ok"
    assert wire.tokens == 80


def test_s6_a_clean_call_gives_1_and_the_bucket_does_not_overflow() -> None:
    wire = Wire()
    wire.fails(READ_ROW, [not_sent] * 3)
    for expected in (91, 92, 93):
        wire.call(READ_ROW, ["ok"])
        assert wire.tokens == expected
    for _ in range(20):
        wire.call(READ_ROW, ["ok"])
    assert wire.tokens == 100


def test_s6_the_last_failure_costs_nothing_because_nothing_follows_it() -> None:
    wire = Wire(attempts=1)
    wire.fails(READ_ROW, [timeout])
    assert wire.tokens == 100


def test_s6_an_empty_bucket_repeats_nothing() -> None:
    wire = Wire()
    for _ in range(5):
        wire.fails(READ_ROW, [timeout] * 3)
    assert wire.tokens == 0
    for row in (READ_ROW, SAME_ROW, ONCE_ROW):
        wire.fails(row, [not_sent])
        assert len(wire.sent) == 1
    for _ in range(5):
        wire.call(READ_ROW, ["ok"])
    wire.fails(READ_ROW, [not_sent, not_sent])
    assert len(wire.sent) == 2
    assert wire.tokens == 0


def test_s10_a_gateway_that_is_down_sees_few_extra_requests() -> None:
    """Ten minutes at 100 calls a second: at most 10 % more requests than calls, here even far fewer."""
    wire = Wire(dice.Random(5).random)
    sent = 0
    for _ in range(6000):
        wire.fails(READ_ROW, [timeout] * 3)
        sent += len(wire.sent)
    assert sent <= 6000 * 1.1


# One deadline.


def test_s6_one_deadline_covers_all_attempts() -> None:
    wire = Wire()
    wire.fails(READ_ROW, [timeout] * 3, took=8.0)
    assert len(wire.sent) == 2, "a third attempt would begin after 15 s"


def test_s6_no_attempt_may_last_beyond_the_deadline() -> None:
    wire = Wire()
    wire.fails(READ_ROW, [timeout] * 3, took=6.0)
    assert [request.timeout[0] + request.timeout[1] <= 15.0 for request in wire.sent] == [True] * len(wire.sent)
    for request, moment in zip(wire.sent, wire.sent_at, strict=True):
        assert moment + sum(request.timeout) <= 1000.0 + 15.0 + 1e-6


@pytest.mark.parametrize(
    ("row", "limits", "expected"),
    [
        (READ_ROW, {}, (3.0, 10.0)),
        (operation(ONCE, read_timeout=30.0), {}, (3.0, 30.0)),
        (READ_ROW, {"connect": 1.0, "read": 2.0, "total": 3.0}, (1.0, 2.0)),
        (operation(ONCE, read_timeout=30.0), {"read": 5.0}, (3.0, 5.0)),  # what the caller says wins
        (operation(ONCE, read_timeout=30.0), {"read": 60.0}, (3.0, 60.0)),
    ],
)
def test_s6_every_attempt_has_finite_timeouts(row: Operation, limits: Any, expected: tuple[float, float]) -> None:
    wire = Wire(**limits)
    wire.call(row, ["ok"])
    assert wire.sent[0].timeout == pytest.approx(expected)


@pytest.mark.parametrize("name", ["connect", "read", "total"])
@pytest.mark.parametrize("value", [0, -1, 601, math.inf, math.nan, None, "10", True, False, (1, 2), 10**400])
def test_s6_an_unlimited_or_absurd_timeout_is_a_configuration_error(name: str, value: Any) -> None:
    if (name, value) == ("read", None):
        value = "None"  # None itself stands for the operation's own
    with pytest.raises(ConfigurationError, match=name):
        Retry(lambda: 0.0, lambda: 0.0, **{name: value})


@pytest.mark.parametrize("attempts", [0, 4, -1, True, 2.0, "2", None])
def test_s6_attempts_are_1_to_3(attempts: Any) -> None:
    with pytest.raises(ConfigurationError, match="attempts"):
        Retry(lambda: 0.0, lambda: 0.0, attempts=attempts)


# Hosts.


@pytest.mark.parametrize(
    ("repeat", "failure", "second"),
    [
        (READ, not_sent, RESERVE),
        (READ, timeout, RESERVE),
        (READ, status(500), RESERVE),
        (SAME_NUMBER, not_sent, RESERVE),
        (SAME_NUMBER, timeout, FIRST),
        (SAME_NUMBER, status(500), FIRST),
        (SAME_NUMBER, system_error, FIRST),
        (ONCE, not_sent, RESERVE),
    ],
)
def test_s6_the_reserve_host_is_for_reads_and_for_what_was_not_sent(repeat: str, failure: Any, second: str) -> None:
    wire = Wire()
    assert wire.call(ROWS[repeat], [failure, "ok"]) == "ok"
    assert [request.host for request in wire.sent] == [FIRST, second]
    assert wire.sent[0].body is wire.sent[1].body


def test_s6_another_calls_failure_does_not_move_a_call_whose_answer_was_lost() -> None:
    wire = Wire()

    def lost_while_others_fail(request: Request) -> OutcomeUnknown:
        wire.hosts.failed(FIRST)
        return timeout(request)

    assert wire.call(SAME_ROW, [lost_while_others_fail, "ok"]) == "ok"
    assert [request.host for request in wire.sent] == [FIRST, FIRST]


def test_s6_a_host_is_not_blamed_for_bad_input_or_a_bad_signature() -> None:
    wire = Wire()
    wire.fails(READ_ROW, [bad_signature])
    wire.fails(READ_ROW, [ConfigurationError("no certificate")])
    wire.fails(READ_ROW, [refused])
    assert wire.hosts.current() == FIRST


def test_s6_the_first_host_is_asked_again_after_60_seconds() -> None:
    wire = Wire()
    wire.hosts.failed(FIRST)
    moment = wire.time
    for seconds, host in ((0.0, RESERVE), (59.9, RESERVE), (60.0, FIRST), (61.0, FIRST)):
        wire.time = moment + seconds
        assert wire.hosts.current() == host


def test_s6_a_reserve_that_fails_leads_back_to_the_first() -> None:
    wire = Wire()
    wire.call(READ_ROW, [not_sent, not_sent, "ok"])
    assert [request.host for request in wire.sent] == [FIRST, RESERVE, FIRST]


def test_s6_late_news_of_a_host_that_is_not_in_use_changes_nothing() -> None:
    wire = Wire()
    wire.hosts.failed(FIRST)
    wire.hosts.failed(FIRST)
    assert wire.hosts.current() == RESERVE


def test_s6_a_read_that_failed_after_it_left_moves_no_other_call_to_the_reserve() -> None:
    wire = Wire()
    assert wire.call(READ_ROW, [timeout, "ok"]) == "ok"
    for row, host in ((READ_ROW, RESERVE), (SAME_ROW, FIRST), (ONCE_ROW, FIRST)):
        wire.call(row, ["ok"])
        assert [request.host for request in wire.sent] == [host]


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_s6_a_host_that_cannot_be_reached_moves_every_call_for_60_seconds(row: Operation) -> None:
    wire = Wire()
    assert wire.call(ONCE_ROW, [not_sent, "ok"]) == "ok"
    failed_at = wire.sent_at[0]
    for seconds, host in ((1.0, RESERVE), (59.9, RESERVE), (60.1, FIRST), (120.0, FIRST)):
        wire.time = failed_at + seconds
        wire.call(row, ["ok"])
        assert [request.host for request in wire.sent] == [host]


def test_s6_hosts_tell_the_log_when_they_change(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "wxpay_v2")
    wire = Wire()
    wire.hosts.failed(FIRST, sent=True)
    wire.time += 60
    assert wire.hosts.current(reading=True) == FIRST
    told = [(record.event, record.wxpay["for_reads_only"]) for record in caplog.records]  # type: ignore[attr-defined]
    assert told == [("host.changed", True), ("host.restored", True)]


# Which hosts.


def routed(region: str, *hosts: str, base_url: str = "") -> tuple[str, ...]:
    routes = Routes(region, lambda: 0.0, base_url)
    found = routes.hosts(operation(READ, hosts=hosts))
    assert routes.hosts(operation(ONCE, hosts=hosts)) is found, "one health for one set of addresses"
    return found._hosts


GLOBAL_HOST, FRAUD = "https://apihk.mch.weixin.qq.com", "https://fraud.mch.weixin.qq.com"


def test_an_operation_is_called_where_its_region_is() -> None:
    assert routed("global") == (GLOBAL_HOST,)
    assert routed("mainland") == (FIRST, RESERVE)


def test_an_operation_of_fewer_hosts_is_called_on_these() -> None:
    assert routed("global", GLOBAL_HOST, FIRST) == (GLOBAL_HOST,)
    assert routed("mainland", GLOBAL_HOST, FIRST) == (FIRST,)


@pytest.mark.parametrize("region", ["global", "mainland"])
def test_an_operation_with_a_host_of_its_own_is_called_there(region: str) -> None:
    assert routed(region, FRAUD) == (FRAUD,)


def test_an_address_of_the_callers_serves_every_operation() -> None:
    for hosts in ((), (FRAUD,), (FIRST, RESERVE)):
        assert routed("global", *hosts, base_url="https://localhost:8443") == ("https://localhost:8443",)


def test_s6_hosts_of_different_sets_fail_apart() -> None:
    routes = Routes("mainland", lambda: 0.0)
    routes.hosts(operation(READ)).failed(FIRST)
    assert routes.hosts(operation(READ)).current() == RESERVE
    assert routes.hosts(operation(READ, hosts=(FRAUD,))).current() == FRAUD
    assert routes.hosts(operation(READ, hosts=(FIRST,))).current() == FIRST


@pytest.mark.parametrize("row", catalogue.operations(), ids=lambda row: row.name)
def test_every_row_has_hosts_over_https(row: Operation) -> None:
    for region in row.regions:
        hosts = Routes(region, lambda: 0.0).hosts(row)._hosts
        assert hosts
        assert all(host.startswith("https://") for host in hosts)


def test_every_failed_attempt_is_told() -> None:
    told: list[WXPayError] = []
    wire = Wire(failed=lambda request, error: told.append(error))
    wire.call(READ_ROW, [not_sent, status(500), "ok"])
    assert [type(error) for error in told] == [NotSent, OutcomeUnknown]
    wire.fails(READ_ROW, [refused])
    assert type(told[-1]) is Refused


def test_s6_one_host_stays_the_one_host() -> None:
    hosts = Hosts(("https://only",), lambda: 0.0)
    hosts.failed("https://only")
    assert hosts.current() == "https://only"
    with pytest.raises(ConfigurationError):
        Hosts((), lambda: 0.0)


# Any sequence of failures.

FAILURES = {
    "not sent": not_sent,
    "configuration": lambda _: ConfigurationError("odd"),
    "timeout": timeout,
    "500": status(500),
    "302": status(302),
    "system error": system_error,
    "bad signature": bad_signature,
    "transport": OSError("its own"),
    "none": None,
    "refused": refused,
    "ok": "ok",
}


@given(
    repeat=st.sampled_from([READ, SAME_NUMBER, ONCE]),
    names=st.lists(st.sampled_from(sorted(FAILURES)), min_size=3, max_size=3),
    draws=st.lists(st.floats(0, 1, exclude_max=True), min_size=3, max_size=3),
    took=st.floats(0, 16),
    attempts=st.integers(1, 3),
)
def test_s6_any_sequence_of_failures_keeps_every_rule(
    repeat: str, names: list[str], draws: list[float], took: float, attempts: int
) -> None:
    wire = Wire(iter([*draws, 0.0]).__next__, attempts=attempts)
    row = ROWS[repeat]
    began = wire.time
    outcome: Any
    try:
        outcome = wire.call(row, [FAILURES[name] for name in names], took=took)
    except WXPayError as error:
        outcome = error
    happened = names[: len(wire.sent)]
    arrived = [name for name in happened if name not in ("not sent", "configuration")]
    assert 1 <= len(wire.sent) <= attempts
    assert {request.body for request in wire.sent} == {BODY}
    assert len(wire.pauses) == len(wire.sent) - 1
    assert sum(wire.pauses) < 15
    assert all(moment < began + 15 for moment in wire.sent_at)
    assert 0 <= wire.tokens <= 100
    if repeat == ONCE:
        assert len(arrived) <= 1, "sent at most once unless it never left"
    if repeat != READ:
        for number, request in enumerate(wire.sent[1:]):
            assert request.host == wire.sent[number].host or happened[number] == "not sent"
    if isinstance(outcome, NotSent):
        assert arrived == [], "NotSent means that no attempt left this machine"
    if isinstance(outcome, Refused) and repeat != READ:
        assert arrived == ["refused"]
    if happened[-1] == "ok":
        assert outcome == "ok"
    assert not isinstance(outcome, Malformed)
