"""wechat-pay-sdk 0.6.2's WeChatPay (import name ``wechatpay``): keyword arguments in, result objects out.

    from wxpay_v2.compat.wechat_pay_sdk import WeChatPay

Its holes are closed: see docs/compat_others.rst. Over API v3 by ``upgrade=`` or WXPAY_V2_UPGRADE.
"""

from __future__ import annotations

import os

import requests

from wxpay_v2.compat import transport
from wxpay_v2.compat.transport import Key, Transport
from wxpay_v2.compat.wechat_pay_sdk.models import WECHAT_CLASS
from wxpay_v2.errors import ConfigurationError, OutcomeUnknown, Rejected
from wxpay_v2.operation import HMAC_SHA256, MD5
from wxpay_v2.secret import Secret, without_frames
from wxpay_v2.v2 import xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.compat.tolerance import Tolerance
    from wxpay_v2.compat.transport import Reply, Upgrade
    from wxpay_v2.merchant import Merchant

__all__ = ["WECHAT_CLASS", "WeChatPay"]

ALIASES = {"wechatpay": __name__, "wechatpay.models": f"{__name__}.models"}


class CertificateMissing(ConfigurationError, ValueError):
    """A refund shows the merchant certificate, and there is none. Nothing was sent."""


class AnswerUnverified(OutcomeUnknown, requests.RequestException):  # type: ignore[misc]
    """The answer cannot be believed; it may have been done. Query before you repeat."""


class WeChatPay:
    """Wire fields as keyword arguments; appid, mch_id, nonce_str and sign are added.

    pay_secret: the API v2 key. cert, key: paths of certificate and private key, for refunds. mch_base: where calls go,
    with a slash at its end. All may be assigned later. sign_type of a call: "MD5" or "HMAC-SHA256".
    upgrade: a V3Account or Gradual; tolerance: a `wxpay_v2.compat.Tolerance`.

    A refusal is a result whose success is False. Raises OutcomeUnknown for an answer that cannot be believed, which is
    a requests.RequestException too, as is what the network does.
    """

    pay_secret = Key()

    @without_frames
    def __init__(
        self,
        appid: str,
        mch_id: str,
        notify_url: str,
        pay_secret: str | Secret,
        cert: str | None = None,
        key: str | None = None,
        *,
        upgrade: Upgrade | None = None,
        tolerance: Tolerance | None = None,
    ) -> None:
        self.appid = appid
        self.mch_id = mch_id
        self.mch_base = "https://api.mch.weixin.qq.com/"
        self.notify_url = notify_url
        self.pay_secret = pay_secret
        self.cert = cert
        self.key = key
        self._transport = Transport(upgrade, tolerance)

    @staticmethod
    def random_str() -> str:
        """Return 32 characters that nobody can guess."""
        return os.urandom(16).hex()

    @staticmethod
    def to_xml(dct: Mapping[str, Any]) -> bytes:
        """Return *dct* as XML; None is left out."""
        return xml.write(transport.text(dct))

    @without_frames
    def unifiedorder(
        self,
        device_info: str = "WEB",
        sign_type: str = MD5,
        fee_type: str = "CNY",
        trade_type: str = "NATIVE",
        **kwargs: Any,
    ) -> Any:
        """Place an order: body, out_trade_no, total_fee, spbill_create_ip and what else it takes."""
        given = {
            "device_info": device_info, "sign_type": sign_type, "fee_type": fee_type, "trade_type": trade_type,
            "notify_url": self.notify_url, **kwargs,
        }  # fmt: skip
        return self._asked("pay/unifiedorder", given)

    @without_frames
    def query_order(self, **kwargs: Any) -> Any:
        """Ask for an order by out_trade_no or transaction_id."""
        return self._asked("pay/orderquery", {"sign_type": MD5, **kwargs})

    @without_frames
    def close_order(self, out_trade_no: str, sign_type: str = MD5) -> Any:
        """Close an order that is not paid."""
        return self._asked("pay/closeorder", {"out_trade_no": out_trade_no, "sign_type": sign_type})

    @without_frames
    def refund(
        self,
        out_trade_no: str,
        out_refund_no: str,
        total_fee: int | str,
        refund_fee: int | str,
        sign_type: str = MD5,
        refund_fee_type: str = "CNY",
        **kwargs: Any,
    ) -> Any:
        """Refund an order, whole or in part. Shows the certificate."""
        given = {
            "sign_type": sign_type, "out_trade_no": out_trade_no, "out_refund_no": out_refund_no,
            "total_fee": total_fee, "refund_fee": refund_fee, "refund_fee_type": refund_fee_type, **kwargs,
        }  # fmt: skip
        return self._asked("secapi/pay/refund", given, certificate=True)

    @without_frames
    def refund_query(self, out_refund_no: str, sign_type: str = MD5, **kwargs: Any) -> Any:
        """Ask for refunds."""
        return self._asked("pay/refundquery", {"sign_type": sign_type, "out_refund_no": out_refund_no, **kwargs})

    @without_frames
    def downloadbill(self, bill_date: str, sign_type: str = MD5, bill_type: str = "ALL", tar_type: str = "GZIP") -> Any:
        """Return the statement as the gateway sends it: text and content."""
        given = {"sign_type": sign_type, "bill_date": bill_date, "bill_type": bill_type, "tar_type": tar_type}
        return self._asked("pay/downloadbill", given)

    @without_frames
    def short_url(self, long_url: str, sign_type: str = MD5) -> Any:
        """Shorten the link of a QR code."""
        return self._asked("tools/shorturl", {"sign_type": sign_type, "long_url": long_url})

    @without_frames
    def sendbox_sign(self) -> Any:
        """Ask for the sandbox's key, at ``pay/getsignkey`` below mch_base."""
        return self._answered("pay/getsignkey", {"mch_id": self.mch_id, "nonce_str": self.random_str()}, False)

    @without_frames
    def verify_notify(self, req: Any) -> Any:
        """Return the NotifyResult of *req*, a request with its body as ``data``; an ErrorResult if it is not believed.

        A notification of API v3 is opened and told in v2's fields: by the request's headers, or without by a
        query, whose errors are raised.
        """
        body = req.data.encode("utf-8", "surrogatepass") if isinstance(req.data, str) else req.data
        try:
            if isinstance(body, bytes) and body.lstrip().startswith(b"{"):
                body = self._transport.notified(self._merchant(MD5, False), body, _headers(req))
            fields = xml.read(body)
        except Rejected:
            return WECHAT_CLASS["error"](req)
        kind = "notify_result" if self._verify_sign(dict(fields)) else "error"
        return WECHAT_CLASS[kind](_Message(req, body, fields))

    @without_frames
    def _gen_sign(self, dct: Mapping[str, Any], sign_type: str = MD5) -> str:
        return self._transport.sign(transport.text(dct), WeChatPay.pay_secret.secret(self), sign_type)

    @without_frames
    def _verify_sign(self, dct: dict[str, Any]) -> bool:
        given = dct.pop("sign", None)
        return transport.valid({**dct, "sign": given}, WeChatPay.pay_secret.secret(self), MD5, mch_id=self.mch_id)

    def _asked(self, path: str, given: dict[str, Any], *, certificate: bool = False) -> Any:
        ids = {"appid": self.appid, "mch_id": self.mch_id, "nonce_str": self.random_str()}
        return self._answered(path, {**ids, **given}, certificate)

    def _answered(self, path: str, given: dict[str, Any], certificate: bool) -> Any:
        sign_type = HMAC_SHA256 if given.get("sign_type") == HMAC_SHA256 else MD5
        fields = transport.text(given)
        fields["sign"] = self._gen_sign(fields, sign_type)
        merchant = self._merchant(sign_type, certificate)
        reply = self._transport.send(merchant, f"{self.mch_base.rstrip('/')}/{path}", fields, certificate, None)
        try:
            told, _ = reply.judged(merchant, self._transport.settings(self.mch_id))
        except OutcomeUnknown as error:
            raise transport.recast(error, AnswerUnverified) from error.__cause__
        return self._parse_result(_Response(reply, told), path.rpartition("/")[2])

    @staticmethod
    def _parse_result(resp: Any, class_key: str) -> Any:
        return WECHAT_CLASS[class_key](resp)

    def _merchant(self, sign_type: str, certificate: bool) -> Merchant:
        pair = None
        if certificate and self._transport.shows(self.mch_id):
            if not self.cert or not self.key:
                raise CertificateMissing("this call shows the merchant certificate: give cert= and key=")
            pair = (self.cert, self.key)
        return self._transport.merchant(self.appid, self.mch_id, WeChatPay.pay_secret.secret(self), sign_type, pair)


class _Message:
    """A request whose body has been read. data: v2's message. fields: what was read."""

    def __init__(self, request: Any, data: bytes, fields: Mapping[str, str]) -> None:
        self._request = request
        self.data = data
        self.fields = fields

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)


class _Response(requests.Response):
    """An answer that has been judged. fields: what was read, none of a statement."""

    def __init__(self, reply: Reply, fields: Mapping[str, str]) -> None:
        super().__init__()
        self.status_code = reply.status
        self.encoding = "utf-8"
        self._content = reply.body
        self.fields = fields


def _headers(req: Any) -> dict[str, str] | None:
    """Return the headers of *req*, a request of Flask, Django or the like; None where it has none."""
    given = getattr(req, "headers", None)
    return dict(given.items()) if given else None
