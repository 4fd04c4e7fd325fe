"""The v3 request of each v2 call of the core: what moves where, what is supplied, dropped or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from wxpay_v2 import Merchant, upgrade
from wxpay_v2.upgrade.translation import Settings, Translation

KEY = "a" * 32
DIRECT = Merchant(appid="wx8888888888888888", mch_id="1900000109", api_key=KEY)
INSTITUTION = Merchant(
    appid="wx8888888888888888",
    mch_id="1900000109",
    api_key=KEY,
    sub_mch_id="1900000110",
    sub_appid="wx7777777777777777",
)
OUR_IDS = {"appid": "wx8888888888888888", "mchid": "1900000109"}
THEIR_IDS = {
    "sp_appid": "wx8888888888888888", "sp_mchid": "1900000109", "sub_appid": "wx7777777777777777",
    "sub_mchid": "1900000110",
}  # fmt: skip
ORDER = {
    "body": "Tea", "out_trade_no": "T-123456", "total_fee": 888, "spbill_create_ip": "203.0.113.7",
    "notify_url": "https://shop.example/pay",
}  # fmt: skip


class Account(Settings):
    merchant_category_code = "5812"
    store_id = "S-1"
    store_name = "Tea House"
    store_address = "1 Nathan Road"


def translated(operation: str, fields: dict[str, Any], merchant: Merchant = DIRECT, **more: Any) -> Translation:
    told = upgrade.translate(operation, fields, merchant, account=more.pop("account", Account()), **more)
    assert not told.faults, told.faults
    return told


def document(operation: str, fields: dict[str, Any], merchant: Merchant = DIRECT, **more: Any) -> dict[str, Any]:
    return translated(operation, fields, merchant, **more).document


@pytest.mark.parametrize(
    ("trade_type", "payer", "path", "mainland"),
    [
        ("JSAPI", {"openid": "o-1"}, "jsapi", "jsapi"),
        ("NATIVE", {"product_id": "9"}, "native", "native"),
        ("APP", {}, "app", "app"),
        ("MWEB", {}, "mweb", "h5"),
    ],
)
def test_an_order_goes_to_the_call_of_its_trade_type(
    trade_type: str, payer: dict[str, str], path: str, mainland: str
) -> None:
    scene = {"scene_info": {"h5_info": {"type": "Wap", "wap_url": "https://shop.example", "wap_name": "Shop"}}}
    fields = {**ORDER, **payer, "trade_type": trade_type, **(scene if trade_type == "MWEB" else {})}
    told = translated("unified_order", fields)
    assert (told.method, told.target) == ("POST", f"/v3/global/transactions/{path}")
    assert told.document["trade_type"] == trade_type
    for merchant, prefix in ((DIRECT, "/v3/pay/transactions/"), (INSTITUTION, "/v3/pay/partner/transactions/")):
        if merchant is INSTITUTION and trade_type == "JSAPI":
            fields = {**fields, "openid": "o-1"}
        told = translated("unified_order", fields, merchant, region="mainland")
        assert told.target == prefix + mainland
        assert "trade_type" not in told.document


def test_an_order_says_in_v3_what_it_says_in_v2() -> None:
    fields = {
        **ORDER, "trade_type": "JSAPI", "openid": "o-1", "device_info": "POS-1", "attach": "a=1", "fee_type": "HKD",
        "time_start": "20260301120000", "time_expire": "20260301130000", "goods_tag": "G", "limit_pay": "no_credit",
        "nonce_str": "n" * 32, "sign": "S", "sign_type": "MD5",
        "detail": {"cost_price": 900, "receipt_id": "R", "mcc": "5411", "goods_detail": [
            {"goods_id": "g", "wxpay_goods_id": "w", "goods_name": "Tea", "quantity": 1, "price": 900}]},
        "scene_info": {"store_info": {"id": "S", "name": "Tea House", "address": "1 Nathan Road"}},
    }  # fmt: skip
    assert document("unified_order", fields) == {
        **OUR_IDS, "description": "Tea", "out_trade_no": "T-123456", "notify_url": "https://shop.example/pay",
        "trade_type": "JSAPI", "payer": {"openid": "o-1"}, "attach": "a=1", "goods_tag": "G", "limit_pay": "no_credit",
        "time_start": "2026-03-01T12:00:00+08:00", "time_expire": "2026-03-01T13:00:00+08:00",
        "amount": {"total": 888, "currency": "HKD"}, "merchant_category_code": "5411",
        "scene_info": {"device_id": "POS-1", "payer_client_ip": "203.0.113.7",
                       "store_info": {"id": "S", "name": "Tea House", "address": "1 Nathan Road"}},
        "detail": {"cost_price": 900, "receipt_id": "R", "goods_detail": [
            {"goods_id": "g", "wxpay_goods_id": "w", "goods_name": "Tea", "quantity": 1, "price": 900}]},
    }  # fmt: skip
    fields["fee_type"] = "CNY"
    fields["receipt"] = "Y"
    fields["profit_sharing"] = "Y"
    told = document("unified_order", fields, region="mainland")
    assert told["limit_pay"] == ["no_credit"]
    assert told["support_fapiao"] is True
    assert told["settle_info"] == {"profit_sharing": True}
    assert told["detail"] == {
        "cost_price": 900, "invoice_id": "R", "goods_detail": [
            {"merchant_goods_id": "g", "wechatpay_goods_id": "w", "goods_name": "Tea", "quantity": 1, "unit_price": 900}
        ],
    }  # fmt: skip
    assert "time_start" not in told
    assert told["time_expire"] == "2026-03-01T13:00:00+08:00"


def test_a_currency_that_v2_leaves_out_is_said_in_v3() -> None:
    assert document("unified_order", {**ORDER, "trade_type": "APP"})["amount"] == {"total": 888, "currency": "CNY"}


def test_an_institution_sends_its_ids_and_the_sub_merchants_and_never_both_sets() -> None:
    fields = {**ORDER, "trade_type": "JSAPI", "openid": "o-1", "sub_openid": "o-2"}
    for region in ("global", "mainland"):
        told = document("unified_order", fields, INSTITUTION, region=region)
        assert {name: told[name] for name in THEIR_IDS} == THEIR_IDS
        assert "mchid" not in told
        assert "appid" not in told
        assert told["payer"] == {"sp_openid": "o-1", "sub_openid": "o-2"}


@pytest.mark.parametrize(
    ("region", "place"), [("global", "device_ip"), ("mainland", "payer_client_ip")], ids=["global", "mainland"]
)
def test_the_address_of_a_qr_code_order_is_the_machines_own(region: str, place: str) -> None:
    told = document("unified_order", {**ORDER, "trade_type": "NATIVE", "product_id": "9"}, region=region)
    assert told["scene_info"] == {place: "203.0.113.7"}


def test_a_web_order_of_global_tells_the_shop_from_the_settings() -> None:
    told = document("unified_order", {**ORDER, "trade_type": "MWEB"})
    assert told["scene_info"]["store_info"] == {"name": "Tea House", "address": "1 Nathan Road"}


@pytest.mark.parametrize(
    ("operation", "fields", "setting"),
    [
        ("unified_order", {**ORDER, "trade_type": "APP"}, "merchant_category_code"),
        ("unified_order", {**ORDER, "trade_type": "MWEB"}, "store_name"),
    ],
)
def test_what_only_a_setting_can_supply_is_refused_before_sending_with_its_name(
    operation: str, fields: dict[str, Any], setting: str
) -> None:
    class Without(Account):
        pass

    setattr(Without, setting, "")
    told = upgrade.translate(operation, fields, DIRECT, account=Without())
    assert not told.carried
    assert any(f"V3Account({setting}=...)" in fault for fault in told.faults), told.faults


def test_goods_that_lack_a_code_or_a_price_take_them_from_the_settings_or_are_left_out() -> None:
    fields = {**ORDER, "trade_type": "APP", "detail": {"goods_detail": [{"goods_name": "Tea", "quantity": 1}]}}
    told = translated("unified_order", fields)
    assert "detail" not in told.document
    assert any(one.name == "detail" and one.verdict in ("lost", "derived") for one in told.verdicts)

    class Filling(Account):
        goods_id = "misc"
        goods_price = "888"

    told = translated("unified_order", fields, account=Filling())
    assert told.document["detail"]["goods_detail"] == [
        {"goods_id": "misc", "goods_name": "Tea", "quantity": 1, "price": 888}
    ]


def test_an_order_to_be_shared_is_marked_by_a_call_before_it() -> None:
    told = translated("unified_order", {**ORDER, "trade_type": "APP", "profit_sharing": "Y"}, INSTITUTION)
    (mark,) = told.before
    assert (mark.method, mark.target) == ("POST", "/v3/global/profit-sharing/transactions/mark")
    assert mark.document == {"out_trade_no": "T-123456", "sub_mchid": "1900000110", "currency": "CNY"}
    assert not translated("unified_order", {**ORDER, "trade_type": "APP", "profit_sharing": "N"}).before


def test_a_field_that_nobody_knows_is_refused_and_not_dropped() -> None:
    told = upgrade.translate(
        "unified_order", {**ORDER, "trade_type": "APP", "surprise": "1"}, DIRECT, account=Account()
    )
    assert told.faults == ("surprise has no place in API v3",)


def test_quick_pay_becomes_micropay_abroad_and_codepay_at_home() -> None:
    fields = {
        "body": "Tea", "out_trade_no": "T-123456", "total_fee": 888, "auth_code": "134567890123456789",
        "spbill_create_ip": "203.0.113.7", "device_info": "POS-1",
    }  # fmt: skip
    told = translated("micropay", fields)
    assert told.target == "/v3/global/micropay/transactions/pay"
    assert told.document == {
        **OUR_IDS, "description": "Tea", "out_trade_no": "T-123456", "payer": {"auth_code": "134567890123456789"},
        "amount": {"total": 888, "currency": "CNY"}, "trade_type": "MICROPAY", "merchant_category_code": "5812",
        "scene_info": {"device_ip": "203.0.113.7", "device_id": "POS-1"},
    }  # fmt: skip
    told = translated("micropay", fields, INSTITUTION, region="mainland")
    assert told.target == "/v3/pay/partner/transactions/codepay"
    assert told.document["scene_info"]["store_info"] == {"id": "S-1"}
    for name in ("time_start", "time_expire"):
        told = translated("micropay", {**fields, name: "20260301120000"})
        assert [one.name for one in told.of("lost")] == [name]
    refused = upgrade.translate("micropay", {**fields, "deposit": "Y"}, DIRECT, account=Account())
    assert "deposit" in refused.faults[0]


def test_mainland_quick_pay_is_carried_only_where_it_was_asked_for() -> None:
    class Cautious(Account):
        codepay = False

    for operation in ("micropay", "reverse"):
        told = upgrade.translate(
            operation, {"out_trade_no": "T-123456"}, DIRECT, account=Cautious(), region="mainland"
        )  # fmt: skip
        assert "disagree" in told.faults[0]
        assert "codepay=True" in told.remedy


@pytest.mark.parametrize(
    ("operation", "fields", "region", "merchant", "expected"),
    [
        ("order_query", {"transaction_id": "42", "out_trade_no": "T-123456"}, "global", DIRECT,
         "GET /v3/global/transactions/id/42?mchid=1900000109"),
        ("order_query", {"out_trade_no": "T-123456"}, "global", INSTITUTION,
         "GET /v3/global/transactions/out-trade-no/T-123456?sp_mchid=1900000109&sub_mchid=1900000110"),
        ("order_query", {"transaction_id": "42"}, "mainland", DIRECT,
         "GET /v3/pay/transactions/id/42?mchid=1900000109"),
        ("order_query", {"out_trade_no": "T-123456"}, "mainland", INSTITUTION,
         "GET /v3/pay/partner/transactions/out-trade-no/T-123456?sp_mchid=1900000109&sub_mchid=1900000110"),
        ("close_order", {"out_trade_no": "T-123456"}, "global", DIRECT,
         'POST /v3/global/transactions/out-trade-no/T-123456/close {"mchid":"1900000109"}'),
        ("close_order", {"out_trade_no": "T-123456"}, "mainland", INSTITUTION,
         "POST /v3/pay/partner/transactions/out-trade-no/T-123456/close"
         ' {"sp_mchid":"1900000109","sub_mchid":"1900000110"}'),
        ("reverse", {"transaction_id": "42"}, "global", DIRECT,
         'POST /v3/global/micropay/transactions/id/42/reverse {"mchid":"1900000109"}'),
        ("reverse", {"out_trade_no": "T-123456"}, "mainland", DIRECT,
         "POST /v3/pay/transactions/out-trade-no/T-123456/reverse"
         ' {"appid":"wx8888888888888888","mchid":"1900000109"}'),
        ("refund_query", {"refund_id": "50", "out_refund_no": "R-1"}, "global", DIRECT,
         "GET /v3/global/refunds/id/50?mchid=1900000109"),
        ("refund_query", {"out_refund_no": "R-1"}, "mainland", INSTITUTION,
         "GET /v3/refund/domestic/refunds/R-1?sub_mchid=1900000110"),
        ("refund_query", {"transaction_id": "42", "offset": 10}, "global", DIRECT,
         "GET /v3/global/refunds?transaction_id=42&offset=10&mchid=1900000109&count=10"),
    ],
)  # fmt: skip
def test_numbers_travel_in_the_path_and_the_query(
    operation: str, fields: dict[str, Any], region: str, merchant: Merchant, expected: str
) -> None:
    told = translated(operation, fields, merchant, region=region)
    method, target, *body = expected.split(" ", 2)
    path, _, query = target.partition("?")
    assert (told.method, told.target.partition("?")[0]) == (method, path)
    assert sorted(told.target.partition("?")[2].split("&")) == sorted(query.split("&"))
    if body:
        assert {k: v for k, v in json.loads(told.body).items() if k != "sub_appid"} == json.loads(body[0])


@pytest.mark.parametrize("fields", [{"refund_id": "50"}, {"transaction_id": "42"}, {"out_trade_no": "T-123456"}])
def test_mainland_refunds_are_asked_for_by_their_own_number_only(fields: dict[str, str]) -> None:
    told = upgrade.translate("refund_query", fields, DIRECT, account=Account(), region="mainland")
    assert "out_refund_no only" in told.faults[0]
    assert "over_v2" in told.remedy


def test_a_mainland_reverse_by_the_gateways_number_is_refused() -> None:
    told = upgrade.translate("reverse", {"transaction_id": "42"}, DIRECT, account=Account(), region="mainland")
    assert "by the merchant's own number only" in told.faults[0]


def test_a_refund_says_in_v3_what_it_says_in_v2() -> None:
    fields = {
        "out_trade_no": "T-123456", "out_refund_no": "R-1", "total_fee": 888, "refund_fee": 8, "refund_fee_type": "HKD",
        "refund_desc": "broken", "refund_account": "REFUND_SOURCE_RECHARGE_FUNDS",
        "notify_url": "https://shop.example/refund",
    }  # fmt: skip
    assert document("refund", fields) == {
        **OUR_IDS, "out_trade_no": "T-123456", "out_refund_no": "R-1", "reason": "broken",
        "amount": {"total": 888, "refund": 8, "currency": "HKD"}, "source": "REFUND_SOURCE_RECHARGE_FUNDS",
        "notify_url": "https://shop.example/refund",
    }  # fmt: skip
    told = document("refund", {**fields, "refund_fee_type": "CNY"}, INSTITUTION, region="mainland")
    assert told == {
        "sub_mchid": "1900000110", "out_trade_no": "T-123456", "out_refund_no": "R-1", "reason": "broken",
        "amount": {"total": 888, "refund": 8, "currency": "CNY"}, "funds_account": "AVAILABLE",
        "notify_url": "https://shop.example/refund",
    }  # fmt: skip
    told = document("refund", {**fields, "transaction_id": "42"})
    assert told["transaction_id"] == "42"
    assert "out_trade_no" not in told
    lost = translated("refund", {**fields, "op_user_id": "u"}).of("lost")
    assert [one.name for one in lost] == ["op_user_id"]
