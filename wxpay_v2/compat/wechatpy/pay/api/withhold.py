"""Entrusted deduction: sign a contract, deduct under it, end it."""

from __future__ import annotations

import time

from wxpay_v2.compat.wechatpy.pay.api.base import BaseWeChatPayAPI, new_number
from wxpay_v2.compat.wechatpy.pay.utils import calculate_signature, get_external_ip
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["WeChatWithhold"]


class WeChatWithhold(BaseWeChatPayAPI):
    """`WeChatPay.withhold`."""

    @without_frames
    def apply_signing(
        self,
        plan_id: str,
        contract_code: str,
        contract_display_account: str,
        notify_url: str,
        version: str = "1.0",
        clientip: str | None = None,
        deviceid: str | None = None,
        mobile: str | None = None,
        email: str | None = None,
        qq: str | None = None,
        request_serial: int | None = None,
        openid: str | None = None,
        creid: str | None = None,
        outerid: str | None = None,
    ) -> dict[str, Any]:
        """Return ``base_url`` and the signed ``data`` of the page where the payer agrees; nothing is sent."""
        now = time.time()
        given = {
            "appid": self.appid,
            "mch_id": self.mch_id,
            "sub_mch_id": self.sub_mch_id,
            "plan_id": plan_id,
            "contract_code": contract_code,
            "request_serial": int(now * 1000) if request_serial is None else request_serial,
            "contract_display_account": contract_display_account,
            "notify_url": notify_url,
            "version": version,
            "timestamp": int(now),
            "clientip": clientip,
            "deviceid": deviceid,
            "mobile": mobile,
            "email": email,
            "qq": qq,
            "openid": openid,
            "creid": creid,
            "outerid": outerid,
        }
        data = {name: value for name, value in given.items() if value is not None}
        data["sign"] = calculate_signature(data, self._client.api_key)
        return {"base_url": f"{self._client.API_BASE_URL}papay/entrustweb", "data": data}

    @without_frames
    def query_signing(
        self,
        contract_id: str | None = None,
        plan_id: str | None = None,
        contract_code: str | None = None,
        openid: str | None = None,
        version: str = "1.0",
    ) -> Any:
        """Query a contract: by its id, or by plan with code or openid. Raises ValueError for another set."""
        if not (contract_id or (plan_id and (contract_code or openid))):
            raise ValueError("give contract_id, or plan_id with contract_code or openid")
        data = {
            "appid": self.appid,
            "mch_id": self.mch_id,
            "contract_id": contract_id,
            "plan_id": plan_id,
            "contract_code": contract_code,
            "openid": openid,
            "version": version,
            "nonce_str": None,
        }
        return self._post("papay/querycontract", data=data)

    @without_frames
    def apply_deduct(
        self,
        body: str,
        total_fee: int,
        contract_id: str,
        notify_url: str,
        out_trade_no: str | None = None,
        detail: str | None = None,
        attach: str | None = None,
        fee_type: str = "CNY",
        goods_tag: str | None = None,
        clientip: str | None = None,
        deviceid: str | None = None,
        mobile: str | None = None,
        email: str | None = None,
        qq: str | None = None,
        openid: str | None = None,
        creid: str | None = None,
        outerid: str | None = None,
    ) -> Any:
        """Deduct *total_fee* (smallest unit) under a contract; the outcome comes to *notify_url*."""
        data = {
            "appid": self.appid,
            "mch_id": self.mch_id,
            "body": body,
            "out_trade_no": out_trade_no or new_number(self.mch_id),
            "total_fee": total_fee,
            "trade_type": "PAP",
            "contract_id": contract_id,
            "notify_url": notify_url,
            "detail": detail,
            "attach": attach,
            "fee_type": fee_type,
            "goods_tag": goods_tag,
            "clientip": clientip,
            "deviceid": deviceid,
            "mobile": mobile,
            "email": email,
            "qq": qq,
            "openid": openid,
            "creid": creid,
            "outerid": outerid,
            "timestamp": int(time.time()),
            "spbill_create_ip": get_external_ip(),
        }
        return self._post("pay/pappayapply", data=data)

    @without_frames
    def query_order(self, transaction_id: str | None = None, out_trade_no: str | None = None) -> Any:
        """Query a deduction by either number. Raises ValueError without one."""
        if not transaction_id and not out_trade_no:
            raise ValueError("give transaction_id or out_trade_no")
        data = {
            "appid": self.appid,
            "mch_id": self.mch_id,
            "transaction_id": transaction_id,
            "out_trade_no": out_trade_no,
        }
        return self._post("pay/paporderquery", data=data)

    @without_frames
    def apply_cancel_signing(
        self,
        contract_id: str | None = None,
        plan_id: str | None = None,
        contract_code: str | None = None,
        contract_termination_remark: str | None = None,
        version: str = "1.0",
    ) -> Any:
        """End a contract: by its id, or by plan and code. Raises ValueError for another set."""
        if not (contract_id or (plan_id and contract_code)):
            raise ValueError("give contract_id, or plan_id with contract_code")
        data = {
            "appid": self.appid,
            "mch_id": self.mch_id,
            "plan_id": plan_id,
            "contract_code": contract_code,
            "contract_id": contract_id,
            "contract_termination_remark": contract_termination_remark,
            "version": version,
            "nonce_str": None,
        }
        return self._post("papay/deletecontract", data=data)
