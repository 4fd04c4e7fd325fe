"""What is refused before it is carried out: headers, Authorization, form, document, numbers (wire.md, section 11)."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures import APPID, MCH_ID
from tests.simulator.v3.client import SCHEME, Merchant, Reply, pair, private_key, sign, text
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.operation import GLOBAL, MAINLAND
from wxpay_v2.simulator.exchange import Exchange
from wxpay_v2.simulator.exchanges import Exchanges, look
from wxpay_v2.simulator.v3.effects import effects
from wxpay_v2.v3 import catalogue

TARGET = "/v3/global/certificates"


def get(merchant: Merchant, target: str = TARGET, **headers: str | None) -> Reply:
    return merchant.send(merchant.exchange("GET", target, headers={k.replace("_", "-"): v for k, v in headers.items()}))


def post(merchant: Merchant, body: bytes, target: str = "/v3/global/transactions/native", **headers: Any) -> Reply:
    return merchant.send(merchant.exchange("POST", target, body, {k.replace("_", "-"): v for k, v in headers.items()}))


def sign_error(reply: Reply) -> dict[str, Any]:
    assert (reply.status, reply.code) == (401, "SIGN_ERROR")
    return dict(reply.told["detail"])


@pytest.mark.parametrize("name", ["Accept", "User-Agent"])
@pytest.mark.parametrize("value", [None, "", " "])
def test_a_request_without_accept_or_user_agent_is_refused(abroad: Merchant, name: str, value: str | None) -> None:
    reply = get(abroad, **{name.replace("-", "_"): value})
    assert (reply.status, reply.code, reply.field) == (400, "PARAM_ERROR", f"/{name}")
    abroad.verify(reply)


@pytest.mark.parametrize("kind", ["text/html", "image/png"])
def test_accept_must_admit_json(abroad: Merchant, kind: str) -> None:
    assert get(abroad, Accept=kind).status == 400


@pytest.mark.parametrize("kind", ["*/*", "application/json, text/plain", "application/*"])
def test_accept_may_admit_more_than_json(abroad: Merchant, kind: str) -> None:
    assert get(abroad, Accept=kind).status == 200


@pytest.mark.parametrize("change", [
    lambda told: "",
    lambda told: told.replace(SCHEME, "WECHATPAY2-SM2-WITH-SM3"),
    lambda told: told.replace(f"{SCHEME} ", f"{SCHEME},"),
    lambda told: told.replace(f"{SCHEME} ", f"{SCHEME}  "),
    lambda told: told.replace(",", ", "),
    lambda told: told.replace('"', ""),
    lambda told: told + ",",
    lambda told: told + ',more="1"',
    lambda told: told + f',mchid="{MCH_ID}"',
    lambda told: told.replace("nonce_str", "nonce"),
    lambda told: told.replace('serial_no="', 'serial_no="" "'),
    lambda told: told.rpartition(",")[0],
])  # fmt: skip
def test_an_authorization_of_another_grammar_is_refused(abroad: Merchant, change: Any) -> None:
    sign_error(get(abroad, Authorization=change(abroad.authorization("GET", TARGET))))


def test_the_order_of_the_pairs_is_free(abroad: Merchant) -> None:
    scheme, _, pairs = abroad.authorization("GET", TARGET).partition(" ")
    assert get(abroad, Authorization=f"{scheme} {','.join(reversed(pairs.split(',')))}").status == 200


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-300, 200), (300, 200), (301, 401)])
def test_s4_6_a_request_may_be_five_minutes_old_or_early(abroad: Merchant, seconds: int, status: int) -> None:
    stamp = str(int(abroad.clock.time()) + seconds)
    assert get(abroad, Authorization=abroad.authorization("GET", TARGET, timestamp=stamp)).status == status


@pytest.mark.parametrize("stamp", ["", "now", "1e9", "1790049600.0", "-1790049600", "1" * 13])
def test_a_timestamp_that_is_none_is_refused(abroad: Merchant, stamp: str) -> None:
    sign_error(get(abroad, Authorization=abroad.authorization("GET", TARGET, timestamp=stamp)))


def test_a_serial_number_that_is_not_registered_is_refused(abroad: Merchant) -> None:
    detail = sign_error(get(abroad, Authorization=abroad.authorization("GET", TARGET, serial_no=pair(1).serial)))
    assert "serial_no" in detail["issue"]


def test_a_merchant_without_a_registered_certificate_is_refused() -> None:
    merchant = Merchant(certificates=())
    sign_error(get(merchant))


def test_both_certificates_of_a_change_over_sign(abroad: Merchant) -> None:
    merchant = Merchant(gateway=abroad.gateway, certificates=(pair(0).pem, pair(1).pem))
    assert merchant.ask("certificates").status == 200
    merchant.key, merchant.serial = private_key(pair(1)), pair(1).serial
    assert merchant.ask("certificates").status == 200


def test_a_wrong_signature_is_told_with_what_the_gateway_signed(abroad: Merchant) -> None:
    body = json.dumps(abroad.order()).encode()
    target = "/v3/global/transactions/native"
    told = abroad.authorization("POST", target, body + b" ")
    reply = post(abroad, body, Authorization=told)
    information = sign_error(reply)["sign_information"]
    assert information["method"] == "POST" and information["url"] == target
    assert information["truncated_sign_message"].startswith(f"POST\n{target}\n")
    nonce = told.partition('nonce_str="')[2].partition('"')[0]
    assert information["sign_message_length"] == len(
        text("POST", target, str(int(abroad.clock.time())), nonce, body=body)
    )
    abroad.verify(reply)


@pytest.mark.parametrize("signature", ["", "x", "!" * 344, "QUJD", "A" * 344])
def test_a_signature_of_no_form_is_refused(abroad: Merchant, signature: str) -> None:
    sign_error(get(abroad, Authorization=abroad.authorization("GET", TARGET, signature=signature)))


def test_the_query_and_its_encoding_are_signed(abroad: Merchant) -> None:
    abroad.place("T*|-1")
    number = "T%2A%7C-1"
    target = f"/v3/global/transactions/out-trade-no/{number}?sp_mchid={MCH_ID}&sub_mchid=1900000110"
    assert get(abroad, target).told["out_trade_no"] == "T*|-1"
    other = target.replace("%7C", "|")
    sign_error(get(abroad, target, Authorization=abroad.authorization("GET", other)))


def test_an_unknown_merchant_is_refused_without_a_signature(abroad: Merchant) -> None:
    reply = get(abroad, Authorization=abroad.authorization("GET", TARGET, mchid="1900009999"))
    sign_error_free = (reply.status, reply.code)
    assert sign_error_free == (401, "SIGN_ERROR")
    assert not any(name.startswith("Wechatpay-") for name in reply.headers)


@pytest.mark.parametrize("name", ["sp_mchid"])
def test_a_number_in_the_body_that_did_not_sign_is_refused(abroad: Merchant, name: str) -> None:
    reply = abroad.place(**{name: "1900009999"})
    assert (reply.status, reply.code) == (403, "NO_AUTH")


def test_a_foreign_sub_merchant_is_refused(abroad: Merchant) -> None:
    reply = abroad.place(sub_mchid="1900009998")
    assert (reply.status, reply.code) == (403, "NO_AUTH")


def test_a_foreign_app_is_refused(merchant: Merchant) -> None:
    name = "appid" if merchant.mode == "direct" else "sp_appid"
    reply = merchant.place(**{name: "wx0000000000000000"})
    assert (reply.status, reply.code) == (400, "APPID_MCHID_NOT_MATCH")


@pytest.mark.parametrize("body", [
    b"", b" ", b"[]", b"1", b"{", b"\xff{}", b'{"a":1,"a":1}', b'{"a":NaN}', b'{"amount":{"total":1.0}}',
    b"[" * 100_000, b"<xml/>", b'{"description":"\\ud800"}',
])  # fmt: skip
def test_a_body_that_is_no_json_object_is_refused(abroad: Merchant, body: bytes) -> None:
    reply = post(abroad, body, Content_Type="application/json")
    assert (reply.status, reply.code) == (400, "PARAM_ERROR")
    abroad.verify(reply)


def test_a_body_of_another_content_type_is_refused(abroad: Merchant) -> None:
    assert post(abroad, b"{}", Content_Type="text/plain").field == "/Content-Type"


@pytest.mark.parametrize(("changes", "field"), [
    ({"description": None}, "/description"),
    ({"description": "x" * 128}, "/description"),
    ({"description": "\U0001f600"}, "/description"),
    ({"amount": {"total": "1000", "currency": "HKD"}}, "/amount/total"),
    ({"amount": {"total": 0, "currency": "HKD"}}, "/amount/total"),
    ({"amount": {"total": True, "currency": "HKD"}}, "/amount/total"),
    ({"amount": {"currency": "HKD"}}, "/amount/total"),
    ({"amount": {"total": 1, "currency": "XYZ"}}, "/amount/currency"),
    ({"detail": {"goods_detail": [{"goods_id": "a", "quantity": 1, "price": 1}, {"quantity": 1, "price": 1}]}},
     "/detail/goods_detail/1/goods_id"),
    ({"body": "Tea"}, "/body"),
    ({"mchid": MCH_ID, "appid": APPID}, "/mchid"),
    ({"amount": {"total": 1, "currency": "HKD", "fee_type": "HKD"}}, "/amount/fee_type"),
    ({"trade_type": "JSAPI"}, "/trade_type"),
    ({"time_expire": "20260922120000"}, "/time_expire"),
    ({"time_expire": "2026-09-22T12:00:59+08:00"}, "/time_expire"),
    ({"payer": {"sub_openid": "o"}}, "/sub_appid"),
])  # fmt: skip
def test_a_document_its_row_does_not_allow_is_refused_by_pointer(abroad: Merchant, changes: Any, field: str) -> None:
    reply = abroad.place(**changes)
    assert (reply.status, reply.code, reply.field) == (400, "PARAM_ERROR", field)
    assert reply.told["detail"]["location"] == "body"


def test_null_is_as_if_it_were_not_there(abroad: Merchant) -> None:
    told = {**abroad.order(), "attach": None}
    assert post(abroad, json.dumps(told).encode()).status == 200


def test_a_field_missing_from_the_query_is_named_without_a_slash(abroad: Merchant) -> None:
    reply = get(abroad, f"/v3/global/transactions/out-trade-no/T-00001?sp_mchid={MCH_ID}")
    assert reply.told["detail"] | {"issue": ""} == {
        "field": "sub_mchid", "value": "", "issue": "", "location": "query"
    }  # fmt: skip


@pytest.mark.parametrize("query", ["sp_mchid=1&sp_mchid=1", "a", "more=1", "out_trade_no=T-2"])
def test_a_query_that_says_too_much_is_refused(abroad: Merchant, query: str) -> None:
    target = f"/v3/global/transactions/out-trade-no/T-00001?sp_mchid={MCH_ID}&sub_mchid=1900000110&{query}"
    assert get(abroad, target).code in ("PARAM_ERROR",)


def test_what_the_path_says_the_body_may_not_say_again(abroad: Merchant) -> None:
    body = json.dumps({**abroad.numbers, "out_trade_no": "T-00002"}).encode()
    assert post(abroad, body, "/v3/global/transactions/out-trade-no/T-00001/close").field == "/out_trade_no"


@pytest.mark.parametrize("target", ["/v3/nothing", "/v3/global/transactions/micropay", "/v3/global/transactions/h5"])
def test_an_unknown_path_is_not_found(abroad: Merchant, target: str) -> None:
    reply = post(abroad, b"{}", target)
    assert (reply.status, reply.code) == (404, "RESOURCE_NOT_EXISTS")


def test_another_method_is_not_found(abroad: Merchant) -> None:
    assert get(abroad, "/v3/global/transactions/native").status == 404


def test_the_mainland_is_not_open_to_merchants_abroad(abroad: Merchant) -> None:
    reply = get(abroad, "/v3/certificates")
    assert (reply.status, reply.code) == (400, "INVALID_REQUEST")
    assert reply.headers["Request-ID"].rpartition("-")[2] == "268501838"


def test_merchants_of_the_mainland_have_no_permission_abroad(home: Merchant) -> None:
    assert get(home, TARGET).code == "NO_AUTH"


def test_a_direct_merchant_has_no_permission_for_a_providers_operation(home: Merchant) -> None:
    assert home.ask("partner_transactions_native", home.order()).code == "NO_AUTH"


@pytest.mark.parametrize(("language", "words"), [("en", "the signature"), ("", "签名错误"), ("zh-CN", "签名错误")])
def test_messages_come_in_the_language_asked_for(abroad: Merchant, language: str, words: str) -> None:
    told = abroad.authorization("GET", TARGET, signature=sign(abroad.key, b"other"))
    assert get(abroad, Authorization=told, Accept_Language=language).told["message"].startswith(words)


@pytest.mark.parametrize("target", ["/v3/\udcff", "/v3/global/certificates?\udcff=1", "/v3/global/transactions/id/%ff"])
def test_a_path_that_is_no_utf8_is_refused_and_shown(abroad: Merchant, target: str) -> None:
    path, _, query = target.partition("?")
    headers = {"Authorization": abroad.authorization("GET", "/"), "Accept": "*/*", "User-Agent": "tests"}
    exchange = Exchange("GET", path, headers, b"", query=query)
    log = Exchanges()
    log.add(exchange, abroad.gateway.handle(exchange), at=0.0, seconds=0.0)
    kept = log.newest(1)[0]
    assert kept.answer.status >= 400
    look(kept, abroad.gateway.accounts)[0].text.encode()


@pytest.mark.parametrize("body", [b'{"\\ud800":1}', b'{"detail":{"\\udfff":{}}}', b'{"attach":"\\ud800"}'])
def test_half_a_surrogate_pair_is_refused(abroad: Merchant, body: bytes) -> None:
    assert post(abroad, body).code == "PARAM_ERROR"


FORMS = ("application/json", "multipart/form-data; boundary=b")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda one: st.lists(one) | st.dictionaries(st.text(), one),
)


@given(body=st.binary(max_size=200), text=st.text(max_size=40), kind=st.sampled_from(FORMS))
def test_no_request_is_too_odd_to_be_answered(body: bytes, text: str, kind: str) -> None:
    merchant = _lasting()
    for target in ("/v3/global/transactions/native", "/v3/merchant/media/upload", f"/v3/{text}", "/v3/global/refunds"):
        for authorization in ({"Authorization": text}, {"Authorization": f"{SCHEME} {text}"}, {}):
            headers = {"Content-Type": kind, "Accept-Language": text, **authorization}
            answer = merchant.gateway.handle(merchant.exchange("POST", target, body, headers))
            assert answer.status >= 400


@given(told=VALUES, name=st.sampled_from(["payer", "amount", "detail", "scene_info", "attach", "x"]))
def test_no_document_is_too_odd_to_be_answered(told: Any, name: str) -> None:
    merchant = _lasting()
    reply = post(merchant, json.dumps({**merchant.order(), name: told}).encode())
    assert reply.status in (200, 400, 403)


@cache
def _lasting() -> Merchant:
    return Merchant()


@pytest.mark.parametrize("settings", [
    {"api_v3_key": "short"}, {"api_v3_key": "-" * 32}, {"certificates": (b"none",)}, {"v3_keys": "both"},
])  # fmt: skip
def test_an_account_that_cannot_be_one_is_a_configuration_error(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        Merchant(**settings)


@pytest.mark.parametrize("region", [GLOBAL, MAINLAND])
def test_every_effect_is_of_an_operation(region: str) -> None:
    assert effects(region).keys() <= set(catalogue.NAMES[region])
