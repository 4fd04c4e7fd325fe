"""v2's answer made of each v3 answer of the core: every field where v2's callers look for it, nothing guessed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from wxpay_v2 import Malformed, Merchant, upgrade

KEY = "a" * 32
DIRECT = Merchant(appid="wx8888888888888888", mch_id="1900000109", api_key=KEY)
INSTITUTION = Merchant(appid="wx8888888888888888", mch_id="1900000109", api_key=KEY, sub_mch_id="1900000110")
DONE = {"return_code": "SUCCESS", "return_msg": "OK", "result_code": "SUCCESS"}
OURS = {**DONE, "appid": "wx8888888888888888", "mch_id": "1900000109"}
PAID: dict[str, Any] = {
    "mchid": "1900000109", "appid": "wx8888888888888888", "id": "4200000000001", "out_trade_no": "T-1",
    "attach": "a=1", "trade_type": "NATIVE", "bank_type": "CMB_DEBIT", "success_time": "2026-03-01T05:00:01.25Z",
    "trade_state": "SUCCESS", "trade_state_desc": "paid", "payer": {"openid": "o-1"},
    "amount": {"total": 1000, "currency": "HKD", "payer_total": 900, "payer_currency": "CNY",
               "exchange_rate": {"type": "SETTLEMENT_RATE", "rate": 90000000}},
    "promotion_detail": [
        {"promotion_id": "p-1", "name": "Spring", "scope": "GLOBAL", "type": "COUPON", "amount": 60, "currency": "HKD",
         "activity_id": "a-1", "wxpay_contribute_amount": 10, "merchant_contribute_amount": 50,
         "other_contribute_amount": 0,
         "goods_detail": [{"goods_id": "g", "goods_remark": "r", "quantity": 1, "price": 500}]},
        {"promotion_id": "p-2", "type": "DISCOUNT", "amount": 40},
    ],
}  # fmt: skip
QUERY = {"out_trade_no": "T-1"}


def test_a_paid_order_is_told_in_v2s_fields() -> None:
    told = upgrade.reverse("order_query", PAID, DIRECT, fields=QUERY)
    promotions = json.loads(told.pop("promotion_detail"))
    assert told == {
        **OURS, "transaction_id": "4200000000001", "out_trade_no": "T-1", "attach": "a=1", "trade_type": "NATIVE",
        "bank_type": "CMB_DEBIT", "trade_state": "SUCCESS", "trade_state_desc": "paid", "openid": "o-1",
        "total_fee": "1000", "fee_type": "HKD", "cash_fee": "900", "cash_fee_type": "CNY",
        "time_end": "20260301130001", "coupon_fee": "100", "coupon_count": "2", "coupon_type_0": "CASH",
        "coupon_id_0": "p-1", "coupon_fee_0": "60", "coupon_type_1": "NO_CASH", "coupon_id_1": "p-2",
        "coupon_fee_1": "40", "settlement_total_fee": "960",
    }  # fmt: skip
    assert promotions == {"promotion_detail": [
        {"promotion_id": "p-1", "name": "Spring", "scope": "GLOBAL", "type": "COUPON", "amount": 60,
         "activity_id": "a-1", "wxpay_contribute": 10, "merchant_contribute": 50, "other_contribute": 0,
         "goods_detail": [{"goods_id": "g", "goods_remark": "r", "quantity": 1, "price": 500}]},
        {"promotion_id": "p-2", "type": "DISCOUNT", "amount": 40},
    ]}  # fmt: skip
    assert "rate" not in told  # the settlement's rate is not the payment's


def test_a_mainland_order_is_told_by_its_own_names() -> None:
    document = {
        "sp_mchid": "1900000109", "sp_appid": "wx8888888888888888", "sub_mchid": "1900000110", "sub_appid": "wx77",
        "transaction_id": "42", "out_trade_no": "T-1", "trade_type": "JSAPI", "bank_type": "OTHERS",
        "success_time": "2026-03-01T13:00:01+08:00", "trade_state": "SUCCESS", "trade_state_desc": "paid",
        "payer": {"sp_openid": "o-1", "sub_openid": "o-2"}, "scene_info": {"device_id": "POS-1"},
        "amount": {"total": 100, "currency": "CNY", "payer_total": 90, "payer_currency": "CNY"},
        "promotion_detail": [{"coupon_id": "c-1", "stock_id": "s-1", "type": "NOCASH", "amount": 10,
                              "wechatpay_contribute": 10, "merchant_contribute": 0, "other_contribute": 0,
                              "goods_detail": [{"goods_id": "g", "quantity": 1, "unit_price": 100,
                                                "discount_amount": 10}]}],
    }  # fmt: skip
    told = upgrade.reverse("order_query", document, INSTITUTION, fields=QUERY, region="mainland")
    promotion = json.loads(told.pop("promotion_detail"))["promotion_detail"][0]
    assert told == {
        **OURS, "sub_mch_id": "1900000110", "sub_appid": "wx77", "transaction_id": "42", "out_trade_no": "T-1",
        "trade_type": "JSAPI", "bank_type": "OTHERS", "trade_state": "SUCCESS", "trade_state_desc": "paid",
        "openid": "o-1", "sub_openid": "o-2", "device_info": "POS-1", "total_fee": "100", "fee_type": "CNY",
        "cash_fee": "90", "cash_fee_type": "CNY", "time_end": "20260301130001", "coupon_fee": "10",
        "coupon_count": "1", "coupon_type_0": "NO_CASH", "coupon_id_0": "c-1", "coupon_fee_0": "10",
        "settlement_total_fee": "90",
    }  # fmt: skip
    assert promotion == {
        "promotion_id": "c-1", "activity_id": "s-1", "type": "DISCOUNT", "amount": 10, "wxpay_contribute": 10,
        "merchant_contribute": 0, "other_contribute": 0,
        "goods_detail": [{"goods_id": "g", "quantity": 1, "price": 100, "discount_amount": 10}],
    }  # fmt: skip


def test_an_unpaid_order_has_no_payment_in_either_version() -> None:
    document = {"mchid": "1900000109", "appid": "wx8888888888888888", "id": "42", "out_trade_no": "T-1",
                "trade_type": "NATIVE", "trade_state": "NOTPAY", "trade_state_desc": "not paid",
                "amount": {"total": 100, "currency": "CNY"}}  # fmt: skip
    told = upgrade.reverse("order_query", document, DIRECT, fields=QUERY)
    assert told["trade_state"] == "NOTPAY"
    assert not {"cash_fee", "time_end", "coupon_count", "promotion_detail"} & told.keys()


@pytest.mark.parametrize(
    ("trade_type", "document", "given", "lost"),
    [
        ("JSAPI", {"prepay_id": "wx1"}, {"prepay_id": "wx1"}, False),
        ("APP", {"prepay_id": "wx1"}, {"prepay_id": "wx1"}, False),
        ("NATIVE", {"code_url": "weixin://pay"}, {"code_url": "weixin://pay"}, True),
        ("MWEB", {"mweb_url": "https://wx/x?prepay_id=wx2&package=1"},
         {"mweb_url": "https://wx/x?prepay_id=wx2&package=1", "prepay_id": "wx2"}, False),
    ],
)  # fmt: skip
def test_an_order_is_answered_with_what_its_trade_type_needs(
    trade_type: str, document: dict[str, str], given: dict[str, str], lost: bool
) -> None:
    told = upgrade.reverse("unified_order", document, DIRECT, fields={"trade_type": trade_type, "device_info": "P"})
    assert told == {**OURS, "trade_type": trade_type, "device_info": "P", **given}
    if trade_type == "MWEB":
        home = upgrade.reverse(
            "unified_order", {"h5_url": given["mweb_url"]}, DIRECT, fields={"trade_type": "MWEB"}, region="mainland"
        )
        assert home["mweb_url"] == given["mweb_url"]
    assert "prepay_id" in upgrade.losses("unified_order") or not lost


def test_what_has_no_body_in_v3_says_success_in_v2() -> None:
    assert upgrade.reverse("close_order", {}, DIRECT, fields=QUERY) == {**OURS, "result_msg": "OK"}
    assert upgrade.reverse("reverse", {}, DIRECT, fields=QUERY) == {**OURS, "recall": "N"}


def test_a_refund_is_told_with_what_global_tells_and_the_number_that_was_sent() -> None:
    document = {
        "id": "50", "out_refund_no": "R-1", "create_time": "2026-03-01T13:00:01+08:00",
        "amount": {"refund": 100, "currency": "HKD", "payer_refund": 80, "payer_currency": "CNY",
                   "exchange_rate": {"type": "USERPAYMENT_RATE", "rate": 88000000}},
        "detail": {"promotion_id": "p-2", "scope": "GLOBAL", "type": "DISCOUNT", "amount": 40, "refund_amount": 4,
                   "currency": "HKD"},
    }  # fmt: skip
    asked = {"out_trade_no": "T-1", "out_refund_no": "R-1", "total_fee": 1000, "refund_fee": 100}
    assert upgrade.reverse("refund", document, DIRECT, fields=asked) == {
        **OURS, "refund_id": "50", "out_refund_no": "R-1", "out_trade_no": "T-1", "total_fee": "1000",
        "refund_fee": "100", "refund_fee_type": "HKD", "fee_type": "HKD", "cash_refund_fee": "80",
        "cash_refund_fee_type": "CNY", "rate": "88000000", "settlement_refund_fee": "96", "coupon_refund_fee": "4",
        "coupon_refund_count": "1", "coupon_type_0": "NO_CASH", "coupon_refund_id_0": "p-2",
        "coupon_refund_fee_0": "4",
    }  # fmt: skip
    document["amount"]["exchange_rate"]["type"] = "SETTLEMENT_RATE"  # type: ignore[index]
    assert "rate" not in upgrade.reverse("refund", document, DIRECT, fields=asked)


REFUND: dict[str, Any] = {
    "id": "50", "out_refund_no": "R-1", "channel": "ORIGINAL", "recv_account": "CMB 0403",
    "fund_source": "REFUND_SOURCE_UNSETTLED_FUNDS", "success_time": "2026-03-02T09:08:07+08:00", "status": "SUCCESS",
    "amount": {"refund": 100, "currency": "HKD", "payer_refund": 100, "payer_currency": "HKD"},
}  # fmt: skip
AS_V2 = {
    "out_refund_no_0": "R-1", "refund_id_0": "50", "refund_channel_0": "ORIGINAL", "refund_fee_0": "100",
    "refund_fee_type_0": "HKD", "refund_status_0": "SUCCESS", "refund_account_0": "REFUND_SOURCE_UNSETTLED_FUNDS",
    "refund_recv_accout_0": "CMB 0403", "refund_success_time_0": "2026-03-02 09:08:07",
}  # fmt: skip


def test_one_refund_is_told_as_the_first_of_a_family() -> None:
    document = {**REFUND, "transaction_id": "42", "out_trade_no": "T-1"}
    told = upgrade.reverse("refund_query", document, DIRECT, fields={"out_refund_no": "R-1"})
    assert told == {
        **OURS, "transaction_id": "42", "out_trade_no": "T-1", "refund_count": "1", "refund_fee": "100", **AS_V2
    }  # fmt: skip


def test_the_refunds_of_an_order_are_numbered_from_zero() -> None:
    second = {
        **REFUND, "id": "51", "out_refund_no": "R-2", "status": "ABNORMAL", "success_time": None,
        "refund_detail": {"promotion_id": "p-2", "type": "DISCOUNT", "refund_amount": 4, "currency": "HKD"},
    }  # fmt: skip
    document = {
        "id": "42", "mchid": "1900000109", "out_trade_no": "T-1", "total_num": 12, "current_total_num": 2,
        "amount": {"total": 1000, "currency": "HKD", "payer_total": 900, "payer_currency": "HKD"},
        "data": [REFUND, second],
    }  # fmt: skip
    told = upgrade.reverse("refund_query", document, DIRECT, fields={"out_trade_no": "T-1", "offset": 0})
    assert told == {
        **OURS, "transaction_id": "42", "out_trade_no": "T-1", "total_fee": "1000", "fee_type": "HKD",
        "cash_fee": "900", "cash_fee_type": "HKD", "total_refund_count": "12", "refund_count": "2",
        "refund_fee": "200", **AS_V2,
        "out_refund_no_1": "R-2", "refund_id_1": "51", "refund_channel_1": "ORIGINAL", "refund_fee_1": "100",
        "refund_fee_type_1": "HKD", "refund_status_1": "CHANGE",
        "refund_account_1": "REFUND_SOURCE_UNSETTLED_FUNDS", "refund_recv_accout_1": "CMB 0403",
        "settlement_refund_fee_1": "96", "coupon_refund_count_1": "1", "coupon_refund_fee_1": "4",
        "coupon_type_1_0": "NO_CASH", "coupon_refund_id_1_0": "p-2", "coupon_refund_fee_1_0": "4",
    }  # fmt: skip
    assert "total_refund_count" not in upgrade.reverse("refund_query", document, DIRECT, fields=QUERY)


def test_a_mainland_refund_tells_order_and_settlement_too() -> None:
    document = {
        "refund_id": "50", "out_refund_no": "R-1", "transaction_id": "42", "out_trade_no": "T-1",
        "channel": "ORIGINAL", "user_received_account": "CMB 0403", "success_time": "2026-03-02T09:08:07+08:00",
        "create_time": "2026-03-02T09:00:00+08:00", "status": "SUCCESS", "funds_account": "UNSETTLED",
        "amount": {"total": 1000, "refund": 100, "payer_total": 900, "payer_refund": 90, "settlement_refund": 96,
                   "settlement_total": 960, "discount_refund": 10, "currency": "CNY"},
        "promotion_detail": [{"promotion_id": "p-2", "scope": "GLOBAL", "type": "NOCASH", "amount": 40,
                              "refund_amount": 4}],
    }  # fmt: skip
    told = upgrade.reverse("refund_query", document, DIRECT, fields={"out_refund_no": "R-1"}, region="mainland")
    expected = {name: text for name, text in AS_V2.items() if name != "refund_fee_type_0"}
    assert told == {
        **OURS, **expected, "transaction_id": "42", "out_trade_no": "T-1", "refund_count": "1", "refund_fee": "100",
        "total_fee": "1000", "cash_fee": "900", "fee_type": "CNY", "settlement_total_fee": "960",
        "settlement_refund_fee_0": "96", "coupon_refund_count_0": "1", "coupon_refund_fee_0": "4",
        "coupon_type_0_0": "NO_CASH", "coupon_refund_id_0_0": "p-2", "coupon_refund_fee_0_0": "4",
    }  # fmt: skip


def test_a_payment_notification_has_v2s_fields() -> None:
    told = upgrade.reverse("payment", PAID, DIRECT)
    assert {name: told[name] for name in ("transaction_id", "total_fee", "fee_type", "time_end", "openid")} == {
        "transaction_id": "4200000000001", "total_fee": "1000", "fee_type": "HKD", "time_end": "20260301130001",
        "openid": "o-1",
    }  # fmt: skip
    assert told["result_code"] == "SUCCESS"


def test_a_refund_notification_has_v2s_fields() -> None:
    document = {
        "mchid": "1900000109", "transaction_id": "42", "out_trade_no": "T-1", "refund_id": "50",
        "out_refund_no": "R-1", "refund_status": "CLOSED", "recv_account": "CMB 0403",
        "fund_source": "REFUND_SOURCE_UNSETTLED_FUNDS",
        "amount": {"total": 1000, "currency": "HKD", "refund": 100, "payer_total": 900, "payer_refund": 90,
                   "payer_currency": "HKD", "settlement_refund": 96},
    }  # fmt: skip
    assert upgrade.reverse("refund", document, DIRECT) == {
        "return_code": "SUCCESS", "appid": "wx8888888888888888", "mch_id": "1900000109", "transaction_id": "42",
        "out_trade_no": "T-1", "refund_id": "50", "out_refund_no": "R-1", "total_fee": "1000", "refund_fee": "100",
        "settlement_refund_fee": "96", "cash_refund_fee": "90", "refund_status": "REFUNDCLOSE",
        "refund_recv_accout": "CMB 0403", "refund_account": "REFUND_SOURCE_UNSETTLED_FUNDS",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ({"amount": {"total": "1000"}}, "not a whole number"),
        ({"amount": {"total": True}}, "not a whole number"),
        ({"success_time": "yesterday"}, "not a time"),
        ({"promotion_detail": "none"}, "no list of objects"),
        ({"promotion_detail": [{"promotion_id": "p", "type": "GIFT", "amount": 1}]}, "nobody has heard of"),
        ({"promotion_detail": [{"promotion_id": "p", "type": "COUPON", "amount": -1}]}, "no amount"),
        ({"out_trade_no": ["T-1"]}, "neither text nor a whole number"),
    ],
)
def test_m3_what_is_not_as_the_pages_say_is_malformed_and_not_guessed(spoil: dict[str, Any], says: str) -> None:
    with pytest.raises(Malformed, match=says):
        upgrade.reverse("order_query", {**PAID, **spoil}, DIRECT, fields=QUERY)


@pytest.mark.parametrize("status", ["DONE", "", None, 1])
def test_m3_a_status_of_a_refund_nobody_has_heard_of_is_malformed(status: object) -> None:
    with pytest.raises(Malformed, match="status of a refund"):
        upgrade.reverse("refund_query", {**REFUND, "status": status}, DIRECT, fields={"out_refund_no": "R-1"})
