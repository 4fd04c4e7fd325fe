"""Coupons: send one, query a batch, query one."""

from __future__ import annotations

from wxpay_v2.compat.wechatpy.pay.api.base import BaseWeChatPayAPI, new_number
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["WeChatCoupon"]

_LONGEST = 28  # characters of partner_trade_no here


class WeChatCoupon(BaseWeChatPayAPI):
    """`WeChatPay.coupon`. user_id: an openid. stock_id: of the batch."""

    @without_frames
    def send(
        self,
        user_id: str,
        stock_id: str,
        op_user_id: str | None = None,
        device_info: str | None = None,
        out_trade_no: str | None = None,
    ) -> Any:
        """Send a coupon. out_trade_no: partner_trade_no, made up by default."""
        data = {
            "appid": self.appid,
            "coupon_stock_id": stock_id,
            "openid": user_id,
            "openid_count": 1,
            "partner_trade_no": out_trade_no or new_number(self.mch_id, _LONGEST),
            "op_user_id": op_user_id,
            "device_info": device_info,
            "version": "1.0",
            "type": "XML",
        }
        return self._post("mmpaymkttransfers/send_coupon", data=data)

    @without_frames
    def query_stock(self, stock_id: str, op_user_id: str | None = None, device_info: str | None = None) -> Any:
        """Query a batch of coupons."""
        data = {
            "appid": self.appid,
            "coupon_stock_id": stock_id,
            "op_user_id": op_user_id,
            "device_info": device_info,
            "version": "1.0",
            "type": "XML",
        }
        return self._post("mmpaymkttransfers/query_coupon_stock", data=data)

    @without_frames
    def query_coupon(
        self, coupon_id: str, user_id: str, op_user_id: str | None = None, device_info: str | None = None
    ) -> Any:
        """Query a payer's coupon."""
        data = {
            "coupon_id": coupon_id,
            "openid": user_id,
            "appid": self.appid,
            "op_user_id": op_user_id,
            "device_info": device_info,
            "version": "1.0",
            "type": "XML",
        }
        return self._post("promotion/query_coupon", data=data)
