"""The gateway's own words in a string: hosts, and the paths of the catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from wxpay_v2.v2 import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["EVIDENCE", "Endpoint", "bases", "find", "may_speak", "operation_of"]

# What a file that speaks v2 holds one of, in small letters; looked for before anything else is done with it.
_WORDS = (
    b"weixin", b"wechat", b"wxpay", b"wx_pay", b"wx-pay", b"wx.pay", b"tenpay", b"mch_id", b"mchid", b"unifiedorder",
    b"mmpaymkttransfers", b"secapi/", b"sandboxnew", b"partnerkey", b"partner_key", b"mch_key", b"mchkey",
)  # fmt: skip

# A file with none of these names another gateway's paths, or its own.
EVIDENCE = re.compile(
    r"mch_?id|weixin\.qq\.com|wx[_.-]?pay|we_?chat[_.-]?pay|weixin[_.-]?pay|tenpay|mmpaymkt|wechatpy", re.I
)

_PREFIX = re.compile(r"/(?:hk|sandboxnew|xdc/apiv2sandbox)(?=/)")
_PLACEHOLDER = r"(?:%[sv]|[$#]?\{[^{}\s]{0,80}\}|\$\w+)"
_HOST = re.compile(
    r"(?:https?:)?(?:\\?/){2}(?:[\w-]+\.mch\.weixin\.qq\.com|payapp\.weixin\.qq\.com)(?::\d+)?"
    rf"(?:(?:\\?/)?{_PLACEHOLDER}(?P<loose>[A-Za-z][\w-]*(?=\\?/))?)?(?P<path>(?:\\?/[\w-]+)*)"
)
_START = re.compile(
    r"^(?:[^/?&=\s]*(?:\}|%s|%v|\$\w+))?(?:api/)?(?P<v2>/?v2)?(?P<path>/?[A-Za-z_][\w-]*(?:/[\w-]+)*)(?=$|[?\"']|[{%$])"
)
_NO_PATH = re.compile(r"[\s<>,;]")


@dataclass(frozen=True)
class Endpoint:
    """A host or path. start, end: in the string. operation: v2's name, "" for a path the catalogue has not.

    path: as the gateway has it; "" for a host alone.
    """

    start: int
    end: int
    path: str
    operation: str


def may_speak(data: bytes) -> bool:
    """Return whether a file of these bytes is worth a closer look; cheap."""
    lowered = data.lower()
    return any(word in lowered for word in _WORDS)


def operation_of(path: str) -> str:
    """Return v2's name of the call at *path* (a sandbox's or Hong Kong's too), "" for a path it has not."""
    path = "/" + path.strip("/")
    return _by_path().get(path) or _by_path().get(_PREFIX.sub("", path, count=1)) or ""


@cache
def _by_path() -> dict[str, str]:
    return {row.path: row.name for row in catalogue.operations()}


@cache
def _beginnings() -> frozenset[str]:
    """Return all that paths begin with, up to a slash: "/pay", "/mmpaymkttransfers/promotion"."""
    return frozenset(path[:at] for path in _by_path() for at, letter in enumerate(path) if letter == "/" and at)


def bases(text: str) -> frozenset[str]:
    """Return what a file's own base addresses end with: "/pay" of ``https://api.mch.weixin.qq.com/pay``.

    Some paths are the sandbox's alone, and are written without its own beginning.
    """
    own = {"/sandboxnew"} if "mch.weixin.qq.com" in text or "/sandboxnew" in text else set()
    found = (match["path"].replace("\\", "").rstrip("/") for match in _HOST.finditer(text))
    return frozenset(
        own | {path for path in (_PREFIX.sub("", base, count=1) for base in found) if path in _beginnings()}
    )


def find(string: str, *, own: Collection[str] = (), evident: bool = True) -> Iterator[Endpoint]:
    """Yield what *string*, a literal's content, says of the gateway.

    own: `bases` of the file, after which a path may go on. evident: whether the file speaks of WeChat Pay at all.
    """
    told = False
    for match in _HOST.finditer(string):
        told = True
        path = (f"/{match['loose']}" if match["loose"] else "") + match["path"].replace("\\", "")
        if path.startswith(("/v3/", "/hk/v3/", "/global/v3")) or path in ("/v3", "/hk/v3"):
            continue
        operation = (operation_of(path) or operation_of("/sandboxnew" + path)) if path else ""
        whole = match.end() == len(string) or string[match.end()] in "?#'\"<>) ,;\\&`|"
        if not operation and path in _beginnings():
            path = ""  # a base, to which paths are added elsewhere
        elif not operation and not whole:
            path = ""
        yield Endpoint(match.start(), match.end(), path, operation)
    if told or not evident or len(string) > 200:
        return
    start = _START.match(string)
    if start is None or _NO_PATH.search(string):
        return
    path = "/" + start["path"].strip("/")
    for base in ("", *own):
        operation = operation_of(base + path)
        if operation:
            yield Endpoint(start.start("path"), start.end("path"), base + path, operation)
            return
