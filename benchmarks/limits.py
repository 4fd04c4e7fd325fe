"""The fastest right way we know to do each job by hand: what is left when every convenience is gone.

Right means: values come back as they were given, what XML cannot carry is refused, a signature is compared in constant
time. Names, their order and the algorithm are fixed beforehand, which no library for callers can do; where a message
is not the plain case, these functions raise instead of taking the careful path that a library needs.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from lxml import etree

_PLAIN = bytes({*range(0x20, 0x7F), *range(0x80, 0xC0), *range(0xC3, 0xEF), 0x09, 0x0A})
_PARSER = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False)
_TEXTS = etree.XPath("*/text()", smart_strings=False)


def digester(algorithm: str, key: str) -> Callable[[str], str]:
    """Return a function from a text to sign, without the key, to its signature."""
    secret = key.encode()
    if algorithm == "MD5":
        md5 = hashlib.md5
        return lambda text: md5(text.encode() + secret, usedforsecurity=False).hexdigest().upper()
    keyed = hmac.new(secret, digestmod="sha256")

    def sign(text: str) -> str:
        mac = keyed.copy()
        mac.update(text.encode() + secret)
        return mac.hexdigest().upper()

    return sign


def builder(ids: dict[str, str], names: tuple[str, ...], algorithm: str, key: str) -> Callable[[dict[str, str]], bytes]:
    """Return a function from the values of *names* to the signed bytes, with *ids* and a fresh nonce.

    names: one at least. The ids stand in the frames; of the rest only what is given is looked at.
    """
    sign = digester(algorithm, key)
    fixed = {**ids, **dict.fromkeys((*names, "nonce_str"), "\0")}
    order = sorted(fixed)
    given = [name for name in order if fixed[name] == "\0"]
    text = "".join(f"{name}={fixed[name]}&" for name in order) + "key="
    xml = "<xml>" + "".join(f"<{name}><![CDATA[{fixed[name]}]]></{name}>" for name in order)
    to_sign, message = _places(text), _places(xml + "<sign><![CDATA[\0]]></sign></xml>")
    pick = itemgetter(*given)

    def build(fields: dict[str, str]) -> bytes:
        values = pick({**fields, "nonce_str": os.urandom(16).hex()})
        joined = "".join(values)
        if not (joined.isascii() and joined.isprintable()) and joined.encode().translate(None, _PLAIN):
            raise ValueError("not the plain case")
        if "]]>" in joined:
            raise ValueError("not the plain case")
        parts = to_sign.copy()
        parts[1::2] = values
        whole = message.copy()
        whole[1::2] = (*values, sign("".join(parts)))
        return "".join(whole).encode()

    return build


def opener(example: bytes, algorithm: str, key: str) -> Callable[[bytes], dict[str, str]]:
    """Return a function from a message like *example* (same fields, same order, same spelling) to its verified fields.

    lxml reads; that the texts put back into the example's frame give the very same bytes proves which is which.
    """
    sign = digester(algorithm, key)
    root = etree.fromstring(example, _PARSER)
    names = tuple(child.tag for child in root)
    text = example.decode()
    for child in root:
        for left, right in (("<![CDATA[", "]]>"), ("", "")):
            text = text.replace(f"<{child.tag}>{left}{child.text}{right}</", f"<{child.tag}>{left}\0{right}</")
    message = _places(text)
    order = sorted(name for name in names if name != "sign")
    pick, place = itemgetter(*map(names.index, order)), names.index("sign")
    to_sign = _places("".join(f"{name}=\0&" for name in order) + "key=")

    def open_message(body: bytes) -> dict[str, str]:
        texts: Any = _TEXTS(etree.fromstring(body, _PARSER))
        joined = "".join(texts)
        whole = message.copy()
        whole[1::2] = texts
        if "<" in joined or "&" in joined or "]]>" in joined or "".join(whole).encode() != body:
            raise ValueError("not the plain case")
        parts = to_sign.copy()
        parts[1::2] = pick(texts)
        if not hmac.compare_digest(sign("".join(parts)).encode(), texts[place].encode()):
            raise ValueError("signature")
        return dict(zip(names, texts, strict=True))

    return open_message


def _places(text: str) -> list[str]:
    """Return the pieces of *text* around its NULs, with a place for a value between each two."""
    pieces = text.split("\0")
    return [part for piece in pieces[:-1] for part in (piece, "")] + pieces[-1:]
