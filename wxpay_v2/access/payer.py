"""Who pays, and with what: payment code, openid and sub_openid, the payer's address, the way of paying."""

from __future__ import annotations

import re

from wxpay_v2 import address, payment_code
from wxpay_v2.access.rule import Rule
from wxpay_v2.errors import quoted
from wxpay_v2.operation import DIRECT, INSTITUTION
from wxpay_v2.validation import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wxpay_v2.access.rule import Case
    from wxpay_v2.merchant import Merchant

__all__ = ["AUTH_CODE", "IP", "OPENID", "SUB_OPENID", "TRADE_TYPE"]

_OPENID = re.compile(r"[0-9A-Za-z_\-]{1,128}", re.ASCII)
_APPID = re.compile(r"wx[0-9a-f]{16}", re.ASCII)
_PLACEHOLDERS = frozenset(("openid", "sub_openid", "subopenid", "undefined", "null", "none", "nil", "nan"))
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.|\Z)){4}(?<=[0-9])", re.ASCII)
_NOT_A_PAYER = (address.LOOPBACK, address.PRIVATE, address.LINK_LOCAL, address.MULTICAST, address.UNSPECIFIED)


def _auth_code(case: Case, name: str, text: str) -> Iterator[Fault]:
    found = payment_code.fault(text)
    if found is not None:
        yield Fault(f"auth_code.{found[0]}", name, f"{name} {found[1]}", found[2])


def _no_openid(text: str) -> bool:
    return not _OPENID.fullmatch(text) or _APPID.fullmatch(text) is not None or text.lower() in _PLACEHOLDERS


def _shape(name: str, text: str) -> Iterator[Fault]:
    """Yield what is surely wrong with an openid: 28 characters are usual, up to 128 are documented."""
    again = "take it from the login of the page or mini program"
    if text.lower() in _PLACEHOLDERS:
        yield Fault("openid.placeholder", name, f"{name} is a placeholder ({text.lower()})", again)
    elif _APPID.fullmatch(text):
        yield Fault("openid.appid", name, f"{name} is an app id, not a payer's id", again)
    elif not _OPENID.fullmatch(text):
        yield Fault("openid.characters", name, f"{name} holds other characters than letters, digits, - and _", again)


def _openid_fits(text: str, wire: Mapping[str, str], merchant: Merchant, loopback: bool) -> bool:
    if text:
        return not _no_openid(text)
    return wire.get("trade_type") != "JSAPI" or bool(wire.get("sub_openid"))


def _openid(case: Case, name: str, text: str) -> Iterator[Fault]:
    if text:
        yield from _shape(name, text)
    elif case.mode == DIRECT or case.operation.field("sub_openid") is None:
        yield Fault(
            "openid.missing",
            name,
            f"{name} is missing (required when trade_type is JSAPI)",
            "give the payer's id under appid, from the login of the page or mini program",
        )
    else:
        yield Fault(
            "openid.missing",
            f"{name} or sub_openid",
            f"{name} or sub_openid is missing (required when trade_type is JSAPI)",
            "give openid (under appid), or sub_openid with sub_appid; a mini program has only sub_openid",
        )


def _sub_openid_fits(text: str, wire: Mapping[str, str], merchant: Merchant, loopback: bool) -> bool:
    return not text or not (_no_openid(text) or not wire.get("sub_appid"))


def _sub_openid(case: Case, name: str, text: str) -> Iterator[Fault]:
    yield from _shape(name, text)
    if not case.wire.get("sub_appid") and case.mode != DIRECT:  # direct mode has neither: see modes.py
        yield Fault(
            "sub_openid.sub_appid",
            name,
            f"{name} needs sub_appid, the app it was issued for",
            "give sub_appid with the call, or Merchant(sub_appid=...)",
        )


def _trade_type_fits(text: str, wire: Mapping[str, str], merchant: Merchant, loopback: bool) -> bool:
    return text != "APP" or bool(wire.get("sub_appid"))


def _trade_type(case: Case, name: str, text: str) -> Iterator[Fault]:
    yield Fault(
        "trade_type.sub_appid",
        name,
        f"{name} APP needs sub_appid in institution mode",
        "give the app's own id as sub_appid, with the call or as Merchant(sub_appid=...)",
    )


def _ip_fits(text: str, wire: Mapping[str, str], merchant: Merchant, loopback: bool) -> bool:
    if not text or wire.get("trade_type") == "MWEB":
        return not text
    return _IPV4.fullmatch(text) is not None or ("%" not in text and address.ip_kind(text) != address.MALFORMED)


def _ip(case: Case, name: str, text: str) -> Iterator[Fault]:
    kind = address.ip_kind(text)
    if "%" in text or kind == address.MALFORMED:
        if "," in text or ";" in text:
            yield Fault(
                "ip.list",
                name,
                f"{name} holds several addresses",
                "give one: the first of X-Forwarded-For is the payer's, if your own proxy wrote it",
            )
        else:
            yield Fault(
                "ip.malformed",
                name,
                f"{name} is not an IP address: {quoted(text)}",
                "give it as in 203.0.113.7 or 2001:db8::7, without a port",
            )
    elif case.wire.get("trade_type") == "MWEB" and kind in _NOT_A_PAYER and not case.loopback:
        yield Fault(
            "ip.inside",
            name,
            f"{name} is no address a payer's browser comes from: {quoted(text)}",
            "give the payer's own public address; behind a proxy, take it from the header your proxy sets",
        )


AUTH_CODE = Rule(lambda text, wire, merchant, loopback: not text or payment_code.fault(text) is None, _auth_code)
OPENID = Rule(_openid_fits, _openid)
SUB_OPENID = Rule(_sub_openid_fits, _sub_openid)
TRADE_TYPE = Rule(
    _trade_type_fits,
    _trade_type,
    lambda operation, mode: mode == INSTITUTION and operation.field("sub_appid") is not None,
)
IP = Rule(_ip_fits, _ip)
