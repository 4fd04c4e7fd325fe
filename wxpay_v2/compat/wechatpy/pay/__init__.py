"""wechatpy.pay on this library's core: the same names, arguments and results, without the holes."""

from __future__ import annotations

import inspect
import logging
import os
from urllib.parse import urlsplit

import requests

from wxpay_v2.compat import messages
from wxpay_v2.compat.bridge import Bridge
from wxpay_v2.compat.settings import VARIABLE, Settings, settings_for
from wxpay_v2.compat.wechatpy import connection, environment, notices, replies
from wxpay_v2.compat.wechatpy.callers import Callers
from wxpay_v2.compat.wechatpy.connection import Connection, answered, told
from wxpay_v2.compat.wechatpy.crypto import WeChatRefundCrypto
from wxpay_v2.compat.wechatpy.exceptions import InvalidSignatureException, WeChatPayException
from wxpay_v2.compat.wechatpy.pay import api, utils
from wxpay_v2.compat.wechatpy.pay.api.base import BaseWeChatPayAPI
from wxpay_v2.compat.wechatpy.pay.utils import (
    _check_signature,
    calculate_signature,
    calculate_signature_hmac,
    dict_to_xml,
)
from wxpay_v2.errors import ConfigurationError, InvalidRequest, WXPayError
from wxpay_v2.operation import GLOBAL, HMAC_SHA256, HOSTS, MD5
from wxpay_v2.secret import Secret, redacted, without_frames
from wxpay_v2.upgrade.gradual import Gradual
from wxpay_v2.v2 import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from wxpay_v2.compat.tolerance import Tolerance
    from wxpay_v2.merchant import Merchant
    from wxpay_v2.v2.signature import Signer
    from wxpay_v2.v3.account import V3Account

__all__ = [
    "InvalidSignatureException",
    "WeChatPay",
    "WeChatPayException",
    "WeChatRefundCrypto",
    "calculate_signature",
    "calculate_signature_hmac",
    "dict_to_xml",
]

logger = logging.getLogger(__name__)

_READ, _READ_STATEMENT = 10.0, 60.0
_GATEWAY = ".weixin.qq.com"
_PLAIN = Settings()
_VARIABLES = (VARIABLE,)
_OURS = (utils.calculate_signature, utils.calculate_signature_hmac)
_PKCS12 = (".p12", ".pfx")


class _Key:
    """An attribute that is read and assigned as a str and kept as a Secret: prints, vars and pickles do not have it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, pay: Any, owner: type | None = None) -> Any:
        if pay is None:
            return self
        try:
            kept = vars(pay)[self._name]
        except KeyError:
            raise AttributeError(self._name.strip("_")) from None
        return kept.reveal() if isinstance(kept, Secret) else kept

    def __set__(self, pay: Any, value: Any) -> None:
        vars(pay)[self._name] = Secret(value) if isinstance(value, str) and value else value


def _is_api_endpoint(obj: object) -> bool:
    return isinstance(obj, BaseWeChatPayAPI)


class WeChatPay:
    """WeChat Pay as wechatpy calls it. The first nine arguments are wechatpy's, in its order.

    timeout: seconds, or (connect, read); None is 3 and 10, 30 for quick pay. mch_cert, mch_key: paths, read at each
    request; or mch_cert alone, a .p12. upgrade: a V3Account or a Gradual carries the calls over API v3 (by default
    what WXPAY_V2_UPGRADE says, see `wxpay_v2.compat.settings`). tolerance: a `wxpay_v2.compat.Tolerance`. sign_type:
    of calls that name none, and of what the gateway sends; HMAC-SHA256 is believed whatever is said here.

    Raises WeChatPayException that is one of `wxpay_v2.errors` too: Refused, OutcomeUnknown or NotSent.
    """

    redpack = api.WeChatRedpack()
    transfer = api.WeChatTransfer()
    coupon = api.WeChatCoupon()
    order = api.WeChatOrder()
    refund = api.WeChatRefund()
    micropay = api.WeChatMicroPay()
    tools = api.WeChatTools()
    jsapi = api.WeChatJSAPI()
    withhold = api.WeChatWithhold()
    app_auth = api.WeChatAppAuth()
    profit_sharing = api.WechatProfitSharing()

    API_BASE_URL = "https://api.mch.weixin.qq.com/"

    api_key = _Key("_api_key_kept")
    _sandbox_api_key = _Key("_sandbox_api_key_kept")
    sign_type = MD5
    _callers: Callers
    _given: Settings | None = None
    _bridged: tuple[Settings, Bridge] | None = None

    def __new__(cls, *args: Any, **kwargs: Any) -> WeChatPay:
        self = super().__new__(cls)
        self._callers = Callers()
        for name, group in inspect.getmembers(self, _is_api_endpoint):
            setattr(self, name, type(group)(self))
        return self

    @without_frames
    def __init__(
        self,
        appid: str,
        api_key: str,
        mch_id: str,
        sub_mch_id: str | None = None,
        mch_cert: Any = None,
        mch_key: Any = None,
        timeout: Any = None,
        sandbox: bool = False,
        sub_appid: str | None = None,
        *,
        upgrade: V3Account | Gradual | Settings | None = None,
        tolerance: Tolerance | None = None,
        sign_type: str = MD5,
    ) -> None:
        self.appid = appid
        self.sub_appid = sub_appid
        self.api_key = api_key
        self.mch_id = mch_id
        self.sub_mch_id = sub_mch_id
        self.mch_cert = mch_cert
        self.mch_key = mch_key
        self.timeout = timeout
        self.sandbox = sandbox
        self._sandbox_api_key = None
        self._using_pkcs12_cert = _is_pkcs12(mch_cert)
        self._http: Any = Connection()
        if sign_type not in (MD5, HMAC_SHA256):
            raise ConfigurationError("sign_type must be MD5 or HMAC-SHA256")
        self.sign_type = sign_type
        if upgrade is not None or tolerance is not None:
            told = settings_for(mch_id, upgrade, tolerance)
            if isinstance(upgrade, Settings):
                told = told.with_tolerance(tolerance) if tolerance is not None else told
            elif self.API_BASE_URL.rstrip("/") in HOSTS[GLOBAL]:
                told = Settings(told.upgrade, region=GLOBAL, tolerance=told.tolerance)
            self._given = told

    def __reduce__(self) -> NoReturn:
        raise TypeError("a WeChatPay holds keys and does not leave its process")

    def get(self, url: str, **kwargs: Any) -> Any:
        """Make a GET call; see `_request`."""
        return self._request(method="get", url_or_endpoint=url, **kwargs)

    def post(self, url: str, **kwargs: Any) -> Any:
        """Make a POST call; see `_request`."""
        return self._request(method="post", url_or_endpoint=url, **kwargs)

    @without_frames
    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        """Make a call and return what `_handle_result` makes of the answer.

        url_or_endpoint: a path such as ``pay/orderquery``, or a whole address. data: a dict of fields, which mch_id,
        sub_mch_id and nonce_str are added to where it has none (None leaves one out), and which is then signed.
        api_base_url, and whatever `requests.Session.request` takes.
        """
        url = url_or_endpoint
        ours = not url.startswith(("http://", "https://"))
        if ours:
            base = kwargs.pop("api_base_url", self.API_BASE_URL)
            url = f"{base}{'sandboxnew/' if self.sandbox else ''}{url}"
        try:
            ours = ours or _host(url).endswith(_GATEWAY)  # else it is somebody else's service
            return self._carried(method, url, kwargs, self._bridge() if ours and not self.sandbox else None)
        except WXPayError as error:
            raise replies.failed(error, self) from error.__cause__

    def _carried(self, method: str, url: str, kwargs: dict[str, Any], bridge: Bridge | None) -> Any:
        path = url.split("//", 1)[1].partition("/")[2].partition("?")[0]
        operation = catalogue.at(path)
        settings = self._settings()
        sent: dict[str, str] = utils.texts(kwargs.get("params") or {})
        if isinstance(kwargs.get("data"), dict):
            sent = self._fields(kwargs["data"], operation, settings)
            signer = None
            if not settings.allows("unsigned_replies"):  # a key that cannot be one is told before anything is sent
                signer = self._callers.of(self, sent.get("sign_type") or MD5).protocol.signer
            if bridge is not None:
                body = bridge.answer(path, sent)
                response = answered(method, url, body)
                sent["sign_type"] = self.sign_type  # in which the bridge answers, whatever the caller asked for
                replies.remember(response, path, sent)
                return self._handle_result(response)
            kwargs["data"] = self._sealed(sent, signer, settings)
        self._with_certificate(kwargs)
        connection.check_verified(self._http, kwargs)
        usual = _READ_STATEMENT if operation.response_format == "csv" else _READ
        limit = kwargs.get("timeout", self.timeout)
        endless = limit is None and settings.allows("no_timeout")
        kwargs["timeout"] = None if endless else connection.limited(limit, operation.read_timeout or usual, settings)
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("Request to WeChat API: %s %s %s", method, url, redacted(sent))
        try:
            response = self._http.request(method=method, url=url, **kwargs)
        except requests.RequestException as error:  # of a session in the place of ours
            raise told(error) from error.__cause__
        try:
            response.raise_for_status()
        except requests.RequestException as error:
            raise replies.refused_by_http(self, operation, sent, response) from error
        replies.remember(response, path, sent)
        return self._handle_result(response)

    def _fields(self, data: dict[str, Any], operation: Any, settings: Settings) -> dict[str, str]:
        """Return *data* as it goes out, without its signature; what is added is added to *data* itself."""
        if "mchid" not in data:
            data.setdefault("mch_id", self.mch_id)
        data.setdefault("sub_mch_id", self.sub_mch_id)
        data.setdefault("nonce_str", os.urandom(16).hex())
        if self.sign_type != MD5 and operation.sign_type_field and self.sign_type in operation.sign_types:
            data.setdefault("sign_type", self.sign_type)
        zero_is_empty = settings.allows("dropped_zeros")
        fields = {}
        for name, value in data.items():
            if type(value) is str:
                fields[name] = value
            elif isinstance(value, float):
                raise InvalidRequest(f"{name} is a float", remedy="amounts are int, in the smallest unit")
            elif value is not None:
                fields[name] = "" if zero_is_empty and not value else utils.spelled(value)
        messages.check_attach(fields)
        return fields

    def _sealed(self, fields: dict[str, str], signer: Signer | None, settings: Settings) -> bytes:
        keyed = fields.get("sign_type") == HMAC_SHA256
        calculate = calculate_signature_hmac if keyed else calculate_signature
        if signer is not None and calculate in _OURS:
            sign = signer.sign(fields)
        else:
            sign = calculate(fields, self.sandbox_api_key if self.sandbox else self.api_key)
        if settings.allows("raw_markup"):
            return utils.written(fields, sign, escaped=False).encode()
        return dict_to_xml(fields, sign).encode()

    def _with_certificate(self, kwargs: dict[str, Any]) -> None:
        if _is_pkcs12(self.mch_cert):
            if isinstance(self._http, Connection):  # any other shows what its owner mounted
                kwargs["cert"] = self._http.certificate(self.mch_cert, str(self.mch_id))
        elif self.mch_cert and self.mch_key:
            kwargs["cert"] = (self.mch_cert, self.mch_key)

    @without_frames
    def _handle_result(self, res: Any) -> Any:
        """Return the fields of *res*, a response of requests, or its text where it is a statement.

        Raises WeChatPayException for anything else than a verified success.
        """
        path, sent = replies.asked(res)
        try:
            operation = catalogue.at(path)
            protocol = None
            if not self._settings().allows("unsigned_replies"):
                protocol = self._callers.of(self, sent.get("sign_type") or MD5).protocol
            return replies.opened(res, operation, sent, protocol)
        except WXPayError as error:
            raise replies.failed(error, self, res) from error.__cause__

    def check_signature(self, params: Any) -> bool:
        """Return whether *params* carry the right ``sign``, MD5 or HMAC-SHA256."""
        return _check_signature(params, self.sandbox_api_key if self.sandbox else self.api_key)

    @classmethod
    def get_payment_data(cls, xml: Any) -> dict[str, Any]:
        """Return appid, mch_id, out_trade_no, transaction_id of a notification: to find whose it is, unverified.

        Raises ValueError, KeyError.
        """
        return notices.payment_data(xml)

    @without_frames
    def parse_payment_result(self, xml: Any) -> dict[str, Any]:
        """Return the verified fields of a payment notification. Raises InvalidSignatureException.

        Whether order and amount are the shop's is the shop's to compare.
        """
        if calculate_signature is not utils.calculate_signature:
            return notices.signed_as(self, xml, calculate_signature)
        return notices.payment(self, xml)

    @without_frames
    def parse_refund_notify_result(self, xml: Any) -> dict[str, Any]:
        """Return the fields of a refund notification, which the gateway is asked to confirm.

        Raises InvalidSignatureException, InvalidAppIdException, InvalidMchIdException, WeChatPayException.
        """
        return notices.refund(self, xml, WeChatRefundCrypto)

    @property
    def sandbox_api_key(self) -> Any:
        """The sandbox's own key, asked for on first use; None outside the sandbox."""
        if self.sandbox and self._sandbox_api_key is None:
            self._sandbox_api_key = self._fetch_sandbox_api_key()
        return self._sandbox_api_key

    @without_frames
    def _fetch_sandbox_api_key(self) -> Any:
        data = {"mch_id": self.mch_id, "nonce_str": os.urandom(16).hex()}
        payload = dict_to_xml(data, calculate_signature(data, self.api_key))
        response = self._http.post(
            f"{self.API_BASE_URL}sandboxnew/pay/getsignkey", data=payload.encode(),
            headers={"Content-Type": "text/xml"}, timeout=(connection.CONNECT, _READ),
        )  # fmt: skip
        return replies.sandbox_key(response)

    def _settings(self) -> Settings:
        if self._given is not None:
            return self._given
        return settings_for(str(self.mch_id)) if environment.has(_VARIABLES) else _PLAIN

    def _bridge(self) -> Bridge | None:
        """Return what carries calls over API v3, None where they go over v2."""
        settings = self._settings()
        if settings.upgrade is None:
            return None
        kept = self._bridged
        if kept is None or kept[0] is not settings:
            kept = self._bridged = (settings, Bridge(self._merchant, settings))
        return kept[1]

    def _merchant(self) -> Merchant:
        """Return who calls over API v3; with the certificate where some calls stay on v2."""
        merchant = self._callers.of(self, self.sign_type).merchant
        if isinstance(self._settings().upgrade, Gradual) and self.mch_cert:
            given = self.mch_cert if _is_pkcs12(self.mch_cert) else (self.mch_cert, self.mch_key)
            loaded = Connection().certificate(given, merchant.mch_id)
            if merchant.certificate is not loaded:
                merchant.certificate = loaded
        return merchant


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        raise InvalidRequest("not an address", remedy="give a path such as pay/orderquery") from None


def _is_pkcs12(path: Any) -> bool:
    return isinstance(path, str) and path.endswith(_PKCS12)
