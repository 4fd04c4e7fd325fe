"""What is kept of the calls, what may be shown of it, and what is said of a signature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from tests.fixtures import AUTH_CODE, KEY, MCH_ID, OTHER_KEY, sign, signed, to_xml
from tests.simulator.shop import ORDER, Shop, account
from wxpay_v2.secret import SENSITIVE
from wxpay_v2.simulator import exchanges
from wxpay_v2.simulator.exchanges import Exchanges, Kept, Signing
from wxpay_v2.simulator.protocol import Answer, Exchange
from wxpay_v2.v2 import catalogue, forms

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
ACCOUNTS = {MCH_ID: account()}
OURS = Signing(account(), "MD5")


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


def kept(request: bytes = b"", reply: bytes = b"", path: str = "/pay/unifiedorder", **answer: object) -> Kept:
    """What is kept of one exchange."""
    ring = Exchanges()
    arguments = {"status": 200, "headers": {}, **answer}
    ring.add(Exchange("POST", path, {}, request), Answer(body=reply, **arguments), at=1.0, seconds=0.01)  # type: ignore[arg-type]
    (one,) = ring
    return one


def asked(shop: Shop, name: str, **fields: object) -> Kept:
    """What is kept of a call of *shop* and its answer."""
    operation = catalogue.find(name)
    body = signed(shop.fields(operation, fields), KEY, shop.algorithm(operation))
    answer = shop.gateway.handle(Exchange("POST", operation.path, {}, body))
    return kept(body, answer.body, operation.path)


def test_the_oldest_exchanges_go_when_there_are_too_many() -> None:
    ring = Exchanges(count=3)
    for number in range(5):
        ring.add(Exchange("POST", f"/{number}", {}, b"x"), Answer(200, b"y", {}), at=0, seconds=0)
    assert [one.exchange.path for one in ring] == ["/2", "/3", "/4"]
    assert [one.id for one in ring.newest(2)] == [5, 4]
    assert ring.find(1) is None and ring.find(5) is not None


def test_the_oldest_exchanges_go_when_their_bodies_are_too_large_together() -> None:
    ring = Exchanges(size=100)
    for _ in range(4):
        ring.add(Exchange("POST", "/", {}, b"x" * 30), Answer(200, b"y" * 10, {}), at=0, seconds=0)
    assert len(ring) == 2
    ring.add(Exchange("POST", "/", {}, b"x" * 90), Answer(200, b"y" * 90, {}), at=0, seconds=0)
    assert len(ring) == 0


def test_a_long_body_is_kept_in_part_and_said_to_be() -> None:
    one = kept(b"x" * (exchanges.BODY + 1), b"y")
    assert (len(one.exchange.body), one.whole) == (exchanges.BODY, False)
    assert kept(b"x", b"y").whole


def test_a_genuine_call_shows_its_text_to_sign_and_right_signatures_on_both_sides(shop: Shop) -> None:
    one = asked(shop, "unified_order", **ORDER)
    sent, answered = exchanges.look(one, ACCOUNTS)
    assert (sent.verdict, answered.verdict) == ("right", "right")
    assert sent.signed_text.startswith("appid=") and sent.signed_text.endswith("&key=********")
    assert "out_trade_no=T-1" in sent.signed_text
    assert sent.computed == sent.received and sent.computed.endswith("***")
    assert "<out_trade_no>T-1</out_trade_no>" in sent.text
    line = exchanges.summary(one, ACCOUNTS)
    assert (line.operation, line.number, line.outcome, line.good, line.verdict) == (
        "unified_order", "T-1", "SUCCESS", True, "right",
    )  # fmt: skip


@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
def test_the_algorithm_is_the_one_that_the_request_names(sign_type: str) -> None:
    fields = {"mch_id": MCH_ID, "sign_type": sign_type, "body": "Tea"}
    view = exchanges.message(signed(fields, KEY, sign_type), Signing(account(), sign_type))
    assert (view.verdict, view.sign_type) == ("right", sign_type)


def test_a_wrong_signature_is_shown_with_the_right_ones_beginning_and_the_cause() -> None:
    fields = {"mch_id": MCH_ID, "nonce_str": "n", "body": " Tea "}
    stripped = sign({**fields, "body": "Tea"})
    view = exchanges.message(to_xml({**fields, "sign": stripped}), OURS)
    assert (view.verdict, view.received, view.computed) == ("wrong", stripped[:6] + "***", sign(fields)[:6] + "***")
    assert any("blanks" in cause for cause in view.why)
    assert exchanges.message(to_xml({**fields, "sign": stripped}), replace(OURS, explain=False)).why == ()


def test_a_signature_under_another_key_names_no_key() -> None:
    view = exchanges.message(signed({"mch_id": MCH_ID}, OTHER_KEY), OURS)
    assert view.verdict == "wrong"
    assert KEY not in repr(view) and OTHER_KEY not in repr(view)


def test_the_address_that_is_signed_raw_and_sent_encoded_is_right() -> None:
    raw = {"mch_id": MCH_ID, "long_url": "weixin://wxpay/bizpayurl?pr=a"}
    sent = {**raw, "long_url": "weixin%3A%2F%2Fwxpay%2Fbizpayurl%3Fpr%3Da", "sign": sign(raw)}
    assert exchanges.message(to_xml(sent), OURS).verdict == "right"


def test_a_merchant_that_is_not_known_and_an_unknown_algorithm_are_told() -> None:
    body = signed({"mch_id": "1"})
    assert exchanges.message(body, Signing(None, "MD5")).why == ("no merchant here has this mch_id",)
    assert exchanges.message(body, Signing(account(), "SM3")).why == ("there is no such sign_type",)


def test_what_is_not_signed_and_what_is_encrypted_is_called_so() -> None:
    assert exchanges.message(to_xml({"return_code": "FAIL"}), OURS).verdict == "not signed"
    assert exchanges.message(to_xml({"req_info": "x", "mch_id": MCH_ID}), OURS).verdict == "encrypted"


@pytest.mark.parametrize("name", sorted(SENSITIVE))
def test_s7_no_sensitive_value_is_shown_of_a_message_that_can_be_read(name: str) -> None:
    canary = "CanaryValueOfAField"
    view = exchanges.message(signed({"mch_id": MCH_ID, name: canary, "body": "Tea"}), OURS)
    assert canary not in view.text and canary not in view.signed_text and canary not in repr(view)


@pytest.mark.parametrize(
    "template",
    [
        "<xml><{name}>{value}</{name}><body>", "<xml><{name}><![CDATA[{value}]]></{name}>", '{{"{name}": "{value}"}}',
        "{name}={value}&body=Tea", "<!DOCTYPE x><xml><{name}>{value}</{name}></xml>", "<xml><{name}>{value}",
        "body=Tea\n{name}={value}", "<xml {name}='{value}'",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("name", "value"), [("auth_code", AUTH_CODE), ("openid", OPENID), ("key", KEY)])
def test_s7_no_sensitive_value_is_shown_of_a_body_that_cannot_be_read(template: str, name: str, value: str) -> None:
    body = template.format(name=name, value=value).encode()
    view = exchanges.message(body, OURS)
    assert view.verdict == "unreadable"
    assert value not in view.text and value not in repr(view.why)


def test_s7_a_payment_code_is_not_shown_wherever_it_stands() -> None:
    assert AUTH_CODE not in exchanges.message(f"<x>{AUTH_CODE}".encode(), OURS).text


@pytest.mark.parametrize("body", [b"", b"\xff\xfe<\x00", b"{", b"hello", b"<xml>" * 2000, b"\r\n"])
def test_no_body_is_too_odd_to_be_told_of(body: bytes) -> None:
    view = exchanges.message(body, OURS)
    assert view.verdict == "unreadable" and view.why and len(view.text) <= exchanges.SHOWN + 100
    assert exchanges.summary(kept(body, body), ACCOUNTS).outcome


def test_of_a_statement_only_the_first_line_is_shown() -> None:
    text = "交易时间,公众账号ID\r\n`2026-09-22,`wx8888888888888888\r\n"
    view = exchanges.message(text.encode(), OURS)
    assert "交易时间" in view.text and "2 lines" in view.text and "wx8888888888888888" not in view.text
    assert exchanges.summary(kept(reply=text.encode()), ACCOUNTS).outcome == "a statement"


@pytest.mark.parametrize(
    ("reply", "answer", "outcome"),
    [
        (to_xml({"return_code": "FAIL", "return_msg": "签名错误"}), {}, "签名错误"),
        (to_xml({"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "ORDERPAID"}), {}, "ORDERPAID"),
        (b"", {"action": "reset"}, "connection broken"), (b"", {"action": "hang"}, "never answered"),
        (b"", {"status": 404}, "HTTP 404"), (b"<html>", {"status": 502}, "HTTP 502"),
    ],
)  # fmt: skip
def test_a_call_that_did_not_go_well_says_why(reply: bytes, answer: dict[str, object], outcome: str) -> None:
    line = exchanges.summary(kept(b"", reply, **answer), ACCOUNTS)
    assert (line.outcome, line.good) == (outcome, False)


def test_s7_what_is_kept_does_not_print_its_bodies() -> None:
    assert AUTH_CODE not in repr(kept(AUTH_CODE.encode(), AUTH_CODE.encode()))


def test_fields_of_a_query_are_shown_masked_and_their_signature_is_judged() -> None:
    row = next(one for one in catalogue.operations() if one.request_format == "query" and one.sign_name)
    algorithm = "MD5" if "MD5" in row.sign_types else "HMAC-SHA256"
    fields = {row.ids["mch_id"]: MCH_ID, "openid": OPENID, "plan": "a b"}
    query = urlencode({**fields, "sign": sign(fields, KEY, algorithm)})
    ring = Exchanges()
    ring.add(Exchange(row.method, row.path, {}, b"", None, query), Answer(200, b"<html>", {}), at=0, seconds=0)
    (one,) = ring
    sent, answered = exchanges.look(one, ACCOUNTS)
    assert (sent.verdict, sent.sign_type) == ("right", algorithm)
    assert "plan=a b" in sent.text and OPENID not in sent.text
    assert answered.verdict == "unreadable"


def test_a_file_is_shown_by_its_size() -> None:
    row = next(one for one in catalogue.operations() if one.request_format == "multipart")
    (name,) = (field.name for field in row.request if field.kind == "file")
    body, kind = forms.multipart({row.ids["mch_id"]: MCH_ID}, {name: ("a.jpg", b"\xff\xd8\xff0123")})
    ring = Exchanges()
    ring.add(Exchange("POST", row.path, {"Content-Type": kind}, body), Answer(200, b"", {}), at=0, seconds=0)
    (one,) = ring
    assert f"{name}=(7 bytes)" in exchanges.look(one, ACCOUNTS)[0].text


def test_the_sandboxs_calls_are_judged_by_its_own_key() -> None:
    row = next(one for one in catalogue.operations() if one.sandbox and one.request_format == "xml")
    fields = {row.ids["mch_id"]: MCH_ID, "nonce_str": "n"}
    key = account().sandbox_key.reveal()
    algorithm = "MD5" if "MD5" in row.sign_types else "HMAC-SHA256"
    assert exchanges.look(kept(signed(fields, key, algorithm), path=row.path), ACCOUNTS)[0].verdict == "right"
    assert exchanges.look(kept(signed(fields, KEY, algorithm), path=row.path), ACCOUNTS)[0].verdict == "wrong"
