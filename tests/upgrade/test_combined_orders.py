"""Combined orders over the mainland's API v3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.upgrade.cases import APPID, GLOBAL, MCH_ID, SUB_MCH_ID, case, plan, sent, told, upgrade
from wxpay_v2.errors import InvalidRequest, Malformed

NUMBER = {"combine_out_trade_no": "C1217752501201407"}
ORDER = {
    "appid": "wx1", "mch_id": "1900000109", "body": "Tea", "detail": '{"goods": 1}', "attach": "shop",
    "out_trade_no": "20150806125346", "fee_type": "CNY", "total_fee": 10,
}  # fmt: skip
OTHER = {**ORDER, "mch_id": "1900000110", "out_trade_no": "20150806125347", "total_fee": "20", "fee_type": ""}
SCENE = {
    "device_id": "POS1:1", "payer_client_ip": "14.17.22.32",
    "h5_info": {"type": "Wap", "app_name": "Shop", "app_url": "https://shop.example"},
}  # fmt: skip


def _list(*orders: dict[str, Any]) -> str:
    return json.dumps({"order_num": len(orders), "order_list": orders})


PLACED = {
    **NUMBER, "spbill_create_ip": "14.17.22.31", "time_start": "20261120100000", "time_expire": "20261120110000",
    "notify_url": "https://shop.example/paid", "combine_openid": "oUpF8", "scene_info": json.dumps(SCENE),
    "sub_order_list": _list(ORDER, OTHER),
}  # fmt: skip


@pytest.mark.parametrize(
    ("trade_type", "target"),
    [("JSAPI", "combine_jsapi"), ("NATIVE", "combine_native"), ("APP", "combine_app"), ("MWEB", "combine_h5")],
)
def test_an_order_becomes_v3s(trade_type: str, target: str) -> None:
    found, document = sent("combined_order", {**PLACED, "trade_type": trade_type})
    assert found == target
    goods = {"detail": '{"goods": 1}'} if trade_type in ("JSAPI", "APP") else {}
    order = {
        "mchid": "1900000109", "attach": "shop", "out_trade_no": "20150806125346", "description": "Tea", **goods,
        "amount": {"total_amount": 10, "currency": "CNY"},
    }  # fmt: skip
    scene = {name: SCENE[name] for name in ("device_id", "payer_client_ip")}
    payer = {} if trade_type == "APP" else {"combine_payer_info": {"openid": "oUpF8"}}
    assert document == {
        **NUMBER, **payer, "combine_appid": APPID, "combine_mchid": MCH_ID,
        "time_start": "2026-11-20T10:00:00+08:00", "time_expire": "2026-11-20T11:00:00+08:00",
        "notify_url": "https://shop.example/paid", "scene_info": SCENE if trade_type == "MWEB" else scene,
        "sub_orders": [
            order,
            {**order, "mchid": "1900000110", "out_trade_no": "20150806125347",
             "amount": {"total_amount": 20, "currency": "CNY"}},
        ],
    }  # fmt: skip


def test_a_sub_merchant_is_named_in_each_order() -> None:
    fields = {**PLACED, "trade_type": "JSAPI", "sub_order_list": _list({**ORDER, "sub_mch_id": SUB_MCH_ID})}
    _, document = sent("combined_order", fields, sub=True)
    assert document["sub_orders"][0]["sub_mchid"] == SUB_MCH_ID


def test_goods_that_v3_does_not_take_are_told_as_lost() -> None:
    call = case("combined_order", {**PLACED, "trade_type": "NATIVE", "product_id": "12"})
    plan(call).document(call)
    assert call.lost.keys() == {"sub_order_list.detail", "product_id"}


def test_the_address_and_the_device_may_come_from_v2s_own_fields() -> None:
    fields = {**PLACED, "trade_type": "JSAPI", "device_info": "POS9", "scene_info": '{"device_id": "POS1"}'}
    for given in (fields, dict(reversed(fields.items()))):
        _, document = sent("combined_order", given)
        assert document["scene_info"] == {"device_id": "POS9", "payer_client_ip": "14.17.22.31"}


@pytest.mark.parametrize(
    "orders", ["[]", "text", "[1]", '{"order_list": {}}', '[{"total_fee": 1.5}]', '[{"total_fee": "ten"}]', "[{}]"]
)
def test_orders_that_cannot_be_carried_are_refused_before_anything_is_sent(orders: str) -> None:
    call = case("combined_order", {**PLACED, "trade_type": "JSAPI"})
    call.fields = {**call.fields, "sub_order_list": orders}
    with pytest.raises(InvalidRequest, match="sub_order_list"):
        plan(call).document(call)


@pytest.mark.parametrize(
    ("trade_type", "document", "expected"),
    [
        ("JSAPI", {"prepay_id": "wx1"}, {"prepay_id": "wx1"}),
        ("APP", {"prepay_id": "wx2"}, {"prepay_id": "wx2"}),
        ("NATIVE", {"code_url": "weixin://1"}, {"code_url": "weixin://1"}),
        (
            "MWEB",
            {"h5_url": "https://wx.example/pay?prepay_id=wx3&package=1"},
            {"mweb_url": "https://wx.example/pay?prepay_id=wx3&package=1", "prepay_id": "wx3"},
        ),
    ],
)
def test_an_order_is_answered_in_v2s_names(trade_type: str, document: dict[str, str], expected: dict[str, str]) -> None:
    answer = told("combined_order", {**PLACED, "trade_type": trade_type, "device_info": "POS1"}, document)
    assert answer == {
        **expected, "trade_type": trade_type, "combine_appid": APPID, "combine_mch_id": MCH_ID, "device_info": "POS1",
    }  # fmt: skip


def test_the_prepay_id_of_a_code_is_told_as_lost() -> None:
    call = case("combined_order", {**PLACED, "trade_type": "NATIVE"})
    assert "prepay_id" in plan(call).losses(call)


PAID: dict[str, Any] = {
    "mchid": "1900000109", "trade_type": "JSAPI", "trade_state": "SUCCESS", "bank_type": "CMC", "attach": "shop",
    "success_time": "2026-11-20T10:00:00+08:00", "transaction_id": "4200", "out_trade_no": "20150806125346",
    "amount": {"total_amount": 10, "currency": "CNY", "payer_amount": 9, "payer_currency": "CNY"},
    "promotion_detail": [{"coupon_id": "109519", "type": "NOCASH", "amount": 1, "stock_id": "931386"}],
}  # fmt: skip
FOUND = {
    "combine_appid": APPID, "combine_mchid": MCH_ID, **NUMBER, "combine_transaction_id": "1",
    "scene_info": {"device_id": "POS1"}, "sub_orders": [PAID], "combine_payer_info": {"openid": "oUpF8"},
}  # fmt: skip


def test_a_query_asks_by_the_number_alone() -> None:
    assert sent("query_combined_order", NUMBER) == ("combine_query", NUMBER)


def test_a_query_is_answered_with_v2s_list() -> None:
    answer = told("query_combined_order", NUMBER, FOUND)
    assert json.loads(answer.pop("sub_order_list")) == {
        "order_num": 1,
        "order_list": [
            {
                "mchid": "1900000109", "trade_type": "JSAPI", "attach": "shop", "transaction_id": "4200",
                "out_trade_no": "20150806125346", "amount": {"total_amount": "10", "currency": "CNY"},
                "promotion_detail": [
                    {"promotion_id": "109519", "type": "DISCOUNT", "amount": 1, "activity_id": "931386"}
                ],
            }
        ],
    }  # fmt: skip
    assert answer == {
        **NUMBER, "combine_appid": APPID, "combine_mch_id": MCH_ID, "combine_openid": "oUpF8", "device_info": "POS1",
        "result_msg": "OK", "trade_state": "SUCCESS",
    }  # fmt: skip


def test_orders_in_several_states_have_no_state_in_common() -> None:
    refunded = {**PAID, "trade_state": "REFUND"}
    assert "trade_state" not in told("query_combined_order", NUMBER, {**FOUND, "sub_orders": [PAID, refunded]})


def test_what_was_bought_is_told_as_lost() -> None:
    call = case("query_combined_order", NUMBER)
    assert {"sub_order_list.description", "trade_state_desc"} <= plan(call).losses(call).keys()


@pytest.mark.parametrize("orders", ["text", [1]])
def test_orders_of_an_answer_that_are_none_are_refused(orders: object) -> None:
    with pytest.raises(Malformed):
        told("query_combined_order", NUMBER, {**FOUND, "sub_orders": orders})


@pytest.mark.parametrize(
    "orders",
    [
        [{"mchid": "1900000109", "out_trade_no": "20150806125346"}],
        {"mchid": "1900000109", "out_trade_no": "20150806125346"},
        {"order_num": 1, "order_list": [{"mch_id": "1900000109", "out_trade_no": "20150806125346"}]},
    ],
)
def test_a_close_names_its_orders(orders: object) -> None:
    target, document = sent("close_combined_order", {**NUMBER, "sub_order_list": json.dumps(orders)})
    assert target == "combine_close"
    assert document == {
        **NUMBER, "combine_appid": APPID, "sub_orders": [{"mchid": "1900000109", "out_trade_no": "20150806125346"}],
    }  # fmt: skip


def test_a_close_is_answered_without_a_body() -> None:
    orders = json.dumps([{"mchid": "1", "out_trade_no": "20150806125346"}])
    answer = told("close_combined_order", {**NUMBER, "sub_order_list": orders}, {})
    assert answer == {"combine_appid": APPID, "combine_mch_id": MCH_ID}


@pytest.mark.parametrize("name", ["combined_order", "query_combined_order", "close_combined_order"])
def test_abroad_there_are_none(name: str) -> None:
    fields = {**PLACED, "trade_type": "JSAPI"} if name == "combined_order" else NUMBER
    assert not case(name, fields, region=GLOBAL).target
    assert upgrade(name).otherwise is not None
