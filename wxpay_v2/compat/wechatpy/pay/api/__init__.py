"""The groups of calls, one module each."""

from wxpay_v2.compat.wechatpy.pay.api.appauth import WeChatAppAuth
from wxpay_v2.compat.wechatpy.pay.api.coupon import WeChatCoupon
from wxpay_v2.compat.wechatpy.pay.api.jsapi import WeChatJSAPI
from wxpay_v2.compat.wechatpy.pay.api.micropay import WeChatMicroPay
from wxpay_v2.compat.wechatpy.pay.api.order import WeChatOrder
from wxpay_v2.compat.wechatpy.pay.api.profitsharing import WechatProfitSharing
from wxpay_v2.compat.wechatpy.pay.api.redpack import WeChatRedpack
from wxpay_v2.compat.wechatpy.pay.api.refund import WeChatRefund
from wxpay_v2.compat.wechatpy.pay.api.tools import WeChatTools
from wxpay_v2.compat.wechatpy.pay.api.transfer import WeChatTransfer
from wxpay_v2.compat.wechatpy.pay.api.withhold import WeChatWithhold

__all__ = [
    "WeChatAppAuth",
    "WeChatCoupon",
    "WeChatJSAPI",
    "WeChatMicroPay",
    "WeChatOrder",
    "WeChatRedpack",
    "WeChatRefund",
    "WeChatTools",
    "WeChatTransfer",
    "WeChatWithhold",
    "WechatProfitSharing",
]
