"""What the rows of the mapping have inside: names within goods, discounts, refunds and settlements, forms of values.

Rows of `mapping_table.txt` that no single rule holds are held here.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.upgrade import cases, test_protocol
from tests.upgrade.cases import told, upgrade
from tests.v3 import keys
from tests.v3.gateway import answer
from wxpay_v2 import Client, ConfigurationError, InvalidRequest, ManualClock
from wxpay_v2.operation import GLOBAL, MAINLAND
from wxpay_v2.upgrade import conversions, error_codes, losses, notifications, refund_lists, settlements
from wxpay_v2.v2.catalogue import notifications as v2_notifications


def _both(how: conversions.Conversion, v2: str, v3: Any, call: Any) -> None:
    assert how.there(v2, call) == v3
    assert how.back(v3, call) == v2


def test_values_change_their_form_both_ways() -> None:
    call = cases.case("order_query", {"out_trade_no": "T-1"})
    _both(conversions.INTEGER, "888", 888, call)
    _both(conversions.TIME, "20260301120000", "2026-03-01T12:00:00+08:00", call)
    assert conversions.TIME.back("2026-03-01T04:00:00.999Z", call) == "20260301120000"
    assert conversions.SPACED_TIME.back("2026-03-01T04:00:00Z", call) == "2026-03-01 12:00:00"
    _both(conversions.FLAG, "Y", True, call)
    _both(conversions.FLAG, "N", False, call)
    _both(conversions.DASHED_DAY, "20260301", "2026-03-01", call)
    _both(conversions.COMPACT_DAY, "20260301", "20260301", call)
    _both(conversions.LIST_OF_ONE, "no_credit", ["no_credit"], call)
    _both(_how("refund", "refund_account", "funds_account"), "REFUND_SOURCE_RECHARGE_FUNDS", "AVAILABLE", call)
    _both(_how("refund", "refund_account", "funds_account"), "REFUND_SOURCE_UNSETTLED_FUNDS", "UNSETTLED", call)
    _both(_how("settlement_query", "usetag", "settle_state"), "1", "SETTLED", call)
    _both(_how("settlement_query", "usetag", "settle_state"), "2", "UNSETTLE", call)


def _how(operation: str, name: str, path: str) -> conversions.Conversion:
    found = next(rule.how for rule in upgrade(operation).request if (rule.v2, rule.v3) == (name, path))
    assert found is not None
    return found


def test_what_v2_leaves_empty_is_left_out() -> None:
    fields = {"out_trade_no": "T-1", "out_refund_no": "R-1", "total_fee": 2, "refund_fee": 1, "refund_desc": ""}
    _, document = cases.sent("refund", fields, region=GLOBAL)
    assert "reason" not in document
    document = {"out_trade_no": "T-1", "trade_state": "NOTPAY", "attach": "", "bank_type": None}
    answered = told("order_query", {"out_trade_no": "T-1"}, document, region=GLOBAL)
    assert not {"attach", "bank_type"} & answered.keys()


def test_no_certificate_is_asked_for_on_the_link() -> None:
    plain = Client(test_protocol.DIRECT, transport=test_protocol.Gateway(answer({})), clock=ManualClock(keys.NOW))
    with pytest.raises(ConfigurationError, match="certificate"):
        plain.refund(**test_protocol.CALLS["refund"])
    told, _ = test_protocol.ask("refund", answer(test_protocol.DONE["refund"]))
    assert told["refund_id"] == "50"
    told, _ = test_protocol.ask("reverse", answer(status=204))
    assert told["recall"] == "N"


def test_a_business_fault_has_v3s_words_in_v2s_fields() -> None:
    found = error_codes.rendered("order", "NOT_ENOUGH", "balance too low")
    assert found == {
        "return_code": "SUCCESS", "return_msg": "OK", "result_code": "FAIL", "err_code": "NOTENOUGH",
        "err_code_des": "balance too low",
    }  # fmt: skip


@pytest.mark.parametrize("code", ["USERPAYING", "SYSTEM_ERROR"])
def test_a_reverse_while_the_payer_types_is_to_be_called_again(code: str) -> None:
    assert error_codes.rendered("reverse", code, "wait")["recall"] == "Y"
    assert "recall" not in error_codes.rendered("reverse", "TRADE_ERROR", "no")
    assert "recall" not in error_codes.rendered("refund", code, "wait")


def test_a_day_without_a_statement_has_v2s_number() -> None:
    assert error_codes.rendered("statement", "NO_STATEMENT_EXIST", "none") == {
        "return_code": "FAIL", "return_msg": "No Bill Exist", "error_code": "20002",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("theirs", "word"),
    [("SUCCESS", "SUCCESS"), ("REFUNDCLOSE", "REFUNDCLOSE"), ("CLOSED", "REFUNDCLOSE"), ("PROCESSING", "PROCESSING"),
     ("ABNORMAL", "CHANGE")],
)  # fmt: skip
def test_a_status_of_a_refund_has_v2s_word(theirs: str, word: str) -> None:
    assert refund_lists.status_of(theirs) == word
    assert notifications._STATUS.back(theirs, cases.case("order_query", {"out_trade_no": "T-1"})) == word


@pytest.mark.parametrize(("kind", "rate"), [("USERPAYMENT_RATE", "650000000"), ("SETTLEMENT_RATE", None), ("", None)])
def test_only_a_rate_of_the_payment_is_told(kind: str, rate: str | None) -> None:
    amount = {"refund": 4, "currency": "HKD", "payer_refund": 4, "exchange_rate": {"type": kind, "rate": 650000000}}
    fields = {"out_trade_no": "T-1", "out_refund_no": "R-1", "total_fee": 10, "refund_fee": 4, "refund_fee_type": "HKD"}
    document = {"id": "50", "out_refund_no": "R-1", "amount": amount, "status": "SUCCESS"}
    assert told("refund", fields, document, region=GLOBAL).get("rate") == rate
    assert told("refund_query", {"out_refund_no": "R-1"}, document, region=GLOBAL).get("rate") == rate
    listed = {"id": "42", "data": [document], "total_num": 1}
    assert told("refund_query", {"out_trade_no": "T-1"}, listed, region=GLOBAL).get("rate") == rate
    paid = {
        "trade_state": "SUCCESS",
        "amount": {"total": 10, "currency": "HKD", "exchange_rate": amount["exchange_rate"]},
    }
    for name in ("order_query", "micropay"):
        assert "rate" in losses(name)
    assert "rate" not in told("order_query", {"out_trade_no": "T-1"}, paid, region=GLOBAL)


def test_a_scanned_code_of_v2_is_answered_over_v2_alone() -> None:
    assert "native_scan" in v2_notifications.KINDS
    assert {kind for kind, _ in notifications._ROWS.values()} == {"payment", "refund"}


GOODS = {"goods_id": "g-1", "wxpay_goods_id": "1001", "goods_name": "Tea", "quantity": 1, "price": 900}
ORDER = {
    "body": "Tea", "out_trade_no": "T-123456", "total_fee": 888, "spbill_create_ip": "203.0.113.7",
    "notify_url": "https://shop.example/pay", "trade_type": "NATIVE", "product_id": "9",
}  # fmt: skip


def _goods(region: str, name: str = "unified_order", **good: Any) -> tuple[dict[str, Any], dict[str, str]]:
    detail = {"cost_price": 900, "receipt_id": "R-1", "goods_detail": [{**GOODS, **good}]}
    fields = {**ORDER, "detail": json.dumps(detail)}
    if name == "micropay":
        fields = {k: v for k, v in fields.items() if k not in ("trade_type", "product_id", "notify_url")}
        fields["auth_code"] = "134567890123456789"
    call = cases.case(name, fields, region=region, store_id="S-1")
    return cases.checked(call)["detail"], call.lost


def test_goods_have_v3s_names() -> None:
    abroad, _ = _goods(GLOBAL)
    assert abroad == {"cost_price": 900, "receipt_id": "R-1", "goods_detail": [GOODS]}
    home = {
        "merchant_goods_id": "g-1", "wechatpay_goods_id": "1001", "goods_name": "Tea", "quantity": 1, "unit_price": 900
    }  # fmt: skip
    assert _goods(MAINLAND)[0] == {"cost_price": 900, "invoice_id": "R-1", "goods_detail": [home]}
    scanned = _goods(MAINLAND, "micropay")[0]["goods_detail"][0]
    assert scanned["wxpay_goods_id"] == "1001"
    assert "wechatpay_goods_id" not in scanned


@pytest.mark.parametrize("region", [GLOBAL, MAINLAND])
def test_what_no_good_of_v3_has_is_told_as_lost(region: str) -> None:
    document, lost = _goods(region, goods_category="5", body="green")
    assert not {"goods_category", "body"} & document["goods_detail"][0].keys()
    assert {"detail.goods_detail.goods_category", "detail.goods_detail.body"} <= lost.keys()


def test_a_scene_tells_the_shop_or_the_page() -> None:
    shop = {"store_info": {"id": "S-1", "name": "Tea House", "area_code": "440305", "address": "1 Nathan Road"}}
    call = cases.case("unified_order", {**ORDER, "scene_info": json.dumps(shop)}, region=MAINLAND)
    assert cases.checked(call)["scene_info"]["store_info"] == shop["store_info"]
    call = cases.case("unified_order", {**ORDER, "scene_info": json.dumps(shop)}, region=GLOBAL)
    assert "area_code" not in cases.checked(call)["scene_info"]["store_info"]
    assert "scene_info.area_code" in call.lost
    page = {"h5_info": {"type": "Wap", "wap_url": "https://shop.example", "wap_name": "Tea", "bundle_id": "b.x",
                        "package_name": "p.x"}}  # fmt: skip
    fields = {**ORDER, "trade_type": "MWEB", "scene_info": json.dumps(page)}
    call = cases.case("unified_order", fields, region=MAINLAND)
    assert cases.checked(call)["scene_info"]["h5_info"] == {
        "type": "Wap", "app_url": "https://shop.example", "app_name": "Tea", "bundle_id": "b.x", "package_name": "p.x",
    }  # fmt: skip
    call = cases.case("unified_order", fields, region=GLOBAL, store_name="Tea House", store_address="1 Nathan Road")
    assert "h5_info" not in cases.checked(call)["scene_info"]
    assert "scene_info.h5_info" in call.lost


PROMOTION = {
    GLOBAL: {"promotion_id": "p-1", "name": "Spring", "scope": "SINGLE", "type": "DISCOUNT", "amount": 60,
             "activity_id": "a-1", "wxpay_contribute_amount": 10, "merchant_contribute_amount": 40,
             "other_contribute_amount": 10, "goods_detail": [{"goods_id": "g", "goods_remark": "r", "quantity": 2,
             "discount_amount": 30, "price": 500}]},
    MAINLAND: {"coupon_id": "p-1", "name": "Spring", "scope": "SINGLE", "type": "NOCASH", "amount": 60,
               "stock_id": "a-1", "wechatpay_contribute": 10, "merchant_contribute": 40, "other_contribute": 10,
               "goods_detail": [{"goods_id": "g", "goods_remark": "r", "quantity": 2, "discount_amount": 30,
               "unit_price": 500}]},
}  # fmt: skip


@pytest.mark.parametrize("region", [GLOBAL, MAINLAND])
def test_discounts_have_v2s_names(region: str) -> None:
    document = {"trade_state": "SUCCESS", "amount": {"total": 1000}, "promotion_detail": [PROMOTION[region]]}
    found = told("order_query", {"out_trade_no": "T-1"}, document, region=region)
    assert json.loads(found["promotion_detail"])["promotion_detail"] == [
        {"promotion_id": "p-1", "name": "Spring", "scope": "SINGLE", "type": "DISCOUNT", "amount": 60,
         "activity_id": "a-1", "wxpay_contribute": 10, "merchant_contribute": 40, "other_contribute": 10,
         "goods_detail": [{"goods_id": "g", "goods_remark": "r", "discount_amount": 30, "quantity": 2, "price": 500}]}
    ]  # fmt: skip
    assert (found["coupon_id_0"], found["coupon_type_0"], found["coupon_fee_0"]) == ("p-1", "NO_CASH", "60")
    assert (found["coupon_count"], found["coupon_fee"], found["settlement_total_fee"]) == ("1", "60", "940")


def test_what_was_never_settled_is_not_given_back_by_the_merchant() -> None:
    fields = {"out_trade_no": "T-1", "out_refund_no": "R-1", "total_fee": 100, "refund_fee": 40}
    amount = {"refund": 40, "currency": "HKD", "payer_refund": 30}
    for detail in ([{"type": "DISCOUNT", "refund_amount": 10}], {"type": "DISCOUNT", "refund_amount": 10}):
        document = {"id": "50", "out_refund_no": "R-1", "amount": amount, "status": "SUCCESS"}
        found = told("refund", fields, {**document, "detail": detail}, region=GLOBAL)
        assert found["settlement_refund_fee"] == "30"
        listed = {"id": "42", "data": [{**document, "refund_detail": detail}]}
        found = told("refund_query", {"out_trade_no": "T-1"}, listed, region=GLOBAL)
        assert found["settlement_refund_fee_0"] == "30"
        assert (found["coupon_refund_fee_0"], found["coupon_refund_count_0"]) == ("10", "1")


@pytest.mark.parametrize(
    ("region", "document"),
    [
        (GLOBAL, {"id": "50", "recv_account": "wallet", "fund_source": "REFUND_SOURCE_UNSETTLED_FUNDS"}),
        (MAINLAND, {"refund_id": "50", "user_received_account": "wallet", "funds_account": "UNSETTLED"}),
    ],
)
def test_one_refund_is_told_from_either_regions_names(region: str, document: dict[str, Any]) -> None:
    both = {"out_refund_no": "R-1", "transaction_id": "42", "out_trade_no": "T-1", "channel": "ORIGINAL",
            "status": "SUCCESS", "success_time": "2026-03-01T12:00:00+08:00",
            "amount": {"refund": 40, "total": 100, "currency": "CNY", "payer_total": 100}}  # fmt: skip
    found = told("refund_query", {"out_refund_no": "R-1"}, {**document, **both}, region=region)
    wanted = {
        "refund_count": "1", "refund_id_0": "50", "refund_fee_0": "40", "refund_recv_accout_0": "wallet",
        "refund_account_0": "REFUND_SOURCE_UNSETTLED_FUNDS", "refund_channel_0": "ORIGINAL",
        "refund_status_0": "SUCCESS", "refund_success_time_0": "2026-03-01 12:00:00", "transaction_id": "42",
        "out_trade_no": "T-1",
    }  # fmt: skip
    assert wanted.items() <= found.items()


def test_a_settlement_has_v2s_names() -> None:
    row = {
        "batch_id": "B", "settlement_date": "20260302", "trade_start_date": "20260228", "trade_end_date": "20260301",
        "amount": {"settled": 90, "unsettle": 5, "currency": "HKD", "pay": 100, "refund": -4, "net": 96, "fee": 1},
        "split_amount": {"settled": 7, "unsettle": 8},
    }  # fmt: skip
    assert settlements._record(row, cases.case("order_query", {"out_trade_no": "T-1"})) == {
        "fbatchno": "B", "date_settlement": "20260302", "date_start": "20260228", "date_end": "20260301",
        "settlement_fee": "90", "unsettlement_fee": "5", "settlementfee_type": "HKD", "pay_fee": "100",
        "refund_fee": "-4", "pay_net_fee": "96", "poundage_fee": "1", "split_settlement_fee": "7",
        "split_unsettlement_fee": "8",
    }  # fmt: skip


def test_all_offices_at_once_cannot_be_asked_for() -> None:
    with pytest.raises(InvalidRequest):
        cases.sent("customs_declare_query", {"out_trade_no": "T-1", "customs": "00"}, region=GLOBAL)
