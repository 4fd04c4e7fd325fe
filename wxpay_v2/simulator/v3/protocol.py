"""From an HTTP request to an authenticated and checked call of API v3.

Refused in this order: what is no request of this protocol (headers, Authorization, form), a signature that does not
hold, a document that its row does not allow, and numbers that are not the caller's.
Source: https://pay.weixin.qq.com/wiki/doc/api_external/en/wechatpay/wechatpay4_0.shtml
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

from wxpay_v2.errors import InvalidRequest
from wxpay_v2.operation import DIRECT, GLOBAL, INSTITUTION, MAINLAND, SERVICE_PROVIDER, Field
from wxpay_v2.simulator.accounts import Account
from wxpay_v2.simulator.exchange import Exchange
from wxpay_v2.simulator.v3 import incoming, keys
from wxpay_v2.simulator.v3.refusal import Refusal, documented
from wxpay_v2.v3 import catalogue, document
from wxpay_v2.v3.operation import V3Operation

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import rsa

__all__ = ["Call", "Claim", "Found", "authenticate", "check", "claim", "find", "text_to_sign"]

WINDOW = 300
"""Seconds that a request's timestamp may differ from the gateway's clock."""
SCHEME = "WECHATPAY2-SHA256-RSA2048"

_PAIR = re.compile(r'([a-z_]+)="([^"\x00-\x1f\x7f-\uffff]*)"', re.ASCII)
_NAMES = {"mchid", "nonce_str", "timestamp", "serial_no", "signature"}
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
# A document's own number of the caller, by whichever name its row has it.
_OWN = ("mchid", "sp_mchid", "combine_mchid")
_OWN_APPS = ("appid", "sp_appid", "combine_appid")
_SHOWN = 256


@dataclass(frozen=True)
class Found:
    """The operation that a request names. parameters: those in its path. region: whose row it is."""

    operation: V3Operation
    parameters: Mapping[str, str]
    region: str


@dataclass(frozen=True)
class Claim:
    """What an Authorization header says. signed: the text that its signature should be of."""

    mch_id: str
    serial: str
    signature: str = field(repr=False)
    timestamp: int
    signed: bytes = field(repr=False)


@dataclass(frozen=True)
class Call:
    """An authenticated call. document: path, query, headers and body together, sensitive fields in plain text.

    files: those of a form. asked_key: the Wechatpay-Serial of the request, "" without one. platform: the gateway's
    keys.
    """

    account: Account
    operation: V3Operation
    document: Mapping[str, Any] = field(repr=False)
    region: str
    platform: keys.Platform = field(repr=False)
    merchant_key: rsa.RSAPublicKey = field(repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    asked_key: str = ""

    @property
    def mch_id(self) -> str:
        return self.account.mch_id

    @property
    def mode(self) -> str:
        """The mode whose fields the account sends: abroad a service provider sends what an institution does."""
        if self.account.mode == DIRECT:
            return DIRECT
        return INSTITUTION if self.region == GLOBAL else SERVICE_PROVIDER

    @property
    def sub_mch_id(self) -> str:
        return str(self.document.get("sub_mchid", ""))

    def text(self, name: str, default: str = "") -> str:
        """Return the text at *name*, dotted for what is nested, *default* where there is none."""
        found: Any = self.document
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        return default if found is None else str(found)

    def encrypted(self, text: str) -> str:
        """Return *text* encrypted for the merchant, as sensitive fields of an answer travel."""
        return keys.encrypted(text, self.merchant_key)


def find(exchange: Exchange, region: str) -> Found | None:
    """Return the operation that *exchange* names, of *region* if it has one; None where API v3 has none."""
    path = exchange.target.partition("?")[0]
    for one in (region, *(other for other in (GLOBAL, MAINLAND) if other != region)):
        found = catalogue.match(one, exchange.method, path)
        if found is not None:
            return Found(found[0], found[1], one)
    return None


def claim(exchange: Exchange, body: bytes) -> Claim:
    """Return what the Authorization header says. body: the part of the request that is signed. Raises Refusal."""
    scheme, _, rest = exchange.header("Authorization").partition(" ")
    if not rest:
        _sign_error("the Authorization header is missing or has no parameters")
    if scheme != SCHEME:
        _sign_error(f"the scheme must be {SCHEME}")
    found = [_PAIR.fullmatch(part) for part in rest.split(",")]
    pairs = {pair[1]: pair[2] for pair in found if pair is not None}
    if None in found or len(found) != len(pairs) or pairs.keys() != _NAMES or not all(pairs.values()):
        _sign_error('Authorization must have mchid, nonce_str, timestamp, serial_no and signature, each once, as k="v"')
    if not _TIMESTAMP.fullmatch(pairs["timestamp"]):
        _sign_error("the timestamp must be Unix seconds")
    signed = text_to_sign(exchange.method, exchange.target, pairs["timestamp"], pairs["nonce_str"], body)
    return Claim(pairs["mchid"], pairs["serial_no"], pairs["signature"], int(pairs["timestamp"]), signed)


def text_to_sign(method: str, target: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    """Return the five lines that a request's signature is of."""
    head = f"{method}\n{target}\n{timestamp}\n{nonce}\n"
    return head.encode("utf-8", "surrogateescape") + body + b"\n"  # bytes of a path that are no UTF-8 come like that


def authenticate(exchange: Exchange, told: Claim, account: Account, now: float) -> rsa.RSAPublicKey:
    """Return the merchant's key with which *told* holds. Raises Refusal."""
    if abs(now - told.timestamp) > WINDOW:
        _sign_error("the timestamp is more than 5 minutes from the gateway's clock", exchange, told)
    known = dict(keys.registered(pem) for pem in account.certificates)
    public = known.get(told.serial.upper())
    if public is None:
        _sign_error("the merchant has no certificate of this serial_no", exchange, told)
    if not keys.verifies(public, told.signature, told.signed):
        _sign_error("the signature is not of this request", exchange, told)
    return public


def _sign_error(issue: str, exchange: Exchange | None = None, told: Claim | None = None) -> NoReturn:
    detail: dict[str, Any] = {"field": "signature", "issue": issue, "location": "authorization"}
    if exchange is not None and told is not None:
        signed = told.signed.decode("utf-8", "replace")
        detail["sign_information"] = {
            "method": exchange.method,
            "url": exchange.target,
            "truncated_sign_message": signed[:_SHOWN],
            "sign_message_length": len(told.signed),
        }
    raise Refusal("SIGN_ERROR", issue, status=401, detail=detail, number="270283348")


def check(call: Call, found: Found, accounts: Mapping[str, Account], acts_for: Callable[[Account, str], bool]) -> Call:
    """Return *call* with its sensitive fields in plain text. Raises Refusal for what it may not be."""
    operation, account = call.operation, call.account
    if found.region != account.region:
        if account.region == GLOBAL:
            raise Refusal("INVALID_REQUEST", "not open to cross-border merchants", status=400, number="268501838")
        raise Refusal("NO_AUTH", "not for merchants of the mainland", status=403, number="268501838")
    if call.mode not in operation.modes and account.mode not in operation.modes:
        raise Refusal("NO_AUTH", f"not for {account.mode.replace('_', ' ')} merchants", status=403)
    _check_names(call)
    if operation.sensitive:  # what the row says of a field is said of its plain text
        call = replace(call, document=_opened(call))
    _check_document(call)
    _check_numbers(call, accounts, acts_for)
    return call


def _check_names(call: Call) -> None:
    """Raise the refusal of the first field that the row does not have."""
    operation, mode = call.operation, call.mode
    for way, known in _unknown(call.document, operation.request, mode):
        whose = f"{mode.replace('_', ' ')} merchants" if known else "this operation"
        raise Refusal.of_field(operation, way, f"not a parameter of {whose}")


def _check_document(call: Call) -> None:
    """Raise the refusal of the first field that the row does not allow."""
    operation = call.operation
    try:
        document.check(operation, call.document, call.mode)
    except InvalidRequest as error:
        fault = error.faults[0]
        way = incoming.shape(str(getattr(fault, "field", "")).split(" or ")[0])
        raise Refusal.of_field(operation, way, str(fault)) from None


def _unknown(told: object, rows: tuple[Field, ...], mode: str, way: str = "") -> Iterator[tuple[str, bool]]:
    """Yield the way to each field that *rows* do not have, and whether another mode has it."""
    if isinstance(told, list):
        for at, one in enumerate(told):
            yield from _unknown(one, rows, mode, f"{way}/{at}")
    elif isinstance(told, Mapping):
        by_name = {row.name: row for row in rows}
        for name, value in told.items():
            row = by_name.get(name)
            if row is None or (row.modes and mode not in row.modes):
                yield f"{way}/{name}", row is not None
            elif row.fields:
                yield from _unknown(value, row.fields, mode, f"{way}/{name}")


def _check_numbers(call: Call, accounts: Mapping[str, Account], acts_for: Callable[[Account, str], bool]) -> None:
    account, told, operation = call.account, call.document, call.operation
    for name in _OWN:
        if told.get(name) not in (None, account.mch_id) and operation.field(name) is not None:
            raise Refusal("NO_AUTH", f"{name} is not the merchant that signed", status=403, number="268443701")
    for names, own in ((_OWN_APPS, (account.appid,)), (("sub_appid",), account.sub_appids)):
        for name in names:
            if told.get(name) not in (None, *own):
                code = documented(operation, "APPID_MCHID_NOT_MATCH", "NO_AUTH", "PARAM_ERROR")
                raise Refusal(code, f"{name} is not bound to the merchant")
    sub = call.sub_mch_id
    if sub and sub not in account.sub_merchants and not acts_for(account, sub):
        raise Refusal("NO_AUTH", "sub_mchid is not a sub-merchant of the caller", status=403, number="268443701")


def _opened(call: Call) -> dict[str, Any]:
    """Return the document with its sensitive fields decrypted, all of them under the key that the request names."""
    told: dict[str, Any] = _copied(call.document)
    for dotted in call.operation.sensitive:
        row = _row(call.operation.request, dotted.replace("[]", "").split("."))
        for holder, name, way in _places(told, dotted.split(".")):
            if not isinstance(holder[name], str):
                continue  # refused when the document is checked
            key = call.platform.find(call.asked_key) if call.asked_key else None
            if key is None:
                raise Refusal.of_field(call.operation, "/Wechatpay-Serial", "names no key of the platform", "header")
            try:
                holder[name] = keys.decrypted(holder[name], key.private, row.encrypted)
            except ValueError:
                raise Refusal.of_field(call.operation, way, "cannot be decrypted") from None
    return told


def _copied(told: Any) -> Any:
    if isinstance(told, Mapping):
        return {name: _copied(one) for name, one in told.items()}
    return [_copied(one) for one in told] if isinstance(told, list) else told


def _row(rows: tuple[Field, ...], names: list[str]) -> Field:
    row = next(row for row in rows if row.name == names[0])
    return row if len(names) == 1 else _row(row.fields, names[1:])


def _places(told: Any, names: list[str], way: str = "") -> Iterator[tuple[dict[str, Any], str, str]]:
    """Yield the object, the name in it and the way of every value that the dotted *names* lead to."""
    name, listed = names[0].removesuffix("[]"), names[0].endswith("[]")
    inner, here = told.get(name), f"{way}/{name}"
    if len(names) == 1:
        if inner is not None:
            yield told, name, here
        return
    for at, one in enumerate(inner if listed and isinstance(inner, list) else [inner]):
        if isinstance(one, dict):
            yield from _places(one, names[1:], f"{here}/{at}" if listed else here)
