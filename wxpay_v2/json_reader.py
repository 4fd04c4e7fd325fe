"""Strict JSON: what the gateway sends, or nothing (threats: 4.9).

UTF-8, one object, no name twice, whole numbers only, at most 32 deep.
"""

from __future__ import annotations

import json

from wxpay_v2.errors import Malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

__all__ = ["MAX_BYTES", "MAX_DEPTH", "read_object"]

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
_MAX_DIGITS = 18
_BOM = b"\xef\xbb\xbf"
_BLANK = " \t\n\r"


def read_object(body: bytes, *, limit: int = MAX_BYTES) -> dict[str, Any]:
    """Return the JSON object that *body* is. limit: bytes it may have. Raises Malformed."""
    if len(body) > limit:
        raise Malformed(f"longer than {limit} bytes")
    try:
        text = body.removeprefix(_BOM).decode().strip(_BLANK)
        told, end = _DECODER.raw_decode(text)  # decode() looks for blanks with regular expressions
        if end != len(text):
            raise ValueError("something comes after it")
    except (ValueError, RecursionError):
        raise Malformed("not a JSON object in UTF-8, with each name once and whole numbers") from None
    if not isinstance(told, dict):
        raise Malformed("not a JSON object")
    if b"\\" in body and b"\\u" in body:  # the one way for half a character to come in
        try:
            json.dumps(told, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise Malformed("a text holds half of a character (a lone surrogate)") from None
    # Only where there are that many brackets can anything be that deep.
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _depth(told) > MAX_DEPTH:
        raise Malformed(f"nested more than {MAX_DEPTH} deep")
    return told


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a name occurs twice")
    return told


def _refused(text: str) -> NoReturn:
    raise ValueError(f"not a whole number: {text:.20}")


def _whole(text: str) -> int:
    if len(text) > _MAX_DIGITS + (text[0] == "-"):
        raise ValueError("a number of too many digits")
    return int(text)


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refused, parse_float=_refused, parse_int=_whole)


def _depth(value: Any) -> int:
    """Return how deep *value* is nested, without recursion."""
    deepest = 0
    left = [(value, 1)]
    while left:
        one, depth = left.pop()
        deepest = max(deepest, depth)
        inside = one.values() if isinstance(one, dict) else one
        left += [(part, depth + 1) for part in inside if isinstance(part, (dict, list))]
    return deepest
