"""fields -> sealed request -> unsealed reply, and what a reply says about the money."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import examples
from tests.fixtures import (
    APPID,
    KEY,
    MCH_ID,
    ORDER,
    OTHER_KEY,
    QUICK,
    REFUND,
    SUB_MCH_ID,
    failure,
    fields_of,
    merchant,
    sign,
    signed,
    success,
    to_xml,
)
from wxpay_v2 import call
from wxpay_v2.call import Request, Response
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import (
    ConfigurationError,
    InvalidRequest,
    Malformed,
    Mismatch,
    OutcomeUnknown,
    Refused,
    SignatureInvalid,
)
from wxpay_v2.operation import DIRECT, INSTITUTION, UNKNOWN, Operation
from wxpay_v2.result import Result
from wxpay_v2.retry import Retry, Routes
from wxpay_v2.secret import Secret
from wxpay_v2.v2 import catalogue, envelope
from wxpay_v2.v2.protocol import Protocol
from wxpay_v2.v2.signature import Signer

ORDER_QUERY = catalogue.find("order_query")
NOW = ManualClock().now
NONCE = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"
# The one whose fields no page tells is left to itself.
OPERATIONS = [row for row in catalogue.operations() if row.request]
ALGORITHMS = ("MD5", "HMAC-SHA256")
SIGNED = [row for row in OPERATIONS if row.signed_response and row.response_format == "xml" and row.request]
MOVING = [operation for operation in SIGNED if operation.moves_money]
STILL = [operation for operation in SIGNED if not operation.moves_money]

every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=attrgetter("name"))
every_signed_operation = pytest.mark.parametrize("operation", SIGNED, ids=attrgetter("name"))


def caller(mode: str = INSTITUTION, sign_type: str = "MD5", operation: Operation = ORDER_QUERY) -> Protocol:
    """A merchant of `examples.IDS` in *mode*, who may call *operation*."""
    changes = {"sub_mch_id": None, **examples.caller(operation, mode=mode), "sign_type": sign_type}
    return Protocol(merchant(**changes), operation.regions[0], NOW)


def asked(name: str, protocol: Protocol | None = None, **fields: Any) -> Request:
    """A request of the operation *name* by the merchant of the fixtures."""
    given = {"unified_order": ORDER, "micropay": QUICK, "refund": REFUND}.get(name, {"out_trade_no": "T-1"})
    return (protocol or Protocol(merchant(), "global", NOW)).request(catalogue.find(name), {**given, **fields}, NONCE)


def judged(request: Request, fields: Mapping[str, str] | bytes, status: int = 200) -> Result:
    """What the protocol makes of *fields*, signed, or of bytes as they are."""
    body = fields if isinstance(fields, bytes) else signed(fields)
    return Protocol(merchant(), "global", NOW).open_reply(request, Response(status, body))


# Requests.


@every_operation
@examples.each
@given(data=st.data(), algorithm=st.sampled_from(ALGORITHMS))
def test_a_request_carries_ids_nonce_and_a_right_signature(
    operation: Operation, data: st.DataObject, algorithm: str
) -> None:
    mode = data.draw(st.sampled_from(examples.modes(operation)))
    protocol = caller(mode, algorithm, operation)
    fields = data.draw(examples.examples(operation, mode=mode))
    request = protocol.request(operation, {**fields, **examples.files(operation)}, NONCE)
    used = protocol.signer_for(operation).sign_type
    sent = fields_of(request)
    assert used in operation.sign_types
    if operation.sign_name:
        signature = sent.pop("sign")
        assert signature == sign({name: sent[name] for name in sent if name not in operation.in_query}, KEY, used)
    assert sent == request.fields
    assert {name: sent[name] for name in fields} == fields
    assert ("nonce_str" in sent) == operation.nonce
    always = operation.sign_type_field and operation.field("sign_type").required.kind == "always"  # type: ignore[union-attr]
    assert ("sign_type" in sent) == (always or (operation.sign_type_field and used == "HMAC-SHA256"))
    for attribute, wire in operation.ids.items():
        known = operation.field(wire)
        if mode == DIRECT and attribute.startswith("sub_"):
            assert wire not in sent
        elif known is None or not known.modes or mode in known.modes:
            assert sent[wire] == examples.IDS[attribute]
    assert (request.method, request.path) == (operation.method, operation.path)
    assert request.certificate == operation.certificate
    kinds = {"xml": "text/xml; charset=utf-8", "multipart": "multipart/form-data", "query": ""}
    assert request.headers.get("Content-Type", "").startswith(kinds[operation.request_format])


@every_operation
@examples.each
@given(data=st.data(), algorithm=st.sampled_from(ALGORITHMS))
def test_a_call_goes_round_both_roles(operation: Operation, data: st.DataObject, algorithm: str) -> None:
    """The client seals, a gateway with the key opens, answers, seals, and the client reads the answer."""
    protocol = caller(examples.usual_mode(operation), algorithm, operation)
    fields = {**data.draw(examples.examples(operation)), **examples.files(operation)}
    request = protocol.request(operation, fields, NONCE)
    gateway = Signer(Secret(KEY), protocol.signer_for(operation).sign_type)
    if operation.request_format == "xml" and not operation.in_query:
        received = envelope.unseal(request.body, gateway)
        assert {name: text for name, text in received.items() if name != "sign"} == request.fields
    reply = data.draw(examples.replies(operation, about=request.fields))
    if operation.response_format == "csv":
        statement = data.draw(st.binary().filter(lambda raw: raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"", b"<")))
        result = protocol.open_reply(request, Response(200, statement))
        assert (dict(result), result.raw, result.verified) == ({}, statement, False)
        return
    if operation.response_format != "xml":
        return  # a page is not answered to us; JSON has its tests below
    body = envelope.seal(reply, gateway)
    result = protocol.open_reply(request, Response(200, body))
    assert {name: text for name, text in result.items() if name != "sign"} == reply
    assert (result.operation, result.raw, result.verified) == (operation, body, True)


def test_every_algorithm_has_one_signer_and_the_row_decides() -> None:
    md5, both = catalogue.find("query_exchange_rate"), catalogue.find("order_query")
    assert md5.sign_types == ("MD5",)
    protocol = caller(sign_type="HMAC-SHA256")
    assert protocol.signer_for(md5).sign_type == "MD5"
    assert protocol.signer_for(both).sign_type == "HMAC-SHA256"
    assert protocol.signer_for(both) is protocol.signer
    assert protocol.signer_for(md5) is protocol.signer_for(md5)


def test_an_operation_that_takes_hmac_only_is_signed_so_by_a_merchant_of_md5() -> None:
    operation = Operation("hmac_only", path="/x", title="x", sign_types=("HMAC-SHA256",))
    sent = fields_of(caller(sign_type="MD5").request(operation, {}, NONCE))
    assert sent["sign_type"] == "HMAC-SHA256"
    assert sent.pop("sign") == sign(sent, KEY, "HMAC-SHA256")


def test_what_the_caller_says_of_signature_and_algorithm_has_no_weight() -> None:
    request = asked("order_query", sign="0" * 32, sign_type="HMAC-SHA256")
    assert not {"sign", "sign_type"} & set(request.fields)
    sent = fields_of(request)
    assert sent.pop("sign") == sign(sent)
    hmac = caller(sign_type="HMAC-SHA256").request(
        catalogue.find("order_query"), {"out_trade_no": "T", "sign_type": "MD5"}, NONCE
    )
    assert hmac.fields["sign_type"] == "HMAC-SHA256"


def test_a_nonce_of_the_caller_is_kept() -> None:
    assert asked("order_query", nonce_str="mine").fields["nonce_str"] == "mine"
    assert asked("order_query").fields["nonce_str"] == NONCE


def test_s6_zero_is_sent_and_none_is_left_out() -> None:
    sent = fields_of(asked("unified_order", attach="0", goods_tag=None, detail="", device_info=0))
    assert sent["attach"] == sent["device_info"] == "0"
    assert not {"goods_tag", "detail"} & set(sent)


def test_a_call_that_needs_a_certificate_is_not_made_without() -> None:
    protocol = Protocol(merchant(certificate=False), "global", NOW)
    with pytest.raises(ConfigurationError, match="certificate") as told:
        protocol.request(catalogue.find("refund"), REFUND, NONCE)
    assert told.value.operation == "refund"
    assert protocol.request(catalogue.find("order_query"), {"out_trade_no": "T-1"}, NONCE).certificate is False


def test_every_fault_is_told_before_anything_is_sealed() -> None:
    with pytest.raises(InvalidRequest) as told:
        asked("unified_order", total_fee=1.5, out_trade_no="a/b", body="😀", trade_type="CASH")
    text = " ".join(told.value.faults)
    assert len(told.value.faults) == 4
    assert all(name in text for name in ("total_fee", "out_trade_no", "body", "trade_type"))
    assert told.value.operation == "unified_order"


@pytest.mark.parametrize("fields", [None, [("a", "b")], "a=b", 1, b"<xml/>"])
def test_fields_that_are_no_mapping_are_refused(fields: Any) -> None:
    with pytest.raises(InvalidRequest, match="fields must be a mapping"):
        caller().request(catalogue.find("order_query"), fields, NONCE)


@pytest.mark.parametrize("fields", [{1: "x"}, {None: "x"}, {"a><b": "x"}, {"\ud800": "x"}, {"": "x"}, {("a",): "x"}])
def test_s7_a_name_that_is_none_is_refused_and_no_error_holds_the_key(fields: Any) -> None:
    with pytest.raises(InvalidRequest, match="name") as told:
        caller().request(catalogue.find("order_query"), {"out_trade_no": "T-1", **fields}, NONCE)
    error: BaseException | None = told.value
    while error is not None:
        assert KEY not in repr(error)
        error = error.__context__


# Replies: threats, sections 4 and 5.


@pytest.mark.parametrize("operation", SIGNED, ids=attrgetter("name"))
@examples.each
@given(data=st.data())
def test_one_bit_of_a_reply_turned_is_unknown_or_changes_nothing(operation: Operation, data: st.DataObject) -> None:
    protocol = caller(examples.usual_mode(operation), operation=operation)
    request = protocol.request(
        operation, {**data.draw(examples.examples(operation)), **examples.files(operation)}, NONCE
    )
    reply = data.draw(examples.replies(operation, about=request.fields))
    body = bytearray(envelope.seal(reply, protocol.signer_for(operation)))
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        result = protocol.open_reply(request, Response(200, bytes(body)))
    except OutcomeUnknown:
        return
    assert {name: text for name, text in result.items() if name != "sign"} == reply


@every_signed_operation
def test_s4_3_an_answer_is_checked_like_a_notification(operation: Operation) -> None:
    """A success without a right signature is neither success nor refusal, whatever moves."""
    protocol = caller()
    used = protocol.signer_for(operation).sign_type
    other = "MD5" if used == "HMAC-SHA256" else "HMAC-SHA256"
    proof = dict.fromkeys(operation.proof if operation.moves_money else (), "1")
    fields = {"return_code": "SUCCESS", "result_code": "SUCCESS", "mch_id": MCH_ID, **proof}
    right = {**fields, "sign": sign(fields, KEY, used)}
    wrong = {
        "none": to_xml(fields),
        "empty": to_xml({**fields, "sign": ""}),
        "lower": to_xml({**right, "sign": right["sign"].lower()}),
        "other key": signed(fields, OTHER_KEY, used),
        "other algorithm": signed(fields, KEY, other),
        "changed": to_xml({**right, "added": "1"}),
    }
    request = Request("POST", operation.path, b"", operation=operation, fields={"mch_id": MCH_ID})
    assert protocol.open_reply(request, Response(200, to_xml(right)))
    for name, body in wrong.items():
        with pytest.raises(OutcomeUnknown, match="signature") as told:
            protocol.open_reply(request, Response(200, body))
        assert isinstance(told.value.__cause__, SignatureInvalid), name
        assert told.value.phase == "reply", name


@pytest.mark.parametrize("operation", MOVING, ids=attrgetter("name"))
def test_m3_an_unsigned_fail_is_unknown_where_money_moves(operation: Operation) -> None:
    request = Request("POST", operation.path, b"", operation=operation)
    for fail in (
        {"return_code": "FAIL", "return_msg": "签名失败"},
        {"return_code": "FAIL", "return_msg": "x", "sign": ""},
        {"return_code": "FAIL", "return_msg": "x", "err_code": "NOTENOUGH"},
    ):
        with pytest.raises(OutcomeUnknown, match="without a signature") as told:
            judged(request, to_xml(fail))
        assert told.value.err_code == fail.get("err_code", "")


@pytest.mark.parametrize("operation", STILL, ids=attrgetter("name"))
def test_m3_an_unsigned_fail_elsewhere_is_a_refusal_that_is_not_authenticated(operation: Operation) -> None:
    request = Request("POST", operation.path, b"", operation=operation)
    with pytest.raises(Refused, match="签名失败") as told:
        judged(request, to_xml({"return_code": "FAIL", "return_msg": "签名失败"}))
    assert not told.value.authenticated
    assert (told.value.return_code, told.value.return_msg, told.value.err_code) == ("FAIL", "签名失败", "")


def test_a_signed_fail_is_a_refusal_that_is_authenticated() -> None:
    failed = {"return_code": "FAIL", "return_msg": "参数错误"}
    with pytest.raises(Refused, match="参数错误") as told:
        judged(asked("order_query"), failed)
    assert told.value.authenticated
    with pytest.raises(OutcomeUnknown, match="named no code"):  # where money moves, a transport failure settles nothing
        judged(asked("micropay"), failed)


@pytest.mark.parametrize("status", [100, 201, 204, 301, 302, 400, 401, 404, 429, 500, 502, 503, 504])
def test_m3_another_http_status_than_200_is_unknown_whatever_the_body_says(status: int) -> None:
    for name in ("micropay", "order_query", "download_bill"):
        request = asked(name) if name != "download_bill" else asked(name, bill_date="20261120")
        with pytest.raises(OutcomeUnknown, match=f"HTTP {status}") as told:
            judged(request, success(out_trade_no=request.fields.get("out_trade_no", "")), status=status)
        assert told.value.phase == "status"


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>502</html>", b'{"code":0}', b"\xff\xfe", b"<xml><a>", b"<!DOCTYPE xml><xml/>", b"x" * 9_000_000],
)
def test_m3_what_nobody_can_read_is_unknown(body: bytes) -> None:
    for name in ("micropay", "order_query", "refund"):
        with pytest.raises(OutcomeUnknown, match="cannot be read") as told:
            judged(asked(name), body)
        assert isinstance(told.value.__cause__, Malformed)


@pytest.mark.parametrize("return_code", [None, "", "success", "OK", "SUCCESS "])
def test_m3_a_return_code_nobody_has_heard_of_is_unknown(return_code: str | None) -> None:
    fields = success(out_trade_no="Q-1")
    del fields["return_code"]
    with pytest.raises(OutcomeUnknown, match="return_code is"):
        judged(asked("micropay"), fields if return_code is None else {**fields, "return_code": return_code})


@pytest.mark.parametrize("result_code", [None, "", "success", "OK", "PROCESSING"])
def test_m3_a_result_code_nobody_has_heard_of_is_unknown(result_code: str | None) -> None:
    fields = success(out_trade_no="Q-1")
    del fields["result_code"]
    with pytest.raises(OutcomeUnknown, match="result_code is"):
        judged(asked("micropay"), fields if result_code is None else {**fields, "result_code": result_code})


@every_signed_operation
def test_m3_a_code_nobody_has_heard_of_is_unknown(operation: Operation) -> None:
    protocol = caller()
    request = Request("POST", operation.path, b"", operation=operation)
    for code in ("", "BRANDNEW", "systemerror", "SYSTEM_ERROR", "NOTENOUGH "):
        body = signed({**failure(code)}, KEY, protocol.signer_for(operation).sign_type)
        with pytest.raises(OutcomeUnknown, match="nobody has heard of") as told:
            protocol.open_reply(request, Response(200, body))
        assert told.value.err_code == code


@every_signed_operation
def test_m3_a_code_of_the_catalogue_is_what_its_row_says(operation: Operation) -> None:
    protocol = caller()
    request = Request("POST", operation.path, b"", operation=operation, fields={"out_trade_no": "T-1"})
    for row in operation.errors:
        body = signed(failure(row.code), KEY, protocol.signer_for(operation).sign_type)
        expected = OutcomeUnknown if row.outcome == UNKNOWN else Refused
        with pytest.raises(expected) as told:
            protocol.open_reply(request, Response(200, body))
        error: Any = told.value
        assert (error.err_code, error.may_repeat, error.operation) == (row.code, row.repeat, operation.name)
        assert row.remedy in str(error)
        if isinstance(error, Refused):
            assert error.authenticated
            assert (error.return_code, error.err_code_des) == ("SUCCESS", f"{row.code} in words")
            assert error.fields["err_code"] == row.code
        else:
            assert error.query == operation.query
            assert error.numbers == ({"out_trade_no": "T-1"} if "out_trade_no" in operation.numbers else {})
            assert (error.query_after, error.reverse_after) == (operation.query_after, operation.reverse_after)


@pytest.mark.parametrize("operation", MOVING, ids=attrgetter("name"))
def test_m3_system_errors_are_unknown_where_money_moves(operation: Operation) -> None:
    for code in ("SYSTEMERROR", "BANKERROR", "USERPAYING"):
        row = operation.error(code)
        assert row is None or row.outcome == UNKNOWN, code


def test_s2_an_unknown_outcome_carries_what_the_next_step_needs() -> None:
    with pytest.raises(OutcomeUnknown) as told:
        judged(asked("micropay"), failure("USERPAYING"))
    error = told.value
    assert (error.numbers, error.query, error.query_after) == ({"out_trade_no": "Q-1"}, "order_query", 5.0)
    assert (error.reverse_after, error.err_code, error.operation) == (15.0, "USERPAYING", "micropay")
    assert error.request is not None
    assert error.response is not None
    with pytest.raises(TypeError):
        bool(error)


@pytest.mark.parametrize("name", ["appid", "mch_id", "sub_mch_id", "out_trade_no"])
@pytest.mark.parametrize("outcome", ["success", "refusal", "system error"])
def test_m1_an_authentic_answer_about_something_else_is_unknown(name: str, outcome: str) -> None:
    fields = {
        "success": success(out_trade_no="T-1", trade_state="SUCCESS"),
        "refusal": failure("ORDERNOTEXIST", out_trade_no="T-1"),
        "system error": failure("SYSTEMERROR", out_trade_no="T-1"),
    }[outcome]
    with pytest.raises(OutcomeUnknown, match=f"something else: {name}") as told:
        judged(asked("order_query"), {**fields, name: "wx1" if name == "appid" else "12345"})
    assert isinstance(told.value.__cause__, Mismatch)


def test_m1_an_answer_that_leaves_an_id_out_is_not_about_something_else() -> None:
    fields = success(trade_state="NOTPAY", out_trade_no="")
    del fields["sub_mch_id"]
    assert judged(asked("order_query"), fields)["trade_state"] == "NOTPAY"


@pytest.mark.parametrize("name", ["order_query", "micropay"])
@pytest.mark.parametrize("absent", ["transaction_id", "out_trade_no", "total_fee"])
def test_s4_10_a_success_without_its_proof_is_unknown(name: str, absent: str) -> None:
    about = {"out_trade_no": "T-1", "trade_state": "SUCCESS"} if name == "order_query" else {"out_trade_no": "Q-1"}
    whole = success(**about, transaction_id="42", total_fee="100")
    assert judged(asked(name), whole)["transaction_id"] == "42"
    for fields in ({**whole, absent: ""}, {key: text for key, text in whole.items() if key != absent}):
        with pytest.raises(OutcomeUnknown, match=absent):
            judged(asked(name), fields)
    if name == "order_query":
        assert judged(asked(name), {**whole, absent: "", "trade_state": "NOTPAY"})


@pytest.mark.parametrize("name", ["order_query", "micropay"])
def test_s4_10_a_reply_that_could_be_others_is_unknown(name: str) -> None:
    """The signature holds for both readings of the text, so neither is believed."""
    about = {"out_trade_no": "T-1" if name == "order_query" else "Q-1", "trade_state": "SUCCESS", "total_fee": "100"}
    whole = success(**about, time_end="20261121103000", trade_type="NATIVE", transaction_id="42")
    melted = {**whole, "trade_type": "NATIVE&transaction_id=42"}
    del melted["transaction_id"]
    assert sign(melted) == sign(whole)
    assert judged(asked(name), whole)["transaction_id"] == "42"
    with pytest.raises(OutcomeUnknown, match="several fields"):
        judged(asked(name), melted)


def test_an_address_with_parameters_in_a_reply_that_proves_no_payment_is_no_matter() -> None:
    link = "https://wx.tenpay.com/x?prepay_id=1&appid=2&mch_id=3"
    assert judged(asked("unified_order"), success(prepay_id="wx1", mweb_url=link))["mweb_url"] == link


def test_m6_a_refund_that_succeeds_says_taken_in_and_nothing_of_refunded() -> None:
    result = judged(asked("refund"), success(out_refund_no="R-1", out_trade_no="T-1", refund_id="5", refund_fee="40"))
    assert not any(name.startswith("refund_status") for name in result)
    assert not hasattr(result, "refunded")


# Replies that are not signed, by the catalogue.

BILL = {"bill_date": "20261120", "out_trade_no": None}


@pytest.mark.parametrize("body", [b"\xef\xbb\xbf\xe4\xba\xa4", b"\x1f\x8b\x08", b"x<y", b"\xff"])
def test_a_statement_is_handed_on_as_it_came_and_not_called_verified(body: bytes) -> None:
    result = judged(asked("download_bill", **BILL), body)
    assert (dict(result), result.raw, result.verified) == ({}, body, False)


@pytest.mark.parametrize("said", ["No Bill Exist", "NO Bill Exist", "no bill exist", " No Bill Exist\n"])
def test_s8_a_day_without_trades_is_a_refusal_by_name(said: str) -> None:
    with pytest.raises(Refused) as told:
        judged(asked("download_bill", **BILL), to_xml({"return_code": "FAIL", "return_msg": said, "error_code": "2"}))
    assert told.value.err_code == "No Bill Exist"


def test_s8_a_system_error_is_no_empty_statement() -> None:
    with pytest.raises(OutcomeUnknown) as told:
        judged(asked("download_bill", **BILL), to_xml({"return_code": "FAIL", "return_msg": "SYSTEMERROR"}))
    assert (told.value.err_code, told.value.may_repeat) == ("SYSTEMERROR", True)


def test_a_statement_refused_for_another_reason_is_a_refusal_in_the_gateways_words() -> None:
    with pytest.raises(Refused, match="another reason") as told:
        judged(asked("download_bill", **BILL), to_xml({"return_code": "FAIL", "return_msg": "another reason"}))
    assert told.value.err_code == ""


@pytest.mark.parametrize("body", [b"", b" ", b"<html/>", b"\xef\xbb\xbf\r\n <html>", b"<", b"<xml>", b"<xml/>"])
def test_m3_a_page_in_place_of_a_statement_is_unknown(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown):
        judged(asked("download_bill", **BILL), body)


@pytest.mark.parametrize("sealed", [signed, to_xml], ids=["signed", "unsigned"])
def test_m3_a_success_in_place_of_a_statement_is_unknown(sealed: Any) -> None:
    with pytest.raises(OutcomeUnknown, match="neither a statement nor a failure"):
        judged(asked("download_bill", **BILL), sealed({"return_code": "SUCCESS", "return_msg": "OK"}))


def test_s4_3_a_documented_exception_is_a_hint() -> None:
    request = Request("POST", "/payitil/report", b"", operation=catalogue.find("report"))
    assert not judged(request, to_xml({"return_code": "SUCCESS"})).verified
    assert judged(request, signed({"return_code": "SUCCESS"})).verified
    with pytest.raises(OutcomeUnknown, match="signature"):
        judged(request, to_xml({"return_code": "SUCCESS", "sign": "0" * 32}))
    with pytest.raises(OutcomeUnknown):
        judged(request, to_xml({"return_code": "SUCCESS", "result_code": "FAIL"}))


def test_m3_an_unsigned_reply_about_money_says_success_twice_or_nothing() -> None:
    """Transfers and red packets answer without a signature: return_code alone never means that money moved."""
    operation = Operation("transfers", path="/x", title="x", signed_response=False, moves_money=True)
    request = Request("POST", "/x", b"", operation=operation)
    with pytest.raises(OutcomeUnknown, match="result_code is None"):
        judged(request, to_xml({"return_code": "SUCCESS"}))
    assert not judged(request, to_xml({"return_code": "SUCCESS", "result_code": "SUCCESS"})).verified


def test_a_call_is_a_generator_of_requests_that_returns_the_result() -> None:
    protocol = Protocol(merchant(), "global", NOW)
    routes = Routes("global", lambda: 0.0, "https://gateway.example")
    retry = Retry(lambda: 0.0, lambda: 0.0)
    prepared = protocol.prepare(catalogue.find("order_query"), {"out_trade_no": "T-1"}, NONCE)
    steps = protocol.carry(prepared, retry, routes)
    sent: list[Request] = []

    def send(request: Request) -> Response:
        sent.append(request)
        return Response(200, signed(success(out_trade_no="T-1", trade_state="NOTPAY")))

    result = call.run(steps, send, lambda seconds: None)
    assert result["trade_state"] == "NOTPAY"
    assert [request.url for request in sent] == ["https://gateway.example/pay/orderquery"]
    assert (sent[0].fields["appid"], sent[0].fields["sub_mch_id"]) == (APPID, SUB_MCH_ID)


def test_an_id_given_as_nothing_is_left_out_on_purpose() -> None:
    """An institution's statement without sub_mch_id covers all its sub-merchants."""
    assert "sub_mch_id" in caller().request(catalogue.find("download_bill"), {"bill_date": "20261120"}, NONCE).fields
    for nothing in (None, ""):
        asked_for = {"bill_date": "20261120", "sub_mch_id": nothing}
        assert "sub_mch_id" not in caller().request(catalogue.find("download_bill"), asked_for, NONCE).fields


def test_s4_10_data_that_would_spoil_every_answer_is_refused_before_it_is_sent() -> None:
    order = {
        "body": "Tea", "out_trade_no": "T-1", "total_fee": 100, "trade_type": "NATIVE", "product_id": "p",
        "spbill_create_ip": "203.0.113.7", "notify_url": "https://shop.example/pay",
    }  # fmt: skip
    row = catalogue.find("unified_order")
    for harmless in ("user=5", "user=5&table=7", "a & b", "total_fee=1"):
        assert caller().request(row, {**order, "attach": harmless}, NONCE).fields["attach"] == harmless
    for harmful in ("user=5&total_fee=1", "x&openid=o", "x&coupon_fee_0=1"):
        with pytest.raises(InvalidRequest, match="attach holds the name of another field"):
            caller().request(row, {**order, "attach": harmful}, NONCE)


# Messages that are not plain XML.


def test_a_field_may_travel_in_the_query_and_is_not_signed() -> None:
    row = catalogue.find("sub_mch_manage")
    request = caller(examples.usual_mode(row), operation=row).request(row, examples.least(row, action="query"), NONCE)
    assert request.query == "action=query"
    sent = fields_of(request)
    assert sent.pop("action") == "query"
    assert sent.pop("sign") == sign(sent)
    assert "action" not in repr(request.body)


def test_s7_a_query_is_not_printed() -> None:
    row = catalogue.find("h5_entrust_web")
    request = caller(examples.usual_mode(row), operation=row).request(row, examples.least(row), NONCE)
    assert "sign=" in request.url
    assert "sign=" not in repr(request)


def test_an_upload_signs_the_hash_and_not_the_file() -> None:
    row = catalogue.find("upload_media")
    request = caller(operation=row).request(row, {"media": b"\x89PNG..."}, NONCE)
    sent = fields_of(request)
    assert set(sent) == {"mch_id", "media_hash", "sign_type", "sign"}
    assert sent.pop("sign") == sign(sent)
    assert b"\x89PNG..." in request.body


def test_wecom_signs_a_second_time_and_the_first_signature_covers_it() -> None:
    row = catalogue.find("wecom_send_red_pack")
    request = caller("direct", operation=row).request(row, examples.least(row), NONCE)
    sent = fields_of(request)
    text = "&".join(f"{name}={sent[name]}" for name in row.second_sign) + f"&secret={examples.WECOM_SECRET}"
    assert sent["workwx_sign"] == hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()
    assert sent.pop("sign") == sign(sent)


def test_wecom_needs_its_secret_or_its_signature() -> None:
    row = catalogue.find("wecom_send_red_pack")
    who = Protocol(merchant(sub_mch_id=None), "mainland", NOW)
    with pytest.raises(ConfigurationError, match="WeCom"):
        who.request(row, examples.least(row), NONCE)
    sent = fields_of(who.request(row, {**examples.least(row), "workwx_sign": "A" * 32}, NONCE))
    assert sent["workwx_sign"] == "A" * 32


def test_s4_5_the_sandbox_key_reaches_the_sandbox_and_nothing_else() -> None:
    real, sandbox = (Protocol(merchant(sub_mch_id=None, sandbox=kind), "mainland", NOW) for kind in (False, True))
    copy, original = catalogue.find("sandbox_order_query"), catalogue.find("order_query")
    assert sandbox.request(copy, {"out_trade_no": "T-1"}, NONCE).path.startswith("/xdc/")
    assert real.request(catalogue.find("sandbox_get_sign_key"), {}, NONCE)
    for protocol, row in ((sandbox, original), (sandbox, catalogue.find("refund")), (real, copy)):
        with pytest.raises(ConfigurationError, match="sandbox"):
            protocol.request(row, {"out_trade_no": "T-1"}, NONCE)


def answer_of(name: str, body: bytes | Mapping[str, str], **known: Any) -> Result:
    """What the protocol makes of *body* as the answer of the operation *name*."""
    row = catalogue.find(name)
    protocol = caller(examples.usual_mode(row), operation=row)
    request = protocol.request(row, examples.least(row, **known), NONCE)
    return protocol.open_reply(request, Response(200, body if isinstance(body, bytes) else to_xml(body)))


def test_a_json_reply_is_done_or_refused_by_its_retcode() -> None:
    result = answer_of("get_access_token", b'{"retcode": 0, "retmsg": "ok", "access_token": "t"}')
    assert (result["access_token"], result.verified) == ("t", False)
    with pytest.raises(Refused, match="40029: no such code") as told:
        answer_of("get_access_token", b'{"retcode": 40029, "retmsg": "no such code"}')
    assert (told.value.err_code, told.value.authenticated) == ("40029", False)
    for body in (b"{}", b"<html>", b'{"retcode": "", "access_token": "t"}', b"[0]"):
        with pytest.raises(OutcomeUnknown):
            answer_of("get_access_token", body)


RED_PACK = (
    b"<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><mch_billno>1</mch_billno>"
    b"<total_num>2</total_num><hblist><hbinfo><openid>o1</openid><amount>60</amount></hbinfo>"
    b"<hbinfo><openid>o2</openid><amount>40</amount></hbinfo></hblist></xml>"
)


def test_a_documented_list_inside_a_reply_is_read_as_json() -> None:
    result = answer_of("get_red_pack_info", RED_PACK, mch_billno="1")
    people = [{"openid": "o1", "amount": "60"}, {"openid": "o2", "amount": "40"}]
    assert result.typed["hblist"] == {"hbinfo": people}
    assert result.typed["total_num"] == 2
    assert not result.verified


@pytest.mark.parametrize(
    "body",
    [
        RED_PACK.replace(b"hblist", b"hbinfos"),  # another name
        RED_PACK.replace(b"<hbinfo>", b"text<hbinfo>", 1),
        RED_PACK.replace(b"<openid>o1</openid>", b"<openid><a><b>deep</b></a></openid>"),
        RED_PACK.replace(b"<openid>o1</openid>", b"<openid>o1<!-- --></openid>"),
        RED_PACK.replace(b"</hblist>", b"</hblist><hblist><x>1</x></hblist>"),
        RED_PACK.replace(b"</xml>", b"<sign>C380BEC2BFD727A4B6845133519F3AD6</sign></xml>"),
    ],
    ids=["name", "text between", "too deep", "comment", "twice", "signed, nobody knows how"],
)
def test_s3_3_nothing_else_may_nest(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown):
        answer_of("get_red_pack_info", body, mch_billno="1")


def test_several_elements_of_one_name_are_a_list_where_the_row_says_so() -> None:
    one = b"<mchinfo><mch_id>%d</mch_id><merchant_name>Tea</merchant_name></mchinfo>"
    body = b"<xml><return_code>SUCCESS</return_code><total>2</total>" + one % 1 + one % 2 + b"</xml>"
    told = answer_of("sub_mch_manage", body, action="query").typed["mchinfo"]
    assert [info["mch_id"] for info in told] == ["1", "2"]
    single = answer_of("sub_mch_manage", body.replace(one % 2, b""), action="query").typed["mchinfo"]
    assert single == told[:1]


def test_nested_records_of_a_settlement_are_read_unverified() -> None:
    body = (
        b"<xml><return_code>SUCCESS</return_code><return_msg>OK</return_msg><result_code>SUCCESS</result_code>"
        b"<record_num>1</record_num><setteinfo_0><fbatchno>11111</fbatchno><settlement_fee>981</settlement_fee>"
        b"</setteinfo_0></xml>"
    )
    result = answer_of("settlement_query", body, usetag=2)
    assert result.typed["setteinfo_$n"] == [{"fbatchno": "11111", "settlement_fee": "981"}]
    assert not result.verified


def test_m3_an_unsigned_refusal_is_unknown_where_money_moves_and_tells_its_code() -> None:
    fields = {"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "NOTENOUGH"}
    with pytest.raises(OutcomeUnknown, match="without a signature") as told:
        answer_of("transfers", fields)
    assert (told.value.err_code, told.value.query) == ("NOTENOUGH", "get_transfer_info")
    assert "top up" in told.value.remedy
    with pytest.raises(Refused):
        answer_of("get_transfer_info", {**fields, "err_code": "NOT_FOUND"})


def test_a_required_field_of_one_value_is_supplied() -> None:
    row = catalogue.find("partner_pre_entrust_web")
    assert row.supplied
    sent = fields_of(caller("service_provider", operation=row).request(row, examples.least(row), NONCE))
    assert row.supplied.items() <= sent.items()
