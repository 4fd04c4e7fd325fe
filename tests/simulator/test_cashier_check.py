"""Whether the cashier opens for a page's call: every refusal in the phone's words, and what to mend."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fixtures import APPID, KEY, OTHER_KEY, sign
from tests.simulator.shop import SUB_APPID, Shop
from wxpay_v2.simulator.cashier_check import NotOpened, check_cashier
from wxpay_v2.simulator.views import OrderView

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
PAGE = "http://127.0.0.1:5000/orders/T-1"


@pytest.fixture(params=["MD5", "HMAC-SHA256"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    shop = Shop(sign_type=request.param)
    yield shop
    shop.close()


def placed(shop: Shop, number: str = "T-1", **changes: Any) -> str:
    told = shop.place(number, **{"trade_type": "JSAPI", "openid": OPENID, **changes})
    return told["prepay_id"]


def call(shop: Shop, prepay_id: str, *, key: str = KEY, **changes: Any) -> dict[str, Any]:
    """The parameters of a page; signed by the tests' own hand after *changes*."""
    fields = {
        "appId": APPID, "timeStamp": "1790049600", "nonceStr": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
        "package": f"prepay_id={prepay_id}", "signType": shop.sign_type, **changes,
    }  # fmt: skip
    text = {name: str(value) for name, value in fields.items()}
    return {**fields, "paySign": sign(text, key, fields["signType"])}


def check(shop: Shop, given: dict[str, Any], page: str | None = PAGE, **more: Any) -> OrderView:
    return check_cashier(shop.gateway, {shop.account.mch_id: shop.account}, given, page_url=page, **more)


def refused(shop: Shop, given: dict[str, Any], page: str | None = PAGE, **more: Any) -> NotOpened:
    with pytest.raises(NotOpened) as caught:
        check(shop, given, page, **more)
    return caught.value


def test_a_genuine_call_opens_the_orders_cashier(shop: Shop) -> None:
    assert check(shop, call(shop, placed(shop))).out_trade_no == "T-1"


def test_the_page_of_the_sub_merchants_account_opens_it_too(shop: Shop) -> None:
    prepay_id = placed(shop, openid=None, sub_appid=SUB_APPID, sub_openid=OPENID)
    assert check(shop, call(shop, prepay_id, appId=SUB_APPID), openid=OPENID).out_trade_no == "T-1"


@pytest.mark.parametrize("name", ["appId", "timeStamp", "nonceStr", "package", "signType", "paySign"])
@pytest.mark.parametrize("absent", ["", None, "absent"])
def test_a_missing_parameter_is_named(shop: Shop, name: str, absent: str | None) -> None:
    given = call(shop, placed(shop))
    if absent == "absent":
        del given[name]
    else:
        given[name] = absent
    refusal = refused(shop, given)
    assert refusal.english == f"Missing parameter when calling the payment JSAPI: {name}"
    assert refusal.chinese == f"调用支付JSAPI缺少参数：{name}"


def test_a_name_in_the_wrong_case_is_pointed_at(shop: Shop) -> None:
    given = call(shop, placed(shop))
    given["timestamp"] = given.pop("timeStamp")
    assert "'timestamp' is spelt differently" in refused(shop, given).why


@pytest.mark.parametrize("value", [1790049600, 1.5, True, ["1"], {"a": 1}])
def test_a_time_that_is_no_string_is_refused(shop: Shop, value: object) -> None:
    refusal = refused(shop, call(shop, placed(shop), timeStamp=value))
    assert refusal.english.endswith(": timeStamp") and "must be a string" in refusal.why


@pytest.mark.parametrize("prepay_id", ["none", "", "wx0"])
def test_an_unknown_prepay_id_is_told_as_the_phone_tells_it(shop: Shop, prepay_id: str) -> None:
    placed(shop)
    shop.place("T-2", trade_type="NATIVE")
    assert refused(shop, call(shop, prepay_id)).english.endswith(": total_fee")


def test_a_prepay_id_without_its_name_is_refused(shop: Shop) -> None:
    prepay_id = placed(shop)
    assert "prepay_id=" in refused(shop, call(shop, "", package=prepay_id)).why


def test_an_expired_prepay_id_is_told_as_a_missing_total_fee(shop: Shop) -> None:
    given = call(shop, placed(shop))
    shop.clock.advance(7200)
    refusal = refused(shop, given)
    assert refusal.chinese == "调用支付JSAPI缺少参数：total_fee" and "expired" in refusal.why


def test_another_appid_than_the_orders_is_refused(shop: Shop) -> None:
    refusal = refused(shop, call(shop, placed(shop), appId="wx0000000000000000"))
    assert refusal.english.endswith(": total_fee") and "another appid" in refusal.why


@pytest.mark.parametrize("name", ["timeStamp", "nonceStr", "paySign"])
def test_a_changed_parameter_fails_the_signature(shop: Shop, name: str) -> None:
    given = call(shop, placed(shop))
    given[name] = "1" + given[name][1:] if given[name][0] != "1" else "2" + given[name][1:]
    refusal = refused(shop, given)
    assert (refusal.english, refusal.chinese) == ("Payment signature verification failed", "支付验证签名失败")


def test_s4_a_signature_under_another_key_is_refused_and_shows_no_key(shop: Shop) -> None:
    refusal = refused(shop, call(shop, placed(shop), key=OTHER_KEY))
    assert refusal.english == "Payment signature verification failed"
    assert KEY not in refusal.why and OTHER_KEY not in refusal.why


def test_another_sign_type_than_the_orders_is_refused(shop: Shop) -> None:
    other = "MD5" if shop.sign_type == "HMAC-SHA256" else "HMAC-SHA256"
    refusal = refused(shop, call(shop, placed(shop), signType=other))
    assert refusal.chinese == "支付验证签名失败" and f"placed with {shop.sign_type}" in refusal.why


def test_a_sign_type_that_does_not_exist_is_refused(shop: Shop) -> None:
    given = {**call(shop, placed(shop)), "signType": "SHA1"}
    assert "must be MD5 or HMAC-SHA256" in refused(shop, given).why


def test_an_order_for_a_qr_code_does_not_open_in_a_page(shop: Shop) -> None:
    prepay_id = shop.place("T-1", trade_type="NATIVE")["prepay_id"]
    assert refused(shop, call(shop, prepay_id)).chinese == "支付场景非法，请重新下单"


@pytest.mark.parametrize(
    "page", ["https://shop.example/pay", "http://10.0.0.1/", "file:///orders", "", "http://[", "http://localhost.evil.example/"]
)  # fmt: skip
def test_without_directories_only_pages_of_this_machine_may_pay(shop: Shop, page: str) -> None:
    refusal = refused(shop, call(shop, placed(shop)), page)
    assert refusal.english == f"The current page's URL is not registered: {page}"


@pytest.mark.parametrize("host", ["127.0.0.1:5000", "localhost", "[::1]:80"])
def test_without_directories_every_page_of_this_machine_may_pay(shop: Shop, host: str) -> None:
    assert check(shop, call(shop, placed(shop)), f"http://{host}/any/where?x=1#y")


def test_with_directories_the_page_must_lie_in_one(shop: Shop) -> None:
    given = call(shop, placed(shop))
    directories = ["http://localhost/orders/"]
    assert check(shop, given, "http://localhost:5000/orders/T-1?from=list", directories=directories)
    refusal = refused(shop, given, "http://localhost:5000/orders/T-1/pay?x=1", directories=directories)
    assert refusal.chinese == "当前页面的URL未注册：http://localhost:5000/orders/T-1/pay"
    assert "http://localhost/orders/" in refusal.why


def test_a_mini_program_has_no_directory(shop: Shop) -> None:
    assert check(shop, call(shop, placed(shop)), None, directories=["https://shop.example/"])


def test_a_paid_order_and_a_closed_one_do_not_open_again(shop: Shop) -> None:
    first, second = placed(shop), placed(shop, "T-2")
    shop.gateway.pay("T-1")
    assert refused(shop, call(shop, first)).chinese == "商户订单已支付"
    shop.clock.advance(301)
    shop.ask("close_order", out_trade_no="T-2")
    assert refused(shop, call(shop, second)).chinese == "订单已关闭"


def test_another_payer_than_the_orders_is_refused_and_no_openid_is_shown(shop: Shop) -> None:
    given = call(shop, placed(shop))
    assert check(shop, given, openid=OPENID)
    refusal = refused(shop, given, openid="oAnotherPayerOfAnotherPage00")
    assert refusal.chinese == "下单账号与支付账号不一致，请核实后再支付"
    assert OPENID not in refusal.why and "oAnotherPayer" not in refusal.why


def test_the_words_follow_the_language_of_the_phone(shop: Shop) -> None:
    refusal = refused(shop, {})
    assert refusal.words("zh-CN") == refusal.chinese
    assert refusal.words("en-GB") == refusal.words("") == refusal.english


def test_a_parameter_that_is_too_long_is_refused(shop: Shop) -> None:
    assert "at most" in refused(shop, call(shop, placed(shop), nonceStr="n" * 33)).why
