"""What each operation does and how it refuses. Every answer is held against its row by Shop.ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.fixtures import MCH_ID, sign, to_xml
from tests.simulator.shop import CHARGE, NOON, OTHER_SUB_MCH_ID, SUB_APPID, Shop, outcome
from wxpay_v2.simulator.effects import effects
from wxpay_v2.v2 import catalogue

DAY = 86400.0


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


@pytest.fixture
def direct() -> Iterator[Shop]:
    shop = Shop("direct", region="mainland")
    yield shop
    shop.close()


def test_the_operations_of_the_catalogue_have_an_effect_each() -> None:
    assert {"unified_order", "refund", "micropay", "download_bill"} <= set(effects()) <= set(catalogue.NAMES)


# Orders


@pytest.mark.parametrize(
    ("trade_type", "more", "answered"),
    [
        ("NATIVE", {}, "code_url"),
        ("APP", {}, "prepay_id"),
        ("JSAPI", {"openid": "oPayer"}, "prepay_id"),
        ("MWEB", {"scene_info": '{"h5_info":{"type":"Wap"}}'}, "mweb_url"),
    ],
)
def test_an_order_of_each_trade_type_is_placed(
    shop: Shop, trade_type: str, more: dict[str, str], answered: str
) -> None:
    told = shop.place(trade_type=trade_type, device_info="till-1", **more)
    assert outcome(told) == "SUCCESS"
    assert told[answered]
    assert ("code_url" in told, "mweb_url" in told) == (trade_type == "NATIVE", trade_type == "MWEB")
    assert (told["trade_type"], told["device_info"]) == (trade_type, "till-1")


def test_the_same_order_sent_again_is_answered_with_the_same_prepay_id(shop: Shop) -> None:
    assert shop.place()["prepay_id"] == shop.place()["prepay_id"]
    assert len(shop.gateway.orders()) == 1


def test_an_order_that_is_about_to_end_is_still_answered_again(shop: Shop) -> None:
    first = shop.place(time_expire="20260922120600")
    shop.clock.advance(350)
    assert shop.place(time_expire="20260922120600")["prepay_id"] == first["prepay_id"]


@pytest.mark.parametrize("change", [{"total_fee": 1001}, {"body": "Coffee"}, {"fee_type": "USD"}, {"attach": "x"}])
def test_other_parameters_under_the_same_order_number_are_refused(shop: Shop, change: dict[str, Any]) -> None:
    shop.place()
    assert outcome(shop.place(**change)) == "OUT_TRADE_NO_USED"
    assert shop.gateway.orders()[0].total_fee == 1000


def test_an_order_of_another_sub_merchant_has_used_the_number_and_is_not_seen(shop: Shop) -> None:
    shop.paid()
    other = {"sub_mch_id": OTHER_SUB_MCH_ID}
    assert outcome(shop.place("T-1", **other)) == "ORDERPAID"
    assert outcome(shop.ask("order_query", out_trade_no="T-1", **other)) == "ORDERNOTEXIST"
    assert outcome(shop.ask("close_order", out_trade_no="T-1", **other)) == "ORDERNOTEXIST"
    assert outcome(shop.refund(**other)) == "ORDERNOTEXIST"
    shop.refund("R-1")
    assert outcome(shop.ask("refund_query", out_refund_no="R-1", **other)) == "REFUNDNOTEXIST"


def test_a_paid_or_closed_number_is_not_placed_again(shop: Shop) -> None:
    shop.paid("T-1")
    shop.place("T-2")
    shop.ask("close_order", out_trade_no="T-2")
    assert outcome(shop.place("T-1")) == "ORDERPAID"
    assert outcome(shop.place("T-2")) == "ORDERCLOSED"


def test_an_order_ends_after_two_hours(shop: Shop) -> None:
    shop.place()
    shop.clock.advance(7199)
    assert shop.state() == "NOTPAY"
    shop.clock.advance(1)
    assert shop.state() == "CLOSED"
    assert outcome(shop.place()) == "ORDERCLOSED"


def test_an_order_ends_at_its_time_expire(shop: Shop) -> None:
    shop.place(time_expire="20260922121000")
    shop.clock.advance(599)
    assert shop.state() == "NOTPAY"
    shop.clock.advance(1)
    assert shop.state() == "CLOSED"


TOO_SHORT = "time_expire时间过短，刷卡至少1分钟，其他5分钟"


def test_a_time_expire_too_close_is_refused(shop: Shop) -> None:
    assert outcome(shop.place(time_expire="20260922120459")) == TOO_SHORT
    assert outcome(shop.place(time_expire="20260922120500")) == "SUCCESS"
    assert outcome(shop.charge(time_expire="20260922120059")) == TOO_SHORT
    assert outcome(shop.charge(time_expire="20260922120100")) == "SUCCESS"


def test_a_currency_without_a_rate_is_refused(shop: Shop) -> None:
    assert outcome(shop.place(fee_type="XAU")) == "PARAM_ERROR"
    assert outcome(shop.charge(fee_type="XAU")) == "PARAM_ERROR"


def test_a_query_tells_of_the_payment_by_either_number(shop: Shop) -> None:
    told = shop.paid(attach="a & b", device_info="till-1", sub_appid=SUB_APPID)
    assert told["trade_state"] == "SUCCESS"
    assert (told["total_fee"], told["fee_type"]) == ("1000", "HKD")
    assert (told["cash_fee"], told["cash_fee_type"]) == ("920", "CNY")
    assert (told["rate"], told["attach"], told["device_info"]) == ("92000000", "a & b", "till-1")
    assert told["sub_openid"].startswith("o") and told["sub_openid"] != told["openid"]
    assert told["time_end"] == "20260922120000"
    again = shop.ask("order_query", transaction_id=told["transaction_id"], out_trade_no="nonsense")
    assert again["out_trade_no"] == "T-1"


def test_an_unpaid_order_tells_no_payment(shop: Shop) -> None:
    shop.place(attach="a")
    told = shop.ask("order_query", out_trade_no="T-1")
    assert (told["trade_state"], told["attach"]) == ("NOTPAY", "a")
    assert not {"transaction_id", "total_fee", "openid", "time_end"} & set(told)


def test_a_hong_kong_wallet_pays_in_hkd(shop: Shop) -> None:
    assert "rate" not in shop.paid("T-1", wallet="hongkong")
    told = shop.paid("T-2", wallet="hongkong", fee_type="USD")
    assert (told["cash_fee"], told["cash_fee_type"], told["rate"]) == ("7826", "HKD", "782608695")


def test_a_mainland_merchant_is_told_no_rate() -> None:
    shop = Shop(region="mainland", currency="CNY")
    assert "rate" not in shop.paid(fee_type="USD")
    shop.close()


@pytest.mark.parametrize("operation", ["order_query", "refund_query"])
def test_a_number_that_was_never_used_is_not_found(shop: Shop, operation: str) -> None:
    assert outcome(shop.ask(operation, out_trade_no="T-9")) == "ORDERNOTEXIST"


def test_a_transaction_id_that_is_none_is_not_found(shop: Shop) -> None:
    assert outcome(shop.ask("order_query", transaction_id="42")) == "ORDERNOTEXIST"
    for operation in ("refund_query", "reverse"):
        assert outcome(shop.ask(operation, transaction_id="42")) == "INVALID_TRANSACTIONID"
    assert outcome(shop.refund(transaction_id="42")) == "INVALID_TRANSACTIONID"


def test_an_order_is_closed_once_and_only_while_it_is_unpaid(shop: Shop) -> None:
    assert outcome(shop.ask("close_order", out_trade_no="T-1")) == "ORDERNOTEXIST"
    shop.place("T-1")
    assert shop.ask("close_order", out_trade_no="T-1")["result_msg"] == "OK"
    assert outcome(shop.ask("close_order", out_trade_no="T-1")) == "ORDERCLOSED"
    shop.paid("T-2")
    assert outcome(shop.ask("close_order", out_trade_no="T-2")) == "ORDERPAID"


# Quick pay


def test_a_quick_pay_is_paid_at_once_and_never_notified(shop: Shop) -> None:
    told = shop.charge(attach="a")
    assert (told["trade_type"], told["cash_fee"], told["attach"]) == ("MICROPAY", "920", "a")
    assert shop.gateway.notifications() == []
    assert outcome(shop.charge()) == "ORDERPAID"


def test_a_hong_kong_code_pays_in_hkd(shop: Shop) -> None:
    code = shop.gateway.new_payment_code(wallet="hongkong")
    assert code.startswith("15") and len(code) == 18
    assert shop.charge(auth_code=code)["cash_fee_type"] == "HKD"


def test_a_payment_code_lives_one_minute(shop: Shop) -> None:
    code, late = shop.gateway.new_payment_code(), shop.gateway.new_payment_code()
    shop.clock.advance(59)
    assert outcome(shop.charge("Q-1", auth_code=code)) == "SUCCESS"
    shop.clock.advance(1)
    assert outcome(shop.charge("Q-2", auth_code=late)) == "AUTHCODEEXPIRE"


def test_a_payment_code_is_good_for_one_payment(shop: Shop) -> None:
    code = shop.gateway.new_payment_code()
    assert outcome(shop.charge("Q-1", auth_code=code)) == "SUCCESS"
    assert outcome(shop.charge("Q-2", auth_code=code)) == "AUTH_CODE_ERROR"
    assert outcome(shop.ask("order_query", out_trade_no="Q-2")) == "ORDERNOTEXIST"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("280000000000000000", "AUTH_CODE_INVALID"),  # another wallet's
        ("130000000000000000", "AUTH_CODE_INVALID"),  # shaped right, shown by nobody
        ("1300000000", "AUTH_CODE_ERROR"),
        ("not a payment code", "AUTH_CODE_ERROR"),
    ],
)
def test_a_code_that_is_none_is_refused(shop: Shop, code: str, expected: str) -> None:
    assert outcome(shop.charge(auth_code=code)) == expected


def test_a_payer_with_too_little_money_is_told_apart(shop: Shop) -> None:
    code = shop.gateway.new_payment_code(balance=919)
    assert outcome(shop.charge(auth_code=code)) == "NOTENOUGH"
    assert outcome(shop.charge(auth_code=shop.gateway.new_payment_code(balance=920))) == "SUCCESS"


@pytest.mark.parametrize("code", ["NOTSUPORTCARD", "BANKERROR", "TRADE_ERROR", "RULELIMIT"])
def test_a_code_can_be_made_to_be_refused(shop: Shop, code: str) -> None:
    assert outcome(shop.charge(auth_code=shop.gateway.new_payment_code(refuses=code))) == code


def test_a_password_makes_it_userpaying_until_the_payer_has_entered_it(shop: Shop) -> None:
    code = shop.gateway.new_payment_code(needs_password=True)
    told = shop.charge(auth_code=code)
    assert (told["result_code"], told["err_code"]) == ("FAIL", "USERPAYING")
    assert "out_trade_no" not in told
    assert outcome(shop.charge(auth_code=code)) == "USERPAYING"
    assert shop.state("Q-1") == "USERPAYING"
    shop.gateway.pay("Q-1")
    assert shop.state("Q-1") == "SUCCESS"
    assert shop.gateway.notifications() == []


def test_a_number_that_waits_for_one_payer_takes_no_other(shop: Shop) -> None:
    shop.charge(auth_code=shop.gateway.new_payment_code(needs_password=True))
    same, other = shop.gateway.new_payment_code(), shop.gateway.new_payment_code(payer="a stranger")
    assert outcome(shop.charge(auth_code=same)) == "OUT_TRADE_NO_USED"
    assert outcome(shop.charge(auth_code=other)) == "BUYER_MISMATCH"


def test_a_payer_who_refuses_leaves_a_failed_payment(shop: Shop) -> None:
    shop.charge(auth_code=shop.gateway.new_payment_code(needs_password=True))
    shop.gateway.cancel("Q-1")
    assert shop.state("Q-1") == "PAYERROR"
    assert outcome(shop.charge()) == "OUT_TRADE_NO_USED"
    assert shop.ask("reverse", out_trade_no="Q-1")["recall"] == "N"
    assert shop.state("Q-1") == "REVOKED"


def test_the_gateway_revokes_after_45_seconds_without_the_password(shop: Shop) -> None:
    shop.charge(auth_code=shop.gateway.new_payment_code(needs_password=True))
    shop.clock.advance(44)
    assert shop.state("Q-1") == "USERPAYING"
    shop.clock.advance(1)
    assert shop.state("Q-1") == "REVOKED"
    assert outcome(shop.charge()) == "ORDERREVERSED"


def test_the_numbers_of_orders_and_quick_pays_are_the_same_numbers(shop: Shop) -> None:
    shop.place("N-1")
    assert outcome(shop.charge("N-1")) == "OUT_TRADE_NO_USED"
    shop.ask("close_order", out_trade_no="N-1")
    assert outcome(shop.charge("N-1")) == "ORDERCLOSED"
    shop.charge("N-2")
    assert outcome(shop.place("N-2")) == "OUT_TRADE_NO_USED"
    shop.charge("N-3", auth_code=shop.gateway.new_payment_code(needs_password=True))
    assert outcome(shop.ask("close_order", out_trade_no="N-3")) == "TRADE_STATE_ERROR"


def test_a_reversed_quick_pay_is_paid_back_and_stays_reversed(shop: Shop) -> None:
    told = shop.charge()
    assert shop.ask("reverse", transaction_id=told["transaction_id"])["recall"] == "N"
    assert shop.ask("reverse", out_trade_no="Q-1")["recall"] == "N"
    assert shop.state("Q-1") == "REVOKED"
    assert outcome(shop.refund(of="Q-1")) == "INVALID_REQUEST"


def test_a_quick_pay_that_waits_for_the_password_can_be_reversed(shop: Shop) -> None:
    shop.charge(auth_code=shop.gateway.new_payment_code(needs_password=True))
    assert outcome(shop.refund(of="Q-1")) == "ORDER_NOT_READY"
    assert shop.ask("reverse", out_trade_no="Q-1")["recall"] == "N"
    assert shop.state("Q-1") == "REVOKED"


def test_a_reverse_that_cannot_be_done_says_not_to_call_again(shop: Shop) -> None:
    def refused(**which: str) -> str:
        told = shop.ask("reverse", **which)
        assert told["recall"] == "N"
        return outcome(told)

    assert refused(out_trade_no="Q-0") == "INVALID_REQUEST"
    assert refused(transaction_id="42") == "INVALID_TRANSACTIONID"
    shop.paid("T-1")
    assert refused(out_trade_no="T-1") == "INVALID_REQUEST"
    shop.charge("Q-1")
    shop.refund(of="Q-1")
    assert refused(out_trade_no="Q-1") == "TRADE_ERROR"
    shop.charge("Q-2")
    shop.clock.advance(7 * DAY + 1)
    assert refused(out_trade_no="Q-2") == "REVERSE_EXPIRE"


def test_a_payment_code_tells_the_openid_to_one_merchant_who_alone_may_charge_it(direct: Shop) -> None:
    code = direct.gateway.new_payment_code()
    openid = direct.ask("auth_code_to_openid", auth_code=code)["openid"]
    other = Shop("direct", gateway=direct.gateway, mch_id="1900000999", region="mainland")
    charge = {**CHARGE, "auth_code": code}
    assert outcome(other.ask("micropay", mch_id="1900000999", **charge)) == "AUTH_CODE_ERROR"
    assert direct.ask("micropay", **charge)["openid"] == openid
    assert outcome(direct.ask("auth_code_to_openid", auth_code=code)) == "AUTH_CODE_ERROR"
    assert outcome(direct.ask("auth_code_to_openid", auth_code="1")) == "AUTH_CODE_INVALID"
    old = direct.gateway.new_payment_code()
    direct.clock.advance(60)
    assert outcome(direct.ask("auth_code_to_openid", auth_code=old)) == "AUTHCODEEXPIRE"


# Refunds


def test_a_refund_is_taken_in_and_reaches_the_payer_after_the_delay() -> None:
    shop = Shop(delay=1200)
    shop.paid()
    told = shop.refund()
    assert (told["refund_fee"], told["cash_refund_fee"], told["cash_refund_fee_type"]) == ("300", "276", "CNY")
    query = shop.ask("refund_query", refund_id=told["refund_id"])
    assert query["refund_status_0"] == "PROCESSING" and "refund_success_time_0" not in query
    assert shop.state() == "REFUND"
    shop.clock.advance(1200)
    query = shop.ask("refund_query", out_refund_no="R-1")
    assert (query["refund_status_0"], query["refund_success_time_0"]) == ("SUCCESS", "2026-09-22 12:20:00")
    assert (query["refund_fee"], query["refund_fee_0"], query["refund_count"]) == ("300", "300", "1")
    shop.close()


def test_the_same_refund_sent_again_is_answered_the_same_and_refunded_once(shop: Shop) -> None:
    transaction_id = shop.paid()["transaction_id"]
    first = shop.refund(refund_desc="broken")
    again = shop.refund(refund_desc="broken")
    by_other_number = shop.refund(refund_desc="broken", of=None, transaction_id=transaction_id)  # type: ignore[arg-type]
    assert first["refund_id"] == again["refund_id"] == by_other_number["refund_id"]
    assert shop.ask("refund_query", out_trade_no="T-1")["refund_fee"] == "300"


def test_the_same_refund_number_with_other_parameters_is_refused(shop: Shop) -> None:
    shop.paid("T-1")
    shop.paid("T-2")
    shop.refund("R-1", fee=300)
    assert outcome(shop.refund("R-1", fee=301)) == "REFUND_FEE_MISMATCH"
    assert outcome(shop.refund("R-1", fee=300, of="T-2")) == "INVALID_REQUEST"
    assert outcome(shop.refund("R-1", fee=300, refund_desc="another")) == "INVALID_REQUEST"
    assert len(shop.gateway.refunds()) == 1


def test_a_refund_over_the_rest_is_refused_and_what_is_left_can_be_refunded(shop: Shop) -> None:
    shop.paid()
    assert outcome(shop.refund("R-1", fee=600)) == "SUCCESS"
    assert outcome(shop.refund("R-2", fee=401)) == "ERROR"
    assert outcome(shop.refund("R-3", fee=400)) == "SUCCESS"
    assert outcome(shop.refund("R-4", fee=1)) == "ERROR"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"total_fee": 999}, "PARAM_ERROR"),
        ({"refund_fee_type": "CNY"}, "PARAM_ERROR"),
        ({"refund_fee_type": "HKD"}, "SUCCESS"),
        ({"refund_fee": 0}, "参数格式校验错误"),
        ({"out_trade_no": "T-9"}, "ORDERNOTEXIST"),
    ],
)
def test_a_refund_must_fit_its_order(shop: Shop, change: dict[str, Any], expected: str) -> None:
    shop.paid()
    assert outcome(shop.refund(**change)) == expected


@pytest.mark.parametrize("spoil", [lambda shop: None, lambda shop: shop.ask("close_order", out_trade_no="T-1")])
def test_an_unpaid_order_has_nothing_to_refund(shop: Shop, spoil: Callable[[Shop], object]) -> None:
    shop.place()
    spoil(shop)
    assert outcome(shop.refund()) == "INVALID_REQUEST"


def test_after_a_year_nothing_is_refunded(shop: Shop) -> None:
    shop.paid()
    shop.clock.advance(365 * DAY)
    assert outcome(shop.refund("R-1")) == "SUCCESS"
    shop.clock.advance(1)
    assert outcome(shop.refund("R-2")) == "TRADE_OVERDUE"
    assert outcome(shop.refund("R-1")) == "SUCCESS"


def test_refunds_are_told_ten_at_a_time(shop: Shop) -> None:
    shop.paid()
    assert outcome(shop.ask("refund_query", out_trade_no="T-1")) == "REFUNDNOTEXIST"
    for number in range(12):
        shop.refund(f"R-{number}", fee=10)
    first = shop.ask("refund_query", out_trade_no="T-1")
    assert (first["refund_count"], first["out_refund_no_9"]) == ("10", "R-9")
    assert "out_refund_no_10" not in first and "total_refund_count" not in first
    rest = shop.ask("refund_query", out_trade_no="T-1", offset=10)
    assert (rest["refund_count"], rest["total_refund_count"], rest["out_refund_no_1"]) == ("2", "12", "R-11")
    assert rest["refund_fee"] == "20"
    assert outcome(shop.ask("refund_query", out_trade_no="T-1", offset=12)) == "PARAM_ERROR"
    assert outcome(shop.ask("refund_query", out_trade_no="T-1", offset=-1)) == "PARAM_ERROR"


def test_a_refund_query_prefers_the_refund_number(shop: Shop) -> None:
    shop.paid("T-1")
    shop.paid("T-2")
    told = shop.refund("R-1", of="T-1")
    shop.refund("R-2", of="T-2")
    asked = {"refund_id": told["refund_id"], "out_refund_no": "R-2", "out_trade_no": "T-2"}
    assert shop.ask("refund_query", **asked)["out_refund_no_0"] == "R-1"
    del asked["refund_id"]
    assert shop.ask("refund_query", **asked)["out_refund_no_0"] == "R-2"


# Settlements, rates, tools


def test_a_settled_day_is_one_flat_signed_record(shop: Shop) -> None:
    asked = {"sub_mch_id": None, "usetag": 1, "offset": 0, "limit": 10}
    span = {"date_start": "20260901", "date_end": "20260930"}
    shop.paid("T-1")
    shop.refund()
    assert shop.ask("settlement_query", **asked, **span)["record_num"] == "0"
    open_ = shop.ask("settlement_query", **{**asked, "usetag": 2})
    assert (open_["settlement_fee"], open_["unsettlement_fee"]) == ("0", "696")
    shop.clock.advance(DAY)
    shop.paid("T-2", fee_type="USD")
    shop.clock.advance(DAY)
    first = shop.ask("settlement_query", **asked, **span, query_split="true")
    assert (first["pay_fee"], first["refund_fee"], first["pay_net_fee"]) == ("1000", "-300", "700")
    assert (first["poundage_fee"], first["settlement_fee"], first["settlementfee_type"]) == ("4", "696", "HKD")
    assert (first["date_start"], first["date_settlement"]) == ("2026-09-22", "2026-09-23")
    assert first["split_settlement_fee"] == "0"
    second = shop.ask("settlement_query", **{**asked, "offset": 1}, **span)
    assert (second["record_num"], second["pay_fee"]) == ("1", "7826")
    assert shop.ask("settlement_query", **{**asked, "offset": 2}, **span)["record_num"] == "0"
    only_the_second = {"date_start": "20260924", "date_end": "99991231"}
    assert shop.ask("settlement_query", **asked, **only_the_second)["date_start"] == "2026-09-23"
    turned = {"date_start": "20260925", "date_end": "20260924"}
    assert outcome(shop.ask("settlement_query", **asked, **turned)) == "PARAM_ERROR"
    for day in ("00010101", "20260925", "99991231"):
        assert shop.ask("settlement_query", **asked, date_start=day, date_end=day)["record_num"] == "0"


def test_a_rate_is_told_from_ten_in_the_morning(shop: Shop) -> None:
    told = shop.ask("query_exchange_rate", fee_type="USD", date="20260922")
    assert (told["rate"], told["rate_time"]) == ("720000000", "20260922")
    assert outcome(shop.ask("query_exchange_rate", fee_type="USD", date="20260923")) == "PARAM_ERROR"
    shop.clock.advance(DAY - 7201)
    assert outcome(shop.ask("query_exchange_rate", fee_type="USD", date="20260923")) == "PARAM_ERROR"
    shop.clock.advance(1)
    assert outcome(shop.ask("query_exchange_rate", fee_type="USD", date="20260923")) == "SUCCESS"
    for currency in ("CNY", "XAU"):  # not foreign, not in the table
        assert outcome(shop.ask("query_exchange_rate", fee_type=currency, date="20260922")) == "PARAM_ERROR"


def test_a_link_is_shortened_whether_it_is_sent_raw_or_encoded(shop: Shop) -> None:
    link = "weixin://wxpay/bizpayurl?sign=1&appid=2"
    raw = shop.ask("short_url", long_url=link)
    assert raw["short_url"].startswith("https://w.url.cn/s/")
    operation = catalogue.find("short_url")
    fields = shop.fields(operation, {"long_url": link})
    encoded = {**fields, "sign": sign(fields), "long_url": quote(link, safe="")}
    assert shop.ask("short_url", raw=to_xml(encoded))["short_url"] == raw["short_url"]
    assert outcome(shop.ask("short_url", raw=to_xml({**encoded, "long_url": "%41"}))) == "签名错误"


def test_a_report_is_taken_in_and_answered_without_a_signature(shop: Shop) -> None:
    asked = {"interface_url": "https://api.mch.weixin.qq.com/pay/unifiedorder", "execute_time_": 120, "user_ip": "::1"}
    told = shop.ask("report", return_code="SUCCESS", result_code="SUCCESS", **asked)
    assert told == {"return_code": "SUCCESS", "return_msg": "OK", "result_code": "SUCCESS"}


@pytest.mark.parametrize("mode", ["direct", "institution", "service_provider"])
@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
@pytest.mark.parametrize("region", ["global", "mainland"])
def test_a_day_of_trade_in_every_mode_region_and_algorithm(mode: str, sign_type: str, region: str) -> None:
    shop = Shop(mode, sign_type=sign_type, region=region, sub_appids=() if mode == "direct" else (SUB_APPID,))
    assert shop.paid()["mch_id"] == MCH_ID
    assert outcome(shop.refund()) == "SUCCESS"
    assert outcome(shop.ask("refund_query", out_trade_no="T-1")) == "SUCCESS"
    assert outcome(shop.charge()) == "SUCCESS"
    assert outcome(shop.ask("reverse", out_trade_no="Q-1")) == "SUCCESS"
    assert shop.clock.time() == NOON
    shop.close()
