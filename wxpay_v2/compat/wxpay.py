"""The official-style WXPay (pywxpay 0.1), and the camel-case names of the official demo: dict in, dict out.

    from wxpay_v2.compat.wxpay import WXPay

Its holes are closed: see docs/compat_others.rst. Over API v3 by ``upgrade=`` or WXPAY_V2_UPGRADE.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import os
from collections.abc import Mapping

from wxpay_v2.compat import headers, messages, transport
from wxpay_v2.compat.transport import Key, Reply, Transport
from wxpay_v2.errors import InvalidRequest, Malformed, OutcomeUnknown, Rejected, quoted
from wxpay_v2.operation import HMAC_SHA256, MD5
from wxpay_v2.secret import Secret, without_frames
from wxpay_v2.v2 import xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from wxpay_v2.compat.tolerance import Tolerance
    from wxpay_v2.compat.transport import Limits, Upgrade
    from wxpay_v2.merchant import Merchant

    Number = int | float | None

__all__ = ["ALIASES", "SignInvalidException", "WXPay", "WXPayConstants", "WXPayUtil"]

ALIASES = {"wxpay": __name__, "pywxpay": __name__}

_LONGEST = 1e9  # milliseconds
_SPELLINGS = (("connectTimeoutMs", "connect_timeout_ms"), ("readTimeoutMs", "read_timeout_ms"))
_MAINLAND = "https://api.mch.weixin.qq.com"
_PATHS = {
    "MICROPAY": "/pay/micropay",
    "UNIFIEDORDER": "/pay/unifiedorder",
    "ORDERQUERY": "/pay/orderquery",
    "REVERSE": "/secapi/pay/reverse",
    "CLOSEORDER": "/pay/closeorder",
    "REFUND": "/secapi/pay/refund",
    "REFUNDQUERY": "/pay/refundquery",
    "DOWNLOADBILL": "/pay/downloadbill",
    "REPORT": "/payitil/report",
    "SHORTURL": "/tools/shorturl",
    "AUTHCODETOOPENID": "/tools/authcodetoopenid",
}


class WXPayConstants:
    """Words and addresses. Every operation has ``<NAME>_URL`` and ``SANDBOX_<NAME>_URL``, looked up at each call."""

    SUCCESS = "SUCCESS"
    FAIL = "FAIL"
    SIGN_TYPE_MD5 = MD5
    SIGN_TYPE_HMACSHA256 = HMAC_SHA256
    FIELD_SIGN = "sign"
    FIELD_SIGN_TYPE = "sign_type"


for _name, _path in _PATHS.items():
    setattr(WXPayConstants, f"{_name}_URL", _MAINLAND + _path)
    setattr(WXPayConstants, f"SANDBOX_{_name}_URL", f"{_MAINLAND}/sandboxnew{_path}")


class SignInvalidException(Exception):
    """An answer is not signed, or signed wrongly. value: a sentence."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value

    def __str__(self) -> str:
        return repr(self.value)


class AnswerUnverified(SignInvalidException, OutcomeUnknown):
    """The answer cannot be believed; it may have been done. Query before you repeat."""

    def __init__(self, value: str, **context: Any) -> None:
        OutcomeUnknown.__init__(self, value, **context)
        self.value = value


class _Alias:
    """Another name of a method; the override of a subclass is found by either."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type) -> Any:
        return getattr(owner if instance is None else instance, self._name)


class WXPayUtil:
    """Pure functions. Amounts are ints or digits; a bool or a float is an InvalidRequest."""

    @staticmethod
    @without_frames
    def dict2xml(data: Mapping[str, Any]) -> str:
        """Return *data* as XML; None is left out."""
        return xml.write(transport.text(data)).decode()

    @staticmethod
    def xml2dict(xml_str: str | bytes) -> dict[str, Any]:
        """Return the fields of a message, None for an empty one. Raises Malformed.

        A notification of API v3 comes back as a dict without fields: `WXPay.is_pay_result_notify_signature_valid` opens
        it and puts v2's fields there.
        """
        body = _bytes(xml_str)
        if body.lstrip().startswith(b"{"):
            return _Sealed(body, headers.current())
        return _told(xml.read(body))

    @staticmethod
    @without_frames
    def generate_signature(data: Mapping[str, Any], key: str, sign_type: str = MD5) -> str:
        """Return the signature of *data* in upper-case hex; empty values and sign are left out."""
        return messages.sign(transport.text(data), key, sign_type)

    @staticmethod
    @without_frames
    def is_signature_valid(data: Mapping[str, Any], key: str, sign_type: str = MD5) -> bool:
        """Return True when *data* carries the sign of *key*."""
        return transport.valid(data, Secret(key), sign_type)

    @staticmethod
    @without_frames
    def generate_signed_xml(data: Mapping[str, Any], key: str, sign_type: str = MD5) -> str:
        """Return *data* and its signature as XML."""
        told = transport.text(data)
        return xml.write({**told, "sign": messages.sign(told, key, sign_type)}).decode()

    @staticmethod
    def generate_nonce_str() -> str:
        """Return 32 characters that nobody can guess."""
        return os.urandom(16).hex()

    @staticmethod
    def md5(source: str | bytes) -> str:
        """Return the MD5 of *source* in upper-case hex."""
        return hashlib.md5(_bytes(source), usedforsecurity=False).hexdigest().upper()

    @staticmethod
    @without_frames
    def hmacsha256(source: str | bytes, key: str | bytes) -> str:
        """Return the HMAC-SHA256 of *source* in upper-case hex."""
        return hmac.new(_bytes(key), _bytes(source), "sha256").hexdigest().upper()

    mapToXml = _Alias("dict2xml")
    xmlToMap = _Alias("xml2dict")
    generateSignature = _Alias("generate_signature")
    isSignatureValid = _Alias("is_signature_valid")
    generateSignedXml = _Alias("generate_signed_xml")
    generateNonceStr = _Alias("generate_nonce_str")
    MD5 = _Alias("md5")
    HMACSHA256 = _Alias("hmacsha256")


def _operation(name: str, means: str, *, certificate: bool = False) -> Callable[..., dict[str, Any]]:
    @without_frames
    def method(
        self: WXPay, data: Mapping[str, Any], timeout: Number = None, read_timeout: Number = None, **spelled: Number
    ) -> dict[str, Any]:
        limits = self._limits(timeout, read_timeout, spelled)
        return self.process_response_xml(self._exchanged(name, data, limits, certificate))

    method.__name__ = name.lower()
    method.__qualname__ = f"WXPay.{method.__name__}"
    method.__doc__ = means
    return method


class WXPay:
    """Dict in, dict out. Every method takes wire fields and adds appid, mch_id, nonce_str, sign_type and sign.

    timeout: milliseconds, to connect and to wait for the answer; connectTimeoutMs and readTimeoutMs (or
    connect_timeout_ms, read_timeout_ms) say them apart, here and in each call. sign_type: "MD5" or "HMAC-SHA256".
    key: the API v2 key. cert_pem_path, key_pem_path: needed by reverse and refund. All may be assigned later.
    upgrade: a V3Account or Gradual; tolerance: a `wxpay_v2.compat.Tolerance`.

    A business failure comes back as a dict. Raises SignInvalidException, which is an OutcomeUnknown, for an answer that
    cannot be believed; NotSent and OutcomeUnknown, which are requests exceptions, where the network fails.
    """

    key = Key()

    @without_frames
    def __init__(
        self,
        app_id: str,
        mch_id: str,
        key: str | Secret,
        cert_pem_path: str | None = None,
        key_pem_path: str | None = None,
        timeout: Number = 8000,
        sign_type: str = MD5,
        use_sandbox: bool = False,
        *,
        upgrade: Upgrade | None = None,
        tolerance: Tolerance | None = None,
        **spelled: Number,
    ) -> None:
        self.app_id = app_id
        self.mch_id = mch_id
        self.key = key
        self.cert_pem_path = cert_pem_path
        self.key_pem_path = key_pem_path
        self.timeout = timeout
        self._apart = dict(spelled)
        _apart(None, None, spelled)  # refuses what is no spelling of a timeout
        self.sign_type = sign_type
        self.use_sandbox = use_sandbox
        self._transport = Transport(upgrade, tolerance)

    @without_frames
    def fill_request_data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return a copy of *data* with appid, mch_id, nonce_str, sign_type and sign, whatever it had there."""
        if self.sign_type not in (MD5, HMAC_SHA256):
            raise InvalidRequest(f"Invalid sign_type: {quoted(self.sign_type)}")
        filled = copy.deepcopy(dict(data)) if isinstance(data, Mapping) else transport.text(data)
        filled["appid"] = self.app_id
        filled["mch_id"] = self.mch_id
        filled["nonce_str"] = WXPayUtil.generate_nonce_str()
        filled["sign_type"] = self.sign_type
        filled["sign"] = self._transport.sign(transport.text(filled), WXPay.key.secret(self), self.sign_type)
        return filled

    def is_response_signature_valid(self, data: Mapping[str, Any]) -> bool:
        """Return True when *data*, the fields of an answer, carries the right sign."""
        return transport.valid(data, WXPay.key.secret(self), self.sign_type)

    @without_frames
    def is_pay_result_notify_signature_valid(self, data: dict[str, Any]) -> bool:
        """Return True when *data*, the fields of a payment notification, carries the right sign.

        The algorithm is the configured one. A notification of API v3 is opened, and *data* filled with v2's fields;
        without its headers (see `wxpay_v2.compat.middleware`) a query confirms it, whose errors are raised.
        """
        settings = self._transport.settings(self.mch_id)
        if isinstance(data, _Sealed):
            try:
                opened = self._transport.notified(self._merchant(False), data.body, data.headers)
                data.update(_told(xml.read(opened)))
            except Rejected:
                return False
        md5_too = settings.allows("md5_notifications")
        return transport.valid(data, WXPay.key.secret(self), self.sign_type, md5_too=md5_too, mch_id=self.mch_id)

    @without_frames
    def request_with_cert(
        self, url: str, data: Mapping[str, Any], timeout: Number = None, read_timeout: Number = None, **spelled: Number
    ) -> str:
        """Post *data* as it is to *url*, or to that path, with the merchant certificate; return the answer's text."""
        return self._post(url, data, self._limits(timeout, read_timeout, spelled), certificate=True)

    @without_frames
    def request_without_cert(
        self, url: str, data: Mapping[str, Any], timeout: Number = None, read_timeout: Number = None, **spelled: Number
    ) -> str:
        """Post *data* as it is to *url*, or to that path; return the answer's text."""
        return self._post(url, data, self._limits(timeout, read_timeout, spelled), certificate=False)

    @without_frames
    def process_response_xml(self, resp_xml: str | bytes) -> dict[str, Any]:
        """Return the fields of an answer. Raises SignInvalidException unless it can be believed.

        An answer to this object's own calls is judged by its operation: a refusal without a signature is believed where
        no money moves. Of any other text a FAIL comes back unverified, as ever.
        """
        if isinstance(resp_xml, _Answer):
            return self._judged(resp_xml.reply)
        try:
            fields = xml.read(_bytes(resp_xml))
        except Malformed as error:
            raise AnswerUnverified(f"the answer cannot be read: {error.message}") from None
        return_code = fields.get("return_code")
        if return_code not in (WXPayConstants.SUCCESS, WXPayConstants.FAIL):
            raise AnswerUnverified(f"return_code is {quoted(return_code)} in the answer")
        verified = return_code == WXPayConstants.FAIL or self.is_response_signature_valid(fields)
        if not verified and not self._transport.settings(self.mch_id).allows("unsigned_replies"):
            raise AnswerUnverified("invalid sign in the answer")
        return _told(fields)

    @without_frames
    def downloadbill(
        self, data: Mapping[str, Any], timeout: Number = None, read_timeout: Number = None, **spelled: Number
    ) -> dict[str, Any]:
        """Return the statement's text under ``data`` with return_code SUCCESS, or the fields of a failure."""
        answer = self._exchanged("DOWNLOADBILL", data, self._limits(timeout, read_timeout, spelled))
        if isinstance(answer, _Answer):
            told = self._judged(answer.reply)
        else:
            told = self.process_response_xml(answer) if answer.lstrip().startswith("<") else {}
        return told or {"return_code": "SUCCESS", "return_msg": "", "data": answer.strip()}

    micropay = _operation("MICROPAY", "Quick pay: the payer's code is scanned.")
    unifiedorder = _operation("UNIFIEDORDER", "Place an order.")
    orderquery = _operation("ORDERQUERY", "Ask for an order.")
    reverse = _operation("REVERSE", "Take back a quick pay. Shows the certificate.", certificate=True)
    closeorder = _operation("CLOSEORDER", "Close an order that is not paid.")
    refund = _operation("REFUND", "Refund an order, whole or in part. Shows the certificate.", certificate=True)
    refundquery = _operation("REFUNDQUERY", "Ask for the refunds of an order.")
    report = _operation("REPORT", "Report how calls went.")
    shorturl = _operation("SHORTURL", "Shorten the link of a QR code.")
    authcodetoopenid = _operation("AUTHCODETOOPENID", "Return the openid behind a payer's code.")

    fillRequestData = _Alias("fill_request_data")
    isResponseSignatureValid = _Alias("is_response_signature_valid")
    isPayResultNotifySignatureValid = _Alias("is_pay_result_notify_signature_valid")
    requestWithCert = _Alias("request_with_cert")
    requestWithoutCert = _Alias("request_without_cert")
    processResponseXml = _Alias("process_response_xml")
    microPay = _Alias("micropay")
    unifiedOrder = _Alias("unifiedorder")
    orderQuery = _Alias("orderquery")
    closeOrder = _Alias("closeorder")
    refundQuery = _Alias("refundquery")
    downloadBill = _Alias("downloadbill")
    shortUrl = _Alias("shorturl")
    authCodeToOpenid = _Alias("authcodetoopenid")

    def _exchanged(self, name: str, data: Mapping[str, Any], limits: Limits, certificate: bool = False) -> str:
        url = getattr(WXPayConstants, f"SANDBOX_{name}_URL" if self.use_sandbox else f"{name}_URL")
        request = self.request_with_cert if certificate else self.request_without_cert
        connect, read = limits or (None, None)
        return request(url, self.fill_request_data(data), connect and connect * 1000, read and read * 1000)

    def _post(self, url: str, data: Mapping[str, Any], limits: Limits, *, certificate: bool) -> str:
        if url.startswith("/"):
            url = _MAINLAND + url
        fields = transport.text(data)
        return _Answer(self._transport.send(self._merchant(certificate), url, fields, certificate, limits))

    def _judged(self, reply: Reply) -> dict[str, Any]:
        try:
            fields, _ = reply.judged(self._merchant(False), self._transport.settings(self.mch_id))
        except OutcomeUnknown as error:
            unverified = transport.recast(error, AnswerUnverified)
            unverified.value = error.message
            raise unverified from error.__cause__
        return _told(fields)

    def _merchant(self, certificate: bool) -> Merchant:
        pair = (self.cert_pem_path, self.key_pem_path) if certificate and self._transport.shows(self.mch_id) else None
        return self._transport.merchant(self.app_id, self.mch_id, WXPay.key.secret(self), self.sign_type, pair)

    def _limits(self, timeout: Number, read_timeout: Number, spelled: Mapping[str, Number]) -> Limits:
        """Return (connect, read) in seconds: this call's milliseconds, else this object's."""
        connect, read = _apart(timeout, timeout if read_timeout is None else read_timeout, spelled)
        ours_connect, ours_read = _apart(self.timeout, self.timeout, self._apart)
        given = (ours_connect if connect is None else connect, ours_read if read is None else read)
        if None in given:
            return None
        if not all(type(number) in (int, float) and 0 < number <= _LONGEST for number in given if number is not None):
            raise InvalidRequest(f"a timeout must be milliseconds, above 0, got {quoted(given)}")
        return (given[0] or 0) / 1000, (given[1] or 0) / 1000


class _Answer(str):
    """The text of an answer, and the `Reply` that it is."""

    reply: Reply

    def __new__(cls, reply: Reply) -> _Answer:
        made = super().__new__(cls, reply.body.decode("utf-8", "replace"))
        made.reply = reply
        return made


class _Sealed(dict):  # type: ignore[type-arg]
    """A notification of API v3, which only its merchant opens. body, headers: as they came."""

    def __init__(self, body: bytes, given: Mapping[str, str] | None) -> None:
        super().__init__()
        self.body = body
        self.headers = given


def _told(fields: Mapping[str, str]) -> dict[str, Any]:
    return {name: value or None for name, value in fields.items()}


def _bytes(given: object) -> bytes:
    if isinstance(given, str):
        return given.encode("utf-8", "surrogatepass")
    if isinstance(given, (bytes, bytearray)):
        return bytes(given)
    raise InvalidRequest(f"text or bytes are wanted, got {type(given).__name__}")


def _apart(connect: Number, read: Number, spelled: Mapping[str, Number]) -> tuple[Number, Number]:
    if not spelled:
        return connect, read
    unknown = sorted(set(spelled) - {name for names in _SPELLINGS for name in names})
    if unknown:
        raise InvalidRequest(f"unknown: {', '.join(unknown)}", remedy="timeout, connectTimeoutMs, readTimeoutMs")
    for name in _SPELLINGS[0]:
        connect = spelled.get(name, connect)
    for name in _SPELLINGS[1]:
        read = spelled.get(name, read)
    return connect, read
