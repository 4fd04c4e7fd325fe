"""Quick pay: the payer shows a code, the till scans it."""

from __future__ import annotations

from wxpay_v2.compat.wechatpy.pay.api.base import BaseWeChatPayAPI, new_number
from wxpay_v2.compat.wechatpy.pay.utils import get_external_ip
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["WeChatMicroPay"]


class WeChatMicroPay(BaseWeChatPayAPI):
    """`WeChatPay.micropay`."""

    @without_frames
    def create(
        self,
        body: str,
        total_fee: int,
        auth_code: str,
        client_ip: str | None = None,
        out_trade_no: str | None = None,
        detail: str | None = None,
        attach: str | None = None,
        fee_type: str = "CNY",
        goods_tag: str | None = None,
        device_info: str | None = None,
        limit_pay: str | None = None,
        receipt: str | None = "Y",
    ) -> Any:
        """Charge the payer whose *auth_code* was scanned. receipt: as wechatpy 2 sends it; None for 1.8's way."""
        data = {
            "appid": self.appid,
            "device_info": device_info,
            "body": body,
            "detail": detail,
            "attach": attach,
            "out_trade_no": out_trade_no or new_number(self.mch_id),
            "total_fee": total_fee,
            "fee_type": fee_type,
            "spbill_create_ip": client_ip or get_external_ip(),
            "goods_tag": goods_tag,
            "limit_pay": limit_pay,
            "auth_code": auth_code,
            "receipt": receipt,
        }
        return self._post("pay/micropay", data=data)

    @without_frames
    def query(self, transaction_id: str | None = None, out_trade_no: str | None = None) -> Any:
        """Query an order by either number."""
        data = {"appid": self.appid, "transaction_id": transaction_id, "out_trade_no": out_trade_no}
        return self._post("pay/orderquery", data=data)
