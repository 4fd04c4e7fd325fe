"""Real-name authentication, of wechatpy 2."""

from __future__ import annotations

from urllib.parse import quote

from wxpay_v2.compat.wechatpy.pay.api.base import BaseWeChatPayAPI
from wxpay_v2.compat.wechatpy.pay.utils import calculate_signature_hmac
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["WeChatAppAuth"]


class WeChatAppAuth(BaseWeChatPayAPI):
    """`WeChatPay.app_auth`."""

    @without_frames
    def get_auth_url(self, redirect_uri: str, state: str) -> str:
        """Return the page where the payer agrees; it leads on to *redirect_uri* with code and state."""
        return (
            f"https://payapp.weixin.qq.com/appauth/authindex?mch_id={self.mch_id}&appid={self.appid}"
            f"&redirect_uri={quote(redirect_uri, safe='')}&response_type=code&scope=pay_identity&state={state}"
            "#wechat_redirect"
        )

    @without_frames
    def get_access_token(self, openid: str, code: str) -> Any:
        """Exchange *code*. The answer is JSON, and a text here, as in wechatpy."""
        params = {
            "mch_id": self.mch_id,
            "appid": self.appid,
            "openid": openid,
            "code": code,
            "scope": "pay_identity",
            "grant_type": "authorization_code",
            "sign_type": "HMAC-SHA256",
        }
        params["sign"] = calculate_signature_hmac(params, self._client.api_key)
        return self._get("appauth/getaccesstoken", params=params)

    @without_frames
    def real_name_auth(self, openid: str, real_name: str, cred_id: str, access_token: str) -> Any:
        """Ask whether name and identity card are the payer's."""
        data = {
            "version": "1.0",
            "appid": self.appid,
            "openid": openid,
            "real_name": real_name,
            "cred_type": 1,
            "cred_id": cred_id,
            "access_token": access_token,
            "sign_type": "HMAC-SHA256",
        }
        return self._post("https://fraud.mch.weixin.qq.com/secsvc/realnameauth", data=data)
