"""Every operation of the catalogue, from the client to the simulator and back; and what both refuse alike.

The client builds, signs and sends; the simulator verifies, checks by the same row and answers; the client verifies.
A field that is missing or too long is refused by the client before sending, and by the simulator when it comes all the
same, sealed by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.fixtures import KEY, merchant
from tests.simulator.shop import DER, NOON, SUB_APPID, account
from wxpay_v2.call import Request, Response
from wxpay_v2.client import Client
from wxpay_v2.clock import ManualClock
from wxpay_v2.documentation import sent_by_caller
from wxpay_v2.errors import InvalidRequest, OutcomeUnknown, Refused
from wxpay_v2.operation import AMOUNT, DIRECT, FILE, GLOBAL, INSTITUTION, MAINLAND, SERVICE_PROVIDER, TEXT, Operation
from wxpay_v2.result import Result
from wxpay_v2.secret import Secret
from wxpay_v2.simulator import canned
from wxpay_v2.simulator.gateway import Answer, Exchange, Gateway
from wxpay_v2.v2 import catalogue, envelope, forms, xml
from wxpay_v2.v2.signature import second_sign

OPERATIONS = catalogue.operations()
WECOM = "the secret of WeCom's payments"
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x01\xff--\r\n\x00"
NOT_A_CALL = (
    "签名错误", "SIGN ERROR", "XML格式错误", "参数格式校验错误", "LACK_PARAMS", "missing parameter",
    "data format error", "POST_DATA_EMPTY", "NOT_UTF8", "REQUIRE_POST_METHOD", "请使用GET方法", "请使用商户证书",
    "商户无此接口权限", "MCHID_NOT_EXIST", "appid不存在", "商户号mch_id与appid不匹配", "mch_id参数格式错误",
    "invalid spbill_create_ip",
)  # fmt: skip
"""What the gateway says of what it does not take for a call."""

one = settings(
    max_examples=1, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
every = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda row: row.name)


class World:
    """A gateway with the account that may call *operation*, a client of its merchant, and the wire between them."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.mode = next(mode for mode in (SERVICE_PROVIDER, INSTITUTION, DIRECT) if mode in operation.modes)
        if operation.regions == (GLOBAL,):
            self.mode = INSTITUTION
        self.region = MAINLAND if MAINLAND in operation.regions else GLOBAL
        clock = ManualClock(NOON)
        self.account = account(self.mode, region=self.region, wecom_secret=Secret(WECOM))
        self.gateway = Gateway(clock=clock, accounts=[self.account])
        key = self.account.sandbox_key.reveal() if operation.sandbox else KEY
        changes: dict[str, Any] = {} if self.mode == DIRECT else {"sub_appid": SUB_APPID}
        who = merchant(mode=self.mode, wecom_secret=WECOM, api_key=key, sandbox=operation.sandbox, **changes)
        self.client = Client(who, region=self.region, transport=self.send, clock=clock, retry=1)
        self.sent: list[Request] = []
        self.answers: list[Answer] = []

    def send(self, request: Request) -> Response:
        """What `wxpay_v2.simulator.transport` does, and remembers it."""
        peer = DER if request.certificate else None
        self.sent.append(request)
        exchange = Exchange(request.method, request.path, request.headers, request.body, peer, request.query)
        self.answers.append(self.gateway.handle(exchange))
        answer = self.answers[-1]
        return Response(answer.status, answer.body, {name.lower(): text for name, text in answer.headers.items()})

    def wire(self, fields: Mapping[str, Any]) -> Request:
        """What the client would send."""
        return self.client.protocol.request(self.operation, fields, "nonce")

    def send_by_hand(self, wire: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> Answer:
        """Sign and send *wire* as it is, whatever the row says."""
        operation = self.operation
        signer = self.account.signer(self.client.protocol.signer_for(operation).sign_type, sandbox=operation.sandbox)
        headers, body, query = {}, b"", ""
        if operation.second_sign:
            wire = {**wire, "workwx_sign": second_sign(wire, operation.second_sign, Secret(WECOM))}
        if operation.request_format == "xml":
            query = forms.query({name: wire[name] for name in operation.in_query if name in wire})
            body = envelope.seal({name: wire[name] for name in wire if name not in operation.in_query}, signer)
        else:
            signed = {**wire, "sign": signer.sign(wire)} if operation.sign_name else dict(wire)
            if operation.request_format == "query":
                query = forms.query(signed)
            else:
                body, headers["Content-Type"] = forms.multipart(signed, files)
        return self.gateway.handle(Exchange(operation.method, operation.path, headers, body, DER, query))

    def close(self) -> None:
        self.gateway.ledger.check()
        self.gateway.close()


def drawn(data: st.DataObject, world: World) -> dict[str, Any]:
    """Fields of a call as its caller gives them."""
    fields: dict[str, Any] = data.draw(examples(world.operation, mode=world.mode, region=world.region))
    for row in world.operation.request:
        if row.kind == FILE:
            fields[row.name] = PICTURE
    fields.pop("workwx_sign", None)  # the client makes it
    return fields


def said(operation: Operation, answer: Answer) -> str:
    """What the simulator says of a call that it refuses; "" when it does not."""
    if operation.response_format == "page":
        return answer.body.decode() if answer.status == 400 else ""
    if operation.response_format == "json":
        told = forms.read_json(answer.body)
        return told["retmsg"] if told["retcode"] != "0" else ""
    if not answer.body.startswith(b"<xml>"):
        return ""
    fields = xml.read(answer.body, nested=operation.nested)
    if fields["return_code"] == "FAIL":
        return fields["return_msg"]
    return f"{fields['err_code']} {fields.get('err_code_des')}" if fields.get("result_code") == "FAIL" else ""


@every
@one
@given(data=st.data())
def test_what_the_client_sends_is_verified_answered_and_verified_again(
    operation: Operation, data: st.DataObject
) -> None:
    world = World(operation)
    fields = drawn(data, world)
    try:
        result = getattr(world.client, operation.name)(**fields)
    except (Refused, OutcomeUnknown) as refused:
        (answer,) = world.answers
        why = said(operation, answer)
        assert why and why not in NOT_A_CALL, f"{operation.name}: {why or refused} {answer}"
        has_code = operation.result_code and any(row.name == "err_code" for row in operation.response)
        assert refused.err_code or not has_code, f"{operation.name}: {refused}"
        assert not answer.canned
    else:
        if operation.response_format == "page":
            assert_page(world, result["url"])
        else:
            assert_answer(world, result)
    finally:
        world.close()


def assert_page(world: World, url: str) -> None:
    path, _, query = url.partition("?")
    answer = world.gateway.handle(Exchange("GET", world.operation.path, {}, b"", None, query))
    assert path.endswith(world.operation.path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b"<h1>" in answer.body and b"<script" not in answer.body


def assert_answer(world: World, result: Result) -> None:
    operation, (answer,) = world.operation, world.answers
    assert answer.canned == (operation.name in canned.names())
    nests = any(name in result for name in operation.nested)
    assert result.verified == (operation.signed_response and operation.response_format == "xml" and not nests)
    typed, amounts = result.typed, {row.name for row in operation.response if row.kind == AMOUNT}
    assert all(isinstance(typed[name], int) for name in amounts & result.keys())
    for row in operation.response:
        csv, nested = operation.response_format == "csv", row.name in operation.nested  # of a list none may be there
        if row.required.kind == "always" and row.when == "success" and not (csv or nested):
            assert result.get(row.name.replace("$n", "0").replace("$m", "0")), f"{operation.name} lacks {row.name}"


def required(world: World) -> tuple[str, ...]:
    """Names of what the caller must give, for the first requirement there is: several where one of them does."""
    operation = world.operation
    for row in sent_by_caller(operation):
        here = (not row.modes or world.mode in row.modes) and (not row.regions or world.region in row.regions)
        if here and row.required.kind == "always" and row.name not in operation.supplied:
            return (row.name,)
    for row in sent_by_caller(operation):
        if row.required.kind == "one of":
            return row.required.names
    return ()


@every
@one
@given(data=st.data())
def test_a_missing_field_is_refused_on_both_sides(operation: Operation, data: st.DataObject) -> None:
    world = World(operation)
    names = required(world)
    fields = drawn(data, world)
    whole = world.wire(fields)
    wire = {name: text for name, text in whole.fields.items() if name != "sign"}
    files = {row.name: ("a.png", PICTURE) for row in operation.request if row.kind == FILE}
    if names:
        with pytest.raises(InvalidRequest):
            getattr(world.client, operation.name)(**{name: v for name, v in fields.items() if name not in names})
        assert world.sent == []
        left = {name: text for name, text in wire.items() if name not in names}
        files = {name: file for name, file in files.items() if name not in names}
    else:  # nothing is required but who calls
        left = {name: text for name, text in wire.items() if name != operation.ids["mch_id"]}
    why = said(operation, world.send_by_hand(left, files))
    documents = any(operation.error(code) for code in ("LACK_PARAMS", "PARAM_ERROR", "missing parameter"))
    unnamed = operation.errors and not documents and why == "参数格式校验错误"
    assert "missing" in why or "LACK_PARAMS" in why or unnamed, f"{operation.name}: {why}"
    world.close()


LONG = [row for row in OPERATIONS if any(one.kind == TEXT and one.max for one in sent_by_caller(row))]


@pytest.mark.parametrize("operation", LONG, ids=lambda row: row.name)
@one
@given(data=st.data())
def test_a_field_that_is_too_long_is_refused_on_both_sides(operation: Operation, data: st.DataObject) -> None:
    world = World(operation)
    row = next(one for one in sent_by_caller(operation) if one.kind == TEXT and one.max)
    fields = drawn(data, world)
    wire = {name: text for name, text in world.wire(fields).fields.items() if name != "sign"}
    too_long = {row.name: "1" * ((row.max or 0) + 1)}
    with pytest.raises(InvalidRequest, match=row.name):
        getattr(world.client, operation.name)(**{**fields, **too_long})
    assert world.sent == []
    files = {one.name: ("a.png", PICTURE) for one in operation.request if one.kind == FILE}
    why = said(operation, world.send_by_hand({**wire, **too_long}, files))
    assert why in ("参数格式校验错误", f"invalid {row.name}", "data format error") or "AUTH_CODE" in why, why
    world.close()
