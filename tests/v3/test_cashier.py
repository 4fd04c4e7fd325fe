"""RSA-signed parameters for the payer's side: four lines, verified by `cryptography` with the merchant's public key."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.corpus import messages as m
from tests.v3 import keys as k
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import InvalidRequest
from wxpay_v2.merchant import Merchant
from wxpay_v2.primitives import load_private_key
from wxpay_v2.v3.cashier import Cashier
from wxpay_v2.v3.signature import Signer

PREPAY_ID = "wx201411101639507cbf6ffd8b0779950874"
NONCE = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"
SUB_APPID = "wx9999999999999999"
KEY = load_private_key(k.private_pem(k.MERCHANT))


def cashier(**changes: Any) -> Cashier:
    merchant = Merchant(m.APPID, m.MCH_ID, m.KEY, **changes)
    signer = Signer(m.MCH_ID, k.SERIAL, KEY)
    return Cashier(lambda: merchant, lambda: signer, ManualClock(1414561699.75), lambda: NONCE)


def institution() -> Cashier:
    return cashier(sub_mch_id=m.SUB_MCH_ID, sub_appid=SUB_APPID)


def verify(signature: str, *lines: str) -> None:
    text = "".join(line + "\n" for line in lines).encode()
    public = k.key(k.MERCHANT).public_key()
    public.verify(base64.b64decode(signature, validate=True), text, padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("order", [PREPAY_ID, {"prepay_id": PREPAY_ID}])
def test_a_page_signs_four_lines_and_not_the_sign_type(order: Any) -> None:
    parameters = cashier().jsapi(order)
    signature = parameters.pop("paySign")
    assert parameters == {
        "appId": m.APPID,
        "timeStamp": "1414561699",
        "nonceStr": NONCE,
        "package": f"prepay_id={PREPAY_ID}",
        "signType": "RSA",
    }
    verify(signature, m.APPID, "1414561699", NONCE, f"prepay_id={PREPAY_ID}")
    with pytest.raises(InvalidSignature):
        verify(signature, m.APPID, "1414561699", NONCE, f"prepay_id={PREPAY_ID}", "RSA")


def test_the_js_sdk_gets_timestamp() -> None:
    plain, sdk = cashier().jsapi(PREPAY_ID), cashier().jsapi(PREPAY_ID, jssdk=True)
    assert sdk.pop("timestamp") == plain.pop("timeStamp") == "1414561699"
    assert sdk == plain


def test_a_mini_program_is_not_passed_the_app_id_that_is_signed() -> None:
    parameters = institution().mini_program(PREPAY_ID)
    assert set(parameters) == {"timeStamp", "nonceStr", "package", "signType", "paySign"}
    assert parameters["signType"] == "RSA"
    verify(parameters["paySign"], SUB_APPID, "1414561699", NONCE, f"prepay_id={PREPAY_ID}")


def test_an_app_signs_the_bare_prepay_id_and_sends_no_sign_type() -> None:
    fields = cashier().app(PREPAY_ID)
    signature = fields.pop("sign")
    assert fields == {
        "appid": m.APPID,
        "partnerid": m.MCH_ID,
        "prepayid": PREPAY_ID,
        "package": "Sign=WXPay",
        "noncestr": NONCE,
        "timestamp": "1414561699",
    }
    verify(signature, m.APPID, "1414561699", NONCE, PREPAY_ID)


def test_an_institutions_app_names_the_institution_unlike_v2() -> None:
    fields = institution().app(PREPAY_ID)
    assert (fields["appid"], fields["partnerid"]) == (SUB_APPID, m.MCH_ID)


@pytest.mark.parametrize("method", ["jsapi", "mini_program", "app"])
def test_another_app_id_can_be_named_and_a_wrong_one_not(method: str) -> None:
    parameters = getattr(institution(), method)(PREPAY_ID, appid="wx7777777777777777")
    last = PREPAY_ID if method == "app" else f"prepay_id={PREPAY_ID}"
    verify(parameters.get("paySign") or parameters["sign"], "wx7777777777777777", "1414561699", NONCE, last)
    for wrong in ("wx\n", "", "wx 7", 7):
        with pytest.raises(InvalidRequest, match="not an app id"):
            getattr(cashier(), method)(PREPAY_ID, appid=wrong)


@pytest.mark.parametrize("method", ["jsapi", "mini_program", "app"])
@pytest.mark.parametrize("order", ["", "a\nb", "a b", "x" * 65, {}, {"prepay_id": 7}, None, 7, {"code_url": "x"}])
def test_what_is_no_prepay_id_is_refused(method: str, order: Any) -> None:
    with pytest.raises(InvalidRequest, match="not a prepay_id"):
        getattr(cashier(), method)(order)


def test_a_qr_code_is_the_orders_link() -> None:
    assert cashier().native({"code_url": "weixin://wxpay/bizpayurl?pr=1"}) == "weixin://wxpay/bizpayurl?pr=1"
    for order in ({}, {"code_url": "https://evil.example"}, {"code_url": 7}, None):
        with pytest.raises(InvalidRequest, match="no code_url"):
            cashier().native(order)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["h5_url", "mweb_url"])
def test_a_browser_is_sent_to_the_orders_address_and_back(name: str) -> None:
    link = "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=2"
    assert cashier().h5({name: link}) == link
    back = cashier().h5({name: link}, redirect_url="https://shop.example/a?b=1", domains=["shop.example"])
    assert back == f"{link}&redirect_url=https%3A%2F%2Fshop.example%2Fa%3Fb%3D1"
    with pytest.raises(InvalidRequest, match="not among the domains"):
        cashier().h5({name: link}, redirect_url="https://other.example/", domains="shop.example")
    with pytest.raises(InvalidRequest, match="lone surrogate"):
        cashier().h5({name: link}, redirect_url="https://shop.example/\ud800")
    with pytest.raises(InvalidRequest, match=f"no {name}"):
        cashier().h5({name: "javascript:1"})


@pytest.mark.parametrize("order", [{}, None, "wx1", 7, []])
def test_what_is_no_h5_order_is_refused(order: Any) -> None:
    with pytest.raises(InvalidRequest, match="no mweb_url"):
        cashier().h5(order)


def test_what_only_v2_has_is_refused_with_its_reason() -> None:
    with pytest.raises(InvalidRequest, match="red_pack is of API v2 only"):
        cashier().red_pack("sendid=1")
    with pytest.raises(InvalidRequest, match="native_product is of API v2 only"):
        cashier().native_product("p")
