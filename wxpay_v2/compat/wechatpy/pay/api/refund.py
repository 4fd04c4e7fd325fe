"""Refunds: ask for one, query."""

from __future__ import annotations

from wxpay_v2.compat.wechatpy.pay.api.base import BaseWeChatPayAPI
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["WeChatRefund"]


class WeChatRefund(BaseWeChatPayAPI):
    """`WeChatPay.refund`."""

    @without_frames
    def apply(
        self,
        total_fee: int,
        refund_fee: int,
        out_refund_no: str,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        fee_type: str = "CNY",
        op_user_id: str | None = None,
        device_info: str | None = None,
        refund_account: str | None = "REFUND_SOURCE_UNSETTLED_FUNDS",
        refund_desc: str | None = None,
        notify_url: str | None = None,
    ) -> Any:
        """Ask for a refund; success means that it was taken in. total_fee: of the order. op_user_id: mch_id."""
        data = {
            "appid": self.appid,
            "device_info": device_info,
            "transaction_id": transaction_id,
            "out_trade_no": out_trade_no,
            "out_refund_no": out_refund_no,
            "total_fee": total_fee,
            "refund_fee": refund_fee,
            "refund_fee_type": fee_type,
            "op_user_id": op_user_id or self.mch_id,
            "refund_account": refund_account,
            "refund_desc": refund_desc,
            "notify_url": notify_url,
        }
        return self._post("secapi/pay/refund", data=data)

    @without_frames
    def query(
        self,
        refund_id: str | None = None,
        out_refund_no: str | None = None,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        device_info: str | None = None,
    ) -> Any:
        """Query the refunds of an order, or one, by any of the four numbers."""
        data = {
            "appid": self.appid,
            "device_info": device_info,
            "transaction_id": transaction_id,
            "out_trade_no": out_trade_no,
            "out_refund_no": out_refund_no,
            "refund_id": refund_id,
        }
        return self._post("pay/refundquery", data=data)
