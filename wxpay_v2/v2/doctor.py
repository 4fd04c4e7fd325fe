"""Why a signature is wrong: the likely causes, found by trying, without showing any secret.

Each cause is tried by signing the same fields in the way that mistake would; the one whose signature equals the given
one is named. What cannot be tried (a key that is simply another one) is said to be left over. Of a request that the
gateway refused there is no other signature to try; its answer, the request and the key's surroundings tell what can be.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from wxpay_v2.errors import quoted
from wxpay_v2.operation import HMAC_SHA256, MD5
from wxpay_v2.secret import API_KEY_LENGTH, SENSITIVE, redacted
from wxpay_v2.v2 import alteration
from wxpay_v2.v2.signature import text_to_sign

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wxpay_v2.secret import Secret

    Attempt = tuple[str, str, str]  # what would be wrong, what to do about it, the signature it would give

__all__ = ["MASK", "Cause", "causes", "explain", "explain_reply", "is_about_signature", "masked_text"]

MASK = "********"

_ALGORITHM = "set the merchant's sign_type to what the other side signs with, and send it as a field"
_RAW = "sign the values as they are; they are escaped or encoded after that, when the message is written"
_ALL = "sign every field that is sent and not empty, sign_type too, and nothing else"
_SORT = "sort the names by their bytes: capitals before small letters, _ between them"
_KEY = "copy the key again, 32 characters without anything around them"
_TAIL = "end the text with &key= and the key"
_UTF8 = "encode the text as UTF-8"
_UPPER = "write the signature in capitals"
_WAY = "verify the raw bytes of the body, before any framework, proxy or queue has read and rewritten them"
_OTHER_KEY = (
    "take the API v2 key of the mch_id in the message: an institution's or provider's own, not the sub-merchant's, not "
    "the API v3 key, not the sandbox's; after a reset the old one is dead"
)


class Cause:
    """One likely cause. told: what is wrong. remedy: what to do."""

    __slots__ = ("remedy", "told")

    def __init__(self, told: str, remedy: str) -> None:
        self.told = told
        self.remedy = remedy

    def __repr__(self) -> str:
        return f"<Cause {self.told}>"

    def __str__(self) -> str:
        return f"{self.told} ({self.remedy})" if self.remedy else self.told


def masked_text(fields: Mapping[str, str]) -> str:
    """Return the text to sign with the key masked, and what else may not be shown (payment codes, names, accounts)."""
    hidden = {name for name in fields if SENSITIVE.get(name) == 0 and not name.lower().startswith("nonce")}
    return text_to_sign({name: MASK if value and name in hidden else value for name, value in fields.items()}, MASK)


def is_about_signature(reply: Mapping[str, str]) -> bool:
    """Return whether *reply*, a refusal, says that the request's signature was wrong."""
    if reply.get("err_code", "").replace("_", "") == "SIGNERROR":
        return True
    said = f"{reply.get('return_msg', '')} {reply.get('err_code_des', '')}".lower().replace("_", "")
    return any(word in said for word in ("签名错误", "签名失败", "sign error", "signerror", "signature"))


def causes(
    fields: Mapping[str, str], key: Secret, sign_type: str = MD5, others: Mapping[str, Secret] | None = None
) -> list[Cause]:
    """Return the likely causes of the wrong ``sign`` among *fields*, the surest first; empty when it is right.

    fields: the message, ``sign`` included. key: the one that should have signed. sign_type: the configured one.
    others: keys that may have been mistaken for it, by what they are: ``{"the API v3 key": Secret(...)}``.
    """
    given = fields.get("sign", "")
    text = key.reveal()
    if not given:
        return [Cause("there is no sign field", "sign the message, or find who drops the field on the way")]
    named = fields.get("sign_type") or sign_type
    if _digest(fields, text, sign_type) == given:
        told = f"sign_type says {quoted(named)}, configured is {sign_type}"
        return [] if named == sign_type else [Cause(told, _ALGORITHM)]
    found = [
        Cause(told, remedy)
        for told, remedy, signature in _attempts(fields, text, sign_type, others or {})
        if signature == given
    ]
    return found or _hints(fields, text, sign_type)


def explain(
    sent: Mapping[str, str], reply: Mapping[str, str], key: Secret, sign_type: str, *, sandbox: bool = False
) -> str:
    """Return, in lines, why the gateway may have refused the signature of a request, as far as can be told.

    sent: the request's fields. reply: its answer, whose own signature, where it has one, tells most. Sensitive values
    are masked, so that the text may be logged.
    """
    return _told(sent, sign_type, [*_of_reply(reply, key, sign_type), *_of_request(sent, sign_type, sandbox)])


def explain_reply(reply: Mapping[str, str], key: Secret, sign_type: str) -> str:
    """Return, in lines, why the signature of *reply* does not hold. Sensitive values are masked."""
    return _told(reply, sign_type, causes(reply, key, sign_type))


def _told(fields: Mapping[str, str], sign_type: str, found: list[Cause]) -> str:
    lines = [f"text to sign ({sign_type}): {text_to_sign(redacted(fields), MASK)}"]
    for cause in found:
        lines += [f"likely: {cause.told}", f"    do: {cause.remedy}"]
    return "\n".join(lines)


def _of_reply(reply: Mapping[str, str], key: Secret, sign_type: str) -> Iterator[Cause]:
    if not reply.get("sign"):
        return
    other = _other(sign_type)
    if not causes(reply, key, sign_type):
        yield Cause("the answer is signed with the configured key and algorithm, so these are right", _WAY)
    elif _digest(reply, key.reveal(), other) == reply["sign"]:
        yield Cause(f"the answer is signed with {other}: the key is right, the algorithm is not", _ALGORITHM)
    else:
        yield from causes(reply, key, sign_type)


def _of_request(sent: Mapping[str, str], sign_type: str, sandbox: bool) -> Iterator[Cause]:
    if sign_type == HMAC_SHA256 and "sign_type" not in sent:
        yield Cause("sign_type was not sent, so the gateway takes it for MD5", _ALGORITHM)
    if sandbox:
        yield Cause("the sandbox has a key of its own", "fetch it with sandbox_get_sign_key; it changes")
    if sent.get("sub_mch_id"):
        mch_id = quoted(sent.get("mch_id", ""))
        told = f"the key is the sub-merchant's; with a sub_mch_id the one of mch_id {mch_id} signs"
        yield Cause(told, "take the institution's or provider's API v2 key")
    blank = [name for name, value in sent.items() if value != value.strip()]
    if blank:
        yield Cause(f"the gateway strips the blanks around {', '.join(blank)}", "strip them before you call")
    yield Cause("the key is another one than the gateway's", _OTHER_KEY)
    yield Cause("a proxy changed the message on the way", "send it to the gateway directly")


def _hints(fields: Mapping[str, str], key: str, sign_type: str) -> list[Cause]:
    given = fields["sign"]
    hints = []
    if given != given.upper() and _digest(fields, key, sign_type) == given.upper():
        hints.append(Cause("the signature is right but in lower case; the gateway wants upper case", _UPPER))
    length = {32: MD5, 64: HMAC_SHA256}.get(len(given))
    if length is None:
        told = f"the sign has {len(given)} characters: MD5 has 32, HMAC-SHA256 has 64"
        hints.append(Cause(told, "look for what cut it or added to it"))
    elif length != sign_type:
        hints.append(Cause(f"the sign has the length of {length}, configured is {sign_type}", _ALGORITHM))
    if not re.fullmatch(r"[0-9A-Fa-f]+", given):
        hints.append(Cause("the sign is not hexadecimal", "of v2 it is; Base64 is API v3's"))
    if any(character.isspace() for character in key):
        hints.append(Cause("the key holds blanks or a line end", _KEY))
    if len(key) != API_KEY_LENGTH:
        told = f"the key has {len(key)} characters, an API key has {API_KEY_LENGTH}"
        shape = "40 hex digits are a certificate's serial number" if re.fullmatch("[0-9A-Fa-f]{40}", key) else _KEY
        hints.append(Cause(told, shape))
    told = "signed with another key (of another merchant, of API v3, or reset), or a field changed on the way"
    return [*hints, Cause(told, f"{_OTHER_KEY}. Then {_WAY}")]


def _attempts(fields: Mapping[str, str], key: str, sign_type: str, others: Mapping[str, Secret]) -> Iterator[Attempt]:
    """Yield what would be wrong, what to do, and the signature that would give."""
    other = _other(sign_type)
    plain = {name: value for name, value in fields.items() if name != "sign"}
    yield f"signed with {other}, configured is {sign_type}", _ALGORITHM, _digest(plain, key, other)
    for algorithm in (sign_type, other):
        note = "" if algorithm == sign_type else f" (and with {algorithm})"
        for told, secret in others.items():
            yield f"signed with {told}{note}", _OTHER_KEY, _digest(plain, secret.reveal(), algorithm)
        for told, remedy, changed in _changed_fields(plain):
            yield told + note, remedy, _digest(changed, key, algorithm)
        for told, changed_key in _changed_keys(key):
            if changed_key != key:
                yield told + note, _KEY, _digest(plain, changed_key, algorithm)
        for told, remedy, text, charset in _changed_texts(plain, key):
            yield told + note, remedy, _of_text(text, key, algorithm, charset)
        yield f"lower-case hex{note}", _UPPER, _digest(plain, key, algorithm).lower()
    data = text_to_sign(plain, key).encode(errors="replace")
    yield "plain SHA-256 of the text", "HMAC-SHA256 takes the key as its key as well", _hex(hashlib.sha256(data))


def _changed_fields(plain: dict[str, str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    if "sign_type" in plain:
        yield "sign_type was not signed", _ALL, {name: plain[name] for name in plain if name != "sign_type"}
    else:
        for algorithm in (MD5, HMAC_SHA256):
            told = f"sign_type={algorithm} was signed but not sent"
            yield told, "send sign_type as well", {**plain, "sign_type": algorithm}
    for told, change in alteration.BEFORE_SIGNING:
        changed = {name: change(value) if value else value for name, value in plain.items()}
        if changed != plain:
            yield told, _RAW, changed
    if sum(map(len, plain.values())) * len(plain) > alteration.MOST_WORK:
        return
    for name, value in plain.items():
        if value and name != "sign_type":
            without = {other: plain[other] for other in plain if other != name}
            yield f"{name} was not signed, or added on the way", _ALL, without
        for told, before in alteration.on_the_way(name, value):
            yield told, _WAY, {**plain, name: before}


def _changed_keys(key: str) -> Iterator[tuple[str, str]]:
    yield "the key was used with a blank or line end after it", key + "\n"
    yield "the key was used with a blank or line end after it", key + "\r\n"
    yield "the key was used with a blank after it", key + " "
    yield "the key was used with a blank before it", " " + key
    yield "the configured key has blanks around it, the signer's has not", key.strip()
    yield "the key was used in lower case", key.lower()
    yield "the key was used in upper case", key.upper()
    digest = hashlib.md5(key.encode(errors="replace"), usedforsecurity=False).hexdigest()
    yield "the MD5 of the key was used as the key", digest


def _changed_texts(plain: dict[str, str], key: str) -> Iterator[tuple[str, str, str, str]]:
    names = sorted(plain)
    filled = [name for name in names if plain[name]]

    def joined(names: list[str], end: str = f"&key={key}") -> str:
        return "&".join(f"{name}={plain[name]}" for name in names) + end

    if len(filled) != len(names):
        yield "empty fields were signed", _ALL, joined(names), "utf-8"
    in_order = [name for name in plain if plain[name]]
    if in_order != filled:
        yield "fields were not sorted by name", _SORT, joined(in_order), "utf-8"
    folded = sorted(filled, key=str.lower)
    if folded != filled:
        yield "fields were sorted without regard to case", _SORT, joined(folded), "utf-8"
    among = [
        f"{name}={value}" for name, value in sorted({**{name: plain[name] for name in filled}, "key": key}.items())
    ]
    if among[-1:] != [f"key={key}"]:
        yield "the key was sorted among the fields", _TAIL, "&".join(among), "utf-8"
    text = text_to_sign(plain, key)
    yield "the key was joined without &key=", _TAIL, joined(filled, key), "utf-8"
    yield "the key was joined as key= without &", _TAIL, joined(filled, f"key={key}"), "utf-8"
    yield "no key was appended", _TAIL, joined(filled, ""), "utf-8"
    if not text.isascii():
        yield "the text was signed in GBK instead of UTF-8", _UTF8, text, "gbk"
        yield "the text was signed in Latin-1 instead of UTF-8", _UTF8, text, "latin-1"


def _other(sign_type: str) -> str:
    return HMAC_SHA256 if sign_type == MD5 else MD5


def _digest(fields: Mapping[str, str], key: str, sign_type: str) -> str:
    return _of_text(text_to_sign(fields, key), key, sign_type)


def _of_text(text: str, key: str, sign_type: str, charset: str = "utf-8") -> str:
    data, secret = text.encode(charset, errors="replace"), key.encode(errors="replace")
    if sign_type == MD5:
        return _hex(hashlib.md5(data, usedforsecurity=False))
    return _hex(hmac.new(secret, data, "sha256"))


def _hex(digest: hashlib._Hash | hmac.HMAC) -> str:
    return digest.hexdigest().upper()
