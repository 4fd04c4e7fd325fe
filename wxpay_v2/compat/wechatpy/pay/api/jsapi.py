"""What opens the cashier of a page inside WeChat or of a mini program."""

from __future__ import annotations

import time

from wxpay_v2.compat.wechatpy.pay.api.base import BaseWeChatPayAPI, new_nonce
from wxpay_v2.compat.wechatpy.pay.api.cashier import opened
from wxpay_v2.compat.wechatpy.pay.utils import calculate_signature
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["WeChatJSAPI"]


class WeChatJSAPI(BaseWeChatPayAPI):
    """`WeChatPay.jsapi`. The app id is sub_appid where the client has one."""

    @without_frames
    def get_jsapi_signature(self, prepay_id: str, timestamp: Any = None, nonce_str: str | None = None) -> str:
        """Return the paySign alone."""
        signed: str = self.get_jsapi_params(prepay_id, timestamp, nonce_str)["paySign"]
        return signed

    @without_frames
    def get_jsapi_params(
        self, prepay_id: str, timestamp: Any = None, nonce_str: str | None = None, jssdk: bool = False
    ) -> dict[str, Any]:
        """Return the parameters, signed. jssdk: name the time ``timestamp``, as wx.chooseWXPay takes it."""
        upgraded = opened(self._client, timestamp, nonce_str)
        if upgraded is not None:
            signed: dict[str, Any] = upgraded.jsapi(prepay_id, appid=self.sub_appid or self.appid, jssdk=jssdk)
            return signed
        data = {
            "appId": self.sub_appid or self.appid,
            "timeStamp": timestamp or str(int(time.time())),
            "nonceStr": nonce_str or new_nonce(),
            "signType": "MD5",
            "package": f"prepay_id={prepay_id}",
        }
        pay = self._client
        data["paySign"] = calculate_signature(data, pay.sandbox_api_key if pay.sandbox else pay.api_key)
        if jssdk:
            data["timestamp"] = data.pop("timeStamp")
        return data
