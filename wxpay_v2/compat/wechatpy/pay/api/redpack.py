"""Red packs: send one, send one that a group shares, query."""

from __future__ import annotations

from wxpay_v2.compat.wechatpy.pay.api.base import BaseWeChatPayAPI, new_number
from wxpay_v2.compat.wechatpy.pay.utils import get_external_ip
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["WeChatRedpack"]

_LONGEST = 28  # characters of mch_billno


class WeChatRedpack(BaseWeChatPayAPI):
    """`WeChatPay.redpack`. user_id: the receiver's openid. total_amount: smallest unit. out_trade_no: mch_billno."""

    @without_frames
    def send(
        self,
        user_id: str,
        total_amount: int,
        send_name: str,
        act_name: str,
        wishing: str,
        remark: str,
        total_num: int = 1,
        client_ip: str | None = None,
        out_trade_no: str | None = None,
        scene_id: str | None = None,
        consume_mch_id: str | None = None,
    ) -> Any:
        """Send a red pack. scene_id: needed above 200 yuan. consume_mch_id: whose money, for a service provider."""
        data = {
            "wxappid": self.appid,
            "re_openid": user_id,
            "total_amount": total_amount,
            "send_name": send_name,
            "act_name": act_name,
            "wishing": wishing,
            "remark": remark,
            "client_ip": client_ip or get_external_ip(),
            "total_num": total_num,
            "mch_billno": out_trade_no or new_number(self.mch_id, _LONGEST),
            "scene_id": scene_id,
            "consume_mch_id": consume_mch_id,
        }
        return self._post("mmpaymkttransfers/sendredpack", data=data)

    @without_frames
    def send_group(
        self,
        user_id: str,
        total_amount: int,
        send_name: str,
        act_name: str,
        wishing: str,
        remark: str,
        total_num: int,
        client_ip: str | None = None,
        amt_type: str = "ALL_RAND",
        out_trade_no: str | None = None,
        scene_id: str | None = None,
        consume_mch_id: str | None = None,
    ) -> Any:
        """Send a red pack that *total_num* people share. amt_type: how it is shared out."""
        data = {
            "wxappid": self.appid,
            "re_openid": user_id,
            "total_amount": total_amount,
            "send_name": send_name,
            "act_name": act_name,
            "wishing": wishing,
            "remark": remark,
            "total_num": total_num,
            "client_ip": client_ip or get_external_ip(),
            "amt_type": amt_type,
            "mch_billno": out_trade_no or new_number(self.mch_id, _LONGEST),
            "scene_id": scene_id,
            "consume_mch_id": consume_mch_id,
        }
        return self._post("mmpaymkttransfers/sendgroupredpack", data=data)

    @without_frames
    def query(self, out_trade_no: str, bill_type: str = "MCHT") -> Any:
        """Query a red pack by its mch_billno."""
        data = {"mch_billno": out_trade_no, "bill_type": bill_type, "appid": self.appid}
        return self._post("mmpaymkttransfers/gethbinfo", data=data)
