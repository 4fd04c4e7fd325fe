"""The payment part of wechatpy 1.8.18 and 2.0.0a26 on this library's core: change the import, keep the code."""

from __future__ import annotations

from wxpay_v2.compat.wechatpy.exceptions import (
    WeChatClientException,
    WeChatException,
    WeChatOAuthException,
    WeChatPayException,
)
from wxpay_v2.compat.wechatpy.pay import WeChatPay

__all__ = [
    "WeChatClientException",
    "WeChatException",
    "WeChatOAuthException",
    "WeChatPay",
    "WeChatPayException",
]
