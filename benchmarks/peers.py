"""The peers' own code on the measured path, and nothing but it."""

from __future__ import annotations

from messages import API_KEY, APPID, MCH_ID, SUB_MCH_ID
from optionaldict import optionaldict
from wechatpy.pay import WeChatPay
from wechatpy.pay.utils import calculate_signature, calculate_signature_hmac, dict_to_xml
from wechatpy.utils import random_string
from weixin.pay import WeixinPay


def wechatpy(**more: str) -> WeChatPay:
    """Return a wechatpy client of the merchant that is measured."""
    return WeChatPay(APPID, API_KEY, MCH_ID, sub_mch_id=SUB_MCH_ID, **more)


def weixin_python() -> WeixinPay:
    """Return a weixin-python client of the merchant that is measured."""
    return WeixinPay(APPID, MCH_ID, API_KEY, "https://shop.example/wxpay/notifications")


# What the API methods hand to _request beside the caller's fields: None for each argument that was not given.
WECHATPY_UNUSED: dict[str, dict[str, None]] = {
    "unified_order": dict.fromkeys(("sub_appid", "limit_pay", "openid", "sub_openid", "scene_info")),
    "order_query": {"transaction_id": None},
}


def wechatpy_build(pay: WeChatPay, given: dict[str, str], unused: dict[str, None]) -> bytes:
    """Return the signed body as WeChatPay._request makes it from what its API methods hand over."""
    data = {"appid": pay.appid, **unused, **given}
    if "mchid" not in data:
        data.setdefault("mch_id", pay.mch_id)
    data.setdefault("sub_mch_id", pay.sub_mch_id)
    data.setdefault("nonce_str", random_string(32))
    data = optionaldict(data)
    if data.get("sign_type", "MD5") == "HMAC-SHA256":
        sign = calculate_signature_hmac(data, pay.sandbox_api_key if pay.sandbox else pay.api_key)
    else:
        sign = calculate_signature(data, pay.sandbox_api_key if pay.sandbox else pay.api_key)
    body: bytes = dict_to_xml(data, sign).encode("utf-8")
    return body


def wechatpy_open(pay: WeChatPay, body: bytes) -> dict[str, str]:
    """Return the verified fields of *body*, read and checked as wechatpy does for a reply."""
    import xmltodict

    data: dict[str, str] = xmltodict.parse(body.decode("utf-8"))["xml"]
    if not pay.check_signature(data):
        raise ValueError("signature")
    return data


def weixin_python_open(pay: WeixinPay, body: bytes) -> dict[str, str]:
    """Return the verified fields of *body*, read and checked as weixin-python does; its check takes the sign out."""
    data: dict[str, str] = pay.to_dict(body.decode("utf-8"))
    if not pay.check(data):
        raise ValueError("signature")
    return data
