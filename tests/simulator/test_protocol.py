"""The forms a request may have, whose signature they carry, who may call, and the forms of the answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures import APPID, KEY, MCH_ID, SUB_MCH_ID, sign, signed
from tests.simulator.shop import DER, ORDER, Shop, account, fields_in, outcome
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.secret import Secret
from wxpay_v2.simulator import incoming, protocol
from wxpay_v2.simulator.canned import way_back
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.gateway import Answer, Exchange
from wxpay_v2.simulator.protocol import Call, NotUnderstood, Refusal
from wxpay_v2.simulator.replies import Page, answer
from wxpay_v2.v2 import catalogue, forms, xml

WRONG_SIGN, WRONG_FORMAT, NO_PERMISSION = "签名错误", "参数格式校验错误", "商户无此接口权限"
PICTURE = b"\x89PNG\r\n\x1a\n--b--\r\n\x00\xff\r"
WECOM = "the secret of WeCom's payments"


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop("direct", region="mainland", currency="CNY", wecom_secret=Secret(WECOM))
    yield shop
    shop.close()


@pytest.fixture
def provider() -> Iterator[Shop]:
    shop = Shop("service_provider", region="mainland", currency="CNY")
    yield shop
    shop.close()


def exchange(name: str, query: str = "", body: bytes = b"", **headers: str) -> Exchange:
    operation = catalogue.find(name)
    told = {one.replace("_", "-"): text for one, text in headers.items()}
    return Exchange(operation.method, operation.path, told, body, DER, query)


def at(shop: Shop, name: str, query: str = "", body: bytes = b"", **headers: str) -> Answer:
    return shop.gateway.handle(exchange(name, query, body, **headers))


def taken(shop: Shop, sent: Exchange) -> str:
    """ "" when *sent* is a call, whatever its operation makes of it; else what the gateway says instead."""
    operation = catalogue.by_path(sent.path)
    assert operation is not None
    try:
        call = protocol.authenticate(sent, operation, shop.gateway.accounts)
        protocol.check(call, shop.gateway.accounts, sent.peer_certificate)
    except NotUnderstood as error:
        return error.return_msg
    except Refusal as error:
        return error.code
    return ""


# Signed fields in the query

CONTRACT = {
    "appid": APPID, "mch_id": MCH_ID, "plan_id": "12535", "contract_code": "100001256", "request_serial": "1000",
    "contract_display_account": "微信代扣 & co", "notify_url": "https://shop.example/contract?a=1", "version": "1.0",
    "timestamp": "1414488825",
}  # fmt: skip
H5 = {**CONTRACT, "clientip": "203.0.113.7"}


def h5(shop: Shop, fields: Mapping[str, str] = H5, sign_type: str = "HMAC-SHA256") -> str:
    query = urlencode({**fields, "sign": sign(fields, KEY, sign_type)}, quote_via=quote)
    return taken(shop, exchange("h5_entrust_web", query))


def test_the_fields_of_a_query_are_signed_raw_and_sent_encoded(shop: Shop) -> None:
    assert h5(shop) == ""
    encoded = {name: quote(text, safe="") for name, text in H5.items()}
    query = urlencode({**H5, "sign": sign(encoded, KEY, "HMAC-SHA256")}, quote_via=quote)
    assert taken(shop, exchange("h5_entrust_web", query)) == WRONG_SIGN


def test_an_operation_of_hmac_only_takes_it_without_sign_type_and_refuses_md5(shop: Shop) -> None:
    named = {**H5, "sign_type": "HMAC-SHA256"}
    assert h5(shop, named) == ""
    assert h5(shop, sign_type="MD5") == WRONG_SIGN
    assert h5(shop, {**H5, "sign_type": "MD5"}, sign_type="MD5") == WRONG_SIGN


@pytest.mark.parametrize(
    "query",
    ["a", "a=1&a=2", "mch_id=%ff", "&".join(f"f{n}=1" for n in range(501)), "a=" + "1" * (1 << 20), "=&;"],
)
def test_a_query_that_is_none_is_refused(shop: Shop, query: str) -> None:
    assert outcome(fields_in(at(shop, "h5_entrust_web", query).body)) in (WRONG_FORMAT, "LACK_PARAMS")


def test_a_name_that_comes_twice_is_refused_even_when_one_of_them_is_signed(shop: Shop) -> None:
    query = urlencode([*H5.items(), ("sign", sign(H5, KEY, "HMAC-SHA256")), ("plan_id", "1")])
    assert outcome(fields_in(at(shop, "h5_entrust_web", query).body)) == WRONG_FORMAT


def test_a_body_says_nothing_where_the_fields_are_in_the_query(shop: Shop) -> None:
    body = signed(H5, KEY, "HMAC-SHA256")
    assert outcome(fields_in(at(shop, "h5_entrust_web", "", body).body)) == "LACK_PARAMS"
    post = Exchange("POST", "/papay/h5entrustweb", {}, body)
    assert outcome(fields_in(shop.gateway.handle(post).body)) == "请使用GET方法"


# XML with a field in the query


def manage(shop: Shop, query: str, **fields: str) -> str:
    told = {"appid": APPID, "mch_id": MCH_ID, "page_index": "1", **fields}
    return taken(shop, exchange("sub_mch_manage", query, signed(told)))


def test_a_field_in_the_query_stands_beside_the_signed_ones(shop: Shop) -> None:
    assert manage(shop, "action=query") == ""
    assert manage(shop, "") == "LACK_PARAMS"
    assert manage(shop, "action=remove") == WRONG_FORMAT
    assert manage(shop, "action=query&action=add") == WRONG_FORMAT


def test_a_field_of_the_query_cannot_be_smuggled_past_the_signature(shop: Shop) -> None:
    assert manage(shop, "action=query", action="add") == WRONG_FORMAT
    body = signed({"appid": APPID, "mch_id": MCH_ID, "page_index": "1"})
    sent = exchange("sub_mch_manage", "action=query&page_index=9", body)
    call = protocol.authenticate(sent, catalogue.find("sub_mch_manage"), shop.gateway.accounts)
    assert (call.fields["page_index"], call.fields["action"]) == ("1", "query")  # of the query, what the row says


# Multipart forms


def upload(shop: Shop, data: bytes = PICTURE, **changes: Any) -> str:
    hash_ = hashlib.md5(data, usedforsecurity=False).hexdigest()
    fields = {"mch_id": MCH_ID, "media_hash": hash_, "sign_type": "MD5", **changes.pop("fields", {})}
    files = changes.pop("files", {"media": ("a.png", data)})
    body, kind = forms.multipart({**fields, "sign": sign(fields)}, files)
    return taken(shop, exchange("upload_media", "", changes.get("body", body), Content_Type=changes.get("kind", kind)))


def test_a_picture_is_taken_in_under_a_signature_over_the_fields_alone(shop: Shop) -> None:
    assert upload(shop) == ""


@given(data=st.binary(min_size=1, max_size=300))
def test_a_file_arrives_byte_by_byte(data: bytes) -> None:
    body, kind = forms.multipart({"mch_id": MCH_ID}, {"media": ("a.png", data)})
    operation = catalogue.find("upload_media")
    sent = incoming.read(Exchange("POST", operation.path, {"content-type": kind}, body), operation)
    assert (sent.signed, sent.files) == ({"mch_id": MCH_ID}, {"media": data})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fields": {"media_hash": "0" * 32}}, WRONG_FORMAT),
        ({"files": {}}, "LACK_PARAMS"),
        ({"files": {"media": ("a.png", PICTURE), "mch_id": ("b.png", b"1")}}, WRONG_FORMAT),
        ({"fields": {"mch_id": "1999999999"}}, "MCHID_NOT_EXIST"),
        ({"kind": "text/xml"}, WRONG_FORMAT),
        ({"kind": "multipart/form-data"}, WRONG_FORMAT),
        ({"kind": "multipart/form-data; boundary=other"}, WRONG_FORMAT),
        ({"kind": "multipart/form-data; boundary=b\r\nX: y"}, WRONG_FORMAT),
        ({"kind": "multipart/mixed; boundary=b", "body": b"--b\r\n\r\n\r\n--b--"}, WRONG_FORMAT),
        ({"kind": "multipart/form-data; boundary=b", "body": b"--b\r\n\r\n\r\n--b--"}, WRONG_FORMAT),
        ({"kind": "multipart/form-data; boundary=b", "body": b"x" * ((3 << 20) + 1)}, WRONG_FORMAT),
        (
            {
                "kind": "multipart/form-data; boundary=b",
                "body": b'--b\r\nContent-Disposition: form-data; name="mch_id"\r\n\r\n\xff\r\n--b--',
            },
            "NOT_UTF8",
        ),
        ({"body": b" "}, "POST_DATA_EMPTY"),
    ],
)
def test_a_form_that_is_none_is_refused(shop: Shop, changes: dict[str, Any], said: str) -> None:
    assert upload(shop, **changes) == said


def test_a_changed_field_of_a_form_is_a_wrong_signature(shop: Shop) -> None:
    body, kind = forms.multipart(
        {"mch_id": MCH_ID, "media_hash": "", "sign_type": "MD5", "sign": "0" * 32}, {"media": ("a.png", PICTURE)}
    )
    assert taken(shop, exchange("upload_media", "", body, Content_Type=kind)) == WRONG_SIGN


# Pages and JSON


def page(shop: Shop, name: str, query: str, **headers: str) -> Answer:
    told = at(shop, name, query, **headers)
    assert told.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in told.headers["Content-Security-Policy"]
    assert b"<script" not in told.body
    return told


CONSENT = {
    "appid": APPID, "mch_id": MCH_ID, "redirect_uri": "https://shop.example/back?a=1", "response_type": "code",
    "scope": "pay_identity", "state": "s&t",
}  # fmt: skip


def test_a_page_of_consent_leads_back_with_a_code_and_the_state(shop: Shop) -> None:
    assert taken(shop, exchange("auth_index", urlencode(CONSENT))) == ""
    call = Call(shop.account, catalogue.find("auth_index"), CONSENT, "MD5")
    assert way_back(call).startswith("https://shop.example/back?a=1&code=")
    assert way_back(call).endswith("&state=s%26t")
    assert page(shop, "auth_index", urlencode(CONSENT)).status == 200


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "//evil.example", '"><script>'])
def test_a_page_leads_to_no_address_but_http(target: str) -> None:
    call = Call(account("direct", region="mainland"), catalogue.find("auth_index"), {}, "MD5")
    assert b"href" not in answer(call, Page("Agreed", forward=target)).body


def test_a_page_says_what_is_wrong(shop: Shop) -> None:
    for query, why in (
        (urlencode({**CONSENT, "scope": "all"}), WRONG_FORMAT),
        (urlencode({**CONSENT, "mch_id": "1999999999"}), "MCHID_NOT_EXIST"),
        (urlencode({**CONSENT, "redirect_uri": ""}), "redirect_uri is missing"),
    ):
        told = page(shop, "auth_index", query)
        assert told.status == 400
        assert why in told.body.decode()


def test_a_contracts_page_is_signed_and_returns_to_where_it_came_from(shop: Shop) -> None:
    fields = {**CONTRACT, "return_web": "1"}
    query = urlencode({**fields, "sign": sign(fields)})
    sent = exchange("entrust_web", query, referer="https://shop.example/cart")
    call = protocol.authenticate(sent, catalogue.find("entrust_web"), shop.gateway.accounts)
    assert way_back(call) == "https://shop.example/cart"
    told = page(shop, "entrust_web", query.replace("12535", "12536"))
    assert (told.status, WRONG_SIGN in told.body.decode()) == (400, True)


def test_text_of_a_page_is_never_markup() -> None:
    row, one = catalogue.find("auth_index"), account("direct", region="mainland")
    told = answer(Call(one, row, {}, "MD5"), Page("<b>&", ("<img src=x>",), "https://x.example/?a=<>"))
    assert b"<img" not in told.body and b"<b>" not in told.body and b"a=&lt;&gt;" in told.body


def test_a_reply_in_json_tells_success_and_failure_by_retcode(shop: Shop) -> None:
    fields = {
        "appid": APPID, "mch_id": MCH_ID, "openid": "o" * 28, "code": "1", "grant_type": "authorization_code",
        "scope": "pay_identity", "sign_type": "HMAC-SHA256",
    }  # fmt: skip
    good = urlencode({**fields, "sign": sign(fields, KEY, "HMAC-SHA256")})
    assert taken(shop, exchange("get_access_token", good)) == ""
    row = catalogue.find("get_access_token")
    told = json.loads(answer(Call(shop.account, row, {}, "MD5"), {"access_token_expire_in": "7200"}).body)
    assert told == {"retcode": 0, "retmsg": "ok", "access_token_expire_in": 7200}
    told = json.loads(at(shop, "get_access_token", good.replace("code=1", "code=2")).body)
    assert told == {"retcode": -1, "retmsg": WRONG_SIGN}


# Who may call


@pytest.mark.parametrize("name", ["combined_order", "profit_sharing_query", "get_certificates", "auth_code_to_openid"])
def test_an_operation_of_the_mainland_is_refused_elsewhere(name: str) -> None:
    shop = Shop("direct", sign_type="HMAC-SHA256")
    documented = catalogue.find(name).error("NOAUTH") is not None
    assert outcome(fields_in(shop.send(name).body)) == ("NOAUTH" if documented else NO_PERMISSION)
    shop.close()


def test_an_operation_for_institutions_is_refused_to_others(shop: Shop) -> None:
    assert outcome(fields_in(shop.send("settlement_query").body)) == "NOAUTH"
    assert outcome(fields_in(shop.send("query_institution_sub", sub_mch_id="1").body)) in ("NOAUTH", NO_PERMISSION)


def test_a_signature_is_asked_for_before_anything_else_is_told(shop: Shop) -> None:
    assert outcome(fields_in(shop.send("settlement_query", key="0" * 32).body)) == WRONG_SIGN


def test_a_sub_merchant_that_was_taken_on_through_the_gateway_is_the_callers(provider: Shop) -> None:
    assert outcome(provider.place(sub_mch_id="1900000555")) == "NOAUTH"
    put = lambda book: book.records.put("sub_merchant", MCH_ID, "Tea House", "OPEN", reference="1900000555")  # noqa: E731
    provider.gateway.ledger.run(put, provider.clock.time())
    assert provider.place(sub_mch_id="1900000555")["sub_mch_id"] == "1900000555"
    other = Shop("direct", gateway=provider.gateway, mch_id="1900000999", region="mainland")
    assert outcome(other.place(sub_mch_id="1900000555", mch_id="1900000999")) == "NOAUTH"


def test_an_answer_repeats_the_ids_by_the_names_of_its_row(shop: Shop) -> None:
    asked = {"partner_trade_no": 1, "openid": "o" * 28, "check_name": "NO_CHECK", "amount": 100, "desc": "Tea"}
    told = fields_in(shop.send("transfers", **asked, spbill_create_ip="203.0.113.7").body)
    assert (told["mch_appid"], told["mchid"]) == (APPID, MCH_ID)


# WeCom's own signature, and the sandbox's key

PACK = {
    "mch_billno": "B-1", "total_amount": "100", "wishing": "Tea", "act_name": "Tea", "remark": "Tea",
    "re_openid": "o" * 28, "sender_name": "Tea",
}  # fmt: skip


def send_pack(shop: Shop, secret: str, **changes: Any) -> str:
    row = catalogue.find("wecom_send_red_pack")
    told = shop.fields(row, PACK)
    text = "&".join(f"{name}={told[name]}" for name in row.second_sign) + f"&secret={secret}"
    second = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()
    changed = {name: text for name, text in {**told, "workwx_sign": second, **changes}.items() if text is not None}
    return taken(shop, exchange(row.name, "", signed(changed)))


def test_wecoms_signature_is_verified_beside_the_merchants(shop: Shop) -> None:
    assert send_pack(shop, WECOM) == ""
    assert send_pack(shop, "another secret") == WRONG_SIGN
    assert send_pack(shop, WECOM, total_amount="101") == WRONG_SIGN
    assert send_pack(shop, WECOM, workwx_sign=None) in ("LACK_PARAMS", "PARAM_ERROR")


def test_a_merchant_without_wecom_is_refused(shop: Shop) -> None:
    other = Shop("direct", gateway=shop.gateway, region="mainland")
    assert send_pack(other, WECOM) not in ("", WRONG_SIGN)


@pytest.mark.parametrize("name", ["sandbox_get_sign_key", "sandboxnew_get_sign_key"])
def test_the_sandbox_is_signed_with_the_key_it_hands_out_and_with_no_other(shop: Shop, name: str) -> None:
    key = fields_in(shop.send(name).body)["sandbox_signkey"]
    assert len(key) == 32 and key != KEY
    asked = {**ORDER, "fee_type": "CNY"}
    told = fields_in(shop.send("sandboxnew_unified_order", key=key, **asked).body)
    assert (told["return_code"], told["sign"]) == ("SUCCESS", sign(told, key))
    assert outcome(fields_in(shop.send("sandboxnew_unified_order", **asked).body)) == WRONG_SIGN
    assert outcome(shop.ask("unified_order", key=key, **asked)) == WRONG_SIGN


def test_a_sandbox_key_follows_from_the_api_key_and_tells_nothing_of_it() -> None:
    one, same, other = account(), account(), account(api_key=Secret("AnotherKeyOfAnotherMerchant45678"))
    assert one.sandbox_key.reveal() == same.sandbox_key.reveal() != other.sandbox_key.reveal()
    assert one.sandbox_key.reveal() not in repr(vars(one))


@pytest.mark.parametrize("ratio", [-1, 10001, 0.3, True])
def test_a_sharing_ratio_that_is_none_is_refused(ratio: Any) -> None:
    with pytest.raises(ConfigurationError):
        account(sharing_ratio=ratio)


# What an effect may answer


def test_an_answer_holds_nothing_that_its_row_does_not_list() -> None:
    call = Call(account(), catalogue.find("close_order"), {"sub_mch_id": SUB_MCH_ID}, "MD5")
    with pytest.raises(AssertionError, match="answers no price"):
        answer(call, {"price": "1"})


def test_elements_inside_elements_are_written_as_they_are_read() -> None:
    row = catalogue.find("get_red_pack_info")
    inside = {"hbinfo": [{"openid": "o1", "amount": 1}, {"openid": "<&>]]>", "amount": 2}]}
    told = answer(Call(account("direct", region="mainland"), row, {}, "MD5"), {"mch_billno": "1", "hblist": inside})
    read = json.loads(xml.read(told.body, nested=row.nested)["hblist"])
    assert read == {"hbinfo": [{"openid": "o1", "amount": "1"}, {"openid": "<&>]]>", "amount": "2"}]}


def test_not_understood_says_why_and_a_setting_without_accounts_finds_none() -> None:
    assert NotUnderstood("no").return_msg == "no"
    assert Setting(Shop().gateway.faults).account("1") is None
