"""wechatpy's face beside wechatpy and beside Client: one refund over mutual TLS on a connection that stands."""

from __future__ import annotations

import calls
import messages
from race import race
from report import Row

from wxpay_v2.compat.wechatpy import WeChatPay

_OVER_CLIENT = 1 / 1.1  # at most a tenth more than Client


def rows(rounds: int) -> list[Row]:
    """Return the face against wechatpy, and against the Client that it stands on."""
    with calls.gateway() as where:
        runners = calls.kept(where)
        runners["Client"] = runners.pop("ours")
        runners["ours"] = _face(where)
        for name, runner in runners.items():
            answer = runner()
            assert isinstance(answer, dict) and answer["refund_fee"], name
        laps = race(runners, rounds=rounds, calls=12)
        return [
            Row.of("refund by wechatpy's face", "wechatpy", laps, aim=1.7),
            Row.of("the same, by the wall clock", "wechatpy", laps, clock="wall"),
            Row.of("what the face costs over Client", "Client", laps, aim=round(_OVER_CLIENT, 3)),
        ]


def _face(where: calls.Gateway) -> calls.Runner:
    pay = WeChatPay(
        messages.APPID, messages.API_KEY, messages.MCH_ID, sub_mch_id=messages.SUB_MCH_ID, mch_cert=where.certificate,
        mch_key=where.key,
    )  # fmt: skip
    pay.API_BASE_URL = where.base_url + "/"
    return lambda: calls._wechatpy_refund(pay)
