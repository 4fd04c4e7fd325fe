"""How WXPay, weixin-python and wechat-pay-sdk reach the gateway: over v2, or by a `Bridge` over API v3.

What they share: whose keys sign, text from what callers give, what an answer is worth, and errors of two families.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import requests

from wxpay_v2.call import Request
from wxpay_v2.compat import messages
from wxpay_v2.compat.bridge import Bridge
from wxpay_v2.compat.settings import VARIABLE, Settings, settings_for
from wxpay_v2.compat.wechatpy import environment
from wxpay_v2.compat.wechatpy.exceptions import both
from wxpay_v2.errors import (
    ConfigurationError,
    InvalidRequest,
    Malformed,
    Mismatch,
    NotSent,
    OutcomeUnknown,
    Refused,
    Rejected,
    SignatureInvalid,
    WXPayError,
    quoted,
)
from wxpay_v2.merchant import Merchant
from wxpay_v2.operation import HMAC_SHA256, MD5
from wxpay_v2.secret import API_KEY_LENGTH, Secret
from wxpay_v2.session import Session, judged
from wxpay_v2.v2 import catalogue, payment, xml
from wxpay_v2.v2.signature import Signer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypeVar

    from wxpay_v2.compat.tolerance import Tolerance
    from wxpay_v2.upgrade.gradual import Gradual
    from wxpay_v2.v3.account import V3Account

    Upgrade = V3Account | Gradual | Settings
    Limits = tuple[float, float] | None
    E = TypeVar("E", bound=WXPayError)

__all__ = [
    "Key",
    "Reply",
    "Transport",
    "broken",
    "failed",
    "recast",
    "signer",
    "text",
    "unmarked",
    "valid",
]

CONNECT, READ = 3.0, 10.0  # seconds
ENDLESS = 1e6  # seconds, about eleven days: what "no timeout" comes to
_BRIDGES_KEPT = 64
_VARIABLES = (VARIABLE,)


class Key:
    """An attribute for a key: a str to who reads it, a `Secret` in ``vars``, logs and pickles."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"_{name}"

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        return self.secret(instance).reveal()

    def secret(self, instance: Any) -> Secret:
        """Return the key of *instance* as it is kept."""
        kept: Secret = vars(instance)[self._name]
        return kept

    def __set__(self, instance: Any, value: str | Secret) -> None:
        vars(instance)[self._name] = value if isinstance(value, Secret) else Secret(value)


class Reply:
    """An answer and what it answers: path, the fields that were sent, HTTP status, body."""

    __slots__ = ("body", "path", "sent", "status")

    def __init__(self, path: str, sent: Mapping[str, str], status: int, body: bytes) -> None:
        self.path = path
        self.sent = sent
        self.status = status
        self.body = body

    def __repr__(self) -> str:
        return f"<Reply {self.path} {self.status} {len(self.body)} bytes>"

    def judged(self, merchant: Merchant, settings: Settings) -> tuple[Mapping[str, str], WXPayError | None]:
        """Return the fields of an answer that can be believed, and the error that a refusal or an unknown code is.

        The fields of a statement are none. Raises OutcomeUnknown for what cannot be believed.
        """
        if settings.allows("unsigned_replies") and not self._is_text():
            try:
                return xml.read(self.body), None
            except Malformed as error:
                raise OutcomeUnknown(f"the reply cannot be read: {error.message}", operation=self.path) from None
        try:
            return messages.judged(merchant, self.path, self.sent, self.status, self.body), None
        except Refused as error:
            return error.fields, error
        except OutcomeUnknown as error:
            if not error.err_code:
                raise
            # A code was named. Where money moves only a signature makes it the gateway's; one that is there holds.
            fields = xml.read(self.body)
            if not fields.get("sign") and catalogue.at(self.path).moves_money:
                raise
            return fields, error

    def _is_text(self) -> bool:
        row = catalogue.at(self.path)
        return row.response_format == "csv" and not messages.is_xml(self.body)


class Transport:
    """Carries one face's calls. upgrade, tolerance: see `settings_for`. Safe for threads."""

    def __init__(self, upgrade: Upgrade | None, tolerance: Tolerance | None) -> None:
        self._upgrade = upgrade
        self._tolerance = tolerance
        self._over_v2 = Settings(tolerance=tolerance)
        self._signers: dict[str, tuple[Secret, Signer]] = {}
        self._merchants: dict[tuple[str, bool], tuple[tuple[Any, ...], Merchant]] = {}
        self._bridges: dict[tuple[str, str, str, bool], tuple[Any, Merchant, Bridge]] = {}
        self._session: Session | None = None
        self._shown: Merchant | None = None

    def settings(self, mch_id: object) -> Settings:
        """Return how the calls of *mch_id* go now."""
        if self._upgrade is None and not environment.has(_VARIABLES):
            return self._over_v2
        return settings_for(str(mch_id), self._upgrade, self._tolerance)

    def merchant(
        self,
        appid: object,
        mch_id: object,
        key: Secret,
        sign_type: str = MD5,
        pair: tuple[Any, Any] | None = None,
    ) -> Merchant:
        """Return the caller as its attributes are now; the same object while they and the files do not change.

        pair: paths of certificate and private key, for calls that show them. Raises ConfigurationError.
        """
        told = (str(appid), str(mch_id), pair, _seen(pair))
        kept = self._merchants.get((sign_type, pair is not None))
        if kept is not None and kept[0] == told and kept[1].api_key is key:
            return kept[1]
        made = Merchant(
            told[0], told[1], key, sign_type=sign_type, certificate=pair[0] if pair else None,
            private_key=pair[1] if pair else None,
        )  # fmt: skip
        self._merchants[sign_type, pair is not None] = (told, made)
        return made

    def sign(self, fields: Mapping[str, str], key: Secret, sign_type: str = MD5) -> str:
        """Return the signature of *fields*. Raises as `signer`, and InvalidRequest for what cannot be signed."""
        kept = self._signers.get(sign_type)
        if kept is None or kept[0] is not key:
            kept = self._signers[sign_type] = (key, signer(key, sign_type))
        return kept[1].sign(fields)

    def shows(self, mch_id: object) -> bool:
        """Return True when some calls may go over v2, which wants the certificate for a few."""
        return self.settings(mch_id).upgrade is None or self.goes_both_ways(mch_id)

    def goes_both_ways(self, mch_id: object) -> bool:
        """Return True when some calls go over API v3 and the others over v2."""
        from wxpay_v2.v3.account import V3Account

        return not isinstance(self.settings(mch_id).upgrade, (V3Account, type(None)))

    def send(self, merchant: Merchant, url: str, fields: Mapping[str, str], certificate: bool, limits: Limits) -> Reply:
        """Return the answer to *fields*, signed as they are, from the v2 address *url*, or of API v3 in its place.

        limits: seconds to connect and to wait for the answer, None for the operation's own.
        Raises NotSent, or OutcomeUnknown; what the network did is a requests exception too.
        """
        reply = self.carried(merchant, url, fields)
        if reply is not None:
            return reply
        request = self.request(merchant.mch_id, url, fields, xml.write(fields), certificate, limits)
        if certificate:
            self._shown = merchant
        if self._session is None:
            self._session = self._opened(request.host)
        try:
            response = self._session(request)
        except (NotSent, OutcomeUnknown) as error:
            raise failed(error) from None
        return Reply(request.path, fields, response.status, response.body)

    def carried(self, merchant: Merchant, url: str, fields: Mapping[str, str]) -> Reply | None:
        """Return the answer of API v3 to *fields*; None where calls stay on v2."""
        settings = self.settings(merchant.mch_id)
        if settings.upgrade is None:
            return None
        path = urlsplit(url).path
        try:
            return Reply(path, fields, 200, self.bridge(merchant, settings, fields).answer(path, fields))
        except NotSent as error:
            raise failed(error) from None

    def request(
        self, mch_id: object, url: str, fields: Mapping[str, str], body: bytes, certificate: bool, limits: Limits
    ) -> Request:
        """Return the v2 request of *fields*, of which *body* is the XML."""
        messages.check_attach(fields)
        parts = urlsplit(url)
        if parts.scheme != "https":
            raise ConfigurationError(f"the gateway is called over https only, not {quoted(url)}")
        row = catalogue.at(parts.path)
        if limits is None:
            endless = self.settings(mch_id).allows("no_timeout")
            limits = (ENDLESS, ENDLESS) if endless else (CONNECT, row.read_timeout or READ)
        return Request(
            "POST", parts.path, body, host=f"{parts.scheme}://{parts.netloc}",
            headers={"Content-Type": "application/xml"}, certificate=certificate, timeout=limits, operation=row,
            fields=fields, query=parts.query,
        )  # fmt: skip

    def bridge(self, merchant: Merchant, settings: Settings, fields: Mapping[str, str]) -> Bridge:
        """Return the bridge of *merchant* and of the sub-merchant that *fields* name."""
        sub = (fields.get("sub_mch_id", ""), fields.get("sub_appid", ""))
        key = (*sub, merchant.sign_type, merchant.certificates is not None)
        kept = self._bridges.get(key)
        if kept is not None and kept[0] is settings.upgrade and kept[1] is merchant:
            return kept[2]
        called = merchant
        if sub[0]:
            called = Merchant(
                merchant.appid, merchant.mch_id, merchant.api_key, sign_type=merchant.sign_type, sub_mch_id=sub[0],
                sub_appid=sub[1],
            )  # fmt: skip
            called.certificates = merchant.certificates
        if len(self._bridges) >= _BRIDGES_KEPT:
            self._bridges.clear()
        made = Bridge(lambda: called, settings)
        self._bridges[key] = (settings.upgrade, merchant, made)
        return made

    def notified(self, merchant: Merchant, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
        """Return the v2 message that a notification stands for; *body* itself where calls stay on v2.

        A service provider's names its sub-merchant inside, which is only then known. Raises as `Bridge.notification`.
        """
        settings = self.settings(merchant.mch_id)
        if settings.upgrade is None:
            return body
        bridge = self.bridge(merchant, settings, {})
        try:
            return bridge.notification(body, headers)
        except Mismatch:
            sub = _sub_merchant(bridge, body)
            if not sub.get("sub_mch_id"):
                raise
        return self.bridge(merchant, settings, sub).notification(body, headers)

    def _opened(self, host: str) -> Session:
        """Return a session with the proxy and the CAs that the environment names, as requests would take them."""
        proxy = requests.utils.select_proxy(host, requests.utils.get_environ_proxies(host))
        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or None
        return Session(lambda: None if self._shown is None else self._shown.certificate, verify=bundle, proxy=proxy)


def _seen(pair: tuple[Any, Any] | None) -> tuple[int, ...]:
    """Return when the files of *pair* changed: a renewed certificate is taken without a restart."""
    times = []
    for path in pair or ():
        try:
            times.append(os.stat(path).st_mtime_ns)
        except (OSError, TypeError, ValueError):
            times.append(0)
    return tuple(times)


def _sub_merchant(bridge: Bridge, body: bytes) -> dict[str, str]:
    """Return the sub-merchant that *body* says it is for: whose keys to look with, before anything is believed."""
    from wxpay_v2.v3.notification import unsigned

    upgraded = bridge.client.upgraded
    document = unsigned(body, upgraded.account).document if upgraded is not None else {}
    told = {name: document.get(wire) for name, wire in (("sub_mch_id", "sub_mchid"), ("sub_appid", "sub_appid"))}
    return {name: value for name, value in told.items() if isinstance(value, str)}


def text(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return *fields* as they go out: ints as digits, 0 included; None, and the {} of an absent Map entry, left out.

    Raises InvalidRequest for a bool, a float and anything else that is not text; what it is is not told, for it may be
    a payment code.
    """
    if not callable(getattr(fields, "items", None)):
        raise InvalidRequest(f"fields must be a mapping of names to values, got {type(fields).__name__}")
    told: dict[str, str] = {}
    for name, value in fields.items():
        if type(value) is str:
            told[name] = value
        elif isinstance(value, int) and not isinstance(value, bool):
            told[name] = str(int(value))
        elif isinstance(value, str):
            told[name] = str.__str__(value)
        elif isinstance(value, bytes):
            told[name] = value.decode("utf-8", "replace")
        elif value is not None and not (isinstance(value, dict) and not value):
            raise InvalidRequest(
                f"{quoted(name)} must be text or an int, got {type(value).__name__}",
                remedy="amounts are ints in the currency's smallest unit",
            )
    return told


def unmarked(fields: Mapping[str, str]) -> bytes:
    """Return *fields* as XML without escaping, as weixin-python wrote it: for `Tolerance(raw_markup=True)` alone."""
    return f"<xml>{''.join(f'<{name}>{value}</{name}>' for name, value in fields.items())}</xml>".encode()


def signer(key: Secret, sign_type: str) -> Signer:
    """Return what signs with *key*, of any length: its owner may still be in a test, and nothing is sent.

    Raises ConfigurationError for another algorithm, and for an empty key, under which anybody signs.
    """
    if not isinstance(key.reveal(), str) or not key.reveal().strip():
        raise ConfigurationError("the API key is empty", remedy="set it: merchant platform, API security")
    return Signer(key, sign_type, wecom=len(key.reveal()) != API_KEY_LENGTH)


def valid(
    fields: Mapping[str, Any], key: Secret, sign_type: str, *, md5_too: bool = False, mch_id: object = None
) -> bool:
    """Return True when *fields* carry the right sign and can mean nothing else. md5_too: where HMAC-SHA256 is set.

    mch_id: whose notification it is; one that names an order then has to prove it paid. Raises as `signer`.
    """
    algorithms = [sign_type, MD5] if md5_too and sign_type == HMAC_SHA256 else [sign_type]
    signers = [signer(key, algorithm) for algorithm in algorithms]
    try:
        told = text(fields)
        for one in signers:
            try:
                one.check(told)
            except SignatureInvalid:
                continue
            return not payment.ambiguous(told) and (mch_id is None or messages.believable(told, str(mch_id)))
    except (InvalidRequest, Rejected):
        pass
    return False


def recast(error: WXPayError, kind: type[E], message: str = "") -> E:
    """Return *error* as a *kind*, an error of the old library too; all that it tells stays. message: its new text."""
    told = {**vars(error), "message": message or error.message}
    made = kind.__new__(kind, told["message"])
    made.args = (told["message"],)
    vars(made).update(told)
    return made


def failed(error: WXPayError) -> Exception:
    """Return *error*, of a `Session`, as an exception that users of requests catch too."""
    cause = error.__cause__
    if type(error) is not NotSent and not isinstance(error, OutcomeUnknown):
        return error  # bad input, a bad setting: requests has no word for it
    return both(type(cause) if isinstance(cause, requests.RequestException) else requests.ConnectionError, error)


def broken(error: Exception, request: Request) -> Exception:
    """Return what *error*, of a requests.Session, means for the money, as an exception that its users catch too."""
    told = judged(error, request)
    told.__cause__ = error.__cause__ if isinstance(error, WXPayError) else error
    return failed(told)
