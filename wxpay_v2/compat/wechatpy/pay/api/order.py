"""Orders: place, query, close, reverse; what opens an app's cashier."""

from __future__ import annotations

import json
import time
from datetime import timedelta

from wxpay_v2.clock import BEIJING, Clock
from wxpay_v2.compat.wechatpy.pay.api.base import BaseWeChatPayAPI, new_nonce, new_number
from wxpay_v2.compat.wechatpy.pay.api.cashier import opened
from wxpay_v2.compat.wechatpy.pay.utils import calculate_signature, get_external_ip
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

__all__ = ["WeChatOrder"]

_LIFE = timedelta(hours=2)


class WeChatOrder(BaseWeChatPayAPI):
    """`WeChatPay.order`."""

    @without_frames
    def create(
        self,
        trade_type: str,
        body: str,
        total_fee: int,
        notify_url: str,
        client_ip: str | None = None,
        user_id: str | None = None,
        out_trade_no: str | None = None,
        detail: str | None = None,
        attach: str | None = None,
        fee_type: str = "CNY",
        time_start: datetime | None = None,
        time_expire: datetime | None = None,
        goods_tag: str | None = None,
        product_id: str | None = None,
        device_info: str | None = None,
        limit_pay: str | None = None,
        scene_info: dict[str, Any] | None = None,
        sub_user_id: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Place an order. total_fee: smallest unit. user_id, sub_user_id: the payer's openid, sub_openid.

        time_start, time_expire: now and in two hours by default; a naive one is in the machine's zone. out_trade_no:
        made up by default. client_ip: this machine's by default. kwargs: any other field of the call.
        """
        now = Clock().now()
        data = {
            "appid": self.appid,
            "sub_appid": self.sub_appid,
            "device_info": device_info,
            "body": body,
            "detail": detail,
            "attach": attach,
            "out_trade_no": out_trade_no or new_number(self.mch_id),
            "fee_type": fee_type,
            "total_fee": total_fee,
            "spbill_create_ip": client_ip or get_external_ip(),
            "time_start": _wire_time(time_start or now),
            "time_expire": _wire_time(time_expire or now + _LIFE),
            "goods_tag": goods_tag,
            "notify_url": notify_url,
            "trade_type": trade_type,
            "limit_pay": limit_pay,
            "product_id": product_id,
            "openid": user_id,
            "sub_openid": sub_user_id,
            "scene_info": json.dumps(scene_info, ensure_ascii=False) if scene_info is not None else None,
        }
        return self._post("pay/unifiedorder", data={**data, **kwargs})

    @without_frames
    def query(self, transaction_id: str | None = None, out_trade_no: str | None = None) -> Any:
        """Query an order by either number."""
        data = {"appid": self.appid, "transaction_id": transaction_id, "out_trade_no": out_trade_no}
        return self._post("pay/orderquery", data=data)

    @without_frames
    def close(self, out_trade_no: str) -> Any:
        """Close an order that is not paid."""
        return self._post("pay/closeorder", data={"appid": self.appid, "out_trade_no": out_trade_no})

    @without_frames
    def get_appapi_params(self, prepay_id: str, timestamp: Any = None, nonce_str: str | None = None) -> dict[str, Any]:
        """Return the fields of an app's PayReq, signed."""
        upgraded = opened(self._client, timestamp, nonce_str)
        if upgraded is not None:
            signed: dict[str, Any] = upgraded.app(prepay_id, appid=self.appid)
            return signed
        data = {
            "appid": self.appid,
            "partnerid": self.mch_id,
            "prepayid": prepay_id,
            "package": "Sign=WXPay",
            "timestamp": timestamp or str(int(time.time())),
            "noncestr": nonce_str or new_nonce(),
        }
        return {**data, "sign": calculate_signature(data, self._client.api_key)}

    @without_frames
    def reverse(self, transaction_id: str | None = None, out_trade_no: str | None = None) -> Any:
        """Take a quick pay back, paid or not; by either number."""
        data = {"appid": self.appid, "transaction_id": transaction_id, "out_trade_no": out_trade_no}
        return self._post("secapi/pay/reverse", data=data)


def _wire_time(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y%m%d%H%M%S}"
