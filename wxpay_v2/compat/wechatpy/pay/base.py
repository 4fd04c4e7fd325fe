"""Where wechatpy 1.8.18 has it; in 2.x it stands in `pay.api.base`."""

from wxpay_v2.compat.wechatpy.pay.api.base import BaseWeChatPayAPI

__all__ = ["BaseWeChatPayAPI"]
