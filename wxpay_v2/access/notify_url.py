"""Addresses the gateway is to notify: absolute, public, with a path and without a query.

Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/guide/pos/ImportantParameters.shtml
"""

from __future__ import annotations

import re
from functools import lru_cache

from wxpay_v2 import address
from wxpay_v2.access.rule import Rule
from wxpay_v2.errors import quoted
from wxpay_v2.validation import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wxpay_v2.access.rule import Case
    from wxpay_v2.merchant import Merchant

__all__ = ["NOTIFY_URL"]

MAX = 256
_WHOLE = "give the whole address, such as https://shop.example/wxpay/notifications"
_REACHABLE = "give an address that the Internet reaches; while developing, use a tunnel or the simulator"
_ODD = re.compile(r"[^!#-;=?-\[\]_a-z~]|%(?![0-9A-Fa-f]{2})", re.ASCII)
_PORT = re.compile(r"0*([1-9][0-9]{0,4})", re.ASCII)

_INSIDE = {
    address.LOOPBACK: "names this machine itself",
    address.PRIVATE: "names a host of a private network",
    address.LINK_LOCAL: "names a host of one network link",
    address.MULTICAST: "names a group of hosts",
    address.UNSPECIFIED: "names no host",
    address.RESERVED: "names an address that no host has",
}


@lru_cache(maxsize=256)
def _faults(text: str, loopback: bool) -> tuple[tuple[str, str, str], ...]:
    """Return the kind, the words after the field's name, and the remedy of every fault of *text*."""
    return tuple(_whole(text) or _parts(text, loopback))


def _whole(text: str) -> list[tuple[str, str, str]]:
    """Return why *text* cannot be taken apart."""
    blank = next((index for index, letter in enumerate(text) if letter.isspace()), None)
    if blank is not None:
        return [("blank", f"holds a blank or a line end at position {blank}", "remove it")]
    if len(text) > MAX:
        return [("length", f"is longer than {MAX} characters ({len(text)})", "give a shorter one")]
    if address.split(text) is not None:
        return []
    if "://" in text or text[:6].lower().startswith(("http:", "https:")):
        return [("not_a_url", "is not an address", _WHOLE)]
    if text.startswith(".") or "/" in text:
        return [("relative", f"is relative: {quoted(text.partition('?')[0])}", _WHOLE)]
    return [("not_a_url", f"is not an address: {quoted(text.partition('?')[0])}", _WHOLE)]


def _parts(text: str, loopback: bool) -> Iterator[tuple[str, str, str]]:
    url = address.split(text)
    assert url is not None  # noqa: S101 - _whole() looked
    if url.scheme not in ("http", "https"):
        yield "scheme", f"must begin with https:// or http://, not with {quoted(url.scheme)}", _WHOLE
    if url.user_info is not None:
        yield "user_info", "holds a user name before its host", "leave it out: the gateway does not log in"
    host_fault = _host(url.host, loopback)
    if host_fault is not None:
        yield host_fault
    else:
        odd = _ODD.search(text)
        if odd:
            what = quoted(odd.group())
            yield "characters", f"holds {what}, which no address holds as it is", "percent-encode it, as in %20"
    if url.port is not None and not _is_port(url.port):
        yield "port", f"has the port {quoted(url.port)}; ports are 1 to 65535", "give the port, or none"
    if not url.path:
        yield "no_path", f"has no path after its host {quoted(url.host)}", "add the path that takes notifications"
    if url.query is not None:
        yield "query", "carries a query, which the gateway does not allow", "move it into the path, or into attach"
    if url.fragment is not None:
        yield "fragment", "carries a fragment, which is never sent", "leave out the # and what follows"


def _host(host: str, loopback: bool) -> tuple[str, str, str] | None:
    if not host:
        return "host", "has no host", _WHOLE
    kind = address.kind_of(host)
    if kind in _INSIDE and not (loopback and kind in (address.LOOPBACK, address.PRIVATE)):
        words = f"{_INSIDE[kind]}, which the gateway cannot reach: {quoted(host)}"
        return kind.replace("-", "_"), words, _REACHABLE
    if not host.isascii():
        return "characters", f"has a host that is not ASCII: {quoted(host)}", "write the host as xn--..."
    bare = ":" in host and not host.startswith("[")
    if kind == address.MALFORMED or bare or not address.usual_spelling(host):
        return "host", f"has a malformed host: {quoted(host)}", "give a domain, or an address in its usual spelling"
    return None


def _is_port(text: str) -> bool:
    match = _PORT.fullmatch(text)
    return match is not None and int(match[1]) <= 65535


def _fits(text: str, wire: Mapping[str, str], merchant: Merchant, loopback: bool) -> bool:
    return not text or not _faults(text, loopback)


def _explain(case: Case, name: str, text: str) -> Iterator[Fault]:
    for kind, words, remedy in _faults(text, case.loopback):
        yield Fault(f"notify_url.{kind}", name, f"{name} {words}", remedy)


NOTIFY_URL = Rule(_fits, _explain)
