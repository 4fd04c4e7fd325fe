"""Quick pay and refund until the outcome is known, by the gateway's timetable (threats.md, section 5)."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fixtures import (
    AUTH_CODE,
    KEY,
    OTHER_KEY,
    QUICK,
    REFUND,
    Script,
    client,
    crash_report,
    fail,
    merchant,
    ok,
    signed,
    success,
    to_xml,
)
from wxpay_v2 import flows
from wxpay_v2.call import Request, Response, unknown
from wxpay_v2.client import Client
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import (
    ConfigurationError,
    InvalidRequest,
    Mismatch,
    NotSent,
    OutcomeUnknown,
    Refused,
    WXPayError,
)
from wxpay_v2.flows import NotPaid, Paid

MICROPAY, QUERY, REVERSE = "/pay/micropay", "/pay/orderquery", "/secapi/pay/reverse"
PROVEN = {
    "out_trade_no": "Q-1", "transaction_id": "4200000001", "total_fee": "100", "fee_type": "HKD", "cash_fee": "90",
    "time_end": "20240229120000", "openid": "oUpF8uMuAJO", "trade_type": "MICROPAY", "bank_type": "CMC",
    "is_subscribe": "N",
}  # fmt: skip
PAID = ok(**PROVEN)
FOUND = ok(**PROVEN, trade_state="SUCCESS")


def state(name: str) -> Response:
    return ok(out_trade_no="Q-1", trade_state=name, trade_state_desc=f"{name} in words")


def without(reply: dict[str, str], *names: str) -> dict[str, str]:
    return {name: text for name, text in reply.items() if name not in names}


class Till:
    """A shop's till: a client on a clock of its own, over a wire that is scripted per path. The last reply repeats."""

    def __init__(self, micropay: Any = (), query: Any = (), reverse: Any = (), **options: Any) -> None:
        self.clock = ManualClock(0.0)
        self.replies = {MICROPAY: list(micropay), QUERY: list(query), REVERSE: list(reverse)}
        self.sent: list[tuple[float, str]] = []
        self.given: list[tuple[str, Any]] = []
        self.states: list[str] = []
        self.client = client(self, clock=self.clock, **options)

    def __call__(self, request: Request) -> Response:
        waiting = self.replies[request.path]
        assert waiting, f"nobody expected {request}"
        reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        self.request = request
        self.sent.append((self.clock.monotonic(), request.path))
        self.given.append((request.path, reply))
        if callable(reply):
            reply = reply(self)
        if isinstance(reply, Exception):
            raise reply
        return reply  # type: ignore[no-any-return]

    def pay(self, **changes: Any) -> Paid | NotPaid:
        return flows.quick_pay(self.client, on_state=self.states.append, **{**QUICK, **changes})

    def times(self, path: str) -> list[float]:
        return [moment for moment, sent in self.sent if sent == path]


def lost(seconds: float = 0.0) -> Callable[[Till], Exception]:
    def reply(till: Till) -> Exception:
        till.clock.advance(seconds)
        return unknown(till.request, "the request was sent and no answer came", phase="read")

    return reply


def unreachable(_: Till) -> Exception:
    return NotSent("no route to host")


# The straight ways.


def test_paid_at_once_is_one_request() -> None:
    till = Till([PAID])
    outcome = till.pay()
    assert isinstance(outcome, Paid)
    assert bool(outcome) is True
    payment = outcome.payment
    assert (payment.out_trade_no, payment.transaction_id, payment.total_fee, payment.fee_type) == (
        "Q-1", "4200000001", 100, "HKD",
    )  # fmt: skip
    assert outcome.result["cash_fee"] == "90"
    assert till.sent == [(0.0, MICROPAY)]
    assert till.states == ["sent"]


@pytest.mark.parametrize("code", ["USERPAYING", "SYSTEMERROR", "BANKERROR", "A_NEW_CODE"])
def test_m4_an_unclear_answer_is_queried_every_5_seconds_until_the_payer_has_paid(code: str) -> None:
    till = Till([fail(code)], [state("USERPAYING"), state("USERPAYING"), FOUND])
    outcome = till.pay()
    assert isinstance(outcome, Paid)
    assert outcome.result["trade_state"] == "SUCCESS"
    assert till.sent == [(0.0, MICROPAY), (5.0, QUERY), (10.0, QUERY), (15.0, QUERY)]
    assert till.states == ["sent", code, "USERPAYING", "USERPAYING"]


@pytest.mark.parametrize(("region", "patience"), [("global", 30.0), ("mainland", 45.0)])
def test_m4_a_password_that_never_comes_ends_in_a_reverse(region: str, patience: float) -> None:
    till = Till([fail("USERPAYING")], [state("USERPAYING")], [ok(recall="N")], region=region)
    outcome = till.pay()
    assert isinstance(outcome, NotPaid)
    assert bool(outcome) is False
    assert outcome.reversed
    assert outcome.err_code == "USERPAYING"
    *before, last = till.times(QUERY)
    assert before == [5.0 * step for step in range(1, int(patience / 5) + 1)]
    assert till.times(REVERSE) == [patience]
    assert last == patience, "and once more after the reverse"
    assert till.sent[-1][1] == QUERY
    assert till.states[-2:] == ["reversing", "USERPAYING"]


@pytest.mark.parametrize(
    ("patience", "reversed_at"), [(0, 15.0), (5, 15.0), (10, 15.0), (15, 15.0), (20, 20.0), (44.9, 40.0)]
)
def test_m4_a_reverse_comes_after_the_patience_and_never_before_15_seconds(patience: float, reversed_at: float) -> None:
    till = Till([fail("USERPAYING")], [state("USERPAYING")], [ok(recall="N")])
    assert not till.pay(patience=patience)
    assert till.times(REVERSE) == [reversed_at]
    assert len(till.times(QUERY)) == max(1, int(patience // 5)) + 1


def test_m4_recall_y_reverses_again() -> None:
    till = Till(
        [fail("USERPAYING")], [state("USERPAYING")],
        [ok(recall="Y"), fail("SYSTEMERROR", recall="Y"), fail("TRADE_ERROR", recall="Y"), ok(recall="N")],
    )  # fmt: skip
    outcome = till.pay(patience=5)
    assert isinstance(outcome, NotPaid) and outcome.reversed
    moments = till.times(REVERSE)
    assert len(moments) >= 4
    assert moments[0] == 15.0


def test_m4_a_reverse_that_never_ends_is_an_unknown_outcome() -> None:
    till = Till([fail("USERPAYING")], [state("USERPAYING")], [ok(recall="Y")])
    with pytest.raises(OutcomeUnknown) as caught:
        till.pay(patience=5)
    error = caught.value
    assert (error.numbers, error.query, error.err_code) == ({"out_trade_no": "Q-1"}, "order_query", "USERPAYING")
    assert error.operation == "micropay"
    assert error.reverse_after is not None
    assert till.times(REVERSE) == [15.0, 20.0, 25.0, 30.0, 35.0]
    assert till.sent[-1] == (35.0, QUERY)
    assert isinstance(error.__cause__, OutcomeUnknown)


def test_m11_reversed_and_yet_paid_is_an_unknown_outcome() -> None:
    """The two signed answers contradict each other: handing out the goods could give them away."""
    till = Till([fail("USERPAYING")], [*[state("USERPAYING")] * 3, FOUND], [ok(recall="N")])
    with pytest.raises(OutcomeUnknown, match="does not confirm"):
        till.pay(patience=15)


def test_m4_a_display_that_fails_does_not_abandon_the_charge(caplog: pytest.LogCaptureFixture) -> None:
    def on_state(state: str) -> None:
        raise RuntimeError("the display is unplugged")

    till = Till([fail("USERPAYING")], [FOUND])
    assert flows.quick_pay(till.client, on_state=on_state, **QUICK)
    assert "flow.callback_failed" in caplog.text


def test_m4_paid_while_the_reverse_was_under_way_wins() -> None:
    till = Till([fail("USERPAYING")], [state("USERPAYING"), FOUND], [fail("TRADE_ERROR", recall="N")])
    assert isinstance(till.pay(patience=5), Paid)
    assert len(till.times(REVERSE)) == 1, "recall N must not be repeated"


@pytest.mark.parametrize("seconds", [0.0, 10.0, 30.0])
def test_m4_a_lost_answer_is_resolved_by_a_query_and_nothing_is_reversed(seconds: float) -> None:
    """Also when waiting for it took all the patience: reversing a payment that succeeded would undo it."""
    till = Till([lost(seconds)], [FOUND])
    assert isinstance(till.pay(), Paid)
    assert [path for _, path in till.sent] == [MICROPAY, QUERY]
    assert till.times(QUERY) == [seconds + 5.0]


@pytest.mark.parametrize(
    "answer",
    [
        lost(),
        Response(502, b"<html>"),
        Response(200, b""),
        Response(200, to_xml(success(**PROVEN))),
        Response(200, signed(success(**PROVEN), OTHER_KEY)),
        Response(200, to_xml({"return_code": "FAIL", "return_msg": "unsigned"})),
        ok(**without(PROVEN, "transaction_id")),
        ok(**{**PROVEN, "total_fee": "one hundred"}),
        ok(**{**PROVEN, "out_trade_no": "Q-2"}),
        ok(**PROVEN, mch_id="1900000999"),
        ok(**{**PROVEN, "attach": "x&total_fee=1"}),
        lambda till: OSError("the transport's own"),
    ],
    ids=["lost", "HTML", "empty", "unsigned", "another key", "unsigned FAIL", "no proof", "odd amount", "another order",
         "another merchant", "ambiguous", "OSError"],
)  # fmt: skip
def test_m1_m3_what_proves_nothing_is_queried_and_never_paid(answer: Any) -> None:
    till = Till([answer], [FOUND])
    assert isinstance(till.pay(), Paid)
    assert [path for _, path in till.sent] == [MICROPAY, QUERY]
    reversed_ = Till([answer], [state("NOTPAY")], [ok(recall="N")])
    assert isinstance(reversed_.pay(), NotPaid)
    assert len(reversed_.times(MICROPAY)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Response(200, to_xml(success(**PROVEN, trade_state="SUCCESS"))),
        Response(200, signed(success(**PROVEN, trade_state="SUCCESS"), OTHER_KEY)),
        ok(**without(PROVEN, "transaction_id"), trade_state="SUCCESS"),
        ok(**without(PROVEN, "total_fee"), trade_state="SUCCESS"),
        ok(**without(PROVEN, "time_end"), trade_state="SUCCESS"),
        ok(**{**PROVEN, "total_fee": "1e2"}, trade_state="SUCCESS"),
        ok(**{**PROVEN, "total_fee": "１００"}, trade_state="SUCCESS"),
        ok(**PROVEN, trade_state="success"),
        ok(**PROVEN, trade_state="REFUND"),
        ok(**PROVEN, trade_state="A_NEW_STATE"),
        ok(**PROVEN),
        ok(**{**PROVEN, "out_trade_no": "Q-2"}, trade_state="SUCCESS"),
        Response(502, b"<html>"),
        fail("ORDERNOTEXIST"),
        fail("SYSTEMERROR"),
        lost(),
        unreachable,
    ],
)
def test_m1_a_query_that_proves_nothing_is_not_paid(answer: Any) -> None:
    till = Till([fail("USERPAYING")], [answer], [ok(recall="N")])
    try:
        outcome = till.pay(patience=5)
    except OutcomeUnknown as error:
        assert "does not confirm" in error.message
        assert till.states[-1] in ("unknown", "")
    else:
        assert isinstance(outcome, NotPaid)
        assert outcome.reversed
    assert till.times(REVERSE)[0] >= 15.0


@pytest.mark.parametrize(
    "changes",
    [{"total_fee": "99"}, {"total_fee": "10000"}, {"fee_type": "USD"}, {"fee_type": ""}],
    ids=["less", "more", "another currency", "no currency means CNY"],
)
@pytest.mark.parametrize("where", ["micropay", "query"])
def test_m1_another_amount_or_currency_is_an_alarm(changes: dict[str, str], where: str) -> None:
    told = {**PROVEN, **changes}
    if where == "micropay":
        till = Till([ok(**told)])
    else:
        till = Till([fail("USERPAYING")], [ok(**told, trade_state="SUCCESS")])
    with pytest.raises(Mismatch):
        till.pay()


def test_m1_no_currency_means_cny_on_both_sides() -> None:
    assert isinstance(Till([ok(**without(PROVEN, "fee_type"))]).pay(fee_type=None), Paid)
    assert isinstance(Till([ok(**{**PROVEN, "fee_type": "CNY"})]).pay(fee_type=None), Paid)
    with pytest.raises(Mismatch):
        Till([PAID]).pay(fee_type=None)


def test_m1_the_price_counts_and_not_what_the_payer_paid() -> None:
    assert isinstance(Till([ok(**{**PROVEN, "cash_fee": "1", "settlement_total_fee": "2"})]).pay(), Paid)


class Price(enum.IntEnum):
    TEA = 100


@pytest.mark.parametrize("total_fee", [100, "100", "0100", Price.TEA])
def test_m11_however_the_price_was_given_a_payment_is_not_called_a_faulty_request(total_fee: Any) -> None:
    assert isinstance(Till([PAID]).pay(total_fee=total_fee), Paid)


# A definite no.


@pytest.mark.parametrize("code", ["NOTENOUGH", "AUTHCODEEXPIRE", "AUTH_CODE_INVALID", "TRADE_ERROR"])
@pytest.mark.parametrize("found", [fail("ORDERNOTEXIST"), state("NOTPAY"), state("PAYERROR")])
def test_a_refusal_that_a_query_confirms_is_not_paid(code: str, found: Response) -> None:
    till = Till([fail(code)], [found])
    outcome = till.pay()
    assert isinstance(outcome, NotPaid)
    assert (outcome.err_code, outcome.reason, outcome.reversed) == (code, f"{code} in words", False)
    assert [path for _, path in till.sent] == [MICROPAY, QUERY]
    assert repr(outcome) == f"<NotPaid {code}: {code} in words>"


@pytest.mark.parametrize("code", ["ORDERPAID", "TRADE_ERROR", "OUT_TRADE_NO_USED"])
def test_a_refusal_of_an_order_that_is_paid_is_paid(code: str) -> None:
    """In extreme cases the payment succeeded although the answer is a failure."""
    assert isinstance(Till([fail(code)], [FOUND]).pay(), Paid)


def test_m11_a_refusal_that_no_query_confirms_is_not_a_definite_no() -> None:
    till = Till([fail("TRADE_ERROR")], [unreachable], [unreachable])
    with pytest.raises(OutcomeUnknown):
        till.pay()


@pytest.mark.parametrize(("found", "reversed_"), [("REVOKED", True), ("CLOSED", False)])
def test_an_order_that_is_over_is_not_paid(found: str, reversed_: bool) -> None:
    till = Till([fail("USERPAYING")], [state(found)])
    outcome = till.pay()
    assert isinstance(outcome, NotPaid)
    assert (outcome.err_code, outcome.reversed) == (found, reversed_)
    assert outcome.result is not None and outcome.result["trade_state"] == found
    assert till.times(REVERSE) == []


def test_m4_a_failed_payment_is_reversed_without_waiting_but_not_before_15_seconds() -> None:
    till = Till([fail("USERPAYING")], [state("PAYERROR")], [ok(recall="N")])
    assert isinstance(till.pay(), NotPaid)
    assert till.times(QUERY)[0] == 5.0
    assert till.times(REVERSE) == [15.0]


# The network fails in the middle: never NotSent once the payment code has been charged.


@pytest.mark.parametrize("first", [fail("USERPAYING"), fail("NOTENOUGH"), lost(), Response(502, b"")])
@pytest.mark.parametrize("down", [unreachable, lost(), lambda till: ConfigurationError("no certificate any more")])
def test_m11_a_network_that_goes_down_after_the_charge_is_an_unknown_outcome(first: Any, down: Any) -> None:
    till = Till([first], [down], [down])
    with pytest.raises(OutcomeUnknown) as caught:
        till.pay()
    assert caught.value.numbers == {"out_trade_no": "Q-1"}
    assert len(till.times(MICROPAY)) == 1


def test_a_network_that_is_down_from_the_start_is_not_sent() -> None:
    till = Till([unreachable])
    with pytest.raises(NotSent):
        till.pay()
    assert till.times(QUERY) == till.times(REVERSE) == []
    assert len(till.times(MICROPAY)) == 3, "what never left may be sent again"


def test_a_network_that_recovers_resolves_the_payment() -> None:
    till = Till([fail("USERPAYING")], [unreachable, unreachable, unreachable, FOUND])
    assert isinstance(till.pay(), Paid)


# Before anything leaves.


def test_m5_the_number_is_told_before_the_first_byte_leaves() -> None:
    till = Till([PAID])
    told: list[tuple[str, int]] = []
    flows.quick_pay(till.client, before_sending=lambda number: told.append((number, len(till.sent))), **QUICK)
    assert told == [("Q-1", 0)]


def test_m5_a_number_that_cannot_be_written_down_is_not_charged() -> None:
    till = Till()

    def full_disk(number: str) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        flows.quick_pay(till.client, before_sending=full_disk, **QUICK)
    assert till.sent == []


@pytest.mark.parametrize(
    "changes",
    [{"total_fee": 0}, {"total_fee": 1.0}, {"auth_code": "123"}, {"out_trade_no": None}, {"body": "a\0"},
     {"fee_type": "hkd"}, {"total_fee": None}, {"out_trade_no": "T 1"}],
)  # fmt: skip
def test_faulty_fields_are_told_before_the_number_is_written_down(changes: dict[str, Any]) -> None:
    till = Till()
    told: list[str] = []
    with pytest.raises(InvalidRequest):
        flows.quick_pay(till.client, on_state=told.append, before_sending=told.append, **{**QUICK, **changes})
    assert told == []
    assert till.sent == []


def test_m4_without_a_certificate_nothing_is_charged_that_could_not_be_reversed() -> None:
    told: list[str] = []
    made = client(Script([]), who=merchant(certificate=False))
    with pytest.raises(ConfigurationError, match="needs the merchant certificate"):
        flows.quick_pay(made, before_sending=told.append, **QUICK)
    assert told == []


@pytest.mark.parametrize("patience", [-1, 45.1, float("nan"), float("inf"), True, "30", (1,)])
def test_s2_a_patience_out_of_range_is_refused(patience: Any) -> None:
    with pytest.raises(InvalidRequest, match="patience must be 0 to 45 seconds"):
        Till().pay(patience=patience)


def test_m4_a_second_charge_under_the_same_number_is_refused_locally() -> None:
    till = Till([fail("USERPAYING")], [state("USERPAYING")], [ok(recall="Y")])
    with pytest.raises(OutcomeUnknown):
        till.pay(patience=0)
    with pytest.raises(InvalidRequest, match="never sent twice"):
        till.pay(patience=0)
    assert len(till.times(MICROPAY)) == 1


# Any script of a hostile or broken gateway.

MICROPAYS: dict[str, Any] = {
    "paid": PAID,
    "USERPAYING": fail("USERPAYING"),
    "SYSTEMERROR": fail("SYSTEMERROR"),
    "new code": fail("NEW_CODE"),
    "NOTENOUGH": fail("NOTENOUGH"),
    "ORDERPAID": fail("ORDERPAID"),
    "unsigned": Response(200, to_xml(success(**PROVEN))),
    "other key": Response(200, signed(success(**PROVEN), OTHER_KEY)),
    "unsigned FAIL": Response(200, to_xml({"return_code": "FAIL"})),
    "odd amount": ok(**{**PROVEN, "total_fee": "x"}),
    "502": Response(502, b""),
    "lost": lost(30.0),
    "unreachable": unreachable,
    "mismatch": ok(**{**PROVEN, "total_fee": "1"}),
}
QUERIES: dict[str, Any] = {
    "paid": FOUND,
    **{name: state(name) for name in ("USERPAYING", "NOTPAY", "PAYERROR", "REVOKED", "CLOSED", "REFUND", "NEW")},
    "unsigned": Response(200, to_xml(success(**PROVEN, trade_state="SUCCESS"))),
    "other key": Response(200, signed(success(**PROVEN, trade_state="SUCCESS"), OTHER_KEY)),
    "no proof": ok(**without(PROVEN, "transaction_id"), trade_state="SUCCESS"),
    "odd amount": ok(**{**PROVEN, "total_fee": "x"}, trade_state="SUCCESS"),
    "ORDERNOTEXIST": fail("ORDERNOTEXIST"),
    "SYSTEMERROR": fail("SYSTEMERROR"),
    "502": Response(502, b""),
    "lost": lost(10.0),
    "unreachable": unreachable,
    "mismatch": ok(**{**PROVEN, "fee_type": "USD"}, trade_state="SUCCESS"),
}
REVERSES: dict[str, Any] = {
    "done": ok(recall="N"),
    "again": ok(recall="Y"),
    "refused": fail("TRADE_ERROR", recall="N"),
    "refused, again": fail("TRADE_ERROR", recall="Y"),
    "SYSTEMERROR": fail("SYSTEMERROR"),
    "USERPAYING": fail("USERPAYING", recall="Y"),
    "unsigned": Response(200, to_xml(success(recall="N"))),
    "502": Response(502, b""),
    "lost": lost(10.0),
    "unreachable": unreachable,
}


def _names(table: dict[str, Any], size: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(table)), min_size=1, max_size=size)


@settings(max_examples=250)
@given(
    micropay=_names(MICROPAYS, 3),
    query=_names(QUERIES, 6),
    reverse=_names(REVERSES, 5),
    patience=st.none() | st.floats(0, 45),
)
def test_m4_any_script_of_answers_keeps_the_rules_of_quick_pay(
    micropay: list[str], query: list[str], reverse: list[str], patience: float | None
) -> None:
    till = Till([MICROPAYS[n] for n in micropay], [QUERIES[n] for n in query], [REVERSES[n] for n in reverse])
    outcome: Any
    try:
        outcome = till.pay(patience=patience)
    except WXPayError as error:
        outcome = error
    given_to = {path: [reply for where, reply in till.given if where == path] for path in (MICROPAY, QUERY, REVERSE)}
    arrived = [reply for reply in given_to[MICROPAY] if reply is not unreachable]
    assert len(arrived) <= 1, "charged twice"
    began = till.times(MICROPAY)[-1]
    assert all(moment >= till.times(MICROPAY)[0] + 15.0 for moment in till.times(REVERSE)), "reversed too early"
    assert till.clock.monotonic() - began < 45 + 5 * 20 + 30 + 12 * 20, "there is an end"
    if isinstance(outcome, Paid):
        assert PAID in given_to[MICROPAY] or FOUND in given_to[QUERY]
        assert outcome.payment.total_fee == 100
    elif isinstance(outcome, NotPaid):
        over = [QUERIES[name] for name in ("REVOKED", "CLOSED")]
        no = [MICROPAYS[name] for name in ("NOTENOUGH", "ORDERPAID")]
        assert (
            REVERSES["done"] in given_to[REVERSE]
            or any(reply in given_to[QUERY] for reply in over)
            or any(reply in arrived for reply in no)
        )
        assert FOUND not in given_to[QUERY] and PAID not in arrived
    elif isinstance(outcome, Mismatch):
        assert MICROPAYS["mismatch"] in arrived or QUERIES["mismatch"] in given_to[QUERY]
    elif isinstance(outcome, NotSent):
        assert arrived == []
    else:
        assert isinstance(outcome, OutcomeUnknown)
        assert outcome.numbers == {"out_trade_no": "Q-1"}
        assert len(arrived) == 1


# Secrets.


def test_s7_a_quick_pay_shows_neither_key_nor_payment_code() -> None:
    paid = Till([PAID]).pay()
    unpaid = Till([fail("USERPAYING")], [state("USERPAYING")], [ok(recall="N")]).pay()
    for outcome in (paid, unpaid):
        assert KEY not in repr(outcome)
        assert AUTH_CODE not in repr(outcome)
        assert "oUpF8uMuAJO" not in f"{outcome!r} {outcome.result!r}"
    report = crash_report(lambda: Till([fail("USERPAYING")], [lost()], [lost()]).pay())
    assert KEY not in report


# Refunds.

REFUNDED = {
    "out_trade_no": "T-1", "refund_count": "1", "out_refund_no_0": "R-1", "refund_id_0": "50000001",
    "refund_fee_0": "40", "refund_status_0": "SUCCESS", "total_fee": "100", "transaction_id": "42",
}  # fmt: skip
TAKEN = ok(out_refund_no="R-1", out_trade_no="T-1", refund_id="50000001", refund_fee="40", total_fee="100")
SUBMIT, ASK = "/secapi/pay/refund", "/pay/refundquery"


class Desk(Till):
    """The desk where goods are brought back."""

    def __init__(self, refund: Any = (), query: Any = ()) -> None:
        super().__init__()
        self.replies = {SUBMIT: list(refund), ASK: list(query)}

    def refund(self, **changes: Any) -> Any:
        return flows.refund(self.client, on_state=self.states.append, **{**REFUND, **changes})


def test_m6_a_refund_is_what_a_query_says_and_not_what_the_call_says() -> None:
    desk = Desk([TAKEN], [ok(**REFUNDED)])
    result = desk.refund()
    assert result.operation.name == "refund_query"
    assert result["refund_status_0"] == "SUCCESS"
    assert [path for _, path in desk.sent] == [SUBMIT, ASK]
    assert desk.states == ["taken in", "SUCCESS"]


@pytest.mark.parametrize("status", ["CHANGE", "REFUNDCLOSE", "SUCCESS"])
def test_m6_every_final_state_is_handed_out(status: str) -> None:
    assert Desk([TAKEN], [ok(**{**REFUNDED, "refund_status_0": status})]).refund()["refund_status_0"] == status


def test_m10_a_refund_under_way_is_asked_for_every_5_seconds_and_not_longer_than_told() -> None:
    going = ok(**{**REFUNDED, "refund_status_0": "PROCESSING"})
    desk = Desk([TAKEN], [going, going, ok(**REFUNDED)])
    assert desk.refund(patience=60)["refund_status_0"] == "SUCCESS"
    assert desk.times(ASK) == [0.0, 5.0, 10.0]
    desk = Desk([TAKEN], [going])
    assert desk.refund(patience=12)["refund_status_0"] == "PROCESSING"
    assert desk.times(ASK) == [0.0, 5.0, 10.0]
    desk = Desk([TAKEN], [going])
    assert desk.refund()["refund_status_0"] == "PROCESSING"
    assert len(desk.times(ASK)) == 1


@pytest.mark.parametrize("answer", [lost(), fail("SYSTEMERROR"), Response(502, b""), Response(200, to_xml(success()))])
def test_m6_an_unknown_refund_is_resolved_by_a_query_with_the_same_number(answer: Any) -> None:
    desk = Desk([answer], [ok(**REFUNDED)])
    assert desk.refund()["refund_status_0"] == "SUCCESS"
    assert desk.states == ["unknown", "SUCCESS"]
    assert desk.times(ASK)[0] >= 5.0


@pytest.mark.parametrize(
    "told",
    [
        fail("REFUNDNOTEXIST"),
        fail("ORDERNOTEXIST"),
        fail("PARAM_ERROR"),
        fail("SYSTEMERROR"),
        Response(502, b""),
        lost(),
        unreachable,
        ok(**without(REFUNDED, "out_refund_no_0")),
        ok(**without(REFUNDED, "refund_status_0")),
        ok(**without(REFUNDED, "refund_fee_0")),
        lambda desk: ConfigurationError("odd"),
    ],
)
@pytest.mark.parametrize("first", [TAKEN, lost(), fail("SYSTEMERROR")])
def test_m11_a_query_that_fails_does_not_make_a_refund_refused_or_not_sent(first: Any, told: Any) -> None:
    desk = Desk([first], [told])
    with pytest.raises(OutcomeUnknown) as caught:
        desk.refund()
    error = caught.value
    assert (error.operation, error.numbers, error.query) == ("refund", {"out_refund_no": "R-1"}, "refund_query")


def test_m11_a_query_that_fails_later_leaves_what_an_earlier_one_said() -> None:
    desk = Desk([TAKEN], [ok(**{**REFUNDED, "refund_status_0": "PROCESSING"}), unreachable])
    assert desk.refund(patience=60)["refund_status_0"] == "PROCESSING"


@pytest.mark.parametrize("changes", [{"out_refund_no_0": "R-2"}, {"refund_fee_0": "4"}, {"refund_fee_0": "400"}])
def test_m6_an_answer_about_another_refund_is_an_alarm(changes: dict[str, str]) -> None:
    with pytest.raises(Mismatch):
        Desk([TAKEN], [ok(**{**REFUNDED, **changes})]).refund()


def test_a_refused_refund_is_refused_and_not_queried() -> None:
    desk = Desk([fail("NOTENOUGH")])
    with pytest.raises(Refused, match="top up"):
        desk.refund()
    assert desk.times(ASK) == []


def test_a_refund_that_never_left_is_not_sent() -> None:
    desk = Desk([unreachable])
    with pytest.raises(NotSent) as caught:
        desk.refund()
    assert type(caught.value) is NotSent
    assert len(desk.times(SUBMIT)) == 3


@pytest.mark.parametrize(
    "changes", [{"refund_fee": 0}, {"out_refund_no": None}, {"refund_fee": 1.5}, {"total_fee": None}]
)
def test_a_faulty_refund_is_told_before_anything_leaves(changes: dict[str, Any]) -> None:
    desk = Desk()
    with pytest.raises(InvalidRequest):
        desk.refund(**changes)
    assert desk.sent == []


@pytest.mark.parametrize("patience", [-1, 3601, True, None, "5", float("nan")])
def test_s2_a_refunds_patience_is_0_to_3600_seconds(patience: Any) -> None:
    with pytest.raises(InvalidRequest, match="patience must be 0 to 3600 seconds"):
        Desk().refund(patience=patience)


def test_a_refund_needs_the_certificate() -> None:
    made: Client = client(Script([]), who=merchant(certificate=False))
    with pytest.raises(ConfigurationError, match="certificate"):
        flows.refund(made, **REFUND)


# Statements.


@pytest.mark.parametrize("said", ["No Bill Exist", "NO Bill Exist", " no bill exist "])
def test_s8_a_day_without_a_bill_is_an_empty_statement(said: str) -> None:
    wire = Script([Response(200, to_xml({"return_code": "FAIL", "return_msg": said, "error_code": "20002"}))])
    assert list(flows.statement(client(wire), bill_date="20240229")) == []


@pytest.mark.parametrize(
    ("said", "kind"), [("SYSTEMERROR", OutcomeUnknown), ("invalid bill_date", Refused), ("Bill Creating", Refused)]
)
def test_s8_a_day_whose_bill_cannot_be_had_is_not_an_empty_statement(said: str, kind: type[WXPayError]) -> None:
    wire = Script([Response(200, to_xml({"return_code": "FAIL", "return_msg": said}))] * 3)
    with pytest.raises(kind):
        flows.statement(client(wire), bill_date="20240229")


# What a hostile reader found.


def test_m4_a_flow_charges_and_asks_under_one_merchant_only() -> None:
    till = Till([PAID])
    with pytest.raises(InvalidRequest, match="sub_mch_id"):
        till.pay(sub_mch_id="1900000999")
    with pytest.raises(InvalidRequest, match="sub_mch_id"):
        flows.refund(till.client, **{**REFUND, "sub_mch_id": "1900000999"})
    assert till.sent == []


def test_m5_a_refused_quick_pay_is_not_charged_again_under_its_number() -> None:
    till = Till([fail("NOTENOUGH")], [lost()], [fail("SYSTEMERROR")])
    with pytest.raises(OutcomeUnknown):
        till.pay()
    with pytest.raises(InvalidRequest, match="other parameters"):
        till.pay(total_fee=999)
    assert till.times(MICROPAY) == [0.0]


def test_m4_a_reverse_that_no_query_confirms_is_unknown() -> None:
    page = Response(200, b"<html>")
    till = Till([fail("USERPAYING")], [page], [ok(recall="N")])
    with pytest.raises(OutcomeUnknown, match="does not confirm"):
        till.pay(patience=5)


def test_m3_an_unsigned_answer_to_the_query_decides_nothing() -> None:
    forged = Response(200, to_xml({"return_code": "FAIL", "return_msg": "x", "err_code": "ORDERNOTEXIST"}))
    till = Till([fail("NOTENOUGH")], [forged], [fail("SYSTEMERROR")])
    with pytest.raises(OutcomeUnknown):
        till.pay()


def test_s2_whatever_a_transport_raises_after_the_charge_is_followed_up() -> None:
    from http.client import IncompleteRead

    till = Till([IncompleteRead(b"")], [FOUND])
    assert isinstance(till.pay(), Paid)


def test_m6_a_refund_number_is_compared_as_it_stands() -> None:
    found = ok(out_refund_no_0="123", refund_fee_0=str(REFUND["refund_fee"]), refund_status_0="SUCCESS")
    replies = {"/secapi/pay/refund": ok(refund_id="5"), "/pay/refundquery": found}
    with pytest.raises(Mismatch):
        flows.refund(client(lambda request: replies[request.path]), **{**REFUND, "out_refund_no": "00123"})


def test_m3_a_signed_failure_that_names_no_code_is_unknown_where_money_moves() -> None:
    failed = Response(200, signed({"return_code": "FAIL", "return_msg": "SYSTEMERROR"}))
    with pytest.raises(OutcomeUnknown, match="named no code"):
        client(lambda request: failed).refund(**REFUND)


def test_s7_swapped_arguments_of_a_merchant_do_not_show_the_key() -> None:
    from wxpay_v2 import Merchant

    with pytest.raises(ConfigurationError, match="32 characters") as told:
        Merchant("wx8888888888888888", KEY, "1900000109")
    assert KEY not in str(told.value)
