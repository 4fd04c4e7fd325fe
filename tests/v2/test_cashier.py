"""Signed parameters for the payer's side, against the worked examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus import messages as m
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import InvalidRequest
from wxpay_v2.merchant import Merchant
from wxpay_v2.result import Result
from wxpay_v2.v2.cashier import Cashier
from wxpay_v2.v2.catalogue.invocations import INVOCATIONS
from wxpay_v2.v2.signature import Signer

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "cashier.json").read_text(encoding="utf-8"))
PREPAY_ID = "wx201411101639507cbf6ffd8b0779950874"
NONCE = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"


def cashier(
    *, mch_id: str = m.MCH_ID, sign_type: str = "MD5", key: str = m.KEY, nonce: str = NONCE, **changes: Any
) -> Cashier:
    merchant = Merchant(m.APPID, mch_id, key, sign_type=sign_type, **changes)
    signer = Signer(merchant.api_key, sign_type)
    return Cashier(lambda: merchant, lambda: signer, ManualClock(1414561699.75), lambda: nonce)


def institution(**changes: Any) -> Cashier:
    return cashier(sub_mch_id=m.SUB_MCH_ID, sub_appid="wx9999999999999999", **changes)


def signature(vector: dict[str, Any]) -> tuple[dict[str, str], str]:
    """What the library makes of a vector's order: the parameters, and their signature."""
    fields = vector["fields"]
    made = cashier(
        mch_id=fields.get("partnerid", m.MCH_ID), sign_type=vector["sign_type"], key=vector["key"], nonce=NONCE
    )
    prepay_id = fields.get("prepayid") or fields["package"].removeprefix("prepay_id=")
    parameters = dict(getattr(made, vector["method"])(prepay_id))
    return parameters, parameters.pop("sign" if vector["method"] == "app" else "paySign")


@pytest.mark.parametrize(
    "vector", VECTORS, ids=lambda vector: f"{vector['method']}, {vector['sign_type']}, {vector['why']}"
)
def test_a_golden_vector_holds_or_fails(vector: dict[str, Any]) -> None:
    parameters, sign = signature(vector)
    passed = m.without(vector["fields"], "appId") if vector["method"] == "mini_program" else vector["fields"]
    assert parameters == passed
    assert (sign == vector["sign"]) == (vector["result"] == "valid")


def test_there_are_good_and_bad_vectors() -> None:
    assert {(vector["method"], vector["result"]) for vector in VECTORS} == {
        (method, result) for method in ("jsapi", "mini_program", "app") for result in ("valid", "invalid")
    }


@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
def test_a_page_gets_the_algorithm_of_the_order(sign_type: str) -> None:
    parameters = cashier(sign_type=sign_type).jsapi(PREPAY_ID)
    assert parameters["signType"] == sign_type
    sign = parameters.pop("paySign")
    assert sign == m.sign(parameters, sign_type=sign_type)


def test_the_js_sdk_gets_timestamp_which_is_signed_as_time_stamp() -> None:
    plain, sdk = cashier().jsapi(PREPAY_ID), cashier().jsapi(PREPAY_ID, jssdk=True)
    assert sdk.pop("timestamp") == plain.pop("timeStamp") == "1414561699"
    assert sdk == plain


def test_a_mini_program_is_not_passed_the_app_id_that_is_signed() -> None:
    parameters = institution().mini_program(PREPAY_ID)
    assert set(parameters) == {"timeStamp", "nonceStr", "package", "signType", "paySign"}
    sign = parameters.pop("paySign")
    assert sign == m.sign({**parameters, "appId": "wx9999999999999999"})


@pytest.mark.parametrize("method", ["jsapi", "mini_program", "app"])
def test_another_app_id_can_be_named(method: str) -> None:
    parameters = getattr(institution(), method)(PREPAY_ID, appid="wx7777777777777777")
    sign = parameters.pop("sign" if method == "app" else "paySign")
    name = "appid" if method == "app" else "appId"
    assert parameters.get(name, "wx7777777777777777") == "wx7777777777777777"
    assert sign == m.sign({**parameters, name: "wx7777777777777777"})


def test_whose_ids_are_meant_by_default() -> None:
    direct, ours = cashier(), institution()
    assert direct.jsapi(PREPAY_ID)["appId"] == ours.jsapi(PREPAY_ID)["appId"] == m.APPID
    assert (direct.app(PREPAY_ID)["appid"], direct.app(PREPAY_ID)["partnerid"]) == (m.APPID, m.MCH_ID)
    assert (ours.app(PREPAY_ID)["appid"], ours.app(PREPAY_ID)["partnerid"]) == ("wx9999999999999999", m.SUB_MCH_ID)
    without_app = cashier(sub_mch_id=m.SUB_MCH_ID)
    assert without_app.app(PREPAY_ID)["appid"] == m.APPID


@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
def test_an_app_is_signed_in_lower_case_without_a_sign_type(sign_type: str) -> None:
    parameters = cashier(sign_type=sign_type).app(PREPAY_ID)
    assert set(parameters) == {"appid", "partnerid", "prepayid", "package", "noncestr", "timestamp", "sign"}
    sign = parameters.pop("sign")
    assert sign == m.sign(parameters, sign_type=sign_type)


@pytest.mark.parametrize("method", ["jsapi", "mini_program", "app"])
def test_an_order_may_be_given_whole(method: str) -> None:
    for order in ({"prepay_id": PREPAY_ID}, Result({"prepay_id": PREPAY_ID, "trade_type": "JSAPI"})):
        assert getattr(cashier(), method)(order) == getattr(cashier(), method)(PREPAY_ID)


def test_the_key_in_use_is_asked_for_each_time() -> None:
    keys = [m.KEY, m.OTHER_KEY]
    merchant = Merchant(m.APPID, m.MCH_ID, m.KEY)
    made = Cashier(
        lambda: merchant, lambda: Signer(Merchant(m.APPID, m.MCH_ID, keys[0]).api_key), ManualClock(1.0), lambda: NONCE
    )
    for key in (m.KEY, m.OTHER_KEY):
        parameters = made.jsapi(PREPAY_ID)
        assert parameters.pop("paySign") == m.sign(parameters, key)
        keys.reverse()


@given(st.from_regex(r"[0-9A-Za-z_\-=]{1,64}", fullmatch=True), st.from_regex(r"[0-9a-f]{32}", fullmatch=True))
def test_whatever_is_signed_is_what_is_passed(prepay_id: str, nonce: str) -> None:
    made = cashier(nonce=nonce)
    page, app = made.jsapi(prepay_id), made.app(prepay_id)
    assert page["package"] == f"prepay_id={prepay_id}"
    assert app["prepayid"] == prepay_id
    assert page["nonceStr"] == app["noncestr"] == nonce
    assert page.pop("paySign") == m.sign(page)
    assert app.pop("sign") == m.sign(app)


BAD_ORDERS = [
    None, 1, "", " ", {}, {"prepay_id": ""}, {"prepay_id": None}, {"prepay_id": 5}, [], b"wx1", "wx1\n", " wx1",
    "wx1&x=1", "预支付", "w" * 65, {"code_url": "weixin://x"}, ..., "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("order", BAD_ORDERS, ids=repr)
@pytest.mark.parametrize("method", ["jsapi", "mini_program", "app"])
def test_what_is_no_order_is_refused(method: str, order: Any) -> None:
    with pytest.raises(InvalidRequest, match="not a prepay_id"):
        getattr(cashier(), method)(order)


@pytest.mark.parametrize("appid", ["", " ", 5, b"wx1", "wx1\n", "\ud800", "应用", "w" * 33, ["wx1"]])
@pytest.mark.parametrize("method", ["jsapi", "mini_program", "app"])
def test_what_is_no_app_id_is_refused(method: str, appid: Any) -> None:
    with pytest.raises(InvalidRequest, match="not an app id"):
        getattr(cashier(), method)(PREPAY_ID, appid=appid)


# Links.


def test_the_link_of_a_native_order_is_the_one_that_came() -> None:
    link = "weixin://wxpay/bizpayurl?pr=" + "x" * 80
    assert cashier().native({"code_url": link}) == link


def test_the_address_of_an_h5_order_is_the_one_that_came() -> None:
    link = "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=2"
    assert cashier().h5({"mweb_url": link}) == link


@pytest.mark.parametrize(
    "back", ["https://shop.example/?a=1&b=2#x", "http://shop.example/中文?q=a b", "https://x/%26&=+"]
)
def test_the_way_back_is_one_parameter(back: str) -> None:
    link = cashier().h5({"mweb_url": "https://wx.tenpay.com/x?prepay_id=wx1"}, redirect_url=back)
    assert parse_qs(urlsplit(link).query) == {"prepay_id": ["wx1"], "redirect_url": [back]}
    assert link.isascii()


@pytest.mark.parametrize(
    "back", ["", "shop.example", "//shop.example", "javascript:alert(1)", "ftp://x", 5, b"https://x"]
)
def test_a_way_back_that_is_no_address_is_refused(back: Any) -> None:
    with pytest.raises(InvalidRequest, match="redirect_url"):
        cashier().h5({"mweb_url": "https://wx.tenpay.com/x?a=1"}, redirect_url=back)


@pytest.mark.parametrize(
    "order", [*BAD_ORDERS, {"code_url": "https://evil.example"}, {"mweb_url": "weixin://x"}], ids=repr
)
def test_an_order_without_a_link_is_refused(order: Any) -> None:
    if not (isinstance(order, dict) and order.get("code_url") == "weixin://x"):
        with pytest.raises(InvalidRequest, match=r"no code_url .*NATIVE"):
            cashier().native(order)
    with pytest.raises(InvalidRequest, match=r"no mweb_url .*MWEB"):
        cashier().h5(order)


# H5: the domain is registered.

H5_LINK = {"mweb_url": "https://wx.tenpay.com/x?prepay_id=wx1"}


@pytest.mark.parametrize("domains", [["shop.example"], "shop.example", ("other.example", "shop.example")])
def test_the_way_back_leads_to_a_registered_domain(domains: Any) -> None:
    for back in ("https://shop.example/done", "http://shop.example:8080/a?b=c#d", "https://shop.example"):
        assert cashier().h5(H5_LINK, redirect_url=back, domains=domains).startswith(H5_LINK["mweb_url"])


def test_an_internationalised_domain_is_the_same_in_both_of_its_spellings() -> None:
    for domain in ("商店.中国", "xn--czrs0t.xn--fiqs8s"):
        for back in ("https://商店.中国/done", "https://xn--czrs0t.xn--fiqs8s/done"):
            assert cashier().h5(H5_LINK, redirect_url=back, domains=[domain]).startswith(H5_LINK["mweb_url"])
        with pytest.raises(InvalidRequest, match="not among"):
            cashier().h5(H5_LINK, redirect_url="https://商店.公司/done", domains=[domain])


@pytest.mark.parametrize(
    "back",
    [
        "https://www.shop.example/done", "https://Shop.example/done", "https://shop.example.evil.example/",
        "https://evil.example/?shop.example", "https://shop.example@evil.example/", "https://evil.example#@shop.example",
        "https://evil.example\\@shop.example/", "https://shop.example./", "https:///shop.example",
    ],
)  # fmt: skip
def test_a_way_back_elsewhere_is_refused(back: str) -> None:
    with pytest.raises(InvalidRequest, match="not among the domains registered for H5 payment"):
        cashier().h5(H5_LINK, redirect_url=back, domains=["shop.example"])


@pytest.mark.parametrize("domains", [["https://shop.example"], ["shop.example/pay"], [""], [None], 5, ["localhost"]])
def test_what_is_no_registered_domain_is_refused(domains: Any) -> None:
    with pytest.raises(InvalidRequest, match="domain"):
        cashier().h5(H5_LINK, redirect_url="https://shop.example/", domains=domains)


def test_a_way_back_that_is_encoded_already_is_told_so() -> None:
    with pytest.raises(InvalidRequest) as caught:
        cashier().h5(H5_LINK, redirect_url="https%3A%2F%2Fshop.example")
    assert caught.value.remedy == "give it plain: it is url-encoded here"


@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
def test_a_mini_program_signs_the_same_five_fields_as_a_page(sign_type: str) -> None:
    made = cashier(sign_type=sign_type)
    assert made.mini_program(PREPAY_ID)["paySign"] == made.jsapi(PREPAY_ID)["paySign"]


# The links and parameters of mainland products.


def test_a_product_code_is_signed_as_the_worked_example() -> None:
    made = cashier(mch_id="10000100", key="192006250b4c09247ec02edce69f6a2d")
    link = made.native_product("88888")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    assert link.startswith("weixin://wxpay/bizpayurl?sign=")
    assert asked.pop("sign") == m.sign(asked, "192006250b4c09247ec02edce69f6a2d")
    assert (asked["product_id"], asked["time_stamp"], asked["nonce_str"]) == ("88888", "1414561699", NONCE)


def test_a_product_code_is_md5_whatever_the_merchant_signs_orders_with() -> None:
    asked = parse_qs(urlsplit(cashier(sign_type="HMAC-SHA256").native_product("A-1")).query)
    assert len(asked["sign"][0]) == 32


@pytest.mark.parametrize("product_id", ["", "a" * 33, "a b", "a&b", "商品", None, 7])
def test_what_is_no_product_id_makes_no_code(product_id: Any) -> None:
    with pytest.raises(InvalidRequest, match="product_id"):
        cashier().native_product(product_id)


def test_a_red_pack_is_signed_raw_without_sign_type_and_passed_encoded() -> None:
    package = "sendid=242e8abd163d300019b2cae74ba8e8c06e3f0e51ab84d16b3c80decd22a5b672&ver=8"
    passed = cashier().red_pack(package)
    signed = {"appId": m.APPID, "timeStamp": "1414561699", "nonceStr": NONCE, "package": package}
    assert passed["paySign"] == m.sign(signed)
    assert passed["package"] == package.replace("=", "%3D").replace("&", "%26")
    assert passed["signType"] == "MD5"
    assert "appId" not in passed
    for bad in ("", None, "\ud800"):
        with pytest.raises(InvalidRequest, match="package"):
            cashier().red_pack(bad)  # type: ignore[arg-type]


def test_the_rows_say_what_the_cashier_signs_and_passes() -> None:
    rows = {row.name: row for row in INVOCATIONS}
    order = Result({"prepay_id": PREPAY_ID})
    made = {
        "jsapi": cashier().jsapi(order), "mini_program": cashier().mini_program(order),
        "app": cashier().app(order), "mini_program_red_pack": cashier().red_pack("sendid=1"),
    }  # fmt: skip
    for name, parameters in made.items():
        row = rows[name]
        assert set(parameters) == set(row.passed)
        assert {*row.signed, row.signature} >= set(parameters) - {"signType"}
        assert {part for part, most in row.limits.items() if len(parameters.get(part, "")) > most} <= {
            "paySign",
            "appId",
        }
    asked = parse_qs(urlsplit(cashier().native_product("1")).query)
    assert set(asked) == {*rows["native_mode_1"].signed, "sign"}
