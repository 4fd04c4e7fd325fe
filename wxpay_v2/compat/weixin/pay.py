"""weixin-python's WeixinPay: keyword arguments in, a Map out, errors raised.

    from wxpay_v2.compat.weixin import WeixinPay, WeixinPayError

Its holes are closed: see docs/compat_others.rst. Over API v3 by ``upgrade=`` or WXPAY_V2_UPGRADE.
"""

from __future__ import annotations

import os
import sys
import time

import requests

from wxpay_v2.compat import transport
from wxpay_v2.compat.transport import Key, Reply, Transport
from wxpay_v2.compat.wechatpy.connection import Connection, check_verified
from wxpay_v2.compat.weixin.base import Map, WeixinError
from wxpay_v2.errors import (
    ConfigurationError,
    InvalidRequest,
    Malformed,
    Mismatch,
    OutcomeUnknown,
    Refused,
    SignatureInvalid,
    WXPayError,
)
from wxpay_v2.operation import MD5
from wxpay_v2.secret import Secret, without_frames
from wxpay_v2.v2 import xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.compat.tolerance import Tolerance
    from wxpay_v2.compat.transport import Upgrade
    from wxpay_v2.merchant import Merchant

__all__ = ["FAIL", "SUCCESS", "WeixinPay", "WeixinPayError"]

FAIL = "FAIL"
SUCCESS = "SUCCESS"
_SHOWN = 64  # characters of the gateway's words in an error


class WeixinPayError(WeixinError):
    """What went wrong; ``str()`` is the gateway's words where it said any.

    All that are raised here are errors of `wxpay_v2.errors` too: Refused, OutcomeUnknown, NotSent and their kinds.
    """

    def __str__(self) -> str:
        return f"{self.args[0]}" if self.args else ""


class PayRefused(WeixinPayError, Refused):
    """The gateway answered no."""


class PayUnknown(WeixinPayError, OutcomeUnknown):
    """It may have been done: query before you repeat."""


class PayInvalid(WeixinPayError, InvalidRequest):
    """The arguments do not do; nothing was sent."""


class PayMisconfigured(WeixinPayError, ConfigurationError):
    """A key, certificate or setting does not do; nothing was sent."""


class PayMalformed(WeixinPayError, Malformed):
    """Not a message."""


class PaySignatureInvalid(WeixinPayError, SignatureInvalid):
    """A notification of API v3 whose signature does not hold."""


class PayMismatch(WeixinPayError, Mismatch):
    """Authentic, but another merchant's, or other than the gateway tells when it is asked. Raise an alarm."""


_KINDS: tuple[tuple[type[WXPayError], type[WXPayError]], ...] = (
    (Refused, PayRefused),
    (OutcomeUnknown, PayUnknown),
    (InvalidRequest, PayInvalid),
    (ConfigurationError, PayMisconfigured),
    (Malformed, PayMalformed),
    (SignatureInvalid, PaySignatureInvalid),
    (Mismatch, PayMismatch),
)

# What a call needs before it is sent: every one of the names, or one of several.
_NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "unified_order": (("out_trade_no",), ("body",), ("total_fee",), ("trade_type",)),
    "order_query": (("out_trade_no", "transaction_id"),),
    "refund": (("out_trade_no", "transaction_id"), ("out_refund_no",), ("total_fee",), ("refund_fee",)),
    "refund_query": (("out_refund_no", "out_trade_no", "transaction_id", "refund_id"),),
    "pay_individual": (("partner_trade_no",), ("openid",), ("amount",), ("desc",)),
    "pay_individual_to_card": (
        ("partner_trade_no",),
        ("enc_bank_no",),
        ("enc_true_name",),
        ("bank_code",),
        ("amount",),
    ),
    "pay_individual_bank_query": (("partner_trade_no",),),
    "pay_individual_query": (("partner_trade_no",),),
    "qrcode_url_shorten": (("long_url",),),
}
_OF_TRADE_TYPE = {"JSAPI": "openid", "NATIVE": "product_id"}


class WeixinPay:
    """Wire fields as keyword arguments; appid, mch_id, nonce_str and sign are added. MD5.

    mch_key: the API v2 key. key, cert: paths of the private key and of the certificate, in this order. All may be
    assigned later. sess: a requests.Session, which may be replaced, or have adapters mounted.
    upgrade: a V3Account or Gradual; tolerance: a `wxpay_v2.compat.Tolerance`.

    Raises WeixinPayError; where the network fails NotSent or OutcomeUnknown, which are requests exceptions.
    """

    PAY_HOST = "https://api.mch.weixin.qq.com"
    mch_key = Key()

    @without_frames
    def __init__(
        self,
        app_id: str,
        mch_id: str,
        mch_key: str | Secret,
        notify_url: str,
        key: str | None = None,
        cert: str | None = None,
        *,
        upgrade: Upgrade | None = None,
        tolerance: Tolerance | None = None,
    ) -> None:
        self.app_id = app_id
        self.mch_id = mch_id
        self.mch_key = mch_key
        self.notify_url = notify_url
        self.key = key
        self.cert = cert
        self.sess: Any = _Session()
        self._transport = Transport(upgrade, tolerance)

    @property
    def remote_addr(self) -> str:
        """The address of Flask's current request, "" without one."""
        flask = sys.modules.get("flask")
        if flask is None or not flask.has_request_context():
            return ""
        return flask.request.remote_addr or ""

    @property
    def nonce_str(self) -> str:
        """32 characters that nobody can guess, new each time."""
        return os.urandom(16).hex()

    @property
    def timestamp(self) -> str:
        """Seconds since 1970."""
        return str(int(time.time()))

    @without_frames
    def sign(self, raw: Mapping[str, Any]) -> str:
        """Return the MD5 signature of *raw*; empty values are left out, and so is a sign."""
        try:
            return self._transport.sign(transport.text(raw), WeixinPay.mch_key.secret(self))
        except WXPayError as error:
            raise _ours(error) from None

    @without_frames
    def check(self, data: dict[str, Any]) -> bool:
        """Return True when *data*, the fields of a notification, carried the right sign, which is taken out of it."""
        if not isinstance(data, dict):
            return False
        given = data.pop("sign", None)
        return transport.valid({**data, "sign": given}, WeixinPay.mch_key.secret(self), MD5, mch_id=self.mch_id)

    def to_xml(self, raw: Mapping[str, Any]) -> bytes:
        """Return *raw* as XML; None is left out."""
        try:
            fields = transport.text(raw)
            if self._transport.settings(self.mch_id).allows("raw_markup"):
                return transport.unmarked(fields)
            return xml.write(fields)
        except WXPayError as error:
            raise _ours(error) from None

    @without_frames
    def to_dict(self, content: str | bytes) -> dict[str, Any]:
        """Return the fields of a message, None for an empty one.

        A notification of API v3 is opened and told in v2's fields, with a sign that `check` finds right; without its
        headers (see `wxpay_v2.compat.middleware`) a query confirms it. Raises WeixinPayError.
        """
        body = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        try:
            if isinstance(body, bytes) and body.lstrip().startswith(b"{"):
                body = self._transport.notified(self._merchant(False), body)
            return {name: text or None for name, text in xml.read(body).items()}
        except WXPayError as error:
            raise _ours(error) from None

    def reply(self, msg: str, ok: bool = True) -> bytes:
        """Return the answer to a notification."""
        return self.to_xml({"return_code": SUCCESS if ok else FAIL, "return_msg": msg})

    @without_frames
    def unified_order(self, **data: Any) -> Any:
        """Place an order: out_trade_no, body, total_fee, trade_type; openid for JSAPI, product_id for NATIVE.

        Inside a Flask request spbill_create_ip is its sender's.
        """
        _check("unified_order", data)
        kind = data["trade_type"]
        wanted = _OF_TRADE_TYPE.get(kind) if isinstance(kind, str) else None
        if wanted is not None and wanted not in data:
            raise PayInvalid(f"unified_order needs {wanted} where trade_type is {kind}")
        data.setdefault("notify_url", self.notify_url)
        if "spbill_create_ip" not in data:
            data["spbill_create_ip"] = self.remote_addr
        return self._fetch(f"{self.PAY_HOST}/pay/unifiedorder", data)

    @without_frames
    def jsapi(self, **kwargs: Any) -> dict[str, str]:
        """Place an order and return what opens the cashier in WeChat: the signature as sign, and as paySign too."""
        kwargs.setdefault("trade_type", "JSAPI")
        prepay_id = self.unified_order(**kwargs)["prepay_id"]
        settings = self._transport.settings(self.mch_id)
        if settings.upgrade is not None:
            cashier = self._transport.bridge(self._merchant(False), settings, transport.text(kwargs)).cashier
            told: dict[str, str] = cashier.jsapi(prepay_id)
        else:
            told = {
                "appId": self.app_id, "timeStamp": self.timestamp, "nonceStr": self.nonce_str,
                "package": f"prepay_id={prepay_id}", "signType": MD5,
            }  # fmt: skip
            told["paySign"] = self.sign(told)
        return {**told, "sign": told["paySign"]}

    def order_jsapi(self, **kwargs: Any) -> dict[str, str]:
        """As `jsapi`."""
        return self.jsapi(**kwargs)

    def order_h5(self, **kwargs: Any) -> Any:
        """Place an order whose mweb_url a browser outside WeChat opens."""
        kwargs.setdefault("trade_type", "MWEB")
        return self.unified_order(**kwargs)

    def order_qr(self, **kwargs: Any) -> Any:
        """Place an order whose code_url is shown as a QR code."""
        kwargs.setdefault("trade_type", "NATIVE")
        return self.unified_order(**kwargs)

    def qrcode_url(self, product_id: str, shorten: bool = False) -> str:
        """Return the link of a QR code that stands for a product; v2 alone has such."""
        fields = {
            "appid": self.app_id, "mch_id": self.mch_id, "product_id": product_id, "time_stamp": self.timestamp,
            "nonce_str": self.nonce_str,
        }  # fmt: skip
        named = {"sign": self.sign(fields), **transport.text(fields)}
        link = "weixin://wxpay/bizpayurl?" + "&".join(f"{name}={text}" for name, text in named.items())
        return self.qrcode_url_shorten(long_url=link) if shorten else link

    @without_frames
    def qrcode_url_shorten(self, **data: Any) -> str:
        """Return the short link of long_url."""
        _check("qrcode_url_shorten", data)
        return str(self._fetch(f"{self.PAY_HOST}/tools/shorturl", data)["short_url"])

    @without_frames
    def order_query(self, **data: Any) -> Any:
        """Ask for an order by out_trade_no or transaction_id."""
        _check("order_query", data)
        return self._fetch(f"{self.PAY_HOST}/pay/orderquery", data)

    @without_frames
    def close_order(self, out_trade_no: str, **data: Any) -> Any:
        """Close an order that is not paid."""
        return self._fetch(f"{self.PAY_HOST}/pay/closeorder", {**data, "out_trade_no": out_trade_no})

    @without_frames
    def refund(self, **data: Any) -> Any:
        """Refund by out_trade_no or transaction_id: out_refund_no, total_fee, refund_fee. Shows the certificate."""
        self._certified("refund", data)
        return self._fetch(f"{self.PAY_HOST}/secapi/pay/refund", data, True)

    @without_frames
    def refund_query(self, **data: Any) -> Any:
        """Ask for refunds by out_refund_no, out_trade_no, transaction_id or refund_id."""
        _check("refund_query", data)
        return self._fetch(f"{self.PAY_HOST}/pay/refundquery", data)

    @without_frames
    def download_bill(self, bill_date: str, bill_type: str = "ALL", **data: Any) -> Any:
        """Return the statement's text."""
        given = {"bill_date": bill_date, "bill_type": bill_type, **data}
        return self._fetch(f"{self.PAY_HOST}/pay/downloadbill", given)

    @without_frames
    def pay_individual(self, **data: Any) -> Any:
        """Pay to a WeChat balance: partner_trade_no, openid, amount, desc. Shows the certificate."""
        self._certified("pay_individual", data)
        data.setdefault("check_name", "NO_CHECK")
        return self._fetch_pay(f"{self.PAY_HOST}/mmpaymkttransfers/promotion/transfers", data, True)

    @without_frames
    def pay_individual_to_card(self, **data: Any) -> Any:
        """Pay to a bank card: partner_trade_no, enc_bank_no, enc_true_name, bank_code, amount, and the certificate."""
        self._certified("pay_individual_to_card", data)
        return self._fetch(f"{self.PAY_HOST}/mmpaysptrans/pay_bank", data, True, False)

    @without_frames
    def pay_individual_bank_query(self, **data: Any) -> Any:
        """Ask for a payment to a bank card by partner_trade_no. Shows the certificate."""
        self._certified("pay_individual_bank_query", data)
        return self._fetch(f"{self.PAY_HOST}/mmpaysptrans/query_bank", data, True, False)

    @without_frames
    def pay_individual_query(self, **data: Any) -> Any:
        """Ask for a payment to a WeChat balance by partner_trade_no. Shows the certificate."""
        self._certified("pay_individual_query", data)
        return self._fetch(f"{self.PAY_HOST}/mmpaymkttransfers/gettransferinfo", data, True)

    def _certified(self, call: str, data: Mapping[str, Any]) -> None:
        if (not self.key or not self.cert) and self._transport.shows(self.mch_id):
            raise PayMisconfigured(f"{call} shows the merchant certificate: give key= and cert=")
        _check(call, data)

    @without_frames
    def _fetch(self, url: str, data: dict[str, Any], use_cert: bool = False, appid: bool = True) -> Any:
        ids = {"appid": self.app_id} if appid else {}
        return self._answered(url, {**ids, "mch_id": self.mch_id, **data}, use_cert)

    @without_frames
    def _fetch_pay(self, url: str, data: dict[str, Any], use_cert: bool = False) -> Any:
        return self._answered(url, {"mch_appid": self.app_id, "mchid": self.mch_id, **data}, use_cert)

    def _answered(self, url: str, data: dict[str, Any], use_cert: bool) -> Any:
        """Return the believed answer to *data*: a Map, or the text of a statement."""
        data.setdefault("nonce_str", self.nonce_str)
        data.setdefault("sign", self.sign(data))
        try:
            fields = transport.text(data)
            merchant = self._merchant(use_cert)
            reply = self._transport.carried(merchant, url, fields) or self._posted(url, fields, use_cert)
            told, error = reply.judged(merchant, self._transport.settings(self.mch_id))
        except WXPayError as fault:
            raise _ours(fault) from fault.__cause__
        if error is not None:
            raise _ours(error, told)
        if FAIL in (told.get("return_code"), told.get("result_code")):  # believed by a tolerance alone
            raise WeixinPayError(_words(told))
        if not told:
            return reply.body.decode("utf-8", "replace")
        return Map({name: text or None for name, text in told.items()})

    def _posted(self, url: str, fields: Mapping[str, str], use_cert: bool) -> Reply:
        request = self._transport.request(self.mch_id, url, fields, self.to_xml(fields), use_cert, None)
        pair = {"cert": (self.cert, self.key)} if use_cert else {}
        limits = None if request.timeout[0] == transport.ENDLESS else request.timeout
        check_verified(self.sess, {})
        try:
            answer = self.sess.post(url, data=request.body, timeout=limits, **pair)
            return Reply(request.path, fields, answer.status_code, answer.content)
        except (requests.RequestException, OSError) as error:
            raise transport.broken(error, request) from None

    def _merchant(self, certificate: bool) -> Merchant:
        # Over v2 alone `sess` shows the files; only a client of ours, which goes both ways, has to have read them.
        pair = (self.cert, self.key) if certificate and self._transport.goes_both_ways(self.mch_id) else None
        return self._transport.merchant(self.app_id, self.mch_id, WeixinPay.mch_key.secret(self), MD5, pair)


class _Session(Connection):
    """What `requests.Session.post` adds to a call, such as ``json=None``, is no reason to leave the quick path."""

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(
            method, url, *args, **{name: value for name, value in kwargs.items() if value is not None}
        )


def _check(call: str, data: Mapping[str, Any]) -> None:
    for names in _NEEDS[call]:
        if not any(name in data for name in names):
            raise PayInvalid(f"{call} needs {' or '.join(names)}")


def _words(told: Mapping[str, str]) -> str:
    name = "return_msg" if told.get("return_code") == FAIL else "err_code_des"
    said = told.get(name) or told.get("err_code") or told.get("return_msg") or ""
    return "".join(letter if letter.isprintable() else " " for letter in said)[:_SHOWN]


def _ours(error: WXPayError, told: Mapping[str, str] | None = None) -> Exception:
    """Return *error* as a WeixinPayError; what is one, or one of requests', as it is."""
    if isinstance(error, (WeixinPayError, requests.RequestException)):
        return error
    kind = next((ours for theirs, ours in _KINDS if isinstance(error, theirs)), None)
    return error if kind is None else transport.recast(error, kind, _words(told) if told else "")
