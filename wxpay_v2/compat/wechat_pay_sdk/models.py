"""What wechat-pay-sdk's calls return: objects with success, error_msg, result, and the fields of each operation."""

from __future__ import annotations

import requests

from wxpay_v2.errors import Malformed
from wxpay_v2.v2 import xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "WECHAT_CLASS",
    "CloseOrderResult",
    "DownLoadBillResult",
    "ErrorResult",
    "NotifyResult",
    "OrderResult",
    "RefundQueryResult",
    "RefundResult",
    "SendBoxKey",
    "ShortUrlResult",
    "UnifiedorderResult",
    "WeChatResult",
]

_OWN = frozenset(("resp", "success", "result", "error_msg"))


class WeChatResult:
    """resp: a requests.Response, or a request with its body as ``data``. result: its fields, None for an empty one.

    success: return_code and result_code say SUCCESS. error_msg: a dict of return_msg, err_code and err_code_des; there
    without success only.
    """

    _optional = False  # whether a success may lack its result_code

    def __init__(self, resp: Any) -> None:
        self.resp = resp
        self.result: dict[str, Any] = self._parse_xml(resp)
        done = self.result.get("result_code", "SUCCESS" if self._optional else None)
        self.success = (self.result.get("return_code"), done) == ("SUCCESS", "SUCCESS")
        if self.success:
            self._take()
        else:
            self._fail()

    def _fail(self) -> None:
        self.success = False
        self.error_msg = {
            "return_msg": self.result.get("return_msg"),
            "err_code": self.result.get("err_code", ""),
            "err_code_des": self.result.get("err_code_des", ""),
        }

    def _take(self) -> None:
        """Take the operation's own attributes from a success."""

    def _take_all(self) -> None:
        """Take every field as an attribute; a field never replaces what is this object's own."""
        for name, value in self.result.items():
            if name not in _OWN and not name.startswith("_"):
                setattr(self, name, value)

    @staticmethod
    def _parse_xml(resp: Any) -> dict[str, Any]:
        """Return the fields of *resp*. Raises Malformed."""
        fields = getattr(resp, "fields", None)  # what was checked is what is handed out
        if fields is None:
            body = resp.content if isinstance(resp, requests.Response) else resp.data
            fields = xml.read(body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body)
        return {name: text or None for name, text in fields.items()}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} success={self.success}>"


class UnifiedorderResult(WeChatResult):
    """trade_type, prepay_id, code_url ("" unless trade_type is NATIVE)."""

    def _take(self) -> None:
        self.trade_type = self.result.get("trade_type")
        self.prepay_id = self.result.get("prepay_id")
        self.code_url = self.result.get("code_url", "")


class SendBoxKey(WeChatResult):
    """key: the sandbox's, "" without success."""

    _optional = True

    def __init__(self, resp: Any) -> None:
        super().__init__(resp)
        self.key = self.result.get("sandbox_signkey", "")


class NotifyResult(WeChatResult):
    """Every field of a payment notification that could be believed."""

    def _take(self) -> None:
        self._take_all()


class OrderResult(WeChatResult):
    """trade_state, out_trade_no; and total_fee of an order that is paid."""

    def _take(self) -> None:
        self.trade_state = self.result.get("trade_state")
        self.out_trade_no = self.result.get("out_trade_no")
        if self.trade_state == "SUCCESS":
            self.total_fee = self.result.get("total_fee")


class ErrorResult(WeChatResult):
    """A notification that cannot be believed: never a success, whatever it says. Of what is no message, no fields."""

    def __init__(self, resp: Any) -> None:
        super().__init__(resp)
        self._fail()

    @staticmethod
    def _parse_xml(resp: Any) -> dict[str, Any]:
        try:
            return WeChatResult._parse_xml(resp)
        except Malformed:
            return {}


class DownLoadBillResult:
    """text, content: the statement as str and as bytes; packed (gzip) unless another tar_type was asked for."""

    def __init__(self, resp: Any) -> None:
        self.text = resp.text
        self.content = resp.content


class CloseOrderResult(WeChatResult):
    """success: the order is closed."""


class ShortUrlResult(WeChatResult):
    """short_url."""

    def _take(self) -> None:
        self.short_url = self.result.get("short_url")


class RefundResult(WeChatResult):
    """Every field of the answer. Success means taken in, not refunded."""

    def _take(self) -> None:
        self._take_all()


class RefundQueryResult(WeChatResult):
    """result has the refunds."""


WECHAT_CLASS: dict[str, Any] = {
    "unifiedorder": UnifiedorderResult,
    "getsignkey": SendBoxKey,
    "notify_result": NotifyResult,
    "orderquery": OrderResult,
    "error": ErrorResult,
    "downloadbill": DownLoadBillResult,
    "closeorder": CloseOrderResult,
    "shorturl": ShortUrlResult,
    "refund": RefundResult,
    "refundquery": RefundQueryResult,
}
