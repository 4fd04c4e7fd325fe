"""Statements, short links, and whose payment code it is."""

from __future__ import annotations

from datetime import date

from wxpay_v2.compat.wechatpy.pay.api.base import BaseWeChatPayAPI
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["WeChatTools"]


class WeChatTools(BaseWeChatPayAPI):
    """`WeChatPay.tools`. bill_date: a date, a datetime or ``yyyyMMdd``."""

    @without_frames
    def short_url(self, long_url: str) -> Any:
        """Shorten a QR code's link."""
        return self._post("tools/shorturl", data={"appid": self.appid, "long_url": long_url})

    @without_frames
    def download_bill(self, bill_date: date | str, bill_type: str = "ALL", device_info: str | None = None) -> Any:
        """Return a day's transaction statement as text. bill_type: ALL, SUCCESS, REFUND or REVOKED."""
        data = {
            "appid": self.appid,
            "bill_date": _wire_day(bill_date),
            "bill_type": bill_type,
            "device_info": device_info,
        }
        return self._post("pay/downloadbill", data=data)

    @without_frames
    def download_fundflow(self, bill_date: date | str, account_type: str = "Basic", tar_type: str | None = None) -> Any:
        """Return a day's fund-flow statement as text. account_type: Basic, Operation or Fees."""
        data = {
            "appid": self.appid,
            "bill_date": _wire_day(bill_date),
            "account_type": account_type,
            "sign_type": "HMAC-SHA256",
            "tar_type": tar_type,
        }
        return self._post("pay/downloadfundflow", data=data)

    @without_frames
    def auto_code_to_openid(self, auth_code: str) -> Any:
        """Ask whose payment code this is."""
        return self._post("tools/authcodetoopenid", data={"appid": self.appid, "auth_code": auth_code})


def _wire_day(day: date | str) -> str:
    return f"{day:%Y%m%d}" if isinstance(day, date) else day
