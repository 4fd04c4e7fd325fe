"""Profit sharing, of wechatpy 2.0.0a26. All of it is signed with HMAC-SHA256."""

from __future__ import annotations

import json

from wxpay_v2.compat.wechatpy.pay.api.base import BaseWeChatPayAPI
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["WechatProfitSharing"]


class WechatProfitSharing(BaseWeChatPayAPI):
    """`WeChatPay.profit_sharing`. receivers: a list of dicts, at most 50. Amounts: smallest unit."""

    @without_frames
    def profit_sharing(self, transaction_id: str, out_order_no: str, receivers: list[dict[str, Any]]) -> Any:
        """Share a payment once; what is left is the merchant's at once."""
        return self._share("secapi/pay/profitsharing", transaction_id, out_order_no, receivers)

    @without_frames
    def multi_profit_sharing(self, transaction_id: str, out_order_no: str, receivers: list[dict[str, Any]]) -> Any:
        """Share a part of a payment; `finish` ends it."""
        return self._share("secapi/pay/multiprofitsharing", transaction_id, out_order_no, receivers)

    @without_frames
    def query(self, transaction_id: str, out_order_no: str) -> Any:
        """Query what came of a sharing."""
        data = {"mch_id": self.mch_id, "transaction_id": transaction_id, "out_order_no": out_order_no}
        return self._signed("pay/profitsharingquery", data)

    @without_frames
    def add_receiver(self, receiver: dict[str, Any]) -> Any:
        """Name somebody who may receive."""
        return self._signed("pay/profitsharingaddreceiver", {**self._ids(), "receiver": json.dumps(receiver)})

    @without_frames
    def remove_receiver(self, receiver: dict[str, Any]) -> Any:
        """Take somebody off the list of receivers."""
        return self._signed("pay/profitsharingremovereceiver", {**self._ids(), "receiver": json.dumps(receiver)})

    @without_frames
    def finish(self, transaction_id: str, out_order_no: str, description: str) -> Any:
        """End the sharing of a payment; what is left is the merchant's."""
        data = {"transaction_id": transaction_id, "out_order_no": out_order_no, "description": description}
        return self._signed("secapi/pay/profitsharingfinish", {**self._ids(), **data})

    @without_frames
    def order_amount_query(self, transaction_id: str) -> Any:
        """Query what may still be shared."""
        return self._signed("pay/profitsharingorderamountquery", {**self._ids(), "transaction_id": transaction_id})

    @without_frames
    def profit_sharing_return(
        self,
        order_id: str | None,
        out_order_no: str | None,
        out_return_no: str,
        return_account_type: str,
        return_account: str,
        return_amount: int,
        description: str,
    ) -> Any:
        """Take back what a receiver got: order_id, or out_order_no, names the sharing."""
        data = {
            **self._ids(),
            "order_id": order_id,
            "out_order_no": out_order_no,
            "out_return_no": out_return_no,
            "return_account_type": return_account_type,
            "return_account": return_account,
            "return_amount": return_amount,
            "description": description,
        }
        return self._signed("secapi/pay/profitsharingreturn", data)

    @without_frames
    def return_query(self, order_id: str | None, out_order_no: str | None, out_return_no: str) -> Any:
        """Query what came of taking back."""
        data = {"order_id": order_id, "out_order_no": out_order_no, "out_return_no": out_return_no}
        return self._signed("pay/profitsharingreturnquery", {**self._ids(), **data})

    def _ids(self) -> dict[str, Any]:
        return {"appid": self.appid, "mch_id": self.mch_id}

    def _share(self, path: str, transaction_id: str, out_order_no: str, receivers: list[dict[str, Any]]) -> Any:
        data = {"transaction_id": transaction_id, "out_order_no": out_order_no, "receivers": json.dumps(receivers)}
        return self._signed(path, {**self._ids(), **data})

    def _signed(self, path: str, data: dict[str, Any]) -> Any:
        return self._post(path, data={**data, "sign_type": "HMAC-SHA256"})
