"""The client: one method per operation, what it sends, what it refuses, and what each reply means for the money."""

from __future__ import annotations

import copy
import gzip
import inspect
import logging
import pickle
import sys
import threading
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import caller, each, examples, files, least, modes, replies
from tests.fixtures import (
    APPID,
    AUTH_CODE,
    KEY,
    MCH_ID,
    ORDER,
    OTHER_KEY,
    QUICK,
    REFUND,
    Script,
    client,
    client_certificate,
    crash_report,
    fail,
    fields_of,
    merchant,
    ok,
    sign,
    signed,
    success,
    to_xml,
)
from wxpay_v2.call import Request, Response
from wxpay_v2.client import Client
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import (
    ConfigurationError,
    InvalidRequest,
    Malformed,
    Mismatch,
    NotSent,
    OutcomeUnknown,
    Refused,
    SignatureInvalid,
    WXPayError,
)
from wxpay_v2.operation import HOSTS, ONCE, Operation
from wxpay_v2.result import Result
from wxpay_v2.v2 import catalogue

# The one whose fields no page tells, and those that make no call, are left to tests of their own.
OPERATIONS = [row for row in catalogue.operations() if row.request and row.response_format != "page"]
XML = [row for row in OPERATIONS if row.response_format == "xml"]
SIGNED = [row for row in XML if row.signed_response]


def client_for(row: Operation, send: Any, *, mode: str = "", sign_type: str = "MD5") -> Client:
    """A client of a merchant who may make the call."""
    who = merchant(**{"sub_mch_id": None, **caller(row, mode=mode), "sign_type": sign_type})
    return client(send, who=who, region=row.regions[0])


def algorithm_of(row: Operation) -> str:
    """With which a merchant of MD5 signs the call."""
    return "MD5" if "MD5" in row.sign_types else "HMAC-SHA256"


# What there is.


def test_there_is_a_method_per_operation() -> None:
    made = client(Script([]))
    for name in catalogue.NAMES:
        assert inspect.ismethod(getattr(made, name))
        assert name in dir(made)
        assert name in dir(Client)


@pytest.mark.parametrize("name", ["refunds", "pay", "_refund", "__nothing__", "unifiedorder"])
def test_an_unknown_method_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError):
        getattr(client(Script([])), name)


def test_fields_are_keywords_only() -> None:
    with pytest.raises(TypeError):
        client(Script([])).order_query("T-1")  # type: ignore[misc]


def test_a_subclass_has_the_methods_too() -> None:
    class Shop(Client):
        pass

    wire = Script([ok(trade_state="NOTPAY")])
    assert Shop(merchant(), transport=wire).order_query(out_trade_no="T-1")["trade_state"] == "NOTPAY"


# What is sent.


@pytest.mark.parametrize("operation", OPERATIONS, ids=attrgetter("name"))
@each
@given(st.data())
def test_what_a_method_sends_says_what_was_given_and_is_signed(operation: Operation, data: st.DataObject) -> None:
    sign_type = data.draw(st.sampled_from(["MD5", "HMAC-SHA256"]))
    mode = data.draw(st.sampled_from(modes(operation)))
    given_fields = data.draw(examples(operation, mode=mode))
    algorithm = sign_type if sign_type in operation.sign_types else operation.sign_types[0]

    def answer(request: Request) -> Response:
        reply = data.draw(replies(operation, about={**fields_of(request), "nonce_str": "n" * 32}, mode=mode))
        other = {"json": b'{"retcode": 0}', "csv": b"\xef\xbb\xbfstatement"}.get(operation.response_format)
        return Response(200, other or signed(reply, KEY, algorithm))

    wire = Script([answer])
    made = client_for(operation, wire, mode=mode, sign_type=sign_type)
    result = getattr(made, operation.name)(**given_fields, **files(operation))
    (request,) = wire.requests
    sent = fields_of(request)
    assert (request.method, request.path) == (operation.method, operation.path)
    assert request.host in (operation.hosts or HOSTS[operation.regions[0]])
    assert request.certificate is operation.certificate
    assert {name: sent[name] for name in given_fields} == given_fields
    assert sent["sign"] == sign({name: sent[name] for name in sent if name not in operation.in_query}, KEY, algorithm)
    assert sent[operation.ids["mch_id"]] == MCH_ID
    sub = operation.field("sub_mch_id")
    assert ("sub_mch_id" in sent) is (sub is not None and mode in (sub.modes or operation.modes) and mode != "direct")
    assert ("nonce_str" in sent) is operation.nonce
    if operation.sign_type_field:
        assert sent.get("sign_type", "MD5") == algorithm
    else:
        assert "sign_type" not in sent
    ours = {*operation.ids.values(), "nonce_str", "sign", "sign_type", "media_hash", "workwx_sign", *operation.supplied}
    assert set(sent) <= {*given_fields, *ours}
    assert isinstance(result, Result)


def test_every_call_has_a_nonce_of_its_own() -> None:
    wire = Script([ok()] * 3)
    made = client(wire)
    for _ in range(3):
        made.order_query(out_trade_no="T-1")
    nonces = {fields_of(request)["nonce_str"] for request in wire.requests}
    assert len(nonces) == 3
    assert all(len(nonce) == 32 and nonce.isalnum() for nonce in nonces)


def test_none_and_empty_are_left_out_and_nought_is_sent() -> None:
    wire = Script([ok()])
    client(wire).order_query(out_trade_no="T-1", transaction_id=None, device_info="", new_number=0, new_text="0")
    sent = fields_of(wire.requests[0])
    assert "transaction_id" not in sent and "device_info" not in sent
    assert (sent["new_number"], sent["new_text"]) == ("0", "0")


@pytest.mark.parametrize("value", [True, False, 1.0, 100.0, float("nan")])
def test_s6_bool_and_float_are_refused_and_nothing_is_sent(value: Any) -> None:
    wire = Script([])
    with pytest.raises(InvalidRequest, match=f"total_fee must not be a {type(value).__name__}"):
        client(wire).unified_order(**{**ORDER, "total_fee": value})
    assert wire.requests == []


def test_an_int_is_sent_as_its_digits() -> None:
    wire = Script([ok(prepay_id="wx1", trade_type="NATIVE", code_url="weixin://x")])
    client(wire).unified_order(**ORDER)
    assert fields_of(wire.requests[0])["total_fee"] == "100"


def test_an_id_given_in_the_call_wins_over_the_merchants() -> None:
    wire = Script([ok(sub_mch_id="1900000999")])
    client(wire).order_query(out_trade_no="T-1", sub_mch_id="1900000999")
    assert fields_of(wire.requests[0])["sub_mch_id"] == "1900000999"


@pytest.mark.parametrize("name", ["sign", "sign_type"])
def test_signature_and_algorithm_are_not_the_callers_to_choose(name: str) -> None:
    wire = Script([ok()])
    client(wire).order_query(**{"out_trade_no": "T-1", name: "MD5"})
    sent = fields_of(wire.requests[0])
    assert sent["sign"] == sign(sent)
    assert "sign_type" not in sent


@pytest.mark.parametrize(
    ("region", "host"), [("global", "apihk.mch.weixin.qq.com"), ("mainland", "api.mch.weixin.qq.com")]
)
def test_the_region_decides_the_host(region: str, host: str) -> None:
    wire = Script([ok()])
    client(wire, region=region).order_query(out_trade_no="T-1")
    assert wire.requests[0].url == f"https://{host}/pay/orderquery"


@pytest.mark.parametrize("base", ["https://localhost:8443", "https://localhost:8443/", "https://[::1]:8443"])
def test_a_base_url_stands_before_every_path(base: str) -> None:
    wire = Script([ok()])
    client(wire, base_url=base).order_query(out_trade_no="T-1")
    assert wire.requests[0].url == base.rstrip("/") + "/pay/orderquery"


def test_a_report_carries_the_outcome_of_another_call() -> None:
    """Its request fields are called return_code and result_code, like those of a reply."""
    wire = Script([Response(200, to_xml({"return_code": "SUCCESS", "result_code": "SUCCESS"}))])
    result = client(wire).report(
        interface_url="https://api.mch.weixin.qq.com/pay/orderquery", execute_time_=1000, return_code="FAIL",
        return_msg="timeout", result_code="FAIL", err_code="SYSTEMERROR", user_ip="203.0.113.7",
    )  # fmt: skip
    sent = fields_of(wire.requests[0])
    assert (sent["return_code"], sent["result_code"], sent["execute_time_"]) == ("FAIL", "FAIL", "1000")
    assert result.verified is False


# By path.


@pytest.mark.parametrize("path", ["pay/orderquery", "/pay/orderquery", "pay/orderquery/", "/pay/orderquery/"])
def test_a_path_of_the_catalogue_follows_its_row(path: str) -> None:
    wire = Script([ok(out_trade_no="T-1")])
    result = client(wire).call(path, {"out_trade_no": "T-1"})
    assert wire.paths == ["/pay/orderquery"]
    assert result.operation is catalogue.find("order_query")


@pytest.mark.parametrize(
    "path", ["secapi/pay/refund", "/secapi/pay/refund", "secapi/pay/refund/", "//secapi/pay/refund"]
)
def test_m5_no_spelling_of_a_path_gets_round_the_row(path: str) -> None:
    wire = Script([])
    with pytest.raises(InvalidRequest, match="total_fee is missing"):
        client(wire).call(path, {"out_refund_no": "R-1"})


def test_another_path_is_signed_and_verified_and_never_repeated() -> None:
    wire = Script([Response(200, signed({"return_code": "SUCCESS", "result_code": "SUCCESS", "a": "1"}))])
    result = client(wire).call("new/path_2", {"b": 5, "c": None, "d": ""}, certificate=True)
    assert wire.paths == ["/new/path_2"]
    assert wire.requests[0].certificate is True
    sent = fields_of(wire.requests[0])
    assert sent["b"] == "5" and sent["sign"] == sign(sent) and sent["mch_id"] == MCH_ID
    assert "c" not in sent and "d" not in sent
    assert result["a"] == "1"
    for reply in (
        OutcomeUnknown("lost", phase="read"),
        Response(502, b""),
        Response(200, to_xml({"return_code": "FAIL"})),
    ):
        wire = Script([reply])
        with pytest.raises(OutcomeUnknown):
            client(wire).call("new/path", {})
        assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "pay/../secapi/pay/refund",
        "pay//x",
        "pay/order?x=1",
        "pay/order#x",
        "pay/or der",
        "https://evil/pay",
        "pay\r\nx",
        "pay/%2e%2e",
        "päy",
        "pay\\x",
        None,
        5,
        b"pay/orderquery",
        ["pay"],
        "pay/\x00",
    ],
)
def test_s6_a_path_that_is_none_is_refused(path: Any) -> None:
    with pytest.raises(InvalidRequest):
        client(Script([])).call(path, {"out_trade_no": "T-1"})


@pytest.mark.parametrize(
    "fields",
    [
        None,
        5,
        "a=b",
        ["a"],
        [("a", "b")],
        {1: "x"},
        {None: "x"},
        {("a",): "x"},
        {"a b": "x"},
        {"": "x"},
        {"1a": "x"},
        {"a>": "x"},
        {"x" * 1000: 1.5},
        {1: 1.5},
        {1: "\0"},
    ],
)
def test_s2_fields_that_are_none_are_refused(fields: Any) -> None:
    wire = Script([])
    given_fields = {**fields, "out_trade_no": "T-1"} if isinstance(fields, Mapping) else fields
    with pytest.raises(InvalidRequest) as caught:
        client(wire).call("pay/orderquery", given_fields)
    assert len(str(caught.value)) < 400
    assert wire.requests == []


def test_every_fault_is_told_before_anything_is_sent() -> None:
    wire = Script([])
    with pytest.raises(InvalidRequest) as caught:
        client(wire).refund(total_fee="1.00", refund_fee=0, refund_fee_type="hkd", out_trade_no="T\0")
    assert len(caught.value.faults) == 5
    assert caught.value.operation == "refund"
    assert wire.requests == []


def test_a_call_that_needs_a_certificate_is_not_sent_without_one() -> None:
    wire = Script([])
    with pytest.raises(ConfigurationError, match="needs the merchant certificate"):
        client(wire, who=merchant(certificate=False)).refund(**REFUND)
    assert wire.requests == []


# M5: a number is fixed before the first send.


def done(request: Request) -> Response:
    """A signed success about what was asked, with all that proves a payment."""
    asked = {name: text for name, text in fields_of(request).items() if name in ("out_trade_no", "out_refund_no")}
    return ok(transaction_id="42", total_fee="100", time_end="20240229120000", **asked)


@pytest.mark.parametrize(
    ("method", "fields", "change"),
    [
        ("refund", REFUND, {"refund_fee": 41}),
        ("refund", REFUND, {"out_trade_no": "T-2"}),
        ("unified_order", ORDER, {"total_fee": 101}),
        ("unified_order", ORDER, {"attach": "new"}),
        ("micropay", QUICK, {"auth_code": "134567890123456780"}),
    ],
)
@pytest.mark.parametrize("first", ["success", "lost", "system error", "HTML"])
def test_m5_the_same_number_with_other_parameters_is_refused_locally(
    method: str, fields: dict[str, Any], change: dict[str, Any], first: str
) -> None:
    row = catalogue.find(method)
    reply: Any = {
        "success": done, "lost": OutcomeUnknown("lost", phase="read"), "system error": fail("SYSTEMERROR"),
        "HTML": Response(502, b"<html>"),
    }[first]  # fmt: skip
    wire = Script([reply])
    made = client(wire, retry=1)
    if first == "success":
        getattr(made, method)(**fields)
    else:
        with pytest.raises(OutcomeUnknown):
            getattr(made, method)(**fields)
    with pytest.raises(InvalidRequest, match=f"{row.numbers[0]} .* was used with other parameters") as caught:
        getattr(made, method)(**{**fields, **change})
    assert len(wire.requests) == 1
    assert AUTH_CODE[:-1] not in str(caught.value)


def test_m5_the_same_number_with_the_same_parameters_is_sent_again_where_that_is_safe() -> None:
    wire = Script([OutcomeUnknown("lost", phase="read"), ok(out_refund_no="R-1")])
    made = client(wire, retry=1)
    with pytest.raises(OutcomeUnknown):
        made.refund(**REFUND)
    made.refund(**REFUND)
    first, second = map(fields_of, wire.requests)
    assert {name: text for name, text in first.items() if name not in ("nonce_str", "sign")} == {
        name: text for name, text in second.items() if name not in ("nonce_str", "sign")
    }


@pytest.mark.parametrize("nothing_done", [fail("NOTENOUGH"), NotSent("no route to host")], ids=["refused", "not sent"])
def test_m5_a_number_with_which_nothing_was_done_is_free_again(nothing_done: Any) -> None:
    calls = [("refund", REFUND, {"refund_fee": 41}), ("micropay", QUICK, {"auth_code": "10" + "1" * 16})]
    if not isinstance(nothing_done, NotSent):
        del calls[1]  # a refused quick pay may have been paid all the same
    for method, fields, change in calls:
        wire = Script([nothing_done, done])
        made = client(wire, retry=1)
        with pytest.raises((Refused, NotSent)):
            getattr(made, method)(**fields)
        getattr(made, method)(**{**fields, **change})
        assert len(wire.requests) == 2


@pytest.mark.parametrize("later", [fail("NOTENOUGH"), NotSent("no route to host")], ids=["refused", "not sent"])
def test_m5_a_number_whose_outcome_is_unknown_stays_fixed_whatever_a_repetition_says(later: Any) -> None:
    """Call one may have arrived; that call two did not, or was refused, says nothing about call one."""
    wire = Script([OutcomeUnknown("lost", phase="read"), later])
    made = client(wire, retry=1)
    with pytest.raises(OutcomeUnknown):
        made.refund(**REFUND)
    with pytest.raises((Refused, NotSent)):
        made.refund(**REFUND)
    with pytest.raises(InvalidRequest, match="was used with other parameters"):
        made.refund(**{**REFUND, "refund_fee": 41})


def test_m4_quick_pay_is_not_sent_twice_under_one_number() -> None:
    for reply in (
        OutcomeUnknown("lost", phase="read"),
        fail("USERPAYING"),
        fail("SYSTEMERROR"),
        Response(500, b""),
        OSError(),
    ):
        wire = Script([reply])
        made = client(wire)
        with pytest.raises(OutcomeUnknown):
            made.micropay(**QUICK)
        with pytest.raises(InvalidRequest, match="was sent before, and this call is never sent twice") as caught:
            made.micropay(**QUICK)
        assert "order_query" in caught.value.remedy
        assert len(wire.requests) == 1


def test_m4_two_threads_with_one_number_send_one_quick_pay() -> None:
    """However the threads are interleaved: deciding and remembering is one step."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for round_ in range(60):
            sent: list[Request] = []

            def send(request: Request, sent: list[Request] = sent) -> Response:
                sent.append(request)
                raise OutcomeUnknown("lost", phase="read")

            made = client(send)
            barrier = threading.Barrier(4)
            kinds: list[type] = []

            def pay(
                made: Client = made,
                barrier: threading.Barrier = barrier,
                kinds: list[type] = kinds,
                number: str = f"Q-{round_}",
            ) -> None:
                barrier.wait()
                try:
                    made.micropay(**{**QUICK, "out_trade_no": number})
                except WXPayError as error:
                    kinds.append(type(error))

            threads = [threading.Thread(target=pay) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert len(sent) == 1
            assert sorted(kind.__name__ for kind in kinds) == ["InvalidRequest"] * 3 + ["OutcomeUnknown"]
    finally:
        sys.setswitchinterval(interval)


def test_m5_reads_have_no_memory() -> None:
    wire = Script([ok(), ok(), ok()])
    made = client(wire)
    made.order_query(out_trade_no="T-1")
    made.order_query(out_trade_no="T-1", version="1.0")
    made.refund_query(out_refund_no="T-1")


def test_m5_the_memory_of_numbers_is_bounded() -> None:
    made = client(lambda request: Response(200, signed({"return_code": "SUCCESS", "result_code": "SUCCESS"})))
    row = catalogue.find("close_order")
    for number in range(10_050):
        made._remember(row, {"out_trade_no": f"T-{number}"})
    assert len(made._numbers) <= 10_000


# What a reply means for the money. One row per kind of reply; one column per kind of call.

MONEY, NO_MONEY, READING = "refund", "unified_order", "order_query"
CALLS: dict[str, dict[str, Any]] = {MONEY: REFUND, NO_MONEY: ORDER, READING: {"out_trade_no": "T-1"}, "micropay": QUICK}
GOOD = success(
    out_trade_no="T-1", out_refund_no="R-1", prepay_id="wx1", trade_state="NOTPAY", transaction_id="42",
    total_fee="100", time_end="20240229120000",
)  # fmt: skip


def good(**changes: str) -> dict[str, str]:
    return {**GOOD, **changes}


REPLIES = {
    "signed success": Response(200, signed(good())),
    "success without a signature": Response(200, to_xml(good())),
    "success with an empty signature": Response(200, to_xml(good(sign=""))),
    "success under another key": Response(200, signed(good(), OTHER_KEY)),
    "success by another algorithm": Response(200, signed(good(), KEY, "HMAC-SHA256")),
    "success that names another algorithm": Response(200, signed(good(sign_type="HMAC-SHA256"))),
    "success in lower-case hex": Response(200, to_xml(good(sign=sign(GOOD).lower()))),
    "a non-ASCII signature": Response(200, to_xml(good(sign="é" * 32))),
    "one field changed": Response(200, signed(good()).replace(b"NOTPAY", b"NOTPAX").replace(b"R-1", b"R-2")),
    "one field added": Response(200, signed(good()).replace(b"</xml>", b"<cash_fee>1</cash_fee></xml>")),
    "no result_code": Response(200, signed({n: t for n, t in GOOD.items() if n != "result_code"})),
    "a result_code nobody heard of": Response(200, signed(good(result_code="MAYBE"))),
    "a return_code nobody heard of": Response(200, signed(good(return_code="OK"))),
    "no return_code": Response(200, signed({"result_code": "SUCCESS"})),
    "unsigned, return_code in lower case": Response(200, to_xml(good(return_code="success"))),
    "unsigned FAIL": Response(200, to_xml({"return_code": "FAIL", "return_msg": "签名错误"})),
    "signed FAIL": Response(200, signed({"return_code": "FAIL", "return_msg": "签名错误"})),
    "FAIL under another key": Response(200, signed({"return_code": "FAIL"}, OTHER_KEY)),
    "a code of the catalogue": fail("APPID_NOT_EXIST"),
    "the same, unsigned": Response(200, to_xml({**GOOD, "result_code": "FAIL", "err_code": "APPID_NOT_EXIST"})),
    "a code nobody heard of": fail("BRAND_NEW_CODE"),
    "a failure without a code": fail(""),
    "a code in another case": fail("appid_not_exist"),
    "SYSTEMERROR": fail("SYSTEMERROR"),
    "HTTP 502 with HTML": Response(502, b"<html><body>Bad Gateway</body></html>"),
    "HTTP 500 with a signed success": Response(500, signed(good())),
    "HTTP 302": Response(302, b"", {"location": "https://evil.example/"}),
    "HTTP 304": Response(304, b""),
    "HTTP 404": Response(404, b"not found"),
    "HTTP 201 with a signed success": Response(201, signed(good())),
    "HTML with 200": Response(200, b"<html><body>Log in to the hotel's network</body></html>"),
    "nothing": Response(200, b""),
    "blanks": Response(200, b" \r\n"),
    "JSON": Response(200, b'{"return_code":"SUCCESS"}'),
    "gzip": Response(200, gzip.compress(signed(good())), {"content-encoding": "gzip"}),
    "more than 1 MiB": Response(200, signed(good(attach="x" * (1 << 20)))),
    "cut in the middle": Response(200, signed(good())[:-20]),
    "a DOCTYPE": Response(200, b"<!DOCTYPE xml>" + signed(good())),
    "a field twice": Response(200, signed(good()).replace(b"</xml>", b"<return_code>SUCCESS</return_code></xml>")),
    "UTF-16": Response(200, signed(good()).decode().encode("utf-16")),
    "another merchant's reply": Response(200, signed(good(mch_id="1900000999"))),
    "another app's reply": Response(200, signed(good(appid="wx0"))),
    "another sub-merchant's reply": Response(200, signed(good(sub_mch_id="1900000999"))),
    "another order's reply": Response(200, signed(good(out_trade_no="T-9", out_refund_no="R-9"))),
    "another merchant's refusal": fail("APPID_NOT_EXIST", mch_id="1900000999"),
    "another order's refusal": fail("APPID_NOT_EXIST", out_trade_no="T-9", out_refund_no="R-9"),
}
MEANS: dict[str, Any] = {
    "signed success": Result,
    "signed FAIL": {NO_MONEY: Refused, READING: Refused},
    "a code of the catalogue": Refused,
    "unsigned FAIL": {NO_MONEY: Refused, READING: Refused},
}
"""What is not unknown."""


@pytest.mark.parametrize("method", [MONEY, NO_MONEY, READING, "micropay"])
@pytest.mark.parametrize("name", REPLIES)
def test_m3_a_reply_means_exactly_this(method: str, name: str) -> None:
    reply = REPLIES[name]
    kind = MEANS.get(name, OutcomeUnknown)
    if isinstance(kind, dict):
        kind = kind.get(method, OutcomeUnknown)
    fields = {**CALLS[method], "out_trade_no": "T-1"}

    def call() -> Result:
        return getattr(client(Script([reply] * 3)), method)(**fields)  # type: ignore[no-any-return]

    if kind is Result:
        result = call()
        assert result["return_code"] == "SUCCESS"
        assert result.verified
        return
    with pytest.raises(WXPayError) as caught:
        call()
    assert type(caught.value) is kind, caught.value
    error = caught.value
    assert error.operation == method
    assert error.response is not None and error.response.status == reply.status
    if isinstance(error, OutcomeUnknown):
        assert error.numbers
        assert error.query in catalogue.NAMES or method == READING


@pytest.mark.parametrize("row", SIGNED, ids=attrgetter("name"))
@pytest.mark.parametrize("forged", ["unsigned", "another key", "another algorithm"])
def test_m1_no_success_is_believed_without_its_signature(row: Operation, forged: str) -> None:
    body = {
        "unsigned": to_xml(GOOD),
        "another key": signed(GOOD, OTHER_KEY, algorithm_of(row)),
        "another algorithm": signed(GOOD, KEY, "MD5" if algorithm_of(row) != "MD5" else "HMAC-SHA256"),
    }[forged]
    fields = least(row, out_trade_no="T-1")
    with pytest.raises(OutcomeUnknown) as caught:
        getattr(client_for(row, Script([Response(200, body)] * 3)), row.name)(**fields)
    assert isinstance(caught.value.__cause__, SignatureInvalid)


@pytest.mark.parametrize("row", OPERATIONS, ids=attrgetter("name"))
def test_m3_every_error_code_of_every_row_becomes_what_its_row_says(row: Operation) -> None:
    for code in row.errors:
        if row.response_format != "xml":
            reply = Response(200, to_xml({"return_code": "FAIL", "return_msg": code.code}))
        else:
            told = {"return_code": "SUCCESS", "result_code": "FAIL", "err_code": code.code}
            reply = Response(200, signed(told, KEY, algorithm_of(row)))
        with pytest.raises((Refused, OutcomeUnknown)) as caught:
            getattr(client_for(row, Script([reply] * 3)), row.name)(**least(row, out_trade_no="T-1"))
        error = caught.value
        assert isinstance(error, OutcomeUnknown) is (code.outcome == "unknown"), code
        assert error.err_code == code.code
        assert error.remedy == code.remedy
        assert error.may_repeat is code.repeat


@pytest.mark.parametrize("method", [MONEY, NO_MONEY, READING])
def test_a_mismatch_stands_behind_a_reply_about_something_else(method: str) -> None:
    reply = Response(200, signed(good(mch_id="1900000999")))
    with pytest.raises(OutcomeUnknown, match="about something else") as caught:
        getattr(client(Script([reply])), method)(**{**CALLS[method], "out_trade_no": "T-1"})
    assert isinstance(caught.value.__cause__, Mismatch)


def test_m3_an_unauthenticated_refusal_is_marked() -> None:
    for body, authenticated in (
        (to_xml({"return_code": "FAIL", "return_msg": "no"}), False),
        (signed({"return_code": "FAIL"}), True),
    ):
        with pytest.raises(Refused) as caught:
            client(Script([Response(200, body)])).unified_order(**ORDER)
        assert caught.value.authenticated is authenticated


def test_a_refusal_tells_its_codes() -> None:
    with pytest.raises(Refused) as caught:
        client(Script([fail("NOTENOUGH")])).refund(**REFUND)
    error = caught.value
    assert (error.return_code, error.return_msg, error.err_code) == ("SUCCESS", "OK", "NOTENOUGH")
    assert error.err_code_des == "NOTENOUGH in words"
    assert error.fields["err_code"] == "NOTENOUGH"
    assert "top up" in str(error)
    assert error.may_repeat is False


def test_s2_a_gateways_words_make_one_short_printable_line() -> None:
    words = "first\nsecond\x85\u2028" + "x" * 500
    for reply in (
        Response(200, to_xml({"return_code": "FAIL", "return_msg": words.replace("\x85", "")})),
        Response(200, signed(good(result_code="FAIL", err_code="SYSTEMERROR", err_code_des="a\nb" * 100))),
        Response(200, signed(good(result_code="FAIL", err_code="NOTENOUGH", err_code_des="a\nb" * 100))),
        Response(200, signed(good(result_code="FAIL", err_code="N\nEW" * 100))),
    ):
        for method in (NO_MONEY, MONEY):
            with pytest.raises(WXPayError) as caught:
                getattr(client(Script([reply] * 3)), method)(**CALLS[method])
            assert len(str(caught.value).splitlines()) == 1
            assert len(caught.value.message) < 160


def test_statements_are_not_signed_and_not_empty() -> None:
    text = "\ufeff交易时间\r\n".encode()
    result = client(Script([Response(200, text)])).download_bill(bill_date="20240229", bill_type="ALL")
    assert (result, result.raw, result.verified) == ({}, text, False)
    for body in (b"", b"\xef\xbb\xbf", b" \r\n", b"<html></html>", to_xml({"return_code": "SUCCESS"})):
        with pytest.raises(OutcomeUnknown):
            client(Script([Response(200, body)] * 3)).download_bill(bill_date="20240229", bill_type="ALL")


@settings(max_examples=200)
@given(
    body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode),
    status=st.integers(200, 599),
    method=st.sampled_from(sorted(CALLS)),
)
def test_s2_any_bytes_are_an_outcome_and_nothing_foreign(body: bytes, status: int, method: str) -> None:
    with pytest.raises((OutcomeUnknown, Refused)):
        getattr(client(Script([Response(status, body)] * 3)), method)(**CALLS[method])


@settings(max_examples=100)
@given(data=st.data())
def test_m1_any_change_of_a_signed_reply_is_an_unknown_outcome_or_the_same_reply(data: st.DataObject) -> None:
    body = signed(good())
    index = data.draw(st.integers(0, len(body) - 1))
    changed = body[:index] + bytes([data.draw(st.integers(0, 255))]) + body[index + 1 :]
    try:
        result = client(Script([Response(200, changed)])).refund(**REFUND)
    except OutcomeUnknown:
        return
    assert dict(result) == {**GOOD, "sign": sign(GOOD)}


@pytest.mark.parametrize("reply", ["text", 5, b"bytes", object()], ids=["str", "int", "bytes", "object"])
def test_a_transport_that_answers_nonsense_does_not_look_like_an_answer(reply: Any) -> None:
    with pytest.raises((WXPayError, AttributeError)):
        client(lambda request: reply).refund(**REFUND)
    with pytest.raises(OutcomeUnknown):
        client(lambda request: Response(200, reply)).refund(**REFUND)


def test_m1_a_quick_pay_that_proves_nothing_is_unknown() -> None:
    """A signed SUCCESS without the fields that its row calls its proof is no payment."""
    for missing in catalogue.find("micropay").proof:
        paid = good(out_trade_no="Q-1")
        del paid[missing]
        with pytest.raises(OutcomeUnknown):
            client(Script([Response(200, signed(paid))])).micropay(**QUICK)


# Configuration.


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"region": "hongkong"}, "region must be global or mainland"),
        ({"region": None}, "region"),
        ({"base_url": "http://localhost:8080"}, "base_url must be an https address"),
        ({"base_url": "localhost:8443"}, "base_url"),
        ({"base_url": "https://"}, "base_url"),
        ({"base_url": "https:///path"}, "base_url"),
        ({"base_url": "https://localhost:99999"}, "base_url"),
        ({"base_url": "https://localhost:port"}, "base_url"),
        ({"base_url": "https://[::1"}, "base_url"),
        ({"base_url": "https://user:password@localhost"}, "base_url"),
        ({"base_url": "https://localhost?x=1"}, "base_url"),
        ({"base_url": "https://localhost#x"}, "base_url"),
        ({"base_url": "https://local host"}, "base_url"),
        ({"base_url": "https://localhost\r\nX: 1"}, "base_url"),
        ({"base_url": "https://localhöst"}, "base_url"),
        ({"base_url": "HTTPS://localhost"}, "base_url"),
        ({"base_url": ""}, "base_url"),
        ({"base_url": 5}, "base_url"),
        ({"base_url": b"https://localhost"}, "base_url"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": -1}, "timeout"),
        ({"timeout": float("inf")}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"timeout": True}, "timeout"),
        ({"timeout": "10"}, "timeout"),
        ({"timeout": (3, None)}, "timeout"),
        ({"timeout": (None, 10)}, "timeout"),
        ({"timeout": (3,)}, "timeout"),
        ({"timeout": (3, 10, 20)}, "timeout"),
        ({"timeout": ()}, "timeout"),
        ({"timeout": [3, 10]}, "timeout"),
        ({"timeout": 601}, "timeout"),
        ({"timeout": 10**400}, "timeout"),
        ({"retry": 0}, "attempts"),
        ({"retry": 4}, "attempts"),
        ({"retry": True}, "attempts"),
        ({"retry": None}, "attempts"),
        ({"verify": "/some/ca.pem"}, "a transport was given"),
        ({"proxy": "http://proxy:3128"}, "a transport was given"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_s2_a_client_that_cannot_work_is_refused_when_it_is_made(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        client(Script([]), **options)
    assert len(str(caught.value)) < 250
    assert "password" not in str(caught.value)


@pytest.mark.parametrize(
    ("timeout", "expected"),
    [(None, (3.0, 10.0)), (20, (3.0, 20.0)), ((1, 2), (1.0, 2.0)), (0.5, (3.0, 0.5)), (600, (3.0, 600.0))],
)
def test_s6_every_request_has_finite_timeouts(timeout: Any, expected: tuple[float, float]) -> None:
    wire = Script([ok()])
    client(wire, timeout=timeout).order_query(out_trade_no="T-1")
    assert wire.requests[0].timeout == pytest.approx(expected, rel=0.01)


def test_s6_quick_pay_may_take_30_seconds() -> None:
    wire = Script([ok(out_trade_no="Q-1", transaction_id="42", total_fee="100")])
    client(wire).micropay(**QUICK)
    assert wire.requests[0].timeout == (3.0, 30.0)


def test_s6_a_read_is_repeated_on_the_reserve_host_after_a_pause() -> None:
    wire = Script([OutcomeUnknown("lost", phase="read"), Response(502, b""), ok(out_trade_no="T-1")])
    clock = ManualClock()
    client(wire, region="mainland", clock=clock).order_query(out_trade_no="T-1")
    assert [request.host for request in wire.requests] == [
        HOSTS["mainland"][0],
        HOSTS["mainland"][1],
        HOSTS["mainland"][0],
    ]
    assert len({request.body for request in wire.requests}) == 1
    assert len(clock.slept) == 2


@pytest.mark.parametrize("row", OPERATIONS, ids=attrgetter("name"))
def test_s6_every_row_is_repeated_as_its_class_says(row: Operation) -> None:
    wire = Script([OutcomeUnknown("lost", phase="read")] * 3)
    with pytest.raises(OutcomeUnknown):
        getattr(client_for(row, wire), row.name)(**least(row, out_trade_no="T-1"))
    assert len(wire.requests) == (1 if row.repeat == ONCE else 3)
    assert len({request.body for request in wire.requests}) == 1


# Life of a client.


def test_a_client_closes_its_transport() -> None:
    class Wire(Script):
        closed = 0

        def close(self) -> None:
            self.closed += 1

    wire = Wire([ok()])
    with client(wire) as made:
        made.order_query(out_trade_no="T-1")
        assert wire.closed == 0
    assert wire.closed == 1
    with client(Script([])):
        pass


def test_a_notification_is_opened_by_the_merchants_key() -> None:
    made = client(Script([]))
    paid = success(out_trade_no="T-1", transaction_id="42", total_fee="100", fee_type="HKD", time_end="20240229120000",
                   openid="o1", bank_type="CMC", cash_fee="100", trade_type="NATIVE", is_subscribe="N")  # fmt: skip
    event = made.open_notification(signed(paid), {"content-type": "text/xml"})
    assert event.paid(out_trade_no="T-1", total_fee=100, fee_type="HKD").transaction_id == "42"
    for body, kind in (
        (signed(paid, OTHER_KEY), SignatureInvalid),
        (to_xml(paid), SignatureInvalid),
        (signed({**paid, "mch_id": "1900000999"}), Mismatch),
        (b"not xml", Malformed),
        (b"", Malformed),
    ):
        with pytest.raises(kind):
            made.open_notification(body)


# Secrets.


@pytest.mark.parametrize("show", [repr, str, lambda made: repr(vars(made)), lambda made: f"{made!s:>200}"])
def test_s7_a_client_prints_without_its_key(show: Callable[[Client], str]) -> None:
    made = client(Script([ok()]))
    made.order_query(out_trade_no="T-1")
    assert KEY not in show(made)


@pytest.mark.parametrize("leave", [pickle.dumps, copy.deepcopy])
def test_s7_a_client_does_not_leave_its_process(leave: Any) -> None:
    with pytest.raises(TypeError):
        leave(client(Script([])))


FAILING: list[tuple[str, Callable[[Client], Any], Any]] = [
    ("faulty field", lambda made: made.micropay(**{**QUICK, "total_fee": 1.5}), None),
    ("control character", lambda made: made.micropay(**{**QUICK, "body": "a\0"}), None),
    ("lone surrogate", lambda made: made.call("new/path", {"x": "\ud800"}), None),
    ("odd name", lambda made: made.call("new/path", {"a b": "x"}), None),
    ("name that is no text", lambda made: made.call("new/path", {1: "x"}), None),  # type: ignore[dict-item]
    ("no mapping", lambda made: made.call("new/path", 5), None),  # type: ignore[arg-type]
    ("refused", lambda made: made.micropay(**QUICK), fail("NOTENOUGH")),
    ("unknown code", lambda made: made.micropay(**QUICK), fail("NEW_CODE")),
    ("wrong signature", lambda made: made.micropay(**QUICK), Response(200, signed(GOOD, OTHER_KEY))),
    ("non-ASCII signature", lambda made: made.micropay(**QUICK), Response(200, to_xml(good(sign="é")))),
    ("mismatch", lambda made: made.micropay(**QUICK), ok(mch_id="1")),
    ("malformed", lambda made: made.micropay(**QUICK), Response(200, b"<xml><a>")),
    ("HTML", lambda made: made.micropay(**QUICK), Response(502, b"<html>")),
    ("lost", lambda made: made.micropay(**QUICK), OutcomeUnknown("lost", phase="read")),
    ("not sent", lambda made: made.micropay(**QUICK), NotSent("no route")),
    ("transport", lambda made: made.micropay(**QUICK), OSError("its own")),
    ("nothing", lambda made: made.micropay(**QUICK), lambda request: None),
]


@pytest.mark.parametrize(("act", "reply"), [row[1:] for row in FAILING], ids=[row[0] for row in FAILING])
@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
def test_s7_no_failing_call_shows_the_key(
    act: Callable[[Client], Any], reply: Any, sign_type: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the text, the repr, the attributes, the pickle, the DEBUG log, nor in a traceback with locals."""
    made = client(Script([reply] * 3), who=merchant(sign_type=sign_type))
    with caplog.at_level(logging.DEBUG):
        report = crash_report(lambda: act(made))
    assert "wxpay_v2" in report
    assert KEY not in report
    assert KEY not in caplog.text
    assert "PRIVATE KEY-----" not in report
    with pytest.raises(WXPayError) as caught:
        act(client(Script([reply] * 3), who=merchant(sign_type=sign_type)))
    error = caught.value
    shown = f"{error} {error!r} {vars(error)!r} {pickle.dumps(error)!r} {copy.copy(error)!r} {caplog.text}"
    for secret in (KEY, AUTH_CODE, OTHER_KEY):
        assert secret not in shown


def test_s7_the_keys_of_a_client_are_not_among_what_it_sends() -> None:
    wire = Script([ok()] * 3)
    made = client(wire)
    made.order_query(out_trade_no="T-1")
    made.refund(**REFUND)
    for request in wire.requests:
        assert KEY.encode() not in request.body
        assert KEY not in f"{request!r} {request.headers!r} {request.url}"
    assert client_certificate().pem() not in b"".join(request.body for request in wire.requests)
    assert APPID.encode() in wire.requests[0].body
