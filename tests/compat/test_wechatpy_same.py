"""What wechatpy 1.8.18 and 2.0.0a26 do, ours does: one scenario on each, compared; differences have their reason."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import wxpay_v2.compat.wechatpy as ours
from tests.compat import wechatpy_scenarios as scenarios
from tests.compat.real import real
from tests.compat.wechatpy_scenarios import signed, written
from tests.fixtures import APPID, KEY, MCH_ID

OLD, NEW = "wechatpy-1.8.18", "wechatpy-2.0.0a26"
DONE = {"return_code": "SUCCESS", "result_code": "SUCCESS"}
WHOLE = {"client_ip": "203.0.113.7", "out_trade_no": "T-1"}
MONEY = {"transaction_id": "4200", "out_trade_no": "T-1", "total_fee": "5", "time_end": "20300101000000"}
RECEIVERS = [{"type": "MERCHANT_ID", "account": "1900000110", "amount": 5}]
STATEMENT = "交易时间,金额\r\n`2030-01-01,`0.05\r\n"

# group, method, arguments, reply: a dict is signed as the request is, a text comes as it is
CALLS: list[list[Any]] = [
    ["order", "create", {"trade_type": "JSAPI", "body": "茶 & <b>", "total_fee": 5, "notify_url": "https://a.example/n",
                         "user_id": "o1", "attach": "", "scene_info": {"store": "茶"}, "receipt": "Y", **WHOLE},
     {**DONE, "prepay_id": "wx1", "trade_type": "JSAPI", "empty": "", "blank": "  x "}],
    ["order", "query", {"transaction_id": "4200"}, {**DONE, **MONEY, "trade_state": "NOTPAY"}],
    ["order", "close", {"out_trade_no": "T-1"}, DONE],
    ["order", "reverse", {"out_trade_no": "T-1"}, {**DONE, "recall": "N"}],
    ["refund", "apply", {"total_fee": 5, "refund_fee": 3, "out_refund_no": "R-1", "out_trade_no": "T-1"},
     {**DONE, **MONEY, "out_refund_no": "R-1", "refund_id": "50", "refund_fee": "3"}],
    ["refund", "apply", {"total_fee": 5, "refund_fee": 3, "out_refund_no": "R-1", "transaction_id": "1",
                         "refund_account": None, "op_user_id": "9", "refund_desc": "why"},
     {**DONE, **MONEY, "transaction_id": "1", "out_refund_no": "R-1", "refund_id": "50", "refund_fee": "3"}],
    ["refund", "query", {"refund_id": "50"}, {**DONE, **MONEY, "refund_count": "1", "out_refund_no_0": "R-1"}],
    ["micropay", "create", {"body": "Tea", "total_fee": 5, "auth_code": "134567890123456789", **WHOLE},
     {**DONE, **MONEY, "openid": "o1", "bank_type": "CFT", "cash_fee": "5", "trade_type": "MICROPAY"}],
    ["micropay", "query", {"out_trade_no": "T-1"}, {**DONE, **MONEY, "trade_state": "NOTPAY"}],
    ["jsapi", "get_jsapi_signature", {"prepay_id": "wx1", "timestamp": "1", "nonce_str": "n"}, DONE],
    ["jsapi", "get_jsapi_params", {"prepay_id": "wx1", "timestamp": "1", "nonce_str": "n"}, DONE],
    ["jsapi", "get_jsapi_params", {"prepay_id": "wx1", "timestamp": "1", "nonce_str": "n", "jssdk": True}, DONE],
    ["order", "get_appapi_params", {"prepay_id": "wx1", "timestamp": "1", "nonce_str": "n"}, DONE],
    ["redpack", "send", {"user_id": "o1", "total_amount": 5, "send_name": "S", "act_name": "A", "wishing": "W",
                         "remark": "R", **WHOLE}, {**DONE, "mch_billno": "T-1", "send_listid": "1"}],
    ["redpack", "send_group", {"user_id": "o1", "total_amount": 5, "send_name": "S", "act_name": "A", "wishing": "W",
                               "remark": "R", "total_num": 3, **WHOLE},
     {**DONE, "mch_billno": "T-1", "send_listid": "1"}],
    ["redpack", "query", {"out_trade_no": "T-1"}, written({**DONE, "mch_billno": "T-1", "status": "RECEIVED"})],
    ["redpack", "query", {"out_trade_no": "T-1"},
     written({**DONE, "mch_billno": "T-1"}).replace("</xml>", "<hblist><hbinfo><openid>o1</openid><amount>5</amount>"
                                                    "</hbinfo><hbinfo><openid/></hbinfo></hblist></xml>")],
    ["redpack", "query", {"out_trade_no": "T-1"},
     written({**DONE, "mch_billno": "T-1"}).replace("</xml>", "<hblist><hbinfo><openid>o1</openid></hbinfo></hblist>"
                                                    "</xml>")],
    ["transfer", "transfer", {"user_id": "o1", "amount": 5, "desc": "D", **WHOLE},
     written({**DONE, "partner_trade_no": "T-1", "payment_no": "1", "payment_time": "2030-01-01 00:00:00"})],
    ["transfer", "query", {"out_trade_no": "T-1"}, written({**DONE, "partner_trade_no": "T-1", "status": "SUCCESS"})],
    ["transfer", "query_bankcard", {"out_trade_no": "T-1"}, written({**DONE, "partner_trade_no": "T-1"})],
    ["transfer", "get_rsa_public_key", {}, written({**DONE, "mch_id": MCH_ID, "pub_key": "K"})],
    ["coupon", "send", {"user_id": "o1", "stock_id": "1", "out_trade_no": "T-1"},
     {**DONE, "coupon_stock_id": "1", "resp_count": "1", "success_count": "1", "failed_count": "0", "openid": "o1",
      "ret_code": "SUCCESS", "coupon_id": "7"}],
    ["coupon", "query_stock", {"stock_id": "1", "op_user_id": "9"}, {**DONE, "coupon_stock_id": "1"}],
    ["coupon", "query_coupon", {"coupon_id": "7", "user_id": "o1"}, {**DONE, "coupon_id": "7"}],
    ["tools", "short_url", {"long_url": "weixin://x"}, {**DONE, "short_url": "weixin://s"}],
    ["tools", "download_bill", {"bill_date": "20300101"}, STATEMENT],
    ["tools", "download_fundflow", {"bill_date": "20300101", "account_type": "Fees"}, STATEMENT],
    ["tools", "auto_code_to_openid", {"auth_code": "134567890123456789"}, {**DONE, "openid": "o1"}],
    ["withhold", "apply_signing", {"plan_id": "1", "contract_code": "C", "contract_display_account": "茶",
                                   "notify_url": "", "request_serial": 1}, DONE],
    ["withhold", "query_signing", {"contract_id": "1"}, {**DONE, "contract_id": "1", "contract_state": "0"}],
    ["withhold", "query_signing", {"plan_id": "1"}, DONE],
    ["withhold", "apply_deduct", {"body": "Tea", "total_fee": 5, "contract_id": "1",
                                  "notify_url": "https://a.example/n", "out_trade_no": "T-1"}, DONE],
    ["withhold", "query_order", {"out_trade_no": "T-1"}, {**DONE, **MONEY, "trade_state": "NOTPAY"}],
    ["withhold", "query_order", {}, DONE],
    ["withhold", "apply_cancel_signing", {"plan_id": "1", "contract_code": "C"}, {**DONE, "contract_id": "1"}],
    ["withhold", "apply_cancel_signing", {}, DONE],
]  # fmt: skip
NEWER: list[list[Any]] = [
    ["app_auth", "get_auth_url", {"redirect_uri": "https://a.example/?b=c d", "state": "s"}, DONE],
    ["app_auth", "get_access_token", {"openid": "o1", "code": "c"}, '{"retcode": 0, "access_token": "t"}'],
    ["profit_sharing", "profit_sharing", {"transaction_id": "42", "out_order_no": "P", "receivers": RECEIVERS},
     {**DONE, "transaction_id": "42", "out_order_no": "P", "order_id": "3"}],
    ["profit_sharing", "multi_profit_sharing", {"transaction_id": "42", "out_order_no": "P", "receivers": RECEIVERS},
     {**DONE, "transaction_id": "42", "out_order_no": "P", "order_id": "3"}],
    ["profit_sharing", "query", {"transaction_id": "42", "out_order_no": "P"},
     {**DONE, "transaction_id": "42", "out_order_no": "P", "order_id": "3", "status": "FINISHED"}],
    ["profit_sharing", "finish", {"transaction_id": "42", "out_order_no": "P", "description": "D"},
     {**DONE, "transaction_id": "42", "out_order_no": "P", "order_id": "3"}],
    ["profit_sharing", "order_amount_query", {"transaction_id": "42"},
     {**DONE, "transaction_id": "42", "unsplit_amount": "5"}],
    ["profit_sharing", "profit_sharing_return",
     {"order_id": None, "out_order_no": "P", "out_return_no": "B", "return_account_type": "MERCHANT_ID",
      "return_account": "1900000110", "return_amount": 5, "description": "D"},
     {**DONE, "out_order_no": "P", "out_return_no": "B", "return_no": "9", "return_amount": "5", "result": "SUCCESS",
      "order_id": "3", "return_account_type": "MERCHANT_ID", "return_account": "1900000110", "description": "D",
      "finish_time": "20300101000000"}],
    ["profit_sharing", "return_query", {"order_id": "3", "out_order_no": None, "out_return_no": "B"},
     {**DONE, "order_id": "3", "out_return_no": "B", "return_no": "9", "result": "SUCCESS"}],
]  # fmt: skip


def same(scenario: Any, package: str, **arguments: Any) -> tuple[Any, Any]:
    """What the scenario comes to with the real package and with ours."""
    theirs = real(package, "wechatpy", scenario, **arguments)
    return theirs, json.loads(json.dumps(scenario(ours, **arguments)))


@pytest.mark.parametrize(("package", "asked"), [(OLD, CALLS), (NEW, [*CALLS, *NEWER])], ids=["1.8.18", "2.0.0a26"])
def test_every_call_sends_and_returns_the_same(package: str, asked: list[list[Any]]) -> None:
    theirs, our = same(scenarios.calls, package, asked=asked)
    for call, (their_wire, their_result), (our_wire, our_result) in zip(asked, theirs, our, strict=True):
        name = f"{call[0]}.{call[1]} {call[2]}"
        assert our_result == their_result, name
        for ours_sent, theirs_sent in zip(our_wire, their_wire, strict=True):
            if package == OLD and name.startswith("micropay.create"):  # receipt="Y" came with 2.x
                assert ours_sent["fields"].pop("receipt") == "Y"
                ours_sent["names"].remove("receipt")
            assert ours_sent == theirs_sent, name


def test_a_service_providers_calls_are_the_same() -> None:
    asked = [
        call for call in CALLS if call[:2] in (["order", "create"], ["refund", "apply"], ["jsapi", "get_jsapi_params"])
    ]
    theirs, our = same(scenarios.calls, NEW, asked=asked, sub_mch_id="1900000110", sub_appid="wx1")
    assert our == theirs


REPLIES = [
    [{"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "ORDERNOTEXIST", "err_code_des": "no"}, 200],
    [{"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "SYSTEMERROR"}, 200],
    [written({"return_code": "FAIL", "return_msg": "签名错误"}), 200],
    ["<html>", 500],
    [{**DONE, **MONEY}, 404],
]


@pytest.mark.parametrize("package", [OLD, NEW])
def test_a_reply_that_is_no_success_raises_the_same_exception_with_the_same_attributes(package: str) -> None:
    theirs, our = same(scenarios.replies, package, told=REPLIES)
    assert our == theirs


@pytest.mark.parametrize(
    "scenario",
    [scenarios.failures, scenarios.mutated, scenarios.based, scenarios.patched],
    ids=lambda scenario: scenario.__name__,
)
@pytest.mark.parametrize("package", [OLD, NEW])
def test_what_its_users_build_upon_holds(package: str, scenario: Any) -> None:
    theirs, our = same(scenario, package)
    assert our == theirs


@pytest.mark.parametrize("package", [OLD, NEW])
def test_a_subclass_with_late_certificates_and_a_replaced_session(package: str) -> None:
    theirs, our = same(scenarios.late_certificates, package, certificate=["/one.pem", "/two.pem"])
    assert our == theirs
    assert our[1] == [["post", "https://api.mch.weixin.qq.com/pay/closeorder", ["/one.pem", "/two.pem"], True]]


PAID = {
    **DONE, **MONEY, "appid": APPID, "mch_id": MCH_ID, "nonce_str": "n", "openid": "o1", "trade_type": "JSAPI",
    "bank_type": "CFT", "cash_fee": "4", "coupon_fee": "1", "coupon_count": "1", "coupon_fee_0": "1",
    "settlement_total_fee": "5", "attach": "", "is_subscribe": "N",
}  # fmt: skip


@pytest.mark.parametrize("package", [OLD, NEW])
def test_a_payment_notification_is_told_the_same(package: str) -> None:
    refused = {**PAID, "result_code": "FAIL", "err_code": "X"}
    forged = signed(PAID, key="AnotherKeyOfAnotherMerchant45678")
    cut = signed(PAID).replace("<total_fee><![CDATA[5]]>", "<total_fee><![CDATA[6]]>")
    messages = [signed(PAID), signed(refused), forged, cut, written(PAID), "<xml>", "", "{}", "<root></root>"]
    theirs, our = same(scenarios.notices, package, method="parse_payment_result", messages=messages)
    assert our == theirs
    assert list(our[0]["value"])[-1] == "sign"
    data, ours_data = same(
        scenarios.notices, package, method="get_payment_data", messages=[*messages[:5], "<xml>", "{}"]
    )
    assert ours_data == data


FUNCTIONS: list[list[Any]] = [
    ["calculate_signature", [{"b": "1", "a": "茶", "none": None, "empty": "", "B": True, "n": 5}, KEY]],
    ["calculate_signature_hmac", [{"b": "1", "a": "茶", "none": None, "empty": "", "n": 5}, KEY]],
    ["calculate_signature", [{"a": "1"}, "short"]],
    ["_check_signature", [{"a": "1", "sign": "A"}, KEY]],
    ["_check_signature", [{"a": "1"}, KEY]],
    ["dict_to_xml", [{"b": "x", "a": "12", "c": 3, "none": None, "empty": "", "thai": "๑๒"}]],
    ["dict_to_xml", [{"b": "<>&", "a": "-1"}, "SIGN"]],
    ["dict_to_xml", [{}]],
    ["format_url", [{"b": "x", "a": "", "c": 0.5}]],
    ["format_url", [{"b": "x"}, "k"]],
    ["format_url", [{}, "k"]],
    ["format_url", [{}]],
]  # fmt: skip


@pytest.mark.parametrize("package", [OLD, NEW])
def test_the_functions_calculate_the_same(package: str) -> None:
    theirs, our = same(scenarios.functions, package, asked=FUNCTIONS)
    assert our == theirs


@pytest.mark.parametrize("package", [OLD, NEW])
def test_every_public_name_is_there_with_its_arguments_and_defaults(package: str) -> None:
    theirs, our = same(scenarios.surface, package)
    missing = theirs.keys() - our.keys()
    assert not missing
    different = {name for name, arguments in theirs.items() if arguments != our[name]}
    assert different == ({"micropay.create"} if package == OLD else set())  # receipt came with 2.x


PAGE = Path(__file__).parents[2] / "docs" / "compat.rst"
ROW = re.compile(r"^``([^`]+)`` +(same|closed hole|missing)(?: +(.+))?$", re.MULTILINE)


def test_the_page_has_a_row_for_every_name_and_none_is_missing() -> None:
    rows = {name: (verdict, note) for name, verdict, note in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    names = {name for package in (OLD, NEW) for name in real(package, "wechatpy", scenarios.surface)}
    assert rows.keys() == names
    assert "missing" not in {verdict for verdict, _ in rows.values()}
    unexplained = [name for name, (verdict, note) in rows.items() if verdict == "closed hole" and not note]
    assert not unexplained
