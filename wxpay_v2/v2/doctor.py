"""Why a signature is wrong: the likely causes, found by trying, without showing any secret.

Each cause is tried by signing the same fields in the way that mistake would; the one whose signature equals the given
one is named. What cannot be tried (a key that is simply another one) is said to be left over.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from wxpay_v2.errors import quoted
from wxpay_v2.operation import HMAC_SHA256, MD5
from wxpay_v2.secret import SENSITIVE
from wxpay_v2.v2.signature import text_to_sign

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from wxpay_v2.secret import Secret

__all__ = ["MASK", "causes", "masked_text"]

MASK = "********"


def masked_text(fields: Mapping[str, str]) -> str:
    """Return the text to sign with the key masked, and what else may not be shown (payment codes, names, accounts)."""
    hidden = {name for name in fields if SENSITIVE.get(name) == 0 and not name.lower().startswith("nonce")}
    return text_to_sign({name: MASK if value and name in hidden else value for name, value in fields.items()}, MASK)


def causes(fields: Mapping[str, str], key: Secret, sign_type: str = MD5) -> list[str]:
    """Return the likely causes of the wrong ``sign`` among *fields*, the surest first; empty when it is right.

    fields: the message, ``sign`` included. key: the one that should have signed. sign_type: the configured one.
    """
    given = fields.get("sign", "")
    text = key.reveal()
    if not given:
        return ["there is no sign field"]
    named = fields.get("sign_type") or sign_type
    if _digest(fields, text, sign_type) == given:
        return [] if named == sign_type else [f"sign_type says {quoted(named)}, configured is {sign_type}"]
    found = [told for told, signature in _attempts(fields, text, sign_type) if signature == given]
    if found:
        return found
    hints = []
    if given != given.upper() and _digest(fields, text, sign_type) == given.upper():
        hints.append("the signature is right but in lower case; the gateway wants upper case")
    length = {32: MD5, 64: HMAC_SHA256}.get(len(given))
    if length is None:
        hints.append(f"the sign has {len(given)} characters: MD5 has 32, HMAC-SHA256 has 64")
    elif length != sign_type:
        hints.append(f"the sign has the length of {length}, configured is {sign_type}")
    if not re.fullmatch(r"[0-9A-Fa-f]+", given):
        hints.append("the sign is not hexadecimal")
    if any(character.isspace() for character in text):
        hints.append("the key holds blanks or a line end")
    if len(text) != 32:
        hints.append(f"the key has {len(text)} characters, an API key has 32")
    hints.append("signed with another key (of another merchant, of API v3, or reset), or a field changed on the way")
    return hints


def _digest(fields: Mapping[str, str], key: str, sign_type: str) -> str:
    return _of_text(text_to_sign(fields, key), key, sign_type)


def _of_text(text: str, key: str, sign_type: str, charset: str = "utf-8") -> str:
    data, secret = text.encode(charset, "replace"), key.encode(charset, "replace")
    if sign_type == MD5:
        return hashlib.md5(data, usedforsecurity=False).hexdigest().upper()
    return hmac.new(secret, data, "sha256").hexdigest().upper()


def _attempts(fields: Mapping[str, str], key: str, sign_type: str) -> Iterator[tuple[str, str]]:
    """Yield (cause, the signature that cause would give)."""
    other = HMAC_SHA256 if sign_type == MD5 else MD5
    plain = {name: value for name, value in fields.items() if name != "sign"}
    yield f"signed with {other}, configured is {sign_type}", _digest(plain, key, other)
    for algorithm in (sign_type, other):
        note = "" if algorithm == sign_type else f" (and with {algorithm})"
        for told, changed in _changed_fields(plain):
            yield told + note, _digest(changed, key, algorithm)
        for told, changed_key in _changed_keys(key):
            if changed_key != key:
                yield told + note, _digest(plain, changed_key, algorithm)
        for told, text, charset in _changed_texts(plain, key):
            yield told + note, _of_text(text, key, algorithm, charset)
        yield f"lower-case hex{note}", _digest(plain, key, algorithm).lower()


def _changed_fields(plain: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    if "sign_type" in plain:
        yield "sign_type was not signed", {name: plain[name] for name in plain if name != "sign_type"}
    else:
        for algorithm in (MD5, HMAC_SHA256):
            yield f"sign_type={algorithm} was signed but not sent", {**plain, "sign_type": algorithm}
    escapes: list[tuple[str, Callable[[str], str]]] = [
        ("values were XML-escaped before signing", _escape),
        ("values were URL-encoded before signing", _url_encode),
        ("blanks around values were stripped before signing", str.strip),
    ]
    for told, change in escapes:
        changed = {name: change(value) for name, value in plain.items()}
        if changed != plain:
            yield told, changed
    for name in plain:
        if plain[name] and name != "sign_type":
            yield (
                f"{name} was not signed, or added on the way",
                {other: plain[other] for other in plain if other != name},
            )
    for name, value in plain.items():
        if value != value.strip():
            yield f"blanks around {name} were added on the way", {**plain, name: value.strip()}


def _changed_keys(key: str) -> Iterator[tuple[str, str]]:
    yield "the key was used with a blank or line end after it", key + "\n"
    yield "the key was used with a blank after it", key + " "
    yield "the configured key has blanks around it, the signer's has not", key.strip()
    yield "the key was used in lower case", key.lower()
    yield "the key was used in upper case", key.upper()
    yield (
        "the MD5 of the key was used as the key",
        hashlib.md5(key.encode(errors="replace"), usedforsecurity=False).hexdigest(),
    )


def _changed_texts(plain: dict[str, str], key: str) -> Iterator[tuple[str, str, str]]:
    names = sorted(plain)
    filled = [name for name in names if plain[name]]
    if len(filled) != len(names):
        yield "empty fields were signed", "&".join(f"{n}={plain[n]}" for n in names) + f"&key={key}", "utf-8"
    in_order = [name for name in plain if plain[name]]
    if in_order != filled:
        yield "fields were not sorted by name", "&".join(f"{n}={plain[n]}" for n in in_order) + f"&key={key}", "utf-8"
    folded = sorted(filled, key=str.lower)
    if folded != filled:
        yield (
            "fields were sorted without regard to case",
            "&".join(f"{n}={plain[n]}" for n in folded) + (f"&key={key}"),
            "utf-8",
        )
    text = text_to_sign(plain, key)
    bare = text[: -len(f"&key={key}")]
    yield "the key was joined without &key=", bare + key, "utf-8"
    yield "no key was appended", bare, "utf-8"
    if not text.isascii():
        yield "the text was signed in GBK instead of UTF-8", text, "gbk"
        yield "the text was signed in Latin-1 instead of UTF-8", text, "latin-1"


def _escape(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _url_encode(value: str) -> str:
    from urllib.parse import quote

    return quote(value, safe="", errors="replace")
