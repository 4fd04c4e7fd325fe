"""The faces beside the libraries they replace, and beside Client: one refund over mutual TLS, connections kept."""

from __future__ import annotations

import calls
import messages
import weixin
from race import race
from report import Row

from wxpay_v2.compat.wechat_pay_sdk import WeChatPay as SdkPay
from wxpay_v2.compat.wechatpy import WeChatPay
from wxpay_v2.compat.weixin import WeixinPay
from wxpay_v2.compat.wxpay import WXPay, WXPayConstants

_OVER_CLIENT = 1 / 1.1  # at most a tenth more than Client
_OTHERS = ("WXPay", "weixin", "wechat-pay-sdk")


def rows(rounds: int) -> list[Row]:
    """Return each face against its library, where it runs here, and against the Client that it stands on."""
    with calls.gateway() as where:
        runners = calls.kept(where)
        runners["Client"] = runners.pop("ours")
        runners["ours"] = _face(where)
        runners |= _others(where)
        for name, runner in runners.items():
            answer = runner()
            assert isinstance(answer, dict) and answer["refund_fee"], name
        laps = race(runners, rounds=rounds, calls=12)
        aim = round(_OVER_CLIENT, 3)
        return [
            Row.of("refund by wechatpy's face", "wechatpy", laps, aim=1.7),
            Row.of("the same, by the wall clock", "wechatpy", laps, clock="wall"),
            Row.of("what the face costs over Client", "Client", laps, aim=aim),
            Row.of("refund by weixin's face", "weixin-python", laps, ours="weixin"),
            *(Row.of(f"what {name}'s face costs over Client", "Client", laps, ours=name, aim=aim) for name in _OTHERS),
        ]


def _others(where: calls.Gateway) -> dict[str, calls.Runner]:
    """Return the other three faces, and weixin-python itself; without a sub-merchant, whom none of them knows."""
    WXPayConstants.REFUND_URL = f"{where.base_url}/secapi/pay/refund"  # how one names another gateway there
    ids = (messages.APPID, messages.MCH_ID)
    official = WXPay(*ids, messages.API_KEY, where.certificate, where.key)
    face = WeixinPay(*ids, messages.API_KEY, "https://shop.example/pay", where.key, where.certificate)
    real = weixin.WeixinPay(*ids, messages.API_KEY, "https://shop.example/pay", where.key, where.certificate)
    face.PAY_HOST = real.PAY_HOST = where.base_url
    sdk = SdkPay(*ids, "https://shop.example/pay", messages.API_KEY, where.certificate, where.key)
    sdk.mch_base = f"{where.base_url}/"
    asked = calls._REFUND
    return {
        "WXPay": lambda: official.refund(dict(asked)),
        "weixin": lambda: face.refund(**asked, op_user_id=messages.MCH_ID),
        "weixin-python": lambda: real.refund(**asked, op_user_id=messages.MCH_ID),
        "wechat-pay-sdk": lambda: sdk.refund(**asked).result,
    }


def _face(where: calls.Gateway) -> calls.Runner:
    pay = WeChatPay(
        messages.APPID, messages.API_KEY, messages.MCH_ID, sub_mch_id=messages.SUB_MCH_ID, mch_cert=where.certificate,
        mch_key=where.key,
    )  # fmt: skip
    pay.API_BASE_URL = where.base_url + "/"
    return lambda: calls._wechatpy_refund(pay)
