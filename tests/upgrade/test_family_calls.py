"""Calls of the families beyond orders, through a Client with ``upgrade=``, over a wire that signs as API v3 does."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Callable
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.upgrade.cases import merchant
from tests.upgrade.test_statements import PAYMENT, REFUND, statement
from tests.v3 import keys
from wxpay_v2 import Client
from wxpay_v2.call import Request, Response
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import InvalidRequest, OutcomeUnknown, Refused
from wxpay_v2.flows import statement as read_statement
from wxpay_v2.operation import GLOBAL, MAINLAND
from wxpay_v2.v2.statement import read
from wxpay_v2.v3.account import V3Account

FLOW = "交易时间,公众账号ID\r\n`2026-11-19 10:00:00,`wx1\r\n".encode()
PICTURE = b"\x89PNG picture"


def _answer(status: int, document: Any) -> Response:
    body = b"" if document is None else json.dumps(document).encode()
    return Response(status, body, {name.lower(): text for name, text in keys.headers(body).items()})


class Wire:
    """Answers with what is planned, signed, and keeps what was sent."""

    def __init__(self, *answers: Response | Callable[[Request], Response]) -> None:
        self.sent: list[Request] = []
        self._answers = list(answers)

    def __call__(self, request: Request) -> Response:
        self.sent.append(request)
        answer = self._answers.pop(0)
        return answer(request) if callable(answer) else answer


def client(wire: Wire, region: str = GLOBAL, *, sub: bool = False) -> Client:
    account = V3Account(
        keys.SERIAL, keys.private_pem(keys.MERCHANT), keys.V3_KEY, [keys.certificate(keys.PLATFORM)],
        merchant_category_code="4111",
    )  # fmt: skip
    return Client(merchant(sub=sub), region=region, transport=wire, clock=ManualClock(keys.NOW), upgrade=account)


def _text(body: bytes, digest: str = "") -> Response:
    told = digest or hashlib.sha1(body, usedforsecurity=False).hexdigest()
    headers = keys.headers(f'{{"sha1":"{told}"}}'.encode(), statement_sha1=told)
    return Response(200, body, {name.lower(): text for name, text in headers.items()})


def test_a_global_statement_is_v2s() -> None:
    wire = Wire(_text(statement(PAYMENT, REFUND)))
    result = client(wire, sub=True).download_bill(bill_date="20261119", tar_type="GZIP")
    assert wire.sent[0].path == "/v3/global/statements"
    assert parse_qs(wire.sent[0].query)["date"] == ["20261119"]
    assert [row["trade_state"] for row in read(gzip.decompress(result.raw))] == ["SUCCESS", "REFUND"]
    assert result.verified


def test_s4_6_a_global_statement_whose_digest_is_not_the_signed_one_is_not_believed() -> None:
    with pytest.raises(OutcomeUnknown):
        client(Wire(_text(statement(PAYMENT), "0" * 40))).download_bill(bill_date="20261119")


@pytest.mark.parametrize("region", [GLOBAL, MAINLAND])
def test_a_day_without_trades_is_an_empty_statement_as_over_v2(region: str) -> None:
    wire = Wire(_answer(400, {"code": "NO_STATEMENT_EXIST", "message": "none"}))
    found = read_statement(client(wire, region), bill_date="20261119")
    assert found.kind == "empty"


@pytest.mark.parametrize("region", [GLOBAL, MAINLAND])
def test_a_statement_that_is_being_made_may_be_asked_for_again(region: str) -> None:
    wire = Wire(*[_answer(400, {"code": "STATEMENT_CREATING", "message": "wait"})] * 3)
    with pytest.raises(Refused) as caught:
        client(wire, region).download_bill(bill_date="20261119")
    assert caught.value.err_code == "Bill Creating"
    assert caught.value.may_repeat


def _link(body: bytes) -> dict[str, str]:
    digest = hashlib.sha1(body, usedforsecurity=False).hexdigest()
    url = "https://api.mch.weixin.qq.com/v3/billdownload/file?token=t1"
    return {"hash_type": "SHA1", "hash_value": digest, "download_url": url}


@pytest.mark.parametrize("packed", [False, True])
def test_a_mainland_statement_comes_from_its_address_as_it_is(packed: bool) -> None:
    body = gzip.compress(FLOW) if packed else FLOW
    wire = Wire(_answer(200, _link(FLOW)), Response(200, body))
    fields = {"tar_type": "GZIP"} if packed else {}
    result = client(wire, MAINLAND).download_bill(bill_date="20261119", bill_type="ALL", **fields)
    assert [request.path for request in wire.sent] == ["/v3/bill/tradebill", "/v3/billdownload/file"]
    assert result.raw == body
    assert not dict(result)


def test_a_fund_flow_comes_the_same_way() -> None:
    wire = Wire(_answer(200, _link(FLOW)), Response(200, FLOW))
    result = client(wire, MAINLAND).download_fund_flow(bill_date="20261119", account_type="Basic")
    assert wire.sent[0].path == "/v3/bill/fundflowbill"
    assert result.raw == FLOW


def test_a_mainland_statement_of_another_digest_is_not_believed() -> None:
    wire = Wire(_answer(200, _link(FLOW)), Response(200, FLOW + b"`more"))
    with pytest.raises(OutcomeUnknown):
        client(wire, MAINLAND).download_bill(bill_date="20261119")


def test_an_uploaded_picture_is_proved_by_its_sha256() -> None:
    wire = Wire(_answer(200, {"media_id": "m1"}))
    result = client(wire).upload_media(media=("shop.png", PICTURE))
    assert result["media_id"] == "m1"
    (sent,) = wire.sent
    head = f"Content-Type: {sent.headers['Content-Type']}\r\n\r\n".encode()
    meta, file = BytesParser(policy=HTTP).parsebytes(head + sent.body).iter_parts()  # type: ignore[attr-defined]
    digest = hashlib.sha256(PICTURE).hexdigest()
    assert json.loads(meta.get_payload(decode=True)) == {"filename": "shop.png", "sha256": digest}
    assert file.get_payload(decode=True) == PICTURE


DECLARED: dict[str, Any] = {
    "out_trade_no": "T100001", "transaction_id": "42", "customs": "NINGBO", "mch_customs_no": "D1",
    "cert_type": "IDCARD", "cert_id": "330821198809085211", "name": "张三",
}  # fmt: skip
DONE = {
    "appid": "wx2421b1c4370ec43b", "mchid": "1900009191", "state": "PROCESSING", "out_trade_no": "T100001",
    "transaction_id": "42", "verify_department": "OTHERS", "verify_department_trade_id": "9",
}  # fmt: skip


def test_a_declaration_is_followed_by_the_check_of_the_identity_which_travels_encrypted() -> None:
    checked = {**DONE, "certificate_check_result": "SAME"}
    wire = Wire(_answer(200, DONE), _answer(200, checked))
    result = client(wire).customs_declare(**DECLARED)
    assert [(request.method, request.path) for request in wire.sent] == [
        ("POST", "/v3/global/customs/orders"),
        ("POST", "/v3/global/customs/verify-certificate"),
    ]
    assert (result["state"], result["cert_check_result"]) == ("PROCESSING", "SAME")
    body = json.loads(wire.sent[1].body)
    assert len(base64.b64decode(body["certificate_id"])) == 256
    assert DECLARED["cert_id"].encode() not in wire.sent[0].body + wire.sent[1].body
    assert wire.sent[1].headers["Wechatpay-Serial"] == keys.SERIAL


def test_m11_a_declaration_that_is_done_stays_done_when_the_check_behind_it_fails() -> None:
    wire = Wire(_answer(200, DONE), _answer(400, {"code": "INVALID_REQUEST", "message": "no"}))
    result = client(wire).customs_declare(**DECLARED)
    assert (result["state"], result["cert_check_result"]) == ("PROCESSING", "UNCHECKED")


def test_a_check_that_could_not_be_sent_is_told_before_anything_is() -> None:
    wire = Wire()
    with pytest.raises(InvalidRequest, match="name"):
        client(wire).customs_declare(**{**DECLARED, "name": None})
    assert not wire.sent


def test_profit_is_shared_abroad_where_v2_has_no_such_call() -> None:
    shared = {"transaction_id": "42", "out_order_no": "P1", "order_id": "3", "state": "PROCESSING"}
    wire = Wire(_answer(200, shared))
    receivers = [{"type": "MERCHANT_ID", "account": "190001001", "amount": 100, "description": "a", "name": "A Shop"}]
    result = client(wire, sub=True).multi_profit_sharing(transaction_id="42", out_order_no="P1", receivers=receivers)
    (sent,) = wire.sent
    body = json.loads(sent.body)
    assert sent.path == "/v3/global/profit-sharing/orders"
    assert body["unfreeze_unsplit"] is False
    assert body["receivers"][0]["currency"] == "CNY"
    assert len(base64.b64decode(body["receivers"][0]["name"])) == 256
    assert result["order_id"] == "3"


def test_a_receiver_is_removed_with_a_body_and_answered_without_one() -> None:
    wire = Wire(_answer(204, None))
    result = client(wire).profit_sharing_remove_receiver(receiver={"type": "MERCHANT_ID", "account": "190001001"})
    (sent,) = wire.sent
    assert (sent.method, sent.path) == ("DELETE", "/v3/global/profit-sharing/receivers")
    assert json.loads(result["receiver"]) == {"type": "MERCHANT_ID", "account": "190001001"}


def test_a_sub_merchant_is_asked_for_by_its_number() -> None:
    contact = {"name": _for_merchant("C"), "phone": _for_merchant("34")}
    wire = Wire(_answer(200, {"sub_mchid": "1900009192", "name": "Corner", "contact": contact}))
    result = client(wire, sub=True).query_institution_sub()
    assert wire.sent[0].path == "/v3/global/merchants/1900009192"
    assert (result["merchant_name"], result["contact_name"], result["contact_phone"]) == ("Corner", "C", "34")


def _for_merchant(text: str) -> str:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    scheme = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303 - the page's own
    return base64.b64encode(keys.key(keys.MERCHANT).public_key().encrypt(text.encode(), scheme)).decode()


@pytest.mark.parametrize(
    ("name", "region", "fields", "word"),
    [
        ("settlement_query", MAINLAND, {"usetag": "2", "offset": 0, "limit": 1}, "download_fund_flow"),
        ("download_fund_flow", GLOBAL, {"bill_date": "20261119", "account_type": "Basic"}, "settlement_query"),
        ("query_combined_order", GLOBAL, {"combine_out_trade_no": "C1217752501201407"}, "each merchant"),
        ("transfers", MAINLAND, {}, "transfer-bills"),
    ],
)
def test_what_v3_cannot_carry_is_refused_with_what_to_do_instead(
    name: str, region: str, fields: dict[str, Any], word: str
) -> None:
    wire = Wire()
    with pytest.raises(InvalidRequest) as caught:
        getattr(client(wire, region), name)(**fields)
    assert word in f"{caught.value} {caught.value.remedy}"
    assert not wire.sent
